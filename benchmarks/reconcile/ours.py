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
from heritage.reconcile import answers, prepare, reconcile

VOCABULARIES = Path(__file__).resolve().parents[2] / "datasets" / "_vocabularies" / "reconcile"


def main() -> None:
    folder = Path(sys.argv[1])
    records, items = pq.read_table(folder / "records.parquet"), pq.read_table(folder / "items.parquet")
    settings = load_settings(VOCABULARIES)
    settings = dataclasses.replace(settings, identifier=sys.argv[2] if len(sys.argv) > 2 else None)
    reconcile(records.slice(0, 50), items.slice(0, 200), settings)  # compiles what is not compiled yet
    started = time.perf_counter()
    ready = prepare(items, settings)
    del items
    prepared = time.perf_counter()
    parts = [without_reasons(part) for part in answers(records, ready, settings).parts()]
    ended = time.perf_counter()
    pq.write_table(pa.concat_tables(parts), folder / "matches.parquet")
    print(json.dumps({"seconds": ended - started, "index": prepared - started}))


def without_reasons(matches: pa.Table) -> pa.Table:
    """The decisions, and of each candidate the item and its probability."""
    listed = matches["candidates"].combine_chunks()
    few = pa.StructArray.from_arrays(
        [listed.values.field(name) for name in ("qid", "probability")], ["qid", "probability"]
    )
    return matches.set_column(
        matches.schema.get_field_index("candidates"),
        "candidates",
        pa.ListArray.from_arrays(listed.offsets, few),
    ).select(["record_id", "decision", "qid", "candidates"])


if __name__ == "__main__":
    main()
