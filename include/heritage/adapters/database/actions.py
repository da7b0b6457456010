"""Who did what in SQL: implements the port ActionLog."""

from dataclasses import asdict

from sqlalchemy import Engine, insert, select

from heritage.adapters.database.engine import reading
from heritage.adapters.database.schema import ACTIONS
from heritage.model.governance import ActionEntry

_COLUMNS = (ACTIONS.c.at, ACTIONS.c.user, ACTIONS.c.action, ACTIONS.c.subject, ACTIONS.c.detail)


class SqlActionLog:
    """Actions on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, entry: ActionEntry) -> None:
        """Keeps an action."""
        with self._engine.begin() as connection:
            connection.execute(insert(ACTIONS).values(asdict(entry)))

    def about(self, subject: str) -> list[ActionEntry]:
        """Actions on a round, proposal, appeal or request, oldest first."""
        query = select(*_COLUMNS).where(ACTIONS.c.subject == subject).order_by(ACTIONS.c.number)
        with reading(self._engine) as connection:
            return [ActionEntry(*row) for row in connection.execute(query)]

    def latest(self, most: int) -> list[ActionEntry]:
        """The newest actions, newest first."""
        query = select(*_COLUMNS).order_by(ACTIONS.c.number.desc()).limit(most)
        with reading(self._engine) as connection:
            return [ActionEntry(*row) for row in connection.execute(query)]
