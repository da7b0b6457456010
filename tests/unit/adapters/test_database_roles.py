"""What each role may do in the database: all of its work, and nothing of what was decided can be bent."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from body_examples import Body, ask, ranked
from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.orders import SqlOrderBook
from heritage.adapters.database.reviews import SqlReviewStore
from heritage.adapters.database.schema import METADATA
from heritage.adapters.database.undone import SqlUndoneEdits
from heritage.errors import StoreRefused
from heritage.model.edit import EditState
from heritage.model.review import Verdict
from heritage.model.upload import Action
from heritage.steps.govern_standing import check_log
from heritage.steps.withdraw import withdraw
from review_examples import reviews, say, task
from upload_examples import BATCH, Uploads

pytestmark = pytest.mark.postgresql
ROLES = Path(__file__).resolve().parents[3] / "deploy" / "postgresql" / "roles.sql"
KEPT = ("decisions", "votes", "actions", "review_answers", "disclosure_requests", "batch_orders")


@pytest.fixture
def role(postgresql_database):
    """Engines of the three roles, by name, on tables that somebody else owns."""
    upgrade(postgresql_database)
    admin, opened = create_engine(postgresql_database, isolation_level="AUTOCOMMIT"), []
    for _ in range(2):  # it can be run again
        with admin.connect() as connection:
            connection.connection.cursor().execute(ROLES.read_text())

    def engine(name):
        login = f"test_{name}"
        with admin.connect() as connection:
            if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": login}):
                connection.execute(text(f"CREATE ROLE {login} LOGIN IN ROLE heritage_{name}"))
        url = make_url(postgresql_database).set(username=login).render_as_string()
        upgrade(url)  # the newest already: it may look
        opened.append(connect(url))
        return opened[-1]

    yield engine
    for one in (*opened, admin):
        one.dispose()


def refused(engine, order):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        engine.begin() as connection,
    ):
        connection.execute(text(order))


@pytest.mark.parametrize("name", ["app", "pages"])
def test_a_role_does_its_work_and_can_bend_nothing(role, name):
    engine = role(name)
    body = Body(engine)
    decided = body.run(ranked("names-c1"), ask())
    body.appeal(decided[0].number)
    assert check_log(body.store) == []
    store = SqlReviewStore(engine)
    bound = reviews(store)
    store.add([task(1)])
    for user in ("Ada", "Bo", "Chi"):
        assert say(bound, user, task(1), "Q1").kept
    assert store.task("task-000001").outcome.verdict is Verdict.ACCEPTED
    store.forget(store.reviewer("Ada").pseudonym)
    uploads = Uploads(_stores=stores(role("app")))
    uploads.fill(4, confirmed=2, skipped={})
    uploads = Uploads(folder=Path(), _stores=stores(engine))
    uploads.order("Sekai", BATCH, Action.CANCEL, "not now")
    withdraw(BATCH, "not now", journal=uploads.stores[0], clock=body.clock)
    assert uploads.stores[0].counts(BATCH)[EditState.SKIPPED] == 2
    for table in KEPT:
        column = next(iter(METADATA.tables[table].columns)).name
        refused(engine, f"UPDATE {table} SET {column} = {column}")
        for order in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE", f"DROP TABLE {table} CASCADE"):
            refused(engine, order)
        refused(engine, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    for order in (
        "UPDATE rounds SET seats = '[]'",
        "DELETE FROM edits",
        "CREATE TABLE mine (a int)",
        "DROP FUNCTION heritage_append_only CASCADE",
        "UPDATE heritage_version SET version_num = '1'",
        "SET session_replication_role = replica",
    ):
        refused(engine, order)
    assert check_log(body.store) == []


def test_the_pages_add_no_edit_to_be_sent(role):
    with pytest.raises(ProgrammingError, match="permission denied"):
        Uploads(_stores=stores(role("pages"))).fill(1, confirmed=0, skipped={})


def test_who_reads_figures_reads_no_person_no_place_and_no_text(role):
    Body(role("app")).run(ranked("names-c1"))
    reader = role("reader")
    with reader.connect() as connection:
        assert connection.execute(text("SELECT type, result FROM decisions")).all() == [
            ("priority", "approved")
        ]
        readable = {
            f"{table.name}.{column.name}"
            for table in METADATA.sorted_tables
            for column in table.columns
            if connection.scalar(
                text("SELECT has_column_privilege(:table, :column, 'SELECT')"),
                {"table": table.name, "column": column.name},
            )
        }
    telling = {"member", "user", "reviewer", "record_id", "reason", "reasons", "content", "seats", "grounds"}
    telling |= {
        "votes",
        "dissent",
        "recusals",
        "set_by",
        "given_by",
        "filed_by",
        "entered_by",
        "by",
        "comment",
    }
    assert not [one for one in readable if one.partition(".")[2] in telling]
    refused(reader, "SELECT * FROM votes")
    refused(reader, "INSERT INTO paces VALUES ('x', now())")


def test_a_role_that_owns_no_table_is_told_who_migrates(role, postgresql_database):
    engine = role("app")
    with create_engine(postgresql_database).begin() as connection:
        connection.execute(text("UPDATE heritage_version SET version_num = '0007'"))
    with pytest.raises(StoreRefused, match="run `heritage database upgrade` as the role that owns"):
        upgrade(engine.url.render_as_string())


def stores(engine):
    return SqlJournal(engine), SqlOrderBook(engine), SqlUndoneEdits(engine)
