"""Campaigns: the bundled ones can be used, one YAML file is enough, and what is wrong is told in words.

After a wanted change of the model: HERITAGE_WRITE_EXPECTED=1 pytest tests/contract/test_campaigns.py
"""

import json
import os
from typing import Any

import jsonschema
import pytest
import yaml

from heritage.adapters.known_answers import read_known
from heritage.errors import SpecError
from heritage.spec.campaigns import load_campaigns
from heritage.spec.loader import load_specs
from heritage.spec.schema import campaign_schema
from register_examples import ROOT

SCHEMA = ROOT / "datasets" / "campaign_schema.json"
BUNDLED = [ROOT / "datasets" / "_demo" / "campaigns", ROOT / "datasets" / "_campaigns"]
WANTED: dict[str, Any] = {
    "id": "churches",
    "title": {"en": "Churches"},
    "purpose": {"en": "To know which item each church is."},
    "guidelines": {"en": "A church is not its churchyard."},
    "kind": "match",
    "datasets": ["se_bebyggelse"],
    "opens": "2026-12-01",
    "closes": "2027-03-01",
    "goal": 500,
}


def test_the_schema_for_editors_is_current():
    made = json.dumps(campaign_schema(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("HERITAGE_WRITE_EXPECTED"):
        SCHEMA.write_text(made, encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("folder", BUNDLED, ids=["demo", "bundled"])
def test_bundled_campaigns_can_be_used(folder):
    datasets = {loaded.spec.id for loaded in load_specs(ROOT / "datasets")[0]}
    found, failures = load_campaigns(folder, datasets)
    assert failures == []
    assert len(found) == len(list(folder.glob("*.yaml")))
    for one in found:
        content = yaml.safe_load((folder / f"{one.id}.yaml").read_text(encoding="utf-8"))
        content |= {name: str(content[name]) for name in ("opens", "closes")}
        jsonschema.Draft202012Validator(campaign_schema()).validate(content)
        read_known(folder / f"{one.id}.csv")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"titel": {"en": "x"}}, "did you mean 'title'?"),
        ({"kind": "quiz"}, "kind"),
        ({"closes": "2026-11-01"}, "is not after opens"),
        ({"datasets": []}, "datasets or countries"),
        ({"datasets": ["se_bebygelse"]}, "did you mean 'se_bebyggelse'?"),
        ({"staff": {"se_nothing": ["Sam"]}}, "staff.se_nothing: there is no register 'se_nothing'"),
        ({"title": "Which?"}, "title: a text by its language is wanted: write {en: 'Which?'}"),
        ({"closes": 1}, "closes: '1' is no day: write year, month and day"),
        ({"id": "churches_2"}, "must be the name of the file"),
        ({"goal": 0}, "goal"),
        ({"gold": 0.9}, "gold"),
        ({"title": {}}, "title"),
    ],
)
def test_what_is_wrong_with_a_campaign_is_told_and_the_others_go_on(tmp_path, changes, told):
    (tmp_path / "churches.yaml").write_text(yaml.safe_dump(WANTED | changes), encoding="utf-8")
    (tmp_path / "good.yaml").write_text(yaml.safe_dump(WANTED | {"id": "good"}), encoding="utf-8")
    found, [failure] = load_campaigns(tmp_path, {"se_bebyggelse"})
    assert [one.id for one in found] == ["good"]
    assert told in str(failure)
    assert str(failure).startswith("churches.yaml: ")


def test_a_file_that_is_not_read_for_its_name_is_told(tmp_path):
    (tmp_path / "churches.yml").write_text(yaml.safe_dump(WANTED), encoding="utf-8")
    found, [failure] = load_campaigns(tmp_path)
    assert found == []
    assert str(failure) == "churches.yml: nobody reads this file: rename it to churches.yaml"


def test_known_answers_are_a_table_whose_faults_have_a_line(tmp_path):
    table = tmp_path / "churches.csv"
    assert read_known(table) == {}
    table.write_text("dataset,record_id,choice\nse_one,1,Q5\nse_one,2,none\n", encoding="utf-8")
    assert read_known(table) == {"se_one": {"1": "Q5", "2": "none"}}
    for line, told in [
        ("se_one,3,Q", "line 4: dataset, record id and choice"),
        ("se_one,1,Q6", "has another choice above"),
        (",3,Q5", "line 4"),
    ]:
        table.write_text(f"dataset,record_id,choice\nse_one,1,Q5\nse_one,2,none\n{line}\n", encoding="utf-8")
        with pytest.raises(SpecError, match=told):
            read_known(table)
    table.write_text("dataset,record_id\n", encoding="utf-8")
    with pytest.raises(SpecError, match="missing: choice"):
        read_known(table)
