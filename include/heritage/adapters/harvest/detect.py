"""Looks at a file and says how it can be read: protocol and options, each with what spoke for it."""

import codecs
import csv
import glob
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import clevercsv
import pyogrio
from charset_normalizer import from_bytes
from lxml import etree
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from heritage.adapters.harvest.formats.content import DAMAGED_SHARE, stranger
from heritage.adapters.harvest.formats.elements import name_of
from heritage.adapters.harvest.formats.json import lists_of
from heritage.adapters.harvest.protocols.pages import at
from heritage.adapters.harvest.read import SUFFIXES
from heritage.errors import SourceChanged

_LOOKED_AT = 1 << 18  # bytes that tell a format
_DELIMITERS = [",", ";", "\t", "|"]
_OLE = b"\xd0\xcf\x11\xe0"
_SHP = b"\x00\x00\x27\x0a"
_WESTERN = ("English", "French", "German", "Spanish", "Portuguese", "Italian", "Dutch", "Swedish", "Danish",
            "Norwegian", "Finnish", "Catalan", "Latin based")  # fmt: skip
_USUAL = {"cp1252": _WESTERN, "cp932": ("Japanese",)}
"""What programs really write, where several encodings read the same text."""
_BY_SUFFIX = {suffix: protocol for protocol in reversed(SUFFIXES) for suffix in SUFFIXES[protocol]}
_PREFERRED = ("shapefile", "geopackage", "geojson", "json", "kml", "gml", "csv", "excel", "xml")
"""Which member of an archive is the register, where it has files of several formats."""


@dataclass(frozen=True, slots=True)
class Detected:
    """`harvest` are keys of a description, without the address; `evidence` tells by key what spoke for it."""

    harvest: dict[str, Any]
    evidence: dict[str, str] = field(default_factory=dict)


