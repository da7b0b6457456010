"""Reads captured files in the format of their protocol, also out of an archive around them."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from heritage.adapters.harvest.archive import (
    GZIP,
    ZIP,
    Archive,
    begin,
    gunzip,
    zipped_by_nature,
)
from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.limits import ArchiveLimits
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

SUFFIXES: dict[str, tuple[str, ...]] = {
    "csv": (".csv", ".tsv", ".txt"),
    "excel": (".xlsx", ".xls", ".ods"),
    "json": (".json", ".jsonl", ".ndjson"),
    "geojson": (".geojson", ".json"),
    "shapefile": (".shp",),
    "geopackage": (".gpkg",),
    "kml": (".kml", ".kmz"),
    "xml": (".xml",),
    "gml": (".gml", ".xml"),
}
"""Suffixes of files by protocol; where two share one, the first is the likelier."""
_SPREADSHEET = {"[Content_Types].xml", "mimetype"}
"""Members by which a spreadsheet is told from an archive with one."""


class Reader:
    """Port RowReader. Files are looked for in ZIP and gzip archives, as far as `limits` allow."""

    def __init__(self, limits: ArchiveLimits | None = None) -> None:
        self._limits = limits or ArchiveLimits()

    def rows(self, spec: SourceSpec, files: Sequence[FetchedFile]) -> Iterator[SourceRows]:
        """The rows of all files in the order of their names.

        Raises SourceChanged for an archive that is not to be unpacked, and for files without one row.
        """
        read: Callable[[SourceSpec, FetchedFile], Iterator[SourceRows]] = import_module(
            f"heritage.adapters.harvest.formats.{spec.harvest.format}"
        ).rows
        empty = True
        listed = sorted(_registers(spec, files), key=lambda f: f.name)
        for file in listed:
            with self._open(spec, file) as opened:
                for rows in read(spec, opened):
                    empty = False
                    yield rows
        if empty and listed and spec.harvest.format in SUFFIXES and not spec.may_be_empty():
            raise stop(IssueCode.FILE_EMPTY, spec, listed[-1])

    @contextmanager
    def _open(self, spec: SourceSpec, file: FetchedFile) -> Iterator[FetchedFile]:
        """The file that is to be read: itself, or what an archive holds."""
        start = begin(file.path)
        if not start.startswith((*ZIP, GZIP)) or spec.harvest.format not in SUFFIXES:
            yield file
            return
        with tempfile.TemporaryDirectory(prefix="heritage-archive-") as folder:
            if start.startswith(GZIP):
                path = gunzip(spec, file, Path(folder), self._limits)
                file = replace(file, name=file.name.removesuffix(".gz"), path=path)
            yield self._unzipped(spec, file, Path(folder), spec.harvest.option("member"))

    def _unzipped(
        self, spec: SourceSpec, file: FetchedFile, folder: Path, member: str | None, inner: bool = False
    ) -> FetchedFile:
        kind = spec.harvest.format
        if not begin(file.path).startswith(ZIP):
            return file
        archive = Archive(spec, file, self._limits)
        if kind == "excel" and not _SPREADSHEET.isdisjoint(archive.names):
            archive.judge_all()
            return file
        if kind == "kml" and "doc.kml" in archive.names:
            member = member or "doc.kml"
        if kind == "shapefile" and spec.harvest.option("layer"):
            member = member or f"{spec.harvest.option('layer')}.shp"
        suffixes = [one for one in SUFFIXES[kind] if not (inner and zipped_by_nature(one))]
        name = archive.find(member, suffixes)
        place = Path(tempfile.mkdtemp(dir=folder))
        parts = archive.beside(name) if kind == "shapefile" else [name]
        paths = {part: archive.unpack(part, place) for part in parts}
        opened = replace(file, name=f"{file.name}/{name}", path=paths[name])
        return self._unzipped(spec, opened, folder, None, True) if zipped_by_nature(name) else opened


def _registers(spec: SourceSpec, files: Sequence[FetchedFile]) -> list[FetchedFile]:
    """The files that hold rows: a shapefile comes with others beside it."""
    if spec.harvest.format != "shapefile" or len(files) == 1:
        return list(files)
    return [file for file in files if file.name.lower().endswith((".shp", ".zip"))] or list(files)
