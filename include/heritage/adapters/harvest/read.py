"""Reads captured files in the format of their protocol."""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec


class Reader:
    """Port RowReader."""

    def rows(self, spec: DatasetSpec, files: Sequence[FetchedFile]) -> Iterator[SourceRows]:
        """The rows of all files in the order of their names."""
        read: Callable[[DatasetSpec, FetchedFile], Iterator[SourceRows]] = import_module(
            f"heritage.adapters.harvest.formats.{spec.harvest.format}"
        ).rows
        for file in sorted(files, key=lambda f: f.name):
            yield from read(spec, file)
