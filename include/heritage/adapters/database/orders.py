"""Orders of people about batches in SQL: implements the port OrderBook."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, Engine, String, bindparam, insert, select

from heritage.adapters.database.engine import one_at_a_time, reading
from heritage.adapters.database.schema import BATCH_ORDERS
from heritage.model.upload import Action, Order

_GIVEN = (
    select(BATCH_ORDERS)
    .where(BATCH_ORDERS.c.batch_id == bindparam("of_batch", type_=String))
    .order_by(BATCH_ORDERS.c.number)
)
"""Made once: an upload asks before every edit."""


class SqlOrderBook:
    """Orders on SQLite or PostgreSQL; `engine.upgrade` must have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def give(self, order: Order, check: Callable[[Sequence[Order]], None]) -> None:
        """Adds an order in one transaction: of two people at once one waits, and is then
        checked against the other. (SQLite has one writer.)"""
        with self._engine.begin() as connection:
            one_at_a_time(connection, BATCH_ORDERS)
            check(_orders(connection, order.batch_id))
            connection.execute(insert(BATCH_ORDERS).values(asdict(order)))

    def orders(self, batch_id: str) -> list[Order]:
        """All orders about a batch, oldest first."""
        with reading(self._engine) as connection:
            return _orders(connection, batch_id)


def _orders(connection: Connection, batch_id: str) -> list[Order]:
    rows = connection.execute(_GIVEN, {"of_batch": batch_id})
    return [Order(row.batch_id, Action(row.action), row.reason, row.given_by, row.given_at) for row in rows]
