"""Reconciles a folder of `run.py` with the product and writes its answers."""

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
    reconcile(records.slice(0, 50), items.slice(0, 200), settings)  # compiles what is not compiled yet
    started = time.perf_counter()
    ready = prepare(items, settings)
    prepared = time.perf_counter()
    matches = reconcile(records, ready, settings)
    ended = time.perf_counter()
    answers = [
        {"id": row["record_id"], "qid": candidate["qid"], "score": candidate["probability"],
         "decision": row["decision"]}
        for batch in matches.select(["record_id", "decision", "candidates"]).to_batches(max_chunksize=50_000)
        for row in batch.to_pylist()
        for candidate in row["candidates"]
    ]  # fmt: skip
    decisions = matches.select(["record_id", "decision", "qid"])
    pq.write_table(decisions, folder / "decisions.parquet")
    schema = pa.schema(
        [("id", pa.string()), ("qid", pa.string()), ("score", pa.float64()), ("decision", pa.string())]
    )
    pq.write_table(pa.Table.from_pylist(answers, schema=schema), folder / "heritage_guard.parquet")
    print(json.dumps({"seconds": ended - started, "index": prepared - started}))


if __name__ == "__main__":
    main()
