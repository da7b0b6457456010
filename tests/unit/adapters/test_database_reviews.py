"""Reviews on real databases: blind, once each, and counted one after the other whoever comes at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.reviews import SqlReviewStore
from heritage.model.review import CampaignState, Outcome, Verdict
from heritage.ports.reviews import StateSet, Trust, Wanted
from heritage.review.trust import newest
from heritage.review.verdict import judge
from heritage.steps.review_answer import take_back, trust_anew
from review_examples import NOON, campaign, reviews, say, task


@pytest.fixture
def store(engine) -> SqlReviewStore:
    return SqlReviewStore(engine)


def test_three_who_agree_settle_a_task_and_a_fourth_does_no_harm(store):
    bound = reviews(store)
    store.add([task(1)])
    for user in ("Ada", "Bo"):
        assert say(bound, user, task(1), "Q1").kept
        assert store.task("task-000001").outcome.verdict is Verdict.OPEN
    say(bound, "Chi", task(1), "Q1")
    settled = store.task("task-000001").outcome
    assert (settled.verdict, settled.choice, settled.answers) == (Verdict.ACCEPTED, "Q1", 3)
    assert round(settled.confidence, 4) == 0.9375
    assert say(bound, "Dan", task(1), "Q2").kept
    assert store.task("task-000001").outcome == settled
    assert len(store.answers(task_ids=["task-000001"])) == 4


def test_an_answer_sent_twice_is_kept_once_and_another_one_is_refused(store):
    bound = reviews(store)
    store.add([task(1)])
    assert say(bound, "Ada", task(1), "Q1", key="same").known is False
    again = say(bound, "Ada", task(1), "Q1", key="same")
    assert (again.kept, again.known) == (True, True)
    other = say(bound, "Ada", task(1), "Q2")
    assert (other.kept, other.reason) == (False, "You have answered this one already.")
    assert say(bound, "Bo", task(1), "Q1", key="same").known is False, "keys are each person's own"
    assert len(store.answers(campaign="same")) == 2


def test_an_answer_can_be_taken_back_until_the_task_is_settled(store):
    bound = reviews(store)
    store.add([task(1)])
    say(bound, "Ada", task(1), "Q2")
    assert take_back("Ada", "task-000001", bound, "undo")
    assert store.task("task-000001").outcome.answers == 0
    assert [one.task.task_id for one in store.next(Wanted("same", store.reviewer("Ada").pseudonym, False), 5)]
    for user in ("Ada", "Bo", "Chi"):
        assert say(bound, user, task(1), "Q1").kept
    assert not take_back("Ada", "task-000001", bound, "undo too late")
    assert not take_back("Nobody", "task-000001", bound, "never answered")
    assert store.progress("same").answers == 3


def test_what_may_not_be_is_refused_with_the_reason(store):
    bound = reviews(store, campaign(staff={"xx_list": ("Sam",)}))
    store.add([task(1), task(2, experts_only=True)])
    for why, user, one, said in [
        ("not among the choices", "Ada", task(1), {"choice": "Q3"}),
        ("no usable key", "Ada", task(1), {"key": ""}),
        ("no usable key", "Ada", task(1), {"key": "k" * 65}),
        ("Only experts", "Ada", task(2), {}),
        ("You work for the register xx_list", "Sam", task(1), {}),
    ]:
        taken = say(bound, user, one, **({"choice": "Q1"} | said))
        assert not taken.kept
        assert why in taken.reason
    with pytest.raises(KeyError):
        say(bound, "Ada", "no-such-task", "Q1")
    assert store.answers() == []


def test_nobody_judges_what_they_said_themselves(store):
    bound = reviews(store)
    ada = store.join("Ada", "R-ada", NOON).pseudonym
    store.add([task(1, proposed_by=ada)])
    assert "your own suggestion" in say(bound, "Ada", task(1), "Q1").reason
    assert store.next(Wanted("same", ada, False), 5) == []
    assert len(store.next(Wanted("same", "R-other", False), 5)) == 1


def test_a_campaign_that_does_not_run_takes_no_answers(store):
    store.add([task(1)])
    for state, day, why in [
        (CampaignState.OPEN, -400, "opens on 2026-01-01"),
        (CampaignState.OPEN, 400, "is closed"),
        (CampaignState.CLOSED, 0, "is closed"),
        (CampaignState.PAUSED, 0, "is paused"),
    ]:
        store.set_state("same", StateSet(state, "said so", "", NOON))
        bound = reviews(store, now=NOON + timedelta(days=day))
        assert why in say(bound, "Ada", task(1), "Q1").reason
    assert "not there any more" in say(reviews(store, campaign("other")), "Ada", task(1), "Q1").reason
    assert store.answers() == []


def test_people_who_answer_at_once_are_counted_one_after_the_other(store, database_url):
    """Each thread has connections of its own, as two servers of pages have."""
    store.add([task(1), task(2)])

    def come(user: str) -> list[bool]:
        own = reviews(SqlReviewStore(connect(database_url)))
        return [say(own, user, task(1), "Q1").kept, say(own, user, task(2), user.split("-")[0]).kept]

    users = ["Q1-a", "Q1-b", "Q2-c", "Q2-d", "none-e", "none-f"]
    with ThreadPoolExecutor(6) as pool:
        kept = list(pool.map(come, users))
    first, second = store.task("task-000001"), store.task("task-000002")
    assert [one[0] for one in kept] == [True] * 6, "late answers are kept too"
    assert (first.outcome.verdict, first.outcome.choice, first.outcome.answers) == (Verdict.ACCEPTED, "Q1", 3)
    assert len(store.answers(task_ids=["task-000001"])) == 6
    assert second.outcome.answers == 5
    assert sum(one[1] for one in kept) == 5, "the sixth is told that an expert decides"
    assert second.outcome.verdict is Verdict.EXPERT


def test_one_person_who_answers_twice_at_once_is_heard_once(store, database_url):
    store.add([task(1)])
    bound = [reviews(SqlReviewStore(connect(database_url))) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda own: say(own, "Ada", task(1), "Q1"), bound))
    assert sum(one.kept for one in taken) == 1
    assert store.task("task-000001").outcome.answers == 1
    assert len({one.reviewer for one in store.answers()}) == 1


def test_tasks_that_are_made_twice_at_once_are_there_once(store, database_url):
    made = [task(n) for n in range(100)]
    stores = [SqlReviewStore(connect(database_url)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda own: own.add(made), stores))
    assert [one.task for one in store.tasks(campaign="same")] == made
    with ThreadPoolExecutor(4) as pool:
        joined = list(pool.map(lambda own: own.join("Ada", f"R-{id(own)}", NOON), stores))
    assert len({one.pseudonym for one in joined}) == 1


def test_an_expert_settles_what_people_disagree_on(store):
    bound = reviews(store)
    store.add([task(1)])
    for user, choice in {"A": "Q1", "B": "Q1", "C": "Q2", "D": "Q2", "E": "unknown"}.items():
        assert say(bound, user, task(1), choice).kept
    assert store.task("task-000001").outcome.verdict is Verdict.EXPERT
    assert store.escalated(Wanted("same", "R-eva", True), 0, 5)[0].task == task(1)
    assert "expert decides" in say(bound, "Late", task(1), "Q1").reason
    assert say(bound, "Eva", task(1), "Q2").kept
    settled = store.task("task-000001").outcome
    assert (settled.verdict, settled.choice) == (Verdict.ACCEPTED, "Q2")
    assert settled.by_expert == store.reviewer("Eva").pseudonym


def test_gold_tasks_change_what_somebodys_answers_count_for_but_not_what_had_an_effect(store):
    bound = reviews(store)
    store.add([task(n) for n in (1, 2)] + [task(n, gold="Q2") for n in (11, 12, 13)])
    for number in (1, 2):
        for user in ("Ada", "Bo", "Bad"):
            say(bound, user, task(number), "Q1")
    store.use(["task-000002"], "reconcile", NOON)
    for number in (11, 12, 13):
        say(bound, "Bad", f"task-0000{number}", "Q1")
    bad = store.reviewer("Bad").pseudonym
    assert store.trust([bad])[bad] == Trust(3, 0, 0.0)
    assert store.task("task-000001").outcome == Outcome(Verdict.OPEN, "Q1", 0.875, 2, up=2.0)
    assert store.task("task-000002").outcome.verdict is Verdict.ACCEPTED
    assert {one.reviewer: (one.answers, one.gold) for one in store.participants("same")}[bad] == (5, 3)
    trust_anew(bad, bound)
    assert store.trust([bad])[bad].weight == 0


def test_the_next_tasks_are_those_nearest_to_an_end_that_one_may_answer(store):
    bound = reviews(store, campaign(staff={"xx_other": ("Sam",)}))
    store.add([task(n) for n in range(1, 30)])
    store.add([task(40, dataset="xx_other"), task(41, experts_only=True), task(42, gold="Q1")])
    for user in ("Bo", "Chi"):
        say(bound, user, task(7), "Q1")
    say(bound, "Bo", task(9), "Q1")
    me = store.join("Sam", "R-sam", NOON).pseudonym
    wanted = Wanted("same", me, False, frozenset({"xx_other"}))
    found = [one.task.task_id for one in store.next(wanted, 40)]
    assert found[:2] == ["task-000007", "task-000009"]
    assert len(found) == 30, "29 tasks and one of gold"
    assert {"task-000040", "task-000041"}.isdisjoint(found)
    assert found == [one.task.task_id for one in store.next(wanted, 40)], "the same each time"
    say(bound, "Sam", task(7), "Q2")
    assert store.next(wanted, 1)[0].task.task_id == "task-000009"
    assert "task-000041" in [one.task.task_id for one in store.next(replace(wanted, experts=True), 40)]


def test_who_asks_to_be_forgotten_is_nobody_and_results_stay(store):
    bound = reviews(store)
    store.add([task(1)])
    for user in ("Ada", "Bo", "Chi"):
        say(bound, user, task(1), "Q1", comment=f"{user} was there")
    ada = store.reviewer("Ada").pseudonym
    store.rank(ada, ranked=True)
    store.forget(ada)
    assert store.reviewer("Ada") is None
    assert store.comments("task-000001") == ["Bo was there", "Chi was there"]
    assert store.task("task-000001").outcome.answers == 3
    assert [one.comment for one in store.answers_of(ada)] == [""]
    assert not any(one.ranked for one in store.participants("same"))
    assert store.join("Ada", "R-new", NOON).pseudonym == "R-new", "somebody new, tied to nothing"


def test_what_a_task_was_asked_on_can_change_and_change_back(store):
    store.add([task(1)])
    stale = Outcome(Verdict.STALE, "", 0.5, 0)
    assert store.settle({"task-000001": stale}, "changed", NOON) == 1
    assert store.settle({"task-000001": stale}, "changed", NOON) == 0
    assert "has changed since" in say(reviews(store), "Ada", task(1), "Q1").reason
    assert store.add([task(1)]) == 0


def test_what_people_said_cannot_be_changed(store, engine):
    store.add([task(1)])
    for user in ("Ada", "Bo", "Chi"):
        say(reviews(store), user, task(1), "Q1")
    for change in [
        "UPDATE review_answers SET choice = 'Q2'",
        "DELETE FROM review_answers",
        "UPDATE review_tasks SET gold = 'Q2'",
        "DELETE FROM review_outcomes",
    ]:
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(text(change))


def test_agreement_is_counted_with_gold_and_with_what_was_settled(store):
    bound = reviews(store)
    store.add([task(1), task(2), task(11, gold="Q2")])
    for user, choice in {"Ada": "Q1", "Bo": "Q1", "Chi": "Q1", "Dan": "Q2"}.items():
        say(bound, user, task(1), choice)
        say(bound, user, task(2), "unknown")
    say(bound, "Dan", task(11), "Q2")
    store.count_agreement("same")
    found = {one.reviewer: (one.judged, one.agreed) for one in store.participants("same")}
    assert found[store.reviewer("Ada").pseudonym] == (1, 1)
    assert found[store.reviewer("Dan").pseudonym] == (2, 1)


GIVEN = st.tuples(st.sampled_from("ABCDEFG"), st.sampled_from(["Q1", "Q2", "none", "unknown", "taken back"]))


@settings(max_examples=12)
@given(said=st.lists(GIVEN, max_size=9))
def test_where_a_task_stands_follows_from_the_answers_alone(tmp_path_factory, said):
    """Whatever people do in whatever order: what is open is what the rules say of all that was said."""
    url = f"sqlite:///{tmp_path_factory.mktemp('any')}/heritage.db"
    upgrade(url)
    store = SqlReviewStore(connect(url))
    bound = reviews(store)
    store.add([task(1)])
    for number, (user, choice) in enumerate(said):
        before = store.task("task-000001").outcome
        if choice == "taken back":
            take_back(user, "task-000001", bound, f"undo-{number}")
        else:
            say(bound, user, task(1), choice)
        after = store.task("task-000001").outcome
        if before.verdict is Verdict.ACCEPTED:
            assert after == before, "what is settled stays"
        else:
            assert after == judge(store.answers(task_ids=["task-000001"]), {}, bound.settings, 3)
    standing = newest(store.answers(task_ids=["task-000001"]))
    assert store.progress("same").answers == len(standing)
