"""One batch as a page shows it, for people who order about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.model.visit import Fate, Gains
from heritage.ports.decisions import Batch
from heritage.ports.orders import BatchStanding, UndoState
from heritage.ports.overview import Stopped
from heritage.ports.schedule import CapacityEntry, KeptPlan


@dataclass(frozen=True, slots=True)
class EditRow:
    """An edit in the list, without a word of the register: what it says may be withheld today, and that it
    has a record at all."""

    edit_id: str
    qid: str
    state: EditState
    creates: bool
    statements: int
    references: int
    names: int
    why: str
    revision: int | None
    at: datetime | None
    undone: UndoState | None
    undone_why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """An edit of which something does not stand any more, or of which the register says something else."""

    qid: str
    item: str
    """Where it is now, another one after a merge; empty when it was deleted."""
    fate: Fate
    what: tuple[str, ...]
    drift: tuple[str, ...]
    revision: int | None
    by: str


@dataclass(frozen=True, slots=True)
class Became:
    """What became of the edits of a batch, by the newest visit of each: edits by fate, parts of them that
    were added and that still stand, what others have added since, and those that people should look at first
    (`more` are not shown). `waiting` edits were not visited yet."""

    visited: int
    waiting: int
    last: datetime | None
    fates: Mapping[Fate, int]
    parts: int
    kept: int
    gains: Gains
    drifted: int
    losses: tuple[Lost, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class BatchPage:
    """Where a batch stands and a page of its edits. `wiki` is the address of index.php, empty when nobody
    knows it; `minutes_left` is None while nothing is being sent; `failures` are counts by cause."""

    batch: Batch
    dataset: str
    title: str
    standing: BatchStanding
    stopped: Stopped | None
    counts: Mapping[EditState, int]
    per_minute: float
    minutes_left: float | None
    failures: Mapping[str, int]
    left: Mapping[str, int]
    """Why edits could not be taken back, or not whole, likewise."""
    edits: tuple[EditRow, ...]
    page: int
    pages: int
    only: EditState | None
    wiki: str
    became: Became | None = None
    """None before anything was visited."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """Edits of which nothing is left to do."""
        return self.total - self.standing.waiting


class OrderBatch(Protocol):
    def __call__(self, user: str, batch_id: str, action: Action, reason: str) -> BatchStanding:
        """Gives an order. Raises OrderRefused where it does not fit, with a sentence for the person."""
        ...


@dataclass(frozen=True, slots=True)
class UploadServices:
    """What the pages on uploads ask and do."""

    batch: Callable[[str, int, EditState | None], BatchPage | None]
    """By id, page of edits and state; None when there is no such batch."""
    standing: Callable[[str], BatchStanding]
    order: OrderBatch
    plan: Callable[[], KeptPlan | None]
    """The newest calendar; None before the first."""
    capacity: Callable[[], CapacityEntry]
    enter_capacity: Callable[[str, Mapping[str, Any]], CapacityEntry]
    """By user and content. Raises EntryRefused with a sentence for each field that cannot be."""
