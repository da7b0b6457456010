"""Spreads batches over weeks: how much of each week a batch takes, and when at the earliest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

from heritage.schedule.capacity import Capacity, Freeze
from heritage.schedule.greedy import by_worth
from heritage.schedule.plan import Tier
from heritage.schedule.problem import Job
from heritage.schedule.sample import Source, pace
from heritage.schedule.settings import Contest, OfABatch, ScheduleSettings
from heritage.schedule.weeks import monday, name


@dataclass(frozen=True)
class Ask:
    """A batch, or a proposal, before it has a place; `edits` and `minutes` (of reviewers) are what is left
    of it. `since` is the day since which it waits; `sent` how many of its edits went out this week."""

    id: str
    dataset: str
    title: str
    tier: Tier
    score: float
    edits: int
    minutes: int
    ready: date
    since: date
    country: str
    kind: str
    """Of the register."""
    languages: frozenset[str] = frozenset()
    at_risk: float = 0.0
    lagging: bool = False
    running: bool = False
    sent: int = 0
    confirmed: int = 0
    """Edits of it that are on the wiki."""
    hold: str = ""
    after: frozenset[str] = frozenset()
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Horizon:
    """Weeks of a plan, from that of `today` on."""

    today: date
    weeks: int

    def week(self, day: date) -> int:
        """Its number, below 0 before the first."""
        return (monday(day) - monday(self.today)).days // 7

    def monday(self, week: int) -> date:
        return date.fromordinal(monday(self.today).toordinal() + 7 * week)

    def named(self, row: Mapping[str, float | int], otherwise: float | int) -> list[float | int]:
        """A number for each week, of a mapping of some."""
        return [row.get(name(self.monday(week)), otherwise) for week in range(self.weeks)]


def shape(
    asks: Sequence[Ask],
    capacity: Capacity,
    settings: ScheduleSettings,
    horizon: Horizon,
    sources: Mapping[str, Source],
    target: str,
) -> list[Job]:
    """Jobs of what is asked for. A source that is new, or whose sample is due, goes slowly or waits."""
    by_dataset: dict[str, list[Ask]] = defaultdict(list)
    for ask in asks:
        by_dataset[ask.dataset].append(ask)
    jobs: list[Job] = []
    for dataset, of_source in sorted(by_dataset.items()):
        source = sources.get(dataset, Source())
        sample = capacity.samples.get(dataset)
        ramp, hold = pace(source, sample, settings.ramp, settings.sample)
        made = [_job(ask, capacity, settings, horizon, target) for ask in of_source]
        sent = {ask.id: ask.sent for ask in of_source}
        if hold:
            jobs += [replace(job, hold=job.hold or hold, running=False) for job in made]
        else:
            jobs += _one_after_the_other(made, sent, ramp, source.this_week, settings.batch)
    return jobs


def _job(ask: Ask, capacity: Capacity, settings: ScheduleSettings, horizon: Horizon, target: str) -> Job:
    contests = [one for one in settings.contests if _takes_part(ask, one, target)]
    shut = dict(_frozen(capacity.freezes, ask.country, horizon))
    for contest in contests:
        for week in range(horizon.weeks):
            days = {date.fromordinal(horizon.monday(week).toordinal() + day).month for day in range(7)}
            if contest.month in days:
                shut.setdefault(week, f"{contest.name} uses the lists")
    dues = [day for day in (ask.due, *(_next(contest, horizon.today) for contest in contests)) if day]
    due = min(map(horizon.week, dues), default=None)
    waited = max(0, -horizon.week(ask.since))
    overdue = ask.tier is Tier.DECIDED and waited >= settings.waiting.longest_weeks
    return Job(
        id=ask.id,
        tier=Tier.OVERDUE if overdue else ask.tier,
        worth=ask.score * (1 + settings.waiting.growth_per_week * waited),
        edits=(ask.edits,),
        minutes=(ask.minutes,),
        ready=max(0, horizon.week(ask.ready)),
        due=max(-1, due) if due is not None and due < horizon.weeks else None,
        after=ask.after,
        skills=frozenset({ask.country}) | ask.languages,
        shut=shut,
        at_risk=ask.at_risk,
        lagging=ask.lagging,
        waited=waited,
        running=ask.running and not ask.hold,
        hold=ask.hold,
    )


def _one_after_the_other(
    jobs: Iterable[Job],
    sent: Mapping[str, int],
    ramp: tuple[int, ...],
    this_week: int,
    rule: OfABatch,
) -> Iterable[Job]:
    """While a source is new its batches follow one another, each from where the one before left the ramp; the
    others come after. `this_week` edits of this week's step of the ramp are used."""
    before: str | None = None
    for job in sorted(jobs, key=lambda job: (not job.running, job.tier, by_worth(job))):
        one, steps = job, ramp
        if before:
            one = replace(one, after=one.after | {before}, running=False)
        elif ramp and this_week:
            steps = (max(0, ramp[0] - this_week), *ramp[1:])
            if not one.running and (not steps[0] or one.ready):
                one, steps = replace(one, ready=max(1, one.ready)), ramp[1:]
        shaped = spread(one, steps, rule, sent.get(one.id, 0))
        yield shaped
        if ramp and not one.hold:
            before, ramp = one.id, steps[shaped.weeks :]


