"""What Airflow does when danger is new: events of counts alone, a webhook that is told, flagging again."""

import json
import shutil
from typing import Any

import pytest
import yaml
from dag_house import House, webhook

from heritage.adapters.database.engine import upgrade
from heritage.errors import SourceUnavailable, SpecError
from heritage.wiring.pipeline import Run, load_dataset, run_step
from heritage.wiring.risk import touched_datasets
from heritage.wiring.settings import Settings
from installation import settings_in
from register_examples import ROOT, VOCABULARIES, csv_bytes, description, good_rows, publisher

TEXT = (
    "Heritage at risk: in gb_nhle 2 sites became critical, 1 was lost. The page Risk shows what may be shown."
)
LAYER = "world_conflict_areas"
WORSE = {"dataset": "gb_nhle", "snapshot": "abc", "worse": {"critical": 2, "lost": 1}}


def connection(monkeypatch: pytest.MonkeyPatch, **facts: Any) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_TELL", json.dumps({"conn_type": "http"} | facts))


def test_the_webhook_is_told_as_json(airflow_home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from heritage.orchestration.notify import WebhookNotifier

    with webhook() as hook:
        connection(monkeypatch, host=f"{hook.url}/services", password="T0/B0/secret")
        WebhookNotifier(connection="tell", text=TEXT)({})
    assert hook.took == [("/services/T0/B0/secret", "application/json", {"text": TEXT})]


def test_a_webhook_that_takes_nothing_is_tried_again_and_its_secret_told_to_nobody(
    airflow_home: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from heritage.orchestration.notify import WebhookNotifier

    with webhook(500) as hook:
        connection(monkeypatch, host=hook.url, password="secret")
        with pytest.raises(SourceUnavailable, match=r"webhook at 127\.0\.0\.1 answered 500") as refused:
            WebhookNotifier(connection="tell", text=TEXT).notify({})
    with pytest.raises(SourceUnavailable, match="was not reached") as gone:
        WebhookNotifier(connection="tell", text=TEXT).notify({})
    for said in (str(refused.value), str(gone.value), caplog.text):
        assert "secret" not in said


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"host": "http://hooks.example.org/x"}, "no https address"),
        ({"host": "hooks.example.org", "schema": "http"}, "no https address"),
        ({"host": ""}, "no host"),
    ],
)
def test_nothing_is_told_in_the_open(airflow_home: Any, monkeypatch: Any, facts: Any, says: str) -> None:
    from heritage.orchestration.notify import WebhookNotifier

    connection(monkeypatch, **facts)
    with pytest.raises(SpecError, match=says):
        WebhookNotifier(connection="tell", text=TEXT).notify({})


def test_a_connection_that_is_missing_is_named(airflow_home: Any) -> None:
    from heritage.orchestration.notify import WebhookNotifier

    with pytest.raises(SpecError, match="no Airflow connection 'nowhere', which the settings name"):
        WebhookNotifier(connection="nowhere", text=TEXT).notify({})


@pytest.mark.parametrize(
    ("payloads", "text"),
    [
        ([WORSE], TEXT),
        ([{"dataset": "a_b", "worse": {"lost": 2}}, WORSE], "in a_b 2 were lost; in gb_nhle 2 sites"),
        ([{"dataset": "a_b", "worse": {"critical": 1}}], "in a_b 1 site became critical."),
        ([{"dataset": "a_b", "worse": {}}, {}], ""),
    ],
)
def test_people_are_told_numbers_and_nothing_by_which_a_site_is_found(payloads: Any, text: str) -> None:
    from heritage.orchestration.risk import worse_in_words

    assert text in worse_in_words(payloads)


def describe(house: House, name: str, **changes: Any) -> None:
    facts = description(id=name, **changes)
    if facts["kind"] == "at_risk":
        del facts["item"]
    path = house.folder / "datasets" / "se" / name / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")


