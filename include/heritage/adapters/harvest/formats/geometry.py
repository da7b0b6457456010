"""Shapes as columns: a point to the letter, a line or an area by a point of it (see `model.row.DERIVED`)."""

import math
from collections.abc import Callable

import shapely
from shapely.errors import ShapelyError

from heritage.model.issue import IssueCode
from heritage.model.row import Row

Placed = tuple[Row, IssueCode | None]
"""The columns of a geometry, and what is wrong with it."""


def nowhere(kind: str = "", fault: IssueCode | None = None) -> Placed:
    """No place: none is given, or (with a fault) none can be made out."""
    return _cells(kind), fault


def point(kind: str, x: str, y: str) -> Placed:
    """A point as the register writes it."""
    return _cells(kind, x, y), None


def shape(kind: str, make: Callable[[], shapely.Geometry]) -> Placed:
    """A representative point of a shape, which lies inside it, and half the diagonal of its box.

    What is no shape, or has no such point, is the fault POINT_UNREADABLE. `make` may raise ValueError.
    """
    try:
        made = make()
        if made.is_empty:
            return nowhere(kind)
        left, low, right, high = made.bounds
        extent = math.hypot(right - left, high - low) / 2
        inside = made.representative_point()
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, OverflowError):
        return nowhere(kind, IssueCode.POINT_UNREADABLE)
    if inside.is_empty or not all(map(math.isfinite, (inside.x, inside.y, extent))):
        return nowhere(kind, IssueCode.POINT_UNREADABLE)
    return _cells(kind, f"{inside.x:.9f}", f"{inside.y:.9f}", f"{extent:.9f}"), None


def _cells(kind: str, x: str = "", y: str = "", extent: str = "") -> Row:
    return {"geometry.type": kind, "geometry.x": x, "geometry.y": y, "geometry.extent": extent}
