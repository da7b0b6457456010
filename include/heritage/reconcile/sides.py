"""Records and items as arrays: both tables read once, in an order that does not depend on how they came."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.tables import TO_RECONCILE
from heritage.reconcile.columns import (
    Coded,
    Listed,
    Names,
    coded,
    floats,
    listed_texts,
    listed_values,
    names_of,
    starts,
    unlisted,
)
from heritage.reconcile.folding import Folder, Packed, distinct, joined
from heritage.reconcile.place import FINEST_M, written_precision_m
from heritage.reconcile.text import Column, Floats, Ints, arrow, filled, main_place, name_parts, whole


@dataclass(frozen=True, slots=True)
class Records:
    """Neighbours stand together, so that what is looked up for one is still at hand for the next."""

    by_id: Ints
    """Rows in the order of the ids."""
    id: Column
    lang: Coded
    texts: Packed
    """The distinct folded texts that the names point into."""
    names: Names
    """Every name in every form that may stand on the other side."""
    bare: Names
    """The same without the forms that have the municipality added."""
    place: Ints
    """Text of the municipality of each record, -1 for none."""
    type: Coded
    own_class: Coded
    admin: Coded
    country: Coded
    lat: Floats
    lon: Floats
    precision: Floats

    @property
    def rows(self) -> int:
        return len(self.lat)

    @property
    def ids(self) -> list[str]:
        values: list[str] = self.id.to_pylist()
        return values


@dataclass(frozen=True, slots=True)
class Items:
    table: pa.Table
    """What is still asked for, sorted by the number of the QID."""
    number: Ints
    """Of the QIDs."""
    texts: Packed
    """The distinct folded texts that names and contexts point into: those of items of several countries or of
    none come first, then those of each country."""
    country_start: Ints
    """Where the texts of each country begin, and the end."""
    names: Names
    contexts: Names
    """Descriptions and the labels of administrative areas, where the index knows them."""
    point_start: Ints
    point_lat: Floats
    point_lon: Floats
    point_precision: Floats
    classes: Listed
    above: Listed
    """Every class above those, the nearest first."""
    admin: Listed
    country: Ints
    """Of each item, -1 where it is not known,"""
    countries: dict[str, int]
    """as numbers by QID; items that stand for one country have one number."""
    never: Ints
    """What each item is that no record describes (see `not_a_thing`),"""
    identifiers: Listed
    """and its values of the register's own identifier property, as `identifiers_of` tells them."""

    @property
    def rows(self) -> int:
        return len(self.number)

    @property
    def qids(self) -> list[str]:
        values: Any = self.table.column("qid").to_pylist()
        return list(values)

    @property
    def point_owner(self) -> Ints:
        return np.repeat(np.arange(self.rows), np.diff(self.point_start))

    def rows_of(self, qids: Iterable[str]) -> Ints:
        """The row of each QID, -1 for those that are not in the index or no QID at all."""
        return rows_of(qids, self.number)


def rows_of(qids: Iterable[str], number: Ints) -> Ints:
    """The place of each QID among sorted numbers, -1 for none."""
    wanted = np.array([int(q[1:]) if _QID.fullmatch(q) else -1 for q in qids], dtype=np.int64)
    at = np.minimum(np.searchsorted(number, wanted), max(len(number) - 1, 0))
    return np.where(number[at] == wanted, at, -1) if len(number) else np.full(len(wanted), -1)


_QID = re.compile(r"Q[1-9][0-9]{0,17}")
_BAND = 0.25
"""Degrees of latitude that are read together."""
_SORTED_RECORDS: list[tuple[str, Literal["ascending", "descending"]]] = [
    ("record_id", "ascending"),
    ("name", "ascending"),
    ("lat", "ascending"),
    ("lon", "ascending"),
]


