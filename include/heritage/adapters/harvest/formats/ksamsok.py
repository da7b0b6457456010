"""Pages of K-samsök: a row a record, columns are the local names of its RDF properties.

K-samsök holds records of many schema versions side by side (0.99 to 1.3.0); what they share has one name in
all of them. The address of the record is `@about`. A property is `itemLabel`, a second of its name
`itemKeyWord[2]`; one whose value has properties of its own goes on: `itemName/name`, `context[2]/placeName`.
A reference is the address it leads to. The geometry of the record makes the columns of `model.row.DERIVED`.
Of `presentation`, the XML that K-samsök shows to people and that says all this again, there are the columns
that the description reads, by the rule of `elements`: `presentation/item/idLabel`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import shapely

from heritage.adapters.harvest.crs import disagreement, north_first
from heritage.adapters.harvest.formats.batches import in_batches
from heritage.adapters.harvest.formats.content import stop
from heritage.adapters.harvest.formats.elements import Columns, name_of
from heritage.adapters.harvest.formats.geometry import Placed, nowhere, point, shape
from heritage.adapters.harvest.formats.ksamsok_answer import entity, read_hits
from heritage.adapters.harvest.formats.rdf_xml import Node, Statements
from heritage.model.issue import IssueCode
from heritage.model.row import Row, SourceRow, SourceRows
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

_GML = ("http://www.opengis.net/gml", "http://www.opengis.net/gml/3.2")
_DEEPEST = 20
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRows]:
    """The records of a page. Raises SourceChanged for what is no answer, and for another CRS than ours."""
    yield from in_batches(_rows(spec, file))


def _rows(spec: DatasetSpec, file: FetchedFile) -> Iterator[SourceRow]:
    for number, rdf in enumerate(read_hits(spec, file).records, start=1):
        record = _Record(spec, file, number, Statements(rdf))
        yield SourceRow(file.name, number, record.cells(), record.fault)


class _Record:
    def __init__(self, spec: DatasetSpec, file: FetchedFile, number: int, said: Statements) -> None:
        self._spec, self._file, self._number, self._said = spec, file, number, said
        self._read = spec.accounted_columns()
        self._placed: Placed = nowhere()
        self._told: set[Node] = set()
        self.fault: IssueCode | None = None

    def cells(self) -> Row:
        about = entity(self._said)
        if about is None:
            self.fault = IssueCode.ROW_RAGGED
            return {"@about": ""}
        row: Row = {"@about": about.name}
        self._tell(about, "", row)
        place, self.fault = self._placed
        return row | place

    def _tell(self, node: Node, path: str, row: Row) -> None:
        """A blank node is told once, where it is named first: references in a circle end there."""
        self._told.add(node)
        places: Counter[str] = Counter()
        for name, value in self._said.of.get(node, []):
            places[name] += 1
            column = f"{path}{name}[{places[name]}]" if places[name] > 1 else f"{path}{name}"
            if isinstance(value, str):
                row[column] = value
            elif not isinstance(value, Node):
                self._tell_xml(value, column, row)
            elif not value.is_blank:
                row[column] = value.name
            elif value not in self._told and path.count("/") < _DEEPEST:
                self._tell(value, f"{column}/", row)

    def _tell_xml(self, literal: Any, column: str, row: Row) -> None:
        geometry = next((child for child in literal if name_of(child.tag).space in _GML), None)
        if geometry is not None:
            if not self._placed[0]["geometry.type"]:
                self._placed = self._place(geometry)
        elif column == "presentation":
            shown = Columns(self._spec, self._file).cells(literal, self._number, f"{column}/")
            row.update({name: text for name, text in shown.items() if name in self._read})
        else:
            row[column] = "".join(map(str, literal.itertext())).strip()

    def _place(self, geometry: Any) -> Placed:
        stated = re.sub("^SDO:", "EPSG:", str(geometry.get("srsName", "")))
        wrong = disagreement(self._spec, stated) if stated else None
        if wrong:
            raise stop(IssueCode.CRS_DIFFERS, self._spec, self._file, row=self._number, hint=wrong)
        kind = name_of(geometry.tag).local
        numbers = _NUMBER.findall("".join(map(str, geometry.itertext())))
        if kind == "Point" and len(numbers) == 2:
            turned = geometry.find("{*}pos") is not None and north_first(stated)
            return point(kind, *reversed(numbers)) if turned else point(kind, *numbers)
        return shape(kind, lambda: _shape(geometry))


def _shape(geometry: Any) -> shapely.Geometry:
    """The lines and outer rings of a geometry in GML 2. Raises ValueError when a coordinate is missing."""
    rings = [_pairs(e) for e in geometry.iterfind(".//{*}outerBoundaryIs//{*}coordinates")]
    if rings:
        return shapely.union_all([shapely.Polygon(ring) for ring in rings])
    return shapely.union_all([shapely.LineString(_pairs(e)) for e in geometry.iterfind(".//{*}coordinates")])


def _pairs(coordinates: Any) -> list[tuple[float, float]]:
    numbers = [float(number) for number in _NUMBER.findall(coordinates.text or "")]
    return list(zip(numbers[::2], numbers[1::2], strict=True))
