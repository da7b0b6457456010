"""Places the tiers one after the other: what a higher one takes is fixed before a lower one is looked at.

Nothing waits for ever: a batch that has waited for long enough stands in a tier of its own, right after
emergencies, and there the one that has waited longest has the first choice. In every other tier whatever fits
anywhere in what is left has a place when the plan is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heritage.schedule.greedy import by_waiting, by_worth, fill, pull_forward
from heritage.schedule.ledger import Ledger, violations
from heritage.schedule.plan import Stage, Status, Tier
from heritage.schedule.problem import Job, Problem
from heritage.schedule.solver import Solve, improve
from heritage.schedule.worth import UNIT, Weighing


@dataclass(frozen=True, slots=True)
class Arranged:
    """`starts` keep every rule; a job that is not among them fits nowhere. `faults` say why a tier was placed
    one by one though a solver was asked."""

    starts: Mapping[str, int]
    stages: tuple[Stage, ...]
    faults: tuple[str, ...]

    @property
    def status(self) -> Status:
        order = (Status.OPTIMAL, Status.FEASIBLE, Status.GREEDY)
        return max((stage.status for stage in self.stages), key=order.index, default=Status.OPTIMAL)


def arrange(problem: Problem, weighing: Weighing, solve: Solve | None, seconds: float) -> Arranged:
    """The plan of a problem. Without `solve`, and wherever that fails, jobs are placed one by one.

    `seconds` of deterministic time are shared by the tiers according to how many jobs they have.
    """
    ledger = Ledger(problem)
    open_jobs = [job for job in problem.jobs if not job.hold and job.id not in ledger.starts]
    stages: list[Stage] = []
    faults: list[str] = []
    for tier in Tier:
        jobs = [job for job in open_jobs if job.tier is tier]
        if jobs:
            share = seconds * len(jobs) / len(open_jobs)
            stages.append(_stage(ledger, jobs, tier, weighing, solve, share, faults))
    return Arranged(dict(sorted(ledger.starts.items())), tuple(stages), tuple(dict.fromkeys(faults)))


def _stage(
    ledger: Ledger,
    jobs: Sequence[Job],
    tier: Tier,
    weighing: Weighing,
    solve: Solve | None,
    seconds: float,
    faults: list[str],
) -> Stage:
    problem, fixed = ledger.problem, dict(ledger.starts)
    ceiling = sum(_best(ledger, job, weighing) for job in jobs)

    def worth() -> int:
        return weighing.total(problem, tier, ledger.starts)

    order = by_waiting if tier is Tier.OVERDUE else by_worth
    fill(ledger, jobs, order)
    if tier is Tier.OVERDUE:  # by turns: nothing is weighed against who has waited longest
        return Stage(tier, Status.OPTIMAL, worth() / UNIT, worth() / UNIT)
    status, bound = Status.GREEDY, float(ceiling)
    if solve is not None:
        guess = {name: week for name, week in ledger.starts.items() if name not in fixed}
        try:
            status, bound = _solved(solve, ledger, jobs, tier, weighing, seconds, guess, bound)
            if broken := violations(problem, ledger.starts):
                raise RuntimeError(f"its answer breaks a rule: {broken[0][1].rule} for {broken[0][0]}")
        except (ImportError, RuntimeError, ValueError, ArithmeticError, MemoryError) as error:
            faults.append(f"The solver failed ({error}), so batches are placed one by one.")
            _back_to(ledger, fixed | guess)
            status, bound = Status.GREEDY, float(ceiling)
        if status is Status.GREEDY and not faults:
            faults.append("The solver ran out of time, so batches are placed one by one.")
    pull_forward(ledger, jobs, worth)
    fill(ledger, jobs, order)
    return Stage(tier, status, worth() / UNIT, max(bound, worth()) / UNIT)


def _solved(
    solve: Solve,
    ledger: Ledger,
    jobs: Sequence[Job],
    tier: Tier,
    weighing: Weighing,
    seconds: float,
    guess: Mapping[str, int],
    bound: float,
) -> tuple[Status, float]:
    """Puts the better of guess and answer into the ledger; greedy when there is no answer."""
    problem = ledger.problem
    guessed = weighing.total(problem, tier, ledger.starts)
    for name in guess:
        ledger.remove(problem.by_id[name])
    answer = solve(ledger, jobs, tier, guess, range(problem.weeks), seconds / 2)
    for name, week in (answer.starts if answer else guess).items():
        ledger.place(problem.by_id[name], week)
    if answer and weighing.total(problem, tier, ledger.starts) < guessed:
        _back_to(ledger, {n: w for n, w in ledger.starts.items() if n not in answer.starts} | dict(guess))
    if answer and answer.bound is not None:
        bound = min(bound, answer.bound)
    if answer and answer.status is Status.OPTIMAL:
        return Status.OPTIMAL, bound
    before = dict(ledger.starts)
    improve(solve, ledger, jobs, tier, weighing, seconds / 2)
    better = answer is not None or ledger.starts != before
    return (Status.FEASIBLE if better else Status.GREEDY), bound


def _back_to(ledger: Ledger, starts: Mapping[str, int]) -> None:
    for name in [name for name in ledger.starts if not ledger.problem.by_id[name].running]:
        ledger.remove(ledger.problem.by_id[name])
    for name, week in starts.items():
        if name not in ledger.starts:
            ledger.place(ledger.problem.by_id[name], week)


def _best(ledger: Ledger, job: Job, weighing: Weighing) -> int:
    """What a job could be worth if no other of its tier stood in its way."""
    weeks, everyone = ledger.problem.weeks, frozenset(ledger.problem.by_id)
    free = (week for week in range(weeks) if ledger.obstacle(job, week, everyone) is None)
    return max((weighing.gain(job, week, ledger.problem) for week in free), default=0)
