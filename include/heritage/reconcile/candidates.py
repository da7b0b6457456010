"""Blocking: the few items of the index that a record is compared with, by identifier, name and place."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from heritage.reconcile.columns import Listed
from heritage.reconcile.finding import LOOKED_AT, Desk, Facts, Held, Limits, Seen, found
from heritage.reconcile.identity import Common
from heritage.reconcile.jit import kernel, leaf
from heritage.reconcile.kinds import SideKinds
from heritage.reconcile.lexicon import Lexicon
from heritage.reconcile.place import PointTree, vectors
from heritage.reconcile.record_words import Asking, read_words, reading
from heritage.reconcile.rough import FEW, kept
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Floats, Ints


class Candidates(NamedTuple):
    """Pairs sorted by record and item. `nearer` counts the items that lie nearer to the record, up to 10,
    NaN where a side has no place; so are `distance` (metres) and `allowed` (the sum of both precisions)."""

    record: Ints
    item: Ints
    distance: Floats
    allowed: Floats
    nearer: Floats


@dataclass(frozen=True, slots=True)
class Blocker:
    """Finds candidates for ranges of records."""

    records: Records
    tree: PointTree
    settings: Settings
    held: Held
    by_id: tuple[Ints, Ints]
    """For each record, begin and items that carry its id."""
    common: Common
    kinds: Ints
    place: Floats

    def pairs(self, ours: Asking) -> Candidates:
        """Candidates of a range of records."""
        records, said = self.records, self.common
        facts = Facts(
            self.place, records.precision, said.admin_row, said.country_row, said.country, said.own_class,
            self.kinds,
            *self._near(ours.first, ours.last), *self.by_id,
        )  # fmt: skip
        return Candidates(
            *_candidates(ours, reading(len(self.held.weight)), self.held, facts, self._limits())
        )

    def _limits(self) -> Limits:
        settings = self.settings
        return Limits(
            settings.similar_names, settings.similar_placed, settings.same_name_items, settings.town_items,
            settings.compared, settings.compared_placed, settings.read_texts,
        )  # fmt: skip

    def _near(self, first: int, last: int) -> tuple[Ints, Ints]:
        settings, records = self.settings, self.records
        radius = np.clip(2 * records.precision[first:last], settings.near_m, settings.far_m)
        rough = records.precision[first:last] > settings.rough_m
        rows, points = self.tree.near(
            records.lat[first:last], records.lon[first:last], radius, rough,
            settings.nearest_items, settings.nearest_items_rough,
        )  # fmt: skip
        order = np.argsort(rows, kind="stable")
        begin = np.searchsorted(rows[order], np.arange(last - first + 1)).astype(np.int64)
        return begin, self.tree.owner[points[order]]


def blocker(
    records: Records,
    items: Items,
    lexicon: Lexicon,
    common: Common,
    of_records: SideKinds,
    of_items: SideKinds,
    tree: PointTree,
    settings: Settings,
) -> Blocker:
    """Ready for all records."""
    classes, words = items.classes, lexicon.items
    held = Held(
        items.names.start, items.names.text, words.texts.begin, words.texts.word, words.weight, words.total,
        words.post_begin, words.post_text, words.text_begin, words.text_owner, items.point_start,
        tree.vectors, items.point_precision, items.never, classes.start, classes.code,
        items.country_start, of_items.of_row, words.said_begin, words.said_item,
    )  # fmt: skip
    return Blocker(
        records,
        tree,
        settings,
        held,
        _carriers(common.own_id, items.identifiers),
        common,
        of_records.of_row,
        vectors(records.lat, records.lon),
    )


def _carriers(own_id: Ints, carried: Listed) -> tuple[Ints, Ints]:
    """Items by the record whose id they carry: begin and rows."""
    at = np.flatnonzero(carried.code >= 0)
    order = np.argsort(carried.code[at], kind="stable")
    item, code = carried.owner[at][order], carried.code[at][order]
    first, last = np.searchsorted(code, own_id), np.searchsorted(code, own_id, side="right")
    count = np.where(own_id >= 0, last - first, 0)
    begin = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return begin, item[np.arange(begin[-1]) - np.repeat(begin[:-1] - first, count)]


@kernel
def _candidates(ours, known, held, facts, limits):  # type: ignore[no-untyped-def]
    room = max(limits.similar_names, limits.similar_placed)
    desk = Desk(
        np.zeros(len(held.text_begin) - 1, np.float32), np.empty(limits.read_texts + 1, np.int64),
        np.empty(room, np.int64), np.empty(room), np.zeros(len(held.name_start) - 1, np.int32),
    )  # fmt: skip
    seen = Seen(
        np.empty(LOOKED_AT, np.int64), np.zeros(LOOKED_AT, np.bool_), np.zeros(LOOKED_AT, np.bool_),
        np.empty(LOOKED_AT), np.empty(LOOKED_AT, np.int64), np.empty(LOOKED_AT), np.empty(LOOKED_AT),
        np.empty(LOOKED_AT), np.empty(LOOKED_AT), np.zeros(LOOKED_AT, np.bool_),
    )  # fmt: skip
    room = (ours.last - ours.first) * (max(limits.compared, limits.compared_placed) + 2 * FEW)
    room += facts.id_begin[ours.last] - facts.id_begin[ours.first]
    out = Candidates(
        np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room), np.empty(room), np.empty(room)
    )
    size = _written(ours, known, held, facts, limits, desk, seen, out)
    return (
        out.record[:size].copy(), out.item[:size].copy(), out.distance[:size].copy(),
        out.allowed[:size].copy(), out.nearer[:size].copy(),
    )  # fmt: skip


@leaf
def _written(ours, known, held, facts, limits, desk, seen, out):  # type: ignore[no-untyped-def]
    size = 0
    for r in range(ours.first, ours.last):
        words = read_words(r, ours, known)
        count = found(r, words, ours, known, held, facts, limits, desk, seen)
        size = kept(r, size, count, ours, known, held, facts, limits, seen, out)
    return size
