"""What people entered as capacity, and the plans that were made: both are kept, nothing is overwritten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from heritage.schedule.capacity import Capacity
from heritage.schedule.plan import Plan


@dataclass(frozen=True, slots=True)
class CapacityEntry:
    """Capacity in force; nobody's (`given_by` empty, `given_at` None) until somebody has entered any."""

    capacity: Capacity
    given_by: str = ""
    given_at: datetime | None = None
    requests: int = 0
    """What the Helpdesk has to do, as its list says."""
    mean_hours: float = 0.0

    @property
    def in_force(self) -> Capacity:
        """What is planned with: the Helpdesk's own figures where people have entered no others."""
        return self.capacity.with_requests(self.requests, self.mean_hours)


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan with the digest of what it was made from."""

    plan: Plan
    inputs: str
    made_at: datetime


class CapacityStore(Protocol):
    def current(self) -> CapacityEntry | None:
        """The newest entry; None before the first."""
        ...

    def enter(self, capacity: Capacity, given_by: str, at: datetime) -> CapacityEntry: ...


class ScheduleStore(Protocol):
    def last(self, target: str | None = None) -> KeptPlan | None:
        """The newest plan, of a target if one is named; None before the first."""
        ...

    def keep(self, plan: Plan, inputs: str, at: datetime) -> KeptPlan: ...
