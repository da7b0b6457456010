"""Outlines of countries for a map: coarse ones for the whole world, finer ones for the part in view."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely

from heritage.ports.risk_pages import View

_NEAR = 3.0
"""Zoom from which the coarse outlines look like what they are."""
_DEGREES_PER_PIXEL = 360 / 512  # at zoom 0
_PIXELS = 4000
"""No map is wider: what asks for more gets outlines for this many."""
_DECIMALS = 3  # of the finer outlines
_LEAST = 0.001  # degrees; a view without an extent is one of a point


class Outlines:
    """`folder` is that of the bundled Natural Earth files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def geojson(self, view: View) -> bytes:
        """The world, or from zoom 3 what lies in view and as far again on each side, in degrees."""
        if view.zoom < _NEAR:
            return (self._folder / "countries_110m.geojson").read_bytes()
        west, east = sorted((view.west, view.east))  # an address may say them the other way round
        south, north = sorted((view.south, view.north))
        wide, high = max(east - west, _LEAST), max(north - south, _LEAST)
        box = (west - wide, south - high, east + wide, north + high)
        near = shapely.clip_by_rect(self._countries, *box)
        pixel = max(_DEGREES_PER_PIXEL / 2**view.zoom, wide / _PIXELS)
        near = shapely.simplify(near[~shapely.is_empty(near)], 0.7 * pixel)
        near = shapely.transform(near[~shapely.is_empty(near)], lambda c: np.round(c, _DECIMALS))
        features = [{"type": "Feature", "properties": {}, "geometry": _geometry(one)} for one in near]
        return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()

    @cached_property
    def _countries(self) -> Any:
        return geopandas.read_parquet(self._folder / "borders.parquet").geometry.to_numpy()


def _geometry(shape: Any) -> Any:
    return json.loads(shapely.to_geojson(shape))
