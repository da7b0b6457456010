"""The exact-identifier baseline on a folder of `run.py`: the items that carry the record's id, no others."""

import json
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq


def main() -> None:
    folder, wanted = Path(sys.argv[1]), sys.argv[2]
    records = pq.read_table(folder / "records.parquet", columns=["record_id"]).to_pandas()
    items = pq.read_table(folder / "items.parquet", columns=["qid", "identifiers"]).to_pylist()
    started = time.perf_counter()
    carried = pd.DataFrame(
        [(i["qid"], x["value"]) for i in items for x in i["identifiers"] or () if x["property"] == wanted],
        columns=["qid", "id"],
    )
    found = records.rename(columns={"record_id": "id"}).merge(carried, on="id").assign(score=1.0)
    seconds = time.perf_counter() - started
    found[["id", "qid", "score"]].to_parquet(folder / "by_identifier.parquet", index=False)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
