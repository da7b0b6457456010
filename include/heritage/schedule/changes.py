"""What is different between two plans, and why."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from heritage.schedule.plan import Change, Placed, Plan, Tier, Waiting, WeekLoad


def changes(before: Plan, now: Plan, gone: Mapping[str, str]) -> tuple[Change, ...]:
    """One sentence for each batch that moved, came or went, in the order of the plan now. `gone` says what
    became of batches that are in it no more."""
    return tuple(_changes(before, now, gone))


def _changes(before: Plan, now: Plan, gone: Mapping[str, str]) -> Iterator[Change]:
    was: dict[str, Placed | Waiting] = {one.batch_id: one for one in before.placed}
    was |= {one.batch_id: one for one in before.waiting}
    for placed in now.placed:
        old = was.pop(placed.batch_id, None)
        if old is None:
            yield Change(placed.batch_id, f"{placed.title}: new, from {_week(placed)} on.")
        elif isinstance(old, Waiting):
            yield Change(placed.batch_id, f"{placed.title}: has a place now, from {_week(placed)} on.")
        elif not placed.running and old.monday != placed.monday:
            yield Change(placed.batch_id, f"{placed.title}: {_moved(old, placed, before, now)}.")
    for waiting in now.waiting:
        old = was.pop(waiting.batch_id, None)
        if old is None:
            yield Change(waiting.batch_id, f"{waiting.title}: new, and waits. {waiting.sentence}")
        elif isinstance(old, Placed):
            yield Change(waiting.batch_id, f"{waiting.title}: has lost its place. {waiting.sentence}")
    for old in was.values():
        why = gone.get(old.batch_id, "is planned no more: it is through, or not approved any longer")
        yield Change(old.batch_id, f"{old.title}: {why}.")


def _moved(old: Placed, placed: Placed, before: Plan, now: Plan) -> str:
    weeks = (placed.monday - old.monday).days // 7
    many = "1 week" if abs(weeks) == 1 else f"{abs(weeks)} weeks"
    if weeks > 0:
        return f"slipped {many}, to {_week(placed)}: {_why_later(old, placed, before, now)}"
    return f"moved {many} forward, to {_week(placed)}: {_why_sooner(old, placed, before, now)}"


def _why_later(old: Placed, placed: Placed, before: Plan, now: Plan) -> str:
    """The first that explains it: a week with less room, a freeze, its own size, or who took the place."""
    weeks, loads = _weeks(old), {load.monday: load for load in now.weeks}
    for load in before.weeks:
        new = loads.get(load.monday)
        if load.monday in weeks and new and (told := _less(load, new)):
            return told
    if new_weeks := len(placed.edits) - len(old.edits):
        return (
            f"it takes {len(placed.edits)} weeks instead of {len(old.edits)}" if new_weeks > 0 else "shorter"
        )
    if old.monday < now.weeks[0].monday:
        return "the week went by before it was sent"
    there = {one.batch_id: _weeks(one) for one in before.placed}
    for other in now.placed:
        ahead = (other.tier, other.monday) <= (placed.tier, placed.monday)
        fresh = (_weeks(other) & weeks) - there.get(other.batch_id, set())
        if other.batch_id != placed.batch_id and ahead and fresh:
            return f"{other.title}{_rank(other.tier)} takes its room"
    return placed.sentence.rstrip(".")


def _why_sooner(old: Placed, placed: Placed, before: Plan, now: Plan) -> str:
    weeks, loads = _weeks(placed), {load.monday: load for load in before.weeks}
    for load in now.weeks:
        past = loads.get(load.monday)
        if load.monday in weeks and past and (told := _less(load, past, "rose")):
            return told
    if placed.tier < old.tier:
        return f"it goes first now{_rank(placed.tier)}"
    there = {one.batch_id: _weeks(one) for one in now.placed}
    for other in before.placed:
        if other.batch_id != placed.batch_id and (_weeks(other) & weeks) - there.get(other.batch_id, set()):
            return f"{other.title} has left its room"
    return "there is room now"


def _less(more: WeekLoad, less: WeekLoad, verb: str = "fell") -> str:
    """What one of two weeks has less of, told as what it was and is."""
    first, second = (more, less) if verb == "fell" else (less, more)
    if less.frozen and not more.frozen:
        return f"week {more.week} is {'frozen' if verb == 'fell' else 'free again'} ({less.frozen})"
    if less.free_hours < more.free_hours:
        return f"reviewer hours in week {more.week} {verb} from {first.free_hours:g} to {second.free_hours:g}"
    if less.edits < more.edits:
        return f"edits in week {more.week} {verb} from {first.edits:,} to {second.edits:,}"
    return ""


def _rank(tier: Tier) -> str:
    said = {Tier.EMERGENCY: " (an emergency)", Tier.OVERDUE: " (it has waited too long)"}
    return said.get(tier, "")


def _weeks(placed: Placed) -> set[object]:
    return {placed.monday + timedelta(weeks=week) for week in range(placed.weeks)}


def _week(placed: Placed) -> str:
    year, week, _ = placed.monday.isocalendar()
    return f"{year}-W{week:02}"