def detect(path: Path) -> Detected:
    """How the file can be read. Raises SourceChanged with what it is when that is no register."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if start.startswith(b"PK\x03\x04"):
        return _archive(path)
    if start.startswith(b"SQLite format 3"):
        return Detected({"protocol": "geopackage"}, {"protocol": "an SQLite database, as GeoPackage is"})
    if start.startswith(_SHP):
        return Detected({"protocol": "shapefile"}, {"protocol": "the .shp of a shapefile"})
    if start.startswith(_OLE):
        return Detected({"protocol": "excel"}, {"protocol": "an Office file of before 2007"})
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith((b"{", b"[")):
        return _json(path)
    what = stranger(start)
    if what == "an XML document" or re.match(rb"<[a-zA-Z]", text):
        if what == "an HTML page":
            raise _refused(path, what)
        return _xml(path)
    if what or not text:
        raise _refused(path, what or "empty")
    return _delimited(path)


def stated_crs(path: Path, protocol: str) -> str | None:
    """The CRS that the file itself names, as EPSG:n; None where it names none that EPSG knows."""
    if protocol == "geojson":
        name = at(json.loads(path.read_bytes()), "crs", "properties", "name")
    elif protocol in ("shapefile", "geopackage", "kml", "gml"):
        try:
            name = pyogrio.read_info(f"/vsizip/{path}" if path.suffix.lower() == ".zip" else str(path))["crs"]
        except (DataSourceError, DataLayerError, IndexError):  # as for a file without a layer
            return None
    else:
        return None
    try:
        code = CRS.from_user_input(name).to_epsg(min_confidence=60) if isinstance(name, str) else None
    except CRSError:
        return None
    return f"EPSG:{code}" if code else None


def _archive(path: Path) -> Detected:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [one.filename for one in archive.infolist() if not one.is_dir()]
    except zipfile.BadZipFile as error:
        raise _refused(path, f"a damaged ZIP archive ({error})") from None
    if "[Content_Types].xml" in names or "mimetype" in names:
        return Detected({"protocol": "excel"}, {"protocol": "a spreadsheet"})
    if path.suffix.lower() == ".kmz":
        return Detected({"protocol": "kml"}, {"protocol": "a KMZ archive"})
    for protocol in _PREFERRED:
        fitting = [n for n in names if _BY_SUFFIX.get(PurePosixPath(n).suffix.lower()) == protocol]
        if not fitting:
            continue
        found = {"protocol": protocol}
        if len(fitting) > 1:
            found["member"] = glob.escape(PurePosixPath(fitting[0]).name)
        told = f"a ZIP archive with {', '.join(fitting[:5])}" + (" and more" if len(fitting) > 5 else "")
        return Detected(found, {"protocol": told})
    raise _refused(path, f"a ZIP archive without a table or map: {', '.join(names[:5]) or 'it is empty'}")


def _json(path: Path) -> Detected:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        first = path.read_bytes().split(b"\n", 2)
        if len(first) > 1 and all(_parses(line) for line in first[:2] if line.strip()):
            return Detected({"protocol": "json"}, {"protocol": "JSON Lines"})
        raise _refused(path, f"JSON that cannot be read ({error})") from None
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        return Detected({"protocol": "geojson"}, {"protocol": "a GeoJSON feature collection"})
    found: dict[str, Any] = {"protocol": "json"}
    if isinstance(content, list):
        return Detected(found, {"protocol": f"a JSON list of {len(content)}"})
    where, size = max(lists_of(content), key=lambda pair: pair[1], default=("", 0))
    if not size:
        raise _refused(path, "JSON without a list of objects")
    return Detected(found | {"records": where}, {"records": f"the longest list, {size} objects"})


def _parses(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _xml(path: Path) -> Detected:
    counts: Counter[str] = Counter()
    root = namespace = ""
    try:
        events = etree.iterparse(
            str(path), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
        )
        depth = 0
        for event, element in events:
            if event == "start":
                depth += 1
                space, local = name_of(element.tag)
                if depth == 1:
                    root, namespace = local, space
                elif depth <= 4:
                    counts[local] += 1
            else:
                depth -= 1
                element.clear()
    except etree.XMLSyntaxError as error:
        raise _refused(path, f"XML that cannot be read ({error})") from None
    if root == "kml":
        return Detected({"protocol": "kml"}, {"protocol": "its root is kml"})
    if "gml" in namespace or "wfs" in namespace:
        return Detected({"protocol": "gml"}, {"protocol": f"its root {root} is of {namespace}"})
    if not counts:
        raise _refused(path, "XML without elements that repeat")
    element, times = counts.most_common(1)[0]
    return Detected({"protocol": "xml", "records": element}, {"records": f"it stands there {times} times"})


def _delimited(path: Path) -> Detected:
    content = path.read_bytes()
    encoding, why = _encoding(content)
    found: dict[str, Any] = {"protocol": "csv"}
    evidence = {"protocol": "delimited text"}
    if encoding != "utf-8":
        found["encoding"], evidence["encoding"] = encoding, why
    text = content[:_LOOKED_AT].decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    lines = text.splitlines(keepends=True)
    delimiter = _delimiter("".join(lines[:30]))
    if delimiter != ",":
        found["delimiter"] = delimiter
    csv.field_size_limit(_LOOKED_AT)
    try:
        rows = [row for _, row in zip(range(200), csv.reader(lines, delimiter=delimiter), strict=False)]
    except csv.Error as error:
        raise _refused(path, f"no table that can be read ({error})") from None
    widths = Counter(len(row) for row in rows if any(row))
    usual = max(widths, key=widths.__getitem__, default=0)
    if usual < 2:
        raise _refused(path, "text without columns")
    headers = (n for n, row in enumerate(rows, start=1) if len(row) == usual and sum(map(bool, row)) > 1)
    header = next(headers, 1)
    before = sum(len(list(csv.reader([line]))) for line in lines[: header - 1])
    if header > 1 and before == header - 1:
        found["header"], evidence["header"] = header, f"the first line with {usual} cells"
    evidence["delimiter"] = f"{widths[usual]} of the first {len(rows)} rows have {usual} cells"
    return Detected(found, evidence)


def _encoding(content: bytes) -> tuple[str, str]:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", ""
    lines = content.splitlines()
    damaged = sum(1 for line in lines if not _is(line, "utf-8"))
    beyond = sum(1 for line in lines if not line.isascii())
    if damaged <= DAMAGED_SHARE * len(lines) and damaged * 2 < beyond:
        return "utf-8", f"{damaged} of {len(lines)} lines are damaged"
    sample = b"\n".join([line for line in lines if not line.isascii()][:2000])
    best = from_bytes(sample).best()
    if best is None:
        return "cp1252", "not UTF-8, and nothing else fits better"
    told = f"it is not UTF-8; %s reads as {best.language or 'text'}"
    lines = sample.splitlines()
    for usual, languages in _USUAL.items():
        damaged = sum(not _is(line, usual) for line in lines)
        if best.language in languages and damaged <= DAMAGED_SHARE * len(lines):
            return usual, told % usual
    return best.encoding, told % best.encoding


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: str) -> str:
    try:
        dialect = clevercsv.Sniffer().sniff(sample[:20_000], delimiters=_DELIMITERS)
    except (clevercsv.Error, ValueError):
        dialect = None
    if dialect is None or dialect.delimiter not in _DELIMITERS:
        first = next(io.StringIO(sample), "")
        return max(_DELIMITERS, key=first.count)
    return str(dialect.delimiter)


def _refused(path: Path, what: str) -> SourceChanged:
    return SourceChanged(f"{path.name}: it is {what}; give the file or the address of the register itself")
