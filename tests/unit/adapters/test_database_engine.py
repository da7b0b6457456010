"""Opening and migrating the database."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from heritage.adapters.database import engine as engine_module
from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.schema import REVISION
from heritage.errors import HeritageError, StoreUnavailable


def test_the_schema_names_the_newest_migration():
    folder = Path(engine_module.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == REVISION


def test_upgrading_again_and_by_several_processes_at_once_changes_nothing(database_url, engine, tmp_path):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [database_url] * 4))
    with engine.begin() as connection:
        assert connection.scalars(text("SELECT version_num FROM heritage_version")).all() == [REVISION]


def test_many_first_upgrades_at_once_make_one_database(tmp_path):
    url = f"sqlite:///{tmp_path}/new folder/first 100%.db"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [url] * 4))
    with connect(url).begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM heritage_version")) == 1
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url):
    with pytest.raises(HeritageError, match="name a file"):
        connect(url)


def test_an_unknown_database_is_refused_without_showing_the_password():
    with pytest.raises(HeritageError, match="only sqlite and postgresql") as refusal:
        connect("mysql://ada:secret@localhost/heritage")
    assert "secret" not in str(refusal.value)


def test_a_database_that_cannot_be_used_is_told_in_a_sentence_without_its_password(tmp_path):
    (tmp_path / "no.sqlite").write_text("this is no database, and long enough to be read as one " * 20)
    for url, told in [
        ("nonsense", "the address of the database cannot be read"),
        (
            "postgresql://somebody:secret@127.0.0.1:port/heritage",
            "the address of the database cannot be read",
        ),
        (f"sqlite:///{tmp_path}", "unable to open database file"),
        (f"sqlite:///{tmp_path}/no.sqlite", "file is not a database"),
        ("postgresql://somebody:secret@127.0.0.1:1/heritage", "127.0.0.1:1/heritage: cannot be used"),
    ]:
        with pytest.raises(HeritageError, match=told) as raised:
            upgrade(url)
        assert "secret" not in str(raised.value)


def test_a_database_that_is_locked_is_told_as_passing(tmp_path, monkeypatch):
    monkeypatch.setattr(engine_module, "_BUSY_SECONDS", 0)
    url = f"sqlite:///{tmp_path}/heritage.db"
    upgrade(url)
    with (
        connect(url).begin(),
        pytest.raises(StoreUnavailable, match=r"cannot be used now \(database is locked\)"),
        connect(url).begin(),
    ):
        pass
