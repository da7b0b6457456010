"""Distances on the sphere and what the figures of a coordinate say about its own precision."""

import numpy as np
from scipy.spatial import cKDTree

from heritage.reconcile.jit import leaf
from heritage.reconcile.text import Flags, Floats, Ints

EARTH_M = 6_371_008.8
METRES_PER_DEGREE = 111_195.0
FINEST_M = 25.0
"""Nobody's point is better than this: a building is that large."""


def vectors(lat: Floats, lon: Floats) -> Floats:
    """Unit vectors, n × 3."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def distance_m(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats) -> Floats:
    """Great-circle distances in metres.

    >>> [round(float(d) / 1000) for d in distance_m(*(np.array([x]) for x in (0.0, 179.5, 0.0, -179.5)))]
    [111]
    """
    chord = np.linalg.norm(vectors(lat_a, lon_a) - vectors(lat_b, lon_b), axis=1)
    return np.asarray(2 * EARTH_M * np.arcsin(np.clip(chord / 2, 0, 1)))


def written_precision_m(lat: Floats, lon: Floats) -> Floats:
    """Radius in metres that the decimals allow: half a unit of the last one, at least FINEST_M.

    >>> written_precision_m(np.array([47.5, 47.5123]), np.array([7.5, 7.1])).round().tolist()
    [55598.0, 25.0]
    """
    radius = np.full(len(lat), FINEST_M)
    for decimals, unit in ((2, 0.01), (1, 0.1), (0, 1.0)):
        grid = unit / 2 if decimals < 2 else unit  # a cell's centre ends in 5: 47.5 stands for a whole degree
        radius[_multiple(lat, grid) & _multiple(lon, grid)] = unit * METRES_PER_DEGREE / 2
    return np.asarray(np.maximum(radius, FINEST_M))


def _multiple(degrees: Floats, unit: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    units = degrees / unit
    return np.asarray(np.abs(units - np.round(units)) < 1e-6)


class PointTree:
    """The points of an index, ready to be asked for the nearest."""

    def __init__(self, lat: Floats, lon: Floats, owner: Ints) -> None:
        self.owner = owner
        self.vectors = vectors(lat, lon)
        self._tree = cKDTree(self.vectors) if len(lat) else None

    def near(
        self, lat: Floats, lon: Floats, radius_m: Floats, rough: Flags, most: int, most_rough: int
    ) -> tuple[Ints, Ints]:
        """(row, point) pairs: the `most` nearest points of each row that has a place within its radius, or
        `most_rough` for rows whose place is rough."""
        found: list[tuple[Ints, Ints]] = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
        for kind, number in ((rough, most_rough), (~rough, most)):
            rows = np.flatnonzero(kind & ~np.isnan(lat))
            if self._tree is None or not len(rows):
                continue
            number = min(number, self._tree.n)
            chord, point = self._tree.query(vectors(lat[rows], lon[rows]), k=number)
            chord, point = chord.reshape(len(rows), number), point.reshape(len(rows), number)
            arc = 2 * EARTH_M * np.arcsin(np.clip(chord / 2, 0, 1))
            row, column = np.nonzero(arc <= radius_m[rows][:, None])
            found.append((rows[row].astype(np.int64), point[row, column].astype(np.int64)))
        return np.concatenate([r for r, _ in found]), np.concatenate([p for _, p in found])


@leaf
def metres_between(one: Floats, a: int, other: Floats, b: int) -> float:
    """Great-circle distance in metres of row a of some unit vectors and row b of others."""
    chord2 = (one[a, 0] - other[b, 0]) ** 2 + (one[a, 1] - other[b, 1]) ** 2 + (one[a, 2] - other[b, 2]) ** 2
    metres: float = 2 * EARTH_M * np.arcsin(min(np.sqrt(chord2) / 2, 1.0))
    return metres
