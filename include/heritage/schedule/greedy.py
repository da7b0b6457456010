"""One by one, each where it fits first: the plan when there is no solver, and the solver's first guess."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from heritage.schedule.ledger import Ledger
from heritage.schedule.problem import Job


def by_worth(job: Job) -> tuple[Any, ...]:
    """Worth an hour; among equals who is at risk, then who has waited longest."""
    return (-job.worth / max(job.hours, 1 / 60), -job.at_risk, -job.waited, job.id)


def by_waiting(job: Job) -> tuple[Any, ...]:
    """Who has waited longest; among equals who is at risk."""
    return (-job.waited, -job.at_risk, job.id)


def fill(ledger: Ledger, jobs: Sequence[Job], order: Callable[[Job], tuple[Any, ...]] = by_worth) -> None:
    """Places each job that fits anywhere in its first week that is free, what it waits for before it."""
    among = {job.id: job for job in jobs}
    done: set[str] = set()

    def settle(job: Job) -> None:
        done.add(job.id)
        for name in sorted(job.after & among.keys() - done, key=lambda name: order(among[name])):
            settle(among[name])
        if job.id not in ledger.starts:
            week = ledger.earliest(job)
            if week is not None:
                ledger.place(job, week)

    for job in sorted(jobs, key=order):
        if job.id not in done:
            settle(job)


def pull_forward(ledger: Ledger, jobs: Iterable[Job], worth: Callable[[], int]) -> None:
    """Moves each job to the first week that is free for it, until none can move, where the plan loses no
    worth by it."""
    moved = True
    while moved:
        moved = False
        for job in sorted(jobs, key=lambda job: (ledger.starts.get(job.id, -1), job.id)):
            start = ledger.starts.get(job.id)
            if start is None or job.running:
                continue
            ledger.remove(job)
            week = ledger.earliest(job, before=start)
            ledger.place(job, start)
            if week is None:
                continue
            before = worth()
            ledger.remove(job)
            ledger.place(job, week)
            if worth() >= before:
                moved = True
            else:
                ledger.remove(job)
                ledger.place(job, start)