def read_records(table: pa.Table) -> Records:
    """Records, neighbours together; the order of the rows changes nothing."""
    table = table.select(TO_RECONCILE).sort_by(_SORTED_RECORDS)
    near = np.lexsort((floats(table.column("lon")), np.floor(floats(table.column("lat")) / _BAND)))
    table = table.take(arrow(near))
    rows = table.num_rows
    owner, text = listed_texts(table.column("names"))
    own = filled(table.column("name"), "")
    owner, text = np.concatenate([np.arange(rows), owner]), pa.concat_arrays([whole(own), text])
    places = whole(filled(table.column("municipality"), "")).dictionary_encode()
    main = [main_place(p) for p in places.dictionary.to_pylist()]
    folder = Folder()
    bare_owner, bare_text, bare = _texts(owner, text, folder)
    towns = folder.fold(pa.array(main, pa.string()))
    town = places.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    added, made = joined(bare, bare_text, towns, town[bare_owner])
    together = _concatenated(bare, added, towns)
    number, first = distinct(together)
    base, more = number[bare_text], number[bare.rows + np.arange(added.rows)]
    place = number[bare.rows + added.rows + town] if rows else town
    lat, lon = floats(table.column("lat")), floats(table.column("lon"))
    lat[np.isnan(lon)], lon[np.isnan(lat)] = np.nan, np.nan
    given = floats(table.column("precision_m"))
    return Records(
        np.argsort(near),
        whole(table.column("record_id")),
        coded(table.column("lang")),
        together.take(first),
        names_of(np.concatenate([bare_owner, bare_owner[made]]), np.concatenate([base, more]), rows),
        names_of(bare_owner, base, rows),
        np.where(np.array([bool(m) for m in main], dtype=bool)[town], place, -1) if rows else town,
        coded(table.column("type")),
        coded(table.column("class_item")),
        coded(table.column("admin_item")),
        coded(table.column("country")),
        lat,
        lon,
        np.where(np.isnan(given), written_precision_m(lat, lon), given),
    )


def read_items(table: pa.Table, same_countries: Iterable[Collection[str]]) -> Items:
    """Items by number; what depends on a register's identifier or on words and classes is not told yet."""
    number = _numbers_of(table.column("qid"))
    if bool((np.diff(number) < 0).any()):
        order = np.argsort(number, kind="stable")
        table, number = table.take(arrow(order)), number[order]
    rows = table.num_rows
    label_owner, labels = listed_texts(table.column("labels"))
    alias_owner, aliases = listed_texts(table.column("aliases"))
    about_owner, about = listed_texts(table.column("descriptions"))
    admin = listed_values(table.column("admin"))
    country, countries = _countries(table.column("country"), same_countries)
    folder = Folder()
    owner, text, names = _texts(
        np.concatenate([label_owner, alias_owner]), pa.concat_arrays([labels, aliases]), folder
    )
    area_owner, area_labels = _area_labels(label_owner, labels, admin, number)
    far_owner, far, contexts = _texts(
        np.concatenate([about_owner, area_owner]), pa.concat_arrays([about, area_labels]), folder, parts=False
    )
    together = _concatenated(names, contexts)
    of_text, first = distinct(together)
    order, country_start = _by_country(of_text[text], country[owner], len(first), len(countries))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    of_text = place[of_text]
    point_start, lat, lon, stated = _points(table.column("points"))
    return Items(
        table.select(["qid", "labels", "identifiers", "context"]),
        number,
        together.take(first[order]),
        country_start,
        names_of(owner, of_text[text], rows),
        names_of(far_owner, of_text[names.rows + far], rows),
        point_start,
        lat,
        lon,
        np.where(np.isnan(stated), written_precision_m(lat, lon), np.clip(stated, FINEST_M, None)),
        listed_values(table.column("classes")),
        listed_values(table.column("superclasses")),
        admin,
        country,
        countries,
        np.zeros(rows, dtype=np.int64),
        unlisted(rows),
    )


def _countries(column: Column, same: Iterable[Collection[str]]) -> tuple[Ints, dict[str, int]]:
    """The number of each row's country, -1 for none, and the numbers by QID."""
    encoded = whole(column).dictionary_encode()
    first = {qid: min(group) for group in same for qid in group}
    kept = sorted({first.get(qid, qid) for qid in encoded.dictionary.to_pylist() if qid})
    numbers = {qid: k for k, qid in enumerate(kept)}
    numbers |= {qid: numbers[one] for qid, one in first.items() if one in numbers}
    code = np.array([numbers.get(qid, -1) for qid in encoded.dictionary.to_pylist()] + [-1], dtype=np.int64)
    return code[filled(encoded.indices, -1).to_numpy(zero_copy_only=False)], numbers


