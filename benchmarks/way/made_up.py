"""A made-up register of any size with its index of items, as files that the way of a record begins with.

Records and items are the multilingual synthetic set of `benchmarks/reconcile`; nothing in it is a real place.
The register tells them as a publisher would, in a CSV with a column for the names of each language.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path += [str(HERE.parent / "reconcile"), str(HERE.parent / "overlay")]
import synthetic  # noqa: E402
from files import PROPERTY  # noqa: E402
from inputs import write_inputs  # noqa: E402
from multilingual import CLASSES, LANGUAGE_CODES, LANGUAGES, PART_CLASSES  # noqa: E402

DATASET, LAYER = "world_synthetic", "world_synthetic_areas"
ITEMS_PER_RECORD = 3
AREAS = 1_000
_TERMS = {
    **dict(zip(LANGUAGES["en"]["kinds"], CLASSES, strict=True)),
    **dict(zip(LANGUAGES["en"]["parts"], PART_CLASSES, strict=True)),
}
_STATES = ["Good", "Fair", "Poor", "Very Bad"]
_CODES = {"Q145": "GB", "Q183": "DE", "Q142": "FR", "Q36": "PL", "Q212": "UA", "Q230": "GE", "Q41": "GR"}
_COLUMNS = [f"name_{code}" for code in LANGUAGE_CODES]
_FACTS: dict[str, Any] = {
    "publisher": {"name": "Made up for a measurement"},
    "maintainers": ["heritage-guard"],
    "licence": {"id": "CC0-1.0", "evidence": "https://example.org/licence"},
    "sample": "synthetic",
}


def made(folder: Path, records: int) -> Path:
    """`set` (what there is to know), `source` (what a mirror serves), `datasets` and `areas.parquet`; made
    once."""
    if not (folder / "made").exists():
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "set").exists():
            synthetic.write(folder / "set", records, ITEMS_PER_RECORD * records, identifiers=0.3)
        _register(folder)
        write_inputs(folder, 0, AREAS)
        _describe(folder)
        (folder / "made").touch()
    return folder


def _register(folder: Path) -> None:
    from heritage.adapters.world import load_world

    world = load_world(ROOT / "datasets" / "_vocabularies")
    listed = folder / "source" / "_world" / DATASET / "samples" / "list.csv"
    listed.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(3)
    terms = {item: term for term, item in _TERMS.items()}
    writer = None
    for batch in pq.ParquetFile(folder / "set" / "records.parquet").iter_batches(50_000):
        rows = pa.Table.from_batches([batch])
        inside = _inside(world, rows)
        state = np.where(rng.random(rows.num_rows) < 0.1, rng.integers(0, 4, rows.num_rows), 4)
        columns: dict[str, Any] = {"id": rows["record_id"]}
        for code in LANGUAGE_CODES:
            spoken = pc.equal(rows["lang"], code)
            columns[f"name_{code}"] = pc.if_else(spoken, rows["name"], None)
        columns |= {
            "type": _looked_up(rows["class_item"], terms),
            "municipality": rows["municipality"],
            "country": pc.if_else(pa.array(inside), _looked_up(rows["country"], _CODES), None),
            "lat": rows["lat"],
            "lon": rows["lon"],
            "state": pa.array([*_STATES, None]).take(pa.array(state)),
            "link": pc.binary_join_element_wise("https://example.org/entry/", rows["record_id"], ""),
        }
        table = pa.table(columns)
        writer = writer or pyarrow.csv.CSVWriter(listed, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def _inside(world: Any, rows: pa.Table) -> np.ndarray:
    """Rows without a point, or with one that lies in the country: the boxes of the set know no borders."""
    lat, lon = (rows[name].to_numpy(zero_copy_only=False).astype(float) for name in ("lat", "lon"))
    inside = np.isnan(lat)
    for country in _CODES:
        own = pc.equal(rows["country"], country).to_numpy(zero_copy_only=False)
        here = np.flatnonzero(own & ~np.isnan(lat))
        inside[here] = world.within(country, lat[here], lon[here])
    return inside


def _looked_up(column: Any, table: dict[str, str]) -> Any:
    return pa.array(table.values()).take(pc.index_in(column, value_set=pa.array(table)).combine_chunks())


def _describe(folder: Path) -> None:
    """The descriptions as a maintainer would write them."""
    described = {
        DATASET: _FACTS
        | {
            "id": DATASET,
            "title": "Synthetic register of seven countries",
            "kind": "monument",
            "harvest": {"protocol": "csv", "url": "https://register.invalid/list.csv"},
            "record": {
                "id": "id",
                "name": {code: f"name_{code}" for code in LANGUAGE_CODES},
                "point": {"x": "lon", "y": "lat"},
                "type": "type",
                "municipality": "municipality",
                "country": "country",
                "url": "link",
            },
            "item": {"identifier": PROPERTY, "classes": _TERMS},
            "checks": {"rows": [1, 10_000_000]},
            "risk": [{"scheme": "eamena_condition", "field": "state"}],
        },
        LAYER: _FACTS
        | {
            "id": LAYER,
            "title": "Synthetic areas",
            "kind": "layer",
            "harvest": {"protocol": "geojson", "url": "https://register.invalid/areas.geojson"},
            "layer": {
                "scheme": "conflict_area",
                "value": "status",
                "id": "id",
                "observed": "confirmed",
                "precision": 1000,
                "features": [0, 20_000],
            },
        },
    }
    for name, content in described.items():
        home = "_world" if name == DATASET else "_layers"
        path = folder / "datasets" / home / name / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    (folder / "datasets" / "_vocabularies").symlink_to(ROOT / "datasets" / "_vocabularies")