def spread(job: Job, ramp: tuple[int, ...], rule: OfABatch, already: int = 0) -> Job:
    """A job of one lump over as many weeks as it needs: as much as the ramp allows at first, the rest in
    equal parts. A running job has sent `already` edits this week, and rests in weeks that are shut."""
    edits, minutes = job.edits[0], job.minutes[0]
    pace = min(rule.edits_per_week, int(edits * rule.hours_per_week * 60 / max(1, minutes)))
    steps = [min(step, max(1, pace)) for step in ramp]
    if job.running and not steps:
        steps = [max(0, pace - already)]
    taken: list[int] = []
    while sum(taken) < edits:
        rest = edits - sum(taken)
        if job.running and len(taken) in job.shut:
            taken.append(0)
        elif steps:
            taken.append(min(rest, steps.pop(0)))
        elif job.running:
            taken.append(min(rest, max(1, pace)))
        else:
            taken += parts(rest, ceil(rest / max(1, pace)))
    shares = [minutes * sum(taken[: week + 1]) // max(1, edits) for week in range(len(taken))]
    spent = [share - before for share, before in zip(shares, [0, *shares], strict=False)]
    return replace(job, edits=tuple(taken or [0]), minutes=tuple(spent or [minutes]))


def parts(number: int, count: int) -> tuple[int, ...]:
    """A number in whole parts that differ by one at most.

    >>> parts(12_001, 2)
    (6000, 6001)
    """
    return tuple(number * (part + 1) // count - number * part // count for part in range(count))


def _frozen(freezes: Iterable[Freeze], country: str, horizon: Horizon) -> Iterable[tuple[int, str]]:
    """A week with a frozen day is frozen as a whole."""
    for freeze in freezes:
        if not freeze.countries or country in freeze.countries:
            first, last = horizon.week(freeze.first), horizon.week(freeze.last)
            yield from ((week, freeze.why) for week in range(max(0, first), min(last + 1, horizon.weeks)))


def frozen_for_all(freezes: Iterable[Freeze], horizon: Horizon) -> dict[int, str]:
    """Weeks in which nothing at all is sent, and why."""
    return dict(_frozen((freeze for freeze in freezes if not freeze.countries), "", horizon))


def _takes_part(ask: Ask, contest: Contest, target: str) -> bool:
    return target in contest.targets and ask.country in contest.countries and ask.kind in contest.of


def _next(contest: Contest, today: date) -> date:
    """The next day on which the contest's lists are to be ready."""
    month, day = map(int, contest.due.split("-"))
    this_year = date(today.year, month, day)
    return this_year if today <= this_year else date(today.year + 1, month, day)
