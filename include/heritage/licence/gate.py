"""The licence gate (domain details, part c): an answer with its reason for each licence and target.

None of it is legal advice. A licence that is missing or not listed is DENY.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from heritage.model.edit import Kind
from heritage.model.governance import LicenceAnswer


class Target(StrEnum):
    WIKIDATA = "wikidata"
    COMMONS = "commons"
    EXPORT = "export"


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Terms(_Closed):
    """One row of the table: licences that are answered alike. `url` points at a text of one of them."""

    ids: tuple[str, ...] = Field(min_length=1)
    why: str
    wikidata: LicenceAnswer
    commons: LicenceAnswer
    export: LicenceAnswer
    attribution: bool = False
    share_alike: bool = False
    body_may_decide: bool = False
    """True when a recorded decision of the governance body can stand in for the owner's waiver."""


class Licences(_Closed):
    """The vocabulary `datasets/_vocabularies/licences.yaml`; ids are SPDX ids or begin with LicenseRef-."""

    version: int
    terms: tuple[Terms, ...]

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        names = [name.casefold() for terms in self.terms for name in terms.ids]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"licences listed twice: {', '.join(twice)}")
        return self

    @cached_property
    def _by_id(self) -> dict[str, Terms]:
        return {name.casefold(): terms for terms in self.terms for name in terms.ids}

    def find(self, licence_id: str) -> Terms | None:
        """SPDX ids are compared without regard to case."""
        return self._by_id.get(licence_id.strip().casefold())


@dataclass(frozen=True, slots=True)
class Permission:
    """A waiver of the right holder, or a recorded decision of the governance body, for one licence id.

    It stands for the licence under which it was given: a new licence opens the question again.
    `reference` is where it is archived (ticket, file hash, number in the decision log).
    """

    kind: Literal["waiver", "body_decision"]
    licence_id: str
    target: Target
    reference: str
    covers_database_right: bool
    given_on: date
    valid_until: date | None = None


class GateAnswer(NamedTuple):
    """What is allowed, and why in words that go onto the priority report."""

    answer: LicenceAnswer
    reason: str


def answer(
    licence_id: str | None,
    target: Target,
    licences: Licences,
    permissions: Sequence[Permission] = (),
    *,
    today: date,
) -> GateAnswer:
    """The gate's answer for a register under this licence towards this target on that day."""
    if licence_id is None or not licence_id.strip():
        return GateAnswer(LicenceAnswer.DENY, "The register names no licence.")
    terms = licences.find(licence_id)
    if terms is None:
        return GateAnswer(
            LicenceAnswer.DENY,
            f"The licence {licence_id!r} is not in the vocabulary, so nobody has read what it allows.",
        )
    by_licence: LicenceAnswer = getattr(terms, target.value)
    for permission in permissions:
        if _opens(permission, licence_id, target, today) and _suffices(permission, by_licence, terms):
            opener = f"{permission.kind.replace('_', ' ')} of {permission.given_on} ({permission.reference})"
            return GateAnswer(LicenceAnswer.ALLOW, f"{licence_id}: {terms.why} Opened by a {opener}.")
    return GateAnswer(by_licence, f"{licence_id}: {terms.why}{_duties(by_licence, terms, target)}")


def allowed_kinds(given: LicenceAnswer) -> frozenset[Kind]:
    """The kinds of information that may go to Wikidata under an answer.

    ALLOW opens all. LINK_ONLY opens identifiers with their reference URL; as new items are not among the
    kinds, only on items that exist. The other answers open nothing.
    """
    if given is LicenceAnswer.ALLOW:
        return frozenset(Kind)
    if given is LicenceAnswer.LINK_ONLY:
        return frozenset({Kind.IDENTIFIERS})
    return frozenset()


def _opens(permission: Permission, licence_id: str, target: Target, today: date) -> bool:
    """The permission is about this licence and target, and in force."""
    return (
        permission.licence_id.casefold() == licence_id.strip().casefold()
        and permission.target is target
        and permission.given_on <= today
        and (permission.valid_until is None or today < permission.valid_until)
    )


def _suffices(permission: Permission, by_licence: LicenceAnswer, terms: Terms) -> bool:
    """Never against a refusal; a waiver has to cover the database right, a decision needs the competence."""
    if by_licence not in (LicenceAnswer.NEEDS_WAIVER, LicenceAnswer.BODY_DECISION):
        return False
    if permission.kind == "waiver":
        return permission.covers_database_right
    return by_licence is LicenceAnswer.BODY_DECISION or terms.body_may_decide


def _duties(given: LicenceAnswer, terms: Terms, target: Target) -> str:
    if given is not LicenceAnswer.ALLOW or target is Target.WIKIDATA:
        return ""
    duties = ["attribution"] if terms.attribution else []
    if terms.share_alike:
        duties.append("the same licence, kept apart from other data")
    return f" Needs {' and '.join(duties)}." if duties else ""
