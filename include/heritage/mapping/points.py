"""Reads the points of many rows: plain numbers by column, every other notation text by text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.mapping.columns import Columns, Texts
from heritage.mapping.coordinates import SHAPE, Place, read_number, read_pair, read_shapes
from heritage.mapping.grids import read_grid
from heritage.mapping.text import strip_all
from heritage.model.arrow import pc
from heritage.spec.record import Point

_PLAIN = r"[+-]?[0-9]{1,40}(?:[.,][0-9]{1,40})?"
_DOTTED = r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?"
_PAIR = rf"^(?P<a>{_DOTTED})(?:\s*[,;/|]\s*|\s+)(?P<b>{_DOTTED})$"
_WKT_POINT = (
    rf"^(?i:(?:SRID=[0-9]+;)?\s*POINT)\s*(?i:Z?)\s*\(\s*(?P<a>{_DOTTED})\s+(?P<b>{_DOTTED})(?:\s[^)]*)?\)$"
)
_STEPS = np.array([10.0**-decimals for decimals in range(128)])
_AXES = {None: 0, "lat": 1, "lon": 2}


@dataclass(slots=True)
class Axis:
    """One coordinate of each row as it was written, NaN where it was not or could not be read.

    `step` is the finest difference that the notation can tell; `axis` is 1 where a letter says latitude,
    2 where it says longitude.
    """

    value: np.ndarray
    step: np.ndarray
    decimals: np.ndarray
    axis: np.ndarray

    @classmethod
    def unread(cls, rows: int) -> "Axis":
        nothing = np.full(rows, np.nan)
        return cls(nothing, nothing.copy(), np.zeros(rows, dtype=int), np.zeros(rows, dtype=int))

    def put(self, at: Any, value: Any, step: Any, decimals: Any, axis: Any = 0) -> None:
        self.value[at], self.step[at], self.decimals[at], self.axis[at] = value, step, decimals, axis


@dataclass(slots=True)
class Points:
    """The pairs of all rows in the CRS of the register; `extent` is half the diagonal of what a row names
    where that is no point: a shape's box, a square of a grid. `unread` are positions that say something
    else than a point, with the column and the text; `flawed` those of shapes that are not valid."""

    x: Axis
    y: Axis
    extent: np.ndarray
    unread: dict[int, tuple[str, str]] = field(default_factory=dict)
    flawed: np.ndarray = field(default_factory=lambda: np.array([], dtype=int))


def read_points(point: Point, columns: Columns) -> Points:
    """The points as they were written, to be judged by `places`."""
    rows = len(columns)
    points = Points(Axis.unread(rows), Axis.unread(rows), np.zeros(rows))
    if point.grid is not None:
        _read_grid(point.grid, point.crs, columns.raw(point.grid), points)
    elif point.pair is not None:
        _read_pairs(point.pair, point.order == "lat_lon", columns.raw(point.pair), points)
    else:
        _read_axes(str(point.x), str(point.y), columns, points)
    return points


def _read_axes(x: str, y: str, columns: Columns, points: Points) -> None:
    texts = {name: columns.raw(name) for name in (x, y)}
    points.x, points.y = (_numbers(texts[name]) for name in (x, y))
    if x == "geometry.x":
        points.extent = np.nan_to_num(_numbers(columns.raw("geometry.extent")).value)
        points.flawed = np.flatnonzero(_valid(columns.raw("geometry.flaw")))
    some = _valid(texts[x]) | _valid(texts[y])
    bad_x = some & (np.isnan(points.x.value) | (points.x.axis == _AXES["lat"]))
    bad_y = some & ~bad_x & (np.isnan(points.y.value) | (points.y.axis == _AXES["lon"]))
    for name, bad in ((x, bad_x), (y, bad_y)):
        points.unread.update(_told(name, texts[name], bad))
    points.x.value[bad_x | bad_y] = np.nan


def _read_pairs(column: str, lat_first: bool, texts: Texts, points: Points) -> None:
    trimmed = strip_all(texts)
    first, second = (points.y, points.x) if lat_first else (points.x, points.y)
    _put_pairs(trimmed, _PAIR, first, second)
    _put_pairs(trimmed, _WKT_POINT, points.x, points.y)
    left = np.isnan(points.x.value) & _valid(texts)
    shapes = left & pc.fill_null(pc.match_substring_regex(texts, SHAPE), False).to_numpy(zero_copy_only=False)
    at = np.flatnonzero(shapes)
    if len(at):
        x, y, points.extent[at], crossed = read_shapes(texts.take(pa.array(at)).to_pylist())
        points.flawed = at[crossed]
        points.x.put(at, x, 0.0, 0)
        points.y.put(at, y, 0.0, 0)
    _put_places(texts, left & ~shapes, lambda text: read_pair(text, lat_first), points)
    points.unread.update(_told(column, texts, left & np.isnan(points.x.value)))


def _read_grid(column: str, crs: str, texts: Texts, points: Points) -> None:
    squares = read_grid(texts, crs)
    every = slice(None)
    points.x.put(every, squares.x, squares.size, 0)
    points.y.put(every, squares.y, squares.size, 0)
    points.extent = np.nan_to_num(squares.size) * np.sqrt(2) / 2
    points.unread = _told(column, texts, _valid(texts) & np.isnan(squares.x))


def _numbers(texts: Texts) -> Axis:
    axis = Axis.unread(len(texts))
    trimmed = strip_all(texts)
    plain = pc.fill_null(pc.match_substring_regex(trimmed, f"^{_PLAIN}$"), False)
    at = np.flatnonzero(plain.to_numpy(zero_copy_only=False))
    axis.put(at, *_decimal(trimmed.filter(plain)))
    others = _valid(texts) & ~plain.to_numpy(zero_copy_only=False)
    for place, number in _each(texts, others, lambda text: read_number(text.strip())):
        axis.put(place, number.value, number.step, number.decimals, _AXES[number.axis])
    return axis


def _decimal(texts: Texts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, steps and decimals of plain decimal numbers."""
    dotted = pc.utf8_ltrim(pc.replace_substring(texts, ",", "."), "+")
    point = pc.find_substring(dotted, ".").to_numpy()
    decimals = np.where(point < 0, 0, pc.binary_length(dotted).to_numpy() - point - 1)
    return dotted.cast(pa.float64()).to_numpy(), _STEPS[decimals], decimals


