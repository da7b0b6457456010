"""THE gate: every exit (wiki, file, map, page, report) takes its records from here and from nowhere else.

What leaves, by class:

| class | coordinates | address, link, restriction | municipality, admin item | names and terms |
|---|---|---|---|---|
| S0 | as held, in as many figures as the source's precision supports | as held | as held | as held |
| S1 | centre of a 0.001 degree cell | none | as held | if they do not tell the place |
| S2 | none | none | if known to be as large as a cell of 0.01 degree | likewise |
| S3, S4 | none | none | if known to be as large as a cell of 0.1 degree | likewise |
| S5, no ruling | the record does not leave | | | |

A record whose own id holds coordinates leaves as S0 or not at all.
How large an area is at least, the ruling says (`area_degrees`). The register's row (`source_row`) and columns
that are not in RECORDS never leave, whatever the class. For S1 to S3 our own maps and reports may show the
centre of the cell with its size: `place_for_export`. A wiki gets `for_wiki`: less what only people may touch.
What is said of the risk leaves through `disclosure.evidence_gate`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.disclosure.areas import too_small
from heritage.disclosure.grid import METRES_PER_DEGREE, Degrees, half_diagonal_m, snap
from heritage.disclosure.names import Positions
from heritage.disclosure.telling import tells_place, told_by_id
from heritage.model.arrow import pc, put, with_columns
from heritage.model.disclosure import Disclosure
from heritage.model.tables import RECORDS

_PUBLISHED: dict[str, pa.DataType] = {
    "record_id": pa.string(),
    "disclosure": pa.string(),
    "lat": pa.float64(),
    "lon": pa.float64(),
    "cell_degrees": pa.float64(),  # null: not generalised
    "uncertainty_m": pa.float64(),
}
PUBLISHED_PLACES = pa.schema(_PUBLISHED)

_CLASSES = [member.value for member in Disclosure]
_MOST = 7  # decimals from which coordinates are left as they are
_EXACT = ("address", "url", "image", "links", "restriction", "file", "row", "place_method")
_AREA = ("municipality", "admin_item")
_WORDS = ("name", "type", "designation", "municipality")
_IN_WORDS = {
    "address": "address",
    "url": "link to the register's entry",
    "image": "image",
    "links": "links",
    "municipality": "municipality",
    "admin_item": "administrative area",
}


def publishable(records: pa.Table, risk: pa.Table) -> pa.Table:
    """The records as they may leave the house.

    `records` has the schema RECORDS or some of its columns with `record_id`; `risk` has the schema RISK.
    The answer lacks `source_row` and has two columns more: `disclosure`, and `withheld`, a list that says
    in words what was kept back. A record without a ruling does not leave.
    """
    table = _admitted(records, risk)
    hidden = pc.not_equal(table["disclosure"], Disclosure.S0.value)
    withholding = _Withholding.of(table, np.flatnonzero(hidden.to_numpy()))
    lat, lon, precision = _places(table, grids=(Disclosure.S1,))
    for name, column in (("lat", lat), ("lon", lon), ("precision_m", precision)):
        table = _replace(table, name, column)
    for name in _EXACT:
        table = _null_where(table, name, hidden)
    for name in _AREA:
        table = _null_where(table, name, table["area_hidden"])
    return withholding.without_telling_words(table.drop_columns(["area_hidden"]))


def for_wiki(records: pa.Table, risk: pa.Table) -> pa.Table:
    """`publishable`, less what no machine may touch on a wiki: where a place is public there that people want
    out of sight (R12), every edit would lead to it. `risk` needs `disclosure_rules`."""
    told = publishable(records, risk)
    kept: Any = pc.list_flatten(risk["disclosure_rules"])
    of = pc.list_parent_indices(risk["disclosure_rules"])
    untouched = pc.take(risk["record_id"], pc.filter(of, pc.equal(kept, "R12")))
    return told.filter(pc.invert(pc.is_in(told["record_id"], value_set=untouched.combine_chunks())))


def for_commons(records: pa.Table, risk: pa.Table) -> pa.Table:
    """`for_wiki`, with the images of records that are not told exactly, too, and a column `strip` more: true
    where a file may carry nothing but its pixels, and what the register calls the file or where it lies may
    not be repeated. The column `image` is for fetching the file then, its `file` for nobody else."""
    told = for_wiki(records, risk)
    found = pc.index_in(told["record_id"], value_set=records["record_id"].combine_chunks())
    strip = pc.not_equal(told["disclosure"], Disclosure.S0.value)
    return with_columns(told, {"image": pc.take(records["image"], found)}).append_column("strip", strip)


def place_for_export(records: pa.Table, risk: pa.Table) -> pa.Table:
    """Where a map or report of our own may put each record, schema PUBLISHED_PLACES.

    S0 as held, S1 to S3 the centre of the cell with its size, S4 without a place. The uncertainty is the
    half diagonal of the cell plus that of the source, in metres.
    """
    table = _admitted(records, risk)
    lat, lon, uncertainty = _places(table, grids=(Disclosure.S1, Disclosure.S2, Disclosure.S3))
    cells = _by_class(table["disclosure"], lambda one: one.cell_degrees)
    columns = [table["record_id"], table["disclosure"], lat, lon, cells, uncertainty]
    return pa.table(columns, schema=PUBLISHED_PLACES)


def _admitted(records: pa.Table, risk: pa.Table) -> pa.Table:
    """The records that may leave at all, with their class, and of their columns those that may."""
    # The strictest ruling first, so that the first one found for a record is the one that counts; a class
    # that we do not know sorts before all of them.
    strictness: Any = pc.index_in(risk["disclosure"], value_set=pa.array(_CLASSES[::-1]))
    rulings = risk.take(pc.sort_indices(pc.fill_null(strictness, -1)))
    found = pc.index_in(records["record_id"], value_set=rulings["record_id"].combine_chunks())
    disclosure = pc.take(rulings["disclosure"], found)
    leaves = pc.is_in(disclosure, value_set=pa.array(_CLASSES[:-1]))
    known = [name for name in records.column_names if name in RECORDS.names and name != "source_row"]
    hidden = pc.fill_null(pc.not_equal(disclosure, Disclosure.S0.value), True).to_numpy()
    leaves = pc.and_not(leaves, pa.array(told_by_id(records["record_id"], hidden)))
    table = records.select(known).append_column("disclosure", disclosure)
    return table.append_column("area_hidden", _area_hidden(disclosure, rulings, found)).filter(leaves)


def _area_hidden(classes: Any, rulings: pa.Table, found: Any) -> Any:
    extents = np.full(len(classes), np.nan)
    if "area_degrees" in rulings.column_names:
        extents = pc.take(rulings["area_degrees"], found).to_numpy().astype(np.float64)
    return pa.array(too_small(pc.fill_null(classes, ""), extents))


def _by_class(classes: Any, value: Callable[[Disclosure], float | None]) -> Any:
    """A number that each record has by its class; null for a class that we do not know."""
    numbers = pa.array([value(member) for member in Disclosure], pa.float64())
    return numbers.take(pc.index_in(classes, value_set=pa.array(_CLASSES)).combine_chunks())


def _places(table: pa.Table, grids: tuple[Disclosure, ...]) -> tuple[Any, Any, Any]:
    """Latitude, longitude and uncertainty: as held for S0, centres of cells for `grids`, none for others."""
    lat, lon, precision = (_floats(table, name) for name in ("lat", "lon", "precision_m"))
    held = {one: pc.equal(table["disclosure"], one.value).to_numpy() for one in (Disclosure.S0, *grids)}
    figures = [in_figures(column, precision) for column in (lat, lon)]
    shown = [np.where(held[Disclosure.S0], column, np.nan) for column in (*figures, precision)]
    for grid in grids:
        inside = held[grid]
        if inside.any():
            cell_lat, cell_lon = snap(lat[inside], lon[inside], grid)
            shown[0][inside], shown[1][inside] = cell_lat, cell_lon
            shown[2][inside] = np.where(
                np.isnan(cell_lat), np.nan, half_diagonal_m(grid) + np.nan_to_num(precision[inside], nan=0.0)
            )
    lats, lons, uncertainties = (pa.array(column, pa.float64(), from_pandas=True) for column in shown)
    return lats, lons, uncertainties


def in_figures(degrees: Degrees, precision_m: Degrees) -> Degrees:
    """No finer than the source (R3): with the decimals of a step that is not larger than its precision."""
    with np.errstate(divide="ignore", invalid="ignore"):
        decimals = np.ceil(-np.log10(precision_m / METRES_PER_DEGREE))
    decimals = np.clip(np.where(np.isfinite(decimals), decimals, _MOST), 0, _MOST)
    scale = 10.0**decimals
    return np.where(decimals == _MOST, degrees, np.round(degrees * scale) / scale)


def _floats(table: pa.Table, name: str) -> Degrees:
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    column: Degrees = table[name].to_numpy().astype(np.float64)
    return column


@dataclass(frozen=True, slots=True)
class _Withholding:
    """The records that are not told exactly: their positions, address and area as far as they are withheld,
    and in words what each does not say any more, only of what it had."""

    at: Positions
    secrets: list[tuple[str | None, str | None]]
    kept_back: list[list[str]]

    @classmethod
    def of(cls, table: pa.Table, at: Positions) -> "_Withholding":
        names = ["disclosure", "area_hidden", *(n for n in ("lat", *_IN_WORDS) if n in table.column_names)]
        rows = table.select(names).take(at).to_pylist()
        secrets = [
            (row.get("address"), row.get("municipality") if row["area_hidden"] else None) for row in rows
        ]
        return cls(at, secrets, [_words(row) for row in rows])

    def without_telling_words(self, table: pa.Table) -> pa.Table:
        """Names and terms go when they tell the place; the next name steps up."""
        columns: dict[str, list[Any]] = {
            name: table[name].take(self.at).to_pylist()
            for name in (*_WORDS, "lang", "names")
            if name in table.column_names
        }
        for name in _WORDS:
            for i, text in enumerate(columns.get(name, ())):
                if text is not None and tells_place(text, *self.secrets[i]):
                    columns[name][i] = None
                    self.kept_back[i].append(f"{name} that tells the place")
        for i, given in enumerate(columns.get("names", ())):
            names = given or []
            quiet = [n for n in names if not (n["text"] and tells_place(n["text"], *self.secrets[i]))]
            if len(quiet) < len(names):
                columns["names"][i] = quiet
                self.kept_back[i].append("names that tell the place")
            if quiet and "name" in columns and columns["name"][i] is None:
                columns["name"][i] = quiet[0]["text"]
                if "lang" in columns:
                    columns["lang"][i] = quiet[0]["lang"]
        for name, values in columns.items():
            table = _replace(table, name, put(table[name], self.at, values))
        nothing: Any = pa.array([[]], pa.list_(pa.string()))
        nothing = nothing.take(pa.array(np.zeros(table.num_rows, dtype=np.int64)))
        return table.append_column("withheld", put(nothing, self.at, self.kept_back))


def _words(row: dict[str, Any]) -> list[str]:
    disclosure = Disclosure(row["disclosure"])
    said = []
    if row.get("lat") is not None:
        rounded = f"coordinates finer than {disclosure.cell_degrees} degrees"
        said.append(rounded if disclosure is Disclosure.S1 else "coordinates")
    said += [
        words
        for name, words in _IN_WORDS.items()
        if row.get(name) is not None and (row["area_hidden"] or name not in _AREA)
    ]
    return said


def _null_where(table: pa.Table, name: str, mask: Any) -> pa.Table:
    if name not in table.column_names:
        return table
    column = table[name]
    return _replace(table, name, pc.if_else(mask, pa.scalar(None, column.type), column))


def _replace(table: pa.Table, name: str, column: Any) -> pa.Table:
    return with_columns(table, {name: column}) if name in table.column_names else table
