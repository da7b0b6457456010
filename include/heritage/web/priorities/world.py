"""A map drawn on the server: land, and a mark for sites that stand together, as SVG without a script."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, log2, radians, sqrt

from heritage.model.evidence import Level
from heritage.ports.risk_pages import WORST_FIRST, Chosen, Mark, View
from heritage.web.services import RiskServices

_WIDTH = 960
_WORLD = View(-180, -56, 180, 78, 1.0)
_LEAST = 12.0
"""Degrees that a map shows at least: a mark alone says nothing about where it is."""
_WIDE = 100.0
"""Degrees from which a map shows the whole world."""
_SIDE = (11.0, 30.0)
"""Of the smallest and the largest mark, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A mark in the drawing: `x` and `y` are its upper left corner."""

    x: float
    y: float
    side: float
    level: Level
    count: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the template of a map needs; lengths are units of the drawing, `levels` sites by level."""

    width: int
    height: int
    land: str
    spots: tuple[Spot, ...]
    levels: dict[Level, int]

    @property
    def sites(self) -> int:
        return sum(self.levels.values())


def draw(services: RiskServices, chosen: Chosen) -> Drawing | None:
    """The chosen sites where they lie, as near as they all fit; None when none has a place to show."""
    marks = services.marks(chosen, _WORLD)
    if not marks:
        return None
    view = _around(marks)
    if view is not _WORLD:
        marks = services.marks(chosen, view)
    middle = radians((view.north + view.south) / 2)
    scale = _WIDTH / ((view.east - view.west) * cos(middle))

    def place(lon: float, lat: float) -> tuple[float, float]:
        return (lon - view.west) * cos(middle) * scale, (view.north - lat) * scale

    most = max(mark.count for mark in marks)
    spots = []
    for mark in marks:
        side = _SIDE[0] + (_SIDE[1] - _SIDE[0]) * sqrt(mark.count / most)
        x, y = place(mark.lon, mark.lat)
        spots.append(
            Spot(round(x - side / 2, 1), round(y - side / 2, 1), round(side, 1), mark.level, mark.count)
        )
    counts = {level: sum(mark.levels.get(level, 0) for mark in marks) for level in WORST_FIRST}
    land = _land(services.outlines(_WORLD if view is _WORLD else view), view)
    height = round((view.north - view.south) * scale)
    return Drawing(_WIDTH, height, land, tuple(spots), {level: n for level, n in counts.items() if n})


def _around(marks: Sequence[Mark]) -> View:
    """The view that all marks are in, with some room around; the world where they lie far apart."""
    west, east = min(mark.west for mark in marks), max(mark.east for mark in marks)
    south, north = min(mark.south for mark in marks), max(mark.north for mark in marks)
    wide = max(east - west, 2 * (north - south), _LEAST) * 1.25
    if wide > _WIDE:
        return _WORLD
    lon, lat = (west + east) / 2, (south + north) / 2
    high = wide * cos(radians(lat)) * 0.55
    low, top = max(-85.0, lat - high / 2), min(85.0, lat + high / 2)
    return View(lon - wide / 2, low, lon + wide / 2, top, log2(360 / wide * _WIDTH / 512))


@lru_cache(maxsize=64)
def _land(outlines: bytes, view: View) -> str:
    """The countries as one path."""
    middle = cos(radians((view.north + view.south) / 2))
    scale = _WIDTH / ((view.east - view.west) * middle)
    parts = []
    for feature in json.loads(outlines)["features"]:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        for ring in (ring for polygon in polygons for ring in polygon):
            points = [
                f"{(lon - view.west) * middle * scale:.1f} {(view.north - lat) * scale:.1f}"
                for lon, lat, *_ in ring
            ]
            parts.append("M" + "L".join(points) + "Z")
    return "".join(parts)
