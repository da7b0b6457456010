"""The register's own columns out of the rows that records keep as JSON (`source_row`)."""

from collections.abc import Sequence
from io import BytesIO

import pyarrow as pa
from pyarrow import json as arrow_json

from heritage.mapping.columns import Columns, nothing_said
from heritage.model.arrow import Array, pc

_AT_ONCE = 50_000  # rows whose JSON is taken apart together: what bounds the memory


def kept_columns(source_rows: Array, names: Sequence[str], empty: Sequence[str]) -> Columns:
    """The columns of these names; a row that lacks one has a null. `empty` are words that say nothing."""
    schema = pa.schema([(name, pa.string()) for name in dict.fromkeys(names)])
    parts = [schema.empty_table()]
    options = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    for start in range(0, len(source_rows) if names else 0, _AT_ONCE):
        lines = "\n".join(pc.fill_null(source_rows.slice(start, _AT_ONCE), "{}").to_pylist()).encode()
        block = arrow_json.ReadOptions(block_size=len(lines) + 1, use_threads=False)
        parts.append(arrow_json.read_json(BytesIO(lines), block, options).select(schema.names))
    return Columns(pa.concat_tables(parts).combine_chunks(), nothing_said(empty))
