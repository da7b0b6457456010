"""Points as GeoParquet keeps them, so that any map program can open the tables."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import CRS

GEOMETRY = "geometry"
_WKB_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])


def with_geometry(table: pa.Table) -> pa.Table:
    """The same table as GeoParquet 1.1: points as WKB, EPSG:4326 in the order x, y."""
    lat = table["lat"].to_numpy(zero_copy_only=False)
    lon = table["lon"].to_numpy(zero_copy_only=False)
    points = np.empty(table.num_rows, _WKB_POINT)
    points["order"], points["type"], points["x"], points["y"] = 1, 1, lon, lat
    shapes = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(_WKB_POINT.itemsize), len(points), [None, pa.py_buffer(points.tobytes())]
    )
    wkb = pc.if_else(table["lat"].is_valid(), shapes.cast(pa.binary()), None)
    geo = {
        "version": "1.1.0",
        "primary_column": GEOMETRY,
        "columns": {
            GEOMETRY: {
                "encoding": "WKB",
                "geometry_types": ["Point"],
                "crs": CRS.from_epsg(4326).to_json_dict(),
            }
        },
    }
    table = table.append_column(pa.field(GEOMETRY, pa.binary()), wkb)
    return table.replace_schema_metadata({b"geo": json.dumps(geo).encode()})
