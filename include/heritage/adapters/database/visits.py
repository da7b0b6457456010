"""Visits to items that we edited, in SQL: implements the port VisitStore."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine, Select, and_, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from heritage.adapters.database.engine import reading
from heritage.adapters.database.journal_reading import entry_of
from heritage.adapters.database.schema import EDITS, UNDONE_EDITS
from heritage.adapters.database.visit_schema import VISITS
from heritage.model.edit import EditState
from heritage.model.visit import Visit
from heritage.ports.orders import UndoState
from heritage.ports.revisits import Delivered, Due

_VISIT = TypeAdapter(Visit)
_AT_ONCE = 1_000
"""Rows that are fetched together."""
_STANDS = (
    EDITS.c.state == EditState.CONFIRMED,
    ~exists().where(
        UNDONE_EDITS.c.target == EDITS.c.target,
        UNDONE_EDITS.c.edit_id == EDITS.c.edit_id,
        UNDONE_EDITS.c.state == UndoState.UNDONE,
    ),
)
_VISITED = (
    select(func.count())
    .where(VISITS.c.target == EDITS.c.target, VISITS.c.edit_id == EDITS.c.edit_id)
    .scalar_subquery()
)


class SqlVisits:
    """Visits on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def due_counts(self, target: str, settled_before: datetime, now: datetime) -> dict[str, int]:
        """See VisitStore."""
        counted = select(EDITS.c.dataset, func.count().label("number"))
        query = counted.where(*_due(target, settled_before, now)).group_by(EDITS.c.dataset)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(EDITS.c.dataset))
            return {row.dataset: row.number for row in rows}

    def due(self, target: str, dataset: str, settled_before: datetime, now: datetime, most: int) -> list[Due]:
        """See VisitStore."""
        query = select(EDITS, _VISITED.label("visited")).where(
            EDITS.c.dataset == dataset, *_due(target, settled_before, now)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(EDITS.c.position).limit(most))
            return [Due(entry_of(row), row.visited) for row in rows]

    def add(self, visits: Sequence[Visit]) -> int:
        """See VisitStore."""
        if not visits:
            return 0
        adding = self._insert(VISITS).values([_row(one) for one in visits]).on_conflict_do_nothing()
        with self._engine.begin() as connection:
            return len(connection.execute(adding.returning(VISITS.c.number)).all())

    def of_batch(self, batch_id: str) -> list[Visit]:
        """See VisitStore."""
        return list(self._read(_newest().where(VISITS.c.batch_id == batch_id).order_by(VISITS.c.edit_id)))

    def newest(self, datasets: Collection[str] | None = None) -> Iterator[Visit]:
        """See VisitStore."""
        wanted = [] if datasets is None else [VISITS.c.dataset.in_(datasets)]
        return self._read(_newest().where(*wanted).order_by(VISITS.c.number))

    def recent(self, since: datetime) -> Iterator[Visit]:
        """See VisitStore; visits are numbered as they are made."""
        visits = self._read(select(VISITS).order_by(VISITS.c.number.desc()))
        return takewhile(lambda visit: visit.visited_at >= since, visits)

    def ours_on(self, target: str, qids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """See VisitStore."""
        query = select(EDITS.c.qid, EDITS.c.content).where(
            EDITS.c.target == target, EDITS.c.state == EditState.CONFIRMED, EDITS.c.qid.in_(qids)
        )
        found: dict[str, list[str]] = defaultdict(list)
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                found[row.qid].append(row.content)
        return found

    def delivered(self, since: date | None = None, to: date | None = None) -> Iterator[Delivered]:
        """See VisitStore."""
        within = [EDITS.c.settled_at >= _midnight(since)] if since else []
        within += [EDITS.c.settled_at < _midnight(to) + timedelta(days=1)] if to else []
        query = select(EDITS).where(*_STANDS, *within).order_by(EDITS.c.position)
        with reading(self._engine) as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
                yield Delivered(
                    edit_id=row.edit_id,
                    target=row.target,
                    dataset=row.dataset,
                    record_id=row.record_id,
                    qid=row.qid or "",
                    day=row.settled_at.date(),
                    creates=row.creates,
                    content=row.content,
                )

    def _read(self, query: Select[Any]) -> Iterator[Visit]:
        with reading(self._engine) as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
                yield _VISIT.validate_json(row.content)


def _due(target: str, settled_before: datetime, now: datetime) -> tuple[Any, ...]:
    visited = exists().where(
        VISITS.c.target == EDITS.c.target, VISITS.c.edit_id == EDITS.c.edit_id, VISITS.c.due_again > now
    )
    return EDITS.c.target == target, *_STANDS, EDITS.c.settled_at <= settled_before, ~visited


def _newest() -> Select[Any]:
    """Of each edit the visit of the last occasion."""
    later = VISITS.alias("later")
    again = and_(
        later.c.target == VISITS.c.target,
        later.c.edit_id == VISITS.c.edit_id,
        later.c.occasion > VISITS.c.occasion,
    )
    return select(VISITS).where(~exists().where(again))


def _row(visit: Visit) -> dict[str, Any]:
    told = ("target", "edit_id", "occasion", "batch_id", "dataset", "due_again", "fate")
    return {name: getattr(visit, name) for name in told} | {"content": _VISIT.dump_json(visit).decode()}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
