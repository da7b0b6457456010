"""Opens the database and brings it to the newest revision."""

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    NullPool,
    QueuePool,
    Table,
    column,
    create_engine,
    event,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.exc import DatabaseError

from heritage.adapters.database.address import address
from heritage.adapters.database.schema import REVISION, VERSION_TABLE
from heritage.errors import HeritageError, StoreRefused, StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 30
_LOGGED_AS = "heritage"
_WAITS = "heritage_waits_for_disk"
_NOT_LET_IN = re.compile("authentication failed|does not exist|no password|permission denied|no pg_hba")
_NO_DATABASE = re.compile("unable to open|not a database|malformed")
_PASSING = re.compile("database is locked|shutting down|starting up|terminating connection")
"""What databases say on connecting, or at any time, that a person must mend, and what passes by itself."""
_MIGRATION_LOCK = 4_711_001
"""Any number that only this product's migrations lock on PostgreSQL."""


def connect(url: str, *, keep_open: bool = False) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://user@host/name`.

    It keeps no connection open: none must be carried over a fork, and every page view opens an engine of its
    own; but `keep_open` where many small transactions follow each other, for opening takes longer than they.
    On SQLite foreign keys are enforced, and a second writer waits for the first up to half a minute.
    """
    parsed = address(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, keep_open)
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return _engine(parsed.set(drivername="postgresql+psycopg"), keep_open)
    raise HeritageError(f"database {parsed.render_as_string()}: only sqlite and postgresql are supported")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: it never waits for a writer."""
    with engine.connect().execution_options(only_reads=True) as connection:
        yield connection


@contextmanager
def quickly(engine: Engine) -> Iterator[Connection]:
    """A transaction that outlives the process but perhaps not the machine: SQLite does not wait for the disk,
    and the next one that does keeps this one too. PostgreSQL keeps both alike."""
    with engine.connect() as connection:
        _wait_for_disk(connection, wait=False)
        with connection.begin():
            yield connection


@contextmanager
def durably(engine: Engine) -> Iterator[Connection]:
    """A transaction that is on the disk once it is committed, also on a connection used `quickly`."""
    with engine.connect() as connection:
        _wait_for_disk(connection, wait=True)
        with connection.begin():
            yield connection


def one_at_a_time(connection: Connection, of: Table) -> None:
    """Until its transaction ends no other one gets past here for this table; readers go on. SQLite has one
    writer. PostgreSQL's own lock of a table is only for those who may change its rows: nobody should be."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:ours, hashtext(:name))"),
            {"ours": _MIGRATION_LOCK, "name": of.name},
        )


def _wait_for_disk(connection: Connection, *, wait: bool) -> None:
    """SQLite's connections wait unless they are told not to, and remember what they were told."""
    if connection.dialect.name == "sqlite" and connection.info.get(_WAITS, True) is not wait:
        connection.connection.cursor().execute(f"PRAGMA synchronous = {'FULL' if wait else 'NORMAL'}")
        connection.info[_WAITS] = wait


def upgrade(url: str) -> None:
    """Creates or migrates the tables; cheap when there is nothing to do, and safe from several processes.

    Raises HeritageError when the database cannot be opened, or is of a newer version than this program; its
    address is told without the password.
    """
    engine = connect(url)
    try:
        standing = version_of(engine)
    finally:
        engine.dispose()
    if standing == REVISION:
        return
    from alembic import command  # imported where needed: it is slow, and each import tells the log about it

    with migrating(url) as connection:
        command.upgrade(alembic_config(connection), "head")


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """A transaction in which the tables may be changed, by one process at a time: all of it or nothing."""
    engine = connect(url)
    where = engine.url.render_as_string(hide_password=True)
    try:
        if engine.dialect.name == "sqlite":
            _keep_write_ahead_log(engine)
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            standing = standing_in(connection)
            if standing and standing > REVISION:
                raise StoreRefused(
                    f"database {where}: its tables are of version {standing}, newer than this program, which "
                    f"knows {REVISION}: install the newer program again, or go back with it first "
                    f"(`heritage database downgrade {REVISION}`)"
                )
            yield connection
    except DatabaseError as error:
        raise StoreRefused(
            f"database {where}: cannot be migrated ({_said(error)}); run `heritage database upgrade` as "
            "the role that owns the tables, in a database of the product's own"
        ) from error
    finally:
        engine.dispose()


def version_of(engine: Engine) -> str | None:
    """The version of the tables, None where there are none. Asked without a write lock, so that a page view
    does not wait for an upload."""
    with reading(engine) as connection:
        return standing_in(connection)


def standing_in(connection: Connection) -> str | None:
    """The version of the tables, None where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return str(found) if found else None


def alembic_config(connection: Connection) -> Any:
    """What alembic's commands take to work on this connection, in its transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _engine(url: URL, keep_open: bool, **said: Any) -> Engine:
    """No value of a statement or of a row reaches a log or the text of an error, however loud the host has
    made SQLAlchemy: who asked to withhold a place is among them. Statements themselves may be logged."""
    wanted = logging.getLogger("sqlalchemy.engine.Engine").getEffectiveLevel()
    logging.getLogger(f"sqlalchemy.engine.Engine.{_LOGGED_AS}").setLevel(max(wanted, logging.INFO))
    pool = QueuePool if keep_open else NullPool
    engine = create_engine(url, poolclass=pool, hide_parameters=True, logging_name=_LOGGED_AS, **said)

    @event.listens_for(engine, "handle_error")
    def tell(context: ExceptionContext) -> None:
        error, connecting = context.original_exception, context.connection is None
        if isinstance(context.sqlalchemy_exception, DatabaseError):
            trouble = _trouble(url, error, connecting=connecting, lost=context.is_disconnect)
            if trouble:
                raise trouble from error

    return engine


def _trouble(url: URL, error: BaseException, *, connecting: bool, lost: bool) -> HeritageError | None:
    """What is wrong with the database as such, where it is not what was asked of it."""
    where, said = url.render_as_string(hide_password=True), _said(error)
    if _NO_DATABASE.search(said) or (connecting and _NOT_LET_IN.search(said)):
        return StoreRefused(f"database {where}: cannot be used ({said})")
    if connecting or lost or _PASSING.search(said):
        return StoreUnavailable(f"database {where}: cannot be used now ({said}); it is tried again later")
    return None


def _said(error: BaseException) -> str:
    """The database's own words, in one line, without the statement."""
    return " ".join(str(getattr(error, "orig", error)).split())


def _sqlite(url: URL, keep_open: bool) -> Engine:
    database = url.database
    if not database or database == ":memory:":
        raise HeritageError(f"database {url}: name a file, decisions must outlive the process")
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(url, keep_open, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # we begin transactions ourselves, below
        dbapi_connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the write lock at once: a lock taken after a read would fail instead of waiting.
        only_reads = connection.get_execution_options().get("only_reads", False)
        try:
            connection.connection.cursor().execute("BEGIN" if only_reads else "BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:  # not among those that SQLAlchemy tells of
            raise _trouble(engine.url, error, connecting=False, lost=False) or error from error

    return engine


def _keep_write_ahead_log(engine: Engine) -> None:
    """Readers and one writer do not wait for each other; the file remembers the mode."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()
