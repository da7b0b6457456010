"""`heritage publish-snapshot` over a register that was run."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.cli.app import app
from heritage.wiring.publishing import publishable_datasets
from heritage.wiring.settings import Settings
from installation import settings_in


@pytest.fixture
def place(decided_installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an installation with two registers publishes."""
    shutil.copytree(decided_installation, tmp_path / "house")
    place = tmp_path / "open"
    given = settings_in(
        tmp_path / "house", published_url=str(place), published_address="https://open.example"
    )
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return place


def test_a_register_is_published_where_the_settings_say(place: Path) -> None:
    assert publishable_datasets(Settings()) == ["by_heritage", "de_libraries"]
    told = CliRunner().invoke(app, ["publish-snapshot", "by_heritage"])
    assert (told.exit_code, "records are published as version" in told.stdout) == (0, True), told.output
    assert "are published already" in CliRunner().invoke(app, ["publish-snapshot", "by_heritage"]).stdout
    package = json.loads((place / "by_heritage" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["name"] == "by-heritage"
    turtle = (place / "by_heritage" / "catalogue.ttl").read_text(encoding="utf-8")
    assert f"<https://open.example/by_heritage/{package['version']}/records.csv>" in turtle


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--to", "{data}"], "holds the snapshots themselves"),
        (["--to", "file://{data}/"], "holds the snapshots themselves"),
        (["--address", "ftp://x"], "is no address"),
        (["--to", "nowhere://x"], "nowhere"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(place: Path, given: list[str], says: str) -> None:
    asked = [one.format(data=Settings().data_url) for one in given]
    told = CliRunner().invoke(app, ["publish-snapshot", "by_heritage", *asked])
    assert told.exit_code == 1
    assert says in told.stderr
