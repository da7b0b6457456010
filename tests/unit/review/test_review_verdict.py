"""When a task is settled: acceptance case 20, and what must hold of any answers."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_examples import SETTINGS, answer, answers
from heritage.model.review import DONT_KNOW, RIGHT, WRONG, Verdict
from heritage.review.verdict import confidence, judge

YES, NO, UNSURE = RIGHT, WRONG, DONT_KNOW
choices = st.sampled_from(["Q1", "Q2", "none", DONT_KNOW])
shares = st.sampled_from([0.0, 0.667, 0.8, 0.9, 1.0])
votes = st.lists(st.tuples(choices, shares), max_size=9)


def given_by(said):
    """Answers and weights from pairs of both, each of a reviewer of their own."""
    return (
        [answer("t", f"r{n}", choice) for n, (choice, _) in enumerate(said)],
        {f"r{n}": weight for n, (_, weight) in enumerate(said)},
    )


@pytest.mark.parametrize(
    ("given", "verdict", "choice", "sure"),
    [
        ([], Verdict.OPEN, "", 0.5),
        ([YES], Verdict.OPEN, YES, 0.75),
        ([YES] * 2, Verdict.OPEN, YES, 0.875),
        ([YES] * 3, Verdict.ACCEPTED, YES, 0.9375),
        ([YES] * 3 + [NO], Verdict.OPEN, YES, 0.8125),
        ([YES] * 4 + [NO], Verdict.EXPERT, YES, 0.8906),
        ([NO] * 3, Verdict.ACCEPTED, NO, 0.9375),
        ([YES, NO], Verdict.OPEN, "", 0.5),
        ([YES] * 2 + [NO] * 2, Verdict.OPEN, "", 0.5),
        ([YES] * 2 + [NO] * 2 + [UNSURE], Verdict.EXPERT, "", 0.5),
        ([YES] * 3 + [UNSURE], Verdict.ACCEPTED, YES, 0.9375),
        ([UNSURE] * 4, Verdict.OPEN, "", 0.5),
        ([UNSURE] * 5, Verdict.EXPERT, "", 0.5),
        ([YES] * 2 + [UNSURE] * 3, Verdict.EXPERT, YES, 0.875),
        (["Q1", "Q1", "Q1", "Q2", "none"], Verdict.EXPERT, "Q1", 0.6562),
    ],
)
def test_what_answers_of_newcomers_come_to(given, verdict, choice, sure):
    outcome = judge(answers("t", *given), {}, SETTINGS)
    assert (outcome.verdict, outcome.choice) == (verdict, choice)
    assert outcome.confidence == pytest.approx(sure, abs=1e-4)
    assert outcome.answers == len(given)


def test_what_is_rejected_has_the_probability_that_the_issue_names():
    assert confidence(0, 3) == 0.0625
    assert confidence(0, 3) <= 1 - SETTINGS.accept
    assert confidence(5, 1) == 0.9375


@given(st.integers(0, 12), st.integers(0, 12))
def test_the_confidence_of_whole_votes_is_that_of_a_binomial_sum(up, down):
    n = up + down + 1
    exact = Fraction(sum(comb(n, k) for k in range(up + 1)), 2**n)
    assert confidence(up, down) == pytest.approx(float(exact), abs=1e-12)


@pytest.mark.parametrize(
    ("given", "stuck"),
    [
        ([], False),
        ([YES, YES], False),
        ([YES, NO], True),
        ([YES] * 3 + [NO], True),
        ([YES, UNSURE, UNSURE], False),
        ([YES, UNSURE, UNSURE, UNSURE], True),
        ([YES] * 3, False),
        ([YES] * 4 + [NO], False),
    ],
)
def test_a_task_that_no_more_answers_settle_says_so_and_stays_open(given, stuck):
    assert judge(answers("t", *given), {}, SETTINGS).stuck is stuck


def test_what_is_stuck_comes_loose_when_trust_in_who_disagreed_is_lost():
    said = answers("t", YES, YES, NO)
    assert judge(said, {}, SETTINGS).stuck
    assert not judge(said, {"reviewer 2": 0.0}, SETTINGS).stuck


def test_more_answers_are_asked_for_while_people_agree_only_so_far():
    four, five = answers("t", *[YES] * 4), answers("t", *[YES] * 5)
    assert judge(four, {}, SETTINGS, redundancy=5).verdict is Verdict.OPEN
    assert judge(five, {}, SETTINGS, redundancy=5).verdict is Verdict.ACCEPTED
    assert judge(answers("t", *[YES] * 4, UNSURE), {}, SETTINGS, redundancy=5).verdict is Verdict.ACCEPTED
    assert judge(answers("t", *[YES] * 4, NO), {}, SETTINGS, redundancy=5).verdict is Verdict.EXPERT


def test_three_who_were_wrong_once_are_not_enough_and_four_are():
    one_wrong = {f"reviewer {n}": 0.8 for n in range(4)}
    assert judge(answers("t", *[YES] * 3), one_wrong, SETTINGS).verdict is Verdict.OPEN
    assert judge(answers("t", *[YES] * 4), one_wrong, SETTINGS).verdict is Verdict.ACCEPTED


def test_only_the_newest_answer_of_a_reviewer_counts_and_none_that_was_taken_back():
    first = answers("t", YES, YES, NO)
    assert judge([*first, answer("t", "reviewer 2", YES)], {}, SETTINGS).verdict is Verdict.ACCEPTED
    back = judge([*first, answer("t", "reviewer 2", "")], {}, SETTINGS)
    assert (back.answers, back.up, back.down) == (2, 2, 0)


def test_an_expert_settles_what_people_disagree_on():
    split = answers("t", YES, YES, NO, NO, UNSURE)
    said = [*split, answer("t", "expert", NO, expert=True)]
    outcome = judge(said, {}, SETTINGS)
    assert (outcome.verdict, outcome.choice, outcome.by_expert) == (Verdict.ACCEPTED, NO, "expert")
    assert (outcome.answers, outcome.confidence) == (5, 0.5)
    again = judge([*said, answer("t", "other", YES, expert=True)], {}, SETTINGS)
    assert (again.choice, again.by_expert) == (YES, "other")


def test_an_expert_who_does_not_know_settles_nothing():
    split = answers("t", YES, YES, NO, NO, UNSURE)
    outcome = judge([*split, answer("t", "expert", UNSURE, expert=True)], {}, SETTINGS)
    assert (outcome.verdict, outcome.by_expert, outcome.answers) == (Verdict.EXPERT, "", 5)


@given(votes, st.randoms(use_true_random=False))
def test_the_order_of_answers_makes_no_difference(said, rng):
    given, weights = given_by(said)
    shuffled = given.copy()
    rng.shuffle(shuffled)
    assert judge(given, weights, SETTINGS) == judge(shuffled, weights, SETTINGS)


@given(votes, st.permutations(["Q1", "Q2", "none"]))
def test_choices_that_change_names_change_names_in_the_outcome_and_nothing_else(said, names):
    renamed = dict(zip(["Q1", "Q2", "none"], names, strict=True)) | {DONT_KNOW: DONT_KNOW, "": ""}
    given, weights = given_by(said)
    other, _ = given_by([(renamed[choice], weight) for choice, weight in said])
    one, two = judge(given, weights, SETTINGS), judge(other, weights, SETTINGS)
    assert (renamed[one.choice], one.verdict, one.confidence) == (two.choice, two.verdict, two.confidence)


@given(votes, st.lists(choices, max_size=5))
def test_answers_of_weight_0_are_as_none(said, nonsense):
    given, weights = given_by(said)
    more = [answer("t", f"vandal {n}", choice) for n, choice in enumerate(nonsense)]
    vandals = dict.fromkeys((of.reviewer for of in more), 0.0)
    assert judge(given + more, weights | vandals, SETTINGS) == judge(given, weights, SETTINGS)


@given(votes)
def test_one_more_for_the_likeliest_makes_it_surer(said):
    given, weights = given_by(said)
    before = judge(given, weights, SETTINGS)
    if before.choice:
        after = judge([*given, answer("t", "newcomer", before.choice)], weights, SETTINGS)
        assert after.choice == before.choice
        assert after.confidence > before.confidence
        assert after.verdict is not Verdict.OPEN or before.verdict is Verdict.OPEN


@given(votes)
def test_what_is_accepted_was_said_by_enough_and_what_got_all_answers_is_never_open(said):
    given, weights = given_by(said)
    outcome = judge(given, weights, SETTINGS)
    if outcome.verdict is Verdict.ACCEPTED:
        assert outcome.confidence >= SETTINGS.accept
        assert sum(choice == outcome.choice and weight > 0 for choice, weight in said) >= SETTINGS.redundancy
    assert outcome.verdict is not Verdict.OPEN or outcome.answers < SETTINGS.answers_most
