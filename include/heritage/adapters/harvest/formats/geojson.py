"""GeoJSON feature collections: properties as columns, the geometry beside them (see `model.row.DERIVED`)."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import Text, decode, mend, refuse_strangers, stop
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a feature, numbers to the letter; a line or an area stands for its centroid.

    Raises SourceChanged for what is not a feature collection, or lies in another CRS than described.
    """
    yield from in_batches(_rows(spec, file))


def _rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    refuse_strangers(spec, file)
    decoded = decode(spec, file)
    features = _features(spec, file, decoded)
    damaged = 0
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
            raise stop(
                IssueCode.FILE_NOT_TABLE, spec, file, row=number, hint="This is not a GeoJSON feature."
            )
        row = mend(_row(file, number, feature), spec)
        damaged += row.fault is IssueCode.ENCODING_WRONG
        yield row
    decoded.judge(damaged, len(features))


def _features(spec: DatasetSpec, file: FetchedFile, decoded: Text) -> list[Any]:
    text = decoded.text
    try:
        content = json.loads(text, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        torn = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string")
        code = IssueCode.FILE_TRUNCATED if torn else IssueCode.FILE_NOT_TABLE
        raise stop(
            code, spec, file, hint=f"JSON ends or breaks at character {error.pos}: {error.msg}."
        ) from error
    except RecursionError as error:
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint="JSON is nested too deeply.") from error
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise stop(
            IssueCode.FILE_NOT_TABLE, spec, file, hint="It is JSON, but not a GeoJSON FeatureCollection."
        )
    _compare_crs(spec, file, content.get("crs"))
    if not content["features"]:
        raise stop(IssueCode.FILE_EMPTY, spec, file, hint="The collection holds no feature.")
    features: list[Any] = content["features"]
    return features


def _compare_crs(spec: DatasetSpec, file: FetchedFile, member: Any) -> None:
    """GeoJSON of 2008 may name its CRS; then the description must name the same."""
    if member is None or spec.record.point is None:
        return
    name = str((member.get("properties") or {}).get("name", "")) if isinstance(member, dict) else ""
    name = re.sub(r"^urn:ogc:def:crs:(\w+):[^:]*:", r"\1:", name)
    try:
        theirs, ours = CRS.from_user_input(name), CRS.from_user_input(spec.record.point.crs)
    except CRSError:
        raise stop(
            IssueCode.FILE_NOT_TABLE, spec, file, field="crs", hint=f"Its CRS {name!r} is unknown."
        ) from None
    if not theirs.equals(ours, ignore_axis_order=True) and theirs.to_epsg() != ours.to_epsg():
        hint = f"The file says {name}, the description {spec.record.point.crs}: set record.point.crs."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, field="crs", hint=hint)


def _row(file: FetchedFile, number: int, feature: dict[str, Any]) -> SourceRow:
    cells = {str(key): _text(value) for key, value in (feature.get("properties") or {}).items()}
    if feature.get("id") is not None:
        cells["feature.id"] = _text(feature["id"])
    fault = _add_geometry(cells, feature.get("geometry"))
    return SourceRow(file.name, number, cells, fault)


def _add_geometry(cells: dict[str, str], geometry: Any) -> IssueCode | None:
    cells.update({"geometry.type": "", "geometry.x": "", "geometry.y": "", "geometry.extent": ""})
    if geometry is None:
        return None
    if not isinstance(geometry, dict):
        return IssueCode.POINT_UNREADABLE
    cells["geometry.type"] = str(geometry.get("type", ""))
    place = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(place, list) and len(place) >= 2:
        cells["geometry.x"], cells["geometry.y"] = _text(place[0]), _text(place[1])
        return None
    try:
        shape = shapely.from_geojson(json.dumps(_numbers(geometry)))
    except (ShapelyError, ValueError, TypeError):
        return IssueCode.POINT_UNREADABLE
    if shape.is_empty:
        return None
    centre, (left, low, right, high) = shape.centroid, shape.bounds
    if not (math.isfinite(centre.x) and math.isfinite(centre.y)):
        return IssueCode.POINT_UNREADABLE
    cells["geometry.x"], cells["geometry.y"] = f"{centre.x:.9f}", f"{centre.y:.9f}"
    cells["geometry.extent"] = f"{math.hypot(right - left, high - low) / 2:.9f}"
    return None


def _numbers(value: Any) -> Any:
    """Coordinates as numbers again; they were read as text for their decimals."""
    if isinstance(value, dict):
        return {k: _numbers(v) if k in ("coordinates", "geometries") else v for k, v in value.items()}
    if isinstance(value, list):
        return [_numbers(v) for v in value]
    return float(value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
