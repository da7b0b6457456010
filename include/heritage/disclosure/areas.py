"""How large a municipality is at least, told by the places that a register has in it, and where that is too
small to be told."""

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.disclosure.grid import Degrees
from heritage.disclosure.names import Positions
from heritage.disclosure.words import Flags
from heritage.model.arrow import Array, pc
from heritage.model.disclosure import Disclosure

_AREA_LEAST = {Disclosure.S2: 0.01, Disclosure.S3: 0.1, Disclosure.S4: 0.1}
"""Extent in degrees that an area must have to be told of a record of the class."""
_LEAST = 5  # records with a place, before their spread says anything
_SHARE = 0.1  # of the records on either side that may be misplaced
_GAP = 0.4  # of the whole extent, from which on nothing shows that what lies between belongs to it


def area_degrees(records: pa.Table) -> Array:
    """For each record the least extent in degrees, north to south and west to east, of its municipality and
    its administrative item, whichever is smaller; null where too few places are known.

    The tenth at each side is left out, so that one place put down wrongly makes no hamlet a county, and so
    are wide gaps: hamlets of one name far from each other are no county either.
    `records` has municipality, admin_item, lat and lon.
    """
    frame = records.select(["municipality", "admin_item", "lat", "lon"]).to_pandas()
    extents = [_extent(frame, column) for column in ("municipality", "admin_item")]
    both = pd.concat(extents, axis=1)
    # Where a record has both, both must be known: one of them may be a hamlet in the other.
    has = frame[["municipality", "admin_item"]].notna()
    unknown = (has.to_numpy() & both.isna().to_numpy()).any(axis=1)
    return pa.array(both.min(axis=1).mask(unknown), pa.float64(), from_pandas=True)


def too_small(classes: Array, degrees: Degrees) -> Flags:
    """Where an area of that extent may be smaller than what the class allows to tell; NaN is too small."""
    hidden = np.zeros(len(degrees), dtype=bool)
    for disclosure, least in _AREA_LEAST.items():
        hidden |= pc.equal(classes, disclosure.value).to_numpy(zero_copy_only=False) & ~(degrees >= least)
    return hidden


def _extent(frame: pd.DataFrame, column: str) -> pd.Series:
    placed = frame.dropna(subset=[column, "lat", "lon"])
    of, areas = pd.factorize(placed[column])
    axes = [_filled(placed[axis].to_numpy(np.float64), of, len(areas)) for axis in ("lat", "lon")]
    spread = np.where(np.bincount(of, minlength=len(areas)) >= _LEAST, np.minimum(*axes), np.nan)
    return frame[column].map(dict(zip(areas, spread, strict=True))).astype("float64")


def _filled(degrees: Degrees, of: Positions, count: int) -> Degrees:
    """How far the places of each area reach along one axis, as far as there are any on the way."""
    order = np.lexsort((degrees, of))
    degrees, of = degrees[order], of[order]
    sizes = np.bincount(of, minlength=count)
    first = np.cumsum(sizes) - sizes
    left_out = (_SHARE * (sizes - 1)).astype(np.int64)
    low, high = first + left_out, first + sizes - 1 - left_out
    whole = degrees[high] - degrees[low]
    at = np.arange(len(degrees))
    gaps = np.diff(degrees, prepend=0.0)
    counted = (at > low[of]) & (at <= high[of]) & (gaps < _GAP * whole[of])
    return np.asarray(np.bincount(of, np.where(counted, gaps, 0.0), count), dtype=np.float64)
