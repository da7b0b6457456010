"""What the pages on matches show, as frozen values: nothing in them is wider than the gate allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Decided(StrEnum):
    """What reconciliation decided of a record."""

    REVIEW = "review"
    MATCH = "match"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a score: what was compared, how it came out (None: one side does not say), and what it adds
    to the logarithm of the odds; above zero speaks for the item."""

    name: str
    value: float | None
    weight: float
    compared: bool = True
    """False for what is no comparison: where the model starts from, and what is left of the sum."""


@dataclass(frozen=True, slots=True)
class CandidateShown:
    """An item that may be meant, and everything that its score is made of. The parts add up to it."""

    qid: str
    label: str
    probability: float
    distance_m: float | None
    reason: str
    parts: tuple[Part, ...]
    on_wikidata: bool
    """False for an item of a local wiki, whose id means something else on Wikidata."""


@dataclass(frozen=True, slots=True)
class RecordShown:
    """A record as a list names it. `probability` and `reason` are None where they would tell what is kept
    back, of this record or of another."""

    dataset: str
    record_id: str
    name: str
    lang: str | None
    decided: Decided
    probability: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A record, what was decided of it, and why. Without `candidates`, they are not told of this record."""

    record: RecordShown
    title: str
    """Of its register."""
    type: str | None
    municipality: str | None
    lat: float | None
    lon: float | None
    cell_degrees: float | None
    uncertainty_m: float | None
    withheld: tuple[str, ...]
    entry: str | None
    """The register's own page on it."""
    candidates: tuple[CandidateShown, ...] | None
    learned_here: bool
    """Whether the weights of the scores are the register's own, learned without labels."""


@dataclass(frozen=True, slots=True)
class MatchList:
    """A page of the records of a dataset of which one thing was decided, the likeliest first."""

    dataset: str
    title: str
    decided: Decided
    rows: Sequence[RecordShown]
    counts: dict[Decided, int]
    """Records that may be told, by what was decided."""
    page: int
    pages: int
