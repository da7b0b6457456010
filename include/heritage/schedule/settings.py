"""The figures of the calendar: `datasets/_vocabularies/schedule/calendar.yaml`."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from heritage.schedule.capacity import Capacity, Edits, Hours
from heritage.spec.closed import Closed, Country

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Positive = Annotated[int, Field(ge=1)]


class OfABatch(Closed):
    """What one batch may take of a week; a larger one lasts longer."""

    edits_per_week: Positive
    hours_per_week: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Always(Closed):
    """Capacity that is in force until people enter their own."""

    edits_per_week: Edits
    hours_per_week: Hours
    reserve_hours: Hours

    def capacity(self) -> Capacity:
        """As if somebody had entered it."""
        return Capacity(**self.model_dump())


class SampleRule(Closed):
    """How many edits people look at, and how many may be wrong (upper bound of Wilson's interval)."""

    size: Positive
    z: Annotated[float, Field(gt=0, le=10)]
    most_wrong: Share


class HelpdeskRule(Closed):
    weeks: Positive
    """Span of the exponentially weighted average of past weeks."""


class WaitingRule(Closed):
    """That nothing waits for ever: worth grows, and in the end a batch goes before all but emergencies."""

    growth_per_week: Weight
    longest_weeks: Positive


class EquityRule(Closed):
    share: Share
    lagging_from: Share
    worth_an_hour: Weight


class Solver(Closed):
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)]
    deterministic_seconds: Annotated[float, Field(ge=0, le=3600)]


class Contest(Closed):
    """A contest that reads lists from a wiki: they are ready by a day, and rest while it lasts."""

    name: str
    targets: tuple[str, ...]
    month: Annotated[int, Field(ge=1, le=12)]
    due: Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")]
    of: tuple[Literal["monument", "site", "natural", "glam"], ...]
    countries: tuple[Country, ...]

    @field_validator("due")
    @classmethod
    def _a_day(cls, value: str) -> str:
        date.fromisoformat(f"2001-{value}")
        return value


class ScheduleSettings(Closed):
    version: str
    horizon_weeks: Annotated[int, Field(ge=1, le=106)]
    quarter_weeks: Positive
    capacity: Always
    batch: OfABatch
    ramp: tuple[Positive, ...]
    """Edits of a new source in its first weeks, one after the other."""
    sample: SampleRule
    helpdesk: HelpdeskRule
    waiting: WaitingRule
    lateness: Weight
    equity: EquityRule
    solver: Solver
    contests: tuple[Contest, ...] = ()

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if list(self.ramp) != sorted(self.ramp):
            raise ValueError("ramp: each week may bring as many edits as the one before, or more")
        return self
