"""Shapes as columns: a point to the letter, a line or an area by a point of it (see `model.row.DERIVED`)."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from shapely.errors import ShapelyError

from heritage.model.issue import IssueCode
from heritage.model.row import Row

Placed = tuple[Row, IssueCode | None]
"""The columns of a geometry, and what is wrong with it."""

_KINDS = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)
"""As shapely numbers them; the last of an array, -1, is that of no geometry."""


def nowhere(kind: str = "", fault: IssueCode | None = None) -> Placed:
    """No place: none is given, or (with a fault) none can be made out."""
    return _cells(kind), fault


def point(kind: str, x: str, y: str) -> Placed:
    """A point as the register writes it."""
    return _cells(kind, x, y), None


def shape(kind: str, make: Callable[[], shapely.Geometry]) -> Placed:
    """A representative point of a shape, which lies inside it, half the diagonal of its box, and its flaw.

    What is no shape, or has no such point, is the fault POINT_UNREADABLE. `make` may raise ValueError.
    """
    try:
        made = make()
        if made.is_empty:
            return nowhere(kind)
        left, low, right, high = made.bounds
        extent = math.hypot(right - left, high - low) / 2
        inside = made.representative_point()
        flaw = "" if made.is_valid else _flaw(made)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, OverflowError):
        return nowhere(kind, IssueCode.POINT_UNREADABLE)
    if inside.is_empty or not all(map(math.isfinite, (inside.x, inside.y, extent))):
        return nowhere(kind, IssueCode.POINT_UNREADABLE)
    cells = _cells(kind, f"{inside.x:.9f}", f"{inside.y:.9f}", f"{extent:.9f}")
    return (cells | {"geometry.flaw": flaw} if flaw else cells), None


def whole(make: Callable[[], shapely.Geometry]) -> tuple[bytes | None, IssueCode | None]:
    """The shape as WKB, valid or not; or that it is none. `make` may raise ValueError."""
    try:
        made = make()
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, OverflowError):
        return None, IssueCode.POINT_UNREADABLE
    wkb: bytes = shapely.to_wkb(made)
    return wkb, None


def _flaw(made: shapely.Geometry) -> str:
    """Why a shape is not valid (Simple Features, OGC 06-103r4, 6.1), without the place where it is not."""
    return str(shapely.is_valid_reason(made)).partition("[")[0].strip()


def _cells(kind: str, x: str = "", y: str = "", extent: str = "") -> Row:
    return {"geometry.type": kind, "geometry.x": x, "geometry.y": y, "geometry.extent": extent}


def columns(shapes: Any) -> tuple[dict[str, Any], dict[int, IssueCode]]:
    """The same for an array of shapes: columns of text, and by position what is wrong with a shape.

    Points that are alone stand for themselves, in the shortest form that is exact.
    """
    kinds = np.array([*_KINDS, ""], dtype=object)[shapely.get_type_id(shapes)]
    made: dict[str, Any] = {"geometry.type": pa.array(kinds, pa.string())}
    x, y, extent = (np.full(len(shapes), "", dtype=object) for _ in range(3))
    flaws = np.full(len(shapes), None, dtype=object)
    faults: dict[int, IssueCode] = {}
    single = shapely.get_num_geometries(shapes) == 1
    alone = np.where(single & (kinds == "MultiPoint"), shapely.get_geometry(shapes, 0), shapes)
    points = (shapely.get_type_id(alone) == 0) & ~shapely.is_empty(alone)
    drawn = np.where(points, alone, None)  # of an empty point GEOS gives no number, but an error
    exact = np.isfinite(shapely.get_x(drawn)) & np.isfinite(shapely.get_y(drawn))
    faults |= dict.fromkeys(map(int, np.flatnonzero(points & ~exact)), IssueCode.POINT_UNREADABLE)
    at = np.flatnonzero(points & exact)
    x[at] = pc.cast(pa.array(shapely.get_x(alone[at])), pa.string()).to_pylist()
    y[at] = pc.cast(pa.array(shapely.get_y(alone[at])), pa.string()).to_pylist()
    for place in map(int, np.flatnonzero(~points & ~shapely.is_missing(shapes))):
        cells, fault = shape(str(kinds[place]), partial(shapes.item, place))
        flaws[place] = cells.get("geometry.flaw")
        x[place], y[place], extent[place] = (cells[f"geometry.{name}"] for name in ("x", "y", "extent"))
        if fault:
            faults[place] = fault
    for name, texts in (("x", x), ("y", y), ("extent", extent)):
        made[f"geometry.{name}"] = pa.array(texts, pa.string())
    if any(flaws):
        made["geometry.flaw"] = pa.array(flaws, pa.string())
    return made, faults
