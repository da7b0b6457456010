"""What is to be placed and what room there is: whole numbers, and nothing that contradicts itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from heritage.errors import EntryRefused
from heritage.schedule.plan import Tier


@dataclass(frozen=True)
class Job:
    """A batch, or a proposal that may become one, that wants a place.

    `edits` and `minutes` (of reviewers) are what it takes of each week from its start on. A `running` one has
    its place: from week 0 on. One with a `hold` gets none, for that reason.
    """

    id: str
    tier: Tier
    worth: float
    edits: tuple[int, ...]
    minutes: tuple[int, ...]
    ready: int = 0
    due: int | None = None
    """The last week that it should take; -1 for one that has gone by."""
    after: frozenset[str] = frozenset()
    """Jobs that must be through before."""
    skills: frozenset[str] = frozenset()
    shut: Mapping[int, str] = field(default_factory=dict)
    """Weeks in which nothing of it may be sent, and why."""
    at_risk: float = 0.0
    """Share of its sites that are endangered: the larger goes first among equals."""
    lagging: bool = False
    """Whether its hours count for who lags behind."""
    waited: int = 0
    """Weeks."""
    running: bool = False
    hold: str = ""

    @property
    def weeks(self) -> int:
        return len(self.edits)

    @property
    def hours(self) -> float:
        return sum(self.minutes) / 60


@dataclass(frozen=True)
class Room:
    """What can be done in each week: edits, minutes of reviewers, and minutes of those with a skill."""

    edits: tuple[int, ...]
    minutes: tuple[int, ...]
    skills: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Jobs sorted by id, so that no order of the input changes the plan; made by `pose`."""

    jobs: tuple[Job, ...]
    room: Room
    quarter_weeks: int
    lagging_share: float
    """Of a quarter's hours, that is due to who lags behind; 0 where the body has waived it."""

    @property
    def weeks(self) -> int:
        return len(self.room.edits)

    @cached_property
    def by_id(self) -> dict[str, Job]:
        return {job.id: job for job in self.jobs}

    @cached_property
    def dependants(self) -> dict[str, frozenset[str]]:
        """Jobs that wait for each."""
        found: dict[str, set[str]] = {job.id: set() for job in self.jobs}
        for job in self.jobs:
            for before in job.after:
                found[before].add(job.id)
        return {name: frozenset(jobs) for name, jobs in found.items()}


def pose(jobs: Iterable[Job], room: Room, *, quarter_weeks: int, lagging_share: float = 0.0) -> Problem:
    """A problem that can be planned: what others wait for is placed with the first of them.

    Raises EntryRefused with every fault: two jobs of one id, an unknown job or a circle in `after`, less than
    nothing of anything, or rooms of different lengths.
    """
    given = sorted(jobs, key=lambda job: job.id)
    faults = [*_of_room(room), *_of_jobs(given), *_of_order(given)]
    if faults:
        raise EntryRefused(tuple(faults))
    return Problem(tuple(_promoted(given)), room, quarter_weeks, lagging_share)


def _of_room(room: Room) -> Iterable[tuple[str, str]]:
    rows = {"edits": room.edits, "hours": room.minutes, **room.skills}
    for name, row in rows.items():
        if len(row) != len(room.edits):
            yield name, f"has {len(row)} weeks where others have {len(room.edits)}"
        if any(number < 0 for number in row):
            yield name, f"week {next(t for t, n in enumerate(row) if n < 0)} has less than nothing"


def _of_jobs(jobs: list[Job]) -> Iterable[tuple[str, str]]:
    seen: set[str] = set()
    for job in jobs:
        if job.id in seen:
            yield job.id, "stands twice in the calendar"
        seen.add(job.id)
        if len(job.edits) != len(job.minutes) or not job.edits:
            yield job.id, "needs as many weeks of hours as of edits, one at least"
        if min((*job.edits, *job.minutes, job.ready), default=0) < 0:
            yield job.id, "wants less than nothing"
        if not 0 <= job.worth < 1e6:
            yield job.id, f"cannot be worth {job.worth}"


def _of_order(jobs: list[Job]) -> Iterable[tuple[str, str]]:
    known = {job.id for job in jobs}
    for job in jobs:
        for strange in sorted(job.after - known):
            yield job.id, f"waits for {strange}, which does not exist"
    try:
        TopologicalSorter({job.id: job.after for job in jobs}).prepare()
    except CycleError as error:
        yield "after", f"waits for itself in a circle: {' → '.join(reversed(error.args[1]))}"


def _promoted(jobs: list[Job]) -> Iterable[Job]:
    """Each with the tier of the first that waits for it."""
    tiers = {job.id: job.tier for job in jobs}
    by_id = {job.id: job for job in jobs}
    for name in reversed(list(TopologicalSorter({job.id: job.after for job in jobs}).static_order())):
        for before in by_id[name].after:
            tiers[before] = min(tiers[before], tiers[name])
    return (replace(job, tier=tiers[job.id]) for job in jobs)
