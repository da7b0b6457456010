"""Backup, wipe, restore of a small installation; one that is not whole, or not as it was, is no backup."""

import errno
import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from body_examples import Body, ask, ranked
from heritage.adapters.backup.databases import dump, load, tables_in
from heritage.adapters.files import FileStore
from heritage.adapters.letters import FileLetters
from heritage.cli.app import app
from heritage.errors import StoreDamaged, StoreRefused
from heritage.model.digest import digest_json
from heritage.spec.dataset import DatasetSpec
from heritage.steps.govern_standing import check_log, keep_seal
from heritage.wiring.backup import AIRFLOW, check_backup, restore_backup, take_backup
from heritage.wiring.stores import _engine, decision_store
from installation import settings_of
from postgresql_cluster import postgresql_database_in
from register_examples import description, fetched, pulled

AT = datetime(2026, 11, 21, tzinfo=UTC)
SPEC = DatasetSpec.model_validate(description())


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An installation with decisions, a capture, a letter and a report, and Airflow's database."""
    (tmp_path / "house").mkdir()
    with closing(sqlite3.connect(tmp_path / "house" / "airflow.sqlite")) as airflow:
        airflow.executescript("CREATE TABLE dag (id text); INSERT INTO dag VALUES ('governance')")
    monkeypatch.setenv(AIRFLOW, f"sqlite:///{tmp_path}/house/airflow.sqlite")
    settings = settings_of(tmp_path / "house")
    Body(_engine(settings)).run(ranked("names-c1"), ask())
    keep_seal(decision_store(settings), AT)
    FileStore(settings.data_url).capture(SPEC, pulled(fetched("a.csv", b"1")), AT)
    (tmp_path / "letter.txt").write_text("We agree.")
    FileLetters(settings.data_url).keep(tmp_path / "letter.txt")
    (settings.reports_folder / "2026").mkdir(parents=True)
    (settings.reports_folder / "2026" / "report.html").write_text("<p>report")
    return settings


def wipe(folder):
    shutil.rmtree(folder / "house")
    (folder / "house").mkdir()
    return settings_of(folder / "house")


def test_what_was_wiped_comes_back_and_goes_on(house, tmp_path, monkeypatch):
    before = {path.relative_to(tmp_path) for path in (tmp_path / "house").rglob("*.*") if path.is_file()}
    log = decision_store(house).log()
    made = take_backup(house, str(tmp_path / "kept"))
    assert list(made.databases) == ["airflow", "heritage"]
    monkeypatch.setenv(f"{AIRFLOW}_CMD", f"echo {house.database}")
    assert list(take_backup(house, str(tmp_path / "shared")).databases) == ["heritage"]
    monkeypatch.setenv(f"{AIRFLOW}_CMD", "false")
    with pytest.raises(StoreRefused, match="_CMD: false ended with 1"):
        take_backup(house, str(tmp_path / "none"))
    monkeypatch.delenv(f"{AIRFLOW}_CMD")
    settings = wipe(tmp_path)
    restore_backup(settings, str(tmp_path / "kept"))
    store = decision_store(settings)
    assert (store.log(), check_log(store), len(store.seals())) == (log, [], 1)
    with closing(sqlite3.connect(tmp_path / "house" / "airflow.sqlite")) as airflow:
        assert airflow.execute("SELECT id FROM dag").fetchall() == [("governance",)]
    after = {path.relative_to(tmp_path) for path in (tmp_path / "house").rglob("*.*") if path.is_file()}
    assert {one for one in before if "sqlite" not in one.name} <= after
    Body(_engine(settings)).run(ranked("place-c1"))
    keep_seal(store, AT)
    assert check_log(store) == []
    assert len(store.log()) == len(log) + 1


