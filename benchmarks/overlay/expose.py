"""Times the whole overlay of a stored layer over stored records, and again after one area changed.

PYTHONPATH=include python benchmarks/overlay/expose.py [--records 400000] [--areas 10000]
"""

import argparse
import resource
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from inputs import write_inputs

from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.model.tables import FEATURES
from heritage.ports.files import FetchedFile, Pulled
from heritage.spec.loader import LoadedLayer, load_layer, load_specs
from heritage.steps.overlay import expose

ROOT = Path(__file__).resolve().parent.parent.parent
_DAY = date(2026, 11, 21)


def described(folder: Path) -> LoadedLayer:
    path = folder / "world_demo" / "world_demo.yaml"
    path.parent.mkdir()
    content = yaml.safe_load(
        (ROOT / "datasets/_layers/world_conflict_areas/world_conflict_areas.yaml").read_text()
    )
    content["id"] = "world_demo"
    path.write_text(yaml.safe_dump(content))
    return load_layer(path)


def version(store: FileStore, layer: LoadedLayer, folder: Path, features: pa.Table, name: str) -> None:
    """Keeps the features as a good version of the layer."""
    file = folder / f"{name}.geojson"
    file.write_text(name)
    pulled = Pulled([FetchedFile(file.name, file, layer.spec.harvest.url)])
    capture, _ = store.capture(layer.spec, pulled, datetime(2026, 11, 21, tzinfo=UTC))
    store.write_table(layer.spec.id, capture.snapshot, "features", features.sort_by("feature_id"), name)
    store.mark_good(layer.spec.id, capture.snapshot, datetime(2026, 11, 21, tzinfo=UTC))


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the overlay of a stored layer over stored records.")
    parser.add_argument("--records", type=int, default=400_000)
    parser.add_argument("--areas", type=int, default=10_000)
    given = parser.parse_args()
    dataset = load_specs(ROOT / "datasets")[0][0]
    vocabularies = YamlVocabularies(ROOT / "datasets" / "_vocabularies")
    with tempfile.TemporaryDirectory(prefix="heritage-benchmark-") as name:
        folder = Path(name)
        write_inputs(folder, given.records, given.areas)
        layer, store = described(folder), FileStore(str(folder / "data"))
        store.write_table(
            dataset.spec.id, "s", "records", pq.read_table(folder / "records.parquet"), "records"
        )
        areas = pq.read_table(folder / "areas.parquet")
        columns = {
            "feature_id": [f"{i:05}" for i in range(areas.num_rows)],
            "geometry": areas["geometry"],
            "value": ["active"] * areas.num_rows,
            "observed": [_DAY] * areas.num_rows,
            "uncertainty_m": np.full(areas.num_rows, 1000.0),
            "url": pa.nulls(areas.num_rows, pa.string()),
        }
        features = pa.table(columns, FEATURES)
        for what, table in (
            ("all", features),
            ("one area gone", features.slice(1)),
            ("the same", features.slice(1)),
        ):
            version(
                store, layer, folder, table, what.replace(" ", "_") if what != "the same" else "one_area_gone"
            )
            start, used = time.perf_counter(), time.process_time()
            made = expose(dataset, "s", layer, store=store, vocabularies=vocabularies)
            told = f"{time.perf_counter() - start:8.1f} s, {time.process_time() - used:6.1f} s of CPU"
            again = store.read_json(dataset.spec.id, "s", "overlay_world_demo")["evaluated"]
            print(f"{what:16}{told}, {again:>9,} looked at, {made.num_rows:>9,} exposures")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


main()
