"""Lays areas over records with Heritage Guard: from two Parquet files to the pairs that are near."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely

from heritage.risk.near import Shapes


def main(folder: Path, reach_m: float) -> None:
    start = time.perf_counter()
    records = pq.read_table(folder / "records.parquet", columns=["lon", "lat"])
    areas = pq.read_table(folder / "areas.parquet", columns=["geometry"])
    shapes = shapely.from_wkb(areas["geometry"].to_numpy())
    lon, lat = records["lon"].to_numpy(), records["lat"].to_numpy()
    found = list(Shapes(shapes, np.full(len(shapes), reach_m)).near(lon, lat, np.zeros(len(lon))))
    pairs = [
        np.concatenate(column)
        for column in zip(*((f.place, f.shape, f.distance_m) for f in found), strict=True)
    ]
    print(json.dumps({"seconds": time.perf_counter() - start, "pairs": len(pairs[0])}))


main(Path(sys.argv[1]), float(sys.argv[2]))
