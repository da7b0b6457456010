"""Jobs for the calendar, and an account of a plan that shares no code with the one it looks at."""

from collections.abc import Iterable, Mapping

from heritage.schedule.plan import Tier
from heritage.schedule.problem import Job, Problem, Room
from heritage.schedule.shape import parts
from heritage.schedule.worth import Weighing

WEIGHING = Weighing(lateness=1.0, lagging=0.02)


def job(name: str, edits: int, hours: float, weeks: int = 1, tier: Tier = Tier.DECIDED, **given) -> Job:
    """A job in equal parts."""
    after = frozenset(given.pop("after", ()))
    skills = frozenset(given.pop("skills", ()))
    worth = given.pop("worth", 0.5)
    return Job(
        name,
        tier,
        worth,
        parts(edits, weeks),
        parts(round(hours * 60), weeks),
        after=after,
        skills=skills,
        **given,
    )


def room(edits: Iterable[int], hours: Iterable[float], **skills: Iterable[float]) -> Room:
    """Hours, not minutes."""
    minutes = {name: tuple(round(hour * 60) for hour in row) for name, row in skills.items()}
    return Room(tuple(edits), tuple(round(hour * 60) for hour in hours), minutes)


def wrong(problem: Problem, starts: Mapping[str, int]) -> list[str]:
    """Every rule that a plan breaks, counted anew week by week."""
    jobs, found = {one.id: one for one in problem.jobs}, []
    running = {name for name, one in jobs.items() if one.running and not one.hold}
    for name, start in starts.items():
        one = jobs[name]
        last = start + one.weeks
        if one.hold:
            found.append(f"{name} is held")
        if name in running:
            if start:
                found.append(f"{name} was moved")
            continue
        if start < one.ready or last > problem.weeks or set(one.shut) & set(range(start, last)):
            found.append(f"{name} stands where it may not")
        found += [
            f"{name} does not wait for {before}"
            for before in one.after
            if before not in starts or starts[before] + jobs[before].weeks > start
        ]
    found += [f"{name} is missing" for name in running - starts.keys()]
    rows = [(problem.room.edits, lambda one: one.edits, lambda one: True)]
    rows.append((problem.room.minutes, lambda one: one.minutes, lambda one: True))
    for skill, row in problem.room.skills.items():
        rows.append((row, lambda one: one.minutes, lambda one, skill=skill: skill in one.skills))
    for row, load, counts in rows:
        for week, most in enumerate(row):
            loads = {
                name: load(jobs[name])[week - start]
                for name, start in starts.items()
                if 0 <= week - start < jobs[name].weeks and counts(jobs[name])
            }
            fixed = sum(number for name, number in loads.items() if name in running)
            added = sum(number for name, number in loads.items() if name not in running)
            if added and added + fixed > most:
                found.append(f"week {week}: {added} + {fixed} > {most}")
    return found
