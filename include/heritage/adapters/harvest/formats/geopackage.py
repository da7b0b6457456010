"""GeoPackages: a layer is a table of an SQLite database."""

from collections.abc import Iterator

from heritage.adapters.harvest.formats import gdal
from heritage.adapters.harvest.formats.content import stop, stranger
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

_SQLITE = b"SQLite format 3\0"


def rows(spec: SourceSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a feature. The primary key is `feature.id`, or has its own name where the description says so.

    Raises SourceChanged as `gdal.layer_rows` does, and for what is no GeoPackage.
    """
    with file.path.open("rb") as content:
        begin = content.read(4096)
    if not begin.startswith(_SQLITE):
        what = stranger(begin) or ("no GeoPackage" if begin.strip() else "empty")
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=f"It is {what}.")
    pages = int.from_bytes(begin[28:32], "big") * (int.from_bytes(begin[16:18], "big") or 1)
    if file.path.stat().st_size < pages:
        raise stop(IssueCode.FILE_TRUNCATED, spec, file)
    with gdal.alone(file.path, ".gpkg") as path:
        layer = gdal.choose(spec, file, gdal.layers(spec, file, path))
        yield from gdal.layer_rows(spec, file, path, layer, fids=True)
