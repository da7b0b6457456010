"""How long a year's plan of 500 proposals takes: `.venv/bin/python benchmarks/schedule/run.py`.

Plans made-up batches of 60 registers over 53 weeks with the bundled figures, once where there is room for all
and once where there is room for eight in ten, with skills, freezes, contests, new registers, emergencies and
registers that wait for others. Each plan is made by the solver and one by one (greedy), each in a process of
its own with another hash seed; the plan of the solver is made twice and has to come out the same.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 23)
COUNTRIES = ("se", "gb", "de", "fr", "it", "ua", "ke", "pe")
EDITS = (60, 300, 800, 2_000, 5_000, 12_000, 30_000, 60_000)
NEW = 5
"""Every so many registers one is new."""


def asks(count: int):
    """Batches and proposals, the same every time."""
    from heritage.schedule.plan import Tier
    from heritage.schedule.shape import Ask

    draw = random.Random(20261122)
    for number in range(count):
        register = number % 60
        edits = draw.choice(EDITS)
        tier = Tier.EMERGENCY if number % 50 == 0 else Tier.DECIDED if number % 4 == 0 else Tier.BACKLOG
        country = COUNTRIES[register % len(COUNTRIES)]
        yield Ask(
            id=f"b{number:03}",
            dataset=f"{country}_r{register}",
            title=f"Register {register}, batch {number}",
            tier=tier,
            score=draw.uniform(0.1, 0.9),
            edits=edits,
            minutes=round(edits * 0.05) + 2 * draw.randint(0, 90),
            ready=TODAY + timedelta(weeks=draw.randint(0, 6)),
            since=TODAY - timedelta(weeks=draw.randint(0, 20)),
            country=country,
            kind=draw.choice(("monument", "site", "glam")),
            at_risk=draw.random(),
            lagging=country in ("ke", "pe"),
        )


def problem(count: int, room: float):
    """All that a plan is made of; `room` is the share of everything that the year's hours are enough for."""
    from heritage.schedule.capacity import read_capacity
    from heritage.schedule.sample import Source
    from heritage.schedule.settings import ScheduleSettings
    from heritage.schedule.shape import Horizon
    from heritage.spec.yaml_model import read_model

    asked = list(asks(count))
    weeks = 53
    hours = sum(ask.minutes for ask in asked) / 60 / weeks * room
    edits = sum(ask.edits for ask in asked) / weeks * room
    registers = sorted({ask.dataset for ask in asked})
    old = [name for number, name in enumerate(registers) if number % NEW]
    capacity = read_capacity(
        {
            "edits_per_week": round(edits * 1.2),
            "hours_per_week": round(hours + 10),
            "reserve_hours": 4,
            "helpdesk": {"open_requests": 8, "mean_hours": 3, "spent": [5, 7, 6, 6]},
            "skills": {"se": {"hours_per_week": round(hours / 6, 1)}},
            "freezes": [{"first": "2026-12-21", "last": "2027-01-03", "why": "holidays"}],
            "after": {},
            "samples": {name: {"looked_at": 300, "wrong": 2, "on": "2026-11-20"} for name in old},
        }
    )
    figures = read_model(ROOT / "datasets/_vocabularies/schedule/calendar.yaml", ScheduleSettings)
    sources = {name: Source(sent=3_000, weeks=6) for name in old}
    return asked, capacity, figures, Horizon(TODAY, weeks), sources


def measure(count: int, room: float, solver: bool) -> dict[str, object]:
    """One plan: seconds, and what it is worth."""
    from heritage.schedule.make import make_plan

    given = problem(count, room)

    def nobody(*_: object) -> None:
        return None

    began, cpu = time.perf_counter(), time.process_time()
    plan = make_plan(*given, target="wikidata", solve=None if solver else nobody)
    spent, used = time.perf_counter() - began, time.process_time() - cpu
    return {
        "seconds": spent,
        "cpu": used,
        "status": plan.status,
        "placed": len(plan.placed),
        "stages": [
            (stage.tier.name.lower(), stage.status, stage.worth, stage.bound) for stage in plan.stages
        ],
        "digest": hashlib.sha256(repr(plan.placed).encode()).hexdigest()[:12],
    }


def in_a_process(count: int, room: float, solver: bool, seed: int) -> dict[str, object]:
    """Measured alone, with a hash seed of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", json.dumps([count, room, solver])],
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Prints one block for each room."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proposals", type=int, default=500)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(*json.loads(given.one))))
        return
    for room in (1.3, 0.8):
        solved, again = (in_a_process(given.proposals, room, True, seed) for seed in (1, 2))
        greedy = in_a_process(given.proposals, room, False, 3)
        print(f"{given.proposals} proposals x 53 weeks, hours for {room:.0%} of them")
        for name, plan in (("solver", solved), ("greedy", greedy)):
            print(
                f"  {name}: {plan['seconds']:.1f} s ({plan['cpu']:.1f} s of CPU), {plan['status']}, "
                f"{plan['placed']} placed"
            )
        beside = {tier: worth for tier, _, worth, _ in greedy["stages"]}
        for tier, status, worth, bound in solved["stages"]:
            print(
                f"    {tier}: {status}, worth {worth:.1f}, bound {bound:.1f} ({worth / bound:.2%} of it); "
                f"greedy {beside[tier]:.1f} ({beside[tier] / worth:.2%} of the solver's)"
            )
        same = solved["digest"] == again["digest"]
        print(f"    made twice with other hash seeds: {'the same plan' if same else 'ANOTHER PLAN'}")
        if not same:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
