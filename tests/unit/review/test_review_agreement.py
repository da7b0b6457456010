"""Krippendorff's alpha of a campaign beside the library's, and what follows from it."""

from collections import Counter

import krippendorff
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_examples import SETTINGS, answer, answers
from heritage.model.review import DONT_KNOW, RIGHT, WRONG
from heritage.review.agreement import alpha, health

tasks = st.lists(st.lists(st.sampled_from(["Q1", "Q2", "none", DONT_KNOW]), max_size=6), max_size=12)


def said(tasks):
    return [of for n, choices in enumerate(tasks) for of in answers(f"t{n}", *choices)]


def campaign(agreeing, disagreeing):
    """Three answers each: all the same, half of them right, or two to one."""
    return said(
        [[RIGHT if n % 2 else WRONG] * 3 for n in range(agreeing)]
        + [[RIGHT, WRONG, RIGHT if n % 2 else WRONG] for n in range(disagreeing)]
    )


@given(tasks)
def test_alpha_is_that_of_the_library(tasks):
    names = ["Q1", "Q2", "none"]
    counts = [[Counter(choices)[name] for name in names] for choices in tasks]
    pairable = [row for row in counts if sum(row) > 1]
    of, judged = alpha(said(tasks))
    assert judged == len(pairable)
    if of is None:
        assert sum(any(row[column] for row in pairable) for column in range(3)) < 2
    else:
        theirs = krippendorff.alpha(value_counts=pairable, level_of_measurement="nominal")
        assert of == pytest.approx(float(theirs), abs=1e-9)


def test_items_that_differ_from_task_to_task_are_so_many_names_of_choices():
    of, judged = alpha(said([[f"Q{n}"] * 2 for n in range(20_000)] + [["Q1", "none"]]))
    assert judged == 20_001
    assert of == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("agreeing", "disagreeing", "redundancy", "paused"),
    [(18, 1, 3, False), (10, 9, 3, False), (18, 2, 3, False), (15, 5, 5, False), (10, 10, 5, True)],
)
def test_how_far_people_agree_says_how_many_are_asked(agreeing, disagreeing, redundancy, paused):
    now = health(campaign(agreeing, disagreeing), {}, SETTINGS)
    assert (now.redundancy, now.paused) == (redundancy, paused)
    assert bool(now.why) == (redundancy == 5)
    if now.why:
        assert f"{now.alpha:.2f}" in now.why


def test_nobody_stops_a_campaign_with_nonsense_nor_experts_by_settling():
    good = campaign(20, 0)
    vandal = [answer(f"t{n}", "vandal", WRONG if n % 2 else RIGHT) for n in range(20)]
    expert = [answer(f"t{n}", "expert", WRONG if n % 2 else RIGHT, expert=True) for n in range(20)]
    assert health(good + vandal, {}, SETTINGS).paused
    assert not health(good + vandal, {"vandal": 0.0}, SETTINGS).paused
    assert not health(good + expert, {}, SETTINGS).paused


def test_where_all_say_the_same_nothing_is_paused():
    now = health(said([[RIGHT] * 3] * 30), {}, SETTINGS)
    assert (now.alpha, now.paused, now.redundancy) == (None, False, 3)