def test_a_second_backup_copies_what_is_new_and_either_can_be_put_back(house, tmp_path, monkeypatch):
    kept, objects = str(tmp_path / "kept"), tmp_path / "kept" / "objects"
    first = take_backup(house, kept)
    had = {path: path.stat().st_mtime_ns for path in objects.rglob("*") if path.is_file()}
    FileStore(house.data_url).capture(SPEC, pulled(fetched("a.csv", b"22")), AT)
    monkeypatch.setattr("heritage.wiring.backup._NAME", "later")
    second = take_backup(house, kept)
    new = {path for path in objects.rglob("*") if path.is_file()} - had.keys()
    assert all(path.stat().st_mtime_ns == at for path, at in had.items())
    assert len(new) <= 4, "two files of the capture, and a database that was asked meanwhile"
    assert len(second.files) == len(first.files) + 2
    assert {one.path for one in first.files} < {one.path for one in second.files}
    there = {path for path in (tmp_path / "house").rglob("*") if "sqlite" not in path.name}
    restored = restore_backup(wipe(tmp_path), kept, first.name)
    assert restored == first == check_backup(kept, first.name)
    assert restore_backup(wipe(tmp_path), kept) == second
    assert {path for path in (tmp_path / "house").rglob("*") if "sqlite" not in path.name} == there


def test_a_decision_made_while_the_backup_runs_breaks_nothing(house, tmp_path, monkeypatch):
    """The seals were read before it, the database after it: no seal says that the log is cut."""

    def late(url, file):
        if "airflow" in url:
            Body(_engine(house)).run(ranked("place-c1"))
            keep_seal(decision_store(house), AT)
        dump(url, file)

    monkeypatch.setattr("heritage.wiring.backup.dump", late)
    take_backup(house, str(tmp_path / "kept"))
    settings = wipe(tmp_path)
    restore_backup(settings, str(tmp_path / "kept"))
    store = decision_store(settings)
    assert (check_log(store), len(store.log()), len(store.seals())) == ([], 3, 1)


def test_nothing_is_put_back_over_what_is_there(house, tmp_path):
    kept = str(tmp_path / "kept")
    take_backup(house, kept)
    with pytest.raises(StoreRefused, match=r"airflow\.sqlite is not empty: name an empty one"):
        restore_backup(house, kept)
    settings = wipe(tmp_path)
    FileLetters(settings.data_url).keep(tmp_path / "letter.txt")
    with pytest.raises(StoreRefused, match=r"data is not empty: name another place"):
        restore_backup(settings, kept)
    with pytest.raises(StoreRefused, match="is among what is backed up: name a place elsewhere"):
        take_backup(settings, f"{settings.data_url}/kept")
    (tmp_path / "elsewhere").symlink_to(settings.data_url)
    with pytest.raises(StoreRefused, match="is among what is backed up"):
        take_backup(settings, f"{tmp_path}/elsewhere/kept")


def test_a_backup_that_was_broken_off_is_none(house, tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("heritage.wiring.backup.dump", killed)
    with pytest.raises(KeyboardInterrupt):
        take_backup(house, str(tmp_path / "kept"))
    with pytest.raises(StoreRefused, match="no backup is whole; whole are: none"):
        restore_backup(wipe(tmp_path), str(tmp_path / "kept"))


def no_room(_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_no_backup_can_be_put_back_by_is_said_before_anything_is(house, tmp_path, monkeypatch):
    for nowhere in ("", "s3://", "nonsense://x"):
        with pytest.raises(StoreRefused, match="give a folder"):
            take_backup(house, nowhere)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_room)
        with pytest.raises(OSError, match=r"No space left on device: .*kept/objects/"):
            take_backup(house, str(tmp_path / "kept"))
    monkeypatch.setattr("heritage.wiring.backup.standing", lambda _: "9999")
    take_backup(house, str(tmp_path / "kept"))
    with pytest.raises(StoreRefused, match=r"of version 9999, newer than this program, which knows \d+"):
        restore_backup(wipe(tmp_path), str(tmp_path / "kept"))


@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "list", "elsewhere"])
def test_a_backup_that_is_not_as_it_was_is_refused_before_anything_is_put_back(house, tmp_path, harm):
    made = take_backup(house, str(tmp_path / "kept"))
    one = next(file for file in made.files if file.path.endswith("a.csv"))
    [place] = (tmp_path / "kept" / "objects").rglob(one.sha256)
    manifest = tmp_path / "kept" / made.name / "manifest.json"
    if harm == "gone":
        place.unlink()
    elif harm == "list":
        manifest.write_text(manifest.read_text().replace("a.csv", "b.csv"))
    elif harm == "elsewhere":
        said = json.loads(manifest.read_text())
        said["files"][0]["path"] = "data/../../outside"
        del said["digest"]
        manifest.write_text(json.dumps(said | {"digest": digest_json(said)}))
    else:
        place.write_bytes(b"" if harm == "cut" else b"9")
    settings = wipe(tmp_path)
    with pytest.raises(StoreDamaged):
        restore_backup(settings, str(tmp_path / "kept"))
    assert list((tmp_path / "house").glob("data/*")) == []


