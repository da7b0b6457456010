"""A first look at a snapshot: some records, where they lie, what was rejected and which terms are open."""

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heritage.disclosure.gate import place_for_export, publishable
from heritage.model.evidence import Level
from heritage.model.tables import RISK
from heritage.ports.files import SnapshotStore
from heritage.ports.preview import OpenTerm, Preview, Shown
from heritage.spec.loader import LoadedSpec

_RECORDS = 10
_FIELDS = ("type", "class_item", "designation", "designation_item", "municipality", "address", "inception",
           "designated", "url", "place_method")  # fmt: skip


def preview(
    loaded: LoadedSpec, snapshot: str, *, store: SnapshotStore, source: str, bundled: bool
) -> Preview:
    """What a person sees of a mapped and flagged snapshot; nothing is shown that may not be published.

    `source` says in words where the rows came from, `bundled` that they are the bundled sample.
    """
    spec = loaded.spec
    records = store.read_table(spec.id, snapshot, "records")
    risk = RISK.empty_table()
    if spec.proposes:
        risk = store.read_table(spec.id, snapshot, "risk", ["record_id", "disclosure", "area_degrees"])
    rejected = store.read_table(spec.id, snapshot, "rejected", ["code", "reason"]).to_pylist()
    first = {row["code"]: row["reason"] for row in reversed(rejected)}
    counts = Counter(row["code"] for row in rejected)
    terms = store.read_table(spec.id, snapshot, "terms")
    notes = store.read_json(spec.id, snapshot, "notes")
    return Preview(
        spec.id,
        spec.title,
        spec.unverified,
        bundled and spec.sample == "synthetic",
        source,
        records.num_rows,
        {code: (number, first[code]) for code, number in counts.most_common()},
        {code: (number, notes["examples"][code][0]) for code, number in notes["counts"].items()},
        _shown(publishable(records, risk)),
        _open(terms),
        place_for_export(records, risk),
        None if spec.proposes else _says(spec.id, snapshot, store),
    )


def _says(dataset: str, snapshot: str, store: SnapshotStore) -> dict[Level, int]:
    """The worst first."""
    said = store.read_table(dataset, snapshot, "evidence", ["level", "cap"])
    levels: Counter[Any] = Counter(
        pc.min_element_wise(said["level"], said["cap"]).to_pylist()  # a cap is how far a source may go
    )
    return {Level.of(number): levels[number] for number in sorted(levels, reverse=True)}


def _shown(records: pa.Table) -> list[Shown]:
    """Records from the whole length of the register, not only its beginning."""
    places = np.unique(np.linspace(0, max(records.num_rows - 1, 0), _RECORDS).astype(int))
    some = records.take(places) if records.num_rows else records
    return [Shown(row["record_id"], _texts(row), row["withheld"]) for row in some.to_pylist()]


def _texts(row: dict[str, Any]) -> dict[str, str]:
    names = {f"name ({name['lang']})": name["text"] for name in reversed(row["names"] or [])}
    texts = dict(reversed(names.items()))
    if row["lat"] is not None:
        texts["point"] = f"{row['lat']:.5f}, {row['lon']:.5f} ± {row['precision_m']:,.0f} m"
    texts |= {field: str(row[field]) for field in _FIELDS if row[field] is not None}
    if row["image"]:
        texts["image"] = f"{row['image']['file']} ({row['image']['licence'] or 'licence not stated'})"
    if row["links"]:
        texts["links"] = ", ".join(row["links"])
    return texts


def _open(terms: pa.Table) -> list[OpenTerm]:
    unmapped = terms.filter(pc.is_null(terms["item"]))
    return [OpenTerm(row["key"], row["column"], row["term"], row["records"]) for row in unmapped.to_pylist()]
