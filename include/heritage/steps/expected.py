"""What a sample maps to, as lines that a person can read and a test can compare."""

from typing import Any

from heritage.mapping import MappedRows

BESIDE = frozenset({"dataset", "kind", "file", "row", "source_row"})
"""What stands beside a record and says nothing of the mapping."""


def expected_lines(mapped: MappedRows) -> list[dict[str, Any]]:
    """The records without nulls in order of their ids, then code and row of what was rejected."""
    records = [
        {key: value for key, value in row.items() if value is not None and key not in BESIDE}
        for row in mapped.records.to_pylist()
    ]
    return [*records, *({"rejected": r["code"], "row": r["row"]} for r in mapped.rejected.to_pylist())]
