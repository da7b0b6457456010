"""What we know of countries: how registers write them, which item each is, and where each lies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from heritage.mapping.text import fold

_EARTH = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Country:
    """`names` are English; `outline` in degrees, EPSG:4326."""

    qid: str
    iso2: str
    iso3: str | None
    names: tuple[str, ...]
    outline: BaseGeometry


class World:
    """Countries by item. `version` is a digest of the data, an input of every step that asks."""

    def __init__(self, countries: Iterable[Country], version: str) -> None:
        self.version = version
        self._outlines: dict[str, BaseGeometry] = {}
        self._items: dict[str, str] = {}
        for country in countries:
            self._outlines[country.qid] = country.outline
            for term in (country.iso2, country.iso3, *country.names):
                if term:
                    self._items[fold(term).casefold()] = country.qid

    def item(self, term: str) -> str | None:
        """The item of an ISO 3166 code (two or three letters) or an English name; None when unknown."""
        return self._items.get(fold(term).casefold())

    def metres_outside(self, qid: str, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        """How far each point lies from the country, in metres; 0 within. NaN when we have no outline."""
        outline = self._outlines.get(qid)
        if outline is None or outline.is_empty:
            return np.full(len(lat), np.nan)
        shapely.prepare(outline)
        away = ~shapely.intersects_xy(outline, lon, lat)
        metres = np.zeros(len(lat))
        metres[away] = _distances(outline, lat[away], lon[away])
        return metres

    def around(self, lat: np.ndarray, lon: np.ndarray) -> str | None:
        """The country in which more than half of the points lie; None when there is none such."""
        points = shapely.points(lon, lat)
        for qid, outline in self._outlines.items():
            shapely.prepare(outline)
            if shapely.intersects(outline, points).mean() > 0.5:
                return qid
        return None

    def bounds(self, qid: str) -> tuple[float, float, float, float]:
        """West, south, east and north of a country in degrees. Raises KeyError without an outline."""
        west, south, east, north = self._outlines[qid].bounds
        return west, south, east, north

    def code(self, qid: str) -> str | None:
        """The two-letter code (ISO 3166) of a country's item, in lower case."""
        return next((t for t, item in self._items.items() if item == qid and len(t) == 2), None)

    def on_land_of_others(self, own: Sequence[str], lat: float, lon: float) -> bool:
        """True when the point lies within a country that is none of `own`."""
        point = shapely.Point(lon, lat)
        return any(
            qid not in own and shapely.intersects(outline, point) for qid, outline in self._outlines.items()
        )


def _distances(outline: BaseGeometry, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Degrees are not square: the nearest point is looked for on a plane squeezed by the latitude."""
    metres = np.empty(len(lat))
    bands = np.clip(np.round(lat), -89, 89)
    for band in np.unique(bands):
        here = bands == band
        squeeze = np.cos(np.radians(band))
        plane = shapely.transform(outline, lambda c, s=squeeze: c * [s, 1.0])
        points = shapely.points(lon[here] * squeeze, lat[here])
        nearest = shapely.get_coordinates(shapely.shortest_line(plane, points)).reshape(-1, 2, 2)[:, 0]
        _, _, metres[here] = _EARTH.inv(lon[here], lat[here], nearest[:, 0] / squeeze, nearest[:, 1])
    return metres
