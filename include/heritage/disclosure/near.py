"""Which places of two tables lie near each other, of those that have a key in common."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from heritage.disclosure.grid import METRES_PER_DEGREE, Degrees
from heritage.disclosure.names import Positions
from heritage.disclosure.words import fold

_APART = 2_000.0  # degrees between the maps of two keys
_ROUNDING = 1e-5  # degrees
_AT_ONCE = 100_000


@dataclass(frozen=True)
class Places:
    """Where records are: degrees, NaN where unknown; how far each reaches, in metres; the number of the
    municipality, -1 where unknown."""

    lat: Degrees
    lon: Degrees
    reach_m: Degrees
    municipality: Positions

    @classmethod
    def both(cls, one: pa.Table, other: pa.Table, largest_m: float) -> "tuple[Places, Places]":
        """Of two tables with municipality, lat, lon, precision_m, numbered alike."""
        said = pa.chunked_array([*one["municipality"].chunks, *other["municipality"].chunks], pa.string())
        encoded = said.combine_chunks().dictionary_encode()
        folded = [fold(text) or None for text in encoded.dictionary.to_pylist()]
        numbers = pd.factorize(pd.Series([*folded, None], dtype=object))[0]  # the last for what is unknown
        areas = numbers[encoded.indices.fill_null(-1).to_numpy()].astype(np.int64)
        at = one.num_rows
        return cls._of(one, largest_m, areas[:at]), cls._of(other, largest_m, areas[at:])

    @classmethod
    def _of(cls, table: pa.Table, largest_m: float, areas: Positions) -> "Places":
        lat, lon, precision = (
            table[name].to_numpy().astype(np.float64) for name in ("lat", "lon", "precision_m")
        )
        unknown = np.isnan(lat) | np.isnan(lon)
        reach = np.minimum(np.nan_to_num(precision), largest_m)
        return cls(np.where(unknown, np.nan, lat), np.where(unknown, np.nan, lon), reach, areas)

    def known(self, rows: Positions) -> np.ndarray:
        """Which of the rows have coordinates."""
        return ~np.isnan(self.lat[rows])


def metres(lat: Degrees, lon: Degrees, other_lat: Degrees, other_lon: Degrees) -> Degrees:
    """How far places are from others, good enough for some kilometres."""
    east = ((other_lon - lon + 180) % 360 - 180) * np.cos(np.radians(lat))
    return np.asarray(np.hypot(other_lat - lat, east) * METRES_PER_DEGREE, dtype=np.float64)


def near(
    one: pd.DataFrame, other: pd.DataFrame, places: tuple[Places, Places], radius_m: float
) -> pd.DataFrame:
    """Pairs (columns i, j, key) of rows of `one` (columns i, key) and `other` (columns j, key) with the same
    key whose places are within the radius beyond the reach of both; where a place is unknown, in the same
    municipality."""
    mine, theirs = places
    placed, others_placed = mine.known(one["i"].to_numpy()), theirs.known(other["j"].to_numpy())
    left = one.assign(area=mine.municipality[one["i"]])
    right = other.assign(area=theirs.municipality[other["j"]])
    left, right = left[left["area"] >= 0], right[right["area"] >= 0]
    left_placed, right_placed = mine.known(left["i"].to_numpy()), theirs.known(right["j"].to_numpy())
    found = [
        _on_the_map(one[placed], other[others_placed], mine, theirs, radius_m),
        left[~left_placed].merge(right, on=["key", "area"]),
        left[left_placed].merge(right[~right_placed], on=["key", "area"]),
    ]
    return pd.concat([pairs[["i", "j", "key"]] for pairs in found], ignore_index=True)


def _on_the_map(
    one: pd.DataFrame, other: pd.DataFrame, mine: Places, theirs: Places, radius_m: float
) -> pd.DataFrame:
    """Each key has a map of its own, and all maps lie side by side on one sheet."""
    i, j = one["i"].to_numpy(), other["j"].to_numpy()
    keys = one["key"].to_numpy()
    tree = shapely.STRtree(
        shapely.points(_around(theirs.lon[j]) + _APART * other["key"].to_numpy(), theirs.lat[j])
    )
    farthest = radius_m + mine.reach_m[i] + theirs.reach_m[j].max(initial=0.0)
    high = farthest / METRES_PER_DEGREE + _ROUNDING
    wide = np.minimum(high / np.maximum(np.cos(np.radians(mine.lat[i])), 1e-9), 180.0)
    lon = _around(mine.lon[i])
    found = []
    for turn in (0.0, 360.0, -360.0):  # what lies across the 180th meridian
        rows = np.flatnonzero((lon + turn - wide <= 180) & (lon + turn + wide >= -180))
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            x, y = lon[some] + turn + _APART * keys[some], mine.lat[i[some]]
            boxes = shapely.box(x - wide[some], y - high[some], x + wide[some], y + high[some])
            at, hit = tree.query(boxes)
            a, b = i[some[at]], j[hit]
            allowed = radius_m + mine.reach_m[a] + theirs.reach_m[b]
            close = metres(mine.lat[a], mine.lon[a], theirs.lat[b], theirs.lon[b]) <= allowed
            found.append(pd.DataFrame({"i": a, "j": b, "key": keys[some[at]]})[close])
    return pd.concat(found) if found else pd.DataFrame({"i": i[:0], "j": j[:0], "key": keys[:0]})


def _around(lon: Degrees) -> Degrees:
    turned: Degrees = (lon + 180) % 360 - 180
    return turned
