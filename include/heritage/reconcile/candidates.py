"""Blocking: the few items of the index that a record is compared with, by identifier, name and place."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heritage.reconcile.identity import Flags
from heritage.reconcile.jit import kernel
from heritage.reconcile.lexicon import Lexicon, near_words
from heritage.reconcile.place import PointTree, metres_between
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records, coded, known_codes
from heritage.reconcile.text import Floats, Ints

MOST_OF_KEY = 300
"""A key that more words share finds none of them."""
SURE, FAR_BELOW = 1.0, 0.35
"""Where the best rough score is sure, candidates with less than this share of it are not compared."""
READ_PER_RECORD = 8_000
"""Texts with a word in common that are looked at, rarest words first; the rest waits for places."""


@dataclass(frozen=True, slots=True)
class Candidates:
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
    items: Items
    lexicon: Lexicon
    tree: PointTree
    settings: Settings
    never: Flags
    """Items that are no thing."""
    by_id: tuple[Ints, Ints]
    """For each record, begin and items that carry its id."""
    area: Ints
    country: Ints
    """Item rows of the area and the country that each record lies in, -1 for none."""
    own_class: Ints
    class_start: Ints
    class_code: Ints

    def pairs(self, first: int, last: int) -> Candidates:
        """Candidates of the records from `first` up to `last`."""
        settings, records, items, lexicon = self.settings, self.records, self.items, self.lexicon
        place_begin, place_item = self._near(first, last)
        text_rows = np.unique(records.names.text[records.names.start[first] : records.names.start[last]])
        begin, word = lexicon.records.begin, lexicon.records.word
        wanted = np.unique(np.concatenate([word[begin[t] : begin[t + 1]] for t in text_rows] or [word[:0]]))
        vocabulary, known = lexicon.vocabulary, lexicon.items
        near_begin, near_word, near_alike = near_words(
            wanted, vocabulary.sounds, vocabulary.words.start, vocabulary.letters, vocabulary.digits,
            known.key_hash, known.key_word, known.vocabulary.size, MOST_OF_KEY,
        )  # fmt: skip
        row_of_word = np.full(vocabulary.size, -1, dtype=np.int64)
        row_of_word[wanted] = np.arange(len(wanted))
        found = _candidates(
            first, last, records.names.start, records.names.text, records.bare.start, records.bare.text,
            begin, word, lexicon.weight, lexicon.record_total, row_of_word, near_begin, near_word, near_alike,
            known.post_begin, known.post_text, known.text_begin, known.text_owner, known.texts.begin,
            known.texts.word, lexicon.item_total, items.names.start, items.names.text, place_begin,
            place_item, self.by_id[0], self.by_id[1], records.lat, records.lon, records.precision,
            items.point_start, items.point_lat, items.point_lon, items.point_precision, self.never,
            self.area, self.country, self.own_class, self.class_start, self.class_code,
            settings.similar_names, settings.same_name_items, settings.compared, READ_PER_RECORD,
        )  # fmt: skip
        return Candidates(*found)

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
    tree: PointTree,
    never: Flags,
    settings: Settings,
) -> Blocker:
    """Ready for all records."""
    codes: dict[str, int] = {}
    class_code = coded(items.classes, codes)
    order = np.argsort(items.class_owner, kind="stable")
    class_start = np.searchsorted(items.class_owner[order], np.arange(items.rows + 1)).astype(np.int64)
    return Blocker(
        records,
        items,
        lexicon,
        tree,
        settings,
        never,
        _carriers(records, items),
        known_codes(records.admin, items.row_of),
        known_codes(records.country, items.row_of),
        known_codes(records.classes, codes),
        class_start,
        class_code[order],
    )


def _carriers(records: Records, items: Items) -> tuple[Ints, Ints]:
    """Items by the record whose id they carry."""
    rows: dict[str, list[int]] = {}
    for item, value in items.identifiers:
        rows.setdefault(value, []).append(item)
    found = [rows.get(value, ()) for value in records.ids] if rows else [()] * records.rows
    begin = np.cumsum([0, *map(len, found)]).astype(np.int64)
    return begin, np.array([item for some in found for item in some], dtype=np.int64)


@kernel
def _best_rows(score: Floats, count: int, most: int, least: float, chosen: npt.NDArray[np.bool_]) -> None:
    """Marks the `most` largest positive scores from `least` on; of equal ones the first."""
    for _ in range(most):
        best = -1
        for k in range(count):
            if not chosen[k] and score[k] > 0 and (best < 0 or score[k] > score[best]):
                best = k
        if best < 0 or score[best] < least:
            return
        chosen[best] = True


@kernel
def _candidates(  # type: ignore[no-untyped-def]  # noqa: C901
    first, last, name_start, name_text, bare_start, bare_text,
    begin, word, weight, record_total, row_of_word, near_begin, near_word, near_alike,
    post_begin, post_text, text_begin, text_owner, item_text_begin,
    item_text_word, item_total, item_name_start, item_name_text, place_begin,
    place_item, id_begin, id_item, lat, lon, precision,
    point_start, point_lat, point_lon, point_precision, never,
    area, country, own_class, class_start, class_code,
    similar_names, same_name_items, compared, read_most,
):  # fmt: skip
    texts, items = len(item_text_begin) - 1, len(item_name_start) - 1
    shared = np.zeros(texts)
    text_stamp, item_stamp = np.full(texts, -1, dtype=np.int64), np.full(items, -1, dtype=np.int64)
    word_stamp, word_gain = np.full(len(weight), -1, dtype=np.int64), np.zeros(len(weight))
    touched = np.empty(read_most + 1, dtype=np.int64)
    room = (last - first) * (compared + 16) + 64
    out_record, out_item = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    out_distance, out_allowed, out_nearer = np.empty(room), np.empty(room), np.empty(room)
    size = 0
    words = np.empty(4096, dtype=np.int64)
    best_text, best_score = np.empty(similar_names, dtype=np.int64), np.empty(similar_names)
    many = 65536
    item, by_id = np.empty(many, dtype=np.int64), np.empty(many, dtype=np.bool_)
    name_score, near_score, mixed = np.empty(many), np.empty(many), np.empty(many)
    distance, allowed = np.empty(many), np.empty(many)
    chosen = np.zeros(many, dtype=np.bool_)
    for r in range(first, last):
        # the record's words, each once
        count_words = 0
        for k in range(name_start[r], name_start[r + 1]):
            for w in range(begin[name_text[k]], begin[name_text[k] + 1]):
                known = False
                for j in range(count_words):
                    known = known or words[j] == word[w]
                if not known and count_words < len(words):
                    words[count_words] = word[w]
                    count_words += 1
        least = 1e9
        for k in range(bare_start[r], bare_start[r + 1]):
            least = min(least, record_total[bare_text[k]])
        # rarest first, so that the budget is spent where it tells most
        for k in range(1, count_words):
            w, j = words[k], k - 1
            while j >= 0 and (
                weight[words[j]] < weight[w] or (weight[words[j]] == weight[w] and words[j] > w)
            ):
                words[j + 1] = words[j]
                j -= 1
            words[j + 1] = w
        count_touched = read = 0
        for j in range(count_words):
            row = row_of_word[words[j]]
            for n in range(near_begin[row], near_begin[row + 1]):
                other, gain = near_word[n], weight[words[j]] * near_alike[n]
                if word_stamp[other] != r:
                    word_stamp[other], word_gain[other] = r, gain
                elif gain > word_gain[other]:
                    word_gain[other] = gain
                long = post_begin[other + 1] - post_begin[other]
                if read + long > read_most:
                    continue
                read += long
                for at in range(post_begin[other], post_begin[other + 1]):
                    text = post_text[at]
                    if text_stamp[text] != r:
                        text_stamp[text], shared[text] = r, 0.0
                        touched[count_touched] = text
                        count_touched += 1
                    shared[text] += gain
        # the texts that share most
        kept = 0
        for k in range(count_touched):
            text = touched[k]
            if text_begin[text + 1] - text_begin[text] > same_name_items:
                continue
            score = shared[text] * np.sqrt(min(shared[text] / (item_total[text] + 0.1), 1.0))
            if kept == similar_names and (
                score < best_score[kept - 1] or (score == best_score[kept - 1] and text > best_text[kept - 1])
            ):
                continue
            j = kept if kept < similar_names else kept - 1
            while j > 0 and (
                best_score[j - 1] < score or (best_score[j - 1] == score and best_text[j - 1] > text)
            ):
                best_score[j], best_text[j] = best_score[j - 1], best_text[j - 1]
                j -= 1
            best_score[j], best_text[j] = score, text
            kept = min(kept + 1, similar_names)
        # all candidates, each once
        count = 0
        for k in range(id_begin[r], id_begin[r + 1]):
            if item_stamp[id_item[k]] != r and count < many:
                item_stamp[id_item[k]], item[count], by_id[count] = r, id_item[k], True
                count += 1
        for k in range(place_begin[r - first], place_begin[r - first + 1]):
            i = place_item[k]
            if item_stamp[i] != r and count < many:
                item_stamp[i], item[count], by_id[count] = r, i, False
                count += 1
        for k in range(kept):
            for o in range(text_begin[best_text[k]], text_begin[best_text[k] + 1]):
                i = text_owner[o]
                if item_stamp[i] != r and count < many:
                    item_stamp[i], item[count], by_id[count] = r, i, False
                    count += 1
        possible = 0
        for k in range(count):
            i = item[k]
            allow = by_id[k]
            if not allow:
                same_class = False
                for c in range(class_start[i], class_start[i + 1]):
                    same_class = same_class or (own_class[r] >= 0 and class_code[c] == own_class[r])
                allow = same_class or not (never[i] or i == area[r] or i == country[r])
            if allow:
                item[possible], by_id[possible] = i, by_id[k]
                possible += 1
        count = possible
        for k in range(count):
            i = item[k]
            metres, near = np.nan, np.nan
            if not np.isnan(lat[r]):
                for p in range(point_start[i], point_start[i + 1]):
                    d = metres_between(lat[r], lon[r], point_lat[p], point_lon[p])
                    if np.isnan(metres) or d < metres:
                        metres, near = d, precision[r] + point_precision[p]
            distance[k], allowed[k] = metres, near
            score = 0.0
            for t in range(item_name_start[i], item_name_start[i + 1]):
                text, gain = item_name_text[t], 0.0
                for w in range(item_text_begin[text], item_text_begin[text + 1]):
                    if word_stamp[item_text_word[w]] == r:
                        gain += min(word_gain[item_text_word[w]], weight[item_text_word[w]])
                total = max(item_total[text], 0.5 * (item_total[text] + least))
                score = max(score, gain / (total + 0.1))
            name_score[k] = score
            near_score[k] = 0.0 if np.isnan(metres) else 1.0 / (1.0 + max(metres, 25.0) / near / 4)
            mixed[k] = min(score, 1.0) + (0.15 if np.isnan(metres) else 0.5 * near_score[k]) + 1e-6
            chosen[k] = by_id[k]
        if size + count > room:
            room = 2 * room + count
            bigger_record, bigger_item = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
            bigger_distance, bigger_allowed, bigger_nearer = np.empty(room), np.empty(room), np.empty(room)
            bigger_record[:size], bigger_item[:size] = out_record[:size], out_item[:size]
            bigger_distance[:size], bigger_allowed[:size] = out_distance[:size], out_allowed[:size]
            bigger_nearer[:size] = out_nearer[:size]
            out_record, out_item, out_distance = bigger_record, bigger_item, bigger_distance
            out_allowed, out_nearer = bigger_allowed, bigger_nearer
        top = mixed[:count].max() if count else 0.0
        least_mixed, few = (FAR_BELOW * top, 2) if top >= SURE else (0.0, 6)
        _best_rows(mixed, count, compared, least_mixed, chosen)
        _best_rows(near_score, count, few, 0.0, chosen)
        _best_rows(name_score, count, few, 0.0, chosen)
        for k in range(count):
            if not chosen[k]:
                continue
            nearer = np.nan
            if not np.isnan(distance[k]):
                nearer = 0.0
                for j in range(count):
                    nearer += np.round(distance[j] * 10) < np.round(distance[k] * 10)
                nearer = min(nearer, 10.0)
            at = size
            while at > 0 and out_record[at - 1] == r and out_item[at - 1] > item[k]:
                out_item[at], out_distance[at] = out_item[at - 1], out_distance[at - 1]
                out_allowed[at], out_nearer[at] = out_allowed[at - 1], out_nearer[at - 1]
                at -= 1
            out_record[size] = r
            out_item[at], out_distance[at], out_allowed[at], out_nearer[at] = (
                item[k],
                distance[k],
                allowed[k],
                nearer,
            )
            size += 1
    return (
        out_record[:size].copy(), out_item[:size].copy(), out_distance[:size].copy(),
        out_allowed[:size].copy(), out_nearer[:size].copy(),
    )  # fmt: skip
