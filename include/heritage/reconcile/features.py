"""What a record and a candidate have in common, as one number per feature; nothing known is NaN."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from rapidfuzz import fuzz, process

from heritage.reconcile.corpus import Corpus
from heritage.reconcile.kinds import KindReader, read_kinds
from heritage.reconcile.place import FINEST_M, distance_m
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Floats, Ints, Names

CHUNK = 200_000
DIRECTION: dict[str, int] = {
    "spelling": 1,  # Indel similarity of the two best names, 0..1
    "words": 1,  # weight of the words in common over all words of both, 0..1
    "record_words": 1,  # weight of the record's words found on the item, 0..1
    "item_words": 1,  # weight of the item's words found on the record, 0..1
    "own_words": 1,  # the same of the record's name alone, its municipality not counted, 0..1
    "record_words_lost": -1,  # nats
    "item_words_lost": -1,  # nats
    "information": 1,  # nats of the words in common
    "distinct_name": 1,  # words × log(1 + information)
    "numbers": 1,  # 1 agree, 0 none, -0.5 on one side only, -1 differ
    "municipality": 1,  # share of the municipality's name found on the item, or its item agrees
    "other_municipality": -1,  # nats of another record's municipality in the item's name
    "distance": -1,  # log10 of metres
    "distance_over_precision": -1,  # log10
    "near_name": 1,  # the smaller of words and nearness, 0..1
    "nearer_items": -1,  # candidates that lie nearer to the record
    "nearer_records": -1,  # records that lie nearer to the item
    "kind": 1,  # 1 a kind in common, -1 none in common
    "kinds_lost": -1,  # kinds that only one side names
    "country": 1,
    "records_of_name": -1,  # log of the records that carry this very name
    "items_of_name": -1,
}
"""Every feature and whether more of it speaks for (1) or against (-1) the pair: the model must obey."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs with features. Kinds are bits: all that each side names, and what the chosen name or
    the class of one side says while the other side nowhere does."""

    record: Ints
    item: Ints
    distance: Floats
    columns: dict[str, Floats]
    record_kinds: Ints
    item_kinds: Ints
    one_sided_kinds: Ints


def pair_features(
    record: Ints, item: Ints, records: Records, items: Items, corpus: Corpus, settings: Settings
) -> Pairs:
    """Compares each record with its candidates; rows as given."""
    a, b, measures = _best_names(record, item, records, items, corpus)
    columns = _name_features(a, b, measures, records, items, len(corpus.texts))
    columns["own_words"] = _own_words(record, b, records, corpus)
    columns["numbers"] = _numbers(a, b, corpus)
    columns |= _municipality(record, item, a, b, records, items, corpus)
    distance, allowed = _nearest_point(record, item, records, items)
    relative = np.maximum(distance, FINEST_M) / allowed
    columns["distance"] = np.log10(np.maximum(distance, FINEST_M))
    columns["distance_over_precision"] = np.log10(relative)
    columns["near_name"] = np.minimum(columns["words"], 1 / (1 + relative / 4))
    columns["nearer_items"] = _nearer(record, distance)
    columns["nearer_records"] = _nearer(item, distance)
    kinds = read_kinds(records, items, corpus.texts, KindReader(settings.vocabulary))
    of_record, of_item = kinds.record[record], kinds.item[item]
    one_sided = ((kinds.record_class[record] | _of_chosen(kinds.of_text, a)) & ~of_item) | (
        (kinds.item_class[item] | _of_chosen(kinds.of_text, b)) & ~of_record
    )
    columns["kind"] = _agree(of_record, of_item, kinds.record_class[record], kinds.item_class[item])
    columns["kinds_lost"] = np.bitwise_count(one_sided).astype(np.float64)
    columns["country"] = _countries(record, item, records, items, settings)
    return Pairs(record, item, distance, columns, of_record, of_item, one_sided)


def _best_names(
    record: Ints, item: Ints, records: Records, items: Items, corpus: Corpus
) -> tuple[Ints, Ints, dict[str, Floats]]:
    """The two names that agree best in each pair, and how well."""
    pair, a, b = _all_combinations(record, item, records.names, items.names)
    size = len(corpus.texts)
    keys, inverse = np.unique(a * size + b, return_inverse=True)
    measures = _compare(keys // size, keys % size, corpus)
    agreement = (
        0.6 * measures["words"] + 0.4 * measures["spelling"] + 0.01 * np.minimum(measures["information"], 20)
    )
    order = np.lexsort((b, a, -np.round(agreement, 9)[inverse], pair))
    first = order[np.concatenate([[True], pair[order][1:] != pair[order][:-1]])] if len(order) else order
    rows = len(record)
    best_a, best_b = np.full(rows, -1), np.full(rows, -1)
    best_a[pair[first]], best_b[pair[first]] = a[first], b[first]
    best: dict[str, Floats] = {}
    for name, values in measures.items():
        best[name] = np.full(rows, np.nan)
        best[name][pair[first]] = values[inverse[first]]
    return best_a, best_b, best


def _all_combinations(record: Ints, item: Ints, left: Names, right: Names) -> tuple[Ints, Ints, Ints]:
    """(pair, name of the record, name of the item) for every combination of names in every pair."""
    starts_a, starts_b = left.starts, right.starts
    count_a = (starts_a[1:] - starts_a[:-1])[record]
    count_b = (starts_b[1:] - starts_b[:-1])[item]
    both = count_a * count_b
    pair = np.repeat(np.arange(len(record)), both)
    place = np.arange(int(both.sum())) - np.repeat(np.cumsum(both) - both, both)
    a = left.text[starts_a[record][pair] + place // count_b[pair]]
    b = right.text[starts_b[item][pair] + place % count_b[pair]]
    return pair, a, b


def _compare(a: Ints, b: Ints, corpus: Corpus) -> dict[str, Floats]:
    weighted = corpus.weighted
    total = np.asarray(weighted.sum(axis=1)).ravel()
    found_a = _row_products(weighted, a, corpus.near, b)
    found_b = _row_products(weighted, b, corpus.near, a)
    spelling = process.cpdist(
        [corpus.texts[k] for k in a], [corpus.texts[k] for k in b], scorer=fuzz.ratio, workers=1
    ).astype(np.float64)
    total_a, total_b = total[a], total[b]
    return {
        "spelling": spelling / 100,
        "words": (found_a + found_b) / np.maximum(total_a + total_b, 1e-9),
        "record_words": found_a / np.maximum(total_a, 1e-9),
        "item_words": found_b / np.maximum(total_b, 1e-9),
        "record_words_lost": total_a - found_a,
        "item_words_lost": total_b - found_b,
        "information": np.minimum(found_a, found_b),
    }


def _row_products(left: sp.csr_array, a: Ints, right: sp.csr_array, b: Ints) -> Floats:
    """Scalar products of row a[k] of left with row b[k] of right."""
    sums = [
        np.asarray(left[a[s : s + CHUNK]].multiply(right[b[s : s + CHUNK]]).sum(axis=1)).ravel()
        for s in range(0, len(a), CHUNK)
    ]
    return np.concatenate(sums) if sums else np.zeros(0)


def _name_features(
    a: Ints, b: Ints, measures: dict[str, Floats], records: Records, items: Items, size: int
) -> dict[str, Floats]:
    columns = dict(measures)
    columns["distinct_name"] = columns["words"] * np.log1p(columns["information"])
    for name, text, side in (("records_of_name", a, records.names), ("items_of_name", b, items.names)):
        counts = np.bincount(side.text, minlength=size).astype(np.float64)
        columns[name] = np.append(np.log(np.maximum(counts, 1)), np.nan)[text]
    return columns


def _own_words(record: Ints, b: Ints, records: Records, corpus: Corpus) -> Floats:
    """The best share of a bare name's words that the chosen name of the item holds."""
    starts = records.bare.starts
    count = np.where(b >= 0, (starts[1:] - starts[:-1])[record], 0)
    pair = np.repeat(np.arange(len(record)), count)
    place = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    bare = records.bare.text[starts[record][pair] + place]
    weighted = corpus.weighted
    total = np.asarray(weighted.sum(axis=1)).ravel()
    share = _row_products(weighted, bare, corpus.near, b[pair]) / np.maximum(total[bare], 1e-9)
    best = np.where(count > 0, 0.0, np.nan)
    np.maximum.at(best, pair, share)
    return best


