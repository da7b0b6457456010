"""Pages of an OAI-PMH repository: a row a record, in any metadata format (LIDO, EDM, Dublin Core)."""

from collections.abc import Iterator

from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.elements import Columns
from heritage.adapters.harvest.formats.oai_answer import is_deleted, read_answer
from heritage.model.row import SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """The records of a page that are not deleted; `number` is the place among all of them.

    Columns are `header/identifier`, `header/datestamp`, `header/setSpec`, and those of the metadata by the
    rule of `elements`, below its root: `title`, `title[2]`, `descriptiveMetadata[@lang=de]/…`.
    """
    yield from in_batches(_rows(spec, file))


def _rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    columns = Columns(spec, file)
    for number, record in enumerate(read_answer(spec, file).records, start=1):
        if is_deleted(record):
            continue
        cells = {}
        for header in record.findall("{*}header"):
            cells.update(columns.cells(header, number, "header/"))
        for metadata in record.iterfind("{*}metadata/{*}*"):
            cells.update(columns.cells(metadata, number))
        yield SourceRow(file.name, number, cells)
