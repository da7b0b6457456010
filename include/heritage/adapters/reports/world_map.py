"""Maps as inline SVG: no tiles, no script, no network.

Land is Natural Earth 1:110m (public domain), the projection Equal Earth for the world and Lambert
azimuthal equal-area for one register's region.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from markupsafe import Markup
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from heritage.adapters.reports.level_shapes import LEVEL_SHAPES
from heritage.model.arrow import pc

Floats = NDArray[np.float64]

_WIDTH, _HEIGHT = 960, 456
_REGION_WIDTH, _REGION_HEIGHT = 460, 330
_SOUTH = -56.5  # Antarctica has no register and would cost a fifth of the map
_REGION_DEGREES = 32.0
"""A register that spans less than this gets a map of its own."""
_CELL = 6.0
"""Records whose dots would cover each other share one dot: side of a cell in SVG units."""
_MARK_CELL = 9.0
"""The same for marks of levels, which are larger."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The dots of one dataset."""

    css: str
    lat: Floats
    lon: Floats
    levels: NDArray[np.object_]
    """Values of `model.evidence.Level`."""

    @classmethod
    def of(cls, places: pa.Table, css: str) -> "Layer":
        """From a table in the schema PLACES."""
        return cls(
            css,
            places["lat"].to_numpy(),
            places["lon"].to_numpy(),
            np.asarray(places["level"].to_pylist(), dtype=object),
        )

    @property
    def regional(self) -> bool:
        """True when the world map would show one blot."""
        return len(self.lat) > 0 and float(max(np.ptp(self.lat), np.ptp(self.lon))) < _REGION_DEGREES


class Atlas:
    """Draws maps from a GeoJSON file of countries."""

    def __init__(self, countries: Path) -> None:
        self._file = countries

    @cached_property
    def _features(self) -> list[dict[str, Any]]:
        features: list[dict[str, Any]] = json.loads(self._file.read_text(encoding="utf-8"))["features"]
        return features

    @cached_property
    def country_names(self) -> dict[str, str]:
        """Item of a country to its English name, also of those too small for an outline here."""
        borders = pq.read_table(self._file.with_name("borders.parquet"), columns=["qid", "names"])
        small = {
            row["qid"]: min((n for n in row["names"] if "," not in n), key=len, default=row["qid"])
            for row in borders.to_pylist()
        }
        pairs = ((f["properties"].get("qid"), f["properties"].get("name")) for f in self._features)
        return small | {qid: name for qid, name in pairs if qid and name}

    @cached_property
    def _land(self) -> list[BaseGeometry]:
        return [shapely.geometry.shape(f["geometry"]) for f in self._features]

    def world(self, layers: list[Layer], title: str, desc: str) -> Markup:
        """The world with all datasets."""
        svg, project, frame = self._whole("world", title, desc)
        _draw(svg, layers, project, frame)
        return _markup(svg)

    def region(self, layer: Layer, key: str, title: str, desc: str) -> Markup:
        """One dataset near by."""
        svg, project, frame = self._near(layer, key, title, desc)
        _draw(svg, [layer], project, frame)
        return _markup(svg)

    def _whole(self, key: str, title: str, desc: str) -> "tuple[ET.Element, pyproj.Transformer, _Frame]":
        project = pyproj.Transformer.from_crs("EPSG:4326", "+proj=eqearth", always_xy=True)
        edge = _edge()
        frame = _Frame.around(*project.transform(edge[:, 0], edge[:, 1]), _WIDTH, _HEIGHT, margin=4)
        svg = _svg(key, _WIDTH, _HEIGHT, title, desc)
        _path(svg, [shapely.Polygon(edge)], project, frame, "sea")
        land = [shapely.clip_by_rect(shape, -180, _SOUTH, 180, 84) for shape in self._land]
        _path(svg, land, project, frame, "land")
        return svg, project, frame

    def _near(
        self, layer: Layer, key: str, title: str, desc: str
    ) -> "tuple[ET.Element, pyproj.Transformer, _Frame]":
        lat, lon = (float((v.min() + v.max()) / 2) for v in (layer.lat, layer.lon))
        project = pyproj.Transformer.from_crs(
            "EPSG:4326", f"+proj=laea +lat_0={lat} +lon_0={lon}", always_xy=True
        )
        x, y = project.transform(layer.lon, layer.lat)
        frame = _Frame.around(x, y, _REGION_WIDTH, _REGION_HEIGHT, margin=36, least=60_000)
        svg = _svg(key, _REGION_WIDTH, _REGION_HEIGHT, title, desc)
        ET.SubElement(svg, "rect", {"class": "sea", "width": "100%", "height": "100%"})
        reach = 2 * _REGION_DEGREES
        near = (lon - reach, max(-90, lat - reach), lon + reach, min(90, lat + reach))
        land = [shapely.clip_by_rect(shape, *near) for shape in self._land]
        _path(svg, land, project, frame, "land")
        return svg, project, frame

    def risks(self, places: pa.Table, key: str, title: str, desc: str) -> Markup | None:
        """The places (schema PLACES) that are in danger, marked by level; None when there are none."""
        placed = places.filter(pc.is_in(places["level"], value_set=pa.array(list(_MARKED))))
        if not placed.num_rows:
            return None
        layer = Layer.of(placed, "")
        if layer.regional:
            svg, project, frame = self._near(layer, key, title, desc)
        else:
            svg, project, frame = self._whole(key, title, desc)
        for level in reversed(_MARKED):
            _marks(svg, layer, level, project, frame)
        return _markup(svg)


