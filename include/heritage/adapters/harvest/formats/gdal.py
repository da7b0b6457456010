"""Layers of map files, read by GDAL as columns: what shapefiles, GeoPackages, KML and GML have in common.

GDAL is given one file of a form that was checked before, never a name from a register: its drivers for
other forms open whatever a file tells them to.
"""

import difflib
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from heritage.adapters.harvest.crs import disagreement, takes_geometry
from heritage.adapters.harvest.formats import geometry
from heritage.adapters.harvest.formats.content import DAMAGED_SHARE, stop
from heritage.adapters.harvest.formats.layer_text import texts_of
from heritage.adapters.harvest.formats.names import column_names
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

_logger = logging.getLogger(__name__)
_ROWS = 20_000
_GML_ID = "gml_id"
_TROUBLE = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    UnicodeDecodeError,
    pa.ArrowException,
    UnboundLocalError,
)
"""What GDAL and pyogrio raise; the last one, in 0.13, where a .prj is no coordinate system."""
pyogrio.set_gdal_config_options({"GML_DOWNLOAD_SCHEMA": "NO", "GML_FIELDTYPES": "ALWAYS_STRING"})


def layers(spec: SourceSpec, file: FetchedFile, path: Path) -> list[tuple[str, str | None]]:
    """Name and kind of geometry of every layer; None for a table without one."""
    with _told(spec, file), _quiet():
        return [(str(name), kind) for name, kind in pyogrio.list_layers(path)]


def choose(spec: SourceSpec, file: FetchedFile, known: Sequence[tuple[str, str | None]]) -> str:
    """The layer that the description names, or else the only one, or the only one with geometry.

    Raises SourceChanged with the layers there are.
    """
    named, names = spec.harvest.option("layer"), [name for name, _ in known]
    drawn = [name for name, kind in known if kind]
    if named and named not in names:
        named = named.rsplit(":", 1)[-1]  # services write names with a prefix, GDAL without
    if named in names:
        return str(named)
    if named is None and 1 in (len(names), len(drawn)):
        return names[0] if len(names) == 1 else drawn[0]
    listed = ", ".join(names[:20]) or "none"
    near = difflib.get_close_matches(str(named), names, n=1) if named else []
    if named is None:
        hint = f"It has several layers: set harvest.layer to one of {listed}."
    elif near:
        hint = f"There is no layer {named!r}; did you mean {near[0]!r}?"
    else:
        hint = f"There is no layer {named!r}; it has {listed}."
    raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)


