"""Compares places with the countries they are said to lie in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heritage.mapping.places import Method, Places
from heritage.mapping.world import World
from heritage.model.issue import IssueCode
from heritage.spec.thresholds import PlaceRules

Own = tuple[str, ...]
"""The items of the countries that one site lies in; several for a site across a border."""


@dataclass(frozen=True, slots=True)
class RowCountries:
    """For each row the position of its countries in `sets`."""

    codes: np.ndarray
    sets: Sequence[Own]

    def single(self) -> list[str | None]:
        """For each of the sets its only country."""
        return [own[0] if len(own) == 1 else None for own in self.sets]


def compare_with_countries(
    places: Places, countries: RowCountries, world: World, rules: PlaceRules, columns: str
) -> None:
    """Proposes swaps, drops points far outside their country, and marks those that lie in another country
    near the border; each leaves a note.

    A row without countries is not judged. A point counts as inside up to the tolerance, and in open sea up
    to the width of the territorial sea.
    """
    impossible = [row for row, fault in places.rejects.items() if fault.code is IssueCode.POINT_IMPOSSIBLE]
    off = np.zeros(len(places.lat), dtype=bool)
    off[list(places.rejects)] = True
    for code, own in enumerate(countries.sets):
        if not own:
            continue
        for row in _swap_inside(places, np.array(impossible, dtype=int), code, countries, world, rules):
            del places.rejects[int(row)]
            _swap(places, np.array([row]), columns)
        rows = np.flatnonzero(~np.isnan(places.lat) & ~off & (countries.codes == code))
        beyond = _metres_beyond(places.lat[rows], places.lon[rows], own, world, rules)
        outside = rows[beyond > 0]
        swapped = _swap_inside(places, outside, code, countries, world, rules)
        _swap(places, swapped, columns)
        gone = np.setdiff1d(outside, swapped)
        hint = "The record is kept without a point; check the coordinates with the publisher."
        places.note(gone, IssueCode.POINT_OUTSIDE, columns, hint)
        places.drop(gone)
        abroad = _abroad(places, rows, beyond, own, world, rules)
        places.note(abroad, IssueCode.POINT_ABROAD, columns)
        places.method[abroad] = Method.ABROAD


def _swap_inside(
    places: Places, rows: np.ndarray, code: int, countries: RowCountries, world: World, rules: PlaceRules
) -> np.ndarray:
    """Those of the rows whose point lies in their country once latitude and longitude change places."""
    rows = rows[countries.codes[rows] == code]
    rows = rows[(np.abs(places.lon[rows]) <= 90) & (np.abs(places.lat[rows]) <= 180)]
    beyond = _metres_beyond(places.lon[rows], places.lat[rows], countries.sets[code], world, rules)
    return rows[beyond <= 0]


def _swap(places: Places, rows: np.ndarray, columns: str) -> None:
    places.lat[rows], places.lon[rows] = places.lon[rows], places.lat[rows]
    places.method[rows] = Method.SWAPPED
    places.note(rows, IssueCode.POINT_SWAPPED, columns)


def _abroad(
    places: Places, rows: np.ndarray, beyond: np.ndarray, own: Own, world: World, rules: PlaceRules
) -> np.ndarray:
    """Those of the rows that are within the tolerance, but in another country by more than their precision
    and the error of the outlines. Grid references are left: disclosure goes by their being such."""
    metres = beyond + rules.border_tolerance_m + rules.outline_error_m
    off = (beyond <= 0) & (metres > rules.outline_error_m + places.precision_m[rows])
    near = rows[off & np.isin(places.method[rows], (Method.GIVEN, Method.CENTROID))]
    abroad: np.ndarray = near[world.on_land_of_others(own, places.lat[near], places.lon[near])]
    return abroad


def _metres_beyond(lat: np.ndarray, lon: np.ndarray, own: Own, world: World, rules: PlaceRules) -> np.ndarray:
    """How far beyond the tolerance points lie outside; NaN where the outline of a country is not known."""
    sea = rules.territorial_sea_m + rules.outline_error_m
    land = rules.border_tolerance_m + rules.outline_error_m
    metres: np.ndarray = np.min([world.metres_outside(qid, lat, lon, max(sea, land)) for qid in own], axis=0)
    beyond: np.ndarray = metres - land
    near = np.flatnonzero((beyond > 0) & (metres <= sea))
    at_sea = near[~world.on_land_of_others(own, lat[near], lon[near])]
    beyond[at_sea] = metres[at_sea] - sea
    return beyond
