"""Which task a reviewer is asked next, and who may answer it (pure)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from heapq import nsmallest

from heritage.model.review import Outcome, ReviewTask, Verdict
from heritage.model.said import UNSAID, Said
from heritage.review.settings import ReviewSettings
from heritage.review.verdict import missing


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that may be asked, and where it stands."""

    task: ReviewTask
    outcome: Outcome
    answered_by: Collection[str]
    """Pseudonyms of those whose answer stands."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a task. `staff_of` are the registers that they work for."""

    reviewer: str
    expert: bool = False
    staff_of: frozenset[str] = frozenset()
    gold_seen: int = 0
    """Tasks with a known answer that they were given in this campaign,"""
    answers: int = 0
    """among so many in all."""


def why_not(waiting: Waiting, asking: Asking) -> Said:
    """Why this person may not answer this task; empty if they may. Whether its campaign takes answers is
    asked elsewhere."""
    task, verdict = waiting.task, waiting.outcome.verdict
    if task.proposed_by == asking.reviewer:
        return Said("This is your own suggestion: others judge it.")
    if task.dataset in asking.staff_of:
        return Said(
            "You work for the register {dataset}: others judge its records.", {"dataset": task.dataset}
        )
    if verdict is Verdict.STALE:
        return Said("What was asked here has changed since.")
    if verdict is Verdict.EXPERT and not (asking.expert or task.gold):
        return Said("People disagree on this one: an expert decides.")
    if task.experts_only and not asking.expert:
        return Said("Only experts of the campaign may see this one.")
    if verdict is Verdict.ACCEPTED and not task.gold:
        return Said("This one is settled already.")
    if asking.reviewer in waiting.answered_by:
        return Said("You have answered this one already.")
    return UNSAID


def next_tasks(
    waiting: Iterable[Waiting],
    asking: Asking,
    settings: ReviewSettings,
    gold_share: float,
    count: int = 1,
    redundancy: int | None = None,
) -> list[ReviewTask]:
    """The tasks to ask next, at most `count`, none twice.

    Those nearest to being settled come first; those that no agreement can settle any more, but that more
    people may still be heard on, last. Among equals the order is each reviewer's own, and the same each time.
    Gold tasks are mixed in where nobody can tell: of each 1 / `gold_share` tasks that the reviewer is given
    one, at a place that is drawn. Escalated tasks are not among these: experts find them in a list of their
    own.
    """
    free = [
        of
        for of in waiting
        if (of.task.gold or of.outcome.verdict is Verdict.OPEN) and not why_not(of, asking)
    ]

    def drawn(of: Waiting) -> int:
        return _drawn(asking.reviewer, of.task.task_id)

    def near(of: Waiting) -> tuple[int, int]:
        return _distance(of, settings, redundancy), drawn(of)

    plain = nsmallest(count, (of for of in free if not of.task.gold), key=near)
    gold = nsmallest(count, (of for of in free if of.task.gold), key=drawn)
    chosen: list[ReviewTask] = []
    seen, given = asking.gold_seen, asking.answers
    while len(chosen) < count:
        tests = bool(gold) and _is_gold(asking.reviewer, given, seen, gold_share)
        if not tests and not plain:
            break
        chosen.append((gold if tests else plain).pop(0).task)
        seen += tests
        given += 1
    return chosen


def _distance(waiting: Waiting, settings: ReviewSettings, redundancy: int | None) -> int:
    """Sorts first what is nearest to being settled, and last what nothing settles."""
    more = missing(waiting.outcome, settings, redundancy)
    return settings.answers_most + 1 if more is None else more


def _drawn(*of: object) -> int:
    """A number that is always the same for the same words, and says nothing of them."""
    return int.from_bytes(sha256("\0".join(map(str, of)).encode()).digest()[:8])


def _is_gold(reviewer: str, given: int, seen: int, share: float) -> bool:
    """Whether a reviewer's next task tests them: of each 1/share tasks one does, at a place that is drawn."""
    if share <= 0:
        return False
    every = round(1 / share)
    block, place = divmod(given, every)
    return seen < block + (place >= _drawn(reviewer, block) % every)
