"""Takes one step of the way with what `run.py` has prepared, as Airflow's task and the command do."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from heritage.adapters.files import FileStore
from heritage.adapters.wikidata.index import State, write_index
from heritage.adapters.wikidata.parts import ItemFile
from heritage.model.approval import Answer
from heritage.model.tables import FEATURES
from heritage.ports.files import FetchedFile, Pulled
from heritage.wiring.layers import find_layer
from heritage.wiring.pipeline import Run, load_dataset, run_step
from heritage.wiring.settings import Settings

DATASET, LAYER = "world_synthetic", "world_synthetic_areas"


def index(folder: Path, settings: Settings) -> Any:
    """The index as `heritage index` writes it, from items that are read already."""
    now = datetime.now(UTC)
    items = ItemFile(fsspec.filesystem("file"), str(folder / "set" / "items.parquet"))
    made = write_index([items], settings.data_url, now.date(), State(now, now))
    return {"items": made.items}


def layer(folder: Path, settings: Settings) -> Any:
    """The areas of danger as a good version of their layer."""
    found = find_layer(LAYER, settings)
    assert found is not None
    store, now = FileStore(settings.data_url), datetime.now(UTC)
    file = folder / "areas.parquet"
    capture, _ = store.capture(
        found.spec, Pulled([FetchedFile(file.name, file, found.spec.harvest.url)]), now
    )
    areas = pq.read_table(file)
    columns = {
        "feature_id": [f"{i:05}" for i in range(areas.num_rows)],
        "geometry": areas["geometry"],
        "value": ["active"] * areas.num_rows,
        "observed": [now.date()] * areas.num_rows,
        "uncertainty_m": np.full(areas.num_rows, 1000.0),
        "url": pa.nulls(areas.num_rows, pa.string()),
    }
    store.write_table(LAYER, capture.snapshot, "features", pa.table(columns, FEATURES), "made up")
    store.mark_good(LAYER, capture.snapshot, now)
    return {"areas": areas.num_rows}


def report(_: Path, settings: Settings) -> Any:
    """Everything that is proposed, ranked, with the report of it."""
    from heritage.wiring.governance import rank_and_report

    written = rank_and_report(settings)
    return {"ranked": written.ranked, "gated": written.gated}


def of_record(step: str, settings: Settings) -> Any:
    """A step of the dataset; a person lets pass what the checks ask about."""
    snapshot = None
    if step != "harvest":
        last = FileStore(settings.data_url).last_capture(DATASET)
        snapshot = last.snapshot if last else None
    run = Run(load_dataset(DATASET, settings), settings, answer=Answer(True, "benchmark", "CLI"))
    return run_step(step, run, snapshot)


def main(step: str, folder: Path) -> None:
    settings = Settings()
    own = {"index": index, "layer": layer, "report": report}
    said = own[step](folder, settings) if step in own else of_record(step, settings)
    print(json.dumps(said, default=str))


if __name__ == "__main__":
    os.environ["PYTHONUNBUFFERED"] = "1"
    main(sys.argv[1], Path(sys.argv[2]))
