"""Any XML file: every element of one name is a row."""

from collections.abc import Iterator

from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.elements import Columns
from heritage.adapters.harvest.formats.markup import each
from heritage.adapters.harvest.formats.names import refuse_width
from heritage.model.row import SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row an element `records`; its columns are those of `formats.elements`.

    Raises SourceChanged for XML that is torn, not well-formed or declares entities, and when there is no
    such element.
    """
    yield from in_batches(_rows(spec, file))


def _rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    columns = Columns(spec, file)
    seen: set[str] = set()
    for number, element in enumerate(each(spec, file, spec.harvest.option("records")), start=1):
        row = columns.cells(element, number)
        if not row.keys() <= seen:
            seen.update(row)
            refuse_width(spec, file, len(seen))
        yield SourceRow(file.name, number, row)
