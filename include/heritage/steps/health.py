"""What somebody has to look at, from what was found of an installation: facts in, findings out."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from croniter import croniter  # type: ignore[import-untyped]

from heritage.ports.health import (
    Finding,
    Freshness,
    Gravity,
    Health,
    HealthFacts,
    Mood,
    Queue,
    RegisterFacts,
    RegisterHealth,
    Trouble,
)
from heritage.spec.health_rules import HealthRules, Lateness

_QUARTERLY = {"@quarterly": "0 0 1 */3 *"}
"""Airflow's preset that cron does not have."""
_ORDER = list(Freshness)
_REFUSED = "refused"
"""What reasons of edits begin with that the wiki did not take."""
_DAY = timedelta(days=1)


def health(facts: HealthFacts, rules: HealthRules) -> Health:
    """Everything that the page shows: registers, the least fresh first, and findings, the worst first."""
    registers = [_register(one, facts.at, rules.late) for one in facts.registers]
    found = [finding for part in _PARTS for finding in part(facts, rules)]
    if not facts.store_away:  # else each register would say the same
        found += [finding for one in registers for finding in _of_register(one, facts.at, rules)]
    troubles, gravities = list(Trouble), list(Gravity)
    return Health(
        facts,
        tuple(sorted(registers, key=lambda one: (_ORDER.index(one.freshness), one.facts.dataset))),
        tuple(
            sorted(
                found,
                key=lambda one: (gravities.index(one.gravity), troubles.index(one.trouble), one.subject),
            )
        ),
    )


def next_pull(schedule: str, after: datetime) -> tuple[datetime, timedelta]:
    """When a schedule comes up next after a time, and how long until it comes up once more.

    >>> next_pull("@quarterly", datetime(2026, 2, 3, tzinfo=UTC))[0].isoformat()
    '2026-04-01T00:00:00+00:00'
    """
    times = croniter(_QUARTERLY.get(schedule, schedule), after.astimezone(UTC))
    first, second = times.get_next(datetime), times.get_next(datetime)
    return first, second - first


def _register(one: RegisterFacts, at: datetime, late: Lateness) -> RegisterHealth:
    if one.unread:
        return RegisterHealth(one, Freshness.UNREAD, None)
    if one.seen is None:
        return RegisterHealth(one, Freshness.NEVER, None)
    due, period = next_pull(one.schedule, one.seen)
    if at < due:
        return RegisterHealth(one, Freshness.FRESH, due)
    grace = max(late.share * period, timedelta(hours=late.hours))
    return RegisterHealth(one, Freshness.DUE if at < due + grace else Freshness.LATE, due)


def _of_register(one: RegisterHealth, at: datetime, rules: HealthRules) -> Iterator[Finding]:
    facts = one.facts
    if one.freshness is Freshness.UNREAD:
        yield Finding(Trouble.STORE_DAMAGED, Gravity.WRONG, facts.title, facts.unread, "datasets")
        return
    page = f"checks/{facts.dataset}/{facts.checked}/checks.html" if facts.checked else "datasets"
    if one.freshness is Freshness.LATE and one.due:
        told = f"It was to be pulled {ago(at - one.due)} ago and has not been since {_day(facts.seen)}."
        yield Finding(Trouble.STALE_DATASET, Gravity.WRONG, facts.title, told, page)
    if facts.stops:
        told = (
            f"{_many(facts.stops, 'check')} stopped the snapshot of {_day(facts.pulled_at)}; {_standing(one)}"
        )
        yield Finding(Trouble.CHECKS_FAILED, Gravity.WRONG, facts.title, told, page)
    elif facts.waits and facts.pulled_at:
        old = at - facts.pulled_at > rules.waiting.approval * _DAY
        told = (
            f"{_many(facts.asks, 'check')} of the snapshot of {_day(facts.pulled_at)} ask; {_standing(one)}"
        )
        yield Finding(
            Trouble.WAITING_APPROVAL, Gravity.WRONG if old else Gravity.SOON, facts.title, told, page
        )


def _standing(one: RegisterHealth) -> str:
    return "the last good one stays in use." if one.facts.seen else "there is no good one yet."


def _unasked(facts: HealthFacts, _: HealthRules) -> Iterator[Finding]:
    if facts.away:
        yield Finding(Trouble.DATABASE_AWAY, Gravity.WRONG, "Database", facts.away)
    if facts.store_away:
        yield Finding(Trouble.STORE_UNAVAILABLE, Gravity.WRONG, "Files", facts.store_away)
    for why in facts.unread:
        yield Finding(Trouble.STORE_DAMAGED, Gravity.WRONG, "Files", why)
    for dataset, why in facts.broken:
        yield Finding(Trouble.BROKEN_DESCRIPTION, Gravity.WRONG, dataset, why, "datasets")


def _log(facts: HealthFacts, _: HealthRules) -> Iterator[Finding]:
    if facts.log_faults:
        more = f" {len(facts.log_faults) - 1} more faults." if len(facts.log_faults) > 1 else ""
        told = f"{facts.log_faults[0]}{more}"
        yield Finding(Trouble.LOG_BROKEN, Gravity.WRONG, "Decision log", told, "priorities/log")


