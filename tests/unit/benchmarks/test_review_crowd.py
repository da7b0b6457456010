"""The simulated crowd of the benchmark of reviews, on made-up questions."""

from collections import Counter

import numpy as np
import pytest
from campaign import Campaign
from crowd import ALL_YES, CROWDS, KINDS, UNKNOWN, VANDAL, crowd
from doubtful import Questions

from heritage.model.review import NONE_OF_THESE, Verdict
from heritage.review.settings import ReviewSettings


@pytest.fixture(scope="module")
def asked():
    rng = np.random.default_rng(1)
    choices = [(f"Q{n}1", f"Q{n}2", f"Q{n}3", NONE_OF_THESE) for n in range(150)]
    return Questions([str(n) for n in range(150)], choices, rng.choice(4, size=150, p=[0.7, 0.1, 0.05, 0.15]))


@pytest.fixture(scope="module")
def people(asked):
    return crowd(CROWDS["mixed"], asked, np.random.default_rng(2))


@pytest.fixture(scope="module")
def settled(asked, people):
    campaign = Campaign(asked, people, frozenset(range(8)), ReviewSettings(), by_agreement=False)
    campaign.run()
    return campaign


def test_each_sort_of_reviewer_is_as_often_wrong_as_it_says(asked, people):
    assert Counter(people.kinds) == dict(zip(KINDS, CROWDS["mixed"], strict=True))
    for kind, said in zip(people.kinds, people.said, strict=True):
        easy = (said == asked.right)[asked.right == 0].mean()
        if kind is ALL_YES:
            assert (said == 0).all()
        elif kind is VANDAL:
            assert 0.1 < easy < 0.4
        elif kind.name != "one language":
            low, high = kind.wrong
            assert 1 - high - kind.unsure - 0.12 < easy < 1 - low + 0.05
        assert ((said >= UNKNOWN) & (said < 4)).all()


def test_every_question_is_settled_or_an_experts_and_gold_is_counted_for_neither(asked, settled):
    result = settled.result()
    assert result.tasks == len(asked) - 8
    assert result.accepted + result.escalated == result.tasks
    left = [of for n, of in settled.outcomes.items() if n >= 8 and of.verdict is Verdict.OPEN]
    assert all(of.stuck for of in left)
    assert result.answers == sum(map(len, settled.answers.values()))
    assert 0.02 < sum(len(settled.answers[n]) for n in range(8)) / result.answers < 0.08


def test_what_the_crowd_settles_is_right_far_more_often_than_a_majority_of_three(asked, people, settled):
    result = settled.result()
    rng = np.random.default_rng(3)
    right = 0
    for n in range(8, len(asked)):
        three = rng.choice(people.arrivals, size=3, replace=False)
        said = Counter(int(people.said[who, n]) for who in three if people.said[who, n] != UNKNOWN)
        right += bool(said) and said.most_common(1)[0][0] == asked.right[n]
    assert result.accepted_right / result.accepted > 0.97 > 0.92 > right / result.tasks


def test_nobody_careful_loses_their_weight_and_who_always_says_yes_does(settled):
    silenced = settled.result().silenced
    assert "all yes" in silenced
    assert "careful" not in silenced
