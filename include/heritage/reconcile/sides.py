"""Records and items as arrays: both tables read once, in an order that does not depend on how they came."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heritage.reconcile.place import written_precision_m
from heritage.reconcile.text import (
    Column,
    Floats,
    Ints,
    Names,
    fold,
    gather,
    listed_texts,
    listed_values,
    main_place,
    name_variants,
    texts_of,
    whole,
)


@dataclass(frozen=True, slots=True)
class Records:
    table: pa.Table
    """Sorted by record id."""
    ids: list[str]
    names: Names
    """Every name in every form that may stand on the other side."""
    bare: Names
    """The same without the forms that have the municipality added."""
    places: Names
    """Municipality of each record, folded."""
    types: list[str]
    classes: list[str]
    admin: list[str]
    country: list[str]
    lat: Floats
    lon: Floats
    precision: Floats

    @property
    def rows(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Items:
    table: pa.Table
    """Sorted by QID."""
    qids: list[str]
    row_of: dict[str, int]
    names: Names
    contexts: Names
    """Descriptions and the labels of administrative areas, where the index knows them."""
    point_owner: Ints
    point_lat: Floats
    point_lon: Floats
    point_precision: Floats
    class_owner: Ints
    classes: list[str]
    admin_owner: Ints
    admin: list[str]
    country: list[str]
    identifiers: list[tuple[int, str]]
    """(item row, value) of the register's own identifier property."""

    @property
    def rows(self) -> int:
        return len(self.qids)


def read_records(table: pa.Table, texts: dict[str, int]) -> Records:
    """Records by id; `texts` numbers the distinct folded strings that names point into, and grows."""
    return _read_records(table.sort_by(_SORTED_RECORDS), texts)


def read_items(table: pa.Table, texts: dict[str, int]) -> Items:
    """Items by number, without the values of any register's identifier; `texts` grows."""
    return _read_items(table.take(_by_number(table.column("qid"))), texts)


def with_identifier(items: Items, identifier: str | None) -> Items:
    """The items with the values of this register's identifier property."""
    return replace(items, identifiers=_identifiers(items.table.column("identifiers"), identifier))


_SORTED_RECORDS: list[tuple[str, Literal["ascending", "descending"]]] = [
    ("record_id", "ascending"),
    ("name", "ascending"),
    ("lat", "ascending"),
    ("lon", "ascending"),
]


def _by_number(qids: Column) -> Any:
    names: list[str] = qids.to_pylist()
    return pa.array(sorted(range(len(names)), key=lambda k: (len(names[k]), names[k])), pa.int64())


def _read_records(table: pa.Table, texts: dict[str, int]) -> Records:
    places = texts_of(table.column("municipality"))
    named = [(row, name) for row, name in enumerate(texts_of(table.column("name"))) if name]
    named += listed_texts(table.column("names"))
    variants = {(row, variant) for row, name in set(named) for variant in name_variants(name, places[row])}
    bare = {(row, variant) for row, name in set(named) for variant in name_variants(name, "")}
    lat, lon = _numbers(table.column("lat")), _numbers(table.column("lon"))
    lat[np.isnan(lon)], lon[np.isnan(lat)] = np.nan, np.nan
    given = _numbers(table.column("precision_m"))
    return Records(
        table,
        texts_of(table.column("record_id")),
        gather(variants, table.num_rows, texts),
        gather(bare, table.num_rows, texts),
        gather(((r, main) for r, p in enumerate(places) if (main := main_place(p))), table.num_rows, texts),
        [fold(text) for text in texts_of(table.column("type"))],
        texts_of(table.column("class_item")),
        texts_of(table.column("admin_item")),
        texts_of(table.column("country")),
        lat,
        lon,
        np.where(np.isnan(given), written_precision_m(lat, lon), given),
    )


def _read_items(table: pa.Table, texts: dict[str, int]) -> Items:
    named = listed_texts(table.column("labels")) + listed_texts(table.column("aliases"))
    variants = {(row, variant) for row, name in set(named) for variant in name_variants(name, "")}
    names = gather(variants, table.num_rows, texts)
    qids = texts_of(table.column("qid"))
    row_of = {qid: row for row, qid in enumerate(qids)}
    admin_owner, admin = listed_values(table.column("admin"))
    class_owner, classes = listed_values(table.column("classes"))
    point_owner, point_lat, point_lon = _points(table.column("points"))
    return Items(
        table,
        qids,
        row_of,
        names,
        gather(_contexts(table, row_of, admin_owner, admin), table.num_rows, texts),
        point_owner,
        point_lat,
        point_lon,
        written_precision_m(point_lat, point_lon),
        class_owner,
        classes,
        admin_owner,
        admin,
        texts_of(table.column("country")),
        [],
    )


def _contexts(
    table: pa.Table, row_of: dict[str, int], admin_owner: Ints, admin: list[str]
) -> set[tuple[int, str]]:
    found = {(row, fold(text)) for row, text in listed_texts(table.column("descriptions"))}
    labels: dict[int, list[str]] = {}
    areas = {row_of[qid] for qid in admin if qid in row_of}
    for row, text in listed_texts(table.column("labels")):
        if row in areas:
            labels.setdefault(row, []).append(fold(text))
    for owner, qid in zip(admin_owner.tolist(), admin, strict=True):
        found.update((owner, text) for text in labels.get(row_of.get(qid, -1), ()))
    return {(row, text) for row, text in found if text}


def _identifiers(column: Column, identifier: str | None) -> list[tuple[int, str]]:
    if identifier is None:
        return []
    array = whole(column)
    owners = pc.list_parent_indices(array)
    flat = pc.list_flatten(array)
    ours = pc.equal(pc.struct_field(flat, "property"), pa.scalar(identifier))
    carriers: list[int] = pc.filter(owners, ours).to_pylist()
    values: list[str] = pc.filter(pc.struct_field(flat, "value"), ours).to_pylist()
    return list(zip(carriers, values, strict=True))


def _points(column: Column) -> tuple[Ints, Floats, Floats]:
    array = whole(column)
    flat = pc.list_flatten(array)
    owner = pc.list_parent_indices(array).to_numpy(zero_copy_only=False).astype(np.int64)
    lat = pc.struct_field(flat, "lat").to_numpy(zero_copy_only=False).astype(np.float64)
    lon = pc.struct_field(flat, "lon").to_numpy(zero_copy_only=False).astype(np.float64)
    there = ~(np.isnan(lat) | np.isnan(lon))
    return owner[there], lat[there], lon[there]


def _numbers(column: Column) -> Floats:
    return np.array(column.to_numpy(zero_copy_only=False), dtype=np.float64, copy=True)