def _disk(facts: HealthFacts, rules: HealthRules) -> Iterator[Finding]:
    free, total = facts.storage.free, facts.storage.total
    if free is None or not total or free / total >= rules.disk.soon:
        return
    gravity = Gravity.WRONG if free / total < rules.disk.wrong else Gravity.SOON
    told = f"{free / total:.0%} of the disk is free ({size(free)} of {size(total)})."
    yield Finding(Trouble.STORAGE_FULL, gravity, "Storage", told)


def _index(facts: HealthFacts, _: HealthRules) -> Iterator[Finding]:
    pulled = any(one.figures for one in facts.registers)
    if facts.index_as_of is None:
        if pulled and not facts.unread:
            yield Finding(
                Trouble.INDEX_STALE, Gravity.WRONG, "Index of items", "There is none: nothing can be matched."
            )
    elif (age := facts.at - facts.index_as_of) > facts.index_days * _DAY:
        told = f"It is {ago(age)} old; after {facts.index_days} days no record is called new any more."
        yield Finding(Trouble.INDEX_STALE, Gravity.WRONG, "Index of items", told)


def _queues(facts: HealthFacts, rules: HealthRules) -> Iterator[Finding]:
    longest = {
        Trouble.BACKLOG_REVIEWS: rules.waiting.reviews,
        Trouble.BACKLOG_UPLOADS: rules.waiting.uploads,
        Trouble.BACKLOG_HELPDESK: rules.waiting.helpdesk,
    }
    for one in facts.queues:
        days = longest.get(one.trouble)
        if days and one.oldest and facts.at - one.oldest > days * _DAY:
            told = f"{one.count:,} wait, the oldest for {ago(facts.at - one.oldest)}."
            yield Finding(one.trouble, Gravity.SOON, one.name, told, one.href)


def _endings(facts: HealthFacts, rules: HealthRules) -> Iterator[Finding]:
    for one in facts.endings:
        left = (one.ends - facts.at.date()).days
        if left > rules.permission.soon:
            continue
        ends = f"ends on {one.ends}, in {_many(left, 'day')}: then" if left > 0 else f"ended on {one.ends}:"
        told = f"The permission {one.number} ({one.kind}) {ends} nothing that rests on it is sent any more."
        gravity = Gravity.WRONG if left <= rules.permission.wrong else Gravity.SOON
        subject = f"{one.dataset} towards {one.target}"
        yield Finding(Trouble.PERMISSION_ENDS, gravity, subject, told, "datasets")


def _wikis(facts: HealthFacts, rules: HealthRules) -> Iterator[Finding]:
    for one in facts.wikis:
        for word in one.words:
            if word.mood is Mood.STOPPED:
                told = f"It takes nothing from us since {_day(word.since)}: {word.why}"
                yield Finding(Trouble.WIKI_STOPPED, Gravity.WRONG, one.target, told, "uploads")
        for when, why in one.held:
            told = f"A batch was stopped on {_day(when)}: {why}"
            yield Finding(Trouble.WIKI_LIMITS, Gravity.WRONG, one.target, told, "uploads")
        refused = {cause: number for cause, number in one.causes.items() if cause.startswith(_REFUSED)}
        tried = sum(refused.values()) + sum(edits for _, edits in one.days)
        number = sum(refused.values())
        if tried >= rules.refused_least and number / tried >= rules.refused_share:
            most = max(refused, key=lambda cause: refused[cause])
            told = f"It refused {number:,} of {tried:,} edits in {rules.wiki_days} days, most often: {most}."
            yield Finding(Trouble.WIKI_LIMITS, Gravity.SOON, one.target, told, "uploads")


_PARTS: tuple[Callable[[HealthFacts, HealthRules], Iterator[Finding]], ...] = (
    _unasked,
    _log,
    _disk,
    _index,
    _queues,
    _endings,
    _wikis,
)


def approvals(registers: tuple[RegisterFacts, ...]) -> Queue:
    """The snapshots that wait for an engineer."""
    waiting = [one.pulled_at for one in registers if one.waits and one.pulled_at]
    return Queue(
        Trouble.WAITING_APPROVAL, "Snapshots to approve", len(waiting), min(waiting, default=None), "datasets"
    )


_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size(count: float) -> str:
    """
    >>> size(999), size(1_234_000), size(52_000_000_000_000)
    ('999 bytes', '1.2 MB', '52 TB')
    """
    power = min(max(len(str(int(count))) - 1, 0) // 3, len(_UNITS) - 1)
    count /= 1000**power
    return f"{count:.1f} {_UNITS[power]}" if power and count < 10 else f"{count:,.0f} {_UNITS[power]}"


def _day(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d}" if when else "an unknown day"


def ago(span: timedelta) -> str:
    """
    >>> ago(timedelta(hours=47)), ago(timedelta(days=3))
    ('47 hours', '3 days')
    """
    hours = max(0, int(span.total_seconds() // 3600))
    return _many(hours, "hour") if hours < 48 else _many(hours // 24, "day")


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
