"""Disclosure classes: how exactly a record's place may leave the house (domain details, part b)."""

from dataclasses import dataclass
from enum import StrEnum


class Disclosure(StrEnum):
    """From exact to withheld; the strictest rule that applies wins, so the order matters."""

    S0 = "S0"
    """Exact."""
    S1 = "S1"
    """0.001 degree."""
    S2 = "S2"
    """0.01 degree."""
    S3 = "S3"
    """0.1 degree."""
    S4 = "S4"
    """Administrative area only."""
    S5 = "S5"
    """The record is withheld."""

    @property
    def cell_degrees(self) -> float | None:
        """Side of the grid cell in degrees; None where no cell applies (S0, S4, S5)."""
        return {"S1": 0.001, "S2": 0.01, "S3": 0.1}.get(self.value)


SENSITIVITY = "sensitivity"
"""The kind of a proposal to tell more of one record than the rules allow; it brings no edits of its own."""


class Asked(StrEnum):
    """What a person's entry does."""

    WITHHOLD = "withhold"
    """An owner, a community or an authority asks to tell less: holds at once (R2)."""
    CONSENT = "consent"
    """Those to whom a sacred place belongs agree in writing that it is shown (R6)."""
    RELAX = "relax"
    """The governance body decided to loosen rules for this record."""


class By(StrEnum):
    """Who may ask and consent."""

    OWNER = "owner"
    COMMUNITY = "community"
    AUTHORITY = "authority"


@dataclass(frozen=True, slots=True)
class Request:
    """One line of what people asked for; append-only and hash-chained like the decisions.

    It is sensitive in itself: it stands in no report, log or XCom. `evidence` says where the letter or
    consent is kept, never what it says. `rules` and `decision` belong to what the body relaxed: which
    rules, and the number of the line in the decision log.
    """

    number: int
    asked: Asked
    dataset: str
    record_id: str
    disclosure: Disclosure | None
    by: By | None
    evidence: str
    rules: tuple[str, ...]
    decision: int | None
    entered_by: str
    entered_at: str
    prev_hash: str
    hash: str
