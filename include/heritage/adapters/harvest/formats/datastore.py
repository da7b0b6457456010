"""Pages of a CKAN datastore: the records of an answer to `datastore_search`."""

from collections.abc import Iterator

from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import mend, stop
from heritage.adapters.harvest.formats.json_text import cells, document
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a record, numbers to the letter. Raises SourceChanged for what is no such answer."""
    yield from in_batches(_rows(spec, file))


def _rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    content, decoded = document(spec, file)
    result = content.get("result") if isinstance(content, dict) else None
    records = result.get("records") if isinstance(result, dict) else None
    if not isinstance(records, list):
        hint = "It is JSON, but not the answer of a CKAN datastore."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    if not records:
        raise stop(IssueCode.FILE_EMPTY, spec, file, hint="The page holds no record.")
    damaged = 0
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            hint = "This is not a record of a table."
            raise stop(IssueCode.FILE_NOT_TABLE, spec, file, row=number, hint=hint)
        whole = mend(SourceRow(file.name, number, cells(spec, file, number, record)), spec)
        damaged += whole.fault is IssueCode.ENCODING_WRONG
        yield whole
    decoded.judge(damaged, len(records))
