"""The step: what it writes, what it counts, and that a rerun on the same inputs is free."""

import json
import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.wikidata.dump import build_index
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.adapters.wikidata.parts import ItemFile
from heritage.model.tables import ITEMS, MATCHES, RECONCILED, RECORDS
from heritage.spec.dataset import DatasetSpec, Reconciliation
from heritage.spec.loader import LoadedSpec, load_spec
from heritage.steps.pair_weights import in_force
from heritage.steps.partitions import Comparison
from heritage.steps.reconcile import Judgement, Reconciled, reconcile
from teaching_examples import PLACES, Place

DATASETS = Path(__file__).parents[3] / "datasets"
SNAPSHOT = "0123456789abcdef"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def beside(store: FileStore, index: FileItemIndex) -> Comparison:
    return Comparison(store, index, load_settings(DATASETS / "_vocabularies" / "reconcile"))


def judged(now: datetime = NOW) -> Judgement:
    return Judgement(fresh_days=14, now=now)


@pytest.fixture
def spec() -> DatasetSpec:
    loaded = load_spec(DATASETS / "_world" / "world_whc" / "world_whc.yaml")
    assert isinstance(loaded, LoadedSpec)
    return loaded.spec


def records(spec: DatasetSpec, *ids: str) -> pa.Table:
    rows = [dict.fromkeys(RECORDS.names) | {"dataset": spec.id, "record_id": i, "kind": "site"} for i in ids]
    return pa.Table.from_pylist([row | {"name": "Palmyra", "lang": "en"} for row in rows], schema=RECORDS)


