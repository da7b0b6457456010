"""Looking again at items that we edited: the wiki's past, and what was found."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from heritage.model.edit import Content
from heritage.model.visit import PastRevision, Visit
from heritage.ports.decisions import JournalEntry
from heritage.ports.wiki import Entity


class WikiPast(Protocol):
    """A wiki that is asked how its items were, and is never written to. Raises WikiBusy."""

    @property
    def user(self) -> str:
        """The name of our account there; empty when there is none."""
        ...

    def latest(self, qids: Sequence[str]) -> Mapping[str, int]:
        """As of WikiReader."""
        ...

    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        """As of WikiReader."""
        ...

    def as_of(self, revisions: Sequence[int]) -> Mapping[int, PastRevision]:
        """These revisions with the items as they were; one of a deleted page is left out."""
        ...

    def since(self, title: str, revision: int) -> Sequence[PastRevision]:
        """The revisions of a page after this one, oldest first, without the items."""
        ...


@dataclass(frozen=True, slots=True)
class Due:
    """An edit that is to be looked at, and how often it was."""

    entry: JournalEntry
    occasion: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """A confirmed edit, as a report counts it."""

    edit_id: str
    target: str
    dataset: str
    record_id: str
    qid: str
    day: date
    creates: bool
    content: str


class VisitStore(Protocol):
    """Append-only; each call is committed when it returns."""

    def due_counts(self, target: str, settled_before: datetime, now: datetime) -> Mapping[str, int]:
        """How many edits of each dataset are to be looked at: confirmed by then, not taken back whole, and
        never visited or to be visited again by `now`."""
        ...

    def due(self, target: str, dataset: str, settled_before: datetime, now: datetime, most: int) -> list[Due]:
        """The first of them, in the order they were planned."""
        ...

    def add(self, visits: Sequence[Visit]) -> int:
        """Writes visits down, all or none; gives how many are new. One that another run has made stays."""
        ...

    def of_batch(self, batch_id: str) -> list[Visit]:
        """The newest visit of each edit of a batch, in the order of the edits' ids."""
        ...

    def newest(self, datasets: Collection[str] | None = None) -> Iterator[Visit]:
        """The newest visit of each edit."""
        ...

    def recent(self, since: datetime) -> Iterator[Visit]:
        """Every visit that was made since then, the last first."""
        ...

    def ours_on(self, target: str, qids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Item to the JSON of every content that we added to it."""
        ...

    def delivered(self, since: date | None = None, to: date | None = None) -> Iterator[Delivered]:
        """Every confirmed edit from one day to another (UTC), both included, less those taken back whole."""
        ...


class RegisterSays(Protocol):
    """What the newest good snapshot of a register says now."""

    def __call__(self, record_ids: Collection[str]) -> Mapping[str, Content | None]:
        """Record id to what it says, None for a record that is gone; one that is told in part or not at all
        is left out."""
        ...
