"""Jobs for the calendar, and an account of a plan that shares no code with the one it looks at."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from heritage.schedule.capacity import Capacity, read_capacity
from heritage.schedule.plan import Tier
from heritage.schedule.problem import Job, Problem, Room
from heritage.schedule.sample import Source
from heritage.schedule.settings import ScheduleSettings
from heritage.schedule.shape import Ask, parts
from heritage.schedule.worth import Weighing
from heritage.spec.yaml_model import read_model
from register_examples import VOCABULARIES

TODAY = date(2026, 8, 5)
"""A Wednesday."""
FIGURES = read_model(Path(VOCABULARIES) / "schedule" / "calendar.yaml", ScheduleSettings)
OLD = {name: Source(sent=5_000, weeks=9) for name in ("gb_a", "se_b", "de_c", "fr_d")}
CHECKED = {name: {"looked_at": 300, "wrong": 0, "on": "2026-08-01"} for name in OLD}
"""Registers that have sent for long, and what people found in them."""
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


def ask(name: str, edits: int = 1_000, minutes: int = 240, **given) -> Ask:
    base = Ask(
        id=f"{name}-1",
        dataset=name,
        title=name.upper(),
        tier=Tier.DECIDED,
        score=0.5,
        edits=edits,
        minutes=minutes,
        ready=TODAY,
        since=TODAY,
        country=name[:2],
        kind="natural",
    )
    return replace(base, **given)


def capacity(**given) -> Capacity:
    return read_capacity({"edits_per_week": 10_000, "hours_per_week": 12, "samples": CHECKED, **given})
