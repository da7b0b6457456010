"""Requests on real databases: kept in order, chained, and never changed unseen."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from heritage.adapters.database.requests import SqlRequestStore
from heritage.errors import GovernanceError
from heritage.model.disclosure import Asked, By, Disclosure, Request

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def enter(store: SqlRequestStore, record_id: str, dataset: str = "xx_one", **said: Any) -> Request:
    base: dict[str, Any] = {"disclosure": Disclosure.S5, "by": By.COMMUNITY, "evidence": "Brief vom 3. März"}
    base |= {"rules": (), "decision": None, "entered_by": "Eve", "at": NOON}
    return store.enter(Asked.WITHHOLD, dataset, record_id, **base | said)


def test_lines_come_back_to_the_letter_in_their_order_by_dataset(engine):
    store = SqlRequestStore(engine)
    first = enter(store, "0042/ä")
    enter(store, "7", dataset="xx_other")
    third = enter(store, "0042/ä", rules=("R2", "R4"), decision=3, by=None)
    assert store.requests("xx_one") == [first, third]
    assert [first.number, third.number] == [1, 3]
    assert store.requests("xx_none") == []


@pytest.mark.parametrize(
    "change", ["UPDATE disclosure_requests SET disclosure = 'S1'", "DELETE FROM disclosure_requests"]
)
def test_lines_cannot_be_changed(engine, change):
    enter(SqlRequestStore(engine), "1")
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE disclosure_requests SET disclosure = 'S1' WHERE number = 1",
        "UPDATE disclosure_requests SET disclosure = 'S9' WHERE number = 1",
        "DELETE FROM disclosure_requests WHERE number = 1",
    ],
)
def test_a_line_that_was_bent_past_the_guard_stops_everything_and_is_not_told(engine, change):
    store = SqlRequestStore(engine)
    enter(store, "secret-record")
    enter(store, "other")
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for action in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER disclosure_requests_no_{action}"))
        else:
            connection.execute(text("ALTER TABLE disclosure_requests DISABLE TRIGGER ALL"))
        connection.execute(text(change))
    with pytest.raises(GovernanceError, match="Nothing goes out") as refusal:
        store.requests("xx_one")
    assert "secret-record" not in str(refusal.value)
