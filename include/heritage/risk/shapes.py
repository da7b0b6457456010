"""Shapes as sources draw them become shapes that can be measured: in degrees, valid, cut at 180 degrees."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer

from heritage.model.issue import IssueCode

_DEGREES = CRS.from_epsg(4326)
_STEP_M = 10_000.0  # a longer edge of a projected shape is not straight in degrees: it gets more points
_NEARLY = 1e-6  # degrees that a projection may be off at a pole or at the end of the map
_WORLD = shapely.box(-180, -90, 180, 90)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One shape a feature, None where `faults` says why there is none.

    `mended` crossed themselves or were else not valid, `cut` crossed 180 degrees.
    """

    shapes: np.ndarray
    faults: dict[int, IssueCode]
    mended: np.ndarray
    cut: np.ndarray


def draw(shapes: np.ndarray, crs: str) -> Drawn:
    """The shapes in EPSG:4326, two-dimensional, valid, between -180 and 180 degrees.

    Longitudes up to 360 are understood, also as 0 to 360, and an edge that is longer than half the map is one
    that crosses 180 degrees. An edge of a projected shape is kept within a few metres of where it was.
    """
    shapes = shapely.force_2d(np.array(shapes, dtype=object))
    faults: dict[int, IssueCode] = {}
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    _refuse(shapes, missing, IssueCode.SHAPE_MISSING, faults)
    stated = CRS.from_user_input(crs)
    if stated.is_projected:
        _refuse(shapes, _look_like_degrees(shapes), IssueCode.SHAPE_OUTSIDE, faults)
    shapes = _in_degrees(shapes, stated)
    west, south, east, north = shapely.bounds(shapes).T
    odd = ~shapely.is_missing(shapes) & ~_finite(shapes)
    off = (south < -90 - _NEARLY) | (north > 90 + _NEARLY) | (west < -360 - _NEARLY) | (east > 360 + _NEARLY)
    _refuse(shapes, odd | off, IssueCode.SHAPE_OUTSIDE, faults)
    crossing = _jumping(shapes) | (west < -180 - _NEARLY) | (east > 180 + _NEARLY)
    crossing &= ~shapely.is_missing(shapes)
    for place in np.flatnonzero(crossing):
        shapes[place] = _cut(shapes[place])
    shapes = _onto_the_map(shapes)
    mended = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes))
    shapes[mended] = shapely.make_valid(shapes[mended], method="structure", keep_collapsed=True)
    gone = ~shapely.is_missing(shapes) & shapely.is_empty(shapes)
    _refuse(shapes, gone, IssueCode.SHAPE_MISSING, faults)
    return Drawn(shapes, faults, mended, crossing)


def _refuse(shapes: np.ndarray, those: np.ndarray, code: IssueCode, faults: dict[int, IssueCode]) -> None:
    shapes[those] = None
    faults.update(dict.fromkeys(map(int, np.flatnonzero(those)), code))


def _look_like_degrees(shapes: np.ndarray) -> np.ndarray:
    """Which shapes lie within as many metres of the origin as the world has degrees. Nothing does in truth:
    maps have it far outside of what they show."""
    west, south, east, north = shapely.bounds(shapes).T
    inside: np.ndarray = (west >= -360) & (east <= 360) & (south >= -90) & (north <= 90)
    return inside


def _in_degrees(shapes: np.ndarray, crs: CRS) -> np.ndarray:
    if crs == _DEGREES:
        return shapes
    if crs.is_projected:
        whole = _finite(shapes)
        shapes[whole] = shapely.segmentize(shapes[whole], _STEP_M / crs.axis_info[0].unit_conversion_factor)
    turn = Transformer.from_crs(crs, _DEGREES, always_xy=True)
    return np.asarray(
        shapely.transform(shapes, lambda points: np.column_stack(turn.transform(*points.T))), dtype=object
    )


