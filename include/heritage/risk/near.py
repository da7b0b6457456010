"""Which places lie in or near which shapes, in metres on the ellipsoid, also at the poles and across 180°.

An edge of a shape is a straight line in longitude and latitude (RFC 7946, 3.1.1), cut into pieces so short
that each lies within a metre of its chord in space. The nearest point of a shape is sought among chords, and
the distance to it is then a geodesic on WGS 84: what is told may be up to 2 m too long, and is never too
short. Inside an area the distance is 0.
"""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import Geod

_EARTH = Geod(ellps="WGS84")
_RADIUS = 6_371_008.8  # metres, the mean one; only boxes and pieces are measured by it
_FLATTEST = 6_335_400.0  # metres, the least radius of curvature: boxes made with it are never too small
_SQUASHED = _EARTH.es
_BENT = 1.0  # metres that a piece of an edge may lie beside its chord
_SHORT = 0.001  # radians of longitude and latitude together: such an edge needs no cut
_LINKS = 8  # pieces of an edge that share a box
_TOGETHER = 65_536  # places that are looked at together
_CELL, _CELL_BITS = 0.25, 12  # degrees of a cell of neighbours, and the bits that their number takes
_PAIRS = 40_000  # pairs of place and chain that are measured together


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs that are near, by position, sorted by place and shape; distances in metres, 0 inside."""

    place: np.ndarray
    shape: np.ndarray
    distance_m: np.ndarray

    def __len__(self) -> int:
        return len(self.place)


class Shapes:
    """Shapes to be laid over places again and again: `shapes` in EPSG:4326, valid and cut at 180 degrees;
    `margin_m` says of each how far from it a place is still near."""

    def __init__(self, shapes: np.ndarray, margin_m: np.ndarray) -> None:
        self._margin = np.asarray(margin_m, dtype=float)
        parts, owners = shapely.get_parts(shapes, return_index=True)
        while (shapely.get_type_id(parts) > _POLYGON).any():  # collections may hold multi-part shapes
            parts, inner = shapely.get_parts(parts, return_index=True)
            owners = owners[inner]
        areas = shapely.get_type_id(parts) == _POLYGON
        self._areas, self._area_owner = parts[areas], owners[areas]
        shapely.prepare(self._areas)
        self._inside = shapely.STRtree(self._areas)
        self._chains, self._chain_owner = _chains(parts, owners)
        self._boxes = _boxes(self._chains, self._margin[self._chain_owner])
        self._around = shapely.STRtree(_diagonals(self._boxes))
        self._in_space = _in_space(self._chains[..., 0], self._chains[..., 1])

    def near(self, lon: np.ndarray, lat: np.ndarray, precision_m: np.ndarray) -> Iterator[Near]:
        """The shapes whose margin and the place's own precision together reach from one to the other.

        Comes some places at a time, neighbours together, so that memory stays bounded; all pairs of a place
        come at once. Degrees; NaN is no place.
        """
        placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        cells = np.floor(lat[placed] / _CELL).astype(np.int32) << _CELL_BITS
        cells += np.floor(lon[placed] / _CELL).astype(np.int32)
        placed = placed[np.argsort(cells, kind="stable")]
        # Two threads at most, each with structures of its own: GEOS builds them at their first use.
        with ThreadPoolExecutor(1) as other:
            for start in range(0, len(placed), _TOGETHER):
                at = placed[start : start + _TOGETHER]
                found = self._some(lon[at], lat[at], precision_m[at], other)
                yield Near(at[found.place], found.shape, found.distance_m)

    def _some(self, lon: np.ndarray, lat: np.ndarray, precision: np.ndarray, other: Executor) -> Near:
        containing = other.submit(self._containing, lon, lat)
        place, chain = self._candidates(lon, lat, precision)
        inside = containing.result()
        unknown = ~_among(_key(place, self._chain_owner[chain]), _key(*inside))
        place, chain = place[unknown], chain[unknown]
        beside = self._measured(lon, lat, place, chain)
        reach = precision[beside.place] + self._margin[beside.shape]
        close = beside.distance_m <= reach
        places = np.concatenate([inside[0], beside.place[close]])
        shapes = np.concatenate([inside[1], beside.shape[close]])
        distances = np.concatenate([np.zeros(len(inside[0])), beside.distance_m[close]])
        order = np.lexsort((shapes, places))
        return Near(places[order], shapes[order], distances[order])

    def _containing(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        place, area = self._inside.query(shapely.points(lon, lat))
        within = shapely.contains_xy(self._areas[area], lon[place], lat[place])
        return _pair(_distinct(_key(place[within], self._area_owner[area[within]])))

    def _candidates(
        self, lon: np.ndarray, lat: np.ndarray, precision: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of place and chain whose boxes meet, also round the back of the map."""
        if not len(self._boxes):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        wide, high = _half_widths(np.abs(lat), precision)
        west, east = lon - wide, lon + wide
        turned = [np.arange(len(lon))]
        shift = [np.zeros(len(lon))]
        for turn, reaches in (
            (360.0, west + 360 <= self._boxes[:, 2].max()),
            (-360.0, east - 360 >= self._boxes[:, 0].min()),
        ):
            turned.append(np.flatnonzero(reaches))
            shift.append(np.full(len(turned[-1]), turn))
        at, by = np.concatenate(turned), np.concatenate(shift)
        corners = np.column_stack([west[at] + by, (lat - high)[at], east[at] + by, (lat + high)[at]])
        query, chain = self._around.query(_diagonals(corners))
        return _pair(_distinct(_key(at[query], chain)))

    def _measured(self, lon: np.ndarray, lat: np.ndarray, place: np.ndarray, chain: np.ndarray) -> Near:
        """The nearest point of each shape among the candidates, and the geodesic to it."""
        spots = _in_space(lon, lat)
        chord = np.empty(len(place))
        x, y = np.empty(len(place)), np.empty(len(place))
        for start in range(0, len(place), _PAIRS):
            some = slice(start, start + _PAIRS)
            ends = self._in_space[chain[some]] - spots[place[some], None, :]
            link, along, chord[some] = _nearest(ends)
            row = np.arange(len(link))
            ends_deg = self._chains[chain[some]]
            first, second = ends_deg[row, link], ends_deg[row, link + 1]
            x[some], y[some] = (first + along[:, None] * (second - first)).T
        shape = self._chain_owner[chain]
        order = np.lexsort((chord, shape, place))
        pairs = _key(place[order], shape[order])
        best = order[np.flatnonzero(np.diff(pairs, prepend=-1))]
        place, shape = place[best], shape[best]
        *_, metres = _EARTH.inv(lon[place], lat[place], x[best], y[best])
        return Near(place, shape, np.asarray(metres, dtype=float))