def test_what_was_lost_of_a_backup_is_in_the_next_one_again(house, tmp_path):
    kept = str(tmp_path / "kept")
    one = next(file for file in take_backup(house, kept).files if file.path.endswith("a.csv"))
    [place] = (tmp_path / "kept" / "objects").rglob(one.sha256)
    place.write_bytes(b"9")
    with pytest.raises(StoreDamaged, match=rf"a\.csv is not what was kept: remove {place} and take another"):
        check_backup(kept)
    place.unlink()
    with pytest.raises(StoreDamaged, match=r"a\.csv is missing or not whole; take another backup"):
        check_backup(kept)
    take_backup(house, kept)
    check_backup(kept)


def test_the_commands_say_what_they_did(house, tmp_path, monkeypatch):
    for name, value in {
        "data_url": house.data_url,
        "database_url": house.database,
        "reports": house.reports,
    }.items():
        monkeypatch.setenv(f"HERITAGE_{name.upper()}", str(value))

    def said(*words):
        done = CliRunner().invoke(app, ["backup", *words, str(tmp_path / "kept")])
        return done.exit_code, " ".join(done.output.split())

    code, told = said("take")
    assert (code, "is whole: databases airflow and heritage, 5 files" in told) == (0, True)
    assert said("check")[0] == 0
    assert "is not empty" in said("restore")[1]
    wipe(tmp_path)
    code, told = said("restore")
    assert code == 0
    assert "withheld places first. The decision log is unbroken." in told


def other_pg_restore(folder, changed):
    """PATH with a program in whose script something is changed."""
    folder.mkdir()
    program = folder / "pg_restore"
    program.write_text(f'#!/bin/sh\n{shutil.which("pg_restore")} "$@" | {{ {changed}; }}\n')
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.mark.postgresql
def test_a_database_of_postgresql_comes_back_and_its_password_is_told_nobody(
    postgresql_database, postgresql_server, tmp_path, monkeypatch
):
    settings = settings_of(tmp_path, database_url=postgresql_database)
    Body(_engine(settings)).run(ranked("names-c1"))
    log = decision_store(settings).log()
    dump(postgresql_database, tmp_path / "dump")
    with postgresql_database_in(postgresql_server) as empty:
        load(empty, tmp_path / "dump")
        again = settings_of(tmp_path, database_url=empty)
        store = decision_store(again)
        assert (store.log(), check_log(store)) == (log, [])
        Body(_engine(again)).run(ranked("place-c1"))
        with pytest.raises(StoreRefused, match=r"pg_restore of .* failed: .* already exists"):
            load(empty, tmp_path / "dump")
    with postgresql_database_in(postgresql_server) as empty:
        newer = r"sed 's/^SET row_sec.*/SET transaction_timeout = 0;\n&/'"
        cut = other_pg_restore(tmp_path / "cut", "head -n 300; exit 1")
        whole = other_pg_restore(tmp_path / "17", newer)
        monkeypatch.setenv("PATH", cut)
        with pytest.raises(StoreRefused, match=r"pg_restore of .* failed"):
            load(empty, tmp_path / "dump")
        assert tables_in(empty) == [], "what was broken off left nothing"
        monkeypatch.setenv("PATH", whole)
        load(empty, tmp_path / "dump")
        assert decision_store(settings_of(tmp_path, database_url=empty)).log() == log
    with pytest.raises(StoreRefused, match=r"pg_dump of .* failed") as told:
        dump("postgresql://somebody:canary@127.0.0.1:1/heritage", tmp_path / "none")
    assert "canary" not in str(told.value)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(StoreRefused, match="pg_dump is missing"):
        dump(postgresql_database, tmp_path / "none")
