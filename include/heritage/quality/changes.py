"""What changed in a register between two snapshots."""

import functools
import json
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.model.arrow import Array, pc
from heritage.model.tables import CHANGES, RECORDS

_BESIDE = {"dataset", "record_id", "file", "row", "source_row"}
FIELDS = [name for name in RECORDS.names if name not in _BESIDE]
"""What a record says; where it stood in the file is no change."""
COMPARED = ["record_id", *FIELDS]
"""The columns that are needed to compare two snapshots."""
_EARTH_M = 6_371_000.0


def compare(previous: pa.Table | None, current: pa.Table) -> pa.Table:
    """Records added, removed, moved, and changed field by field, in the schema CHANGES, sorted by id.

    A point moved when it lies further from where it was than both precisions together; then `metres` says
    how far, and its latitude and longitude are not told again as changes. Without a previous snapshot
    everything is added. Both have the columns COMPARED; the first snapshot needs its ids only.
    """
    if previous is None:
        return _lines(current["record_id"].combine_chunks(), "added").sort_by("record_id")
    old_ids, new_ids = (table["record_id"].combine_chunks() for table in (previous, current))
    at = pc.index_in(new_ids, old_ids)
    both = at.is_valid()
    old, new = previous.take(at.drop_null()), current.filter(both)
    ids, metres = new["record_id"].combine_chunks(), _moved(old, new)
    moved = metres > 0
    parts = [
        _lines(old_ids.filter(pc.invert(pc.is_in(old_ids, new_ids))), "removed"),
        _lines(new_ids.filter(pc.invert(both)), "added"),
    ]
    if moved.any():
        where = [_places(table.filter(pa.array(moved))) for table in (old, new)]
        parts.append(_lines(ids.filter(pa.array(moved)), "moved", "point", where[0], where[1], metres[moved]))
    for field in FIELDS:
        was, now = (table[field].combine_chunks() for table in (old, new))
        differs = _differs(_comparable(was), _comparable(now))
        if field in ("lat", "lon"):
            differs &= ~moved
        if differs.any():
            texts = [_texts(column.filter(pa.array(differs))) for column in (was, now)]
            parts.append(_lines(ids.filter(pa.array(differs)), "changed", field, *texts))
    return pa.concat_tables(parts).sort_by(
        [("record_id", "ascending"), ("change", "ascending"), ("field", "ascending")]
    )


def metres_between(old: pa.Table, new: pa.Table) -> np.ndarray:
    """How far the points of the same records lie from each other; NaN where one has none."""
    columns = [table[name].to_numpy() for name in ("lat", "lon") for table in (old, new)]
    old_lat, new_lat, old_lon, new_lon = (column.astype(float) for column in columns)
    east = (new_lon - old_lon + 180) % 360 - 180
    return np.asarray(
        _EARTH_M * np.radians(np.hypot(new_lat - old_lat, east * np.cos(np.radians(new_lat)))), dtype=float
    )


def _moved(old: pa.Table, new: pa.Table) -> np.ndarray:
    """Metres for points that moved beyond both precisions, 0 for the others."""
    metres = metres_between(old, new)
    sure = sum(np.nan_to_num(table["precision_m"].to_numpy().astype(float)) for table in (old, new))
    return np.where(metres > sure, metres, 0.0)


def _places(table: pa.Table) -> Array:
    return pc.binary_join_element_wise(
        *(_texts(table[name].combine_chunks()) for name in ("lat", "lon")), ", "
    )


def _comparable(column: Array) -> Array:
    """Lists and structs as one text a row, by marks that stand in no text; everything else as it is."""
    if pa.types.is_list(column.type):
        values = pc.fill_null(_comparable(column.flatten()), "\x00")
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
        joined = pc.binary_join(pa.ListArray.from_arrays(offsets, values), "\x1e")
        return pc.if_else(column.is_null(), None, joined)
    if pa.types.is_struct(column.type):
        fields = [pc.fill_null(field, "\x00") for field in column.flatten()]
        return pc.if_else(column.is_null(), None, pc.binary_join_element_wise(*fields, "\x1f"))
    return column


def _differs(was: Array, now: Array) -> np.ndarray:
    unequal = pc.fill_null(pc.not_equal(was, now), False)
    one_is_null = pc.xor(was.is_null(), now.is_null())
    differs: np.ndarray = pc.or_(unequal, one_is_null).to_numpy(zero_copy_only=False)
    return differs


def _texts(column: Array) -> Array:
    if pa.types.is_string(column.type):
        return column
    write = functools.partial(json.dumps, ensure_ascii=False) if pa.types.is_nested(column.type) else str
    return pa.array([None if v is None else write(v) for v in column.to_pylist()], pa.string())


def _lines(
    ids: Array,
    change: str,
    field: str | None = None,
    before: Any = None,
    after: Any = None,
    metres: Any = None,
) -> pa.Table:
    rows = len(ids)
    fields = (
        ids,
        pa.array([change] * rows, pa.string()),
        pa.array([field] * rows, pa.string()),
        pa.nulls(rows, pa.string()) if before is None else before,
        pa.nulls(rows, pa.string()) if after is None else after,
        pa.nulls(rows, pa.float64()) if metres is None else pa.array(metres.round(1)),
    )
    return pa.Table.from_arrays(list(fields), schema=CHANGES)
