"""Layers on the command line: run like a dataset, and checked like one."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from heritage.cli import app
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store
from register_examples import ROOT

LAYER = ROOT / "datasets" / "_layers" / "world_conflict_areas"


@pytest.fixture
def copied(here):
    shutil.copytree(LAYER, here / "datasets" / "_layers" / LAYER.name)
    return here / "datasets" / "_layers" / LAYER.name


def invoke(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_layer_runs_to_its_features_by_its_id(copied):
    asked = invoke("run", LAYER.name, "--from", copied / "samples")
    assert asked.exit_code == 1
    assert "is not used until an engineer approves it (the same run with --approve)" in asked.output
    store = snapshot_store(Settings())
    assert store.last_good(LAYER.name) is None, "nobody could confirm the source"
    done = invoke("run", LAYER.name, "--from", copied / "samples", "--approve")
    assert done.exit_code == 0, done.output
    good = store.last_good(LAYER.name)
    assert good in done.output
    assert store.read_table(LAYER.name, good, "features", ["feature_id"]).num_rows == 2


def test_a_layer_is_checked_with_its_sample(copied):
    done = invoke("source", "check", copied / f"{LAYER.name}.yaml")
    assert done.exit_code == 0, done.output
    assert "sample becomes 2 features; 1 say nothing now" in done.output
    assert "note: unverified: The body has published no such list yet" in done.output


def test_what_is_wrong_with_a_layer_is_told_with_its_line(copied):
    path = copied / f"{LAYER.name}.yaml"
    path.write_text(path.read_text().replace("  value: status", "  vlaue: status"))
    for words in (("source", "check", path), ("run", LAYER.name)):
        done = invoke(*words)
        assert done.exit_code == 1
        assert "did you mean 'value'" in done.output


def test_a_sample_with_an_unknown_value_is_told(copied):
    sample = copied / "samples" / "conflict_areas.geojson"
    content = json.loads(sample.read_text())
    content["features"][0]["properties"]["status"] = "smouldering"
    sample.write_text(json.dumps(content))
    done = invoke("source", "check", copied / f"{LAYER.name}.yaml")
    assert done.exit_code == 1
    assert "'smouldering' (1)" in done.output
