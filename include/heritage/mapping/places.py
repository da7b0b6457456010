"""Points as registers give them, brought to EPSG:4326 with a precision and how it was obtained."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from typing import Self

import numpy as np
import pyarrow as pa
from pyproj import CRS, Transformer

from heritage.mapping.columns import Columns, Texts
from heritage.mapping.points import Points, read_points
from heritage.model.issue import IssueCode
from heritage.spec.record import Point
from heritage.spec.thresholds import PlaceRules

METRES_PER_DEGREE = 111_320.0
_SHOWN = 80  # characters of an unreadable cell


class Method(IntEnum):
    """How a point was obtained; records say it in lower case."""

    NONE = -1
    GIVEN = 0
    SWAPPED = 1
    GRID = 2
    CENTROID = 3
    SHARED = 4
    ABROAD = 5


_METHODS = pa.array([method.name.lower() for method in Method if method >= 0], pa.string())


@dataclass(frozen=True, slots=True)
class PlaceFault:
    """Why the point of a row is rejected or noted; `row` is the position among the rows given.

    A note says nothing of where the point lies: notes are read more widely than the rows they speak of.
    """

    row: int
    code: IssueCode
    column: str
    value: str | None = None
    hint: str | None = None


@dataclass(slots=True)
class Places:
    """One entry a row. `lat`, `lon`, `precision_m` are NaN where the row gives no point; `method` are codes
    of Method."""

    lat: np.ndarray
    lon: np.ndarray
    precision_m: np.ndarray
    method: np.ndarray
    rejects: dict[int, PlaceFault] = field(default_factory=dict)
    notes: list[PlaceFault] = field(default_factory=list)

    @classmethod
    def unread(cls, rows: int) -> Self:
        """No row gives a point."""
        nothing = np.full(rows, np.nan)
        return cls(nothing, nothing.copy(), nothing.copy(), np.full(rows, Method.NONE, np.int8))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The places of rows that follow each other, as one."""
        whole = cls(
            np.concatenate([part.lat for part in parts]),
            np.concatenate([part.lon for part in parts]),
            np.concatenate([part.precision_m for part in parts]),
            np.concatenate([part.method for part in parts]),
        )
        start = 0
        for part in parts:
            faults = [replace(fault, row=start + fault.row) for fault in part.rejects.values()]
            whole.rejects.update({fault.row: fault for fault in faults})
            whole.notes += [replace(fault, row=start + fault.row) for fault in part.notes]
            start += len(part.lat)
        return whole

    def methods(self, at: np.ndarray) -> Texts:
        """How the points of the rows `at` were obtained, null where there is none."""
        codes = self.method[at]
        return _METHODS.take(pa.array(codes, mask=codes == Method.NONE))

    def note(self, rows: np.ndarray, code: IssueCode, columns: str, hint: str | None = None) -> None:
        """Notes the same of several rows."""
        self.notes += [PlaceFault(row, code, columns, hint=hint) for row in rows.tolist()]

    def drop(self, rows: np.ndarray) -> None:
        """The rows keep no point."""
        self.lat[rows] = self.lon[rows] = self.precision_m[rows] = np.nan
        self.method[rows] = Method.NONE


def read_places(point: Point | None, columns: Columns, rules: PlaceRules) -> Places:
    """The points of all rows, not yet compared with countries."""
    places = Places.unread(len(columns))
    if point is None:
        return places
    points = read_points(point, columns)
    for row, (column, text) in points.unread.items():
        places.rejects[row] = _unreadable(row, column, text)
    places.note(points.flawed, IssueCode.SHAPE_INVALID, point_columns(point))
    found = np.flatnonzero(~np.isnan(points.x.value))
    if not len(found):
        return places
    crs = CRS.from_user_input(point.crs)
    x, y = points.x.value[found], points.y.value[found]
    places.lon[found], places.lat[found] = _to_degrees(crs, x, y)
    places.precision_m[found] = np.round(_precision(points, found, point, crs, rules), 2)
    areas = Method.GRID if point.grid else Method.CENTROID
    places.method[found] = np.where(points.extent[found] > 0, areas, Method.GIVEN)
    _judge(places, points, found, point, crs)
    return places


def widen_shared(places: Places, among: np.ndarray, rules: PlaceRules, columns: str) -> None:
    """Marks points that several of the rows `among` share; their precision becomes that of an area.

    Squares of a grid are shared by nature, and their precision says so already; only those that are as
    fine as a point are looked at.
    """
    coarse = (places.method[among] == Method.GRID) & (places.precision_m[among] > rules.precision_floor_m)
    among = among[~np.isnan(places.lat[among]) & ~coarse]
    lat, lon = ((values[among] * 1e7).round().astype(np.int64) for values in (places.lat, places.lon))
    _, group, sizes = np.unique(lat * 4_000_000_000 + lon, return_inverse=True, return_counts=True)
    shared = among[sizes[group] >= rules.shared_min_records]
    places.precision_m[shared] = np.maximum(places.precision_m[shared], rules.shared_precision_m)
    kept = np.isin(places.method[shared], (Method.SWAPPED, Method.ABROAD))
    places.method[shared[~kept]] = Method.SHARED
    places.note(shared, IssueCode.POINT_SHARED, columns)


