"""`heritage run … --approve`: a snapshot that a check asks about, used in somebody's name."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.cli.app import app
from register_examples import csv_bytes, good_rows, loaded


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs the command until the approval, on a register whose source is unverified."""
    spec = loaded(tmp_path, unverified="No page confirms the columns.")
    (tmp_path / "list.csv").write_bytes(csv_bytes(good_rows()))
    monkeypatch.setenv("HERITAGE_DATA_URL", str(tmp_path / "data"))
    given = ["run", str(spec.path), "--from", str(tmp_path / "list.csv"), "--until", "approve"]
    return lambda *options: CliRunner().invoke(app, [*given, *options])


def checks(folder: Path) -> dict:
    (path,) = (folder / "data").rglob("checks.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_without_it_the_run_ends_with_one_sentence(run, tmp_path):
    result = run()
    assert result.exit_code == 1
    assert "is not used until an engineer approves it (the same run with --approve)" in result.stderr
    assert "Traceback" not in result.output
    assert checks(tmp_path).get("approved") is None


@pytest.mark.parametrize(("variable", "name"), [("HERITAGE_USER", "Ada"), ("LOGNAME", "amina")])
def test_the_approval_names_who_gave_it(run, tmp_path, monkeypatch, variable, name):
    monkeypatch.setenv(variable, name)
    assert run("--approve").exit_code == 0
    approved = checks(tmp_path)["approved"]
    assert (approved["by"], approved["via"]) == (name, "CLI")
    assert run().exit_code == 0, "it is approved already"
