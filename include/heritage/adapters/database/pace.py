"""The pace of a wiki in SQL: implements the port Pace over all processes that share the database."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from heritage.adapters.database.schema import PACES
from heritage.ports.clock import Clock


class SqlPace:
    """Slots for one target on SQLite or PostgreSQL, `per_minute` of them; `engine.upgrade` must have run.

    A slot that was missed by less than the time between two is made up for, so that a read in between does
    not slow the whole down; older ones are lost, so that no burst follows a pause. Clocks that differ between
    machines make the pace slower, never faster.
    """

    def __init__(self, engine: Engine, target: str, per_minute: float, clock: Clock) -> None:
        self._engine, self._target, self._clock = engine, target, clock
        self._between = timedelta(minutes=1 / per_minute)
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def slot(self) -> datetime:
        """See Pace."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            connection.execute(
                self._insert(PACES).values(target=self._target, next_at=now).on_conflict_do_nothing()
            )
            mine = PACES.c.target == self._target
            found = connection.execute(select(PACES.c.next_at).where(mine).with_for_update())
            reserved: datetime = max(found.scalar_one(), now - self._between)
            connection.execute(update(PACES).where(mine).values(next_at=reserved + self._between))
        return max(reserved, now)
