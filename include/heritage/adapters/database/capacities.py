"""What people entered as capacity, in SQL: implements the port CapacityStore."""

from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Engine, insert, select

from heritage.adapters.database.engine import reading
from heritage.adapters.database.schema import CAPACITIES
from heritage.errors import StoreDamaged
from heritage.ports.schedule import CapacityEntry
from heritage.schedule.capacity import Capacity


class SqlCapacityStore:
    """Capacity on SQLite or PostgreSQL; `engine.upgrade` must have run. The table is append-only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def current(self) -> CapacityEntry | None:
        """The newest entry."""
        newest = select(CAPACITIES).order_by(CAPACITIES.c.number.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(newest).first()
        if row is None:
            return None
        try:
            return CapacityEntry(Capacity.model_validate_json(row.content), row.given_by, row.given_at)
        except ValidationError as error:
            raise StoreDamaged(
                f"The capacity that {row.given_by} entered (number {row.number}) cannot be read: {error}"
            ) from error

    def enter(self, capacity: Capacity, given_by: str, at: datetime) -> CapacityEntry:
        """Adds an entry, which counts from now on."""
        content = capacity.model_dump_json(exclude_defaults=True)
        with self._engine.begin() as connection:
            connection.execute(insert(CAPACITIES).values(content=content, given_by=given_by, given_at=at))
        return CapacityEntry(capacity, given_by, at)
