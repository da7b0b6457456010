"""A register's row on its way from the reader to the mapping."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import pyarrow as pa

from heritage.model.issue import IssueCode

Row = dict[str, Any]
"""Column to value: text to the letter."""

DERIVED = frozenset(
    {
        *("geometry.type", "geometry.x", "geometry.y", "geometry.extent", "geometry.flaw", "feature.id"),
        *("page", "page.url", "page.revision"),
    }
)
"""Columns that a reader makes from the structure of the format; they belong to no description.

The page columns tell where in a wiki a row stands. `geometry.extent` is half the diagonal of the shape's
bounding box, in the units of its coordinates. `geometry.flaw` is there for a shape that is not valid, and
says why.
"""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One data row with its place in the file; `number` counts from 1, header not counted.

    `fault` says that the row cannot be read as it stands: it is rejected with this reason, and
    `cells` hold what could be made out. `shape` is WKB in the CRS of the file, where whole shapes are read.
    """

    file: str
    number: int
    cells: Row
    fault: IssueCode | None = None
    shape: bytes | None = None


@dataclass(frozen=True, slots=True)
class SourceRows:
    """Data rows of one file as columns: what readers hand out and mappings work on.

    `numbers` (int32) are the places in the file. `cells` holds one string column a column of the register,
    null where a row has no such cell. `faults` names by position the rows that cannot be read as they stand.
    `shapes` (binary) are WKB in the CRS of the file, where whole shapes are read.
    """

    file: str
    numbers: "pa.Array[Any]"
    cells: pa.Table
    faults: Mapping[int, IssueCode] = field(default_factory=dict)
    shapes: "pa.Array[Any] | None" = None

    @classmethod
    def of(cls, rows: Iterable[SourceRow]) -> Self:
        """The same rows as columns; they are of one file, and there is at least one."""
        listed = list(rows)
        names = list(dict.fromkeys(name for row in listed for name in row.cells))
        columns = {name: pa.array([row.cells.get(name) for row in listed], pa.string()) for name in names}
        faults = {place: row.fault for place, row in enumerate(listed) if row.fault}
        numbers = pa.array([row.number for row in listed], pa.int32())
        shapes = [row.shape for row in listed]
        wkb = pa.array(shapes, pa.binary()) if any(shapes) else None
        return cls(listed[0].file, numbers, pa.table(columns), faults, wkb)

    def each(self) -> Iterator[SourceRow]:
        """Row by row, for what cannot be done by column."""
        rows = self.cells.to_pylist() if self.cells.num_columns else [{}] * len(self.numbers)
        for place, (number, cells) in enumerate(zip(map(int, self.numbers.to_numpy()), rows, strict=True)):
            present = {name: text for name, text in cells.items() if text is not None}
            yield SourceRow(self.file, number, present, self.faults.get(place))
