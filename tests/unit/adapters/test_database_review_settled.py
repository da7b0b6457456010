"""What reviews settled, read from real databases one after the other."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine

from heritage.adapters.database.review_settled import SqlSettledReviews
from heritage.adapters.database.reviews import SqlReviewStore
from heritage.model.review import DONT_KNOW, RIGHT, WRONG, Answer
from heritage.ports.reviews import Trust
from heritage.review.settings import ReviewSettings
from heritage.review.verdict import judge
from settled_examples import AT, SAID, settled

_keys = count()


@pytest.fixture
def store(engine: Engine) -> SqlReviewStore:
    found = SqlReviewStore(engine)
    for name in "abcdefg":
        found.join(f"user {name}", f"R-{name}", AT)
    return found


@pytest.fixture
def reading(engine: Engine) -> SqlSettledReviews:
    return SqlSettledReviews(engine)


def ask(store: SqlReviewStore, task_id: str, *choices: str, hour: int = 0, **task: Any) -> None:
    """The task, and an answer of one reviewer after the other; an empty choice: this one says nothing."""
    store.add([settled(SAID["tag"], task_id=task_id, **task).task])
    for name, choice in zip("abcdefg", choices, strict=False):
        if choice:
            say(store, task_id, name, choice, hour)


def say(store: SqlReviewStore, task_id: str, name: str, choice: str, hour: int = 0, **answer: Any) -> None:
    given = Answer(task_id, f"R-{name}", choice, AT + timedelta(hours=hour), f"k{next(_keys)}", **answer)
    store.answer(given, lambda answers, weights: judge(answers, weights, ReviewSettings()), lambda *_: None)


def test_what_people_agree_on_comes_with_its_votes_and_its_day(
    store: SqlReviewStore, reading: SqlSettledReviews
) -> None:
    ask(store, "agreed", RIGHT, RIGHT, RIGHT, hour=2)
    ask(store, "wrong", WRONG, DONT_KNOW, WRONG, WRONG)
    ask(store, "open", RIGHT, RIGHT)
    ask(store, "split", RIGHT, WRONG, RIGHT, WRONG, DONT_KNOW)
    ask(store, "gold", gold=RIGHT)
    found = {one.task.task_id: one for one in reading.settled("c1")}
    assert list(found) == ["agreed", "wrong"]
    agreed, wrong = found.values()
    assert (agreed.up, agreed.down, agreed.settled_at) == (3, 0, AT + timedelta(hours=2))
    assert agreed.suggestion
    assert agreed.suggestion.annotation == SAID["tag"]
    assert (wrong.up, wrong.down, wrong.outcome.choice) == (3, 0, WRONG)
    assert list(reading.settled("another")) == []


def test_an_expert_settles_what_people_disagree_on(store: SqlReviewStore, reading: SqlSettledReviews) -> None:
    ask(store, "t", RIGHT, WRONG, RIGHT, WRONG, DONT_KNOW)
    say(store, "t", "f", RIGHT, expert=True)
    [one] = reading.settled("c1")
    assert (one.outcome.by_expert, one.up, one.down) == ("R-f", 3, 2)


def test_who_weighs_nothing_is_in_no_vote_and_the_newest_answer_counts(
    store: SqlReviewStore, reading: SqlSettledReviews
) -> None:
    store.set_trust({"R-a": Trust(9, 1, 0.0), "R-b": Trust(9, 9, 1.0, pattern="always the same")})
    ask(store, "t", WRONG, WRONG, WRONG, hour=5)
    say(store, "t", "c", "", hour=6)
    say(store, "t", "c", RIGHT, hour=4)  # from a machine whose clock is slow
    for name in "de":
        say(store, "t", name, RIGHT)
    [one] = reading.settled("c1")
    assert (one.outcome.choice, one.up, one.down) == (RIGHT, 3, 0)


def test_only_who_wants_to_be_seen_is_told_by_their_pseudonym(
    store: SqlReviewStore, reading: SqlSettledReviews
) -> None:
    ask(store, "t", "", RIGHT, RIGHT, RIGHT, proposed_by="R-a")

    def creator() -> str:
        return next(reading.settled("c1")).creator

    assert creator() == ""
    store.rank("R-a", True)
    assert creator() == "R-a"
    store.forget("R-a")
    assert creator() == ""


def test_they_come_in_the_order_of_code_points_on_every_server(
    store: SqlReviewStore, reading: SqlSettledReviews
) -> None:
    ids = ["10", "2", "B", "a", "ä", "Z", "é", "a b", "𐌰", "\uffee"]
    for number, record_id in enumerate(ids):
        ask(store, f"t{number}", RIGHT, RIGHT, RIGHT, record_id=record_id)
    assert [one.task.record_id for one in reading.settled("c1")] == sorted(ids)


def test_they_are_read_a_few_at_a_time(store: SqlReviewStore, reading: SqlSettledReviews) -> None:
    for number in range(3):
        ask(store, f"t{number}", RIGHT, RIGHT, RIGHT)
    found: Iterator[Any] = reading.settled("c1")
    assert next(found).task.task_id == "t0"
    found.close()  # type: ignore[attr-defined]
    assert len(list(reading.settled("c1"))) == 3
