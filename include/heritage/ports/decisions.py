"""What people decided, and what we did to the world: the SQL side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from heritage.model.edit import EditState
from heritage.model.governance import Decision, Pull, Ranked, Round, RoundKind, Seal, Vote
from heritage.ports.appeals import AppealStore

Count = Callable[[Round, Sequence[Vote], Decision | None], Sequence[Decision]]
"""Counts a round: the round, every vote cast in it and the last line of the log give the new lines."""


class SealBook(Protocol):
    """Keeps, where the database does not, where the log ended: what was cut off its end is missed."""

    def keep(self, seal: Seal) -> None:
        """Keeps it for ever; what is kept already stays as it is."""
        ...

    def seals(self) -> list[Seal]:
        """The longest log last."""
        ...


class DecisionStore(AppealStore, Protocol):
    """Rounds, votes, the decision log and the appeals against it. Every vote is kept; the last one before
    closing counts."""

    def open_round(
        self,
        round_id: str,
        proposals: Sequence[Ranked],
        seats: Sequence[str],
        opened_at: datetime,
        closes_at: datetime,
        kind: RoundKind = RoundKind.REGULAR,
        terms: str = "",
    ) -> Round:
        """Opens a round; the same id again gives the round that stands."""
        ...

    def round(self, round_id: str) -> Round | None: ...

    def rounds(self) -> list[Round]:
        """All rounds, oldest first."""
        ...

    def heads(self) -> list[Round]:
        """All rounds, oldest first, without the proposals in them: what a list of rounds needs."""
        ...

    def open_rounds(self) -> list[Round]:
        """Those that can still be voted in, oldest first."""
        ...

    def cast(self, round_id: str, vote: Vote, ends: datetime | None = None) -> None:
        """Raises GovernanceError when the round is closed or the proposal is not in it, and when voting has
        ended: `ends` is the deadline as who votes has seen it."""
        ...

    def pull(self, round_id: str, pull: Pull, ends: datetime | None = None) -> None:
        """Keeps that a member wants a vote on an item; a second time changes nothing. Raises as `cast`."""
        ...

    def end_voting(self, round_id: str, at: datetime) -> Round:
        """Moves the deadline to `at`, unless it has passed: nobody can vote any more. Raises GovernanceError
        when there is no such round, or it is closed."""
        ...

    def votes(self, round_id: str) -> list[Vote]:
        """The vote that counts of each member on each proposal."""
        ...

    def cast_votes(self, round_id: str | None = None) -> Mapping[str, Sequence[Vote]]:
        """Every vote ever cast, by round, in the order in which they came; of one round, if it is named."""
        ...

    def close_round(self, round_id: str, count: Count) -> list[Decision]:
        """Reads the votes, counts, appends the decisions and closes, in one transaction that nobody can
        vote or close into. Raises GovernanceError when the round is unknown or closed, and leaves the
        round open when `count` raises."""
        ...

    def log(self) -> list[Decision]:
        """The whole decision log in order. Raises GovernanceError naming a line that cannot be read."""
        ...

    def fingerprint(self) -> str:
        """Another one as soon as anything in a round, on its ballot, in a vote, pull or decision is."""
        ...

    def keep_seal(self, seal: Seal) -> None:
        """Keeps outside the database where the log ends; see `SealBook`."""
        ...

    def seals(self) -> list[Seal]:
        """What was kept of it."""
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
    """JSON of model.edit.Content: what is to be added; from `sending` on exactly what was sent. Statement
    ids follow from the edit id (`statements.wikibase_json.statement_guid`)."""
    revision: int | None
    sent_at: datetime | None
    attempts: int
    settled_at: datetime | None = None
    """When it was confirmed or skipped."""
    creates: bool = False
    """It makes a new item; `qid` is known once it is confirmed."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the licence lets a kind of information of a batch go out. `facts` is the digest of what was known
    of the rights, `permission` the hash of what opened the gate, empty where the licence itself does."""

    kind: str
    licence_id: str
    answer: str
    facts: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Approved edits that go to one target together, the decisions that allow them, and on what grounds of
    licence (each that it was ever planned on)."""

    batch_id: str
    target: str
    decision_numbers: tuple[int, ...]
    planned_at: datetime
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class SentDay:
    """How many edits of a batch were confirmed on a day (UTC)."""

    dataset: str
    batch_id: str
    day: date
    edits: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the edits of a batch, which are one dataset's: `refused` by the wiki, `skipped` for
    other reasons, `new_items` among the confirmed ones. `began` and `ended` are the first sending and the
    last settling, None where there was none."""

    dataset: str
    waiting: int
    confirmed: int
    skipped: int
    refused: int
    new_items: int
    began: datetime | None
    ended: datetime | None


class Journal(Protocol):
    """Written ahead of every write to a wiki; each call is committed when it returns.

    An edit stands in the journal once per target, whatever batch brought it. `sending`, `confirmed` and
    `skipped` take the entry as it was read and raise BatchTaken when another run has moved it meanwhile.
    """

    def plan(
        self,
        batch_id: str,
        decision_numbers: Sequence[int],
        target: str,
        entries: Sequence[JournalEntry],
        at: datetime,
        grounds: Sequence[Ground] = (),
    ) -> int:
        """Adds what does not stand in the journal of `target` yet, as planned; gives the number of new
        entries. What an earlier decision's batch skipped is taken over: people have decided on it anew.
        Safe to repeat."""
        ...

    def pending(self, batch_id: str) -> list[JournalEntry]:
        """Entries planned or sending, in the order they were planned."""
        ...

    def sending(self, entry: JournalEntry, content: str, at: datetime) -> JournalEntry:
        """Writes down what is about to be sent, before it is sent; gives the entry as it stands now."""
        ...

    def sending_together(self, edits: Sequence[tuple[JournalEntry, str]], at: datetime) -> list[JournalEntry]:
        """As `sending`, of several (entry, content), all or none."""
        ...

    def unsent(self, edits: Sequence[tuple[JournalEntry, JournalEntry]]) -> None:
        """Puts (entry as it stands, as it stood) back to what they were before `sending`, all or none: none
        of them was sent. The attempt stays counted, so that none ever stands again as somebody saw it."""
        ...

    def confirmed(self, entry: JournalEntry, qid: str, revision: int, at: datetime) -> JournalEntry: ...

    def confirmed_together(self, made: Sequence[tuple[JournalEntry, str, int]], at: datetime) -> None:
        """As `confirmed`, of several (entry, item, revision), all or none."""
        ...

    def skipped(self, entry: JournalEntry, reason: str, at: datetime) -> JournalEntry: ...

    def counts(self, batch_id: str) -> Mapping[EditState, int]:
        """Entries by state; every state is there."""
        ...

    def outcome(self, batch_id: str) -> Outcome | None:
        """What became of a batch; None when none of its edits stands in the journal (any more)."""
        ...

    def entries(self, batch_id: str) -> list[JournalEntry]:
        """All entries of a batch, in the order they were planned."""
        ...

    def page(self, batch_id: str, state: EditState | None, first: int, most: int) -> list[JournalEntry]:
        """Entries of a batch, of one state if it is given, from the `first` (0) on; what was sent last comes
        first."""
        ...

    def reasons(self, batch_id: str) -> Mapping[str, int]:
        """Why entries of a batch were skipped, in full, and how many each."""
        ...

    def dataset(self, batch_id: str) -> str:
        """Whose edits those of a batch are; empty while it has none."""
        ...

    def delivered(self, target: str, dataset: str) -> list[JournalEntry]:
        """Every confirmed entry of a dataset on a target, oldest first: what we added once and therefore
        never add again, should a person have removed it."""
        ...

    def settled(self, target: str, dataset: str, decisions: Sequence[int]) -> frozenset[str]:
        """Ids of the edits of a dataset of which nothing is left to send on a target by these decisions: what
        was confirmed, whatever batch brought it, and what was skipped, but not by earlier decisions alone."""
        ...

    def sent(self, target: str) -> list[SentDay]:
        """What was confirmed on a target, by batch and day, oldest first."""
        ...

    def batches(self) -> list[Batch]:
        """All batches, newest first."""
        ...
