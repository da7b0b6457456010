"""The plan: what goes in which week, what waits and why. What pages and command line show."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from heritage.schedule.weeks import monday


class Tier(IntEnum):
    """What is placed first; within a tier by worth."""

    EMERGENCY = 1
    OVERDUE = 2
    """Has waited so long that it goes before all but emergencies, whatever it is worth."""
    DECIDED = 3
    BACKLOG = 4
    """Not decided yet: a forecast, nothing of it is sent."""


class Status(StrEnum):
    """What the plan is worth."""

    OPTIMAL = "optimal"
    """No better plan exists."""
    FEASIBLE = "feasible"
    """Keeps every rule; `bound` says how much better another could be at most."""
    GREEDY = "greedy"
    """The solver gave nothing: placed one by one in order of tier and worth an hour."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A batch in the calendar. `edits` and `minutes` (of reviewers) week by week from `monday` on; `sentence`
    says why there."""

    batch_id: str
    dataset: str
    title: str
    tier: Tier
    monday: date
    edits: tuple[int, ...]
    minutes: tuple[int, ...]
    sentence: str
    running: bool = False
    sent: int = 0
    """Edits of it that were on the wiki when the plan was made."""

    @property
    def weeks(self) -> int:
        return len(self.edits)

    def up_to(self, today: date) -> int:
        """How many edits of it may be on the wiki by the end of the plan's first week, if that is the week of
        `today`: what was sent and this week's part. 0 when its week has not come."""
        return self.sent + self.edits[0] if self.monday == monday(today) else 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch that the calendar has no place for yet, and why."""

    batch_id: str
    dataset: str
    title: str
    tier: Tier
    sentence: str


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """A week: what can be done and what is planned. `free_hours` is what hours less Helpdesk and reserve
    leave; `frozen` says why nothing may be sent."""

    monday: date
    week: str
    edits: int
    hours: float
    helpdesk: float
    reserve: float
    free_hours: float
    planned_edits: int
    planned_hours: float
    frozen: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Quarter:
    """Hours of a quarter for those who lag behind, against the share that they are due; `slack_hours` are
    lacking."""

    monday: date
    hours: float
    lagging_hours: float
    slack_hours: float


@dataclass(frozen=True, slots=True)
class Stage:
    """One tier of the solution: the worth of what was placed and the most that any plan could reach."""

    tier: Tier
    status: Status
    worth: float
    bound: float


@dataclass(frozen=True, slots=True)
class Change:
    """What is different from the plan before, in a sentence with the reason."""

    batch_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`version` is that of the figures it was made with. `notes` tell what people should know: hours beyond
    what there is, a rule that could not be kept."""

    version: str
    target: str
    weeks: tuple[WeekLoad, ...]
    placed: tuple[Placed, ...]
    waiting: tuple[Waiting, ...]
    status: Status
    stages: tuple[Stage, ...]
    quarters: tuple[Quarter, ...]
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
