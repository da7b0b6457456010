"""Whether the coordinate system that a source states is the one that the description names."""

import re
from contextlib import suppress
from functools import lru_cache
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from heritage.spec.source import SourceSpec

WGS84 = "OGC:CRS84"
"""WGS 84 with longitude first: what GeoJSON and OGC API Features mean when they say nothing."""
_GEOMETRY = "geometry.x"


def takes_geometry(spec: SourceSpec) -> bool:
    """True when the points of the description come from the geometry of the format, not from columns."""
    point = spec.place()
    return point is not None and point.x == _GEOMETRY


def disagreement(spec: SourceSpec, said: str) -> str | None:
    """What to set, in a sentence, when the source's geometry is in another CRS than described; else None.

    `said` is how the source writes it: a code, a URN, an address of the OGC, or WKT.
    """
    point = spec.place()
    if point is None or not takes_geometry(spec):
        return None
    if _crs(said) is None:
        return f"Its CRS {said[:80]!r} is unknown."
    if same_crs(said, point.crs):
        return None
    return f"The source says {name(said)}, the description {point.crs}: set {spec.place_key}.crs."


@lru_cache(maxsize=256)
def same_crs(one: str, other: str) -> bool:
    """True when two notations mean the same system; the order of its axes does not count."""
    first, second = _crs(one), _crs(other)
    if first is None or second is None:
        return False
    if first.equals(second, ignore_axis_order=True):
        return True
    code = first.to_epsg()
    return code is not None and code == second.to_epsg()


def name(said: str) -> str:
    """The short name of a CRS, to be written into a description; as it was said where it has none."""
    crs = _crs(said)
    authority = crs.to_authority() if crs else None
    if authority is None:
        return said[:80]
    return "EPSG:4326" if authority == ("OGC", "CRS84") else ":".join(authority)


def of_esri(reference: Any) -> str:
    """The CRS that a `spatialReference` of ArcGIS names, by its newest code, or else as WKT."""
    if not isinstance(reference, dict):
        return ""
    code = reference.get("latestWkid") or reference.get("wkid")
    return f"EPSG:{code}" if code else str(reference.get("wkt") or "")


def north_first(said: str) -> bool:
    """True for a CRS whose first axis runs north, as the authority orders its axes."""
    crs = _crs(said)
    return crs is not None and crs.axis_info[:1] != [] and crs.axis_info[0].direction.lower() == "north"


@lru_cache(maxsize=256)
def _crs(said: str) -> CRS | None:
    """The system; None for what is none. Notations that PROJ does not know are brought to a code first."""
    code = re.sub(r"^urn:(?:x-)?ogc:def:crs:(\w+):[^:]*:", r"\1:", said.strip())
    code = re.sub(r"^https?://www\.opengis\.net/def/crs/(\w+)/[^/]+/", r"\1:", code)
    code = re.sub(r"^https?://www\.opengis\.net/gml/srs/epsg\.xml#", "EPSG:", code)
    code = re.sub(r"^CRS:?84$", WGS84, code)
    notations = [code, re.sub("^EPSG:", "ESRI:", code)] if re.fullmatch(r"\w+:\w+", code) else [code]
    if len(notations) == 1 and not re.match(r"[A-Z]+(CRS|CS)\[", code):
        return None  # PROJ takes names of files, too: what a register sends must not choose one
    for notation in notations:
        with suppress(CRSError):
            return CRS.from_user_input(notation)
    return None
