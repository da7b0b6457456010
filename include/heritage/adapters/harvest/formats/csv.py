"""Delimited text: CSV with any delimiter and encoding, cells to the letter."""

import codecs
import io
from collections.abc import Iterator

from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import decode, refuse_strangers
from heritage.adapters.harvest.formats.csv_columns import clean_rows
from heritage.adapters.harvest.formats.csv_rows import each_row
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

_JSON = ((rb"[\[{]\s*[\"{\[\]}]", "a JSON document"),)


def rows(spec: SourceSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """The data rows. A row out of step with the header carries a fault; blank lines are passed over.

    A clean file is read by column, every other row by row, with the same result. Raises SourceChanged for
    what is not a table, has no rows, or ends in the middle of one.
    """
    refuse_strangers(spec, file, _JSON)
    encoding = codecs.lookup(spec.harvest.option("encoding", "utf-8")).name
    if encoding in ("utf-8", "ascii"):
        with file.path.open("rb") as content:
            clean = clean_rows(spec, file, content, ascii=encoding == "ascii")
        decoded = None if clean else decode(spec, file)
    else:
        decoded = decode(spec, file)
        whole = io.BytesIO(b"" if decoded.wrong else decoded.text.encode())
        clean = clean_rows(spec, file, whole, ascii=False)
    if clean:
        yield from clean
    elif decoded:
        yield from in_batches(each_row(spec, file, decoded))