_POLYGON = 3  # shapely's number of the kind; higher ones have parts


def _chains(parts: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All edges and single points as chains of `_LINKS` pieces, degrees; a short one repeats its end."""
    areas = shapely.get_type_id(parts) == _POLYGON
    rings, ring_owner = shapely.get_rings(parts[areas], return_index=True)
    lines = np.concatenate([rings, parts[~areas]])
    owners = np.concatenate([owners[areas][ring_owner], owners[~areas]])
    points, line = shapely.get_coordinates(lines, return_index=True)
    points, line = _bent_enough(points, line)
    starts = np.flatnonzero(np.diff(line, prepend=-1))
    sizes = np.diff(np.append(starts, len(line)))
    chains = np.maximum(1, -(-(sizes - 1) // _LINKS))
    of_line = np.repeat(np.arange(len(starts)), chains)
    nth = np.arange(len(of_line)) - np.repeat(np.cumsum(chains) - chains, chains)
    first = starts[of_line] + nth * _LINKS
    last = starts[of_line] + sizes[of_line] - 1
    at = np.minimum(first[:, None] + np.arange(_LINKS + 1), last[:, None])
    return points[at].reshape(len(of_line), _LINKS + 1, 2), owners[line[starts]][of_line]


def _bent_enough(points: np.ndarray, line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same lines with more points, so that each piece lies within `_BENT` metres of its chord."""
    if len(points) < 2:
        return points, line
    lon, lat = np.radians(np.ascontiguousarray(points.T))
    east, north = np.abs(np.diff(lon)), np.abs(np.diff(lat))
    pieces = np.ones(len(east), dtype=np.int64)
    far = np.flatnonzero((east + north > _SHORT) & (line[1:] == line[:-1]))
    d_lon, d_lat = east[far], north[far]
    one, other = lat[far], lat[far + 1]
    low = np.where(one * other < 0, 0, np.minimum(np.abs(one), np.abs(other)))
    sine = np.sin(np.maximum(np.abs(one), np.abs(other)))
    bend = d_lat**2 + (d_lon * np.cos(low)) ** 2 + d_lon**2 * sine * np.cos(low) + 2 * d_lon * d_lat * sine
    pieces[far] = np.maximum(1, np.ceil(np.sqrt(_RADIUS / (8 * _BENT) * bend)).astype(np.int64))
    pieces = np.append(pieces, 1)
    if (pieces == 1).all():
        return points, line
    edge = np.repeat(np.arange(len(points)), pieces)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = nth / pieces[edge]
    after = points[np.minimum(edge + 1, len(points) - 1)]
    return points[edge] + share[:, None] * (after - points[edge]) * (share > 0)[:, None], line[edge]


def _boxes(chains: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """West, south, east, north of each chain with its margin; may reach beyond 180 degrees."""
    if not len(chains):
        return np.empty((0, 4))
    low, high = chains.min(axis=1), chains.max(axis=1)
    wide, tall = _half_widths(np.maximum(np.abs(low[:, 1]), np.abs(high[:, 1])), margin)
    return np.column_stack([low[:, 0] - wide, low[:, 1] - tall, high[:, 0] + wide, high[:, 1] + tall])


def _diagonals(boxes: np.ndarray) -> np.ndarray:
    """A line through each box: a tree looks at its box alone, and a line is made faster than an area."""
    lines: np.ndarray = shapely.linestrings(boxes.reshape(-1, 2, 2))
    return lines


def _half_widths(latitude: np.ndarray, metres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of longitude and latitude that a circle reaches at most around a point of this latitude (its
    absolute value); all the way round where the circle holds the pole."""
    angle = np.minimum(metres / _FLATTEST, np.pi / 2)
    reach = np.degrees(angle)
    # Geodetic latitudes are up to 0.2 degrees from those of a sphere: the wider of both.
    cosine = np.cos(np.radians(np.minimum(latitude + 0.2 * (metres > 0), 90.0)))
    polar = np.sin(angle) >= cosine
    wide = np.degrees(np.arcsin(np.sin(angle) / np.where(polar, 1.0, cosine)))
    return np.where(polar & (metres > 0), 180.0, wide), reach


def _in_space(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Metres from the centre of the earth, on WGS 84."""
    x, y = np.radians(lon), np.radians(lat)
    normal = _EARTH.a / np.sqrt(1 - _SQUASHED * np.sin(y) ** 2)
    out = np.empty((*np.shape(x), 3))
    out[..., 0] = normal * np.cos(y) * np.cos(x)
    out[..., 1] = normal * np.cos(y) * np.sin(x)
    out[..., 2] = normal * (1 - _SQUASHED) * np.sin(y)
    return out


def _nearest(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each chain, seen from its place: which link is nearest, where along it, and how far squared."""
    start, step = ends[:, :-1], np.diff(ends, axis=1)
    length = np.einsum("pld,pld->pl", step, step)
    along = -np.einsum("pld,pld->pl", start, step) / np.where(length > 0, length, 1)
    along = np.clip(along, 0, 1)
    foot = start + along[..., None] * step
    far = np.einsum("pld,pld->pl", foot, foot)
    link = far.argmin(axis=1)
    row = np.arange(len(link))
    return link, along[row, link], far[row, link]


_HALF = 32  # bits of a position in a pair


def _key(one: Any, other: Any) -> np.ndarray:
    """A pair of positions as one number, in the same order."""
    key: np.ndarray = np.asarray(one, np.int64) << _HALF | np.asarray(other, np.int64)
    return key


def _distinct(keys: np.ndarray) -> np.ndarray:
    """Sorted, each once; by sorting, which takes a third of the time of numpy's own way."""
    keys = np.sort(keys)
    return keys[np.diff(keys, prepend=-1) > 0]


def _among(keys: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of the keys are among those known, which are sorted."""
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return known[at] == keys if len(known) else np.zeros(len(keys), dtype=bool)


def _pair(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return keys >> _HALF, keys & ((1 << _HALF) - 1)
