"""Rows of reviews as the nouns of the model, and the other way round."""

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from heritage.adapters.database.review_schema import REVIEW_STANDINGS, REVIEW_TASKS
from heritage.model.digest import digest_json
from heritage.model.review import Answer, Outcome, ReviewKind, ReviewTask, Verdict
from heritage.ports.reviews import Kept

PLACES = 2**31
"""Tasks are spread over so many places."""
_MOST = 5_000
"""Values in one IN: databases refuse more than some ten thousand."""

T, S = REVIEW_TASKS.c, REVIEW_STANDINGS.c
_STANDING = (S.verdict, S.choice, S.confidence, S.answers, S.by_expert, S.up, S.down, S.stuck, S.used)


def kept_rows(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Tasks with their standings."""
    return (
        select(*REVIEW_TASKS.c, *(column.label(f"standing_{column.name}") for column in _STANDING))
        .join_from(REVIEW_STANDINGS, REVIEW_TASKS, T.task_id == S.task_id)
        .where(*conditions)
    )


def kept(row: Row[Any]) -> Kept:
    """A row of `kept_rows`."""
    task = ReviewTask(
        task_id=row.task_id,
        campaign=row.campaign,
        kind=ReviewKind(row.kind),
        dataset=row.dataset,
        record_id=row.record_id,
        choices=tuple(json.loads(row.choices)),
        suggestion=row.suggestion,
        proposed_by=row.proposed_by,
        content_hash=row.content_hash,
        made_at=row.made_at,
        gold=row.gold,
        experts_only=row.experts_only,
    )
    outcome = Outcome(
        Verdict(row.standing_verdict),
        row.standing_choice,
        row.standing_confidence,
        row.standing_answers,
        row.standing_by_expert,
        row.standing_up,
        row.standing_down,
        row.standing_stuck,
    )
    return Kept(task, outcome, row.standing_used)


def task_row(task: ReviewTask) -> dict[str, Any]:
    """For the table of tasks."""
    return {
        **{column.name: getattr(task, column.name) for column in REVIEW_TASKS.c},
        "kind": task.kind.value,
        "choices": json.dumps(task.choices),
    }


def standing_row(task: ReviewTask) -> dict[str, Any]:
    """Where a task stands before anybody answered it."""
    return {
        "task_id": task.task_id,
        "campaign": task.campaign,
        "dataset": task.dataset,
        "gold": bool(task.gold),
        "experts_only": task.experts_only,
        "proposed_by": task.proposed_by,
        "place": place_of(task.task_id),
        "used": False,
        **outcome_row(Outcome(Verdict.OPEN, "", 0.5, 0)),
    }


def outcome_row(outcome: Outcome) -> dict[str, Any]:
    """The columns that tables of outcomes and of standings share."""
    return asdict(outcome) | {"verdict": outcome.verdict.value}


def answer_of(row: Row[Any], comment: str = "") -> Answer:
    """A row of the table of answers."""
    return Answer(
        task_id=row.task_id,
        reviewer=row.reviewer,
        choice=row.choice,
        given_at=row.given_at,
        key=row.key,
        correction=row.correction,
        comment=comment,
        seconds=row.seconds,
        expert=row.expert,
    )


def place_of(text: str) -> int:
    """Where among the places something lies: the same each time, and even."""
    return int(digest_json(text)[:8], 16) % PLACES


def in_lots(ids: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The ids in lots that a database takes, in one order, so that two who lock them never wait for each
    other."""
    ordered = sorted(ids)
    for first in range(0, len(ordered), _MOST):
        yield tuple(ordered[first : first + _MOST])
