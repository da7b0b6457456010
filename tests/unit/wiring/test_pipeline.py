"""The steps as Airflow and the command line bind them: what they tell, and which description they take."""

import json
import logging
from pathlib import Path

import pytest

from heritage.errors import SpecError
from heritage.model.approval import Answer
from heritage.steps.refresh_index import Way
from heritage.wiring.item_index import refresh_index
from heritage.wiring.pipeline import Run, load_dataset, run_step
from heritage.wiring.settings import Settings
from heritage.wiring.way import Step
from heritage.wiring.wiki_account import WikiAccount
from installation import DATASETS
from register_examples import csv_bytes, good_rows, loaded


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_url=str(tmp_path / "data"), datasets=DATASETS)


def test_what_a_step_tells_is_small_and_free_of_the_registers_words(
    tmp_path: Path, settings: Settings
) -> None:
    """It goes into an XCom, which everybody sees who may see the DAG."""
    rows = good_rows()
    rows[3][5] = "SECRET tomb at the old well"
    source = tmp_path / "list.csv"
    source.write_bytes(csv_bytes(rows))
    spec = loaded(tmp_path, ignore=[], risk=[{"scheme": "unesco_danger", "field": "note"}])
    (tmp_path / "items.jsonl").write_text('{"id": "Q1", "type": "item", "labels": {}}\n')
    refresh_index(settings, Way.DUMP, str(tmp_path / "items.jsonl"))
    answer = Answer(True, "Ada", "tests")  # so many words that nobody knows are asked about
    run, snapshot, told = Run(spec, settings, source=source, answer=answer), None, {}
    for step in Step:
        told[step] = run_step(step, run, snapshot)
        snapshot = told[step]["snapshot"]
    assert told["flag"]["unmapped"] == 2
    assert {one["snapshot"] for one in told.values()} == {snapshot}
    text = json.dumps(told)
    assert len(text) < 2000
    assert "SECRET" not in text
    assert "Kyrka" not in text


def test_only_the_harvest_starts_without_a_snapshot(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(ValueError, match="map needs the snapshot of a harvest"):
        run_step("map", Run(loaded(tmp_path), settings), None)


@pytest.mark.parametrize("name", ["by_heritage", str(DATASETS / "by" / "by_heritage" / "by_heritage.yaml")])
def test_a_dataset_is_found_by_its_id_or_by_its_file(settings: Settings, name: str) -> None:
    assert load_dataset(name, settings).spec.id == "by_heritage"


def test_an_unknown_dataset_is_told_with_the_one_that_may_be_meant(settings: Settings) -> None:
    with pytest.raises(SpecError, match=r"no dataset 'by_heritge' in .*did you mean by_heritage"):
        load_dataset("by_heritge", settings)


@pytest.mark.parametrize("by_file", [True, False])
def test_a_broken_description_is_told_with_its_faults(tmp_path: Path, by_file: bool) -> None:
    path = tmp_path / "se" / "se_demo" / "se_demo.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("id: se_demo\ntitel: Demo\n")
    settings = Settings(datasets=tmp_path)
    with pytest.raises(SpecError, match=r"^se_demo.yaml: .*titel: unknown key, did you mean 'title'"):
        load_dataset(str(path) if by_file else "se_demo", settings)


def test_an_index_needs_a_dump(settings: Settings) -> None:
    with pytest.raises(SpecError, match="set HERITAGE_WIKIDATA_DUMP"):
        refresh_index(settings)


def test_an_account_does_not_show_its_password(caplog: pytest.LogCaptureFixture) -> None:
    account = WikiAccount("https://wiki.example/w/api.php", "Bot@heritage", "sandbox", "pass-word-of-the-bot")
    logging.getLogger(__name__).error("%s %r", account, account)
    assert "pass-word-of-the-bot" not in caplog.text + repr(account)
    assert "Bot@heritage" in caplog.text
