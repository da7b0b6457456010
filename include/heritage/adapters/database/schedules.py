"""Plans that were made, in SQL: implements the port ScheduleStore."""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, insert, select

from heritage.adapters.database.engine import reading
from heritage.adapters.database.schema import SCHEDULES
from heritage.ports.schedule import KeptPlan
from heritage.schedule.plan import Plan

_PLAN = TypeAdapter(Plan)


class SqlScheduleStore:
    """Plans on SQLite or PostgreSQL; `engine.upgrade` must have run. The table is append-only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last(self, target: str | None = None) -> KeptPlan | None:
        """The newest plan that can be read: one of an older form was made by another version, and is made
        anew the next day."""
        query = select(SCHEDULES).order_by(SCHEDULES.c.number.desc())
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                try:
                    plan = _PLAN.validate_json(row.content)
                except ValidationError:
                    continue
                if target is None or plan.target == target:
                    return KeptPlan(plan, row.inputs, row.made_at)
        return None

    def keep(self, plan: Plan, inputs: str, at: datetime) -> KeptPlan:
        """Adds a plan."""
        content = _PLAN.dump_json(plan).decode()
        with self._engine.begin() as connection:
            connection.execute(insert(SCHEDULES).values(inputs=inputs, content=content, made_at=at))
        return KeptPlan(plan, inputs, at)
