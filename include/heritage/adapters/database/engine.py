"""Opens the database and brings it to the newest revision."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    QueuePool,
    column,
    create_engine,
    event,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from heritage.adapters.database.schema import REVISION, VERSION_TABLE
from heritage.errors import HeritageError

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 30
_LOGGED_AS = "heritage"
_WAITS = "heritage_waits_for_disk"
_MIGRATION_LOCK = 4_711_001
"""Any number that only this product's migrations lock on PostgreSQL."""


def connect(url: str, *, keep_open: bool = False) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://user@host/name`.

    It keeps no connection open: none must be carried over a fork, and every page view opens an engine of its
    own; but `keep_open` where many small transactions follow each other, for opening takes longer than they.
    On SQLite foreign keys are enforced, and a second writer waits for the first up to half a minute.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise HeritageError(
            "the address of the database cannot be read; give sqlite:///path or postgresql://user@host/name"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, keep_open)
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


def _wait_for_disk(connection: Connection, *, wait: bool) -> None:
    """SQLite's connections wait unless they are told not to, and remember what they were told."""
    if connection.dialect.name == "sqlite" and connection.info.get(_WAITS, True) is not wait:
        connection.connection.cursor().execute(f"PRAGMA synchronous = {'FULL' if wait else 'NORMAL'}")
        connection.info[_WAITS] = wait


def upgrade(url: str) -> None:
    """Creates or migrates the tables; cheap when there is nothing to do, and safe from several processes.

    Raises HeritageError when the database cannot be opened; its address is told without the password.
    """
    engine = connect(url)
    try:
        if _is_current(engine):
            return
        if engine.dialect.name == "sqlite":
            _keep_write_ahead_log(engine)
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            _migrate(connection)
    except DatabaseError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise HeritageError(
            f"database {where}: cannot be used ({' '.join(str(error.orig).split())})"
        ) from error
    finally:
        engine.dispose()


def _is_current(engine: Engine) -> bool:
    """Asked without a write lock, so that a page view does not wait for an upload."""
    with reading(engine) as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return False
        standing = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return bool(standing == REVISION)


def _migrate(connection: Connection) -> None:
    from alembic import command  # imported where needed: it is slow, and each import tells the log about it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _engine(url: URL, keep_open: bool, **said: Any) -> Engine:
    """No value of a statement or of a row reaches a log or the text of an error, however loud the host has
    made SQLAlchemy: who asked to withhold a place is among them. Statements themselves may be logged."""
    wanted = logging.getLogger("sqlalchemy.engine.Engine").getEffectiveLevel()
    logging.getLogger(f"sqlalchemy.engine.Engine.{_LOGGED_AS}").setLevel(max(wanted, logging.INFO))
    pool = QueuePool if keep_open else NullPool
    return create_engine(url, poolclass=pool, hide_parameters=True, logging_name=_LOGGED_AS, **said)


def _sqlite(url: str, keep_open: bool) -> Engine:
    database = make_url(url).database
    if not database or database == ":memory:":
        raise HeritageError(f"database {url}: name a file, decisions must outlive the process")
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(make_url(url), keep_open, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # we begin transactions ourselves, below
        dbapi_connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the write lock at once: a lock taken after a read would fail instead of waiting.
        only_reads = connection.get_execution_options().get("only_reads", False)
        connection.connection.cursor().execute("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def _keep_write_ahead_log(engine: Engine) -> None:
    """Readers and one writer do not wait for each other; the file remembers the mode."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()
