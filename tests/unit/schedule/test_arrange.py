"""The calendar keeps its rules whatever is asked of it, and whoever solves it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.errors import EntryRefused
from heritage.schedule.arrange import arrange
from heritage.schedule.ledger import Ledger, violations
from heritage.schedule.plan import Status, Tier
from heritage.schedule.problem import Problem, pose
from heritage.schedule.solver import CpSat
from schedule_examples import WEIGHING, job, room, wrong

SOLVER = CpSat(WEIGHING, 1)
WEEKS = 8


@st.composite
def problems(draw) -> Problem:
    count = draw(st.integers(1, 9))
    jobs = []
    for number in range(count):
        before = draw(st.sets(st.integers(0, max(0, number - 1)), max_size=2)) if number else set()
        jobs.append(
            job(
                f"j{number}",
                draw(st.integers(0, 30)),
                draw(st.integers(0, 20)),
                draw(st.integers(1, 3)),
                draw(st.sampled_from(Tier)),
                after=[f"j{one}" for one in before],
                worth=draw(st.floats(0, 2)),
                ready=draw(st.integers(0, 4)),
                due=draw(st.none() | st.integers(0, WEEKS)),
                skills=draw(st.sets(st.sampled_from(["sv", "de"]))),
                shut=draw(st.dictionaries(st.integers(0, WEEKS - 1), st.just("holidays"), max_size=2)),
                at_risk=draw(st.floats(0, 1)),
                lagging=draw(st.booleans()),
                waited=draw(st.integers(0, 30)),
                running=draw(st.sampled_from([False, False, False, True])),
                hold=draw(st.sampled_from(["", "", "", "paused"])),
            )
        )
    edits = draw(st.lists(st.integers(0, 25), min_size=WEEKS, max_size=WEEKS))
    hours = draw(st.lists(st.integers(0, 20), min_size=WEEKS, max_size=WEEKS))
    skills = {"sv": draw(st.lists(st.integers(0, 20), min_size=WEEKS, max_size=WEEKS))}
    return pose(jobs, room(edits, hours, **skills), quarter_weeks=4, lagging_share=0.3)


def both(problem: Problem):
    for solve in (SOLVER, None):
        yield arrange(problem, WEIGHING, solve, 2)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_no_plan_breaks_a_rule(problem):
    for plan in both(problem):
        assert wrong(problem, plan.starts) == []
        assert violations(problem, plan.starts) == []


@settings(max_examples=40, deadline=None)
@given(problems())
def test_whatever_still_fits_is_placed(problem):
    for plan in both(problem):
        ledger = Ledger(problem)
        for one in problem.jobs:
            if one.id in plan.starts and one.id not in ledger.starts:
                ledger.place(one, plan.starts[one.id])
        left = [one for one in problem.jobs if one.id not in ledger.starts]
        assert {one.id: ledger.earliest(one) for one in left} == {one.id: None for one in left}


@settings(max_examples=40, deadline=None)
@given(problems(), st.randoms())
def test_the_order_of_the_input_changes_nothing(problem, random):
    shuffled = list(problem.jobs)
    random.shuffle(shuffled)
    again = pose(shuffled, problem.room, quarter_weeks=4, lagging_share=0.3)
    assert list(both(again)) == list(both(problem))


@settings(max_examples=40, deadline=None)
@given(problems())
def test_a_lower_tier_takes_nothing_from_a_higher(problem):
    """Without the lower tiers the higher ones stand in the same places."""
    for tier in (Tier.EMERGENCY, Tier.OVERDUE):
        high = [one for one in problem.jobs if one.tier <= tier or one.running]
        if any(one.after - {other.id for other in high} for one in high):
            continue  # waits for a running job's predecessor, which is of no rank
        alone = pose(high, problem.room, quarter_weeks=4, lagging_share=0.3)
        for plan, without in zip(both(problem), both(alone), strict=True):
            ranked = {one.id for one in high}
            assert {n: w for n, w in plan.starts.items() if n in ranked} == dict(without.starts)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_solver_is_never_worth_less_in_the_first_tier_that_it_weighs(problem):
    solved, greedy = both(problem)
    for ours, theirs in zip(solved.stages, greedy.stages, strict=True):
        if ours.tier is Tier.OVERDUE:
            continue
        assert ours.worth >= theirs.worth - 1e-9
        assert ours.worth <= ours.bound + 1e-9
        break


def test_who_has_waited_too_long_gets_a_start_however_much_worthier_work_arrives():
    """Every week brings work that fills it; a small old batch goes first as soon as it is overdue."""
    new = [job(f"new{n}", 10, 10, worth=1.0) for n in range(8)]
    old = job("old", 10, 10, worth=0.001, waited=14)
    for tier, expected in ((Tier.DECIDED, None), (Tier.OVERDUE, 0)):
        problem = pose([*new, replace(old, tier=tier)], room([10] * 8, [10] * 8), quarter_weeks=13)
        for plan in both(problem):
            assert plan.starts.get("old") == expected


def test_who_is_at_risk_goes_first_among_equals():
    jobs = [job("a", 10, 10), job("b", 10, 10, at_risk=0.9), job("c", 10, 10, at_risk=0.5)]
    for plan in both(pose(jobs, room([10] * 3, [10] * 3), quarter_weeks=13)):
        assert plan.starts == {"b": 0, "c": 1, "a": 2}


def test_one_weighing_for_all_would_put_the_emergency_after_two_cheap_batches():
    """The reason for tiers: worth alone prefers two that are cheap."""
    jobs = [
        job("risk", 10, 10, 2, worth=0.5),
        job("cheap1", 10, 5, worth=0.5),
        job("cheap2", 10, 5, worth=0.5),
    ]
    where = room([20] * 4, [5] * 4)
    flat = arrange(pose(jobs, where, quarter_weeks=13), WEIGHING, SOLVER, 2)
    assert flat.starts["risk"] == 2
    jobs[0] = replace(jobs[0], tier=Tier.EMERGENCY)
    tiered = arrange(pose(jobs, where, quarter_weeks=13), WEIGHING, SOLVER, 2)
    assert tiered.starts["risk"] == 0


def test_hours_for_who_lags_behind_are_kept_where_worth_alone_would_take_them():
    jobs = [job(f"rich{n}", 10, 10, worth=0.6) for n in range(10)]
    jobs += [job(f"poor{n}", 10, 10, worth=0.5, lagging=True) for n in range(4)]
    for share, kept in ((0.0, 0), (0.3, 3)):
        problem = pose(jobs, room([10] * 10, [10] * 10), quarter_weeks=10, lagging_share=share)
        plan = arrange(problem, WEIGHING, SOLVER, 8)
        assert sum(name.startswith("poor") for name in plan.starts) == kept


def test_what_waits_for_an_emergency_is_not_what_the_emergency_waits_for():
    jobs = [
        job("base", 10, 10, tier=Tier.BACKLOG, worth=0.01),
        job("siren", 10, 10, tier=Tier.EMERGENCY, after=["base"]),
        job("other", 10, 10, worth=1.0),
    ]
    for plan in both(pose(jobs, room([10] * 3, [10] * 3), quarter_weeks=13)):
        assert plan.starts == {"base": 0, "siren": 1, "other": 2}


def test_what_runs_stays_and_nothing_is_added_to_a_week_that_it_overfills():
    jobs = [job("runs", 30, 30, 2, tier=Tier.BACKLOG, running=True), job("siren", 1, 1, tier=Tier.EMERGENCY)]
    for plan in both(pose(jobs, room([10] * 3, [10] * 3), quarter_weeks=13)):
        assert plan.starts == {"runs": 0, "siren": 2}


def test_without_a_solver_the_plan_is_made_one_by_one_and_says_so(monkeypatch):
    problem = pose([job("a", 10, 10), job("b", 10, 10)], room([10] * 3, [10] * 3), quarter_weeks=13)
    monkeypatch.setitem(__import__("sys").modules, "ortools.sat.python", None)
    plan = arrange(problem, WEIGHING, SOLVER, 2)
    assert plan.status is Status.GREEDY
    assert plan.starts == {"a": 0, "b": 1}
    assert "The solver failed" in plan.faults[0]


def test_a_solver_that_runs_out_of_time_leaves_a_whole_plan():
    jobs = [job(f"j{n}", 10 + n, 3, worth=0.1 + n / 40) for n in range(30)]
    problem = pose(jobs, room([40] * 20, [8] * 20), quarter_weeks=13)
    plan = arrange(problem, WEIGHING, SOLVER, 0.0)
    assert wrong(problem, plan.starts) == []
    assert len(plan.starts) == 30


def test_an_answer_that_breaks_a_rule_is_not_used():
    def liar(ledger, free, tier, hint, weeks, seconds):
        from heritage.schedule.solver import Answer

        return Answer({one.id: 0 for one in free}, Status.OPTIMAL, 1e9, 0.1)

    problem = pose([job("a", 10, 10), job("b", 10, 10)], room([10] * 3, [10] * 3), quarter_weeks=13)
    plan = arrange(problem, WEIGHING, liar, 2)
    assert plan.starts == {"a": 0, "b": 1}
    assert plan.status is Status.GREEDY
    assert "breaks a rule" in plan.faults[0]


@pytest.mark.parametrize(
    ("jobs", "where", "told"),
    [
        ([job("a", 1, 1, after=["b"]), job("b", 1, 1, after=["a"])], room([1], [1]), "circle"),
        ([job("a", 1, 1, after=["zz"])], room([1], [1]), "a: waits for zz, which does not exist"),
        ([job("a", 1, 1), job("a", 2, 2)], room([1], [1]), "a: stands twice"),
        ([job("a", -1, 1)], room([1], [1]), "a: wants less than nothing"),
        ([job("a", 1, 1, worth=float("nan"))], room([1], [1]), "a: cannot be worth nan"),
        ([job("a", 1, 1)], room([-1], [1]), "edits: week 0 has less than nothing"),
        ([job("a", 1, 1)], room([1, 1], [1]), "hours: has 1 weeks where others have 2"),
    ],
)
def test_what_contradicts_itself_is_refused_in_a_sentence(jobs, where, told):
    with pytest.raises(EntryRefused) as refused:
        pose(jobs, where, quarter_weeks=13)
    assert told in str(refused.value)
