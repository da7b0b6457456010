"""What waits and what was done, counted by the database: implements the port WorkBook."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Engine, Select, String, func, select, text, type_coerce

from heritage.adapters.database.engine import reading
from heritage.adapters.database.moves import UNSETTLED
from heritage.adapters.database.review_schema import REVIEW_STANDINGS, REVIEW_TASKS
from heritage.adapters.database.schema import BATCH_ORDERS, BATCHES, EDITS
from heritage.model.edit import EditState
from heritage.model.review import Verdict
from heritage.model.upload import Action

_ALSO_BEFORE = timedelta(days=92)
"""A batch is sent within so many days after it was planned: earlier ones need not be looked through."""


class SqlWorkBook:
    """Counts over SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def edits_waiting(self) -> tuple[int, datetime | None]:
        """By batch, whose index holds the states: edits that are settled are not read."""
        query = (
            select(BATCHES.c.planned_at, func.count().label("number"))
            .join(EDITS, EDITS.c.batch_id == BATCHES.c.batch_id)
            .where(EDITS.c.state.in_(UNSETTLED), BATCHES.c.batch_id.not_in(_ended()))
            .group_by(BATCHES.c.batch_id, BATCHES.c.planned_at)
        )
        with reading(self._engine) as connection:
            found = connection.execute(query).all()
        return sum(row.number for row in found), min((row.planned_at for row in found), default=None)

    def reviews_waiting(self) -> tuple[int, datetime | None]:
        query = (
            select(func.count(), func.min(REVIEW_TASKS.c.made_at))
            .join(REVIEW_STANDINGS, REVIEW_STANDINGS.c.task_id == REVIEW_TASKS.c.task_id)
            .where(
                REVIEW_STANDINGS.c.verdict.in_([Verdict.OPEN, Verdict.EXPERT]),
                REVIEW_STANDINGS.c.gold.is_(False),
            )
        )
        with reading(self._engine) as connection:
            number, oldest = connection.execute(query).one()
        return number, oldest

    def sent(self, since: datetime) -> Mapping[str, Sequence[tuple[datetime, int]]]:
        hour = self._hour().label("hour")
        query = (
            select(EDITS.c.target, hour, func.count().label("number"))
            .where(
                EDITS.c.batch_id.in_(_recent(since)),
                EDITS.c.state == EditState.CONFIRMED,
                EDITS.c.settled_at >= since,
            )
            .group_by(EDITS.c.target, hour)
            .order_by(hour)
        )
        hours: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                began = datetime.fromisoformat(f"{row.hour}:00:00+00:00")
                hours[row.target].append((began, row.number))
        return hours

    def _hour(self) -> ColumnElement[str]:
        """The hour (UTC) in which an edit was settled, as 2026-11-22 10."""
        if self._engine.dialect.name == "sqlite":  # which keeps times as text
            return func.substr(type_coerce(EDITS.c.settled_at, String), 1, 13)
        return func.to_char(func.timezone("UTC", EDITS.c.settled_at), "YYYY-MM-DD HH24")

    def skipped(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        query = (
            select(EDITS.c.target, EDITS.c.reason, func.count().label("number"))
            .where(
                EDITS.c.batch_id.in_(_recent(since)),
                EDITS.c.state == EditState.SKIPPED,
                EDITS.c.settled_at >= since,
            )
            .group_by(EDITS.c.target, EDITS.c.reason)
        )
        reasons: dict[str, dict[str, int]] = defaultdict(dict)
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                reasons[row.target][row.reason] = row.number
        return reasons

    def paused_by(self, who: str, since: datetime) -> list[tuple[str, datetime, str]]:
        query = (
            select(BATCHES.c.target, BATCH_ORDERS.c.given_at, BATCH_ORDERS.c.reason)
            .join(BATCHES, BATCHES.c.batch_id == BATCH_ORDERS.c.batch_id)
            .where(
                BATCH_ORDERS.c.number.in_(_newest()),
                BATCH_ORDERS.c.action == Action.PAUSE,
                BATCH_ORDERS.c.given_by == who,
                BATCH_ORDERS.c.given_at >= since,
            )
            .order_by(BATCH_ORDERS.c.number)
        )
        with reading(self._engine) as connection:
            return [(row.target, row.given_at, row.reason) for row in connection.execute(query)]

    def size(self) -> int | None:
        if self._engine.dialect.name == "sqlite":
            file = Path(self._engine.url.database or "")
            there = (Path(f"{file}{ending}") for ending in ("", "-wal"))
            return sum(one.stat().st_size for one in there if one.exists())
        with reading(self._engine) as connection:
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def _newest() -> Select[tuple[int]]:
    """The order by which each batch stands."""
    return select(func.max(BATCH_ORDERS.c.number)).group_by(BATCH_ORDERS.c.batch_id)


def _ended() -> Select[tuple[str]]:
    """Batches of which nothing is sent any more."""
    ends = BATCH_ORDERS.c.action.in_([Action.CANCEL, Action.UNDO])
    return select(BATCH_ORDERS.c.batch_id).where(BATCH_ORDERS.c.number.in_(_newest()), ends)


def _recent(since: datetime) -> Select[tuple[str]]:
    """Batches of which something may have been sent since."""
    return select(BATCHES.c.batch_id).where(BATCHES.c.planned_at >= since - _ALSO_BEFORE)
