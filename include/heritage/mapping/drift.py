"""What the register's own columns look like: how full they are, and how much of them is numbers."""

import numpy as np
import pyarrow as pa

from heritage.mapping.register import Register
from heritage.model.arrow import pc
from heritage.model.tables import COLUMNS
from heritage.spec.columns import CONTACT

_NUMBER = r"^\s*[+-]?[0-9]+(?:[.,][0-9]+)?\s*$"
_LOOKED_AT = 20_000  # rows, evenly over the register: shares are true to one in a hundred


def column_shapes(register: Register) -> pa.Table:
    """The columns in the schema COLUMNS, in the order of the register; rows left out are not counted."""
    some = np.unique(np.linspace(0, max(register.rows - 1, 0), min(register.rows, _LOOKED_AT)).astype(int))
    columns, lines = register.columns.take(some), []
    for name in register.names:
        if name == "geometry.flaw":
            continue  # of single shapes, which are noted one by one; the register has no such column
        said = columns.raw(name).drop_null()
        numbers = pc.sum(pc.match_substring_regex(said, _NUMBER)).as_py() or 0
        contacts = pc.sum(pc.match_substring_regex(said, CONTACT)).as_py() or 0
        filled, least = len(said) / max(len(some), 1), max(len(said), 1)
        shares = {"filled": filled, "numbers": numbers / least, "contacts": contacts / least}
        lines.append({"column": name} | shares)
    return pa.Table.from_pylist(lines, schema=COLUMNS)
