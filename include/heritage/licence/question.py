"""A question on a licence, as it is put to the governance body: what it decides by two thirds."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from heritage.licence.permission import (
    LONGEST_MONTHS,
    Permission,
    PermissionKind,
    Scope,
    Target,
    months_later,
)
from heritage.model.digest import digest_json

QUESTION = "licence"
"""The kind of a proposal that is a question on a licence."""


@dataclass(frozen=True, slots=True)
class Question:
    """May this go out, although the licence does not say so itself? `valid_until` is the first day on which
    the answer holds no more; the decision is bound to the `digest` of all this."""

    dataset: str
    licence_id: str
    target: Target
    scope: Scope
    reasons: str
    legal_note: str
    valid_until: date
    asked_on: date
    asked_by: str
    stated: str = ""

    @property
    def digest(self) -> str:
        return digest_json(
            asdict(self) | {"valid_until": str(self.valid_until), "asked_on": str(self.asked_on)}
        )

    def faults(self) -> Iterator[str]:
        """What keeps it from being put to the body, a sentence each."""
        if not self.reasons.strip():
            yield "give the reasons why it should be allowed"
        if not self.legal_note.strip():
            yield "give a legal note: what the law of the maker's country says, and who said so"
        if not self.asked_on < self.valid_until <= months_later(self.asked_on, LONGEST_MONTHS):
            yield f"an answer of the body holds for {LONGEST_MONTHS} months at most, from the day of asking"

    def decided(self, number: int, on: date, body: str) -> Permission:
        """The permission that an approval of this question is."""
        return Permission(
            dataset=self.dataset,
            licence_id=self.licence_id,
            target=self.target,
            kind=PermissionKind.BODY,
            given_on=on,
            by=body,
            role="two thirds of the votes",
            scope=self.scope,
            valid_until=self.valid_until,
            legal_note=self.legal_note,
            stated=self.stated,
            decision=number,
        )
