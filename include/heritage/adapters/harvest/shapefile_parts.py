"""The files that make up a shapefile."""

import zipfile
from pathlib import Path, PurePosixPath

PARTS = {
    ".shp": "the shapes",
    ".shx": "where each shape begins",
    ".dbf": "the columns, with id and name",
    ".prj": "the coordinate system",
    ".cpg": "the encoding of the columns",
}
NEEDED = (".shp", ".shx", ".dbf")


def parts_beside(path: Path) -> dict[str, Path]:
    """The parts of the shapefile that a .shp belongs to, itself among them, by suffix in small letters."""
    beside = (one for one in sorted(path.parent.iterdir()) if one.stem.lower() == path.stem.lower())
    return {one.suffix.lower(): one for one in beside if one.suffix.lower() in PARTS and one.is_file()}


def missing_parts(path: Path) -> list[str]:
    """The suffixes of what a shapefile, bare or in a ZIP archive, does not have of all but the encoding."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            there = {PurePosixPath(name).suffix.lower() for name in archive.namelist()}
    else:
        there = set(parts_beside(path))
    return [suffix for suffix in PARTS if suffix not in there and suffix != ".cpg"]
