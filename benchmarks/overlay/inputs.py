"""Made-up records and areas of danger, the same for every one who lays them over each other."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

_WEST, _SOUTH, _EAST, _NORTH = -10.0, 36.0, 30.0, 70.0


def write_inputs(folder: Path, records: int, areas: int) -> None:
    """`records.parquet`: most of them in 2,000 towns, as heritage is; `areas.parquet`: areas of 20 to 400
    corners, some 20 km across, as WKB."""
    rng = np.random.default_rng(1)
    towns = rng.uniform([_WEST, _SOUTH], [_EAST, _NORTH], (2000, 2))
    town = rng.integers(0, len(towns), records)
    urban = rng.random(records) < 0.7
    lon = np.where(urban, towns[town, 0] + rng.normal(0, 0.2, records), rng.uniform(_WEST, _EAST, records))
    lat = np.where(urban, towns[town, 1] + rng.normal(0, 0.1, records), rng.uniform(_SOUTH, _NORTH, records))
    ids = pa.array(np.arange(records)).cast(pa.string())
    table = {"record_id": ids, "lat": lat, "lon": lon, "precision_m": np.ones(records)}
    pq.write_table(pa.table(table), folder / "records.parquet")
    shapes = shapely.make_valid(np.array([_area(rng) for _ in range(areas)], dtype=object))
    wkb = pa.array(list(shapely.to_wkb(shapes)), pa.binary())
    pq.write_table(pa.table({"feature_id": np.arange(areas), "geometry": wkb}), folder / "areas.parquet")


def _area(rng: np.random.Generator) -> shapely.Polygon:
    x, y = rng.uniform(_WEST, _EAST), rng.uniform(_SOUTH, _NORTH)
    corners = int(rng.integers(20, 400))
    turn = np.sort(rng.uniform(0, 2 * np.pi, corners))
    bays = 1 + 0.25 * np.sin(5 * turn + rng.uniform(0, 6)) + 0.05 * rng.normal(size=corners)
    radius = rng.lognormal(-2.2, 0.6) * bays
    return shapely.Polygon(
        np.c_[x + radius * np.cos(turn) / np.cos(np.radians(y)), y + radius * np.sin(turn)]
    )
