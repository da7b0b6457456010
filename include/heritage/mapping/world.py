"""What we know of the world: how registers write countries and dates, and where each country lies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from heritage.mapping.date_words import DateWords
from heritage.mapping.dates import DateReader
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
    """Countries by item, and how dates are written. `version` is a digest of the data, an input of every
    step that asks."""

    def __init__(self, countries: Iterable[Country], date_words: DateWords, version: str) -> None:
        self.version = version
        self._date_words = date_words
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

    def dates(self, languages: Iterable[str]) -> DateReader:
        """Reads dates in the languages of a register (BCP 47)."""
        return DateReader(self._date_words, languages)

    def metres_outside(self, qid: str, lat: np.ndarray, lon: np.ndarray, up_to: float = np.inf) -> np.ndarray:
        """How far each point lies from the country, in metres; 0 within. NaN when we have no outline.

        What lies further than `up_to` may come as infinite, which is much faster.
        """
        outline = self._outlines.get(qid)
        if outline is None or outline.is_empty:
            return np.full(len(lat), np.nan)
        shapely.prepare(outline)
        away = ~shapely.intersects_xy(outline, lon, lat)
        near = away & _near_box(outline, lat, lon, up_to)
        metres = np.where(away, np.inf, 0.0)
        metres[near] = _distances(outline, lat[near], lon[near])
        return metres

    def around(self, lat: np.ndarray, lon: np.ndarray) -> str | None:
        """The country in which more than half of the points lie; None when there is none such."""
        points = shapely.points(lon, lat)
        for qid, outline in self._outlines.items():
            shapely.prepare(outline)
            if shapely.intersects(outline, points).mean() > 0.5:
                return qid
        return None

    def within(self, qid: str, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        """Which points lie within the outline of a country. Raises KeyError without an outline."""
        outline = self._outlines[qid]
        shapely.prepare(outline)
        inside: np.ndarray = shapely.intersects_xy(outline, lon, lat)
        return inside

    def bounds(self, qid: str) -> tuple[float, float, float, float]:
        """West, south, east and north of a country in degrees. Raises KeyError without an outline."""
        west, south, east, north = self._outlines[qid].bounds
        return west, south, east, north

    def code(self, qid: str) -> str | None:
        """The two-letter code (ISO 3166) of a country's item, in lower case."""
        return next((t for t, item in self._items.items() if item == qid and len(t) == 2), None)

    def on_land_of_others(self, own: Sequence[str], lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        """True for each point that lies within a country that is none of `own`."""
        within = np.zeros(len(lat), dtype=bool)
        for qid, outline in self._outlines.items():
            if qid not in own and (maybe := _near_box(outline, lat, lon, 0.0)).any():
                within[maybe] |= shapely.intersects_xy(outline, lon[maybe], lat[maybe])
        return within


def _near_box(outline: BaseGeometry, lat: np.ndarray, lon: np.ndarray, metres: float) -> np.ndarray:
    """False for points that lie further than so many metres from the box around the outline."""
    west, south, east, north = outline.bounds
    up = 1.01 * metres / 110_574  # a degree of latitude is nowhere shorter
    side = up / np.cos(np.radians(np.minimum(np.abs(lat) + min(up, 90), 89.9)))
    high = np.abs(lat) + up > 89.9  # meridians meet at the pole
    inside: np.ndarray = (lat >= south - up) & (lat <= north + up)
    inside &= high | ((lon >= west - side) & (lon <= east + side))
    return inside


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
