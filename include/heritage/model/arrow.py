"""pyarrow's functions of columns. Their published types know fewer arguments than the functions take, so
they are `Any` here: what goes in and out is said in the docstrings, and held by the schemas of `tables`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute
Array: TypeAlias = Any
"""A pyarrow Array or ChunkedArray."""


def put(column: Array, at: np.ndarray, values: Sequence[Any]) -> Array:
    """The column with these values in those of its rows; values of any type, lists and structs too."""
    order = np.arange(len(column))
    order[at] = len(column) + np.arange(len(values))
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pa.concat_arrays([whole, pa.array(values, whole.type)]).take(pa.array(order))


def with_columns(table: pa.Table, columns: Mapping[str, Any]) -> pa.Table:
    """The table with these columns in place of its own of the same names, whose types stay."""
    for name, column in columns.items():
        index = table.schema.get_field_index(name)
        table = table.set_column(index, table.schema.field(index), column)
    return table


def rows_together(
    table: pa.Table, many: int, progress: Callable[[int, int], None] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """The rows, so many at a time; `progress` is told of those that whoever asked is done with. As rows a
    table takes some seven times its memory."""
    for start in range(0, table.num_rows, many):
        yield table.slice(start, many).to_pylist()
        if progress:
            progress(min(start + many, table.num_rows), table.num_rows)
