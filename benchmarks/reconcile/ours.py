"""Reconciles a folder of `run.py` with the product and writes its answers.

The second argument is the property under which items carry the register's ids, if they do.
"""

import dataclasses
import json
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from heritage.adapters.reconcile_settings import load_settings
from heritage.reconcile import prepare, reconcile

VOCABULARIES = Path(__file__).resolve().parents[2] / "datasets" / "_vocabularies" / "reconcile"


def main() -> None:
    folder = Path(sys.argv[1])
    records, items = pq.read_table(folder / "records.parquet"), pq.read_table(folder / "items.parquet")
    settings = load_settings(VOCABULARIES)
    settings = dataclasses.replace(settings, identifier=sys.argv[2] if len(sys.argv) > 2 else None)
    reconcile(records.slice(0, 50), items.slice(0, 200), settings)  # compiles what is not compiled yet
    started = time.perf_counter()
    ready = prepare(items, settings)
    prepared = time.perf_counter()
    matches = reconcile(records, ready, settings)
    ended = time.perf_counter()
    pq.write_table(without_reasons(matches), folder / "matches.parquet")
    print(json.dumps({"seconds": ended - started, "index": prepared - started}))


def without_reasons(matches: pa.Table) -> pa.Table:
    """The decisions, and of each candidate the item and its probability."""
    batches = []
    for batch in matches.select(["record_id", "decision", "qid", "candidates"]).to_batches():
        listed = batch.column("candidates")
        few = pa.StructArray.from_arrays(
            [listed.values.field(name) for name in ("qid", "probability")], ["qid", "probability"]
        )
        columns = [*batch.columns[:3], pa.ListArray.from_arrays(listed.offsets, few)]
        batches.append(pa.RecordBatch.from_arrays(columns, batch.schema.names))
    return pa.Table.from_batches(batches)


if __name__ == "__main__":
    main()
