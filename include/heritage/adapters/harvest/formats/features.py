"""Answers of a Web Feature Service: GeoJSON where the service offers it, else GML, read by GDAL.

GDAL brings coordinates to easting first, by the notation of the CRS (`urn:` follows the authority's order).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from heritage.adapters.harvest.crs import disagreement
from heritage.adapters.harvest.formats import geojson, geometry
from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.formats.elements import parse
from heritage.adapters.harvest.formats.json_text import text
from heritage.adapters.harvest.formats.wfs_answer import exception, members
from heritage.model.issue import IssueCode
from heritage.model.row import Row, SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

_GDAL = {"GML_FIELDTYPES": "ALWAYS_STRING", "GML_DOWNLOAD_SCHEMA": "NO"}
"""Texts stay as they are, and nothing but the file is read."""


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a feature; its columns are the properties of the feature type.

    Raises SourceChanged for what is neither, or lies in another CRS than described.
    """
    if file.content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return geojson.rows(spec, file)
    return in_batches(_gml(spec, file))


def _gml(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    root = parse(spec, file)
    found = members(root)
    if found is None:
        code, words = exception(root) or ("no feature collection", "")
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=f"The service says {code}. {words}")
    if not found:
        raise stop(IssueCode.FILE_EMPTY, spec, file, hint="The collection holds no feature.")
    for notation in {str(one.get("srsName")): None for one in root.iter("{*}*") if one.get("srsName")}:
        wrong = disagreement(spec, notation)
        if wrong:
            raise stop(IssueCode.FILE_NOT_TABLE, spec, file, field="srsName", hint=wrong)
    names, shapes, columns = _read(spec, file)
    if len(shapes) != len(found):
        hint = f"It holds {len(found)} features, of which {len(shapes)} can be read."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    for place, shape in enumerate(shapes):
        row: Row = {name: _cell(column[place]) for name, column in zip(names, columns, strict=True)}
        placed, fault = _place(shape)
        yield SourceRow(file.name, place + 1, row | placed, fault)


def _read(spec: DatasetSpec, file: FetchedFile) -> tuple[list[str], Any, list[Any]]:
    pyogrio.set_gdal_config_options(_GDAL)
    content = file.content  # not the path: GDAL writes a file of its own beside what it reads
    try:
        layers = [str(name) for name in pyogrio.list_layers(content)[:, 0]]
        meta, _, shapes, columns = pyogrio.raw.read(content, layer=_layer(spec, file, layers), force_2d=True)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        hint = f"It cannot be read as GML: {str(error)[:200]}."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint) from None
    names = ["feature.id" if name == "gml_id" else str(name) for name in meta["fields"]]
    return names, shapes if shapes is not None else np.full(len(columns[0]), None), columns


def _layer(spec: DatasetSpec, file: FetchedFile, layers: list[str]) -> str:
    """As GDAL names it: without the prefix."""
    wanted = str(spec.harvest.option("layer")).rsplit(":", 1)[-1]
    if wanted not in layers:
        hint = f"It holds no feature of {wanted}, but of {', '.join(layers)[:200] or 'nothing'}."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    return wanted


def _place(shape: bytes | None) -> geometry.Placed:
    if shape is None:
        return geometry.nowhere()
    made = shapely.from_wkb(shape, on_invalid="ignore")
    if made is None:
        return geometry.nowhere(fault=IssueCode.POINT_UNREADABLE)
    if made.geom_type == "Point" and not made.is_empty:
        return geometry.point("Point", repr(made.x), repr(made.y))
    return geometry.shape(made.geom_type, lambda: made)


def _cell(value: Any) -> str:
    return text(value.tolist() if isinstance(value, np.ndarray) else value)
