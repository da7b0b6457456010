"""What reviews found out, as files for partners: what is handed to whoever writes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from heritage.model.review import Annotation, Outcome, ReviewTask, Suggestion


class ReviewForm(StrEnum):
    """The conventions that settled reviews can be written in."""

    ANNOTATIONS = "annotations"
    EDM = "edm"


@dataclass(frozen=True, slots=True)
class Settled:
    """A task that people settled, as its store tells it.

    `up` and `down` count those who weigh anything and speak for and against the outcome's choice; who does
    not know is in neither. `creator` is the pseudonym of whoever made the suggestion, empty unless they
    want to be seen by it.
    """

    task: ReviewTask
    outcome: Outcome
    suggestion: Suggestion | None
    up: int
    down: int
    settled_at: datetime
    creator: str = ""


class SettledReviews(Protocol):
    def settled(self, campaign: str) -> Iterator[Settled]:
        """What people of a campaign agree on, without tasks whose answer was known, by dataset, record and
        task. Nothing is kept in memory but the next few."""
        ...


@dataclass(frozen=True, slots=True)
class ToldAnnotation:
    """An annotation as it may leave. Without an `annotation` it says which `item` the record is.

    `rejected`: people agree that it is not right. `created` is None where the hour could tell who was there.
    """

    task_id: str
    campaign: str
    annotation: Annotation | None
    item: str
    up: int
    down: int
    confidence: float
    created: datetime | None
    generator: str
    creator: str = ""
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """A record as it may leave, with what people found out of it, at least one thing.

    `targets` are addresses that stand for it, the best first: its item at Europeana, its register's own
    entry, its item on Wikidata. `names` are (language or empty, text); items are ids of Wikidata.
    """

    dataset: str
    record_id: str
    targets: tuple[str, ...]
    url: str
    europeana: str
    item: str
    names: tuple[tuple[str, str], ...]
    lang: str
    type: str
    class_item: str
    municipality: str
    admin_item: str
    country: str
    inception: str
    lat: float | None
    lon: float | None
    publisher: str
    credit: str
    """How the source wants to be named; empty where it does not ask for it."""
    rights: str
    """Address of the rights statement of what the register shows; empty where there is none."""
    annotations: tuple[ToldAnnotation, ...]


@dataclass(frozen=True, slots=True)
class Handed:
    """What was written, and how many annotations a convention cannot say, by reason."""

    records: int
    annotations: int
    left_out: Mapping[str, int]


ReviewWriter = Callable[[Iterable[ToldRecord]], Handed]
"""Writes records one after the other; whoever bound it said where to."""
