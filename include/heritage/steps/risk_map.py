"""The chosen sites as marks of a map: those that stand close together at the map's zoom share one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from heritage.model.evidence import Level
from heritage.ports.risk_pages import WORST_FIRST, Chosen, MapSite, Mark, View
from heritage.steps.risk_list import Sites, narrow, site_rows

_WORLD_PIXELS = 512.0  # at zoom 0
_APART = 0.75
"""Of a mark's cell: nearer ones would cover each other."""
_MOST_NORTH = 85.05112878  # where the square of Web Mercator ends


@dataclass(frozen=True, slots=True)
class Layout:
    """How much a map shows at once."""

    pixels: float = 56.0
    """Sites nearer than this share a mark."""
    marks: int = 300
    """More would be a carpet: marks grow until there are no more."""
    names: int = 4
    """Sites that a mark names."""


DEFAULT_LAYOUT = Layout()


def marks(sites: Sites, chosen: Chosen, view: View, layout: Layout = DEFAULT_LAYOUT) -> list[Mark]:
    """The marks in view, the worst last, so that it is drawn on top."""
    found = narrow(sites, chosen)
    lat, lon = found["lat"].to_numpy(), found["lon"].to_numpy()
    with np.errstate(invalid="ignore"):
        inside = (lat >= view.south) & (lat <= view.north) & (lon >= view.west) & (lon <= view.east)
    found = found[inside]
    if found.empty:
        return []
    found = found.assign(mark=_together(lat[inside], lon[inside], view.zoom, layout))
    groups = found.groupby("mark", sort=True)
    where = found.loc[_middle_ones(found), ["lat", "lon"]]
    least, most = groups[["lat", "lon"]].min(), groups[["lat", "lon"]].max()
    extents = zip(*(part.to_numpy().tolist() for part in (where, least, most)), strict=True)
    counts: dict[int, dict[Level, int]] = {}
    sizes = found.groupby(["mark", "rank"], as_index=False).size()
    for mark, rank, count in sizes.to_numpy().tolist():
        counts.setdefault(mark, {})[WORST_FIRST[rank]] = count
    named = _named(sites, groups.head(layout.names))
    made = [
        Mark(lat, lon, west, south, east, north, counts[mark], tuple(named[mark]))
        for mark, ((lat, lon), (south, west), (north, east)) in enumerate(extents)
    ]
    return sorted(made, key=lambda mark: -WORST_FIRST.index(mark.level))


def _together(lat: np.ndarray, lon: np.ndarray, zoom: float, layout: Layout) -> np.ndarray:
    """The number of each site's mark: cells of a square grid on the map, wider where they are too many, and
    joined where their middles come too near to each other."""
    x, y = _mercator(lat, lon)
    while True:
        cells = _WORLD_PIXELS * 2.0**zoom / layout.pixels
        keys = np.floor(x * cells) * 2.0**31 + np.floor(y * cells)
        _, which = np.unique(keys, return_inverse=True)
        if which.max() < layout.marks or zoom <= 0:
            break
        zoom -= 1
    sizes = np.bincount(which)
    middles = np.stack([np.bincount(which, weights=axis) / sizes for axis in (x, y)]) * cells
    joined = np.full(len(sizes), -1)
    for cell in np.argsort(-sizes, kind="stable"):
        if joined[cell] < 0:
            away = np.hypot(*(middles - middles[:, [cell]]))
            joined[(away < _APART) & (joined < 0)] = cell
    _, which = np.unique(joined[which], return_inverse=True)
    return which


def _middle_ones(found: pd.DataFrame) -> pd.Series:
    """For each mark the row of the site nearest to its middle: a mean would put marks into the sea."""
    means = found.groupby("mark")[["lat", "lon"]].transform("mean")
    away = (found["lat"] - means["lat"]) ** 2 + (found["lon"] - means["lon"]) ** 2
    return away.groupby(found["mark"], sort=True).idxmin()


def _named(sites: Sites, named: pd.DataFrame) -> dict[int, list[MapSite]]:
    found: dict[int, list[MapSite]] = {}
    rows = site_rows(sites, named)
    for mark, cell, row in zip(named["mark"], named["cell"], rows, strict=True):
        site = MapSite(row.dataset, row.record_id, row.name, row.level, approximate=bool(cell == cell))
        found.setdefault(mark, []).append(site)
    return found


def _mercator(lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Web Mercator, 0 to 1 from the north west."""
    angle = np.radians(np.clip(lat, -_MOST_NORTH, _MOST_NORTH))
    y = 0.5 - np.log(np.tan(np.pi / 4 + angle / 2)) / (2 * np.pi)
    return (lon + 180) / 360, np.clip(y, 0.0, 1.0)
