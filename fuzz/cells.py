"""What stands in the cells of a register: coordinates, dates, grid references, names; and whole rows."""

import math
from typing import Any

import pyarrow as pa

from fuzz.descriptions import VOCABULARIES, WORLD
from fuzz.expected import Target, described, refusing
from heritage.adapters.harvest.crs import disagreement, name, north_first, of_esri, same_crs
from heritage.errors import SourceChanged
from heritage.mapping import map_rows
from heritage.mapping.coordinates import read_number, read_pair, read_shapes
from heritage.mapping.date_spans import first_day
from heritage.mapping.grids import read_grid
from heritage.mapping.text import fold
from heritage.media.naming import LONGEST_BYTES, file_title
from heritage.media.structured import time_of
from heritage.media.wikitext import plain
from heritage.model.row import SourceRow, SourceRows
from heritage.risk.text import cell_values
from heritage.spec.thresholds import load_thresholds
from heritage.statements.dates import point, said
from heritage.statements.images import commons_name
from heritage.statements.text import same_url, string_fault, url_fault

RULES = load_thresholds(VOCABULARIES / "thresholds.yaml").places
READER = WORLD.dates(["en", "de", "sv", "be", "ka", "zh", "ja", "ar"])
COLUMNS = ("nr", "namn", "x", "y", "sort", "when", "img", "lic", "land", "link")
RECORD: dict[str, Any] = {
    "id": "nr",
    "name": {"en": [{"column": "namn", "split": ";"}], "de": {"columns": ["namn", "sort"]}},
    "type": "sort",
    "country": "land",
    "inception": "when",
    "image": {"column": "img", "licence": {"column": "lic"}},
    "links": ["link"],
    "url_template": "https://register.example/{id}",
}
POINTS = (
    {"x": "x", "y": "y"},
    {"x": "x", "y": "y", "crs": "EPSG:27700"},
    {"pair": "x"},
    {"pair": "x", "order": "lon_lat", "crs": "EPSG:3006"},
    {"grid": "x", "crs": "EPSG:27700"},
    {"grid": "y", "crs": "EPSG:29902"},
)
ORDERS = ("ymd", "dmy", "mdy", "epoch_ms")
SPECS = [
    described(
        {"protocol": "csv", "url": "https://register.example/list.csv"},
        record=RECORD | {"point": at, "inception": {"column": "when", "date": ORDERS[number % 4]}},
        item={"identifier": "P1", "classes": {"kyrka": "Q16970"}, "country": "Q34"},
    )
    for number, at in enumerate(POINTS)
]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def coordinates(data: bytes) -> None:
    """One number, a pair, shapes."""
    text = _text(data)
    for found in (
        read_number(text),
        *((p.x, p.y)[n] for f in (True, False) if (p := read_pair(text, f)) for n in (0, 1)),
    ):
        assert found is None or (math.isfinite(found.value) and math.isfinite(found.step))
    read_shapes(text.split("\n"))


def dates(data: bytes) -> None:
    """A date: EDTF that our own code reads again, or nothing."""
    text = fold(_text(data[1:]))
    found = READER.read(text, ORDERS[data[0] % 3] if data else "ymd")
    if isinstance(found, str):
        first_day(found)
        said(found)
        point(found)
        time_of(found)


def edtf(data: bytes) -> None:
    """EDTF as a table may hold it."""
    text = _text(data)
    for reading in (first_day, said, point, time_of):
        reading(text)


def grids(data: bytes) -> None:
    """Grid references, one a line."""
    for crs in ("EPSG:27700", "EPSG:29902"):
        read_grid(pa.array(_text(data).split("\n"), pa.string()), crs)


def names(data: bytes) -> None:
    """A name on its way to Commons, to Wikidata, into a sentence."""
    text = _text(data)
    fold(text)
    title = file_title(text, "jpg", text[:3].replace("/", ""))
    assert len(title.encode()) <= LONGEST_BYTES, title
    plain(text)
    string_fault(text)
    commons_name(text)
    url_fault(text)
    same_url(text, text[::-1])
    cell_values(text)


def crs(data: bytes) -> None:
    """What a service says of its coordinates."""
    text = _text(data)
    same_crs(text, "EPSG:4326")
    name(text)
    north_first(text)
    disagreement(SPECS[0], text)
    for key in ("wkid", "latestWkid", "wkt"):
        of_esri({key: text})
    of_esri(text)


def rows(data: bytes) -> None:
    """Whole rows: every one is a record or rejected. The first byte chooses the description."""
    if not data:
        return
    lines = [line.split("\x1f") for line in _text(data[1:]).split("\x1e")][:50]
    source = [
        SourceRow("list.csv", number, dict(zip(COLUMNS, [*cells, *[""] * len(COLUMNS)], strict=False)))
        for number, cells in enumerate(lines, start=1)
    ]
    with refusing(SourceChanged):
        found = map_rows(SPECS[data[0] % len(SPECS)], [SourceRows.of(source)], WORLD, RULES)
        rejected = found.rejected.num_rows
        assert found.records.num_rows + rejected + sum(found.left_out.values()) == len(source)


TARGETS: dict[str, Target] = {
    "cell_coordinates": coordinates,
    "cell_dates": dates,
    "cell_edtf": edtf,
    "cell_grids": grids,
    "cell_names": names,
    "cell_crs": crs,
    "map_rows": rows,
}
