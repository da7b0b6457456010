"""A PostgreSQL server of the tests' own, on a Unix socket: nothing of the system's is used or changed."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


@contextmanager
def postgresql_cluster() -> Iterator[str]:
    """The URL of a server: HERITAGE_TEST_POSTGRESQL_URL, or a cluster of our own."""
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


@contextmanager
def postgresql_database_in(server_url: str) -> Iterator[str]:
    """The URL of an empty database, which is gone afterwards."""
    server = make_url(server_url)
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