def _by_country(text: Ints, country: Ints, texts: int, countries: int) -> tuple[Ints, Ints]:
    """The texts in the order of the countries whose items carry them, and where each country's begin; first
    those that items of several countries or of none carry."""
    least, most = np.full(texts, countries, dtype=np.int64), np.full(texts, -2, dtype=np.int64)
    np.minimum.at(least, text, country)
    np.maximum.at(most, text, country)
    of_text = np.where(least == most, least, -1)
    order = np.argsort(of_text, kind="stable")
    return order, np.searchsorted(of_text[order], np.arange(countries + 1)).astype(np.int64)


def identifiers_of(items: Items, identifier: str | None, ids: Column) -> Listed:
    """The values of one identifier property, each as the first place among these ids where it stands, -1 for
    one that is none of them."""
    if identifier is None:
        return unlisted(items.rows)
    array = whole(items.table.column("identifiers"))
    flat = pc.list_flatten(array)
    ours = pc.equal(pc.struct_field(flat, "property"), pa.scalar(identifier))
    owner = pc.filter(pc.list_parent_indices(array), ours).to_numpy(zero_copy_only=False)
    return Listed(starts(owner, items.rows), places(pc.filter(pc.struct_field(flat, "value"), ours), ids), [])


def places(values: Column, among: Column) -> Ints:
    """The first place of each text among others, -1 for none."""
    found = filled(pc.index_in(values, value_set=among), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False).astype(np.int64))


def _texts(owner: Ints, text: Column, folder: Folder, *, parts: bool = True) -> tuple[Ints, Ints, Packed]:
    """(row, number of the folded text) for each text that is not empty when folded, and the texts.

    With `parts` also the names without their brackets and in their halves."""
    if parts:
        found: Column = pc.match_substring_regex(text, r"[(\[（【/]")
        several = found.to_numpy(zero_copy_only=False).nonzero()[0]
        more = [(k, part) for k, name in zip(several, text.take(pa.array(several)).to_pylist(), strict=True)
                for part in name_parts(name)]  # fmt: skip
        owner = np.concatenate([owner, owner[[k for k, _ in more]]]) if more else owner
        text = pa.concat_arrays([text, pa.array([part for _, part in more], pa.string())]) if more else text
    encoded = text.dictionary_encode()
    folded = folder.fold(encoded.dictionary)
    number = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    said = np.diff(folded.start)[number] > 0
    return owner[said], number[said], folded


def _concatenated(*parts: Packed) -> Packed:
    before = np.cumsum([0, *(len(part.data) for part in parts)])
    starts = [part.start[1:] + size for part, size in zip(parts, before[:-1], strict=True)]
    return Packed(np.concatenate([part.data for part in parts]), np.concatenate([[0], *starts]))


def _area_labels(label_owner: Ints, labels: Column, admin: Listed, number: Ints) -> tuple[Ints, Column]:
    """(item row, label) of the administrative areas that the index holds itself."""
    area = rows_of(admin.values, number)[admin.code]
    owner, area = admin.owner[area >= 0], area[area >= 0]
    first, last = np.searchsorted(label_owner, area), np.searchsorted(label_owner, area, side="right")
    count = last - first
    which = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
    return np.repeat(owner, count), labels.take(pa.array(which, pa.int64()))


def _numbers_of(qids: Column) -> Ints:
    numbers: Column = pc.cast(pc.utf8_slice_codeunits(qids, 1), pa.int64())
    return np.asarray(numbers.to_numpy())


def _points(column: Column) -> tuple[Ints, Floats, Floats, Floats]:
    array = whole(column)
    flat = pc.list_flatten(array)
    owner = pc.list_parent_indices(array).to_numpy(zero_copy_only=False).astype(np.int64)
    lat = pc.struct_field(flat, "lat").to_numpy(zero_copy_only=False).astype(np.float64)
    lon = pc.struct_field(flat, "lon").to_numpy(zero_copy_only=False).astype(np.float64)
    there = ~(np.isnan(lat) | np.isnan(lon))
    stated = pc.struct_field(flat, "precision_m").to_numpy(zero_copy_only=False).astype(np.float64)
    start = starts(owner[there], len(array))
    return start, lat[there], lon[there], stated[there]
