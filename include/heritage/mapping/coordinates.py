"""Reads one coordinate, or a pair in one cell, in the notations that registers use. Nothing is guessed:
what can be read in two ways is not read at all."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely


@dataclass(frozen=True, slots=True)
class Number:
    """One coordinate. `step` is the finest difference that its notation can tell, in its own units."""

    value: float
    step: float
    axis: str | None = None  # lat | lon, where a letter says so
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A pair as it was written; `extent` is half the diagonal of a shape's box, 0 for a point."""

    x: Number
    y: Number
    extent: float = 0.0


_LONGEST = 120  # characters; no notation of a coordinate needs more, and patterns stay cheap on hostile text
_SIGNS = str.maketrans({"−": "-", "–": "-", "º": "°", "˚": "°"})
_LETTER = re.compile(r"([NSEW])?\s*(.*?)\s*([NSEW])?", re.DOTALL)
_NUMBER = re.compile(r"([+-]?)(\d+)(?:[.,](\d+))?\s*°?")
_DMS = re.compile(
    r"""([+-]?)(\d{1,3})\s*(?:°|:|\s)\s*
        (\d{1,2}(?:[.,]\d+)?)\s*(?:['′’´:]|\s|$)\s*
        (?:(\d{1,2}(?:[.,]\d+)?)\s*(?:"|″|”|''|′′|’’)?)?""",
    re.VERBOSE,
)
SHAPE = r"(?i)^(?:SRID=[0-9]+;)?\s*(?:MULTIPOINT|(?:MULTI)?(?:LINESTRING|POLYGON))\b"
"""How a line or an area in well-known text begins; a pattern for `re` and for RE2."""
_WKT = re.compile(rf"{SHAPE}|^(?:SRID=\d+;)?\s*POINT\b")
_POINT = re.compile(r"(?:SRID=\d+;)?\s*POINT\s*Z?\s*\(\s*(\S+)\s+([^\s)]+)[^)]*\)\s*", re.IGNORECASE)
_PAIRS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"(.+?[NSEW])[\s,;/|]*(.+?[NSEW])",
        r"([NSEW].+?)[\s,;/|]*([NSEW].+)",
        r"([+-]?\d+(?:\.\d+)?°?)(?:\s*[,;/|]\s*|\s+)([+-]?\d+(?:\.\d+)?°?)",
        r"([+-]?\d+(?:,\d+)?°?)(?:\s*[;/|]\s*|,\s+|\s+)([+-]?\d+(?:,\d+)?°?)",
        r"([^,;/|]+°[^,;/|]+?)\s*[,;/|]\s*([^,;/|]+°[^,;/|]+)",
    )
)


def read_number(text: str) -> Number | None:
    """A decimal number (point or comma) or degrees-minutes-seconds, with or without N, S, E, W; else None.

    >>> read_number("52,5").value, read_number("52°30'S").value, read_number("12.345,6")
    (52.5, -52.5, None)
    """
    if len(text) > _LONGEST:
        return None
    before, body, after = _parts(text)
    if before and after:
        return None
    letter = before or after
    number = _decimal(body) or _sexagesimal(body)
    if number is None or not letter:
        return number
    if number.value < 0:
        return None  # a sign and a letter: which of them holds?
    value = -number.value if letter in "SW" else number.value
    return Number(value, number.step, "lat" if letter in "NS" else "lon", number.decimals)


def read_pair(text: str, lat_first: bool) -> Place | None:
    """Both coordinates in one cell: two numbers, or WKT (whose order is x, y by its definition); else None.

    A line or an area gives a point of it and its extent.
    """
    if _WKT.match(text):
        return _read_wkt(text)
    cleaned = text.strip().upper().translate(_SIGNS)
    if len(cleaned) > _LONGEST:
        return None
    for pattern in _PAIRS:
        found = pattern.fullmatch(cleaned)
        if not found:
            continue
        first, second = read_number(found[1]), read_number(found[2])
        if first and second:
            return _ordered(first, second, lat_first)
    return None


def _parts(text: str) -> tuple[str | None, str, str | None]:
    found = _LETTER.fullmatch(text.strip().upper().translate(_SIGNS))
    return (found[1], found[2], found[3]) if found else (None, text, None)


def _decimal(body: str) -> Number | None:
    found = _NUMBER.fullmatch(body)
    if not found:
        return None
    digits = found[3] or ""
    value = float(f"{found[1]}{found[2]}.{digits or 0}")
    if not math.isfinite(value):
        return None
    return Number(value, 10.0 ** -len(digits), decimals=len(digits))


def _sexagesimal(body: str) -> Number | None:
    found = _DMS.fullmatch(body)
    if not found:
        return None
    sign, degrees, minutes, seconds = found.groups()
    if seconds is not None and re.search(r"[.,]", minutes):
        return None
    finest, unit = (seconds, 3600) if seconds is not None else (minutes, 60)
    m, s = float(minutes.replace(",", ".")), float((seconds or "0").replace(",", "."))
    if m >= 60 or s >= 60:
        return None
    value = int(degrees) + m / 60 + s / 3600
    decimals = len(re.split(r"[.,]", finest)[1]) if re.search(r"[.,]", finest) else 0
    return Number(-value if sign == "-" else value, 10.0**-decimals / unit, decimals=decimals)


def _ordered(first: Number, second: Number, lat_first: bool) -> Place | None:
    axes = (first.axis, second.axis)
    if axes == (None, None):
        return Place(second, first) if lat_first else Place(first, second)
    if axes == ("lat", "lon"):
        return Place(second, first)
    return Place(first, second) if axes == ("lon", "lat") else None


def _read_wkt(text: str) -> Place | None:
    point = _POINT.fullmatch(text)
    if point:  # the figures themselves, for their decimals
        x, y = read_number(point[1]), read_number(point[2])
        return Place(x, y) if x and y else None
    (x,), (y,), (extent,), _ = read_shapes([text])
    return None if math.isnan(x) else Place(Number(float(x), 0.0), Number(float(y), 0.0), float(extent))


def read_shapes(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A point inside each shape in well-known text, half the diagonal of its box, and whether it crosses
    itself: such a shape is mended first. NaN where there is no shape, or an empty one."""
    shapes = shapely.from_wkt([text.split(";", 1)[-1] for text in texts], on_invalid="ignore")
    shapes[shapely.is_empty(shapes) | ~np.isfinite(shapely.bounds(shapes)).all(axis=1)] = None
    crossed = ~(shapely.is_valid(shapes) | shapely.is_missing(shapes))
    shapes[crossed] = shapely.make_valid(shapes[crossed])
    inside = shapely.point_on_surface(shapes)
    left, low, right, high = shapely.bounds(shapes).T
    extent = np.hypot(right - left, high - low) / 2
    return shapely.get_x(inside), shapely.get_y(inside), extent, crossed