def _finite(shapes: np.ndarray) -> np.ndarray:
    """Which are shapes all of whose coordinates are numbers; a box passes over some that are not."""
    points, of = shapely.get_coordinates(shapes, return_index=True)
    whole: np.ndarray = ~shapely.is_missing(shapes)
    whole[of[~np.isfinite(points).all(axis=1)]] = False
    return whole


def _onto_the_map(shapes: np.ndarray) -> np.ndarray:
    """What a projection put a hair's breadth off the map is put back on it."""
    return np.asarray(
        shapely.transform(shapes, lambda points: np.clip(points, [-180, -90], [180, 90])), dtype=object
    )


def _jumping(shapes: np.ndarray) -> np.ndarray:
    """Which shapes have an edge longer than half the map. One as long as the map lies along its end."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    areas = shapely.get_type_id(parts) == _POLYGON
    lines = np.concatenate([rings, parts[~areas]])
    of = np.concatenate([of[part], of[~areas]])
    points, line = shapely.get_coordinates(lines, return_index=True)
    steps = np.abs(np.diff(points[:, 0]))
    found = np.zeros(len(shapes), dtype=bool)
    found[of[line[1:][(line[1:] == line[:-1]) & _crosses(steps)]]] = True
    return found


_POLYGON = 3  # shapely's number of the kind


def _crosses(steps: np.ndarray) -> np.ndarray:
    across: np.ndarray = (np.abs(steps) > 180) & (np.abs(steps) < 360 - _NEARLY)
    return across


def _cut(shape: Any) -> Any:
    """The same shape on the map from -180 to 180 degrees, in as many parts as that takes."""
    pieces = [piece for part in _simple(shape) for piece in _on_the_map(_unrolled(part))]
    return shapely.union_all(pieces) if pieces else None


def _simple(shape: Any) -> Iterator[Any]:
    for part in shapely.get_parts(shape):
        if hasattr(part, "geoms"):
            yield from _simple(part)
        else:
            yield part


def _unrolled(part: Any) -> Any:
    """The part on a map without an end, where its edges run on over 180 degrees."""
    if part.geom_type == "Point":
        return part
    if part.geom_type != "Polygon":
        return shapely.linestrings(_run_on(shapely.get_coordinates(part)))
    outside = _closed(_run_on(shapely.get_coordinates(part.exterior)))
    middle = (outside[:, 0].min() + outside[:, 0].max()) / 2
    holes = []
    for ring in part.interiors:
        points = _run_on(shapely.get_coordinates(ring))
        points[:, 0] += 360 * np.round((middle - points[:, 0].mean()) / 360)
        holes.append(points)
    area = shapely.polygons(outside, [shapely.linearrings(hole) for hole in holes] or None)
    return shapely.make_valid(area, method="structure", keep_collapsed=True)


def _run_on(points: np.ndarray) -> np.ndarray:
    steps = np.diff(points[:, 0])
    turns = np.where(_crosses(steps), -360 * np.round(steps / 360), 0)
    turned = points.copy()
    turned[1:, 0] += np.cumsum(turns)
    return turned


def _closed(ring: np.ndarray) -> np.ndarray:
    """A ring that ends a whole turn from where it began lies round a pole, which is in it."""
    if abs(ring[-1, 0] - ring[0, 0]) < 180:
        return ring
    pole = float(np.copysign(90, ring[:, 1].mean()))
    return np.vstack([ring, [ring[-1, 0], pole], [ring[0, 0], pole], ring[0]])


def _on_the_map(shape: Any) -> Iterator[Any]:
    west, _, east, _ = shapely.bounds(shape)
    for turn in range(int(np.floor((west + 180) / 360)), int(np.floor((east + 180) / 360)) + 1):
        moved = shapely.transform(shape, lambda points, by=turn: points - [360 * by, 0])
        piece = shapely.intersection(moved, _WORLD)
        if not piece.is_empty and shapely.get_dimensions(piece) == shapely.get_dimensions(shape):
            yield piece
