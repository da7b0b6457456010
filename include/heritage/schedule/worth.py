"""What a plan is worth: sooner is better, late is worse, and who lags behind is due a share of the hours.

Numbers are whole, as the solver counts; `UNIT` of them are a batch of worth 1 that starts a week sooner.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from heritage.schedule.plan import Tier
from heritage.schedule.problem import Job, Problem

_STEPS = 1000
_RISK = 8
UNIT = _STEPS * _RISK
FOR_LAGGING = (Tier.DECIDED, Tier.BACKLOG)
"""Tiers in which the share of who lags behind counts: no emergency waits for it."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """`lateness` is what a week late costs, in weeks of waiting; `lagging` the worth of a batch that an hour
    costs which is lacking for who lags behind."""

    lateness: float
    lagging: float

    def weight(self, job: Job) -> int:
        """Worth in steps of a thousandth, and below a step the share at risk: first among equals."""
        return max(1, round(job.worth * _STEPS)) * _RISK + round(job.at_risk * (_RISK - 1))

    def gain(self, job: Job, start: int, problem: Problem) -> int:
        """Of a start in a week; above 0 in all of them, so that late is better than never. Nor is it better
        to leave out what is for others than who lags behind: the hours that are owed for it are counted."""
        late = 0 if job.due is None else max(0, start + job.weeks - 1 - job.due)
        weighed = self.weight(job) * (self._most(problem.weeks) - start)
        weighed -= round(self.weight(job) * self.lateness * late)
        if job.tier in FOR_LAGGING and not job.lagging:
            owed = _hundredths(problem) * sum(job.minutes)
            weighed += ceil(owed * self.a_hundredth(problem.weeks))
        return weighed

    def total(self, problem: Problem, tier: Tier, starts: Mapping[str, int]) -> int:
        """Of all that is placed of a tier, less what is lacking for who lags behind."""
        placed = [job for job in problem.jobs if job.id in starts]
        gained = sum(
            self.gain(job, starts[job.id], problem) for job in placed if job.tier is tier and not job.running
        )
        if tier not in FOR_LAGGING:
            return gained
        lacking = sum(slack for _, _, slack in quarters(problem, placed, starts))
        return gained - round(lacking * self.a_hundredth(problem.weeks))

    def a_hundredth(self, weeks: int) -> float:
        """What a hundredth of a minute costs that is lacking."""
        return self.lagging * UNIT * self._most(weeks) / 6000

    def _most(self, weeks: int) -> int:
        return ceil((1 + self.lateness) * weeks) + weeks


def quarters(
    problem: Problem, placed: Iterable[Job], starts: Mapping[str, int]
) -> list[tuple[int, int, int]]:
    """For each quarter: minutes, those for who lags behind, and hundredths of minutes that are lacking."""
    sums = [[0, 0] for _ in range(ceil(problem.weeks / problem.quarter_weeks))]
    for job in placed:
        for at, spent in enumerate(job.minutes, start=starts[job.id]):
            if at < problem.weeks:
                quarter = sums[at // problem.quarter_weeks]
                quarter[0] += spent
                quarter[1] += spent * job.lagging
    share = _hundredths(problem)
    return [(all_, lagging, max(0, share * all_ - 100 * lagging)) for all_, lagging in sums]


def _hundredths(problem: Problem) -> int:
    return round(problem.lagging_share * 100)
