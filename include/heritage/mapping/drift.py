"""What the register's own columns look like: how full they are, and how much of them is numbers."""

import pyarrow as pa

from heritage.mapping.register import Register
from heritage.model.arrow import pc
from heritage.model.tables import COLUMNS

_NUMBER = r"^\s*[+-]?[0-9]+(?:[.,][0-9]+)?\s*$"


def column_shapes(register: Register) -> pa.Table:
    """The columns in the schema COLUMNS, in the order of the register; rows left out are not counted."""
    lines = []
    for name in register.names:
        said = register.columns.raw(name).drop_null()
        numbers = pc.sum(pc.match_substring_regex(said, _NUMBER)).as_py() or 0
        filled = len(said) / max(register.rows, 1)
        lines.append({"column": name, "filled": filled, "numbers": numbers / max(len(said), 1)})
    return pa.Table.from_pylist(lines, schema=COLUMNS)
