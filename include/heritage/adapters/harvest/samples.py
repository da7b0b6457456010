"""Cuts a small sample out of a register's file, in the shape in which it is published."""

import csv
import io
import json
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyogrio

from heritage.adapters.harvest.formats.csv_rows import delimited
from heritage.adapters.harvest.shapefile_parts import parts_beside

_ROWS = 12
_SMALL = 500_000  # bytes of a file that is a sample as a whole


def cut(path: Path, harvest: Mapping[str, Any], folder: Path) -> tuple[Path, int] | None:
    """The first rows of `path` as a file in `folder`, and how many they are; None for a file that cannot be
    cut, as a damaged one or a large one of some formats."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / path.name
    with suppress(UnicodeDecodeError, csv.Error, LookupError, TypeError, pyogrio.errors.DataSourceError):
        return _cut(path, harvest, target)
    return None  # not what it seems to be: its reader says what is wrong with it


def _cut(path: Path, harvest: Mapping[str, Any], target: Path) -> tuple[Path, int] | None:
    protocol = harvest["protocol"]
    if protocol == "shapefile":
        return _shapefile(path, target.with_suffix(".zip"))
    if path.suffix.lower() not in (".zip", ".kmz") and protocol == "csv":
        return _csv(path, harvest, target)
    if path.suffix.lower() != ".zip" and protocol in ("json", "geojson"):
        return _json(path, harvest, target)
    if path.stat().st_size > _SMALL:
        return None
    shutil.copyfile(path, target)
    return target, 0


def _csv(path: Path, harvest: Mapping[str, Any], target: Path) -> tuple[Path, int]:
    encoding = harvest.get("encoding", "utf-8")
    text = path.read_bytes().decode(encoding, "surrogateescape")
    lines = io.StringIO(text, newline="").readlines()
    reader = delimited(lines, harvest.get("delimiter", ","))
    rows = -int(harvest.get("header", 1))
    for row in reader:
        rows += any(row)
        if rows == _ROWS:
            break
    target.write_bytes("".join(lines[: reader.line_num]).encode(encoding, "surrogateescape"))
    return target, rows


def _json(path: Path, harvest: Mapping[str, Any], target: Path) -> tuple[Path, int]:
    text = path.read_text(encoding=harvest.get("encoding", "utf-8-sig"))
    try:
        content = json.loads(text)
    except ValueError:
        lines = text.splitlines(keepends=True)[:_ROWS]
        target.write_text("".join(lines), encoding="utf-8")
        return target, len(lines)
    keys = ["features"] if harvest["protocol"] == "geojson" else str(harvest.get("records") or "").split(".")
    holder, last = content, ""
    for key in filter(None, keys):
        holder, last = (holder[last] if last else holder), key
    rows = holder[last] if last else content
    if last:
        holder[last] = rows[:_ROWS]
    else:
        content = rows[:_ROWS]
    text = json.dumps(content, ensure_ascii=False, indent=1)
    target.write_text(text, encoding="utf-8", errors="backslashreplace")  # lone surrogates, as JSON has them
    return target, min(len(rows), _ROWS)


def _shapefile(path: Path, target: Path) -> tuple[Path, int] | None:
    """A small one as it is, as an archive; of a large one its first features. A bare .shp is taken with the
    files beside it."""
    if path.suffix.lower() == ".zip":
        shutil.copyfile(path, target)
    else:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for suffix, part in parts_beside(path).items():
                archive.write(part, f"{path.stem}{suffix}")
    if target.stat().st_size <= _SMALL:
        return target, 0
    cut = _first_features(target, path.stem)
    return (target, cut) if target.stat().st_size <= _SMALL else None


def _first_features(archive: Path, stem: str) -> int:
    known, features = pyogrio.read_arrow(f"/vsizip/{archive}", max_features=_ROWS)
    with tempfile.TemporaryDirectory(prefix="heritage-cut-") as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a date that was text becomes text again
            pyogrio.write_arrow(
                features,
                Path(folder) / f"{stem}.shp",
                driver="ESRI Shapefile",
                geometry_name=known["geometry_name"] or "wkb_geometry",
                geometry_type=known["geometry_type"],
                crs=known["crs"],
                encoding="UTF-8",
            )
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
            for part in sorted(Path(folder).iterdir()):
                made.write(part, part.name)
    return int(features.num_rows)
