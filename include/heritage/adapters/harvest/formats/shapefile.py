"""Shapefiles: geometry in .shp, attributes in .dbf, found by .shx, and a .prj and a .cpg that tell more."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from heritage.adapters.harvest.formats import gdal
from heritage.adapters.harvest.formats.content import is_utf8, stop, stranger
from heritage.adapters.harvest.shapefile_parts import NEEDED, parts_beside
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

_SHP = b"\x00\x00\x27\x0a"


def rows(spec: SourceSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a feature. Without a .cpg the attributes are in the encoding of the description.

    Raises SourceChanged as `gdal.layer_rows` does, and when a part is missing or torn.
    Source: ESRI Shapefile Technical Description (1998); dBASE III file structure.
    """
    parts = _parts(spec, file)
    _refuse_torn(spec, file, parts)
    told = ".cpg" in parts and parts[".cpg"].read_bytes().strip()
    encoding = None if told else spec.harvest.option("encoding", "utf-8")
    if encoding and encoding.lower() not in ("utf-8", "utf8") and is_utf8(_attributes(parts[".dbf"])):
        hint = f"It reads as UTF-8, not {encoding}: set harvest.encoding."
        raise stop(IssueCode.ENCODING_WRONG, spec, file, hint=hint)
    with tempfile.TemporaryDirectory(prefix="heritage-shapefile-") as folder:
        for suffix, path in parts.items():
            (Path(folder) / f"register{suffix}").symlink_to(path.absolute())
        yield from gdal.layer_rows(spec, file, Path(folder) / "register.shp", encoding=_by_gdal(encoding))


def _parts(spec: SourceSpec, file: FetchedFile) -> dict[str, Path]:
    with file.path.open("rb") as content:
        begin = content.read(4096)
    if not begin.startswith(_SHP):
        what = stranger(begin) or ("no shapefile" if begin.strip() else "empty")
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=f"It is {what}.")
    parts = parts_beside(file.path)
    missing = [suffix for suffix in NEEDED if suffix not in parts]
    if missing:
        lacking = " and no ".join(missing)
        hint = f"There is no {lacking} beside it: a shapefile comes as a ZIP with all its parts."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    return parts


def _refuse_torn(spec: SourceSpec, file: FetchedFile, parts: dict[str, Path]) -> None:
    """Raises SourceChanged when a part is shorter than its header says."""
    for suffix in NEEDED:
        with parts[suffix].open("rb") as content:
            head = content.read(100)
        if suffix == ".dbf":
            records, start, width = (
                int.from_bytes(head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12))
            )
            length = start + records * width
        else:
            length = 2 * int.from_bytes(head[24:28], "big")
        size = parts[suffix].stat().st_size
        if size < max(length, 32):
            hint = f"The {suffix} has {size} bytes of {length}. {IssueCode.FILE_TRUNCATED.remedy}"
            raise stop(IssueCode.FILE_TRUNCATED, spec, file, hint=hint)


def _attributes(dbf: Path) -> bytes:
    content = dbf.read_bytes()
    return content[int.from_bytes(content[8:10], "little") :]


def _by_gdal(encoding: str | None) -> str | None:
    """Python's name of an encoding as GDAL and iconv write it."""
    return encoding.upper().replace("_", "-").replace("LATIN-1", "ISO-8859-1") if encoding else None
