"""From a layer's pull to the level of a record that lies in it, through the commands that people use."""

import json
import shutil

import pytest
import shapely
from typer.testing import CliRunner

from heritage.cli import app
from heritage.model.tables import EVIDENCE
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store
from register_examples import ROOT, VOCABULARIES

DATASET, LAYER = "nl_rijksmonumenten", "world_conflict_areas"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    datasets = tmp_path / "datasets"
    shutil.copytree(ROOT / "datasets" / "nl" / DATASET, datasets / "nl" / DATASET)
    shutil.copytree(ROOT / "datasets" / "_layers" / LAYER, datasets / "_layers" / LAYER)
    (datasets / "_vocabularies").symlink_to(VOCABULARIES)
    monkeypatch.setenv("HERITAGE_DATASETS", str(datasets))
    monkeypatch.setenv("HERITAGE_DATA_URL", str(tmp_path / "data"))
    monkeypatch.setenv("HERITAGE_SAMPLE", "true")
    return datasets


def ran(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output


def test_a_record_inside_an_area_of_conflict_is_vulnerable_and_says_why(installed):
    register, layer = installed / "nl" / DATASET, installed / "_layers" / LAYER
    (sample,) = (layer / "samples").iterdir()
    content = json.loads(sample.read_text())
    del content["features"][1:]
    content["features"][0]["geometry"] = shapely.geometry.mapping(shapely.box(3, 50, 7.5, 54))
    sample.write_text(json.dumps(content))
    ran("run", LAYER, "--from", layer / "samples")
    ran("run", DATASET, "--from", register / "samples", "--until", "flag", "--approve")
    store = snapshot_store(Settings())
    good = store.last_good(DATASET)
    table = store.read_table(DATASET, good, f"overlay_{LAYER}")
    records = store.read_table(DATASET, good, "records", ["record_id", "lat"])
    placed = records.filter(records["lat"].is_valid())["record_id"].to_pylist()
    assert table.schema.equals(EVIDENCE)
    assert table["record_id"].to_pylist() == sorted(placed)
    risk = {row["record_id"]: row for row in store.read_table(DATASET, good, "risk").to_pylist()}
    assert {risk[record]["level"] for record in placed} == {"vulnerable"}
    assert "area of active armed conflict" in risk[placed[0]]["explanation"]
