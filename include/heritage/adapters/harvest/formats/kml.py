"""KML: placemarks of all folders, or of the one that the description names as its layer."""

from collections.abc import Iterator
from dataclasses import replace

from heritage.adapters.harvest.formats import gdal
from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.formats.markup import survey
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

_FOR_DISPLAY = frozenset({"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"})
_TIMES = frozenset({"timestamp", "begin", "end"})


def rows(spec: SourceSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a placemark: `Name`, `description`, and its extended data. Always in WGS 84.

    How a placemark is to be drawn is left out, unless the description names it. Raises SourceChanged as
    `gdal.layer_rows` does, and for what is no KML.
    """
    seen = survey(spec, file)
    if seen.root != "kml":
        hint = f"Its root element is {seen.root}, not kml."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    left_out = _FOR_DISPLAY - spec.accounted_columns()
    with gdal.alone(file.path, ".kml") as path:
        known = gdal.layers(spec, file, path)
        named = spec.harvest.option("layer")
        number = 1
        for layer in [gdal.choose(spec, file, known)] if named else [name for name, _ in known]:
            for some in gdal.layer_rows(spec, file, path, layer, first=number, unused=_TIMES):
                number += len(some.numbers)
                shown = [name for name in some.cells.column_names if name not in left_out]
                yield replace(some, cells=some.cells.select(shown))
    if number - 1 != seen.elements["Placemark"] and not named:
        hint = f"It holds {seen.elements['Placemark']} placemarks, of which {number - 1} can be read."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
