"""Vocabularies that the governance body keeps: risk schemes and their weights, disclosure, licences."""

from typing import Protocol

from heritage.disclosure.rules import DisclosureRules
from heritage.licence.vocabulary import Licences
from heritage.risk.causes import Causes
from heritage.risk.combine import Combination
from heritage.risk.scheme import Scheme


class Vocabularies(Protocol):
    """All raise SpecError, naming file and key, when a vocabulary is missing or wrong."""

    def scheme(self, scheme_id: str) -> Scheme: ...

    def causes(self) -> Causes: ...

    def combination(self) -> Combination: ...

    def disclosure(self) -> DisclosureRules: ...

    def licences(self) -> Licences: ...
