"""Chooses the reader of a description's protocol."""

from collections.abc import Callable, Iterator, Sequence

from heritage.adapters.harvest import csv, geojson
from heritage.model.row import SourceRow
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

PROTOCOLS: dict[str, Callable[[DatasetSpec, FetchedFile], Iterator[SourceRow]]] = {
    "csv": csv.rows,
    "geojson": geojson.rows,
}


class Reader:
    """Port RowReader."""

    def rows(self, spec: DatasetSpec, files: Sequence[FetchedFile]) -> Iterator[SourceRow]:
        """The rows of all files in the order of their names."""
        for file in sorted(files, key=lambda f: f.name):
            yield from PROTOCOLS[spec.harvest.protocol](spec, file)