def run(house: House, name: str, rows: list[list[str]]) -> dict[str, Any]:
    """All steps of a dataset but those that need an index."""
    settings = Settings()
    source = house.folder / f"{name}.csv"
    source.write_bytes(csv_bytes(rows))
    bound, snapshot, told = Run(load_dataset(name, settings), settings, source=source), None, {}
    for step in ("harvest", "map", "check", "approve", "flag"):
        told = run_step(step, bound, snapshot)
        snapshot = told["snapshot"]
    return told


def events(name: str) -> list[Any]:
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        found = select(AssetEvent.extra).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        return list(session.scalars(found.where(AssetModel.name == name)))


def test_new_evidence_flags_again_what_it_touches_and_tells_what_got_worse(house: House) -> None:
    house.set(**settings_in(house.folder, datasets=str(house.folder / "datasets")))
    (house.folder / "datasets").mkdir()
    (house.folder / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
    upgrade(Settings().database)
    describe(house, "se_churches")
    describe(house, "se_others", item={"identifier": "P9999"})
    for name in ("se_churches", "se_others"):
        assert run(house, name, good_rows())["worse"] == {}
    assert touched_datasets(Settings()) == [], "nobody says anything new"

    says = {"scheme": "unosat", "field": "note"}
    subjects = [{"property": "P1260", "id": "nr"}]
    describe(house, "se_damage", kind="at_risk", risk=[says], subjects=subjects, ignore=[])
    rows = [
        [*row[:5], "Destroyed" if row[0] in ("0003", "0004") else "Moderately damaged", ""]
        for row in good_rows()
    ]
    told = run(house, "se_damage", rows)
    assert (told["evidence"], told["subjects"], told["unnamed"], told["unmapped"]) == (40, 40, 0, 0)
    assert [one["dataset"] for one in touched_datasets(Settings())] == ["se_churches"]

    ran = house.run("risk")
    assert ran.state == "success", ran
    assert ran.states == {"touched": "success", "flag[0]": "success", "propose[0]": "skipped"}
    [event] = events("heritage/risk-changed")
    assert event["dataset"] == "se_churches"
    assert event["worse"] == {"critical": 2}
    assert set(event) == {"dataset", "snapshot", "worse"}
    assert house.run("risk").states == {"touched": "success", "flag": "skipped", "propose": "skipped"}
    assert len(events("heritage/risk-changed")) == 1

    with webhook() as hook:
        assert house.run("risk_changed", updated="heritage/risk-changed").states == {"tell": "skipped"}
        house.set(
            HERITAGE_NOTIFY_CONN="tell",
            AIRFLOW_CONN_TELL=json.dumps({"conn_type": "http", "host": hook.url, "password": "secret"}),
        )
        ran = house.run("risk_changed", updated="heritage/risk-changed")
    said = "Heritage at risk: in se_churches 2 sites became critical. The page Risk shows what may be shown."
    assert (ran.states, ran.xcoms) == ({"tell": "success"}, {"tell": said})
    assert hook.took == [("/secret", "application/json", {"text": said})]


def test_a_layer_is_pulled_and_used_and_whoever_depends_on_it_is_told(house: House) -> None:
    datasets = house.folder / "layers" / "datasets"
    datasets.mkdir(parents=True)
    house.set(**settings_in(house.folder / "layers", datasets=str(datasets)))
    shutil.copytree(ROOT / "datasets" / "_layers" / LAYER, datasets / "_layers" / LAYER)
    (datasets / "_vocabularies").symlink_to(VOCABULARIES)
    path = datasets / "_layers" / LAYER / f"{LAYER}.yaml"
    sample = (path.parent / "samples" / "conflict_areas.geojson").read_bytes()
    with publisher() as areas:
        areas.body = sample
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        del content["unverified"]
        content["harvest"]["url"] = f"{areas.url}/conflict_areas.geojson"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        ran = house.run(LAYER)
    assert ran.states == dict.fromkeys(("harvest", "features", "approve"), "success"), ran
    assert ran.xcoms["approve"] == {"snapshot": ran.xcoms["features"]["snapshot"]}
    assert len(events(f"heritage/risk/{LAYER}")) == 1
