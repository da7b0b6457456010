"""`heritage schedule`: the calendar on a terminal, and capacity that people change."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.cli import app
from installation import settings_in


@pytest.fixture
def heritage(decided_installation: Path, tmp_path: Path):
    folder = Path(shutil.copytree(decided_installation, tmp_path / "copy"))
    env = settings_in(folder) | {"HERITAGE_USER": "ada"}

    def run(*arguments: str, fails: bool = False) -> str:
        result = CliRunner(env=env).invoke(app, ["schedule", *arguments])
        assert result.exit_code == int(fails), result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return " ".join(result.output.split())

    return run


def test_the_calendar_shows_what_goes_when_and_why(heritage):
    assert "There is no plan yet" in heritage(fails=True)
    assert "plan for which wiki?" in heritage("--now", fails=True)
    shown = heritage("--now", "--target", "sandbox")
    assert "Plan for sandbox" in shown
    assert "German ISIL registry" in shown
    assert heritage() in shown


def test_capacity_is_changed_field_by_field_and_told_as_it_stands(heritage):
    assert "nobody has entered any" in heritage("capacity")
    heritage("capacity", "--hours", "24", "--open-requests", "3", "--mean-hours", "2")
    shown = heritage("capacity", "--week", "2026-W52", "--hours", "0", "--why", "holidays")
    assert "entered by ada" in shown
    for line in ("hours_per_week: 24.0", "open_requests: 3", "2026-W52: hours: 0.0 why: holidays"):
        assert line in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--hours", "-3"], "hours_per_week: write a number of 0 or more"),
        (["--hours", "nan"], "hours_per_week: write a number, as 2.5"),
        (["--week", "2026-W60", "--hours", "1"], "there is no week 2026-W60"),
        (["--week", "2026-W50", "--reserve", "1"], "--reserve is for all weeks"),
    ],
)
def test_what_cannot_be_is_one_sentence(heritage, arguments, told):
    assert told in heritage("capacity", *arguments, fails=True)


def test_capacity_comes_from_a_file_as_a_whole(heritage, tmp_path):
    file = tmp_path / "capacity.yaml"
    file.write_text(
        "edits_per_week: 500\nhours_per_week: 6\nfreezes:\n- first: 2026-12-21\n  last: 2027-01-03\n"
    )
    assert "freezes.0.why: is missing" in heritage("capacity", "--file", str(file), fails=True)
    file.write_text(file.read_text() + "  why: holidays\n")
    assert "why: holidays" in heritage("capacity", "--file", str(file))
    file.write_text("- 3")
    assert "write the fields of the capacity" in heritage("capacity", "--file", str(file), fails=True)


def test_a_sample_is_entered_beside_what_stands(heritage):
    heritage("capacity", "--hours", "24")
    assert "It goes on." in heritage("sample", "de_libraries", "--looked-at", "300", "--wrong", "3")
    assert "It waits" in heritage("sample", "de_libraries", "--looked-at", "100", "--wrong", "0")
    assert "did you mean 'de_libraries'" in heritage(
        "sample", "de_library", "--looked-at", "1", "--wrong", "0", fails=True
    )
    assert "hours_per_week: 24.0" in heritage("capacity")
