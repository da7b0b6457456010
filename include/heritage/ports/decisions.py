"""What people decided, and what we did to the world: the SQL side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from heritage.model.edit import EditState
from heritage.model.governance import Decision, Ranked, Round, Vote


class DecisionStore(Protocol):
    """Rounds, votes and the decision log. Every vote is kept; the last one before closing counts."""

    def open_round(
        self,
        round_id: str,
        proposals: Sequence[Ranked],
        seats: Sequence[str],
        opened_at: datetime,
        closes_at: datetime,
    ) -> Round:
        """Opens a round; the same id again gives the round that stands."""
        ...

    def round(self, round_id: str) -> Round | None: ...

    def open_rounds(self) -> list[Round]: ...

    def cast(self, round_id: str, vote: Vote) -> None:
        """Raises GovernanceError when the round is closed or the proposal is not in it."""
        ...

    def votes(self, round_id: str) -> list[Vote]:
        """The vote that counts of each member on each proposal."""
        ...

    def close_round(self, round_id: str, decisions: Sequence[Decision]) -> None:
        """Appends the decisions and closes, in one transaction."""
        ...

    def log(self) -> list[Decision]:
        """The whole decision log in order."""
        ...


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One approved edit in the upload journal."""

    edit_id: str
    batch_id: str
    dataset: str
    record_id: str
    qid: str | None
    state: EditState
    reason: str
    content: str
    revision: int | None
    sent_at: datetime | None
    attempts: int


class Journal(Protocol):
    """Written ahead of every write to a wiki."""

    def plan(
        self,
        batch_id: str,
        decision_numbers: Sequence[int],
        target: str,
        entries: Sequence[JournalEntry],
    ) -> int:
        """Adds what is not there yet; gives the number of new entries. Safe to repeat."""
        ...

    def pending(self, batch_id: str) -> list[JournalEntry]:
        """Entries planned or sending, in the order they were planned."""
        ...

    def sending(self, edit_id: str, content: str, at: datetime) -> None:
        """Writes down what is about to be sent, with its statement ids."""
        ...

    def confirmed(self, edit_id: str, qid: str, revision: int, at: datetime) -> None: ...

    def skipped(self, edit_id: str, reason: str, at: datetime) -> None: ...

    def counts(self, batch_id: str) -> Mapping[EditState, int]: ...

    def entries(self, batch_id: str) -> list[JournalEntry]: ...
