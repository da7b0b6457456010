"""Real databases for the SQL adapters: a file for SQLite, a private cluster for PostgreSQL."""

from pathlib import Path

import pytest

from heritage.adapters.database.engine import connect, upgrade


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
