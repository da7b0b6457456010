"""The rules of the calendar: what stands in the way of a job in a week. Greedy, solver and check ask here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from heritage.schedule.problem import Job, Problem

_NOBODY: frozenset[str] = frozenset()


class Rule(StrEnum):
    """What can stand in the way."""

    HELD = "held"
    READY = "ready"
    HORIZON = "horizon"
    SHUT = "shut"
    AFTER = "after"
    BEFORE = "before"
    EDITS = "edits"
    HOURS = "hours"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`week` is where it stands; of capacity `needs` is wanted and `left` is there, edits or minutes. `name`
    is a reason, a job or a skill."""

    rule: Rule
    week: int
    needs: int = 0
    left: int = 0
    name: str = ""


class Ledger:
    """Jobs in their places and what is left of each week. What runs has its place from the beginning, even
    where it takes more than there is: then nothing is added to that week."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.starts: dict[str, int] = {}
        room = problem.room
        self._left = {"edits": list(room.edits), "minutes": list(room.minutes)}
        self._skills = {name: list(row) for name, row in room.skills.items()}
        for job in problem.jobs:
            if job.running and not job.hold:
                self.place(job, 0)
        self._rows = [*self._left.values(), *self._skills.values()]
        for row in self._rows:
            row[:] = [max(0, left) for left in row]

    def place(self, job: Job, week: int) -> None:
        """Takes what the job needs, whatever the rules say: ask `obstacle` first."""
        self._take(job, week, 1)
        self.starts[job.id] = week

    def remove(self, job: Job) -> None:
        """Gives it back."""
        self._take(job, self.starts.pop(job.id), -1)

    def obstacle(self, job: Job, week: int, free: frozenset[str] = _NOBODY) -> Obstacle | None:
        """The first rule that a start in `week` would break, None when it may start. The job itself must not
        be placed. What waits for it or it waits for is not looked at among `free`."""
        if job.hold:
            return Obstacle(Rule.HELD, week, name=job.hold)
        if week < job.ready:
            return Obstacle(Rule.READY, job.ready)
        if week + job.weeks > self.problem.weeks:
            return Obstacle(Rule.HORIZON, week, needs=job.weeks)
        for at in range(week, week + job.weeks):
            if at in job.shut:
                return Obstacle(Rule.SHUT, at, name=job.shut[at])
        return self._in_order(job, week, free) or self._of_capacity(job, week)

    def earliest(self, job: Job, before: int | None = None) -> int | None:
        """The first week in which it may start, before a week if one is given."""
        weeks = range(self.problem.weeks if before is None else before)
        return next((week for week in weeks if self.obstacle(job, week) is None), None)

    def _in_order(self, job: Job, week: int, free: frozenset[str]) -> Obstacle | None:
        for name in sorted(job.after - free):
            start = self.starts.get(name)
            if start is None or start + self.problem.by_id[name].weeks > week:
                return Obstacle(Rule.AFTER, week, name=name)
        for name in sorted(self.problem.dependants[job.id] - free):
            if self.starts.get(name, self.problem.weeks) < week + job.weeks:
                return Obstacle(Rule.BEFORE, week, name=name)
        return None

    def _of_capacity(self, job: Job, week: int) -> Obstacle | None:
        edits, minutes = self._left["edits"], self._left["minutes"]
        for at, (wanted, spent) in enumerate(zip(job.edits, job.minutes, strict=True), start=week):
            if wanted > edits[at]:
                return Obstacle(Rule.EDITS, at, wanted, edits[at])
            if spent > minutes[at]:
                return Obstacle(Rule.HOURS, at, spent, minutes[at])
            for name in sorted(job.skills):
                if name in self._skills and spent > self._skills[name][at]:
                    return Obstacle(Rule.SKILL, at, spent, self._skills[name][at], name)
        return None

    def left(self, job: Job) -> list[tuple[tuple[int, ...], list[int]]]:
        """For each capacity that a job takes of: what it takes, and what is left of each week."""
        edits, minutes = self._left["edits"], self._left["minutes"]
        known = [self._skills[name] for name in sorted(job.skills) if name in self._skills]
        return [(job.edits, edits), (job.minutes, minutes), *((job.minutes, row) for row in known)]

    def _take(self, job: Job, week: int, sign: int) -> None:
        for wanted, row in self.left(job):
            for at, number in enumerate(wanted, start=week):
                if at < len(row):
                    row[at] -= sign * number


def violations(problem: Problem, starts: Mapping[str, int]) -> list[tuple[str, Obstacle]]:
    """Every job that breaks a rule where it stands; empty for a plan that may be carried out."""
    ledger = Ledger(problem)
    waiting = [job for job in problem.jobs if job.id in starts and job.id not in ledger.starts]
    for job in waiting:
        ledger.place(job, starts[job.id])
    broken = [
        (job.id, Obstacle(Rule.BEFORE, 0, name=job.id))
        for job in problem.jobs
        if ledger.starts.get(job.id) != starts.get(job.id)
    ]
    for job in waiting:
        ledger.remove(job)
        found = ledger.obstacle(job, starts[job.id])
        ledger.place(job, starts[job.id])
        if found:
            broken.append((job.id, found))
    return broken
