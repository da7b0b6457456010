"""Whom to ask what next, and who may answer."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer_examples import NOTHING_SAID, SETTINGS, answers, task
from heritage.model.review import DONT_KNOW, RIGHT, WRONG, Verdict
from heritage.review.order import Asking, Waiting, next_tasks, why_not
from heritage.review.verdict import judge, missing

ANN = Asking("ann")


def waiting(task_id, *said, answered_by=(), **more):
    outcome = judge(answers(task_id, *said), {}, SETTINGS)
    return Waiting(task(task_id, **more), outcome, answered_by)


def ids(tasks):
    return [of.task_id for of in tasks]


@pytest.mark.parametrize(
    ("waits", "asking", "told"),
    [
        (waiting("t"), ANN, ""),
        (waiting("t", proposed_by="bo"), ANN, ""),
        (waiting("t", proposed_by="ann"), ANN, "your own"),
        (waiting("t", proposed_by="ann"), replace(ANN, expert=True), "your own"),
        (waiting("t"), replace(ANN, staff_of=frozenset({"se_churches"})), "se_churches"),
        (waiting("t"), replace(ANN, staff_of=frozenset({"fi_museums"})), ""),
        (waiting("t", RIGHT, answered_by={"ann"}), ANN, "already"),
        (waiting("t", RIGHT, RIGHT, RIGHT), ANN, "settled"),
        (waiting("t", RIGHT, RIGHT, RIGHT, gold=RIGHT), ANN, ""),
        (waiting("t", *[DONT_KNOW] * 5), ANN, "expert"),
        (waiting("t", *[DONT_KNOW] * 5, gold=RIGHT), ANN, ""),
        (waiting("t", *[DONT_KNOW] * 5), replace(ANN, expert=True), ""),
        (waiting("t", *[DONT_KNOW] * 5, answered_by={"ann"}), replace(ANN, expert=True), "already"),
        (waiting("t", experts_only=True), ANN, "experts"),
        (waiting("t", experts_only=True), replace(ANN, expert=True), ""),
        (Waiting(task("t"), replace(NOTHING_SAID, verdict=Verdict.STALE), ()), ANN, "changed"),
    ],
)
def test_who_may_answer(waits, asking, told):
    said = why_not(waits, asking)
    assert bool(said) == bool(told)
    assert told in said


def test_what_is_nearest_to_being_settled_comes_first_and_what_nothing_settles_last():
    many = [
        waiting("none"),
        waiting("split", RIGHT, WRONG),
        waiting("one", RIGHT),
        waiting("doubt", RIGHT, RIGHT, DONT_KNOW),
        waiting("two", RIGHT, RIGHT),
    ]
    assert ids(next_tasks(many, ANN, SETTINGS, 0, count=9))[2:] == ["one", "none", "split"]
    assert set(ids(next_tasks(many, ANN, SETTINGS, 0, count=2))) == {"two", "doubt"}


@pytest.mark.parametrize(
    ("said", "redundancy", "more"),
    [
        ([], 3, 3),
        ([RIGHT], 3, 2),
        ([RIGHT, RIGHT, RIGHT], 3, 0),
        ([RIGHT, RIGHT, RIGHT], 5, 2),
        ([RIGHT, DONT_KNOW, DONT_KNOW], 3, 2),
        ([RIGHT, DONT_KNOW, DONT_KNOW, DONT_KNOW], 3, None),
        ([RIGHT, RIGHT, RIGHT, WRONG], 3, None),
    ],
)
def test_how_many_more_settle_a_task(said, redundancy, more):
    assert missing(judge(answers("t", *said), {}, SETTINGS), SETTINGS, redundancy) == more


def test_the_order_is_each_reviewers_own_and_the_same_each_time():
    many = [waiting(f"t{n}") for n in range(30)]
    orders = [ids(next_tasks(many, Asking(who), SETTINGS, 0, count=30)) for who in ("ann", "bo")]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(of.task.task_id for of in many)
    assert ids(next_tasks(many[::-1], ANN, SETTINGS, 0, count=30)) == orders[0]


@given(st.text(min_size=1, max_size=8), st.sampled_from([0.05, 0.1, 0.5]), st.integers(1, 7))
def test_gold_keeps_its_share_whatever_the_size_of_batches(reviewer, share, batch):
    every = round(1 / share)
    plain = [waiting(f"t{n}") for n in range(3 * every)]
    gold = [waiting(f"g{n}", gold=RIGHT) for n in range(10)]
    asking, done, given = Asking(reviewer), set(), []
    while len(given) < 3 * every:
        left = [of for of in plain + gold if of.task.task_id not in done]
        few = next_tasks(left, asking, SETTINGS, share, count=min(batch, 3 * every - len(given)))
        given += few
        done |= set(ids(few))
        asking = replace(asking, gold_seen=sum(bool(of.gold) for of in given), answers=len(given))
    assert len(done) == len(given)
    assert [sum(bool(of.gold) for of in given[n : n + every]) for n in range(0, 3 * every, every)] == [1] * 3


def test_nobody_can_tell_by_its_place_which_task_is_gold():
    plain = [waiting(f"t{n}") for n in range(20)]
    gold = [waiting("g", gold=RIGHT)]
    places = Counter(
        ids(next_tasks(plain + gold, Asking(f"r{n}"), SETTINGS, 0.05, count=20)).index("g")
        for n in range(400)
    )
    assert set(places) == set(range(20))


def test_without_gold_none_is_asked_and_a_campaign_ends():
    assert ids(next_tasks([waiting("t")], ANN, SETTINGS, 0.05, count=5)) == ["t"]
    assert next_tasks([waiting("t", answered_by={"ann"})], ANN, SETTINGS, 0.05) == []
    assert ids(next_tasks([waiting("t"), waiting("g", gold=RIGHT)], ANN, SETTINGS, 0, count=5)) == ["t"]
