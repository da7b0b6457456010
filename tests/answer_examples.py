"""Answers of made-up reviewers."""

from datetime import UTC, datetime, timedelta
from itertools import count

from heritage.model.review import Answer, Outcome, ReviewKind, ReviewTask, Verdict
from heritage.review.settings import ReviewSettings

SETTINGS = ReviewSettings()
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
_given = count()


def answer(task: str, reviewer: str, choice: str, **more) -> Answer:
    """Given a second after the one that was made before."""
    number = next(_given)
    given_at = more.pop("given_at", BEGIN + timedelta(seconds=number))
    return Answer(task, reviewer, choice, given_at, more.pop("key", f"key {number}"), **more)


def answers(task: str, *choices: str) -> list[Answer]:
    """One each of as many reviewers."""
    return [answer(task, f"reviewer {n}", choice) for n, choice in enumerate(choices)]


def task(task_id: str, choices=("right", "wrong"), **more) -> ReviewTask:
    values = {
        "campaign": "churches",
        "kind": ReviewKind.ANNOTATION,
        "dataset": "se_churches",
        "record_id": task_id,
        "suggestion": "",
        "proposed_by": "",
        "content_hash": "",
        "made_at": BEGIN,
    }
    return ReviewTask(task_id=task_id, choices=tuple(choices), **(values | more))


NOTHING_SAID = Outcome(Verdict.OPEN, "", 0.5, 0)
