"""Where a register's coordinates stand and in which CRS: whatever puts most points into the country."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from heritage.mapping import World
from heritage.mapping.coordinates import read_pair
from heritage.spec.columns import ColumnWords, UsualCrs
from heritage.steps.draft_columns import Column

_TESTED = 100  # points that a CRS is tried on
_GOOD = 0.5  # share of points in the country below which a CRS is no guess
_MOST_ZONES = 24
_TELLING = 0.2  # difference of shares that outweighs the letters of the columns
_AS_GOOD = 0.05  # difference of shares that says nothing
_GRID = r"[A-HJ-Z]{1,2} ?\d{1,5} ?\d{1,5}"
_WORLD_MERCATOR = "EPSG:3857"


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """`point` as in a description, with what spoke for it; `country` is the item most points lie in."""

    point: dict[str, Any]
    evidence: str
    country: str | None
    columns: tuple[str, ...]


def guess_place(
    columns: Sequence[Column],
    words: ColumnWords,
    usual: UsualCrs,
    world: World,
    country: str | None,
    stated: str | None,
) -> PlaceGuess | None:
    """The coordinates of a register, or None when no column holds any.

    `country` is the item of the register's country where it is known, `stated` the CRS that the file names.
    """
    for notation, names, x, y in _notations(columns, words):
        if notation.get("grid"):
            crs = "EPSG:27700" if country == "Q145" else "EPSG:29902"
            return PlaceGuess({**notation, "crs": crs}, "grid references", country, names)
        lettered = not notation.keys() - {"x", "y"} and _by_letter(notation)
        found = _fit(x, y, usual, world, country, stated, lettered)
        if found is None:
            continue
        crs, swapped, item, told = found
        point = dict(notation)
        if swapped and "pair" in point:
            point["order"] = "lon_lat"
        elif swapped and "x" in point:
            point["x"], point["y"] = point["y"], point["x"]
        if crs != "EPSG:4326":
            point["crs"] = crs
        return PlaceGuess(point, told, item, names)
    return None


def _notations(
    columns: Sequence[Column], words: ColumnWords
) -> Iterable[tuple[dict[str, Any], tuple[str, ...], np.ndarray, np.ndarray]]:
    """Ways in which the columns may hold points, likeliest first, with x and y of the first ones."""
    by_name = {column.name: column for column in columns}
    if "geometry.x" in by_name:
        yield from _pair_of(by_name["geometry.x"], by_name["geometry.y"], {})
    lats = [c for c in columns if words.speak_for("lat", c.words)]
    lons = [c for c in columns if words.speak_for("lon", c.words)]
    for lon in lons:
        near = sorted((abs(lat.place - lon.place), lat.place, lat) for lat in lats if lat is not lon)
        for _, _, lat in near:
            yield from _pair_of(lon, lat, {"x": lon.name, "y": lat.name})
    for column in sorted(columns, key=lambda c: not words.speak_for("pair", c.words)):
        some = column.texts[:_TESTED]
        if len(some) < 2 or column.share(r"[^\d]*") > 0.5:
            continue
        places = [read_pair(text, lat_first=True) for text in some]
        read = [place for place in places if place]
        if len(read) >= 0.6 * len(some):
            x, y = (np.array([getattr(p, axis).value for p in read]) for axis in ("x", "y"))
            yield {"pair": column.name}, (column.name,), x, y
    for column in columns:
        if words.speak_for("grid", column.words) and column.share(_GRID) > 0.8:
            yield {"grid": column.name}, (column.name,), np.array([]), np.array([])


def _pair_of(
    x: Column, y: Column, notation: dict[str, Any]
) -> Iterable[tuple[dict[str, Any], tuple[str, ...], np.ndarray, np.ndarray]]:
    east, north = x.numbers(), y.numbers()
    pairs = [(east[r], north[r]) for r in east if r in north and (east[r] or north[r])][:_TESTED]
    if pairs and len(pairs) >= 0.6 * min(len(x.texts), _TESTED):
        xs, ys = (np.array(values) for values in zip(*pairs, strict=True))
        yield notation, tuple(notation.values()), xs, ys


def _fit(
    x: np.ndarray,
    y: np.ndarray,
    usual: UsualCrs,
    world: World,
    country: str | None,
    stated: str | None,
    lettered: bool,
) -> tuple[str, bool, str | None, str] | None:
    """CRS, whether x and y change places, the country, and what spoke for it."""
    degrees = bool((np.abs(x) <= 180).all() and (np.abs(y) <= 180).all())
    if stated:
        lon, lat = _degrees(stated, x, y)
        return stated, False, country or world.around(lat, lon), f"the file says {stated}"
    if degrees:
        return _fit_degrees(x, y, world, country)
    if country is None:
        lon, lat = _degrees(_WORLD_MERCATOR, x, y)
        found = world.around(lat, lon)
        told = f"as {_WORLD_MERCATOR} the points lie in one country; name the country for a better guess"
        return (_WORLD_MERCATOR, False, found, told) if found else None
    best: tuple[float, str, bool, float] | None = None
    near: list[str] = []
    for code in _candidates(world, country, usual):
        shares = {}
        for straight in (True, False):
            lon, lat = _degrees(code, *((x, y) if straight else (y, x)))
            shares[straight] = _inside(world, country, lat, lon)
        straight = _straight(shares, code, lettered)
        if shares[straight] > _GOOD:
            near.append(code)
            if best is None or shares[straight] > best[0] + _AS_GOOD:
                best = (shares[straight], code, straight, shares[not straight])
    if best is None:
        return None
    share, code, straight, other = best
    others = ", ".join(dict.fromkeys(one for one in near if one != code))
    told = f"puts {share:.0%} of {len(x)} points into the country"
    if other > _GOOD:
        told += f"; {other:.0%} with x and y exchanged: compare a place you know"
    told += f"; see also {others}" if others else ""
    return code, not straight, country, told


def _straight(shares: Mapping[bool, float], code: str, lettered: bool) -> bool:
    """Whether x is the easting. Columns that are called only x and y follow the letters of the CRS, and in
    many national ones x points north (Poland, Germany's Gauss-Krüger)."""
    if lettered and abs(shares[True] - shares[False]) < _TELLING:
        return CRS.from_user_input(code).axis_info[0].direction != "north"
    return shares[True] >= shares[False]


def _fit_degrees(
    x: np.ndarray, y: np.ndarray, world: World, country: str | None
) -> tuple[str, bool, str | None, str]:
    ways = []
    for swapped in (False, True):
        lat, lon = (x, y) if swapped else (y, x)
        if (np.abs(lat) > 90).mean() > 0.5:
            continue
        own = country or world.around(lat, lon)
        ways.append((_inside(world, own, lat, lon) if own else 0.0, not swapped, own))
    share, straight, own = max(ways, key=lambda one: one[:2])
    told = f"{share:.0%} of {len(x)} points lie in the country" if own else "degrees, over several countries"
    return "EPSG:4326", not straight and share > 0.5, own, told


def _by_letter(notation: Mapping[str, Any]) -> bool:
    """Whether headers name an axis by its letter alone, as X and Y_1992 do."""
    return bool(notation) and all(
        re.match(r"[xy](?![a-z])", str(v), re.IGNORECASE) for v in notation.values()
    )


def _inside(world: World, country: str, lat: np.ndarray, lon: np.ndarray) -> float:
    fit = np.isfinite(lat) & np.isfinite(lon) & (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    if not fit.any():
        return 0.0
    return float(world.within(country, lat[fit], lon[fit]).sum() / len(lat))


def _degrees(code: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Not finite where the CRS does not reach, or cannot be led to degrees at all."""
    try:
        lon, lat = Transformer.from_crs(CRS.from_user_input(code), 4326, always_xy=True).transform(x, y)
    except ProjError:
        return np.full(len(x), np.inf), np.full(len(x), np.inf)
    return np.asarray(lon), np.asarray(lat)


def _candidates(world: World, country: str, usual: UsualCrs) -> list[str]:
    """CRSs of the country, the likeliest first, then its UTM zones and the CRS of web maps."""
    west, south, east, north = world.bounds(country)
    zones = range(int((west + 180) // 6) + 1, int((east + 180) // 6) + 2)
    utm = [base + zone for base, there in ((32600, north > 0), (32700, south < 0)) if there for zone in zones]
    codes = [*usual.countries.get(world.code(country) or "", ()), *utm[:_MOST_ZONES]]
    return list(dict.fromkeys([*(f"EPSG:{code}" for code in codes), _WORLD_MERCATOR]))
