"""How a real installation fares: whatever of it is away or damaged, the rest is told."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.adapters.files import FileStore
from heritage.cli.app import app
from heritage.errors import StoreUnavailable
from heritage.ports.health import Freshness, Trouble
from heritage.wiring.health import HealthPages, installation_health
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store
from installation import settings_in

BROKEN = Path("xx") / "xx_broken" / "xx_broken.yaml"


@pytest.fixture
def settings(decided_installation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two registers that were run, decided on and not uploaded, and a description that is broken."""
    folder = tmp_path / "house"
    shutil.copytree(decided_installation, folder)
    described = Path(Settings().datasets)
    datasets = folder / "datasets"
    datasets.mkdir()
    (datasets / "_vocabularies").symlink_to(described / "_vocabularies")
    for country, dataset in (("by", "by_heritage"), ("de", "de_libraries")):
        (datasets / country).mkdir()
        (datasets / country / dataset).symlink_to(described / country / dataset)
    (datasets / BROKEN).parent.mkdir(parents=True)
    (datasets / BROKEN).write_text("id: xx_broken\n", encoding="utf-8")
    for name, value in settings_in(folder, datasets=str(datasets)).items():
        monkeypatch.setenv(name, value)
    return Settings()


def test_what_runs_came_to_is_kept_and_told(settings: Settings) -> None:
    found = HealthPages(settings).health()
    by_id = {one.facts.dataset: one for one in found.registers}
    assert set(by_id) == {"by_heritage", "de_libraries"}
    [run] = by_id["by_heritage"].facts.figures
    assert (run.records, run.match + run.review + run.new) == (run.records, run.records)
    assert run.size > 10_000
    assert by_id["by_heritage"].freshness is Freshness.FRESH
    queues = {one.trouble: one for one in found.facts.queues}
    assert queues[Trouble.BACKLOG_UPLOADS].count == 0, "nothing is planned before an upload begins"
    assert found.facts.log_faults == ()
    assert found.facts.decisions > 0
    assert found.facts.broken[0][0] == "xx_broken"
    assert found.facts.index_as_of
    store = snapshot_store(settings)
    store.keep_figures("by_heritage", run)
    assert store.figures("by_heritage") == [run], "a run that came to the same is not kept again"


def test_what_is_damaged_or_away_hides_nothing_else(settings: Settings) -> None:
    data = Path(settings.data_url)
    figures = data / "by_heritage" / "figures.jsonl"
    torn = '{"snapshot": 1, "at": "never"}\n[]\n{"at": "2026-11-22T10:00:00+00:00", "snapshot": "s"}\n{"torn'
    figures.write_text(figures.read_text(encoding="utf-8") + torn, encoding="utf-8")
    [facts] = (data / "de_libraries").glob("*/capture/capture.json")
    facts.write_text("{", encoding="utf-8")
    for item in (data / "wikidata" / "index").rglob("*.parquet"):
        item.write_bytes(b"no parquet")
    away = settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"})
    found = installation_health(away)
    kinds = {one.trouble for one in found.findings}
    assert kinds >= {Trouble.DATABASE_AWAY, Trouble.STORE_DAMAGED, Trouble.BROKEN_DESCRIPTION}
    assert len(found.registers[-1].facts.figures) == 1
    assert found.facts.log_faults is None


def test_the_command_says_what_is_wrong_and_exits_with_one(settings: Settings) -> None:
    told = CliRunner().invoke(app, ["health"])
    assert told.exit_code == 1
    assert "xx_broken" in told.stdout
    assert "docs/runbook.md#broken-description" in told.stdout
    (settings.datasets / BROKEN).unlink()
    content = json.loads(CliRunner().invoke(app, ["health", "--json"]).stdout)
    assert [one["dataset"] for one in content["registers"]] == ["by_heritage", "de_libraries"]


def test_an_empty_installation_needs_nobody(tmp_path: Path) -> None:
    (tmp_path / "datasets").mkdir()
    shutil.copytree(Settings().vocabularies, tmp_path / "datasets" / "_vocabularies")
    empty = Settings(data_url=str(tmp_path / "data"), datasets=tmp_path / "datasets")
    found = installation_health(empty)
    assert [one for one in found.findings if one.trouble is not Trouble.STORAGE_FULL] == []


def test_a_bucket_that_is_away_is_asked_once_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def away(self: FileStore, dataset: str) -> str:
        asked.append(1)
        raise StoreUnavailable("s3://heritage cannot be reached")

    monkeypatch.setattr(FileStore, "last_good", away)
    found = installation_health(Settings(data_url=str(tmp_path / "data")))
    troubles = {one.trouble for one in found.findings} - {Trouble.STORAGE_FULL}  # this machine's own
    assert troubles == {Trouble.STORE_UNAVAILABLE}
    assert len(asked) == 1
    assert len(found.registers) > 50