def layer_rows(
    spec: SourceSpec,
    file: FetchedFile,
    path: Path,
    layer: str | None = None,
    *,
    encoding: str | None = None,
    first: int = 1,
    fids: bool = False,
    unused: frozenset[str] = frozenset(),
) -> Iterator[SourceRows]:
    """The features of a layer, numbered from `first`; with `fids` their numbers in the file as `feature.id`.

    Numbers come in the shortest form that is exact, dates as ISO 8601. Columns `unused` by most files of the
    form are left out where they are empty. Letters that are not of the encoding are the row's fault.

    Raises SourceChanged for a layer in another CRS than described, an id that is a fraction in the file, and
    another encoding.
    """
    number, damaged, wrong = first, 0, None
    with (
        _told(spec, file),
        _quiet(),
        pyogrio.raw.open_arrow(
            path,
            layer=layer,
            encoding=encoding,
            return_fids=fids,
            batch_size=_ROWS,
            use_pyarrow=True,
            datetime_as_string=True,
        ) as (meta, reader),
    ):
        _compare_crs(spec, file, meta["crs"])
        shapes = meta["geometry_name"] or "wkb_geometry"
        names = _names(spec, file, meta, reader.schema.names, shapes)
        for batch in reader:
            columns, hurt = texts_of(spec, file, batch, names, number)
            columns = {
                name: column
                for name, column in columns.items()
                if name not in unused or column.null_count < len(column)
            }
            wkb = None
            faults = dict.fromkeys(hurt, IssueCode.ENCODING_WRONG)
            if shapes in batch.schema.names:
                content = batch.column(batch.schema.names.index(shapes)).to_numpy(zero_copy_only=False)
                try:
                    drawn = shapely.from_wkb(content, on_invalid="ignore")
                except NotImplementedError:  # curves: the other way to read gives them as lines
                    content = _as_lines(path, layer, number - first, len(batch))
                    drawn = shapely.from_wkb(content, on_invalid="ignore")
                placed, unreadable = ({}, {}) if spec.whole_shapes else geometry.columns(drawn)
                unreadable |= _lost(content, drawn)
                wkb = pa.array(shapely.to_wkb(drawn), pa.binary()) if spec.whole_shapes else None
                columns |= placed
                faults |= unreadable if takes_geometry(spec) else {}
            numbers = pa.array(np.arange(number, number + len(batch), dtype=np.int32))
            number += len(batch)
            damaged += len(hurt)
            if hurt and wrong is None:
                wrong = numbers[min(hurt)].as_py()
            yield SourceRows(file.name, numbers, pa.table(columns), faults, wkb)
    if damaged > DAMAGED_SHARE * (number - first):
        told = f"{damaged} of {number - first} rows have letters of another one."
        hint = f"{told} {IssueCode.ENCODING_WRONG.remedy}"
        raise stop(IssueCode.ENCODING_WRONG, spec, file, row=wrong, hint=hint)


def _names(
    spec: SourceSpec, file: FetchedFile, meta: dict[str, Any], fields: Sequence[str], shapes: str
) -> list[str | None]:
    """The name of every column; None for the geometry."""
    fid = meta["fid_column"]
    kept = [name for name in fields if name != shapes]
    own = iter(column_names(spec, file, [name or f"column {n}" for n, name in enumerate(kept, start=1)]))
    named = [None if name == shapes else next(own) for name in fields]
    described = spec.accounted_columns()
    return ["feature.id" if name in (fid, _GML_ID) and name not in described else name for name in named]


def _compare_crs(spec: SourceSpec, file: FetchedFile, said: str | None) -> None:
    point = spec.place()
    if not takes_geometry(spec) or point is None:
        return
    if said is None:
        _logger.warning(
            "%s: %s states no coordinate system; it is taken to be %s, as the description says.",
            spec.id,
            file.name,
            point.crs,
        )
        return
    wrong = disagreement(spec, said)
    if wrong:
        raise stop(IssueCode.CRS_DIFFERS, spec, file, field="crs", hint=wrong)


def _as_lines(path: Path, layer: str | None, skip: int, most: int) -> Any:
    return pyogrio.raw.read(path, layer=layer, columns=[], skip_features=skip, max_features=most)[2]


def _lost(content: Any, drawn: Any) -> dict[int, IssueCode]:
    """The places of shapes that could not be made out."""
    lost = np.flatnonzero(shapely.is_missing(drawn) & np.array([one is not None for one in content], bool))
    return dict.fromkeys(map(int, lost), IssueCode.POINT_UNREADABLE)


@contextmanager
def _told(spec: SourceSpec, file: FetchedFile) -> Iterator[None]:
    try:
        yield
    except _TROUBLE as error:
        said = " ".join(str(error).split()).replace(f"{file.path.parent}/", "")[:200]
        hint = f"It cannot be read as {spec.harvest.format}: {said}."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """GDAL warns of what it mends; what matters to a register is judged here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


@contextmanager
def alone(path: Path, suffix: str) -> Iterator[Path]:
    """The file under a name of its own in a folder of its own: GDAL reads and writes files beside one."""
    with tempfile.TemporaryDirectory(prefix="heritage-map-") as folder:
        given = Path(folder) / f"register{suffix}"
        given.symlink_to(path.absolute())
        yield given
