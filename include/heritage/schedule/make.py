"""Makes the plan: from batches and what people entered to places, reasons and changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from heritage.schedule.arrange import Arranged, arrange
from heritage.schedule.capacity import Capacity
from heritage.schedule.changes import changes
from heritage.schedule.ledger import Ledger
from heritage.schedule.plan import Placed, Plan, Quarter, Status, Waiting, WeekLoad
from heritage.schedule.problem import Job, Problem, pose
from heritage.schedule.room import room_in, weeks_of
from heritage.schedule.sample import Source
from heritage.schedule.settings import ScheduleSettings
from heritage.schedule.shape import Ask, Horizon, shape
from heritage.schedule.solver import CpSat, Solve
from heritage.schedule.words import Words
from heritage.schedule.worth import Weighing, quarters


def make_plan(
    asks: Sequence[Ask],
    capacity: Capacity,
    settings: ScheduleSettings,
    horizon: Horizon,
    sources: Mapping[str, Source],
    *,
    target: str,
    before: Plan | None = None,
    gone: Mapping[str, str] | None = None,
    used: tuple[int, int] = (0, 0),
    solve: Solve | None = None,
) -> Plan:
    """The plan from the week of `horizon.today` on. `used` edits and minutes of this week are gone already;
    `before` is the plan that is told against, `gone` what became of batches that were in it.

    `solve` is the solver, CP-SAT by default. Raises EntryRefused when what is asked for contradicts itself.
    """
    weighing = Weighing(settings.lateness, settings.equity.worth_an_hour)
    weeks = weeks_of(capacity, horizon, settings.helpdesk.weeks)
    problem = pose(
        shape(asks, capacity, settings, horizon, sources, target),
        room_in(weeks, capacity, horizon, *used),
        quarter_weeks=settings.quarter_weeks,
        lagging_share=0.0 if capacity.equity_waived else settings.equity.share,
    )
    solver = solve or CpSat(weighing, settings.solver.seed)
    arranged = arrange(problem, weighing, solver, settings.solver.deterministic_seconds)
    made = _told(problem, arranged, asks, weeks, horizon, settings, target, capacity)
    return replace(made, changes=changes(before, made, gone or {})) if before else made


def _told(
    problem: Problem,
    arranged: Arranged,
    asks: Sequence[Ask],
    weeks: Sequence[WeekLoad],
    horizon: Horizon,
    settings: ScheduleSettings,
    target: str,
    capacity: Capacity,
) -> Plan:
    ledger = Ledger(problem)
    for job in problem.jobs:
        if job.id in arranged.starts and job.id not in ledger.starts:
            ledger.place(job, arranged.starts[job.id])
    words, by_id = Words(ledger, asks, horizon), {ask.id: ask for ask in asks}
    placed = [
        _placed(job, by_id[job.id], arranged.starts[job.id], horizon, words)
        for job in problem.jobs
        if job.id in arranged.starts
    ]
    waiting = [
        Waiting(job.id, by_id[job.id].dataset, by_id[job.id].title, job.tier, words.waiting(job))
        for job in problem.jobs
        if job.id not in arranged.starts
    ]
    here = [job for job in problem.jobs if job.id in arranged.starts]
    sums = quarters(problem, here, arranged.starts)
    of_quarters = tuple(
        Quarter(horizon.monday(number * problem.quarter_weeks), all_ / 60, lagging / 60, slack / 6000)
        for number, (all_, lagging, slack) in enumerate(sums)
    )
    loads = tuple(_loaded(week, load, here, arranged) for week, load in enumerate(weeks))
    return Plan(
        version=settings.version,
        target=target,
        weeks=loads,
        placed=tuple(sorted(placed, key=lambda one: (one.monday, one.tier, one.title, one.batch_id))),
        waiting=tuple(sorted(waiting, key=lambda one: (one.tier, one.title, one.batch_id))),
        status=arranged.status,
        stages=arranged.stages,
        quarters=of_quarters,
        notes=(*arranged.faults, *_notes(arranged, loads, of_quarters, settings, capacity)),
    )


def _placed(job: Job, ask: Ask, start: int, horizon: Horizon, words: Words) -> Placed:
    return Placed(
        batch_id=job.id,
        dataset=ask.dataset,
        title=ask.title,
        tier=job.tier,
        monday=horizon.monday(start),
        edits=job.edits,
        minutes=job.minutes,
        sentence=words.placed(job),
        running=job.running,
        sent=ask.confirmed,
    )


def _loaded(week: int, load: WeekLoad, jobs: Sequence[Job], arranged: Arranged) -> WeekLoad:
    inside = [(job, week - arranged.starts[job.id]) for job in jobs]
    here = [(job, at) for job, at in inside if 0 <= at < job.weeks]
    return replace(
        load,
        planned_edits=sum(job.edits[at] for job, at in here),
        planned_hours=sum(job.minutes[at] for job, at in here) / 60,
    )


def _notes(
    arranged: Arranged,
    weeks: Sequence[WeekLoad],
    of_quarters: Sequence[Quarter],
    settings: ScheduleSettings,
    capacity: Capacity,
) -> list[str]:
    said = [
        f"{load.week}: what is being sent takes {load.planned_hours:.1f} hours where {load.free_hours:g} are "
        "free; nothing is added."
        for load in weeks
        if load.planned_hours > load.free_hours + 0.01
    ]
    if arranged.status is Status.FEASIBLE:
        worth = sum(stage.worth for stage in arranged.stages)
        bound = sum(stage.bound for stage in arranged.stages)
        said.append(f"Another plan could be better by {(bound - worth) / max(worth, 1):.1%} at most.")
    if capacity.equity_waived:
        said.append(f"The share of hours for who lags behind is waived: {capacity.equity_waived}")
        return said
    said += [
        f"In the {settings.quarter_weeks} weeks from {quarter.monday} on, {quarter.lagging_hours:.1f} of "
        f"{quarter.hours:.1f} hours are for proposals whose groups lag behind; "
        f"{quarter.slack_hours:.1f} hours are lacking to the {settings.equity.share:.0%} that are due."
        for quarter in of_quarters
        if quarter.slack_hours > 0.01
    ]
    return said
