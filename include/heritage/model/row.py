"""A register's row on its way from the reader to the mapping."""

from dataclasses import dataclass
from typing import Any

from heritage.model.issue import IssueCode

Row = dict[str, Any]
"""Column to value: text to the letter."""

DERIVED = frozenset({"geometry.type", "geometry.x", "geometry.y", "geometry.extent", "feature.id"})
"""Columns that a reader makes from the structure of the format; they belong to no description.

`geometry.extent` is half the diagonal of the shape's bounding box, in the units of its coordinates.
"""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One data row with its place in the file; `number` counts from 1, header not counted.

    `fault` says that the row cannot be read as it stands: it is rejected with this reason, and
    `cells` hold what could be made out.
    """

    file: str
    number: int
    cells: Row
    fault: IssueCode | None = None
