"""Capacity and plans in SQL: the newest counts, nothing is overwritten, and what cannot be read is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError

from heritage.adapters.database.capacities import SqlCapacityStore
from heritage.adapters.database.schedules import SqlScheduleStore
from heritage.adapters.database.schema import CAPACITIES, SCHEDULES
from heritage.errors import StoreDamaged
from heritage.schedule.capacity import read_capacity
from heritage.schedule.make import make_plan
from heritage.schedule.plan import Plan
from heritage.schedule.shape import Horizon
from schedule_examples import FIGURES, OLD, ask, capacity

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def made(target: str) -> Plan:
    asks = [ask("gb_a"), ask("se_b", minutes=6_000), ask("de_c", hold="it is paused")]
    return make_plan(asks, capacity(), FIGURES, Horizon(date(2026, 11, 21), 6), OLD, target=target)


def test_a_plan_comes_back_as_it_was_made(engine):
    store, plan = SqlScheduleStore(engine), made("wikidata")
    assert store.last() is None
    kept = store.keep(plan, "digest", NOON)
    assert store.last() == kept
    assert kept.plan == plan
    assert {type(one.monday) for one in kept.plan.placed} == {date}


def test_the_newest_plan_of_each_wiki_counts(engine):
    store = SqlScheduleStore(engine)
    first = store.keep(made("wikidata"), "a", NOON)
    second = store.keep(made("sandbox"), "b", NOON + timedelta(days=1))
    assert (store.last(), store.last("wikidata"), store.last("elsewhere")) == (second, first, None)


def test_a_plan_of_another_form_is_passed_over(engine):
    store = SqlScheduleStore(engine)
    kept = store.keep(made("wikidata"), "a", NOON)
    with engine.begin() as connection:
        connection.execute(insert(SCHEDULES).values(inputs="x", content='{"weeks": 3}', made_at=NOON))
    assert store.last() == kept


def test_the_newest_capacity_counts_with_who_entered_it(engine):
    store = SqlCapacityStore(engine)
    assert store.current() is None
    store.enter(capacity(), "ada", NOON)
    given = read_capacity(
        {
            "edits_per_week": 5,
            "hours_per_week": 2.5,
            "weeks": {"2026-W48": {"hours": 0, "why": "Feiertage"}},
            "freezes": [{"first": "2026-12-01", "last": "2026-12-02", "why": "x", "countries": ["se"]}],
            "after": {"a_b": ["c_d"]},
            "samples": {"a_b": {"looked_at": 3, "wrong": 0, "on": "2026-11-01"}},
        }
    )
    entered = store.enter(given, "grace", NOON)
    assert store.current() == entered
    assert (entered.capacity, entered.given_by, entered.given_at) == (given, "grace", NOON)


def test_a_capacity_that_was_changed_outside_is_told(engine):
    with engine.begin() as connection:
        row = {"content": '{"hours_per_week": -1}', "given_by": "ada", "given_at": NOON}
        connection.execute(insert(CAPACITIES).values(row))
    with pytest.raises(StoreDamaged, match="ada entered"):
        SqlCapacityStore(engine).current()


@pytest.mark.parametrize("table", ["capacities", "schedules"])
def test_nothing_is_changed_or_taken_out(engine, table):
    SqlScheduleStore(engine).keep(made("wikidata"), "a", NOON)
    SqlCapacityStore(engine).enter(capacity(), "ada", NOON)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET content = '{{}}'"):
        with pytest.raises(DatabaseError), engine.begin() as connection:
            connection.execute(text(statement))
