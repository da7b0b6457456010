"""How much can be done in each week: what people entered, less what the Helpdesk takes."""

from collections.abc import Mapping, Sequence

from heritage.schedule.capacity import Capacity, OneWeek
from heritage.schedule.plan import WeekLoad
from heritage.schedule.problem import Room
from heritage.schedule.shape import Horizon, frozen_for_all
from heritage.schedule.weeks import name


def smoothed(spent: Sequence[float], weeks: int) -> float:
    """The exponentially weighted average of past weeks, oldest first, with a span of so many.

    >>> smoothed([10, 10, 0], 4)
    6.0
    """
    average = 0.0
    for number, hours in enumerate(spent):
        average = hours if number == 0 else average + 2 / (weeks + 1) * (hours - average)
    return average


def forecast(capacity: Capacity, horizon: Horizon, span: int) -> list[float]:
    """Hours that the Helpdesk takes in each week. Open requests go before everything: as many hours as they
    need, from the first week on, until they are worked off; never less than the average of past weeks. What
    people entered for a week counts instead."""
    usual = smoothed(capacity.helpdesk.spent, span)
    left = (capacity.helpdesk.open_requests or 0) * (capacity.helpdesk.mean_hours or 0.0)
    taken = []
    for week in range(horizon.weeks):
        known = capacity.weeks.get(name(horizon.monday(week)), OneWeek())
        hours = capacity.hours_per_week if known.hours is None else known.hours
        expected = max(min(left, hours), usual) if known.helpdesk is None else known.helpdesk
        left = max(0.0, left - min(expected, hours))
        taken.append(expected)
    return taken


def weeks_of(capacity: Capacity, horizon: Horizon, span: int) -> tuple[WeekLoad, ...]:
    """Every week with what can be done in it; nothing is planned yet."""
    helpdesk, frozen = forecast(capacity, horizon, span), frozen_for_all(capacity.freezes, horizon)
    return tuple(_week(capacity, horizon, week, helpdesk[week], frozen) for week in range(horizon.weeks))


def room_in(weeks: Sequence[WeekLoad], capacity: Capacity, horizon: Horizon, sent: int, minutes: int) -> Room:
    """What is free, in whole edits and minutes; `sent` edits of this week and `minutes` for them are used."""
    edits = [week.edits for week in weeks]
    free = [round(week.free_hours * 60) for week in weeks]
    edits[0], free[0] = max(0, edits[0] - sent), max(0, free[0] - minutes)
    skills = {
        skill: tuple(round(hours * 60) for hours in horizon.named(given.weeks, given.hours_per_week))
        for skill, given in capacity.skills.items()
    }
    return Room(tuple(edits), tuple(free), skills)


def _week(
    capacity: Capacity, horizon: Horizon, week: int, helpdesk: float, frozen: Mapping[int, str]
) -> WeekLoad:
    day = horizon.monday(week)
    known = capacity.weeks.get(name(day), OneWeek())
    hours = capacity.hours_per_week if known.hours is None else known.hours
    return WeekLoad(
        monday=day,
        week=name(day),
        edits=capacity.edits_per_week if known.edits is None else known.edits,
        hours=hours,
        helpdesk=helpdesk,
        reserve=capacity.reserve_hours,
        free_hours=max(0.0, hours - helpdesk - capacity.reserve_hours),
        planned_edits=0,
        planned_hours=0.0,
        frozen=frozen.get(week, ""),
        why=known.why,
    )