def test_it_writes_matches_once(spec: DatasetSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, dataset = FileStore(str(tmp_path)), spec.id
    dump = tmp_path / "dump.jsonl"
    dump.write_text(
        '{"type":"item","id":"Q5747","labels":{"en":{"language":"en","value":"Palmyra"}},"claims":{"P757":'
        '[{"rank":"normal","mainsnak":{"snaktype":"value","datatype":"external-id","datavalue":{"value":"23"}}}]}}'
    )
    build_index(str(dump), str(tmp_path), date(2026, 11, 21))
    whole = beside(store, FileItemIndex(str(tmp_path)))
    store.write_table(dataset, SNAPSHOT, "records", records(spec, "23", "1"), "one")

    counts = reconcile(spec, SNAPSHOT, whole, judged())
    assert counts == Reconciled(match=1, review=1, new=0)
    matches = store.read_table(dataset, SNAPSHOT, "matches")
    assert matches.schema == MATCHES
    assert matches["record_id"].to_pylist() == ["1", "23"]
    assert matches["qid"].to_pylist() == [None, "Q5747"]

    with monkeypatch.context() as patch:
        patch.setattr(FileItemIndex, "items", lambda *_: pytest.fail("read the index again"))
        assert reconcile(spec, SNAPSHOT, whole, judged()) == counts

    store.write_table(dataset, SNAPSHOT, "records", records(spec, "23"), "two")
    assert reconcile(spec, SNAPSHOT, whole, judged()) == Reconciled(1, 0, 0)


def test_no_column_is_loaded_that_nothing_is_compared_with(
    spec: DatasetSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, dump = FileStore(str(tmp_path)), tmp_path / "dump.jsonl"
    dump.write_text(
        '{"type":"item","id":"Q5747","labels":{"en":{"language":"en","value":"Palmyra"}},"claims":{}}'
    )
    build_index(str(dump), str(tmp_path), date(2026, 11, 21))
    index = FileItemIndex(str(tmp_path))
    store.write_table(spec.id, SNAPSHOT, "records", records(spec, "23"), "one")
    read: list[set[str]] = []
    batches = ItemFile.batches

    def noted(self: ItemFile, columns: Any = None) -> Any:
        read.append(set(columns or ITEMS.names))
        return batches(self, columns)

    monkeypatch.setattr(ItemFile, "batches", noted)
    reconcile(spec, SNAPSHOT, beside(store, index), judged())
    assert read == [set(RECONCILED)]


def test_no_record_is_new_with_an_old_index_or_a_place_abroad(spec: DatasetSpec, tmp_path: Path) -> None:
    store, dataset, dump = FileStore(str(tmp_path)), spec.id, tmp_path / "dump.jsonl"
    dump.write_text('{"type":"item","id":"Q1","labels":{"en":{"language":"en","value":"Uluru"}},"claims":{}}')
    build_index(str(dump), str(tmp_path), date(2026, 11, 21))
    index = FileItemIndex(str(tmp_path))
    store.write_table(dataset, SNAPSHOT, "records", records(spec, "23"), "one")

    def decided(now: datetime) -> tuple[Reconciled, str]:
        counts = reconcile(spec, SNAPSHOT, beside(store, index), judged(now))
        return counts, store.read_table(dataset, SNAPSHOT, "matches")["reason"][0].as_py()

    fresh, why = decided(datetime(2026, 12, 5, tzinfo=UTC))
    assert fresh == Reconciled(match=0, review=0, new=1)
    stale, told = decided(datetime(2026, 12, 5, tzinfo=UTC) + timedelta(hours=1))
    assert stale == Reconciled(match=0, review=1, new=0)
    assert told == (
        "The index of items is of 2026-11-21, more than 14 days old, so it cannot tell that there is no item "
        f"yet: refresh it. {why}"
    )
    build_index(str(dump), str(tmp_path), date(2026, 12, 5))
    assert decided(datetime(2026, 12, 6, tzinfo=UTC))[0] == fresh

    lost = pa.Table.from_pylist(
        [row | {"place_method": "abroad"} for row in records(spec, "23").to_pylist()], schema=RECORDS
    )
    store.write_table(dataset, SNAPSHOT, "records", lost, "two")
    counts, told = decided(datetime(2026, 12, 6, tzinfo=UTC))
    assert counts == Reconciled(match=0, review=1, new=0), "a place in another country is for a person"
    assert told.startswith("The register's coordinates lie in another country than it states")


@pytest.mark.parametrize(
    ("far_away", "told"),
    [
        (0, "Nothing tells that names repeat in this register: by name alone records are matched from "),
        (6, "The places of this register do not bear its names out well enough: by name alone "),
        (143, "Names alone decide nothing in this register: where its places tell, too few of the items "),
    ],
)
def test_the_log_says_whether_names_hold_in_a_register(
    spec: DatasetSpec, tmp_path: Path, caplog: pytest.LogCaptureFixture, far_away: int, told: str
) -> None:
    caplog.set_level(logging.INFO)
    begins = [
        "Ash",
        "Birch",
        "Cold",
        "Dun",
        "Elm",
        "Fox",
        "Gar",
        "Hare",
        "Ick",
        "Jed",
        "Kirk",
        "Laner",
        "Maple",
    ]
    ends = ["combe", "field", "harbour", "mere", "leigh", "ton", "sing", "wood", "worth", "burgh", "stall"]
    names = [f"{a}{b} {b.capitalize()}{a.lower()} Viaduct" for a in begins for b in ends]
    entities = [
        {
            "type": "item",
            "id": f"Q{k + 1}",
            "labels": {"en": {"language": "en", "value": f"Old {name}" if k < far_away else name}},
            "claims": {"P625": [_place(40 + k / 10 + (10 if k < far_away else 0))]},
        }
        for k, name in enumerate(names)
    ]
    store, dump = FileStore(str(tmp_path)), tmp_path / "dump.jsonl"
    dump.write_text("\n".join(map(json.dumps, entities)))
    build_index(str(dump), str(tmp_path), date(2026, 11, 21))
    rows = records(spec, *(f"{k:03}" for k in range(len(names)))).to_pylist()
    placed = [
        row | {"name": name, "lat": 40 + k / 10, "lon": 1.0}
        for k, (row, name) in enumerate(zip(rows, names, strict=True))
    ]
    table = pa.Table.from_pylist(placed, schema=RECORDS)
    store.write_table(spec.id, SNAPSHOT, "records", table, "one")
    reconcile(spec, SNAPSHOT, beside(store, FileItemIndex(str(tmp_path))), judged())
    assert told in caplog.text


def _place(lat: float) -> Any:
    value = {"latitude": lat, "longitude": 1.0, "precision": 0.0001}
    snak = {"snaktype": "value", "datatype": "globe-coordinate", "datavalue": {"value": value}}
    return {"rank": "normal", "mainsnak": snak}


def test_a_register_may_be_decided_by_weights_of_its_own(
    spec: DatasetSpec, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """They are kept for whoever explains the matches, and hold for no others."""
    caplog.set_level(logging.INFO)
    store, dataset, dump = FileStore(str(tmp_path)), spec.id, tmp_path / "dump.jsonl"
    dump.write_text("\n".join(json.dumps(entity(place)) for place in PLACES if place.qid))
    build_index(str(dump), str(tmp_path), date(2026, 11, 21))
    whole = beside(store, FileItemIndex(str(tmp_path)))
    every = dict.fromkeys(RECORDS.names) | {"dataset": dataset, "kind": "site", "lang": "en"}
    rows = [
        every
        | {"record_id": p.id, "name": p.name, "names": [{"lang": "en", "text": p.name}]}
        | {"lat": p.lat, "lon": p.lon}
        for p in PLACES
    ]
    table = pa.Table.from_pylist(rows, schema=RECORDS)
    store.write_table(dataset, SNAPSHOT, "records", table, "one")
    own = with_weights(spec, "learned_here")

    def weights() -> tuple[bool, bool]:
        settings, learned = in_force(dataset, SNAPSHOT, store=store, settings=whole.settings)
        return learned, settings.pair_model is whole.settings.pair_model

    assert weights() == (False, True)
    found = reconcile(own, SNAPSHOT, whole, judged())
    assert found.match > 100
    assert weights() == (True, False)
    assert f"Weights that {dataset} taught decide, without labels: 256 records" in caplog.text
    assert reconcile(own, SNAPSHOT, whole, judged()) == found

    reconcile(spec, SNAPSHOT, whole, judged())
    assert weights() == (False, True)
    assert "The shipped weights decide." in caplog.text

    store.write_table(dataset, SNAPSHOT, "records", table.slice(0, 9), "two")
    reconcile(own, SNAPSHOT, whole, judged())
    assert weights() == (False, True)
    assert f"The shipped weights decide: {dataset} learned none of its own, because only" in caplog.text


def with_weights(spec: DatasetSpec, weights: Literal["shipped", "learned_here"]) -> DatasetSpec:
    return spec.model_copy(update={"reconcile": Reconciliation(weights=weights)})


def entity(place: Place) -> dict[str, Any]:
    """The place's item as a dump has it."""
    point = {"latitude": place.item_lat, "longitude": place.lon, "precision": 0.0001}
    snak = {"snaktype": "value", "datatype": "globe-coordinate", "datavalue": {"value": point}}
    return {
        "type": "item",
        "id": place.qid,
        "labels": {"en": {"language": "en", "value": place.name}},
        "claims": {"P625": [{"rank": "normal", "mainsnak": snak}]},
    }
