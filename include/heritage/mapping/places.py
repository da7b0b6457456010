"""Points as registers give them, brought to EPSG:4326 with a precision and how it was obtained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pyproj import CRS, Transformer

from heritage.mapping.coordinates import Number, Place, arc_step, read_number, read_pair
from heritage.mapping.world import World
from heritage.model.issue import IssueCode
from heritage.spec.record import Point
from heritage.spec.thresholds import PlaceRules

METRES_PER_DEGREE = 111_320.0
_SHOWN = 80  # characters of an unreadable cell


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
    """One entry a row. `lat`, `lon`, `precision_m` are NaN where the row gives no point."""

    lat: np.ndarray
    lon: np.ndarray
    precision_m: np.ndarray
    method: np.ndarray
    rejects: dict[int, PlaceFault] = field(default_factory=dict)
    notes: list[PlaceFault] = field(default_factory=list)

    def drop(self, row: int) -> None:
        """The row keeps no point."""
        self.lat[row] = self.lon[row] = self.precision_m[row] = np.nan
        self.method[row] = None


def read_places(
    point: Point | None, cells: Callable[[str], Sequence[str]], rows: int, rules: PlaceRules
) -> Places:
    """The points of all rows, not yet compared with countries; `cells` gives the texts of a column."""
    nothing = np.full(rows, np.nan)
    places = Places(nothing, nothing.copy(), nothing.copy(), np.full(rows, None, dtype=object))
    found = _read(point, cells, places) if point else {}
    if not point or not found:
        return places
    crs = CRS.from_user_input(point.crs)
    index = np.fromiter(found, dtype=int)
    x = np.array([place.x.value for place in found.values()])
    y = np.array([place.y.value for place in found.values()])
    places.lon[index], places.lat[index] = _to_degrees(crs, x, y)
    for i, place in found.items():
        places.precision_m[i] = round(_precision(place, point, crs, rules), 2)
        places.method[i] = "centroid" if place.extent else "given"
    _judge(places, found, point, crs)
    return places


def _judge(places: Places, found: dict[int, Place], point: Point, crs: CRS) -> None:
    """By the figures alone: (0, 0) is no place, whole degrees are coarse, beyond the globe is impossible."""
    columns = point_columns(point)
    for i, place in found.items():
        x, y = place.x.value, place.y.value
        if x == 0 and y == 0:
            places.notes.append(PlaceFault(i, IssueCode.POINT_ZERO, columns))
            places.drop(i)
        elif not (abs(places.lat[i]) <= 90 and abs(places.lon[i]) <= 180):
            projected = crs.is_geographic and max(abs(x), abs(y)) > 360
            hint = (
                "The numbers look projected: set record.point.crs to the register's CRS."
                if projected
                else None
            )
            value = f"{x:g}, {y:g}"
            places.rejects[i] = PlaceFault(i, IssueCode.POINT_IMPOSSIBLE, columns, value, hint)
        elif crs.is_geographic and not place.extent and x.is_integer() and y.is_integer():
            places.notes.append(PlaceFault(i, IssueCode.POINT_COARSE, columns))
            places.precision_m[i] = max(places.precision_m[i], METRES_PER_DEGREE)


def compare_with_countries(
    places: Places, countries: Sequence[tuple[str, ...]], world: World, rules: PlaceRules, columns: str
) -> None:
    """Proposes swaps and drops points far outside their country; each leaves a note.

    `countries` are the items of each row's countries; a row without any is not judged. A point counts as
    inside up to the tolerance, and in open sea up to the width of the territorial sea.
    """
    for i, fault in list(places.rejects.items()):
        if fault.code is IssueCode.POINT_IMPOSSIBLE and countries[i]:
            lat, lon = places.lat[i], places.lon[i]
            if abs(lon) <= 90 and abs(lat) <= 180 and _inside(lon, lat, countries[i], world, rules):
                _swap(places, i, columns)
                del places.rejects[i]
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in np.flatnonzero(~np.isnan(places.lat)).tolist():
        if countries[row] and row not in places.rejects and places.method[row] != "swapped":
            groups.setdefault(countries[row], []).append(row)
    for own, rows in groups.items():
        beyond = _metres_beyond(places.lat[rows], places.lon[rows], own, world, rules)
        for i in np.array(rows)[beyond > 0].tolist():
            lat, lon = places.lat[i], places.lon[i]
            if abs(lon) <= 90 and _inside(lon, lat, own, world, rules):
                _swap(places, i, columns)
            else:
                hint = "The record is kept without a point; check the coordinates with the publisher."
                places.notes.append(PlaceFault(i, IssueCode.POINT_OUTSIDE, columns, hint=hint))
                places.drop(i)


def widen_shared(places: Places, among: list[int], rules: PlaceRules, columns: str) -> None:
    """Marks points that several of the rows `among` share; their precision becomes that of an area."""
    points = pd.DataFrame({"lat": places.lat[among].round(7), "lon": places.lon[among].round(7)}, index=among)
    sizes = points.dropna().groupby(["lat", "lon"])["lat"].transform("size")
    for i in sizes.index[sizes >= rules.shared_min_records]:
        places.precision_m[i] = max(places.precision_m[i], rules.shared_precision_m)
        if places.method[i] != "swapped":
            places.method[i] = "shared"
        places.notes.append(PlaceFault(int(i), IssueCode.POINT_SHARED, columns))


def point_columns(point: Point) -> str:
    """The columns of the point as a person names them."""
    return ", ".join(point.columns())


def _read(point: Point, cells: Callable[[str], Sequence[str]], places: Places) -> dict[int, Place]:
    found: dict[int, Place] = {}
    if point.pair is not None:
        for i, text in enumerate(cells(point.pair)):
            if not text.strip():
                continue
            place = read_pair(text, lat_first=point.order == "lat_lon")
            if place:
                found[i] = place
            else:
                places.rejects[i] = _unreadable(i, point.pair, text)
        return found
    columns = str(point.x), str(point.y)
    extents = cells("geometry.extent") if point.x == "geometry.x" else None
    for i, (x_text, y_text) in enumerate(zip(*map(cells, columns), strict=True)):
        if not x_text.strip() and not y_text.strip():
            continue
        x, y = read_number(x_text.strip()), read_number(y_text.strip())
        if x is None or x.axis == "lat":
            places.rejects[i] = _unreadable(i, columns[0], x_text)
        elif y is None or y.axis == "lon":
            places.rejects[i] = _unreadable(i, columns[1], y_text)
        else:
            found[i] = Place(x, y, float(extents[i] or 0) if extents else 0.0)
    return found


def _unreadable(row: int, column: str, text: str) -> PlaceFault:
    half = "Only one of the two coordinates is there; ask the publisher for the other."
    hint = None if text.strip() else half
    return PlaceFault(row, IssueCode.POINT_UNREADABLE, column, text[:_SHOWN], hint)


def _to_degrees(crs: CRS, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude; infinite where the projection does not reach."""
    if crs.to_epsg() == 4326:
        return x, y
    lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(x, y)
    return np.asarray(lon), np.asarray(lat)


