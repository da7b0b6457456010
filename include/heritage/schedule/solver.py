"""The calendar as a problem of CP-SAT (OR-tools): x[job, week] is true where a job starts.

One worker, a fixed seed and a limit in the solver's own deterministic time: the same problem has the same
answer on every machine. A problem that is too large to be solved whole is first guessed one by one and then
made better some weeks at a time, with the rest in its place.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Any, Protocol

from heritage.schedule.ledger import Ledger
from heritage.schedule.plan import Status, Tier
from heritage.schedule.problem import Job
from heritage.schedule.worth import FOR_LAGGING, Weighing, quarters

_SMALL = 5_000
"""Variables up to which simplifying the problem first takes less time than it saves."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`starts` of the free jobs; `bound` is of the worth of the tier, if the solver found one."""

    starts: Mapping[str, int]
    status: Status
    bound: float | None
    spent: float


class Solve(Protocol):
    """Finds places for the jobs of one tier among all that stands in the ledger."""

    def __call__(
        self,
        ledger: Ledger,
        free: Sequence[Job],
        tier: Tier,
        hint: Mapping[str, int],
        weeks: range,
        seconds: float,
    ) -> Answer | None:
        """None when it has no answer within the time. `hint` is a plan that keeps all rules."""
        ...


@dataclass(frozen=True, slots=True)
class CpSat:
    """`Solve` by CP-SAT. OR-tools is imported when it is called: without it, that raises ImportError."""

    weighing: Weighing
    seed: int

    def __call__(
        self,
        ledger: Ledger,
        free: Sequence[Job],
        tier: Tier,
        hint: Mapping[str, int],
        weeks: range,
        seconds: float,
    ) -> Answer | None:
        """See `Solve`."""
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        starts = _variables(model, ledger, free, hint, weeks)
        _keep_capacity(model, ledger, free, starts)
        _keep_order(model, ledger, free, starts)
        terms: list[tuple[Any, float]] = [
            (variable, self.weighing.gain(job, week, ledger.problem))
            for job in free
            for week, variable in starts[job.id].items()
        ]
        if tier in FOR_LAGGING and ledger.problem.lagging_share:
            lacking = _lacking(model, ledger, free, starts, hint)
            cost = self.weighing.a_hundredth(ledger.problem.weeks)
            terms.extend((slack, -cost) for slack in lacking)
        variables, worth = zip(*terms, strict=True) if terms else ((), ())
        model.maximize(cp_model.LinearExpr.weighted_sum(variables, worth))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.seed
        solver.parameters.max_deterministic_time = seconds
        solver.parameters.cp_model_presolve = len(terms) <= _SMALL
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        found = {
            name: week
            for name, of_job in starts.items()
            for week, variable in of_job.items()
            if solver.boolean_value(variable)
        }
        best = Status.OPTIMAL if status == cp_model.OPTIMAL else Status.FEASIBLE
        spent = float(solver.response_proto.deterministic_time)
        return Answer(found, best, float(solver.best_objective_bound), spent)


def _variables(
    model: Any, ledger: Ledger, free: Sequence[Job], hint: Mapping[str, int], weeks: range
) -> dict[str, dict[int, Any]]:
    """A variable for each week that nothing but the other free jobs may bar."""
    together = frozenset(job.id for job in free)
    made: dict[str, dict[int, Any]] = {}
    for job in free:
        open_weeks = [week for week in weeks if ledger.obstacle(job, week, together) is None]
        made[job.id] = {week: model.new_bool_var(f"{job.id}@{week}") for week in open_weeks}
        for week, variable in made[job.id].items():
            model.add_hint(variable, hint.get(job.id) == week)
        # What others in their places wait for must stay placed.
        waited_for = any(name in ledger.starts for name in ledger.problem.dependants[job.id] - together)
        (model.add_exactly_one if waited_for else model.add_at_most_one)(made[job.id].values())
    return made


