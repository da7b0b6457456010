"""What holds of every layer of danger: it is valid, its scheme speaks of exposure, and its sample runs."""

import json
import os

import jsonschema
import pytest
import yaml

from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.model.evidence import Axis
from heritage.model.tables import FEATURES
from heritage.spec.loader import LAYERS, LoadedLayer, load_layers, load_specs
from heritage.spec.schema import layer_schema
from layer_examples import ROOT, VOCABULARIES, run

FOLDER = ROOT / "datasets"
FOUND, FAILURES = load_layers(FOLDER)
SCHEMA = FOLDER / "layer_schema.json"
each = pytest.mark.parametrize("loaded", FOUND, ids=[loaded.spec.id for loaded in FOUND])


def test_every_description_is_a_layer():
    assert [str(failure) for failure in FAILURES] == []
    assert len(FOUND) == len(list((FOLDER / LAYERS).iterdir()))


def test_the_schema_beside_the_descriptions_is_current():
    made = json.dumps(layer_schema(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("HERITAGE_WRITE_EXPECTED"):
        SCHEMA.write_text(made, encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == made


@each
def test_it_is_valid_by_the_schema(loaded):
    content = yaml.safe_load(loaded.path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(layer_schema()).validate(content)
    assert not jsonschema.Draft202012Validator(layer_schema()).is_valid({**content, "titel": "x"})


def test_no_register_has_the_id_of_a_layer():
    registers, _ = load_specs(FOLDER)
    assert not {one.spec.id for one in registers} & {one.spec.id for one in FOUND}


@each
def test_the_licence_gate_knows_its_licence(loaded):
    assert YamlVocabularies(VOCABULARIES).licences().find(loaded.spec.licence.id) is not None


@each
def test_its_scheme_speaks_of_exposure_and_of_no_more_than_vulnerable(loaded):
    scheme = YamlVocabularies(VOCABULARIES).scheme(loaded.spec.layer.scheme)
    assert scheme.axis is Axis.EXPOSURE
    assert scheme.cap <= 2
    assert all(meaning.level is None or meaning.level <= scheme.cap for meaning in scheme.values)
    assert scheme.valid_days in (30, 90) if scheme.cap == 2 else scheme.valid_months == 60


@each
def test_its_sample_becomes_features_and_says_that_it_is_made_up(loaded, tmp_path):
    samples = loaded.folder / "samples"
    assert loaded.spec.sample == "synthetic"
    # A sample has fewer features than the whole: the bounds are those of a pull.
    anything = loaded.spec.layer.model_copy(update={"features": (1, 1000)})
    sample = LoadedLayer(loaded.spec.model_copy(update={"layer": anything}), loaded.path)
    store = FileStore(str(tmp_path / "data"))
    snapshot, counts = run(sample, store, samples)
    assert counts.features >= 1
    table = store.read_table(loaded.spec.id, snapshot, "features", FEATURES.names)
    assert table.schema.equals(FEATURES)
    assert run(sample, store, samples) == (snapshot, counts)