def _put_pairs(texts: Texts, pattern: str, first: Axis, second: Axis) -> None:
    found = pc.extract_regex(texts, pattern)
    valid = _valid(found)
    if valid.any():
        those = found.filter(pa.array(valid))
        for axis, group in ((first, "a"), (second, "b")):
            axis.put(np.flatnonzero(valid), *_decimal(pc.struct_field(those, group)))


def _put_places(texts: Texts, among: np.ndarray, read: Callable[[str], Place | None], points: Points) -> None:
    for place, found in _each(texts, among, read):
        for axis, number in ((points.x, found.x), (points.y, found.y)):
            axis.put(place, number.value, number.step, number.decimals)


def _each(texts: Texts, among: np.ndarray, read: Callable[[str], Any]) -> list[tuple[np.ndarray, Any]]:
    """What `read` makes of the texts at the positions `among`, with the positions of each."""
    at = np.flatnonzero(among)
    coded = texts.take(pa.array(at)).dictionary_encode()
    codes = coded.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    groups = np.split(at[order], np.flatnonzero(np.diff(codes[order])) + 1)
    answers = [read(text) for text in coded.dictionary.to_pylist()]
    return [(group, answer) for group, answer in zip(groups, answers, strict=False) if answer is not None]


def _told(column: str, texts: Texts, bad: np.ndarray) -> dict[int, tuple[str, str]]:
    at = np.flatnonzero(bad)
    return {
        place: (column, text or "")
        for place, text in zip(at.tolist(), texts.take(pa.array(at)).to_pylist(), strict=True)
    }


def _valid(texts: Texts) -> np.ndarray:
    valid: np.ndarray = pc.is_valid(texts).to_numpy(zero_copy_only=False)
    return valid