def _precision(place: Place, point: Point, crs: CRS, rules: PlaceRules) -> float:
    """The finest difference the notation can tell, in metres.

    From the decimals as published; a text may have lost trailing zeros on its way, so the longer of the
    two coordinates counts, within reason.
    """
    unit = METRES_PER_DEGREE if crs.is_geographic else float(crs.axis_info[0].unit_conversion_factor)
    if place.extent:
        return max(place.extent * unit, point.precision_m or 0, rules.precision_floor_m)
    if point.precision_m is not None:
        return point.precision_m
    fine, coarse = sorted((place.x.step, place.y.step))
    step = max(fine, coarse / 10**rules.dropped_zeros)
    if crs.is_geographic:
        step = max(step, arc_step(place) or 0)
    elif fine == coarse == 1:
        step = min(_tens(place.x), _tens(place.y))
    return float(max(step * unit, rules.precision_floor_m))


def _tens(number: Number) -> int:
    """A projected coordinate that ends in zeros comes from a coarse grid reference."""
    value, tens = int(abs(number.value)), 1
    while value and value % (tens * 10) == 0:
        tens *= 10
    return tens


def _inside(lat: float, lon: float, own: tuple[str, ...], world: World, rules: PlaceRules) -> bool:
    return bool(_metres_beyond(np.array([lat]), np.array([lon]), own, world, rules)[0] <= 0)


def _metres_beyond(
    lat: np.ndarray, lon: np.ndarray, own: tuple[str, ...], world: World, rules: PlaceRules
) -> np.ndarray:
    """How far beyond the tolerance points lie outside; NaN where the outline of a country is not known."""
    metres: np.ndarray = np.min([world.metres_outside(qid, lat, lon) for qid in own], axis=0)
    beyond: np.ndarray = metres - rules.border_tolerance_m - rules.outline_error_m
    at_sea = metres - rules.territorial_sea_m - rules.outline_error_m
    for i in np.flatnonzero((beyond > 0) & (at_sea <= 0)):
        if not world.on_land_of_others(own, lat[i], lon[i]):
            beyond[i] = at_sea[i]
    return beyond


def _swap(places: Places, row: int, columns: str) -> None:
    places.lat[row], places.lon[row] = places.lon[row], places.lat[row]
    places.method[row] = "swapped"
    places.notes.append(PlaceFault(row, IssueCode.POINT_SWAPPED, columns))
