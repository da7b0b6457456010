"""The plan as people read it: weeks, places with reasons, what waits, and what has changed."""

from dataclasses import replace
from datetime import date

import pytest

from heritage.schedule.capacity import Capacity
from heritage.schedule.make import make_plan
from heritage.schedule.plan import Plan, Status, Tier
from heritage.schedule.room import forecast
from heritage.schedule.sample import Source
from heritage.schedule.shape import Ask, Horizon
from schedule_examples import FIGURES, OLD, TODAY, ask, capacity

HORIZON = Horizon(TODAY, 12)


def plan(*asks: Ask, given: Capacity | None = None, sources=OLD, horizon=HORIZON, **more) -> Plan:
    target = more.pop("target", "wikidata")
    return make_plan(asks, given or capacity(), FIGURES, horizon, sources, target=target, **more)


def starts(made: Plan) -> dict[str, str]:
    return {placed.dataset: placed.monday.isoformat() for placed in made.placed}


def said(made: Plan, dataset: str) -> str:
    return next(one.sentence for one in (*made.placed, *made.waiting) if one.dataset == dataset)


def test_a_place_is_explained_by_what_barred_every_week_before():
    made = plan(ask("gb_a", minutes=600), ask("se_b", minutes=480))
    assert starts(made) == {"se_b": "2026-08-03", "gb_a": "2026-08-10"}
    assert said(made, "gb_a") == (
        "From 2026-W33 on, 1 week: 1,000 edits and 10 hours of reviewers. Not sooner: no more than 4 hours "
        "of reviewers are left in 2026-W32, and it needs 10 hours."
    )
    first = made.weeks[0]
    assert (first.week, first.free_hours) == ("2026-W32", 12)
    assert (first.planned_edits, first.planned_hours) == (1_000, 8)


def test_a_week_that_lost_hours_is_the_reason_of_who_slipped():
    before = plan(ask("gb_a", minutes=600))
    fewer = capacity(weeks={"2026-W32": {"hours": 6}})
    after = plan(ask("gb_a", minutes=600), given=fewer, before=before)
    [change] = after.changes
    assert change.sentence == (
        "GB_A: slipped 1 week, to 2026-W33: reviewer hours in week 2026-W32 fell from 12 to 6."
    )
    [back] = plan(ask("gb_a", minutes=600), before=after).changes
    assert back.sentence == (
        "GB_A: moved 1 week forward, to 2026-W32: reviewer hours in week 2026-W32 rose from 6 to 12."
    )


def test_every_other_change_is_told_with_its_reason():
    before = plan(ask("gb_a", minutes=600), ask("de_c", minutes=600, score=0.1))
    frozen = capacity(freezes=[{"first": "2026-08-06", "last": "2026-08-06", "why": "the wiki moves"}])
    asks = (ask("gb_a", minutes=600), ask("se_b", minutes=600, tier=Tier.EMERGENCY))
    made = plan(*asks, given=frozen, before=before, gone={"de_c-1": "is through: 9 edits are on the wiki"})
    assert [change.sentence for change in made.changes] == [
        "SE_B: new, from 2026-W33 on.",
        "GB_A: slipped 2 weeks, to 2026-W34: week 2026-W32 is frozen (the wiki moves).",
        "DE_C: is through: 9 edits are on the wiki.",
    ]
    paused = plan(replace(asks[0], hold="it is paused"), given=frozen, before=made)
    assert [change.sentence for change in paused.changes] == [
        "GB_A: has lost its place. Waits: it is paused.",
        "SE_B: is planned no more: it is through, or not approved any longer.",
    ]


def test_the_same_again_has_no_changes():
    asks = (ask("gb_a", minutes=600), ask("se_b"), ask("de_c", edits=25_000))
    before = plan(*asks)
    assert plan(*reversed(asks), before=before) == before
    assert before.status is Status.OPTIMAL


