"""From every earlier version to the newest and back, with a row in every table. New versions are covered by
themselves: the rows are made from the tables that a version has."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    Float,
    Integer,
    MetaData,
    Table,
    create_engine,
    insert,
    inspect,
    text,
)
from sqlalchemy.engine import make_url

from body_examples import Body, ask, ranked
from heritage.adapters.database.engine import alembic_config, connect, migrating, upgrade
from heritage.adapters.database.schema import METADATA, PACES, REVISION, ROUNDS, VERSION_TABLE
from heritage.adapters.database.versions import downgrade, standing, versions
from heritage.errors import StoreRefused, StoreUnavailable
from heritage.steps.govern_standing import check_log

NUMBERS = [one.number for one in versions()]
AT = datetime(2026, 11, 21, 12, 30, 15, 123456, tzinfo=UTC)
VALUES = {Boolean: True, Integer: 1, Float: 0.5, DateTime: AT, JSON: {"of": ["Ł", 1]}}


def value(column):
    return next((given for kind, given in VALUES.items() if isinstance(column.type, kind)), "1")


def fill(connection):
    """A row in every table that has none; all keys are alike, so that every reference holds."""
    there = inspect(connection).get_table_names()
    for name in (table.name for table in METADATA.sorted_tables if table.name in there):
        if not connection.scalar(text(f"SELECT count(*) FROM {name}")):
            table = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
            connection.execute(insert(table).values({c.name: value(c) for c in table.columns}))


def rows(connection):
    """All that is there, by table."""
    names = METADATA.tables.keys() & set(inspect(connection).get_table_names())
    return {name: dict(connection.execute(text(f"SELECT * FROM {name}")).one()._mapping) for name in names}


def triggers(connection):
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    return set(connection.scalars(text(asked[connection.dialect.name])))


def make_anew(url, number):
    """The tables of an earlier version, as a program of that time made them."""
    engine = connect(url)
    if engine.dialect.name == "sqlite":
        engine.dispose()
        for file in Path(engine.url.database).parent.glob("heritage.db*"):
            file.unlink()
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    with migrating(url) as connection:
        command.upgrade(alembic_config(connection), number)


def test_every_version_goes_up_and_down_again_with_a_row_in_every_table(database_url, engine):
    with engine.begin() as connection:
        newest = triggers(connection)
    make_anew(database_url, NUMBERS[0])
    was = {}
    for number in NUMBERS:
        with migrating(database_url) as connection:
            command.upgrade(alembic_config(connection), number)
            fill(connection)
            was[number] = rows(connection)
    with engine.begin() as connection:
        now = rows(connection)
        assert {*now, VERSION_TABLE} == set(inspect(connection).get_table_names()), "METADATA knows them all"
        assert triggers(connection) == newest
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
    for number, before in was.items():
        for table, row in before.items():
            assert row.items() <= now[table].items(), (number, table)
    for number in reversed(NUMBERS):
        with migrating(database_url) as connection:
            command.downgrade(alembic_config(connection), number)
            assert rows(connection) == was[number]
    assert standing(database_url) == NUMBERS[0]
    upgrade(database_url)
    assert downgrade(database_url, NUMBERS[0]) == [], "it has a place for all that came from there"
    upgrade(database_url)
    with engine.begin() as connection:
        assert triggers(connection) == newest


def test_what_an_earlier_version_has_no_place_for_is_lost_only_when_told_so(database_url, engine):
    with engine.begin() as connection:
        connection.execute(insert(PACES).values(target="wiki", next_at=AT))
        connection.execute(
            insert(ROUNDS).values(round_id="r", opened_at=AT, closes_at=AT, state="open", seats=[])
        )
    with pytest.raises(
        StoreRefused, match=r"version 0003 has no place for paces \(1 rows\): nothing was changed"
    ):
        downgrade(database_url, "0003")
    assert standing(database_url) == REVISION
    assert downgrade(database_url, "0003", lose=True) == ["paces (1 rows)"]
    upgrade(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE rounds SET terms = 'agreed'"))
    with pytest.raises(StoreRefused, match=r"rounds\.terms \(1 rows\), and without it .* restore the backup"):
        downgrade(database_url, "0004", lose=True)
    with pytest.raises(StoreRefused, match="there is no version '17'"):
        downgrade(database_url, "17")


def test_a_way_that_leads_nowhere_is_told_in_a_sentence(tmp_path):
    url = f"sqlite:///{tmp_path}/heritage.db"
    with pytest.raises(StoreRefused, match="there are no tables yet"):
        downgrade(url, NUMBERS[0])
    make_anew(url, NUMBERS[1])
    with pytest.raises(StoreRefused, match=rf"of version {NUMBERS[1]}, and {REVISION} is a later one"):
        downgrade(url, REVISION)
    with connect(url).begin() as connection:
        connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
    with pytest.raises(StoreRefused, match=r"cannot be migrated \(.*already exists\).* of the product's own"):
        upgrade(url)  # somebody else's tables, by the names of ours


def test_an_installation_is_upgraded_used_and_rolled_back(database_url, engine):
    body = Body(engine)
    body.run(ranked("names-c1"))
    assert downgrade(database_url, NUMBERS[-2]) == [], "as an earlier program left it"
    upgrade(database_url)
    body.run(ranked("place-c1"), ask())
    assert downgrade(database_url, NUMBERS[-2]) == []
    upgrade(database_url)
    body.run(ranked("images-c1"))
    assert (len(body.store.log()), check_log(body.store)) == (4, [])


def test_a_database_of_a_newer_program_is_left_alone(database_url, engine):
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreRefused, match=r"9999, newer than this program, which knows \d+: install"):
        upgrade(database_url)


@pytest.mark.postgresql
def test_a_server_that_goes_away_in_the_middle_is_told_as_passing(postgresql_server):
    url = make_url(postgresql_server)
    for keep_open in (True, False):
        engine, admin = connect(url.render_as_string(), keep_open=keep_open), create_engine(url)
        with engine.connect() as connection, admin.connect() as other:
            mine = connection.scalar(text("SELECT pg_backend_pid()"))
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
            with pytest.raises(StoreUnavailable, match="cannot be used now"):
                connection.execute(text("SELECT 1"))
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1, (
                "the next transaction has a connection of its own"
            )
    away = url.update_query_dict({"host": "/nowhere"}).render_as_string()
    with pytest.raises(StoreUnavailable, match="cannot be used now"):
        upgrade(away)
    for wrong in (url.set(database="no_such"), url.set(username="nobody_here")):
        with pytest.raises(StoreRefused, match="does not exist"):
            upgrade(wrong.render_as_string())
