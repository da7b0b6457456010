"""Partitions of a large register: made by whoever is free, never twice, and gone once it is decided."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.reconcile_settings import load_settings
from heritage.model.tables import ITEMS, RECORDS
from heritage.reconcile.core import Facing
from heritage.spec.dataset import DatasetSpec, Reconciliation
from heritage.spec.loader import LoadedSpec, load_spec
from heritage.steps.partitions import Comparison, compare_partition
from heritage.steps.reconcile import Judgement, left_to_compare, reconcile

DATASETS = Path(__file__).parents[3] / "datasets"
SNAPSHOT = "0123456789abcdef"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
MANY, PARTITION = 23, 5


class Index:
    """Every other place has an item."""

    def version(self) -> str:
        return "2026-11-21-made-up"

    def as_of(self) -> datetime:
        return NOW

    def items(self, columns: Any = None) -> pa.Table:
        rows = [
            dict.fromkeys(ITEMS.names)
            | {"qid": f"Q{k + 1}", "labels": [{"lang": "en", "text": f"Ashcombe House {k}"}]}
            | {"points": [{"lat": 50 + k / 100, "lon": 1.0}]}
            for k in range(0, MANY, 2)
        ]
        return pa.Table.from_pylist(rows, schema=ITEMS).select(list(columns or ITEMS.names))


@pytest.fixture
def spec() -> DatasetSpec:
    loaded = load_spec(DATASETS / "_world" / "world_whc" / "world_whc.yaml")
    assert isinstance(loaded, LoadedSpec)
    return loaded.spec


@pytest.fixture
def whole(tmp_path: Path, spec: DatasetSpec) -> Comparison:
    store = FileStore(str(tmp_path))
    rows = [
        dict.fromkeys(RECORDS.names)
        | {"dataset": spec.id, "record_id": f"{k:03}", "kind": "site", "lang": "en"}
        | {"name": f"Ashcombe House {k}", "lat": 50 + k / 100, "lon": 1.0}
        for k in range(MANY)
    ]
    store.write_table(spec.id, SNAPSHOT, "records", pa.Table.from_pylist(rows, schema=RECORDS), "one")
    settings = load_settings(DATASETS / "_vocabularies" / "reconcile")
    return Comparison(store, Index(), settings)


JUDGED = Judgement(fresh_days=14, now=NOW)


def test_partitions_are_made_once_by_anybody_and_end_in_the_same_matches(
    spec: DatasetSpec, whole: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, cut = whole.store, replace(whole, partition=PARTITION)
    counts = reconcile(spec, SNAPSHOT, whole, JUDGED)
    matches = store.read_table(spec.id, SNAPSHOT, "matches")
    assert left_to_compare(spec, SNAPSHOT, cut, JUDGED) == []  # it is reconciled already
    store.remove_tables(spec.id, SNAPSHOT, "matches")
    compare_partition(spec, SNAPSHOT, 7, replace(whole, partition=3))  # cut otherwise, and given up

    assert left_to_compare(spec, SNAPSHOT, cut, JUDGED) == [0, 1, 2, 3, 4]
    assert left_to_compare(spec, SNAPSHOT, replace(whole, partition=MANY), JUDGED) == []  # small: one task
    made = compare_partition(spec, SNAPSHOT, 3, cut)
    assert made.number == 3
    assert made.pairs > 0
    asked: list[int] = []
    compared = Facing.pairs
    monkeypatch.setattr(
        Facing, "pairs", lambda self, first, last: asked.append(first) or compared(self, first, last)
    )
    assert compare_partition(spec, SNAPSHOT, 3, cut) == made  # killed and run again
    assert asked == []
    assert compare_partition(spec, SNAPSHOT, 5, cut).pairs == 0  # there is none
    assert reconcile(spec, SNAPSHOT, cut, JUDGED) == counts
    assert asked == [0, 5, 10, 20]
    assert store.read_table(spec.id, SNAPSHOT, "matches").equals(matches)
    assert list(tmp_path.rglob("pairs_*")) == []
    assert reconcile(spec, SNAPSHOT, cut, JUDGED) == counts
    assert asked == [0, 5, 10, 20]


def test_a_register_that_teaches_its_own_weights_is_compared_as_a_whole(
    spec: DatasetSpec, whole: Comparison
) -> None:
    taught = spec.model_copy(update={"reconcile": Reconciliation(weights="learned_here")})
    assert left_to_compare(taught, SNAPSHOT, replace(whole, partition=PARTITION), JUDGED) == []
