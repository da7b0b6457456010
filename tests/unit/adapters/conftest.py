"""Real databases for the SQL adapters: a file for SQLite, a private cluster for PostgreSQL."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from heritage.adapters.database.engine import connect, upgrade


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server: HERITAGE_TEST_POSTGRESQL_URL, or a cluster of our own on a Unix socket."""
    given = os.environ.get("HERITAGE_TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    programs = _postgresql_programs()
    if programs is None:
        pytest.skip(
            "PostgreSQL is missing: apt install postgresql, or set HERITAGE_TEST_POSTGRESQL_URL to a server "
            "where databases may be created"
        )
    user = _unprivileged_user()
    with tempfile.TemporaryDirectory(prefix="heritage-pg-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        data = f"{folder}/data"
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        _run(user, folder, programs / "initdb", "-D", data, "-A", "trust", "-U", "heritage", "-E", "UTF8")
        _run(
            user, folder, programs / "pg_ctl", "-D", data, "-l", f"{folder}/log", "-o", options, "-w", "start"
        )
        try:
            yield f"postgresql+psycopg://heritage@/postgres?host={folder}"
        finally:
            _run(user, folder, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty database."""
    server = make_url(postgresql_server)
    name = f"heritage_{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty, migrated database, once on each supported server."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/heritage.db" if on_sqlite else request.getfixturevalue("postgresql_database")
    upgrade(url)
    return str(url)


@pytest.fixture
def engine(database_url: str):
    """An engine for the migrated database."""
    opened = connect(database_url)
    yield opened
    opened.dispose()


def _postgresql_programs() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return debian[-1].parent if debian else None


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str | None, folder: str, program: Path, *arguments: str) -> None:
    done = subprocess.run(
        [program, *arguments], user=user, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{program.name}: {done.stdout}{done.stderr}"
