"""GeoJSON feature collections: properties as columns, the geometry beside them (see `model.row.DERIVED`)."""

import json
from collections.abc import Iterator
from typing import Any

import shapely

from heritage.adapters.harvest.crs import disagreement, north_first
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

    Raises SourceChanged for what is not a feature collection, or lies in another CRS than described.
    """
    yield from in_batches(_rows(spec, file))


def _rows(spec: SourceSpec, file: FetchedFile) -> Iterator[SourceRow]:
    content, decoded = document(spec, file)
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        hint = "It is JSON, but not a GeoJSON FeatureCollection."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    _compare_crs(spec, file, content.get("crs"))
    features: list[Any] = content["features"]
    if not features and not spec.may_be_empty():
        raise stop(IssueCode.FILE_EMPTY, spec, file, hint="The collection holds no feature.")
    turned = _turned(spec)
    damaged = 0
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
            hint = "This is not a GeoJSON feature."
            raise stop(IssueCode.FILE_NOT_TABLE, spec, file, row=number, hint=hint)
        row = cells(spec, file, number, feature.get("properties") or {})
        if feature.get("id") is not None:
            row |= cells(spec, file, number, {"feature.id": feature["id"]})
        shape = None
        if spec.whole_shapes:
            shape, fault = _whole(feature.get("geometry"), turned)
        else:
            placed, fault = _place(feature.get("geometry"))
            if turned:
                placed["geometry.x"], placed["geometry.y"] = placed["geometry.y"], placed["geometry.x"]
            row |= placed
        whole = mend(SourceRow(file.name, number, row, fault, shape), spec)
        damaged += whole.fault is IssueCode.ENCODING_WRONG
        yield whole
    decoded.judge(damaged, len(features))


def _compare_crs(spec: SourceSpec, file: FetchedFile, member: Any) -> None:
    """GeoJSON of 2008 may name its CRS; then the description must name the same."""
    named = member.get("properties") if isinstance(member, dict) else None
    if member is None:
        return
    named = named if isinstance(named, dict) else {}
    code = named.get("code")
    wrong = disagreement(spec, f"EPSG:{code}" if code else str(named.get("name", "")))
    if wrong:
        raise stop(IssueCode.CRS_DIFFERS, spec, file, field="crs", hint=wrong)


def _turned(spec: SourceSpec) -> bool:
    """GeoJSON has the easting first; only OGC API, asked for another CRS than WGS 84, keeps the order of
    that CRS (OGC API Features, part 2, 6.2.2)."""
    point = spec.place()
    if spec.harvest.protocol != "ogcapi" or point is None or point.crs == "EPSG:4326":
        return False
    return north_first(point.crs)


def _whole(member: Any, turned: bool) -> tuple[bytes | None, IssueCode | None]:
    if member is None:
        return None, None

    def drawn() -> shapely.Geometry:
        shape = shapely.from_geojson(json.dumps(_numbers(member)))
        return shapely.transform(shape, lambda places: places[:, ::-1]) if turned else shape

    return geometry.whole(drawn)


def _place(member: Any) -> geometry.Placed:
    if member is None:
        return geometry.nowhere()
    if not isinstance(member, dict):
        return geometry.nowhere(fault=IssueCode.POINT_UNREADABLE)
    kind = str(member.get("type", ""))
    places = member.get("coordinates")
    if kind == "MultiPoint" and isinstance(places, list) and len(places) == 1:
        places = places[0]
    if kind in ("Point", "MultiPoint") and isinstance(places, list) and len(places) >= 2:
        x, y = places[:2]
        if not isinstance(x, list) and not isinstance(y, list):
            return geometry.point(kind, text(x), text(y))
    return geometry.shape(kind, lambda: shapely.from_geojson(json.dumps(_numbers(member))))


def _numbers(value: Any) -> Any:
    """Coordinates as numbers again; they were read as text for their decimals."""
    if isinstance(value, dict):
        return {k: _numbers(v) if k in ("coordinates", "geometries") else v for k, v in value.items()}
    if isinstance(value, list):
        return [_numbers(v) for v in value]
    return float(value) if isinstance(value, str) else value
