"""Answers of a Web Feature Service: GeoJSON where the service offers it, else GML."""

from collections.abc import Iterator

from heritage.adapters.harvest.formats import geojson, gml
from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.formats.elements import parse
from heritage.adapters.harvest.formats.wfs_answer import exception
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec


def rows(spec: SourceSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a feature; its columns are the properties of the feature type, its name is `feature.id`.

    Raises SourceChanged for what is neither, for an exception report, and for another CRS than described.
    """
    with file.path.open("rb") as opened:
        begin = opened.read(2048).lstrip(b"\xef\xbb\xbf \r\n\t")
    if begin.startswith(b"{"):
        return geojson.rows(spec, file)
    if b"ExceptionReport" in begin:
        code, words = exception(parse(spec, file)) or ("an exception", "")
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=f"The service says {code}. {words}")
    return gml.rows(spec, file)
