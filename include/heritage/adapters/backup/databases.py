"""A database as one file, and back: by PostgreSQL's own programs, or SQLite's own copy."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, inspect
from sqlalchemy.engine import make_url

from heritage.adapters.database.engine import connect, reading
from heritage.errors import StoreRefused

_BY_QUERY = {
    "host": "PGHOST",
    "port": "PGPORT",
    "passfile": "PGPASSFILE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
"""What may stand in the query of an address, and how PostgreSQL's programs are told so."""


def dump(url: str, file: Path) -> None:
    """Writes everything in the database, as it is at one moment, into a file. Others may write meanwhile."""
    at = make_url(url)
    if at.get_backend_name() == "sqlite":
        _copy(_existing(at), file)
        return
    _run(at, "pg_dump", "--format=custom", "--serializable-deferrable", "--no-password", f"--file={file}")
    _run(at, "pg_restore", "--list", str(file))  # what cannot be listed could not be put back


def load(url: str, file: Path) -> None:
    """Puts a dump into an empty database: all of it or nothing. Owner of what is made is who is connected."""
    at = make_url(url)
    if at.get_backend_name() == "sqlite":
        target = Path(str(at.database))
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(file, target)
        return
    alone = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password")
    _run(at, "pg_restore", *alone, f"--dbname={at.database}", str(file))


def tables_in(url: str) -> list[str]:
    """The tables that are there already."""
    at = make_url(url)
    if at.get_backend_name() == "sqlite" and not Path(str(at.database)).exists():
        return []
    engine = connect(url)
    try:
        with reading(engine) as connection:
            return sorted(inspect(connection).get_table_names())
    finally:
        engine.dispose()


def _existing(at: URL) -> Path:
    path = Path(str(at.database))
    if not path.is_file():
        raise StoreRefused(f"there is no database {path}: name the one that is in use")
    return path


def _copy(source: Path, target: Path) -> None:
    """SQLite's own copy: whole, also while others write. Raises StoreRefused when the copy is not sound."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
        said = here.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise StoreRefused(f"{source} is damaged ({said}): take the backup before")


def _run(at: URL, program: str, *arguments: str) -> None:
    """The address goes by the environment: neither a process list nor a log has the password."""
    found = shutil.which(program)
    if found is None:
        raise StoreRefused(f"{program} is missing: install PostgreSQL's client programs (postgresql-client)")
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, and arguments of our own
        [found, *arguments], env=os.environ | _told(at), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:500]
        where = at.render_as_string(hide_password=True)
        raise StoreRefused(f"{program} of {where} failed: {said}")


def _told(at: URL) -> dict[str, str]:
    parts: Sequence[tuple[str, object]] = (
        ("PGHOST", at.host),
        ("PGPORT", at.port),
        ("PGUSER", at.username),
        ("PGPASSWORD", at.password),
        ("PGDATABASE", at.database),
        *((_BY_QUERY[name], value) for name, value in at.query.items() if name in _BY_QUERY),
    )
    return {name: str(value) for name, value in parts if value}
