"""Reads the vocabularies from YAML files below one folder (`datasets/_vocabularies`)."""

import re
from pathlib import Path

from heritage.disclosure.rules import DisclosureRules
from heritage.errors import SpecError
from heritage.licence.vocabulary import Licences
from heritage.risk.causes import Causes
from heritage.risk.combine import Combination
from heritage.risk.scheme import Scheme
from heritage.spec.faults import meant
from heritage.spec.yaml_model import read_model

_NO_SCHEMES = ("combination", "causes")


class YamlVocabularies:
    """`root` holds licences.yaml, disclosure.yaml and risk/<scheme>.yaml."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def scheme(self, scheme_id: str) -> Scheme:
        if not re.fullmatch(r"[a-z0-9_]+", scheme_id) or scheme_id in _NO_SCHEMES:
            raise SpecError(f"{scheme_id!r} is not the name of a scheme (a-z, 0-9 and _)")
        path = self._root / "risk" / f"{scheme_id}.yaml"
        if not path.is_file():
            known = sorted(p.stem for p in path.parent.glob("*.yaml") if p.stem not in _NO_SCHEMES)
            raise SpecError(
                f"there is no scheme {scheme_id!r}; a new one is written as datasets/_vocabularies/risk/"
                f"{path.name}; {meant(scheme_id, known)}"
            )
        scheme = read_model(path, Scheme)
        if scheme.id != scheme_id:
            raise SpecError(f"{path.name}: id: {scheme.id!r} must be the name of the file")
        named = scheme.cause_ids()
        if named and (strange := sorted(named - self.causes().ids)):
            raise SpecError(f"{path.name}: causes: {', '.join(strange)} stand in no line of causes.yaml")
        return scheme

    def causes(self) -> Causes:
        return read_model(self._root / "risk" / "causes.yaml", Causes)

    def combination(self) -> Combination:
        return read_model(self._root / "risk" / "combination.yaml", Combination)

    def disclosure(self) -> DisclosureRules:
        rules = read_model(self._root / "disclosure.yaml", DisclosureRules)
        for scheme in (*rules.conflict.schemes, *rules.reporters.schemes):
            if not (self._root / "risk" / f"{scheme}.yaml").is_file():
                raise SpecError(
                    f"disclosure.yaml: there is no scheme {scheme!r}, so its rule would never apply"
                )
        if strange := sorted(set(rules.looting.causes) - self.causes().ids):
            raise SpecError(f"disclosure.yaml: looting: {', '.join(strange)} stand in no line of causes.yaml")
        return rules

    def licences(self) -> Licences:
        return read_model(self._root / "licences.yaml", Licences)
