"""What changed in a register between two snapshots."""

import pandas as pd
import pyarrow as pa

from heritage.model.tables import CHANGES, RECORDS

_BESIDE = {"dataset", "record_id", "file", "row", "source_row"}
FIELDS = [name for name in RECORDS.names if name not in _BESIDE]
"""What a record says; where it stood in the file is no change."""

_Change = tuple[str, str, str | None, str | None, str | None]


def compare(previous: pa.Table | None, current: pa.Table) -> pa.Table:
    """Records added, removed, and changed field by field, in the schema CHANGES, sorted by id.

    Without a previous snapshot everything is added.
    """
    if previous is None:
        previous = current.schema.empty_table()
    before, after = (_texts(table) for table in (previous, current))
    ids_before, ids_after = set(before.index), set(after.index)
    changes: list[_Change] = [(key, "removed", None, None, None) for key in ids_before - ids_after]
    changes += [(key, "added", None, None, None) for key in ids_after - ids_before]
    both = sorted(ids_before & ids_after)
    old, new = before.loc[both], after.loc[both]
    for field in FIELDS:
        differs = (old[field] != new[field]).to_numpy()
        values = zip(old.index[differs], old.loc[differs, field], new.loc[differs, field], strict=True)
        changes += [(key, "changed", field, was or None, now or None) for key, was, now in values]
    changes.sort(key=lambda change: (change[0], change[1], change[2] or ""))
    columns = list(zip(*changes, strict=True)) if changes else [()] * len(CHANGES.names)
    return pa.table(dict(zip(CHANGES.names, map(list, columns), strict=True)), schema=CHANGES)


def _texts(records: pa.Table) -> pd.DataFrame:
    """Every field as text, empty for nothing, so that a change can be shown and null equals null."""
    columns = {name: ["" if v is None else str(v) for v in records[name].to_pylist()] for name in FIELDS}
    return pd.DataFrame(columns, index=records["record_id"].to_pylist(), dtype=object)
