"""`heritage run` on what a publisher can send instead of the register: one sentence and exit code 1."""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from heritage.adapters.files import FileStore
from heritage.cli import app
from installation import settings_in
from register_examples import HEADER, VOCABULARIES, Publisher, csv_bytes, good_rows, loaded, publisher

GOOD = csv_bytes(good_rows())


def rows_with(change: Callable[[list[str]], None]) -> bytes:
    """The register with ten changed rows."""
    rows = good_rows()
    for row in rows[:10]:
        change(row)
    return csv_bytes(rows)


@dataclass
class Register:
    """A publisher, an installation that knows its register, and the command over it."""

    publisher: Publisher
    env: dict[str, str]
    store: FileStore
    good: str | None = None

    def run(self, *arguments: str) -> Result:
        return CliRunner(env=self.env).invoke(app, ["run", "se_demo", "--until", "check", *arguments])


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """After a good run."""
    folder = tmp_path_factory.mktemp("register")
    handlers = logging.getLogger().handlers[:]
    with publisher() as state:
        loaded(folder / "datasets", harvest={"url": f"{state.url}/list.csv"})
        (folder / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
        env = settings_in(folder, datasets=str(folder / "datasets"))
        found = Register(state, env, FileStore(env["HERITAGE_DATA_URL"]))
        state.body = GOOD
        result = found.run()
        assert result.exit_code == 0, result.output
        found.good = found.store.last_good("se_demo")
        assert found.good is not None
        yield found
    logging.getLogger().handlers[:] = handlers


CASES = {
    "empty file": (b"", "se_demo, list.csv: The file has no rows"),
    "HTML instead of CSV": (b"<!DOCTYPE html><title>Sign in</title>", "se_demo, list.csv: .*HTML page"),
    "truncated file": (GOOD[:-25], "se_demo, list.csv, row 40: The file ends in the middle"),
    "wrong encoding": (
        csv_bytes(good_rows(), encoding="cp1252"),
        r"se_demo, list.csv: .*Byte \d+ in line 2 is not utf-8",
    ),
    "renamed column": (
        csv_bytes(good_rows(), ["nr", "benamning", *HEADER[2:]]),
        "se_demo, list.csv, field namn: .*benamning",
    ),
    "duplicate ids": (
        rows_with(lambda row: row.__setitem__(0, "0001")),
        "se_demo: .*10 id-duplicate.*se_demo, list.csv, row 1, field nr",
    ),
    "impossible coordinates": (
        rows_with(lambda row: row.__setitem__(3, "659.3")),
        "se_demo: .*10 point-impossible.*se_demo, list.csv, row 1, field lon, lat",
    ),
}


def told(result: Result) -> str:
    """The one sentence of a command that failed as it should."""
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    faults = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(faults) == 1, result.output
    assert result.stderr.splitlines()[-1] == faults[0]
    return faults[0].removeprefix("error: ")


@pytest.mark.parametrize("over", ["http", "file"])
@pytest.mark.parametrize(("body", "says"), CASES.values(), ids=CASES)
def test_bad_input_ends_in_one_sentence_and_the_last_good_snapshot_stays(
    register: Register, tmp_path: Path, body: bytes, says: str, over: str
) -> None:
    register.publisher.body = body
    (tmp_path / "list.csv").write_bytes(body)
    arguments = ["--from", str(tmp_path / "list.csv")] if over == "file" else []
    sentence = told(register.run(*arguments))
    assert re.match(says, sentence)
    assert "Anna" not in sentence, "a personal column"
    assert register.store.last_good("se_demo") == register.good
    assert register.store.read_table("se_demo", str(register.good), "records").num_rows == 40


@pytest.mark.parametrize(
    ("status", "says"),
    [(404, "the server answered 404"), (503, "could not be fetched in 4 attempts: the server answered 503")],
)
def test_a_source_that_is_gone_or_away_is_told(register: Register, status: int, says: str) -> None:
    register.publisher.status, register.publisher.headers = status, {"Retry-After": "0"}
    try:
        sentence = told(register.run())
    finally:
        register.publisher.status, register.publisher.headers = 200, {}
    assert sentence.startswith(f"se_demo: {register.publisher.url}/list.csv")
    assert says in sentence
    assert register.store.last_good("se_demo") == register.good


def test_a_missing_file_is_told(register: Register, tmp_path: Path) -> None:
    sentence = told(register.run("--from", str(tmp_path / "nowhere.csv")))
    assert re.match(r"se_demo: the file .*nowhere\.csv cannot be read: No such file", sentence)


def test_the_process_ends_the_same_way(register: Register, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"<html>")
    ran = subprocess.run(
        [
            *(sys.executable, "-c", "from heritage.cli import app; app()"),
            *("run", "se_demo", "--from", str(tmp_path / "list.csv")),
        ],
        env=os.environ | register.env | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.splitlines()[-1].startswith("error: se_demo, list.csv: ")
    assert "Traceback" not in ran.stderr


def test_afterwards_the_good_register_is_the_same_snapshot(register: Register) -> None:
    register.publisher.body = GOOD
    result = register.run()
    assert result.exit_code == 0
    assert str(register.good) in result.stdout
    assert register.store.last_good("se_demo") == register.good
