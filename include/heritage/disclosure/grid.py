"""Generalising to the centre of a grid cell: always the same answer for the same place, never random."""

import math

import numpy as np
import numpy.typing as npt

from heritage.model.disclosure import Disclosure

Degrees = npt.NDArray[np.float64]

METRES_PER_DEGREE = 111_319.49
"""At the equator, where a degree is longest (WGS 84)."""
_NOISE = 9
"""Decimals of a cell below which a difference is an artefact of binary fractions, not a place."""


def snap(lat: Degrees, lon: Degrees, disclosure: Disclosure) -> tuple[Degrees, Degrees]:
    """The centres of the cells in which the places lie, in degrees EPSG:4326.

    Cells are closed to the south and west; the north pole belongs to the last row and 180 degrees to the
    cells of -180, so that every place has one cell. What is not on the globe becomes NaN. Raises
    ValueError for a class without a grid (S0, S4, S5).
    """
    if disclosure.cell_degrees is None:
        raise ValueError(f"class {disclosure} has no grid cell")
    per_degree = round(1 / disclosure.cell_degrees)
    on_globe = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    rows = np.minimum(_cell(lat, per_degree), 90 * per_degree - 1)
    columns = _cell(lon, per_degree)
    columns = np.where(columns >= 180 * per_degree, columns - 360 * per_degree, columns)
    return (
        np.where(on_globe, (2 * rows + 1) / (2 * per_degree), np.nan),
        np.where(on_globe, (2 * columns + 1) / (2 * per_degree), np.nan),
    )


def half_diagonal_m(disclosure: Disclosure) -> float:
    """The largest distance from the centre of a cell to a place in it, in metres (at the equator)."""
    if disclosure.cell_degrees is None:
        raise ValueError(f"class {disclosure} has no grid cell")
    return disclosure.cell_degrees * METRES_PER_DEGREE * math.sqrt(2) / 2


def _cell(degrees: Degrees, per_degree: int) -> Degrees:
    cells: Degrees = np.floor(np.round(degrees * per_degree, _NOISE))
    return cells
