"""Blocking: the few items of the index that a record is compared with, by identifier, name and place."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from heritage.reconcile.alike import Flags, Singles, Small
from heritage.reconcile.jit import kernel
from heritage.reconcile.kinds import SideKinds
from heritage.reconcile.lexicon import Lexicon
from heritage.reconcile.place import PointTree, metres_between, vectors
from heritage.reconcile.record_words import Asking, read_words, reading
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records, coded, known_codes
from heritage.reconcile.text import Floats, Ints

FAR_BELOW = 1.2
"""Candidates whose rough score lies so far below the best are not compared."""
SAME_KIND = 0.1
"""What a kind in common adds to the rough score, and two different kinds take from it."""
IN_TOWN = 0.3
"""What it adds that the item's description or areas name the record's municipality."""
PER_NAT, MOST_NATS = 0.03, 20.0
"""What each nat in common adds, and how many count."""
PER_TENFOLD, NO_PLACE = 0.25, 2.0
"""What a tenfold distance takes, over the precision; where it is not known it counts as a hundredfold."""
FEW = 2
"""So many of the nearest and of the best named are compared whatever their rough score."""
_NOWHERE = 1 << 60
LOOKED_AT = 65536
"""Candidates of one record that are looked at at most."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs sorted by record and item. `nearer` counts the items that lie nearer to the record, up to 10,
    NaN where a side has no place; so are `distance` (metres) and `allowed` (the sum of both precisions)."""

    record: Ints
    item: Ints
    distance: Floats
    allowed: Floats
    nearer: Floats


class _Held(NamedTuple):
    """The index, by item, by text and by word."""

    name_start: Ints
    name_text: Ints
    begin: Ints
    word: Small
    weight: Floats
    total: Singles
    post_begin: Ints
    post_text: Small
    text_begin: Ints
    text_owner: Small
    point_start: Ints
    point: Floats
    """Unit vectors,"""
    point_precision: Floats
    never: Ints
    class_start: Ints
    class_code: Ints
    country_start: Ints
    kinds: Ints
    said_begin: Ints
    said_item: Small


class _Facts(NamedTuple):
    """What records say beside their names, and the items found for them otherwise."""

    place: Floats
    """Unit vectors, NaN where there is no place."""
    precision: Floats
    area: Ints
    country: Ints
    country_code: Ints
    own_class: Ints
    kinds: Ints
    near_begin: Ints
    near_item: Ints
    id_begin: Ints
    id_item: Ints


class _Seen(NamedTuple):
    """The candidates of one record."""

    item: Ints
    by_id: Flags
    in_town: Flags
    distance: Floats
    decimetres: Ints
    allowed: Floats
    by_name: Floats
    by_place: Floats
    by_both: Floats
    chosen: Flags


@dataclass(frozen=True, slots=True)
class Blocker:
    """Finds candidates for ranges of records."""

    records: Records
    tree: PointTree
    settings: Settings
    held: _Held
    by_id: tuple[Ints, Ints]
    """For each record, begin and items that carry its id."""
    area: Ints
    country: Ints
    """Item rows of the area and the country that each record lies in, -1 for none,"""
    country_code: Ints
    """and the number of that country."""
    own_class: Ints
    kinds: Ints
    place: Floats

    def pairs(self, ours: Asking) -> Candidates:
        """Candidates of a range of records."""
        settings, records = self.settings, self.records
        facts = _Facts(
            self.place, records.precision, self.area, self.country, self.country_code, self.own_class,
            self.kinds,
            *self._near(ours.first, ours.last), *self.by_id,
        )  # fmt: skip
        return Candidates(
            *_candidates(
                ours, reading(len(self.held.weight)), self.held, facts, settings.similar_names,
                settings.similar_placed, settings.same_name_items, settings.town_items, settings.compared,
                settings.compared_placed, settings.read_texts,
            )
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
    of_records: SideKinds,
    of_items: SideKinds,
    tree: PointTree,
    settings: Settings,
) -> Blocker:
    """Ready for all records."""
    classes, words = items.classes, lexicon.items
    held = _Held(
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
        _carriers(records, items),
        _rows(records.admin, items),
        _rows(records.country, items),
        known_codes(records.country, items.countries),
        known_codes(records.classes, {value: k for k, value in enumerate(classes.values)}),
        of_records.of_row,
        vectors(records.lat, records.lon),
    )


def _rows(qids: list[str], items: Items) -> Ints:
    """Item rows of one QID for each record, each looked for once."""
    codes: dict[str, int] = {}
    code = coded(qids, codes)
    return np.append(items.rows_of(codes), -1)[code]


def _carriers(records: Records, items: Items) -> tuple[Ints, Ints]:
    """Items by the record whose id they carry."""
    carried = items.identifiers
    at = np.flatnonzero(carried.code >= 0)
    rows: dict[str, list[int]] = {}
    for item, code in zip(carried.owner[at].tolist(), carried.code[at].tolist(), strict=True):
        rows.setdefault(carried.values[code], []).append(item)
    found = [rows.get(value, ()) for value in records.ids] if rows else [()] * records.rows
    begin = np.cumsum([0, *map(len, found)]).astype(np.int64)
    return begin, np.array([item for some in found for item in some], dtype=np.int64)


@kernel
def _best_rows(score: Floats, count: int, most: int, least: float, chosen: Flags) -> None:
    """Marks the `most` largest scores from `least` on, of equal ones the first; NaN is none."""
    for _ in range(most):
        best = -1
        for k in range(count):
            if not chosen[k] and score[k] >= least and (best < 0 or score[k] > score[best]):
                best = k
        if best < 0:
            return
        chosen[best] = True


@kernel
def _from(sorted_numbers: Small, first: int, last: int, least: int) -> int:
    """Where the numbers from `least` on begin among those of a range."""
    while first < last:
        middle = (first + last) // 2
        if sorted_numbers[middle] < least:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def _similar_texts(  # type: ignore[no-untyped-def]  # noqa: C901
    words,
    country,
    ours,
    known,
    held,
    shared,
    touched,
    best_text,
    best_score,
    most,
    read_most,
):
    """The texts of names that share most with the record, the best first; how many there are."""
    count = read = 0
    for j in range(words):
        row = ours.row[known.words[j]]
        for n in range(ours.near_begin[row], ours.near_begin[row + 1]):
            other = ours.near_word[n]
            gain = np.float32(ours.weight[known.words[j]] * ours.near[n])
            begin, end = held.post_begin[other], held.post_begin[other + 1]
            for part in range(2 if country >= 0 else 1):
                first, last = begin, end
                if country >= 0:  # texts of several countries or of none, then those of the record's own
                    if part == 0:
                        last = _from(held.post_text, begin, end, held.country_start[0])
                    else:
                        first = _from(held.post_text, begin, end, held.country_start[country])
                        last = _from(held.post_text, first, end, held.country_start[country + 1])
                if read + last - first > read_most:
                    if read:
                        continue
                    last = first + read_most  # of the only word some, or the record would seem new
                read += last - first
                for at in range(first, last):
                    text = held.post_text[at]
                    if shared[text] == 0.0:
                        touched[count] = text
                        count += 1
                    shared[text] += gain
    kept = 0
    for k in range(count):
        text = touched[k]
        found, shared[text] = shared[text], np.float32(0.0)
        if kept == most and found < best_score[kept - 1]:
            continue
        score = found * np.sqrt(min(found / (held.total[text] + 0.1), 1.0))
        if kept == most and (
            score < best_score[kept - 1] or (score == best_score[kept - 1] and text > best_text[kept - 1])
        ):
            continue
        j = kept if kept < most else kept - 1
        while j > 0 and (
            best_score[j - 1] < score or (best_score[j - 1] == score and best_text[j - 1] > text)
        ):
            best_score[j], best_text[j] = best_score[j - 1], best_text[j - 1]
            j -= 1
        best_score[j], best_text[j] = score, text
        kept = min(kept + 1, most)
    return kept


@kernel
def _possible(i, r, held, facts):  # type: ignore[no-untyped-def]
    """Whether a record may be this item at all: no page, no class, not the area that it lies in."""
    if held.never[i] != 0 or i == facts.area[r] or i == facts.country[r]:
        for c in range(held.class_start[i], held.class_start[i + 1]):
            if facts.own_class[r] >= 0 and held.class_code[c] == facts.own_class[r]:
                return True
        return False
    return True


@kernel
def _scored(k, r, least, known, held, facts, seen):  # type: ignore[no-untyped-def]
    """Rough scores of one candidate: how much of the names is common, how near, and both together."""
    i, metres, near = seen.item[k], np.nan, np.nan
    if not np.isnan(facts.place[r, 0]):
        for p in range(held.point_start[i], held.point_start[i + 1]):
            d = metres_between(facts.place, r, held.point, p)
            if np.isnan(metres) or d < metres:
                metres, near = d, facts.precision[r] + held.point_precision[p]
    seen.distance[k], seen.allowed[k] = metres, near
    seen.decimetres[k] = _NOWHERE if np.isnan(metres) else np.int64(metres * 10 + 0.5)
    words = nats = 0.0
    for t in range(held.name_start[i], held.name_start[i + 1]):
        text, gain, total = held.name_text[t], 0.0, 0.0
        for w in range(held.begin[text], held.begin[text + 1]):
            word = held.word[w]
            total += held.weight[word]
            if known.stamp[word] == r + 1:
                gain += min(known.gain[word], held.weight[word])
        if gain > 0:
            words, nats = max(words, 2 * gain / (total + max(least, gain))), max(nats, gain)
    apart = NO_PLACE if np.isnan(metres) else min(max(np.log10(max(metres, 25.0) / near), -1.0), 4.0)
    score = words + PER_NAT * min(nats, MOST_NATS) - PER_TENFOLD * apart
    if held.kinds[i] and facts.kinds[r]:
        score += SAME_KIND if held.kinds[i] & facts.kinds[r] else -SAME_KIND
    if seen.in_town[k]:
        score += IN_TOWN
    seen.by_name[k], seen.by_place[k], seen.by_both[k] = words, -seen.distance[k], score
    seen.chosen[k] = seen.by_id[k]


@kernel
def _added(i, r, count, by_id, in_town, stamp, seen):  # type: ignore[no-untyped-def]
    """Adds one item to the candidates, while there is room; how many there are then."""
    if count == len(seen.item):
        return count
    stamp[i], seen.item[count], seen.by_id[count], seen.in_town[count] = r + 1, i, by_id, in_town
    return count + 1


@kernel
def _in_town(r, count, words, most, stamp, ours, known, held, facts, seen):  # type: ignore[no-untyped-def]
    """Adds the items whose description or areas have the rarest word of the record's municipality; how many
    candidates there are then."""
    town, chosen = ours.place[r], -1
    for j in range(words - 1, -1, -1):  # the rarest comes first
        for k in range(ours.begin[town], ours.begin[town + 1]):
            if ours.word[k] == known.words[j] and ours.known[ours.word[k]] >= 0:
                chosen = ours.known[ours.word[k]]
    if chosen < 0:
        return count
    first, last = held.said_begin[chosen], held.said_begin[chosen + 1]
    for at in range(first, min(last, first + most)):
        i = held.said_item[at]
        if stamp[i] == r + 1:
            for k in range(count):
                seen.in_town[k] = seen.in_town[k] or seen.item[k] == i
        elif _possible(i, r, held, facts):
            count = _added(i, r, count, False, True, stamp, seen)
    return count


@kernel
def _nearer(k, count, seen):  # type: ignore[no-untyped-def]
    """How many other candidates lie nearer, up to 10."""
    if np.isnan(seen.distance[k]):
        return np.nan
    nearer = 0
    for j in range(count):
        nearer += seen.decimetres[j] < seen.decimetres[k]
    return min(nearer, 10)


@kernel
def _candidates(  # type: ignore[no-untyped-def]  # noqa: C901
    ours,
    known,
    held,
    facts,
    similar_names,
    similar_placed,
    same_name_items,
    town_items,
    compared,
    compared_placed,
    read_most,
):
    items = len(held.name_start) - 1
    shared, touched = np.zeros(len(held.text_begin) - 1, np.float32), np.empty(read_most + 1, np.int64)
    stamp = np.zeros(items, dtype=np.int32)
    room = max(similar_names, similar_placed)
    best_text, best_score = np.empty(room, np.int64), np.empty(room)
    seen = _Seen(
        np.empty(LOOKED_AT, np.int64), np.zeros(LOOKED_AT, np.bool_), np.zeros(LOOKED_AT, np.bool_),
        np.empty(LOOKED_AT),
        np.empty(LOOKED_AT, np.int64), np.empty(LOOKED_AT), np.empty(LOOKED_AT), np.empty(LOOKED_AT),
        np.empty(LOOKED_AT), np.zeros(LOOKED_AT, np.bool_),
    )  # fmt: skip
    room = (ours.last - ours.first) * (max(compared, compared_placed) + 2 * FEW)
    room += facts.id_begin[ours.last] - facts.id_begin[ours.first]
    out_record, out_item = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    out_distance, out_allowed, out_nearer = np.empty(room), np.empty(room), np.empty(room)
    size = 0
    for r in range(ours.first, ours.last):
        words = read_words(r, ours, known)
        placed = not np.isnan(facts.place[r, 0])
        similar, most = similar_placed if placed else similar_names, compared_placed if placed else compared
        least = np.inf
        for k in range(ours.bare_start[r], ours.bare_start[r + 1]):
            least = min(least, ours.total[ours.bare_text[k]])
        kept = _similar_texts(
            words, facts.country_code[r], ours, known, held, shared, touched, best_text, best_score,
            similar, read_most,
        )  # fmt: skip
        count = 0
        for k in range(facts.id_begin[r], facts.id_begin[r + 1]):
            i = facts.id_item[k]
            if stamp[i] != r + 1:
                count = _added(i, r, count, True, False, stamp, seen)
        for k in range(facts.near_begin[r - ours.first], facts.near_begin[r - ours.first + 1]):
            i = facts.near_item[k]
            if stamp[i] != r + 1 and _possible(i, r, held, facts):
                count = _added(i, r, count, False, False, stamp, seen)
        named = count
        for k in range(kept):
            if count - named >= similar:
                break
            begin, end = held.text_begin[best_text[k]], held.text_begin[best_text[k] + 1]
            for o in range(begin, min(end, begin + same_name_items)):
                i = held.text_owner[o]
                if stamp[i] != r + 1 and _possible(i, r, held, facts):
                    count = _added(i, r, count, False, False, stamp, seen)
        if not placed and ours.place[r] >= 0:
            count = _in_town(r, count, words, town_items, stamp, ours, known, held, facts, seen)
        if not count:
            continue
        for k in range(count):
            _scored(k, r, least, known, held, facts, seen)
        _best_rows(seen.by_both, count, most, seen.by_both[:count].max() - FAR_BELOW, seen.chosen)
        _best_rows(seen.by_place, count, FEW, -np.inf, seen.chosen)
        _best_rows(seen.by_name, count, FEW, 1e-9, seen.chosen)
        first = size
        for k in range(count):
            if not seen.chosen[k]:
                continue
            at = size
            while at > first and out_item[at - 1] > seen.item[k]:
                out_item[at], out_distance[at] = out_item[at - 1], out_distance[at - 1]
                out_allowed[at], out_nearer[at] = out_allowed[at - 1], out_nearer[at - 1]
                at -= 1
            out_record[size], out_item[at] = r, seen.item[k]
            out_distance[at], out_allowed[at] = seen.distance[k], seen.allowed[k]
            out_nearer[at] = _nearer(k, count, seen)
            size += 1
    return (
        out_record[:size].copy(), out_item[:size].copy(), out_distance[:size].copy(),
        out_allowed[:size].copy(), out_nearer[:size].copy(),
    )  # fmt: skip