def _numbers(a: Ints, b: Ints, corpus: Corpus) -> Floats:
    which = np.array([k for token, k in corpus.vocabulary.items() if token.isdigit()], dtype=np.int64)
    agree = np.zeros(len(a))
    if not len(which):
        return agree
    has = sp.csr_array(corpus.has[:, which])
    count = np.asarray(has.sum(axis=1)).ravel()
    count_a, count_b = np.append(count, 0)[a], np.append(count, 0)[b]
    both = np.flatnonzero((count_a > 0) & (count_b > 0))
    agree[(count_a > 0) != (count_b > 0)] = -0.5
    shared = _row_products(has, a[both], has, b[both])
    agree[both] = np.where(shared == np.maximum(count_a[both], count_b[both]), 1.0, -1.0)
    return agree


def _municipality(
    record: Ints, item: Ints, a: Ints, b: Ints, records: Records, items: Items, corpus: Corpus
) -> dict[str, Floats]:
    """Whether the record's municipality is named on the item, and whether another one is."""
    named, other = np.full(len(record), np.nan), np.full(len(record), np.nan)
    place = np.full(records.rows, -1)
    place[records.places.owner] = records.places.text
    rows = np.flatnonzero(place[record] >= 0)
    if not len(rows):
        return {"municipality": named, "other_municipality": other}
    spread = _texts_of_rows(items.names, corpus.near).maximum(_texts_of_rows(items.contexts, corpus.near))
    weighted = corpus.weighted
    total = np.asarray(weighted.sum(axis=1)).ravel()
    of_record = place[record[rows]]
    found = _row_products(weighted, of_record, sp.csr_array(spread), item[rows])
    named[rows] = found / np.maximum(total[of_record], 1e-9)
    same_admin = _shared_value(record, item, records.admin, items.admin_owner, items.admin)
    named[same_admin] = 1.0
    is_place = np.zeros(len(corpus.weight))
    is_place[np.unique(corpus.has[np.unique(records.places.text)].indices)] = 1.0
    places = sp.csr_array(weighted @ sp.diags_array(is_place))
    known = rows[b[rows] >= 0]
    ours = sp.csr_array(corpus.near[a[known]].maximum(corpus.near[place[record[known]]]))
    in_name = np.asarray(places.sum(axis=1)).ravel()[b[known]]
    other[known] = in_name - _row_products(places, b[known], ours, np.arange(len(known)))
    return {"municipality": named, "other_municipality": other}