_MARKED = {level.value: path for level, path in LEVEL_SHAPES.items() if (level.number or 0) > 0}
"""Levels that tell of a danger, the worst first."""
ENDANGERED = tuple(level for level in LEVEL_SHAPES if level.endangered)
"""Levels that have their own marks on the map of all records, the worst first."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """From projected metres to SVG units, y downward."""

    scale: float
    left: float
    top: float

    @classmethod
    def around(
        cls, x: Floats, y: Floats, width: int, height: int, margin: float, least: float = 1.0
    ) -> "_Frame":
        room_x, room_y = width - 2 * margin, height - 2 * margin
        scale = min(room_x / max(np.ptp(x), least), room_y / max(np.ptp(y), least))
        middle_x, middle_y = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
        return cls(float(scale), float(width / 2 - middle_x * scale), float(height / 2 + middle_y * scale))

    def place(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return x * self.scale + self.left, self.top - y * self.scale


def _edge() -> Floats:
    """The border of the drawn part of the globe, dense enough to bend."""
    up, down = np.linspace(_SOUTH, 84, 60), np.linspace(84, _SOUTH, 60)
    return np.concatenate([np.c_[np.full(60, -180.0), up], np.c_[np.full(60, 180.0), down]])


def _svg(key: str, width: int, height: int, title: str, desc: str) -> ET.Element:
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "id": f"map-{key}",
            "role": "img",
            "aria-labelledby": f"map-{key}-title map-{key}-desc",
            "class": "map",
        },
    )
    ET.SubElement(svg, "title", {"id": f"map-{key}-title"}).text = title
    ET.SubElement(svg, "desc", {"id": f"map-{key}-desc"}).text = desc
    return svg


def _markup(svg: ET.Element) -> Markup:
    return Markup(ET.tostring(svg, encoding="unicode"))  # noqa: S704 - ElementTree escapes every text


def _path(
    svg: ET.Element, shapes: list[BaseGeometry], project: pyproj.Transformer, frame: _Frame, css: str
) -> None:
    rings = []
    for polygon in shapely.get_parts(shapes):
        if polygon.is_empty or polygon.geom_type != "Polygon":
            continue
        x, y = frame.place(*project.transform(*shapely.get_coordinates(polygon.exterior).T))
        rings.append("M" + "L".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True)) + "Z")
    ET.SubElement(svg, "path", {"class": css, "d": "".join(rings)})


def _draw(svg: ET.Element, layers: list[Layer], project: pyproj.Transformer, frame: _Frame) -> None:
    """All other records first, endangered ones on top of every dataset, the worst on top of all."""
    for layer in layers:
        chosen = ~np.isin(layer.levels, [level.value for level in ENDANGERED])
        if chosen.any():
            x, y = frame.place(*project.transform(layer.lon[chosen], layer.lat[chosen]))
            group = ET.SubElement(svg, "g", {"class": layer.css})
            for a, b, count in _dots(x, y):
                radius = 3.0 + 1.6 * np.log10(count)
                ET.SubElement(group, "circle", {"cx": f"{a:.1f}", "cy": f"{b:.1f}", "r": f"{radius:.1f}"})
    for level in reversed(ENDANGERED):
        for layer in layers:
            _marks(svg, layer, level.value, project, frame)


def _marks(svg: ET.Element, layer: Layer, level: str, project: pyproj.Transformer, frame: _Frame) -> None:
    """The marks of one level, all by one drawing around its own middle, which a style sheet can enlarge."""
    chosen = layer.levels == level
    if not chosen.any():
        return
    drawing = f"{svg.get('id')}-{level}"
    if svg.find(f".//path[@id='{drawing}']") is None:
        shape = {"id": drawing, "d": _MARKED[level], "transform": "scale(.5)translate(-12 -12)"}
        ET.SubElement(ET.SubElement(svg, "defs"), "path", shape)
    x, y = frame.place(*project.transform(layer.lon[chosen], layer.lat[chosen]))
    group = ET.SubElement(svg, "g", {"class": level})
    for a, b, count in _dots(x, y, _MARK_CELL):
        where = {"x": f"{a:.0f}", "y": f"{b:.0f}"}
        if count > 1:
            where = {"transform": f"translate({a:.0f} {b:.0f})scale({1 + np.log10(count) / 3:.2f})"}
        ET.SubElement(group, "use", {"href": f"#{drawing}", **where})


def _dots(x: Floats, y: Floats, cell: float = _CELL) -> list[tuple[float, float, int]]:
    """One dot a cell, at the mean of its records, with their number."""
    cells = np.stack([np.floor(x / cell), np.floor(y / cell)])
    _, which, counts = np.unique(cells, axis=1, return_inverse=True, return_counts=True)
    which = which.ravel()
    mean_x = np.bincount(which, weights=x) / counts
    mean_y = np.bincount(which, weights=y) / counts
    return list(zip(mean_x.tolist(), mean_y.tolist(), counts.tolist(), strict=True))
