"""Looks at a file and says how it can be read: protocol and options, each with what spoke for it."""

import codecs
import glob
import json
import re
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Any

import pyogrio
from lxml import etree
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from heritage.adapters.harvest.archive import members_of
from heritage.adapters.harvest.detect_text import delimited_text
from heritage.adapters.harvest.detected import Detected, refused
from heritage.adapters.harvest.formats.content import stranger
from heritage.adapters.harvest.formats.elements import name_of
from heritage.adapters.harvest.formats.json import lists_of
from heritage.adapters.harvest.protocols.pages import at
from heritage.adapters.harvest.read import SUFFIXES

_LOOKED_AT = 1 << 18  # bytes that tell a format
_OLE = b"\xd0\xcf\x11\xe0"
_SHP = b"\x00\x00\x27\x0a"
_BY_SUFFIX = {suffix: protocol for protocol in reversed(SUFFIXES) for suffix in SUFFIXES[protocol]}
_PREFERRED = ("shapefile", "geopackage", "geojson", "json", "kml", "gml", "csv", "excel", "xml")
"""Which member of an archive is the register, where it has files of several formats."""


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
            raise refused(path, what)
        return _xml(path)
    if what or not text:
        raise refused(path, what or "empty")
    return delimited_text(path)


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
        names = [one.filename for one in members_of(path)]
    except zipfile.BadZipFile as error:
        raise refused(path, f"a damaged ZIP archive ({error})") from None
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
    raise refused(path, f"a ZIP archive without a table or map: {', '.join(names[:5]) or 'it is empty'}")


def _json(path: Path) -> Detected:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        first = path.read_bytes().split(b"\n", 2)
        if len(first) > 1 and all(_parses(line) for line in first[:2] if line.strip()):
            return Detected({"protocol": "json"}, {"protocol": "JSON Lines"})
        raise refused(path, f"JSON that cannot be read ({error})") from None
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        return Detected({"protocol": "geojson"}, {"protocol": "a GeoJSON feature collection"})
    found: dict[str, Any] = {"protocol": "json"}
    if isinstance(content, list):
        return Detected(found, {"protocol": f"a JSON list of {len(content)}"})
    where, size = max(lists_of(content), key=lambda pair: pair[1], default=("", 0))
    if not size:
        raise refused(path, "JSON without a list of objects")
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
        raise refused(path, f"XML that cannot be read ({error})") from None
    if root == "kml":
        return Detected({"protocol": "kml"}, {"protocol": "its root is kml"})
    if "gml" in namespace or "wfs" in namespace:
        return Detected({"protocol": "gml"}, {"protocol": f"its root {root} is of {namespace}"})
    if not counts:
        raise refused(path, "XML without elements that repeat")
    element, times = counts.most_common(1)[0]
    return Detected({"protocol": "xml", "records": element}, {"records": f"it stands there {times} times"})
