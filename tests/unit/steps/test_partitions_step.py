"""Partitions of a large register: made by whoever is free, never twice, and gone once it is decided."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.reconcile_settings import load_settings
from heritage.model.tables import ITEMS, RECORDS
from heritage.reconcile.core import Facing
from heritage.spec.dataset import Reconciliation
from heritage.spec.loader import LoadedSpec, load_spec
from heritage.steps.partitions import compare_partition
from heritage.steps.reconcile import left_to_compare, reconcile

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
def loaded() -> LoadedSpec:
    spec = load_spec(DATASETS / "_world" / "world_whc" / "world_whc.yaml")
    assert isinstance(spec, LoadedSpec)
    return spec


@pytest.fixture
def given(tmp_path: Path, loaded: LoadedSpec) -> dict[str, Any]:
    store = FileStore(str(tmp_path))
    rows = [
        dict.fromkeys(RECORDS.names)
        | {"dataset": loaded.spec.id, "record_id": f"{k:03}", "kind": "site", "lang": "en"}
        | {"name": f"Ashcombe House {k}", "lat": 50 + k / 100, "lon": 1.0}
        for k in range(MANY)
    ]
    store.write_table(loaded.spec.id, SNAPSHOT, "records", pa.Table.from_pylist(rows, schema=RECORDS), "one")
    settings = load_settings(DATASETS / "_vocabularies" / "reconcile")
    return {"store": store, "index": Index(), "settings": settings}


JUDGED: dict[str, Any] = {"fresh_days": 14, "now": NOW}


def test_partitions_are_made_once_by_anybody_and_end_in_the_same_matches(
    loaded: LoadedSpec, given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, dataset = given["store"], loaded.spec.id
    cut = given | {"partition": PARTITION}
    counts = reconcile(loaded, SNAPSHOT, **given, **JUDGED)
    whole = store.read_table(dataset, SNAPSHOT, "matches")
    assert left_to_compare(loaded, SNAPSHOT, **cut, **JUDGED) == []  # it is reconciled already
    store.remove_tables(dataset, SNAPSHOT, "matches")
    compare_partition(loaded, SNAPSHOT, 7, **given, partition=3)  # cut otherwise, and given up

    assert left_to_compare(loaded, SNAPSHOT, **cut, **JUDGED) == [0, 1, 2, 3, 4]
    assert left_to_compare(loaded, SNAPSHOT, **given, partition=MANY, **JUDGED) == []  # small: one task
    made = compare_partition(loaded, SNAPSHOT, 3, **cut)
    assert made.number == 3
    assert made.pairs > 0
    asked: list[int] = []
    compared = Facing.pairs
    monkeypatch.setattr(
        Facing, "pairs", lambda self, first, last: asked.append(first) or compared(self, first, last)
    )
    assert compare_partition(loaded, SNAPSHOT, 3, **cut) == made  # killed and run again
    assert asked == []
    assert compare_partition(loaded, SNAPSHOT, 5, **cut).pairs == 0  # there is none
    assert reconcile(loaded, SNAPSHOT, **cut, **JUDGED) == counts
    assert asked == [0, 5, 10, 20]
    assert store.read_table(dataset, SNAPSHOT, "matches").equals(whole)
    assert list(tmp_path.rglob("pairs_*")) == []
    assert reconcile(loaded, SNAPSHOT, **cut, **JUDGED) == counts
    assert asked == [0, 5, 10, 20]


def test_a_register_that_teaches_its_own_weights_is_compared_as_a_whole(
    loaded: LoadedSpec, given: dict[str, Any]
) -> None:
    taught = loaded.spec.model_copy(update={"reconcile": Reconciliation(weights="learned_here")})
    own = LoadedSpec(taught, loaded.path)
    assert left_to_compare(own, SNAPSHOT, **given, partition=PARTITION, **JUDGED) == []
