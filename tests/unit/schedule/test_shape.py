"""How batches are spread over weeks, and that nothing waits for ever."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.schedule.capacity import read_capacity
from heritage.schedule.make import make_plan
from heritage.schedule.plan import Tier
from heritage.schedule.sample import Source
from heritage.schedule.settings import OfABatch
from heritage.schedule.shape import Horizon, shape, spread
from schedule_examples import FIGURES, ask, capacity, job

RULE = OfABatch(edits_per_week=1_000, hours_per_week=10)


@given(
    st.integers(1, 20_000),
    st.integers(0, 20_000),
    st.lists(st.integers(0, 1_500), max_size=3).map(sorted),
    st.booleans(),
    st.sets(st.integers(0, 30), max_size=5),
    st.integers(0, 1_500),
)
def test_all_of_a_batch_is_spread_and_no_week_takes_more_than_it_may(edits, minutes, ramp, runs, shut, sent):
    lump = replace(
        job("a", edits, minutes / 60, running=runs), minutes=(minutes,), shut=dict.fromkeys(shut, "holidays")
    )
    made = spread(lump, tuple(ramp), RULE, sent)
    assert (sum(made.edits), sum(made.minutes)) == (edits, minutes)
    assert min(*made.edits, *made.minutes, 0) == 0
    assert max(made.edits) <= RULE.edits_per_week
    assert made.edits[-1] > 0
    if runs:
        assert not any(made.edits[week] for week in shut if week < made.weeks)
    else:
        assert all(took <= most for took, most in zip(made.edits, ramp, strict=False))
    assert max(made.minutes) <= 600 + minutes // edits + 1 or edits < 600


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 9_000), st.integers(1, 600), st.sampled_from(Tier), st.booleans()),
        min_size=1,
        max_size=5,
    ),
    st.integers(0, 1),
    st.integers(0, 400),
)
def test_no_week_brings_more_of_a_new_source_than_the_ramp_allows(batches, weeks, this_week):
    """Whatever the batches and wherever they are placed, week by week over all of them together."""
    asks = [
        replace(ask("it_x", edits, minutes, tier=tier, running=runs), id=f"b{number}")
        for number, (edits, minutes, tier, runs) in enumerate(batches)
    ]
    source = Source(
        sent=10_000, weeks=min(weeks, 1), this_week=this_week if any(a.running for a in asks) else 0
    )
    made = make_plan(
        asks,
        capacity(hours_per_week=1_000, edits_per_week=100_000),
        FIGURES,
        Horizon(date(2026, 11, 23), 30),
        {"it_x": source},
        target="sandbox",
    )
    steps = FIGURES.ramp[source.weeks :]
    loads: dict[date, int] = {}
    for placed in made.placed:
        for week, edits in enumerate(placed.edits):
            day = placed.monday + timedelta(weeks=week)
            loads[day] = loads.get(day, 0) + edits
    first = date(2026, 11, 23)
    loads[first] = loads.get(first, 0) + source.this_week
    in_use = [loads[day] for day in sorted(loads) if loads[day]]
    for sent, step in zip(in_use, steps, strict=False):
        assert sent <= max(step, source.this_week)


def test_what_waits_starts_within_a_quarter_however_much_worthier_work_arrives_each_week():
    """Re-planned every week: new work fills it, is worth a hundred times as much, and is sent."""
    begun = date(2026, 1, 5)
    given = read_capacity({"edits_per_week": 1_000, "hours_per_week": 10})
    for week in range(20):
        today = begun + timedelta(weeks=week)
        old = ask("gb_a", 200, 600, score=0.01, since=begun, ready=begun)
        new = [
            replace(ask("se_b", 200, 600, score=1.0, since=today, ready=today), id=f"new{week}-{number}")
            for number in range(12)
        ]
        plan = make_plan([old, *new], given, FIGURES, Horizon(today, 8), {}, target="sandbox")
        first = plan.placed[0]
        if first.batch_id == old.id:
            break
        assert first.monday == today
    assert week == FIGURES.waiting.longest_weeks


def test_a_sample_that_is_due_stops_all_batches_of_a_source_and_no_other():
    jobs = shape(
        [ask("it_x"), replace(ask("it_x"), id="it_x-2", running=True), ask("gb_a")],
        capacity(samples={}),
        FIGURES,
        Horizon(date(2026, 11, 23), 10),
        {"it_x": Source(sent=2_250, weeks=2)},
        "sandbox",
    )
    assert [bool(one.hold) for one in sorted(jobs, key=lambda one: one.id)] == [False, True, True]
