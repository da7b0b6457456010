"""The pace of a wiki in SQL: implements the port Pace over all processes that share the database."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, String, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from heritage.adapters.database.engine import quickly
from heritage.adapters.database.schema import PACES
from heritage.ports.clock import Clock

_HANDFUL = 0.1
"""Seconds."""
_MINE = PACES.c.target == bindparam("of", type_=String)
_LOOK = select(PACES.c.next_at).where(_MINE).with_for_update()
_TAKE = update(PACES).where(_MINE).values(next_at=bindparam("then", type_=PACES.c.next_at.type))


class SqlPace:
    """Slots for one target on SQLite or PostgreSQL, `per_minute` of them; `engine.upgrade` must have run.

    A slot that was missed by less than the time between two is made up for, so that a read in between does
    not slow the whole down; older ones are lost, so that no burst follows a pause. Clocks that differ between
    machines make the pace slower, never faster.
    """

    def __init__(self, engine: Engine, target: str, per_minute: float, clock: Clock) -> None:
        self._engine, self._target, self._clock = engine, target, clock
        self._between = timedelta(minutes=1 / per_minute)
        self._handful = max(1, int(per_minute * _HANDFUL / 60))
        self._taken: list[datetime] = []
        insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._first = insert(PACES).on_conflict_do_nothing()

    def slot(self) -> datetime:
        """See Pace. Slots that are closer than a tenth of a second are taken by the handful."""
        now = self._clock.now()
        if not self._taken:
            first = self._take(now)
            self._taken = [first + n * self._between for n in reversed(range(self._handful))]
        return max(self._taken.pop(), now)

    def _take(self, now: datetime) -> datetime:
        mine = {"of": self._target}
        with quickly(self._engine) as connection:  # who loses a slot with the machine loses nothing
            standing = connection.execute(_LOOK, mine).scalar()
            if standing is None:  # the first of all; another one may be as quick
                connection.execute(self._first, {"target": self._target, "next_at": now})
                standing = connection.execute(_LOOK, mine).scalar_one()
            reserved: datetime = max(standing, now - self._between)
            connection.execute(_TAKE, mine | {"then": reserved + self._handful * self._between})
        return reserved