def _keep_capacity(
    model: Any, ledger: Ledger, free: Sequence[Job], starts: Mapping[str, Mapping[int, Any]]
) -> None:
    from ortools.sat.python import cp_model

    taken: dict[tuple[int, int], tuple[list[Any], list[int]]] = {}
    rows: dict[int, list[int]] = {}
    for job in free:
        for wanted, row in ledger.left(job):
            rows[id(row)] = row
            for week, variable in starts[job.id].items():
                for at, number in enumerate(wanted, start=week):
                    if number:
                        variables, numbers = taken.setdefault((id(row), at), ([], []))
                        variables.append(variable)
                        numbers.append(number)
    for (row_id, at), (variables, numbers) in taken.items():
        model.add(cp_model.LinearExpr.weighted_sum(variables, numbers) <= rows[row_id][at])


def _keep_order(
    model: Any, ledger: Ledger, free: Sequence[Job], starts: Mapping[str, Mapping[int, Any]]
) -> None:
    """x[q, t] only where what it waits for is through by t."""
    for job in free:
        for name in sorted(job.after & starts.keys()):
            weeks = ledger.problem.by_id[name].weeks
            for week, variable in starts[job.id].items():
                through = [other for at, other in starts[name].items() if at + weeks <= week]
                model.add(sum(through) >= variable)


def _lacking(
    model: Any,
    ledger: Ledger,
    free: Sequence[Job],
    starts: Mapping[str, Mapping[int, Any]],
    hint: Mapping[str, int],
) -> Iterator[Any]:
    """For each quarter the hundredths of minutes that who lags behind is lacking."""
    problem = ledger.problem
    share = round(problem.lagging_share * 100)
    fixed = quarters(problem, (problem.by_id[name] for name in ledger.starts), ledger.starts)
    guess = {**ledger.starts, **hint}
    guessed = quarters(problem, (problem.by_id[name] for name in guess), guess)
    most = 100 * sum(sum(job.minutes) for job in problem.jobs)
    for quarter, (all_, lagging, _) in enumerate(fixed):
        first, last = quarter * problem.quarter_weeks, (quarter + 1) * problem.quarter_weeks
        owed: list[Any] = [share * all_ - 100 * lagging]
        for job in free:
            for week, variable in starts[job.id].items():
                inside = sum(job.minutes[max(0, first - week) : max(0, last - week)])
                if inside:
                    owed.append(variable * (inside * (share - 100 * job.lagging)))
        slack = model.new_int_var(0, max(1, most), f"lacking in quarter {quarter}")
        model.add(slack >= sum(owed))
        model.add_hint(slack, guessed[quarter][2])
        yield slack


def improve(
    solve: Solve, ledger: Ledger, jobs: Sequence[Job], tier: Tier, weighing: Weighing, seconds: float
) -> None:
    """Solves some weeks after others anew, each with the rest in its place, and keeps what is worth more."""
    problem, spent = ledger.problem, 0.0
    width = max(4, ceil(problem.weeks / 6))
    while True:
        gained = False
        for first in range(0, problem.weeks, max(1, width // 2)):
            if spent >= seconds:
                return
            weeks = range(first, min(first + width, problem.weeks))
            free = [job for job in jobs if ledger.starts.get(job.id) in weeks]
            free += _best_waiting(ledger, jobs)
            was = {job.id: ledger.starts[job.id] for job in free if job.id in ledger.starts}
            before = weighing.total(problem, tier, ledger.starts)
            for job in free:
                if job.id in was:
                    ledger.remove(job)
            answer = solve(ledger, free, tier, was, weeks, min(seconds / 12, seconds - spent))
            spent += answer.spent if answer else seconds / 12
            for name, week in (answer.starts if answer else was).items():
                ledger.place(problem.by_id[name], week)
            if weighing.total(problem, tier, ledger.starts) > before:
                gained = True
            elif answer:
                for name in answer.starts:
                    ledger.remove(problem.by_id[name])
                for name, week in was.items():
                    ledger.place(problem.by_id[name], week)
        if not gained:
            return


def _best_waiting(ledger: Ledger, jobs: Iterable[Job]) -> list[Job]:
    """Some that have no place, the worthiest of each need."""
    waiting = [job for job in jobs if job.id not in ledger.starts and not job.hold]
    waiting.sort(key=lambda job: (job.weeks, -job.worth / max(job.hours, 1 / 60), job.id))
    return [job for _, same in groupby(waiting, key=lambda job: job.weeks) for job in list(same)[:5]]
