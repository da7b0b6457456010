"""Names of columns, as a header gives them."""

from collections import Counter
from collections.abc import Sequence

from heritage.adapters.harvest.formats.content import stop
from heritage.model.issue import IssueCode
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

_MOST_COLUMNS = 5_000
"""No register has so many: where there are more, a table lies on its side, or somebody means harm."""


def column_names(spec: SourceSpec, file: FetchedFile, header: Sequence[str]) -> list[str]:
    """Column names, each once: a second one of the same name gets `#2`, an unnamed one its place.

    What stands empty at the end is no column. Raises SourceChanged for too many.
    """
    cells = list(header)
    while cells and not cells[-1].strip():
        cells.pop()
    refuse_width(spec, file, len(cells))
    names: dict[str, None] = {}
    copies: Counter[str] = Counter()
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or f"column {place}"
        once = name
        while once in names:
            copies[name] += 1
            once = f"{name}#{copies[name] + 1}"
        names[once] = None
    return list(names)


def refuse_width(spec: SourceSpec, file: FetchedFile, columns: int) -> None:
    """Raises SourceChanged for more columns than a register has."""
    if columns > _MOST_COLUMNS:
        hint = f"It has {columns} columns; {_MOST_COLUMNS} are the most that is read."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
