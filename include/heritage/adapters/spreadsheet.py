"""Tables that people open in a spreadsheet by a click."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from heritage.model.shown import cell

_MARK = "\ufeff"
"""Without it some programs read UTF-8 as the old encoding of their country."""


def spreadsheet(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """CSV in which no text is a formula, and every letter is that of the row."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return _MARK + out.getvalue()
