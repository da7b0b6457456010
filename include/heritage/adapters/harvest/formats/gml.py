"""GML files: features with their geometry, in the CRS that they name."""

from collections.abc import Iterator

from heritage.adapters.harvest.crs import disagreement
from heritage.adapters.harvest.formats import gdal
from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.formats.markup import survey
from heritage.model.issue import IssueCode
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

_GML = ("http://www.opengis.net/gml", "http://www.opengis.net/wfs")


def rows(spec: SourceSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """A row a feature of the layer, values to the letter, easting first.

    Raises SourceChanged as `gdal.layer_rows` does, for features in several coordinate systems, for what is
    no GML, and when not every feature of the layer can be read.
    """
    seen = survey(spec, file)
    if not any(space.startswith(_GML) for space in seen.spaces):
        hint = f"Its root element is {seen.root}, and there is nothing of GML in it."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
    for notation in sorted(seen.crs):
        wrong = disagreement(spec, notation)
        if wrong:
            raise stop(IssueCode.CRS_DIFFERS, spec, file, field="srsName", hint=wrong)
    if not seen.members and spec.may_be_empty():
        return
    with gdal.alone(file.path, ".gml") as path:
        layer = gdal.choose(spec, file, gdal.layers(spec, file, path))
        number = 0
        for some in gdal.layer_rows(spec, file, path, layer):
            number += len(some.numbers)
            yield some
    if number != seen.members[layer]:
        hint = f"It holds {seen.members[layer]} features of {layer}, of which {number} can be read."
        raise stop(IssueCode.FILE_NOT_TABLE, spec, file, hint=hint)
