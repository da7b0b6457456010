"""Appeals in SQL: implements the port AppealStore."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, Engine, insert, select

from heritage.adapters.database.engine import one_at_a_time, reading
from heritage.adapters.database.schema import APPEALS
from heritage.model.governance import Appeal

_COLUMNS = [APPEALS.c[name] for name in Appeal.__dataclass_fields__]


class SqlAppealStore:
    """Appeals on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def file_appeal(self, appeal: Appeal, check: Callable[[Sequence[Appeal]], None]) -> None:
        """Keeps an appeal in one transaction with the look at the earlier ones. (SQLite has one writer.)"""
        with self._engine.begin() as connection:
            one_at_a_time(connection, APPEALS)
            check(_appeals(connection, [appeal.decision]))
            connection.execute(insert(APPEALS).values(asdict(appeal)))

    def appeals(self, decisions: Collection[int] | None = None) -> list[Appeal]:
        """All appeals, or those against some decisions, oldest first."""
        with reading(self._engine) as connection:
            return _appeals(connection, decisions)


def _appeals(connection: Connection, decisions: Collection[int] | None) -> list[Appeal]:
    query = select(*_COLUMNS).order_by(APPEALS.c.filed_at, APPEALS.c.appeal_id)
    if decisions is not None:
        query = query.where(APPEALS.c.decision.in_(list(decisions)))
    return [Appeal(*row) for row in connection.execute(query)]