def point_columns(point: Point | None) -> str:
    """The columns of the point as a person names them."""
    return ", ".join(point.columns()) if point else ""


def _judge(places: Places, points: Points, found: np.ndarray, point: Point, crs: CRS) -> None:
    """By the figures alone: (0, 0) is no place, whole degrees are coarse, beyond the globe is impossible."""
    columns = point_columns(point)
    x, y = points.x.value[found], points.y.value[found]
    zero = (x == 0) & (y == 0)
    off = ~zero & ~((np.abs(places.lat[found]) <= 90) & (np.abs(places.lon[found]) <= 180))
    whole = crs.is_geographic & (points.extent[found] == 0) & (x % 1 == 0) & (y % 1 == 0)
    coarse = found[~zero & ~off & whole]
    places.note(found[zero], IssueCode.POINT_ZERO, columns)
    places.drop(found[zero])
    places.note(coarse, IssueCode.POINT_COARSE, columns)
    places.precision_m[coarse] = np.maximum(places.precision_m[coarse], METRES_PER_DEGREE)
    for row, x_off, y_off in zip(found[off].tolist(), x[off].tolist(), y[off].tolist(), strict=True):
        projected = crs.is_geographic and max(abs(x_off), abs(y_off)) > 360
        hint = "The numbers look projected: set record.point.crs to the register's CRS."
        places.rejects[row] = PlaceFault(
            row, IssueCode.POINT_IMPOSSIBLE, columns, f"{x_off:g}, {y_off:g}", hint if projected else None
        )


def _unreadable(row: int, column: str, text: str) -> PlaceFault:
    half = "Only one of the two coordinates is there; ask the publisher for the other."
    hint = None if text.strip() else half
    return PlaceFault(row, IssueCode.POINT_UNREADABLE, column, text[:_SHOWN], hint)


def _to_degrees(crs: CRS, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude; infinite where the projection does not reach."""
    if crs.to_epsg() == 4326:
        return x, y
    lon, lat = _transformer(crs).transform(x, y)
    return np.asarray(lon), np.asarray(lat)


@lru_cache(maxsize=16)
def _transformer(crs: CRS) -> Transformer:
    """Making one takes longer than to bring some ten thousand points to degrees."""
    return Transformer.from_crs(crs, 4326, always_xy=True)


def _precision(points: Points, found: np.ndarray, point: Point, crs: CRS, rules: PlaceRules) -> np.ndarray:
    """The finest difference the notation can tell, in metres.

    From the decimals as published; a text may have lost trailing zeros on its way, so the longer of the
    two coordinates counts, within reason.
    """
    unit = METRES_PER_DEGREE if crs.is_geographic else float(crs.axis_info[0].unit_conversion_factor)
    x, y, extent = points.x, points.y, points.extent[found]
    area = np.maximum(extent * unit, max(point.precision_m or 0, rules.precision_floor_m))
    if point.precision_m is not None:
        return np.where(extent > 0, area, point.precision_m)
    fine, coarse = np.minimum(x.step[found], y.step[found]), np.maximum(x.step[found], y.step[found])
    step = np.maximum(fine, coarse / 10**rules.dropped_zeros)
    if crs.is_geographic:
        step = np.maximum(step, _arc_step(points, found))
    else:
        tens = np.minimum(_tens(x.value[found]), _tens(y.value[found]))
        step = np.where((fine == 1) & (coarse == 1), tens, step)
    fineness: np.ndarray = np.maximum(step * unit, rules.precision_floor_m)
    return np.where(extent > 0, area, fineness)


def _arc_step(points: Points, found: np.ndarray) -> np.ndarray:
    """Many decimals of a whole number of minutes or seconds are no finer than these were; else 0.

    Asked of both coordinates with at least six decimals each, so that coincidence is out of the question.
    """
    steps = np.zeros(len(found))
    axes = (points.x, points.y)
    fine = np.minimum(*(axis.decimals[found] for axis in axes)) >= 6
    for parts in (3600, 60):
        scaled = [axis.value[found] * parts for axis in axes]
        whole = [np.abs(figures - figures.round()) <= parts * 1e-6 for figures in scaled]
        steps[fine & whole[0] & whole[1]] = 1 / parts
    return steps


def _tens(values: np.ndarray) -> np.ndarray:
    """A projected coordinate that ends in zeros comes from a coarse grid reference."""
    whole, tens = np.floor(np.abs(values)), np.ones(len(values))
    going = np.flatnonzero(whole)
    while len(going):
        going = going[whole[going] % (tens[going] * 10) == 0]
        tens[going] *= 10
    return tens