@pytest.mark.parametrize(
    ("asked", "given", "told"),
    [
        (
            ask("gb_a", edits=9_000),
            {"edits_per_week": 5_000},
            "It never fits: it needs 9,000 edits in one week, and no week has more than 5,000 edits. Give "
            "more, or split it.",
        ),
        (
            ask("gb_a", minutes=600),
            {"hours_per_week": 4},
            "It never fits: it needs 10 hours of reviewers in one week, and no week has more than 4 hours of "
            "reviewers. Give more, or split it.",
        ),
        (
            ask("gb_a"),
            {"skills": {"gb": {"hours_per_week": 1}}},
            "It never fits: it needs 4 hours of who knows gb in one week, and no week has more than 1 hour "
            "of who knows gb. Give more, or split it.",
        ),
        (ask("gb_a", edits=200_000), {}, "It takes 20 weeks and the calendar has 12: split it."),
        (ask("gb_a", ready=date(2027, 5, 1)), {}, "It may not start within the 12 weeks of the calendar."),
        (ask("gb_a", hold="it is paused"), {}, "Waits: it is paused."),
        (
            ask("gb_a"),
            {"freezes": [{"first": "2026-08-01", "last": "2027-01-01", "why": "no staff"}]},
            "No room within 12 weeks: 2026-W32 to 2026-W43 is closed (no staff).",
        ),
    ],
)
def test_what_has_no_place_says_why_and_what_to_do(asked, given, told):
    made = plan(asked, given=capacity(**given))
    assert made.placed == ()
    assert said(made, "gb_a") == told


def test_a_batch_that_is_too_large_for_a_week_lasts_longer():
    [placed] = plan(ask("gb_a", edits=25_000, minutes=1_500)).placed
    assert (placed.edits, placed.minutes) == ((8_333, 8_333, 8_334), (499, 500, 501))


def test_the_lists_of_a_contest_rest_while_it_lasts_and_are_wanted_before():
    asked = ask("gb_a", edits=60_000, minutes=60, kind="monument")
    [placed] = plan(asked, horizon=Horizon(TODAY, 20)).placed
    assert placed.monday == date(2026, 10, 5)
    assert "is closed (Wiki Loves Monuments uses the lists)" in placed.sentence
    assert "weeks late: it was due in 2026-W33." in placed.sentence
    assert starts(plan(asked, target="test.wikidata")) == {"gb_a": "2026-08-03"}
    assert starts(plan(ask("gb_a", edits=60_000, minutes=60))) == {"gb_a": "2026-08-03"}


def test_a_new_source_goes_slowly_and_its_batches_one_after_the_other():
    made = plan(ask("it_x", 12_000), replace(ask("it_x", 900), id="it_x-2", score=0.1), sources={})
    first, second = sorted(made.placed, key=lambda one: one.monday)
    assert (first.batch_id, first.edits) == ("it_x-1", (250, 2_000, 9_750))
    assert second.monday >= date.fromordinal(first.monday.toordinal() + 7 * first.weeks)
    [again] = plan(ask("it_x", 12_000), sources={"it_x": Source(sent=250, weeks=1)}).placed
    assert again.edits == (2_000, 10_000)
    [rest] = plan(
        ask("it_x", 12_000, running=True, sent=100, confirmed=100),
        sources={"it_x": Source(sent=100, weeks=0, this_week=100)},
    ).placed
    assert rest.edits[:2] == (150, 2_000)
    assert rest.up_to(TODAY) == 250


