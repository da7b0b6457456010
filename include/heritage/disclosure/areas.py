"""How large a municipality is at least, told by the places that a register has in it."""

import pandas as pd
import pyarrow as pa

from heritage.model.arrow import Array

_LEAST = 5  # records with a place, before their spread says anything
_SHARE = 0.1  # of the records on either side that may be misplaced


def area_degrees(records: pa.Table) -> Array:
    """For each record the least extent in degrees, north to south and west to east, of its municipality and
    its administrative item, whichever is smaller; null where too few places are known.

    The tenth at each side is left out, so that one place put down wrongly makes no hamlet a county.
    `records` has municipality, admin_item, lat and lon.
    """
    frame = records.select(["municipality", "admin_item", "lat", "lon"]).to_pandas()
    extents = [_extent(frame, column) for column in ("municipality", "admin_item")]
    both = pd.concat(extents, axis=1)
    # Where a record has both, both must be known: one of them may be a hamlet in the other.
    has = frame[["municipality", "admin_item"]].notna()
    unknown = (has.to_numpy() & both.isna().to_numpy()).any(axis=1)
    return pa.array(both.min(axis=1).mask(unknown), pa.float64(), from_pandas=True)


def _extent(frame: pd.DataFrame, column: str) -> pd.Series:
    placed = frame.dropna(subset=[column, "lat", "lon"])
    if placed.empty:
        return pd.Series(float("nan"), index=frame.index, dtype="float64")
    groups = placed.groupby(column)[["lat", "lon"]]
    spread = (groups.quantile(1 - _SHARE) - groups.quantile(_SHARE)).min(axis=1)
    spread = spread.where(groups.size() >= _LEAST)
    return frame[column].map(spread).astype("float64")
