"""Reads grid references: letters for a square of 100 km, figures for a smaller one inside it.

British (Ordnance Survey, EPSG:27700): two letters; Irish (EPSG:29902, 29903): one. Two to ten figures name
a square of 10 km down to 1 m, two figures with a letter a tetrad of 2 km (DINTY), with NE, NW, SE or SW a
quadrant of 5 km. https://www.ordnancesurvey.co.uk/documents/resources/guide-to-nationalgrid.pdf
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from heritage.mapping.text import fold_all
from heritage.model.arrow import Array, pc

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # without I, five to a row, from the north-west
_TETRADS = "ABCDEFGHIJKLMNPQRSTUVWXYZ"  # without O, five to a column, from the south-west
_QUADRANTS = {"SW": (0, 0), "NW": (0, 1), "SE": (1, 0), "NE": (1, 1)}
_REFERENCE = (
    r"^(?P<s>[A-HJ-Z]{1,2}) ?"
    r"(?:(?P<e>[0-9]{1,5}) (?P<n>[0-9]{1,5})|(?P<d>[0-9]{2,10}) ?(?P<p>[A-NP-Z]|[NS][EW])?)$"
)


@dataclass(frozen=True, slots=True)
class Squares:
    """Centres in the units of the grid, metres; `size` is the side. All NaN where there is no reference."""

    x: np.ndarray
    y: np.ndarray
    size: np.ndarray


def read_grid(texts: Array, crs: str) -> Squares:
    """The squares that references name; null and what is no reference give none.

    >>> squares = read_grid(pa.array(["TQ 3003 8046", "SU45B", "TQ 30 804"]), "EPSG:27700")
    >>> squares.x.tolist(), squares.size.tolist()
    ([530035.0, 441000.0, nan], [10.0, 2000.0, nan])
    """
    found = pc.extract_regex(pc.utf8_upper(fold_all(texts)), _REFERENCE)
    square, e, n, digits, part = (pc.fill_null(pc.struct_field(found, f"{i}"), "") for i in "sendp")
    apart = pc.binary_join_element_wise(e, n, "")
    even = pc.equal(pc.binary_length(e), pc.binary_length(n))
    figures = pc.if_else(pc.equal(apart, ""), digits, pc.if_else(even, apart, ""))
    corner = _each(square, lambda text: _corner(text, british=crs == "EPSG:27700"))
    within = _each(part, _within)
    length, whole = pc.binary_length(figures).to_numpy(), pc.equal(part, "").to_numpy(zero_copy_only=False)
    x, y, size = (np.full(len(texts), np.nan) for _ in range(3))
    for half in range(1, 6):
        at = np.flatnonzero((length == 2 * half) & (whole if half > 1 else True))
        number = figures.take(pa.array(at)).cast(pa.int64()).to_numpy()
        side = 10.0 ** (5 - half)
        size[at] = within[at, 2] * side
        x[at] = corner[at, 0] + (number // 10**half + within[at, 0] + within[at, 2] / 2) * side
        y[at] = corner[at, 1] + (number % 10**half + within[at, 1] + within[at, 2] / 2) * side
    size[np.isnan(x)] = np.nan
    return Squares(x, y, size)


def _each(texts: Array, say: Callable[[str], tuple[float, ...]]) -> np.ndarray:
    coded = texts.dictionary_encode()
    answers = np.array([say(text) for text in coded.dictionary.to_pylist()])
    return answers[coded.indices.to_numpy()] if len(answers) else np.empty((0, 3))


def _corner(letters: str, british: bool) -> tuple[float, float]:
    """South-west corner of the square of 100 km; NaN for letters that name none in this grid."""
    places = [_LETTERS.index(letter) for letter in letters]
    if len(places) != 1 + british:
        return np.nan, np.nan
    east, north = (places[-1] % 5, 4 - places[-1] // 5)
    if british:
        east += 5 * (places[0] % 5 - 2)  # the false origin is the corner of square SV
        north += 5 * (3 - places[0] // 5)
        if not (0 <= east < 7 and 0 <= north < 13):
            return np.nan, np.nan
    return east * 100_000.0, north * 100_000.0


def _within(part: str) -> tuple[float, float, float]:
    """Offset and size of a part of a square, in sides of that square."""
    if part in _QUADRANTS:
        east, north = _QUADRANTS[part]
        return east / 2, north / 2, 0.5
    if part:
        place = _TETRADS.index(part)
        return place // 5 / 5, place % 5 / 5, 0.2
    return 0.0, 0.0, 1.0
