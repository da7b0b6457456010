"""What people say can be done: edits and hours a week, the Helpdesk, skills, freezes, what goes first."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from heritage.errors import EntryRefused
from heritage.schedule.weeks import Week
from heritage.spec.closed import Closed

Hours = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Edits = Annotated[int, Field(ge=0, le=1_000_000_000)]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
SkillName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$")]
"""A language (`sv`) or the country of a register (`se`), in small letters."""


class OneWeek(Closed):
    """What is different in one week; what is left out is as in every other."""

    edits: Edits | None = None
    hours: Hours | None = None
    helpdesk: Hours | None = None
    """Hours that the Helpdesk takes, where people know better than the forecast."""
    why: str = Field(default="", max_length=500)


class Helpdesk(Closed):
    """What the Helpdesk takes of the reviewers' hours."""

    open_requests: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """None counts those that are to be done."""
    mean_hours: Hours | None = None
    """Of one request; None takes the mean of what they say."""
    spent: Annotated[tuple[Hours, ...], Field(max_length=520)] = ()
    """Hours of past weeks, oldest first."""


class Skill(Closed):
    """Hours of the reviewers who read a language or know a country; `weeks` where it is another number."""

    hours_per_week: Hours
    weeks: dict[Week, Hours] = Field(default_factory=dict)


class Freeze(Closed):
    """Days on which nothing is started nor sent; `countries` (two letters) narrow it to their registers."""

    first: date
    last: date
    why: Why
    countries: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")], ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"the first day, {self.first}, is after the last, {self.last}")
        return self


class Sample(Closed):
    """What people found who looked at edits of a register after they were sent."""

    looked_at: Annotated[int, Field(ge=1, le=1_000_000)]
    wrong: Annotated[int, Field(ge=0)]
    on: date

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.wrong > self.looked_at:
            raise ValueError(f"{self.wrong} wrong of {self.looked_at} looked at: that is more than all")
        return self


class Capacity(Closed):
    """All of it. Weeks that are not named have the same number of edits and hours."""

    edits_per_week: Edits
    hours_per_week: Hours
    reserve_hours: Hours = 0.0
    """Kept free every week for what nobody foresees."""
    helpdesk: Helpdesk = Helpdesk()
    weeks: dict[Week, OneWeek] = Field(default_factory=dict)
    skills: dict[SkillName, Skill] = Field(default_factory=dict)
    freezes: tuple[Freeze, ...] = ()
    emergencies: dict[Id, Why] = Field(default_factory=dict)
    """Registers whose approved edits go before all others, and why; no gate opens by it."""
    after: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    """Registers whose edits wait until those of others are through."""
    due: dict[Id, date] = Field(default_factory=dict)
    """Registers whose edits are wanted by a day."""
    samples: dict[Id, Sample] = Field(default_factory=dict)
    """The newest sample of each register."""
    equity_waived: str = Field(default="", max_length=500)
    """Why the body waives the share of hours for who lags behind, if it does."""

    def with_requests(self, requests: int, mean_hours: float) -> "Capacity":
        """With what the Helpdesk's own list says, where people have entered nothing else."""
        entered = self.helpdesk
        counted = {
            "open_requests": requests if entered.open_requests is None else entered.open_requests,
            "mean_hours": mean_hours if entered.mean_hours is None else entered.mean_hours,
        }
        return self.model_copy(update={"helpdesk": entered.model_copy(update=counted)})


def read_capacity(content: Mapping[str, Any]) -> Capacity:
    """What a person entered. Raises EntryRefused with a sentence for each field that cannot be."""
    try:
        return Capacity.model_validate(content)
    except ValidationError as error:
        raise EntryRefused(
            tuple((".".join(map(str, fault["loc"])), _sentence(fault)) for fault in error.errors())
        ) from None


_SAY = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "int_parsing": "write a whole number, as 4",
    "int_from_float": "write a whole number, as 4",
    "int_type": "write a whole number, as 4",
    "float_parsing": "write a number, as 2.5",
    "float_type": "write a number, as 2.5",
    "finite_number": "write a number, as 2.5",
    "greater_than_equal": "write a number of {ge:g} or more",
    "less_than_equal": "write a number of {le:g} or less",
    "date_parsing": "write a day, as 2026-12-24",
    "date_from_datetime_parsing": "write a day, as 2026-12-24",
    "date_type": "write a day, as 2026-12-24",
    "string_too_short": "say why; it cannot be empty",
    "string_too_long": "at most {max_length} letters",
    "string_pattern_mismatch": "write it in small letters, as sv or se",
}


def _sentence(fault: Any) -> str:
    if fault["type"] in _SAY:
        return _SAY[fault["type"]].format(**fault.get("ctx", {}))
    return str(fault["msg"]).removeprefix("Value error, ")
