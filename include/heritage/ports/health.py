"""How an installation fares: what was found of it, and what somebody has to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Freshness(StrEnum):
    """How the last good pull of a register stands against its schedule, the worst first."""

    UNREAD = "cannot be read"
    LATE = "late"
    DUE = "due"
    FRESH = "fresh"
    NEVER = "not pulled yet"


class Trouble(StrEnum):
    """What can be wrong; the value is the anchor of what to do, in docs/runbook.md."""

    DATABASE_AWAY = "database-away"
    STORE_UNAVAILABLE = "store-unavailable"
    LOG_BROKEN = "log-broken"
    STORAGE_FULL = "storage-full"
    BROKEN_DESCRIPTION = "broken-description"
    CHECKS_FAILED = "checks-failed"
    STALE_DATASET = "stale-dataset"
    WAITING_APPROVAL = "waiting-approval"
    WIKI_STOPPED = "wiki-stopped"
    WIKI_LIMITS = "wiki-limits"
    INDEX_STALE = "index-stale"
    BACKLOG_UPLOADS = "backlog-uploads"
    BACKLOG_REVIEWS = "backlog-reviews"
    BACKLOG_HELPDESK = "backlog-helpdesk"
    STORE_DAMAGED = "store-damaged"
    PERMISSION_ENDS = "permission-ends"


class Gravity(StrEnum):
    """How much it matters, the worst first."""

    WRONG = "wrong"
    """Something stands still, or may be lost."""
    SOON = "soon"
    """It becomes wrong if nobody looks."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that somebody has to look at; `href` is a Heritage page, relative to the others."""

    trouble: Trouble
    gravity: Gravity
    subject: str
    sentence: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """What a run of a register came to, kept when its records were reconciled. `size` is all that the store
    holds of the register, in bytes."""

    snapshot: str
    at: datetime
    records: int
    rejected: int
    match: int
    review: int
    new: int
    size: int


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """What the store says of a register. `seen`: when its publisher last said what the good snapshot holds;
    `stops` and `asks`: failed checks of the newest snapshot, `pulled_at` its time, `waits` whether a person
    is asked about it; `checked`: the snapshot whose page of checks can be read; `unread`: why nothing is
    known."""

    dataset: str
    title: str
    schedule: str
    seen: datetime | None = None
    stops: int = 0
    asks: int = 0
    waits: bool = False
    pulled_at: datetime | None = None
    checked: str | None = None
    figures: tuple[KeptFigures, ...] = ()
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for people, or for its week: how much, and since when the oldest of it."""

    trouble: Trouble
    name: str
    count: int
    oldest: datetime | None
    href: str


class Mood(StrEnum):
    """Why a wiki took no more edits."""

    STOPPED = "stopped"
    """A person or the wiki told us to stop."""
    BUSY = "busy"
    """It lagged, was read-only or asked us to slow down, for longer than an edit may wait."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a wiki told us: `since` when it says so, and when it was heard last (`at`)."""

    mood: Mood
    since: datetime
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class WikiFacts:
    """What was done on a wiki in the last weeks. `per_minute` is the pace that holds, None when nobody
    describes the wiki; `last_hour`: edits in the hour of the last one, which began at `last`; `causes`:
    reasons of edits that were not sent and how often each; `held`: what stopped batches without a person,
    and when; `words`: what the wiki told us last, a stop only while it holds."""

    target: str
    per_minute: float | None
    last_hour: int
    last: datetime | None
    days: tuple[tuple[date, int], ...]
    causes: Mapping[str, int]
    held: tuple[tuple[datetime, str], ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """A permission without which nothing, or less, of a dataset goes to a target: `ends` is the first day on
    which it holds no more. `kind` is what it is, `number` how its hash begins."""

    dataset: str
    target: str
    kind: str
    number: str
    ends: date


@dataclass(frozen=True, slots=True)
class StorageFacts:
    """Bytes; `free` and `total` of the disk are None where the store is on no disk of this machine."""

    free: int | None = None
    total: int | None = None
    database: int | None = None


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """Everything that was found at one moment. `away`: why the database cannot be asked, `store_away` the
    same of the files; `log_faults`: what is broken in the decision log, None when nobody could look;
    `unread`: other parts that could not be read."""

    at: datetime
    registers: tuple[RegisterFacts, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    queues: tuple[Queue, ...] = ()
    wikis: tuple[WikiFacts, ...] = ()
    storage: StorageFacts = field(default_factory=StorageFacts)
    index_as_of: datetime | None = None
    index_days: int = 14
    endings: tuple[Ending, ...] = ()
    decisions: int = 0
    log_faults: tuple[str, ...] | None = None
    away: str = ""
    store_away: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterHealth:
    """A register as it is shown: `due` is when it was, or is, to be pulled next."""

    facts: RegisterFacts
    freshness: Freshness
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """The page, the machine-readable answer and the command show this, and nothing else."""

    facts: HealthFacts
    registers: tuple[RegisterHealth, ...]
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> bool:
        """Whether something stands still or may be lost."""
        return any(one.gravity is Gravity.WRONG for one in self.findings)


class WorkBook(Protocol):
    """What the database says of work that waits and of what was done; counts alone."""

    def edits_waiting(self) -> tuple[int, datetime | None]:
        """Approved edits that are not sent, and when the oldest of them was planned."""
        ...

    def reviews_waiting(self) -> tuple[int, datetime | None]:
        """Review tasks that nobody has settled, and when the oldest was made."""
        ...

    def sent(self, since: datetime) -> Mapping[str, Sequence[tuple[datetime, int]]]:
        """By wiki how many edits were confirmed in each hour with any, oldest first."""
        ...

    def skipped(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        """By wiki why edits were not sent, in full, and how many each."""
        ...

    def paused_by(self, who: str, since: datetime) -> Sequence[tuple[str, datetime, str]]:
        """Wiki, time and reason of the pauses that `who` ordered and that still hold."""
        ...

    def size(self) -> int | None:
        """Bytes of the database; None where that cannot be told."""
        ...
