"""What a reviewer's answers weigh, and who stands where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_examples import BEGIN, SETTINGS, answer
from heritage.model.review import DONT_KNOW, RIGHT, WRONG
from heritage.review.leaders import Standing, standings
from heritage.review.trust import Gold, gold_of, newest, weight, weight_of


@pytest.mark.parametrize(
    ("seen", "right", "weighs"),
    [(0, 0, 1), (1, 1, 1), (1, 0, 0.8), (2, 0, 0.667), (3, 0, 0), (4, 1, 0.667), (5, 1, 0), (20, 15, 1)],
)
def test_trust_is_learned_from_gold(seen, right, weighs):
    assert weight(Gold(seen, right), SETTINGS) == pytest.approx(weighs, abs=1e-3)


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_right_answer_never_lowers_a_weight_and_a_wrong_one_never_raises_it(right, wrong):
    now = weight(Gold(right + wrong, right), SETTINGS)
    assert 0 <= now <= 1
    assert weight(Gold(right + wrong + 1, right + 1), SETTINGS) >= now
    assert weight(Gold(right + wrong + 1, right), SETTINGS) <= now


def test_only_gold_that_was_answered_is_seen_each_once_and_nobody_is_judged_by_settling():
    known = {"a": RIGHT, "b": RIGHT, "c": RIGHT}
    given = [
        answer("a", "ann", WRONG),
        answer("a", "ann", RIGHT),
        answer("b", "ann", DONT_KNOW),
        answer("c", "ann", WRONG),
        answer("other", "ann", WRONG),
        answer("a", "bo", WRONG),
        answer("a", "bo", ""),
        answer("b", "eve", WRONG, expert=True),
    ]
    assert gold_of(given, known) == {"ann": Gold(seen=2, right=1)}


def test_of_two_answers_of_one_moment_the_later_one_stands():
    said = [answer("a", "ann", choice, given_at=BEGIN, key=key) for choice, key in [(RIGHT, "z"), ("", "a")]]
    assert newest(said) == []
    assert newest(said[::-1]) == [said[0]]


def test_newcomers_have_all_weight():
    assert [weight_of(who, {"ann": 0.8, "bot": 0.0}, SETTINGS) for who in ("ann", "bot", "new")] == [
        0.8,
        0,
        1,
    ]


def test_agreement_is_rewarded_and_neither_luck_nor_number():
    counts = {
        "hasty": Gold(100, 90),
        "lucky": Gold(1, 1),
        "careful": Gold(30, 29),
        "as careful": Gold(30, 29),
        "unknown": Gold(0, 0),
    }
    assert standings(counts, SETTINGS) == [
        Standing("as careful", 29 / 30, 30),
        Standing("careful", 29 / 30, 30),
        Standing("hasty", 0.9, 100),
        Standing("lucky", 1.0, 1),
    ]
