"""What is found of an installation becomes what somebody has to look at, and nothing else does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from health_examples import DAY, NOW, RULES, facts, in_trouble, register
from heritage.ports.health import (
    Ending,
    Freshness,
    Gravity,
    HealthFacts,
    KeptFigures,
    Mood,
    Queue,
    RegisterFacts,
    StorageFacts,
    Trouble,
    WikiFacts,
    Word,
)
from heritage.steps.health import health, next_pull
from heritage.steps.health_rates import over_time
from heritage.steps.health_text import as_json, remedy, verdict


def told(found: HealthFacts) -> list[tuple[str, str]]:
    return [(one.trouble.value, one.gravity.value) for one in health(found, RULES).findings]


def wiki(**changed: Any) -> WikiFacts:
    return replace(facts().wikis[0], **changed)


def disk(free: int | None, total: int | None = 100) -> StorageFacts:
    return StorageFacts(free, total, 1)


def waiting(trouble: Trouble, days: float) -> tuple[Queue, ...]:
    return (Queue(trouble, "Something", 3, NOW - days * DAY, "uploads"),)


def ending(days: int) -> Ending:
    return Ending("xx_a", "wikidata", "waiver", "0123456789ab", (NOW + days * DAY).date())


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"registers": ()}, []),
        ({"registers": (), "index_as_of": None}, []),
        ({"index_as_of": None}, [("index-stale", "wrong")]),
        ({"index_as_of": NOW - 15 * DAY}, [("index-stale", "wrong")]),
        ({"index_as_of": NOW - 14 * DAY}, []),
        ({"storage": disk(7)}, [("storage-full", "wrong")]),
        ({"storage": disk(8)}, [("storage-full", "soon")]),
        ({"storage": disk(20)}, []),
        ({"storage": disk(None, None)}, []),
        ({"away": "no route", "log_faults": None}, [("database-away", "wrong")]),
        (
            {"store_away": "no bucket", "registers": (register(unread="no bucket"),)},
            [("store-unavailable", "wrong")],
        ),
        ({"log_faults": ("Line 3 was changed", "and 4")}, [("log-broken", "wrong")]),
        ({"unread": ("the bucket is away",)}, [("store-damaged", "wrong")]),
        ({"endings": (ending(92),)}, []),
        ({"endings": (ending(91),)}, [("permission-ends", "soon")]),
        ({"endings": (ending(30),)}, [("permission-ends", "wrong")]),
        ({"endings": (ending(0), ending(-400))}, [("permission-ends", "wrong")] * 2),
        ({"broken": (("xx_a", "unknown key"),)}, [("broken-description", "wrong")]),
        ({"queues": waiting(Trouble.BACKLOG_UPLOADS, 91)}, []),
        ({"queues": waiting(Trouble.BACKLOG_UPLOADS, 92)}, [("backlog-uploads", "soon")]),
        ({"queues": waiting(Trouble.BACKLOG_REVIEWS, 61)}, [("backlog-reviews", "soon")]),
        ({"queues": waiting(Trouble.BACKLOG_HELPDESK, 31)}, [("backlog-helpdesk", "soon")]),
        ({"queues": waiting(Trouble.WAITING_APPROVAL, 99)}, []),  # told register by register
        ({"wikis": (wiki(held=((NOW, "5 troubles in a row"),)),)}, [("wiki-limits", "wrong")]),
        ({"wikis": (wiki(words=(Word(Mood.STOPPED, NOW, NOW, "Stop."),)),)}, [("wiki-stopped", "wrong")]),
        ({"wikis": (wiki(words=(Word(Mood.BUSY, NOW, NOW, "lag"),)),)}, []),
        ({"wikis": (wiki(days=(), causes={"refused, blocked": 20}),)}, [("wiki-limits", "soon")]),
        ({"wikis": (wiki(days=(), causes={"refused, blocked": 19}),)}, []),
        ({"wikis": (wiki(days=(), causes={"conflict": 500}),)}, []),
        ({"registers": (register(stops=1, asks=1, waits=False),)}, [("checks-failed", "wrong")]),
        ({"registers": (register(asks=1, waits=True),)}, [("waiting-approval", "soon")]),
        ({"registers": (register(asks=1),)}, []),
        ({"registers": (register(unread="capture.json is damaged"),)}, [("store-damaged", "wrong")]),
    ],
)
def test_facts_become_findings(changed: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(facts(**changed)) == expected


def test_a_question_that_waits_too_long_is_wrong() -> None:
    waits = replace(register(asks=2, waits=True), pulled_at=NOW - 2.1 * DAY)
    assert told(facts(registers=(waits,))) == [("waiting-approval", "wrong")]


@pytest.mark.parametrize(
    ("schedule", "seen", "expected"),
    [
        ("@daily", NOW - timedelta(hours=9), Freshness.FRESH),
        ("@daily", NOW - timedelta(hours=11), Freshness.DUE),
        ("@daily", NOW - timedelta(days=2), Freshness.DUE),
        ("@daily", NOW - timedelta(days=3), Freshness.LATE),
        ("@monthly", datetime(2026, 11, 1, 0, 5, tzinfo=UTC), Freshness.FRESH),
        ("@monthly", datetime(2026, 10, 31, tzinfo=UTC), Freshness.LATE),  # 21 days after its time
        ("@quarterly", datetime(2026, 9, 30, tzinfo=UTC), Freshness.LATE),
        ("@yearly", datetime(2026, 1, 1, 1, tzinfo=UTC), Freshness.FRESH),
        ("0 */6 * * *", NOW - timedelta(hours=30), Freshness.DUE),
        ("0 */6 * * *", NOW - timedelta(hours=60), Freshness.LATE),
        ("@daily", None, Freshness.NEVER),
    ],
)
def test_a_register_is_as_fresh_as_its_schedule_asks(
    schedule: str, seen: datetime | None, expected: Freshness
) -> None:
    one = RegisterFacts("xx_a", "A", schedule, seen=seen)
    [stands] = health(facts(registers=(one,), index_as_of=None), RULES).registers
    assert stands.freshness is expected


def test_a_month_is_late_only_after_a_quarter_of_it() -> None:
    first = datetime(2026, 11, 1, tzinfo=UTC)
    one = RegisterFacts("xx_a", "A", "@monthly", seen=first - DAY)
    for days, expected in ((7, Freshness.DUE), (8, Freshness.LATE)):
        [stands] = health(facts(at=first + days * DAY, registers=(one,)), RULES).registers
        assert stands.freshness is expected
    assert next_pull("@monthly", first - DAY) == (first, 30 * DAY)


def test_the_worst_comes_first_and_every_trouble_has_its_remedy() -> None:
    found = in_trouble()
    gravities = [one.gravity for one in found.findings]
    assert gravities == sorted(gravities, key=list(Gravity).index)
    assert found.registers[0].freshness is Freshness.UNREAD
    assert found.registers[-1].freshness is Freshness.NEVER
    assert found.wrong
    assert all(remedy(one) for one in Trouble)
    assert verdict(found) == "11 things are wrong, 1 wants a look. 8 of 11 registers are fresh."
    assert verdict(health(facts(), RULES)) == "Nothing needs you. 3 of 3 registers are fresh."
    assert verdict(health(HealthFacts(NOW), RULES)) == "Nothing needs you. No register was pulled yet."


def test_machines_are_told_the_same() -> None:
    content = as_json(in_trouble())
    assert content["status"] == "wrong"
    assert {one["kind"] for one in content["findings"]} >= {"stale-dataset", "storage-full", "wiki-limits"}
    assert content["registers"][1]["last_run"]["match"] == 700
    assert as_json(health(facts(), RULES))["status"] == "ok"


def run(days_ago: float, match: int, size: int = 10) -> KeptFigures:
    return KeptFigures("s", NOW - days_ago * DAY, 100, 1, match, 100 - match, 0, size)


def test_counts_over_time_are_those_of_each_registers_last_run_by_then() -> None:
    one = replace(register(), figures=(run(20, 10), run(6, 30)))
    other = replace(register(1), figures=(run(9, 50, 90),))
    weeks = over_time([one, other, RegisterFacts("xx_b", "B", "@daily")], NOW)
    assert [(p.label, p.registers, p.match, p.size) for p in weeks] == [
        ("02 Nov", 1, 10, 10),
        ("09 Nov", 2, 60, 100),
        ("16 Nov", 2, 80, 100),
    ]
    assert weeks[-1].rejected_share == pytest.approx(2 / 202)
    assert over_time([RegisterFacts("xx_b", "B", "@daily")], NOW) == []


def test_long_histories_are_told_by_months() -> None:
    months = over_time([replace(register(), figures=(run(800, 10), run(40, 20)))], NOW)
    assert [len(months), months[0].label, months[-1].label] == [12, "Dec 2025", "Nov 2026"]
    assert [months[0].match, months[-1].match] == [10, 20]