@pytest.mark.parametrize(
    ("source", "sample", "told"),
    [
        (
            Source(2_250, 2),
            None,
            "2,250 edits of this register went out: look at 300 of them and enter what is wrong",
        ),
        (Source(120, 2), None, "120 edits of this register went out: look at 120 of them"),
        (Source(2_250, 2), (300, 3), ""),
        (
            Source(2_250, 2),
            (300, 9),
            "9 of 300 edits that people looked at on 2026-08-01 are wrong, so up to 5.6%",
        ),
        (Source(2_250, 2), (100, 0), "3.7% of all may be; the most that is allowed is 3%: look at more"),
        (Source(100, 2), (100, 3), ""),
        (Source(2_250, 9, finished=date(2026, 8, 2)), (300, 0), "2,250 edits of this register went out"),
        (Source(2_250, 9, finished=date(2026, 7, 2)), (300, 0), ""),
    ],
)
def test_a_source_goes_on_when_a_sample_lets_it(source, sample, told):
    given = {}
    if sample:
        given = {"it_x": {"looked_at": sample[0], "wrong": sample[1], "on": "2026-08-01"}}
    made = plan(ask("it_x", 9_000), given=capacity(samples=given), sources={"it_x": source})
    assert bool(made.placed) == (not told)
    assert told in said(made, "it_x")


def test_the_helpdesk_is_worked_off_before_and_never_takes_less_than_it_used_to():
    given = capacity(
        helpdesk={"open_requests": 10, "mean_hours": 2, "spent": [4, 4, 4, 4]},
        weeks={"2026-W34": {"helpdesk": 1}, "2026-W35": {"hours": 2}},
    )
    assert forecast(given, Horizon(TODAY, 5), 4) == [12, 8, 1, 4, 4]
    made = plan(ask("gb_a", minutes=300), given=given)
    assert [week.free_hours for week in made.weeks[:4]] == [0, 4, 11, 0]
    assert starts(made) == {"gb_a": "2026-08-17"}


def test_what_runs_is_fixed_and_too_many_hours_are_noted():
    runs = ask("gb_a", edits=9_000, minutes=1_200, running=True, sent=1_000, confirmed=1_000)
    made = plan(runs, ask("se_b"), given=capacity(hours_per_week=2))
    placed = next(one for one in made.placed if one.dataset == "gb_a")
    assert (placed.monday, placed.running) == (date(2026, 8, 3), True)
    assert placed.sentence.startswith("It is being sent: 9,000 edits and 20 hours of reviewers are left")
    assert any("nothing is added" in note for note in made.notes)


def test_hours_that_who_lags_behind_is_lacking_are_told_or_waived():
    asks = [ask("gb_a", minutes=600), ask("se_b", minutes=60, lagging=True)]
    [note] = plan(*asks).notes
    assert "1.0 of 11.0 hours are for proposals whose groups lag behind; 2.3 hours are lacking" in note
    [waived] = plan(*asks, given=capacity(equity_waived="no register of theirs is ready")).notes
    assert waived.endswith("is waived: no register of theirs is ready")


def test_a_forecast_says_that_nobody_has_decided():
    made = plan(ask("gb_a", tier=Tier.BACKLOG), ask("se_b", tier=Tier.DECIDED))
    assert said(made, "gb_a").startswith("A forecast: nobody has decided on it yet")


def test_who_has_waited_for_a_quarter_goes_before_what_is_worth_more():
    old = ask("gb_a", minutes=600, score=0.01, since=date(2026, 4, 20))
    made = plan(old, *(ask(name, minutes=600, score=1.0) for name in ("se_b", "de_c", "fr_d")))
    first = made.placed[0]
    assert (first.dataset, first.tier) == ("gb_a", Tier.OVERDUE)
    assert "It has waited for 15 weeks" in first.sentence


def test_what_is_wanted_by_a_day_goes_before_its_equals_and_says_how_late_it_is():
    asks = [ask("gb_a", minutes=600), ask("se_b", minutes=600, due=date(2026, 7, 1))]
    made = plan(*asks)
    assert starts(made) == {"se_b": "2026-08-03", "gb_a": "2026-08-10"}
    assert said(made, "se_b").endswith("It was due before this week.")
    assert starts(plan(*(replace(one, due=date(2026, 8, 16)) for one in asks))) == {
        "gb_a": "2026-08-03",
        "se_b": "2026-08-10",
    }
