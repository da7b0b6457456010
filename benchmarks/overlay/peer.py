"""The same join in DuckDB spatial: inside in degrees, or near in metres of EPSG:3035 (Europe)."""

import json
import sys
import time
from pathlib import Path

import duckdb
import duckdb_extension_spatial

_POINT, _AREA = "ST_Point(lon, lat)", "ST_GeomFromWKB(geometry)"


def main(folder: Path, reach_m: float) -> None:
    extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("*.duckdb_extension"))
    database = duckdb.connect()
    database.execute(f"LOAD '{extension}'")
    start = time.perf_counter()
    if reach_m:
        point, area = (f"ST_Transform({one}, 'EPSG:4326', 'EPSG:3035', true)" for one in (_POINT, _AREA))
        near = f"ST_DWithin(r.g, a.g, {reach_m})"
    else:
        point, area, near = _POINT, _AREA, "ST_Intersects(r.g, a.g)"
    records = f"SELECT record_id, {point} AS g FROM '{folder}/records.parquet'"
    areas = f"SELECT feature_id, {area} AS g FROM '{folder}/areas.parquet'"
    joined = f"SELECT r.record_id, a.feature_id FROM ({records}) r JOIN ({areas}) a ON {near}"
    pairs = database.execute(joined).to_arrow_table()
    print(json.dumps({"seconds": time.perf_counter() - start, "pairs": pairs.num_rows}))


main(Path(sys.argv[1]), float(sys.argv[2]))
