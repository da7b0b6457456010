"""The schema that editors use says the same as the model that the product goes by.

After a wanted change of the model: HERITAGE_WRITE_EXPECTED=1 pytest tests/contract/test_schema.py
"""

import json
import os

import jsonschema
import pytest
import yaml

from heritage.spec.loader import LoadedSpec, load_spec, load_specs
from heritage.spec.schema import description_schema
from register_examples import ROOT, description

PATH = ROOT / "datasets" / "schema.json"
SPECS, _ = load_specs(ROOT / "datasets")
VALIDATOR = jsonschema.Draft202012Validator(description_schema())


def test_the_schema_beside_the_descriptions_is_current():
    made = json.dumps(description_schema(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("HERITAGE_WRITE_EXPECTED"):
        PATH.write_text(made, encoding="utf-8")
    assert PATH.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("loaded", SPECS, ids=[loaded.spec.id for loaded in SPECS])
def test_every_description_is_valid_by_the_schema(loaded):
    VALIDATOR.validate(yaml.safe_load(loaded.path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "changes",
    [
        {"titel": "x"},
        {"kind": "castle"},
        {"harvest": {"encodng": "x"}},
        {"harvest": {"protocol": "carrier pigeon"}},
        {"record": {"nmae": "x"}},
        {"record": {"type": {"column": "a", "splt": ";"}}},
        {"item": {"classes": "types.xlsx"}},
        {"checks": {"fill": {"nmae": 1.0}}},
        {"reconcile": {"weights": "learnt"}},
    ],
)
def test_model_and_schema_refuse_the_same(tmp_path, changes):
    content = description(**changes)
    assert not VALIDATOR.is_valid(content)
    path = tmp_path / "se_demo.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    assert not isinstance(load_spec(path), LoadedSpec)