def _texts_of_rows(names: Names, matrix: sp.csr_array) -> sp.csr_array:
    """Rows × tokens, the largest value over the texts of each row."""
    owns = sp.csr_array(
        (np.ones(len(names.owner)), (names.owner, names.text)), shape=(max(names.rows, 1), matrix.shape[0])
    )
    joined = sp.csr_array(owns @ matrix)
    joined.data = np.minimum(joined.data, 1.0)
    return joined


def _shared_value(
    record: Ints, item: Ints, of_record: list[str], owner: Ints, values: list[str]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    carried = set(zip(owner.tolist(), values, strict=True))
    if not carried or not any(of_record):
        return np.zeros(len(record), dtype=bool)
    return np.array(
        [(i, of_record[r]) in carried for r, i in zip(record.tolist(), item.tolist(), strict=True)],
        dtype=bool,
    )


def _nearest_point(record: Ints, item: Ints, records: Records, items: Items) -> tuple[Floats, Floats]:
    """Metres between the record and the item's nearest point, and the sum of both precisions."""
    starts = np.searchsorted(items.point_owner, np.arange(items.rows + 1))
    count = np.where(np.isnan(records.lat[record]), 0, (starts[1:] - starts[:-1])[item])
    pair = np.repeat(np.arange(len(record)), count)
    point = starts[:-1][item][pair] + np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    row = record[pair]
    metres = distance_m(records.lat[row], records.lon[row], items.point_lat[point], items.point_lon[point])
    order = np.lexsort((metres, pair))
    first = order[np.concatenate([[True], pair[order][1:] != pair[order][:-1]])] if len(order) else order
    distance, allowed = np.full(len(record), np.nan), np.full(len(record), np.nan)
    distance[pair[first]] = metres[first]
    allowed[pair[first]] = records.precision[row[first]] + items.point_precision[point[first]]
    return distance, allowed


def _nearer(group: Ints, distance: Floats) -> Floats:
    """How many pairs of the same group are strictly nearer."""
    rank = np.full(len(group), np.nan)
    placed = np.flatnonzero(~np.isnan(distance))
    if not len(placed):
        return rank
    metres = np.round(distance[placed], 1)
    order = placed[np.lexsort((metres, group[placed]))]
    owner, metres = group[order], np.round(distance[order], 1)
    begins = np.concatenate([[True], owner[1:] != owner[:-1]])
    steps = begins | np.concatenate([[True], metres[1:] != metres[:-1]])
    position = np.arange(len(order))
    group_start = np.maximum.accumulate(np.where(begins, position, 0))
    tie_start = np.maximum.accumulate(np.where(steps, position, 0))
    rank[order] = np.minimum(tie_start - group_start, 10)
    return rank


def _agree(of_record: Ints, of_item: Ints, record_class: Ints, item_class: Ints) -> Floats:
    """1 a kind in common, -1 none or none with the other side's class, NaN where a side says nothing."""
    apart = (of_record & of_item) == 0
    apart |= (item_class != 0) & ((item_class & of_record) == 0)
    apart |= (record_class != 0) & ((record_class & of_item) == 0)
    known = (of_record != 0) & (of_item != 0)
    return np.where(known, np.where(apart, -1.0, 1.0), np.nan)


def _of_chosen(bits: Ints, text: Ints) -> Ints:
    """The bits of the chosen names, none where there is no name."""
    return np.append(bits, 0)[text]


def _countries(record: Ints, item: Ints, records: Records, items: Items, settings: Settings) -> Floats:
    one = {qid: min(group) for group in settings.vocabulary.same_countries for qid in group}
    codes = {"": -1}
    of_record = np.array(
        [codes.setdefault(one.get(c, c), len(codes)) for c in records.country], dtype=np.int64
    )
    of_item = np.array([codes.setdefault(one.get(c, c), len(codes)) for c in items.country], dtype=np.int64)
    a, b = of_record[record], of_item[item]
    return np.where((a < 0) | (b < 0), np.nan, np.where(a == b, 1.0, -1.0))
