"""Pages of ArcGIS services: attributes as columns, the geometry beside them (see `model.row.DERIVED`).

Dates stay what they are there: milliseconds since 1970.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from heritage.adapters.harvest.crs import disagreement, of_esri
from heritage.adapters.harvest.formats import geometry
from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import mend, stop
from heritage.adapters.harvest.formats.json_text import cells, document, text
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec


def rows(spec: SourceSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a feature, numbers to the letter; a line or an area stands for a point of it.

    Raises SourceChanged for what is not the answer of a query, or lies in another CRS than described.
    """
    yield from in_batches(_rows(spec, file))


def _rows(spec: SourceSpec, file: FetchedFile) -> Iterator[SourceRow]:
    content, decoded = document(spec, file)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        hint = "It is JSON, but not the answer of an ArcGIS service to a query."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    if not features and not spec.may_be_empty():
        raise stop(IssueCode.FILE_EMPTY, spec, file, hint="The page holds no feature.")
    reference = content.get("spatialReference")
    wrong = disagreement(spec, of_esri(reference)) if reference else None
    if wrong:
        raise stop(IssueCode.CRS_DIFFERS, spec, file, field="spatialReference", hint=wrong)
    damaged = 0
    for number, feature in enumerate(features, start=1):
        attributes = feature.get("attributes") if isinstance(feature, dict) else None
        if not isinstance(attributes, dict):
            hint = "This is not a feature of an ArcGIS service."
            raise stop(IssueCode.FILE_NOT_TABLE, spec, file, row=number, hint=hint)
        row, shape = cells(spec, file, number, attributes), None
        if spec.whole_shapes:
            shape, fault = _whole(feature.get("geometry"))
        else:
            placed, fault = _place(feature.get("geometry"))
            row |= placed
        whole = mend(SourceRow(file.name, number, row, fault, shape), spec)
        damaged += whole.fault is IssueCode.ENCODING_WRONG
        yield whole
    decoded.judge(damaged, len(features))


def _place(member: Any) -> geometry.Placed:
    if member is None:
        return geometry.nowhere()
    if not isinstance(member, dict):
        return geometry.nowhere(fault=IssueCode.POINT_UNREADABLE)
    if "x" in member:
        x, y = text(member["x"]), text(member.get("y"))
        return geometry.nowhere("Point") if x in ("", "NaN") else geometry.point("Point", x, y)
    if not any(member.get(part) for part in ("points", "paths", "rings")):
        known = "points" in member or "paths" in member or "rings" in member
        return geometry.nowhere(fault=None if known else IssueCode.POINT_UNREADABLE)
    points = member.get("points")
    if isinstance(points, list):
        if len(points) == 1 and isinstance(points[0], list) and len(points[0]) >= 2:
            return geometry.point("MultiPoint", text(points[0][0]), text(points[0][1]))
        return geometry.shape("MultiPoint", lambda: shapely.multipoints(_numbers(points)))
    if "paths" in member:
        return geometry.shape("MultiLineString", lambda: shapely.multilinestrings(_lines(member["paths"])))
    return geometry.shape("Polygon", lambda: _area(member["rings"]))


def _whole(member: Any) -> tuple[bytes | None, IssueCode | None]:
    if not isinstance(member, dict) or member.get("x") in ("", "NaN"):
        return None, None if member is None or isinstance(member, dict) else IssueCode.POINT_UNREADABLE
    return geometry.whole(lambda: _drawn(member))


def _drawn(member: dict[str, Any]) -> shapely.Geometry:
    if "x" in member:
        return shapely.points(_numbers([[member["x"], member["y"]]])[0])
    if "points" in member:
        return shapely.multipoints(_numbers(member["points"]))
    if "paths" in member:
        return shapely.multilinestrings(_lines(member["paths"]))
    try:
        return _area(member["rings"])
    except ValueError:  # they cross each other: whoever reads them has to mend that
        return shapely.multipolygons([shapely.polygons(_numbers(ring)) for ring in member["rings"]])


def _area(rings: list[Any]) -> shapely.Geometry:
    """Rings may be several areas and their holes in one list: what an odd number of them surrounds is in."""
    if len(rings) == 1:
        return shapely.polygons(_numbers(rings[0]))
    area = shapely.build_area(shapely.multilinestrings(_lines(rings)))
    if area.is_empty:
        raise ValueError("the rings cross each other")
    return area


def _lines(parts: list[Any]) -> list[Any]:
    return [shapely.linestrings(_numbers(part)) for part in parts]


def _numbers(places: list[Any]) -> Any:
    """Coordinates as numbers, without height and measure; they were read as text for their decimals."""
    numbers = np.array([place[:2] for place in places], dtype=float)
    if not np.isfinite(numbers).all():
        raise ValueError("a coordinate is no number")
    return numbers
