"""What people order about batches, where a batch stands because of it, and what was taken back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from heritage.model.upload import Action, Order
from heritage.ports.decisions import JournalEntry


class BatchState(StrEnum):
    """Where a batch stands, in the words of pages and commands."""

    PILOT = "pilot"
    """Its first edits may go, no more."""
    TO_LOOK_AT = "pilot to be looked at"
    """The pilot is on the wiki; the rest waits for the release of a person who looked at it."""
    RELEASED = "released"
    PAUSED = "paused"
    CONTESTED = "under appeal"
    """Nothing of it is sent before an appeal against its decision is heard."""
    CANCELLED = "cancelled"
    TO_UNDO = "being taken back"
    UNDONE = "taken back"
    DONE = "done"
    """Nothing of it waits."""


class UndoState(StrEnum):
    """Where the taking back of one edit stands."""

    SENDING = "sending"
    """Written down before it was sent; after a crash the wiki is asked what is there."""
    UNDONE = "undone"
    """All that the edit added is gone from the wiki; read back."""
    PARTLY = "partly"
    """What nobody had built on is gone; the reason names the rest."""
    LEFT = "left"
    """Nothing could be taken back, for the reason beside it."""
    TO_DELETE = "to delete"
    """A new item that nobody has built on: only an administrator of the wiki can delete it."""


@dataclass(frozen=True, slots=True)
class BatchStanding:
    """Where a batch stands, what can be ordered now, and every order until now, oldest first."""

    batch_id: str
    state: BatchState
    sentence: str
    """The state for people: what happens next, and who ordered it when and why."""
    allowed: tuple[Action, ...]
    orders: tuple[Order, ...]
    pilot: int
    """How many edits go before a person has looked."""
    confirmed: int
    waiting: int
    undone: Mapping[UndoState, int]

    @property
    def sends(self) -> bool:
        """Whether an edit may go to the wiki now."""
        return self.state in (BatchState.PILOT, BatchState.RELEASED)


@dataclass(frozen=True, slots=True)
class UndoneEntry:
    """The taking back of one edit of a batch, as the journal has it."""

    target: str
    edit_id: str
    batch_id: str
    state: UndoState
    reason: str
    """What was left and why; counted by the words up to a colon."""
    content: str
    """JSON of what was sent to the wiki to take the edit back; empty when nothing was."""
    revision: int | None
    sent_at: datetime | None
    attempts: int
    settled_at: datetime | None


class OrderBook(Protocol):
    """Append-only; each call is committed when it returns."""

    def give(self, order: Order, check: Callable[[Sequence[Order]], None]) -> None:
        """Writes an order down. `check` sees all orders of the batch until now, while nobody else can give
        one, and raises when this one does not fit."""
        ...

    def orders(self, batch_id: str) -> list[Order]:
        """All orders about a batch, oldest first."""
        ...


class UndoneEdits(Protocol):
    """The journal of what is taken back, written ahead of every write; one entry an edit and target."""

    def entries(self, batch_id: str) -> list[UndoneEntry]: ...

    def of(self, target: str, edit_ids: Sequence[str]) -> list[UndoneEntry]:
        """Those of these edits that were begun to be taken back."""
        ...

    def reasons(self, batch_id: str, states: Collection[UndoState]) -> Mapping[str, int]:
        """Why entries of a batch ended in one of these states, in full, and how many each."""
        ...

    def counts(self, batch_id: str) -> Mapping[UndoState, int]:
        """Entries by state; every state is there."""
        ...

    def begin(self, target: str, entry: JournalEntry) -> UndoneEntry:
        """Where the taking back of an edit stands; written down as begun when it is not yet."""
        ...

    def sending(self, entry: UndoneEntry, content: str, at: datetime) -> UndoneEntry:
        """Writes down what is about to be sent. Raises BatchTaken when another run has moved the entry since
        it was read."""
        ...

    def settled(
        self, entry: UndoneEntry, state: UndoState, reason: str, revision: int | None, at: datetime
    ) -> UndoneEntry:
        """Writes down how it ended; a later undo may end better. Raises BatchTaken likewise."""
        ...
