"""Weights that somebody tries: what is refused, and what the ranking does."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.errors import EntryRefused
from heritage.model.governance import Criteria
from heritage.priority.trial import read_weights, trial
from heritage.priority.weighing import place
from ranking_examples import BODY, proposal, question, settings

CRITERIA = ["urgency", "relevance", "equity", "readiness"]
EVEN = dict.fromkeys(CRITERIA, 1)
numbers = st.one_of(st.integers(0, 1_000_000), st.floats(0, 1_000_000))


@given(st.lists(numbers, min_size=4, max_size=4).filter(lambda given: math.fsum(given) > 0))
def test_numbers_of_0_or_more_are_brought_to_1(given):
    weights = list(read_weights(dict(zip(CRITERIA, given, strict=True))).model_dump().values())
    assert sum(weights) == pytest.approx(1)
    largest = max(range(4), key=given.__getitem__)
    assert weights[largest] == max(weights)


def test_text_of_a_form_is_read():
    weights = read_weights({"urgency": " 30 ", "relevance": "0,5", "equity": "20.", "readiness": "0"})
    assert weights.urgency == pytest.approx(30 / 50.5)
    assert weights.readiness == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (-1, "cannot be below 0"),
        ("-1", "cannot be below 0"),
        ("\u22120.5", "cannot be below 0"),
        (math.nan, "not a number"),
        (math.inf, "not a number"),
        ("nan", "not a number"),
        ("1e3", "not a number"),
        ("much", "not a number"),
        ("<b>3</b>", "not a number"),
        ("\u0663", "not a number"),
        (True, "not a number"),
        ([3], "not a number"),
        (1_000_001, "too large"),
        ("999999999999", "too large"),
        ("9" * 5000, "not a number"),
        ("", "Give this criterion a weight"),
        (None, "Give this criterion a weight"),
    ],
)
def test_what_is_no_weight_is_refused_in_a_sentence(given, told):
    with pytest.raises(EntryRefused) as refused:
        read_weights(EVEN | {"equity": given})
    [(field, sentence)] = refused.value.faults
    assert field == "equity"
    assert told in sentence


def test_all_zero_and_unknown_criteria_are_refused():
    with pytest.raises(EntryRefused, match="All weights are 0"):
        read_weights(dict.fromkeys(CRITERIA, "0"))
    with pytest.raises(EntryRefused, match="no such criterion"):
        read_weights(EVEN | {"beauty": 1})


def test_the_ranking_moves_and_says_from_where():
    urgent, fair = Criteria(0.9, 0.5, 0.1, 0.5), Criteria(0.3, 0.5, 0.9, 0.5)
    asked = question("q")
    ranked = place([proposal("urgent", urgent), proposal("fair", fair), asked], settings(), 10)
    tried = trial(ranked, BODY, {"urgency": 3, "relevance": 0, "equity": 1, "readiness": 0})
    assert tried.body == BODY.weights.model_dump()
    assert tried.tried == pytest.approx({"urgency": 0.75, "relevance": 0, "equity": 0.25, "readiness": 0})
    assert [(one.proposal_id, one.rank, one.tried_rank, one.up) for one in tried.rows] == [
        ("urgent", 2, 1, 1),
        ("fair", 1, 2, -1),
    ]
    assert tried.rows[0].tried_score == pytest.approx(0.7)
    assert sum(tried.rows[0].contributions.values()) == pytest.approx(0.7)
    same = trial(ranked, BODY, BODY.weights.model_dump())
    assert all(one.up == 0 and one.score == pytest.approx(one.tried_score) for one in same.rows)
