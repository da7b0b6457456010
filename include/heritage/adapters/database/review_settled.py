"""What reviews settled, read from SQL one task after the other; implements the port SettledReviews."""

from collections.abc import Iterator

from sqlalchemy import Engine, Row, Select, and_, exists, func, or_, select

from heritage.adapters.database.engine import reading
from heritage.adapters.database.review_rows import kept, kept_rows
from heritage.adapters.database.review_schema import (
    REVIEW_ANSWERS,
    REVIEW_OUTCOMES,
    REVIEW_STANDINGS,
    REVIEW_TASKS,
    REVIEWERS,
)
from heritage.model.review import DONT_KNOW, Verdict
from heritage.ports.review_exports import Settled
from heritage.review.suggestion_json import from_json

T, S, A, OUT, R = (
    table.c for table in (REVIEW_TASKS, REVIEW_STANDINGS, REVIEW_ANSWERS, REVIEW_OUTCOMES, REVIEWERS)
)
_AT_ONCE = 1_000
"""Rows that are held in memory."""


class SqlSettledReviews:
    """Settled tasks on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def settled(self, campaign: str) -> Iterator[Settled]:
        """See SettledReviews."""
        query = _query(campaign, "BINARY" if self._engine.dialect.name == "sqlite" else "C")
        with reading(self._engine) as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(query)
            yield from map(_settled, rows)


def _query(campaign: str, by_code_point: str) -> "Select[tuple[object, ...]]":
    """`by_code_point` is the collation that orders texts as this program does."""
    later = REVIEW_ANSWERS.alias().c
    after = or_(later.given_at > A.given_at, and_(later.given_at == A.given_at, later.key > A.key))
    newest = ~exists().where(later.task_id == A.task_id, later.reviewer == A.reviewer, after)
    counting = (
        A.task_id == S.task_id,
        newest,
        A.choice.not_in(("", DONT_KNOW)),
        R.weight > 0,
        R.pattern == "",
    )
    votes = (
        select(func.count()).join_from(REVIEW_ANSWERS, REVIEWERS, R.pseudonym == A.reviewer).where(*counting)
    )
    settled_at = select(OUT.at).where(OUT.task_id == S.task_id).order_by(OUT.number.desc()).limit(1)
    named = (R.pseudonym == T.proposed_by, R.ranked.is_(True), R.user.is_not(None))
    return (
        kept_rows(S.campaign == campaign, S.verdict == Verdict.ACCEPTED.value, S.gold.is_(False))
        .add_columns(
            votes.where(A.choice == S.choice).correlate(REVIEW_STANDINGS).scalar_subquery().label("up"),
            votes.where(A.choice != S.choice).correlate(REVIEW_STANDINGS).scalar_subquery().label("down"),
            settled_at.correlate(REVIEW_STANDINGS).scalar_subquery().label("settled_at"),
            func.coalesce(
                select(R.pseudonym).where(*named).correlate(REVIEW_TASKS).scalar_subquery(), ""
            ).label("creator"),
        )
        .order_by(*(column.collate(by_code_point) for column in (T.dataset, T.record_id, T.task_id)))
    )


def _settled(row: "Row[tuple[object, ...]]") -> Settled:
    one = kept(row)
    return Settled(
        one.task, one.outcome, from_json(one.task.suggestion), row.up, row.down, row.settled_at, row.creator
    )
