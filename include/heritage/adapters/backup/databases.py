"""A database as one file, and back: by PostgreSQL's own programs, or SQLite's own copy."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO, cast

from sqlalchemy import URL, inspect

from heritage.adapters.database.address import address
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
_ONLY_NEWER = b"SET transaction_timeout = 0;\n"
"""PostgreSQL's programs from 17 on begin every script with it, also for servers that do not know it."""


def dump(url: str, file: Path) -> None:
    """Writes everything in the database, as it is at one moment, into a file. Others may write meanwhile."""
    at = address(url)
    if at.get_backend_name() == "sqlite":
        _copy(_existing(at), file)
        return
    _run(at, "pg_dump", "--format=custom", "--serializable-deferrable", "--no-password", f"--file={file}")
    _run(at, "pg_restore", "--list", str(file))  # what cannot be listed could not be put back


def load(url: str, file: Path) -> None:
    """Puts a dump into an empty database: all of it or nothing. Owner of what is made is who is connected."""
    at = address(url)
    if at.get_backend_name() == "sqlite":
        target = Path(str(at.database))
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(file, target)
        return
    with tempfile.TemporaryFile() as faults:
        if not _replayed(at, file, faults):
            faults.seek(0)
            raise _failed("pg_restore", at, faults.read().decode(errors="replace"))


def can_be_loaded(url: str) -> None:
    """Raises StoreRefused where a program is missing without which `load` cannot work."""
    if address(url).get_backend_name() != "sqlite":
        _program("pg_restore")
        _program("psql")


def _replayed(at: URL, file: Path, faults: IO[bytes]) -> bool:
    """Whether psql carried out the whole script of a dump, in one transaction. Whichever of us goes away in
    the middle, COMMIT is not said, and nothing was done."""
    given = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    taken = [_program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]
    env = os.environ | _told(at)
    with (
        suppress(BrokenPipeError),  # psql has ended before the script, and said why
        subprocess.Popen(given, stdout=PIPE, stderr=faults) as script,  # noqa: S603 - as in `_run`
        subprocess.Popen(taken, env=env, stdin=PIPE, stdout=DEVNULL, stderr=faults) as psql,  # noqa: S603
    ):
        said, heard = cast("IO[bytes]", script.stdout), cast("IO[bytes]", psql.stdin)
        heard.write(b"BEGIN;\n")
        for line in said:
            if line != _ONLY_NEWER:
                heard.write(line)
            if line.startswith((b"CREATE ", b"COPY ")):
                break  # what follows is what was kept, to the letter
        shutil.copyfileobj(said, heard, 1 << 20)
        if script.wait() == 0:
            heard.write(b"COMMIT;\n")
    return script.returncode == psql.returncode == 0


def tables_in(url: str) -> list[str]:
    """The tables that are there already."""
    at = address(url)
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
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, and arguments of our own
        [_program(program), *arguments],
        env=os.environ | _told(at),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise _failed(program, at, done.stderr)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise StoreRefused(f"{name} is missing: install PostgreSQL's client programs (postgresql-client)")
    return found


def _failed(program: str, at: URL, said: str) -> StoreRefused:
    where = at.render_as_string(hide_password=True)
    return StoreRefused(f"{program} of {where} failed: {' '.join(said.split())[:500]}")


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
