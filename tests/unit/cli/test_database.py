"""`heritage database`: where the tables stand, up and back."""

import pytest
from typer.testing import CliRunner

from heritage.adapters.database.schema import REVISION
from heritage.cli.app import app


@pytest.fixture
def heritage(monkeypatch, tmp_path):
    monkeypatch.setenv("HERITAGE_DATA_URL", str(tmp_path))

    def run(*words):
        done = CliRunner().invoke(app, ["database", *words])
        return done.exit_code, done.output

    return run


def test_the_tables_go_up_and_back(heritage):
    assert heritage("status")[1].endswith("There are no tables yet.\n")
    assert heritage("upgrade") == (0, f"The tables are of version {REVISION} now.\n")
    assert heritage("upgrade") == (0, f"The tables are of version {REVISION} already.\n")
    assert heritage("downgrade", "0004") == (0, "The tables are of version 0004 now. Nothing was lost.\n")
    code, told = heritage("status")
    assert "* 0004  What people order about a batch" in told
    assert "  0005  What kind a round is" in told
    code, told = heritage("downgrade", "../17")
    assert (code, "there is no version '../17'" in told) == (1, True)
