"""Tables of records, made without a register: churches that differ in everything, in the middle of Sweden."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from heritage.model.tables import RECORDS

Change = Callable[[list[Any]], list[Any]]


def records(count: int = 20, **columns: Change | list[Any]) -> pa.Table:
    """Good records in the schema RECORDS; a column may be given anew, or as a change of its values."""
    numbers = range(1, count + 1)
    values: dict[str, list[Any]] = {name: [None] * count for name in RECORDS.names}
    values |= {
        "dataset": ["se_demo"] * count,
        "record_id": [f"{n:04}" for n in numbers],
        "kind": ["monument"] * count,
        "name": [f"Kyrka åäö {n}" for n in numbers],
        "lang": ["sv"] * count,
        "names": [[{"lang": "sv", "text": f"Kyrka åäö {n}"}] for n in numbers],
        "type": ["kyrka"] * count,
        "class_item": ["Q16970"] * count,
        "country": ["Q34"] * count,
        "lat": [59.00457 + n / 600 for n in numbers],
        "lon": [14.00123 + n / 500 for n in numbers],
        "precision_m": [1.0] * count,
        "place_method": ["given"] * count,
        "url": [f"https://example.org/entry/{n:04}" for n in numbers],
        "file": ["list.csv"] * count,
        "row": list(numbers),
        "source_row": ["{}"] * count,
    }
    for name, change in columns.items():
        values[name] = change(values[name]) if callable(change) else change
    return pa.table(values, schema=RECORDS)
