"""Evidence as rows of a table and back."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import pyarrow as pa

from heritage.model.arrow import with_columns
from heritage.model.evidence import Axis, Evidence, Relation, Status, evidence_id
from heritage.model.tables import EVIDENCE

_FIELDS = [field.name for field in fields(Evidence)]


def evidence_table(items: Iterable[Evidence], property: str | None = None) -> pa.Table:
    """The items in the schema EVIDENCE; `property` is the one whose ids their `record_id` are."""
    rows = []
    for item in items:
        row: dict[str, Any] = {name: getattr(item, name) for name in _FIELDS}
        row |= {"evidence_id": item.evidence_id, "property": property, "entry": item.entry or None}
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=EVIDENCE)


def evidence_of(row: Mapping[str, Any]) -> Evidence:
    """One row in the schema EVIDENCE as a value."""
    given = {name: row[name] for name in _FIELDS}
    given |= {
        "axis": Axis(row["axis"]),
        "relation": Relation(row["relation"]),
        "status": Status(row["status"]),
        "causes": tuple(row["causes"] or ()),
        "entry": row["entry"] or "",
    }
    return Evidence(**given)


def with_ids(table: pa.Table) -> pa.Table:
    """The same rows with the ids that belong to what they say, each once; of equals the newest."""
    said = ("record_id", "scheme", "independence_group", "raw_value", "register", "entry")
    columns: list[list[Any]] = [table[name].to_pylist() for name in said]
    ids = [evidence_id(*row) for row in zip(*columns, strict=True)]
    table = with_columns(table, {"evidence_id": pa.array(ids, pa.string())})
    if len(set(ids)) == len(ids):
        return table
    newest: dict[str, int] = {}
    observed: list[Any] = table["observed"].to_pylist()
    for i, name in enumerate(ids):
        if name not in newest or observed[i] > observed[newest[name]]:
            newest[name] = i
    return table.take(pa.array(sorted(newest.values()), pa.int64()))
