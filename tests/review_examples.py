"""Reviews for tests: tasks and answers at noon, and everything that steps on reviews work with."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from heritage.model.review import Answer, ReviewKind, ReviewTask
from heritage.ports.review_pages import Given, Taken
from heritage.ports.reviews import ReviewStore
from heritage.review.settings import ReviewSettings
from heritage.spec.campaign import Campaign
from heritage.steps.review_answer import Reviews, give

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTINGS = ReviewSettings()
TEXTS = {"en": "Is this the same place?"}


def campaign(id: str = "same", **said: Any) -> Campaign:
    """One about two registers that runs for a year."""
    base: dict[str, Any] = {"id": id, "title": TEXTS, "purpose": TEXTS, "guidelines": TEXTS, "kind": "match"}
    base |= {"datasets": ("xx_list", "xx_other"), "opens": date(2026, 1, 1), "closes": date(2027, 1, 1)}
    base |= {"goal": 10, "experts": ("Eva",), "coordinators": ("Cor",)}
    return Campaign.model_validate(base | said)


def task(number: int = 1, **said: Any) -> ReviewTask:
    """A question about a record with two candidates."""
    base: dict[str, Any] = {
        "task_id": f"task-{number:06}",
        "campaign": "same",
        "kind": ReviewKind.MATCH,
        "dataset": "xx_list",
        "record_id": str(number),
        "choices": ("Q1", "Q2", "none"),
        "suggestion": "",
        "proposed_by": "",
        "content_hash": "hash",
        "made_at": NOON,
    }
    return ReviewTask(**(base | said))


def reviews(store: ReviewStore, *campaigns: Campaign, **said: Any) -> Reviews:
    """Bound to a store; pseudonyms are R-1, R-2, …"""
    known = {one.id: one for one in campaigns or (campaign(),)}
    base: dict[str, Any] = {"now": NOON, "settings": SETTINGS, "pseudonym": _pseudonyms()}
    return Reviews(store=store, campaigns=known, **(base | said))


def say(bound: Reviews, user: str, one: ReviewTask | str, choice: str, **said: Any) -> Taken:
    """What becomes of an answer, with a key of its own."""
    task_id = one if isinstance(one, str) else one.task_id
    given = Given(**({"task_id": task_id, "choice": choice, "key": f"key-{next(_KEYS)}"} | said))
    return give(user, given, bound)[0]


def answer(number: int, reviewer: str, choice: str, **said: Any) -> Answer:
    """An answer as stores keep it, a second after the one before."""
    key = next(_KEYS)
    base: dict[str, Any] = {"given_at": NOON + timedelta(seconds=key), "key": f"key-{key}"}
    return Answer(f"task-{number:06}", reviewer, choice, **(base | said))


_KEYS: Iterator[int] = count()


def _pseudonyms() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"R-{next(numbers)}-{next(_KEYS)}"
