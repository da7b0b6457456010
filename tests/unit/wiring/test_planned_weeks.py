"""The calendar over a decided installation: what is approved has a place, and people change it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heritage.errors import EntryRefused
from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.ports.decisions import JournalEntry
from heritage.schedule.plan import Status, Tier
from heritage.schedule.weeks import name
from heritage.steps.plan_upload import UploadBatch
from heritage.wiring.batch_orders import order_batch
from heritage.wiring.schedule import (
    capacity,
    latest_plan,
    may_send,
    plan_uploads,
    schedule_settings,
    set_capacity,
)
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal
from heritage.wiring.uploads import plan_batches
from heritage.wiring.wiki_account import WikiAccount

SANDBOX = WikiAccount("http://127.0.0.1:9/api.php", "Bot@heritage", "sandbox", "secret")


@pytest.fixture
def settings(decided_installation: Path, tmp_path: Path) -> Settings:
    copy = shutil.copytree(decided_installation, tmp_path / "copy")
    url = f"sqlite:///{copy}/heritage.sqlite"
    return Settings(data_url=f"{copy}/data", database_url=url, reports=copy / "reports", sample=True)


def plan(settings: Settings):
    return plan_uploads(settings, "sandbox", plan_batches(settings, SANDBOX))


def planned(batch: UploadBatch) -> list[JournalEntry]:
    rows = batch.edits.select(["edit_id", "record_id", "qid"]).to_pylist()
    given = {"batch_id": batch.batch_id, "dataset": batch.dataset, "state": EditState.PLANNED, "reason": ""}
    rest = {"content": "{}", "revision": None, "sent_at": None, "attempts": 0}
    return [JournalEntry(**row, **given, **rest) for row in rows]


def enough(**given: Any) -> dict[str, Any]:
    return {"edits_per_week": 10_000, "hours_per_week": 40, **given}


def test_what_is_approved_goes_at_once_while_nobody_has_entered_anything(settings: Settings) -> None:
    kept = plan(settings)
    decided = [one for one in kept.plan.placed if one.tier is Tier.DECIDED]
    batches = {batch.batch_id: batch.edits.num_rows for batch in plan_batches(settings, SANDBOX)}
    assert {one.batch_id: sum(one.edits) for one in decided} == batches
    assert may_send(kept) == batches
    assert kept.plan.status is Status.OPTIMAL
    assert all(one.sentence.startswith("From ") for one in decided)
    assert latest_plan(settings) == latest_plan(settings, "sandbox") == kept
    assert latest_plan(settings, "wikidata") is None


def test_a_plan_is_not_made_twice_of_the_same(settings: Settings) -> None:
    assert plan(settings) == plan(settings)


def test_without_hours_nothing_is_sent_and_the_change_says_why(settings: Settings) -> None:
    plan(settings)
    this_week = name(datetime.now(UTC).date())
    set_capacity(settings, "ada", enough(weeks={this_week: {"hours": 0, "why": "all are ill"}}))
    kept = plan(settings)
    assert may_send(kept) == {}
    told = [change.sentence for change in kept.plan.changes]
    assert told
    assert all("slipped 1 week" in one for one in told)
    assert all(f"reviewer hours in week {this_week} fell from 36 to 0" in one for one in told)
    assert kept.plan.weeks[0].why == "all are ill"


def test_an_emergency_goes_before_what_is_worth_more(settings: Settings) -> None:
    """There is room for one batch a week."""
    set_capacity(settings, "ada", enough(edits_per_week=40))
    first, last = (one for one in plan(settings).plan.placed if one.tier is Tier.DECIDED)
    assert first.monday < last.monday
    assert "edits are left in" in last.sentence
    set_capacity(settings, "ada", enough(edits_per_week=40, emergencies={last.dataset: "a fire"}))
    kept = plan(settings)
    urgent = next(one for one in kept.plan.placed if one.batch_id == last.batch_id)
    assert (urgent.tier, urgent.monday) == (Tier.EMERGENCY, first.monday)
    assert urgent.sentence.startswith("An emergency")
    slipped = next(one for one in kept.plan.changes if one.batch_id == first.batch_id)
    assert "slipped" in slipped.sentence
    assert f"{last.title} (an emergency) takes its room" in slipped.sentence


def test_who_waits_for_another_register_starts_when_that_is_through(settings: Settings) -> None:
    set_capacity(settings, "ada", enough(after={"by_heritage": ["de_libraries"]}))
    decided = {one.dataset: one for one in plan(settings).plan.placed if one.tier is Tier.DECIDED}
    assert decided["by_heritage"].monday > decided["de_libraries"].monday
    told = f"{decided['de_libraries'].title} has to be through before"
    assert told in decided["by_heritage"].sentence


def test_what_was_sent_this_week_is_taken_off_and_what_is_begun_goes_on(settings: Settings) -> None:
    batch = next(one for one in plan_batches(settings, SANDBOX) if one.dataset == "by_heritage")
    now, entries = datetime.now(UTC), journal(settings)
    entries.plan(batch.batch_id, batch.decisions, "sandbox", planned(batch), now)
    for entry in entries.pending(batch.batch_id)[:9]:
        entries.confirmed(entries.sending(entry, entry.content, now), "Q1", 1, now)
    kept = plan(settings)
    begun = next(one for one in kept.plan.placed if one.batch_id == batch.batch_id)
    assert (begun.running, begun.sent, begun.edits) == (True, 9, (batch.edits.num_rows - 9,))
    assert may_send(kept)[batch.batch_id] == batch.edits.num_rows
    ramp = schedule_settings(settings).ramp[0]
    assert sum(begun.edits) + 9 <= ramp
    order_batch(settings, "ada", batch.batch_id, Action.PAUSE, "the owner called")
    paused = plan(settings)
    [waiting] = [one for one in paused.plan.waiting if one.batch_id == batch.batch_id]
    assert waiting.sentence == "Waits: it is paused."
    assert batch.batch_id not in may_send(paused)
    for entry in entries.pending(batch.batch_id):
        entries.skipped(entry, "deleted", now)
    [gone] = [one for one in plan(settings).plan.changes if one.batch_id == batch.batch_id]
    skipped = batch.edits.num_rows - 9
    assert f"is through: 9 edits are on the wiki, {skipped} were skipped" in gone.sentence


def test_what_people_entered_stands_with_their_name(settings: Settings) -> None:
    assert capacity(settings).given_at is None
    entered = set_capacity(settings, "ada", enough(hours_per_week="24.5"))
    assert capacity(settings) == entered
    assert (entered.given_by, entered.capacity.hours_per_week) == ("ada", 24.5)


@pytest.mark.parametrize(
    ("content", "field", "told"),
    [
        ({"hours_per_week": -1}, "hours_per_week", "write a number of 0 or more"),
        ({"hours_per_week": "NaN"}, "hours_per_week", "write a number, as 2.5"),
        ({"hours_per_week": "many"}, "hours_per_week", "write a number, as 2.5"),
        ({"edits_per_week": 1.5}, "edits_per_week", "write a whole number, as 4"),
        ({"weeks": {"2026-W54": {"hours": 1}}}, "weeks.2026-W54.[key]", "there is no week 2026-W54"),
        ({"weeks": {"soon": {"hours": 1}}}, "weeks.soon.[key]", "'soon' is no week"),
        ({"hour": 3}, "hour", "is not known here"),
        ({"emergencies": {"de_library": "x"}}, "emergencies.de_library", "did you mean 'de_libraries'?"),
        ({"after": {"de_libraries": ["zz"]}}, "after.zz", "there is no register 'zz'"),
        (
            {"after": {"de_libraries": ["by_heritage"], "by_heritage": ["de_libraries"]}},
            "after",
            "wait for each other in a circle",
        ),
        (
            {"samples": {"de_libraries": {"looked_at": 3, "wrong": 4, "on": "2026-11-01"}}},
            "samples.de_libraries",
            "4 wrong of 3",
        ),
        (
            {"freezes": [{"first": "2026-12-31", "last": "2026-12-01", "why": "x"}]},
            "freezes.0",
            "the first day, 2026-12-31, is after the last",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    settings: Settings, content: dict[str, Any], field: str, told: str
) -> None:
    with pytest.raises(EntryRefused) as refused:
        set_capacity(settings, "ada", {**enough(), **content})
    [(where, sentence)] = refused.value.faults
    assert where == field
    assert told in sentence
    assert capacity(settings).given_at is None


def test_nobody_enters_capacity_without_a_name(settings: Settings) -> None:
    with pytest.raises(EntryRefused, match="entered by a person"):
        set_capacity(settings, " ", enough())
