"""Names compared: words weighed by rarity, spelling, numbers, and the municipality named or not."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from rapidfuzz import fuzz, process

from heritage.reconcile.corpus import Corpus
from heritage.reconcile.identity import carries
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Floats, Ints, Names

CHUNK = 200_000


@dataclass(frozen=True, slots=True)
class ChosenNames:
    """Text numbers of the names chosen on both sides, and the features made from them."""

    record: Ints
    item: Ints
    columns: dict[str, Floats]


def name_features(record: Ints, item: Ints, records: Records, items: Items, corpus: Corpus) -> ChosenNames:
    """The two names of each pair that agree best, by number of text (-1 for none), and what they say."""
    a, b, columns = _best_names(record, item, records, items, corpus)
    columns["distinct_name"] = columns["words"] * np.log1p(columns["information"])
    for name, text, side in (("records_of_name", a, records.names), ("items_of_name", b, items.names)):
        counts = np.bincount(side.text, minlength=len(corpus.texts)).astype(np.float64)
        columns[name] = np.append(np.log(np.maximum(counts, 1)), np.nan)[text]
    columns["own_words"] = _own_words(record, b, records, corpus)
    columns["numbers"] = _numbers(a, b, corpus)
    columns |= _municipality(record, item, a, b, records, items, corpus)
    return ChosenNames(a, b, columns)


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
    same_area = carries(
        record, item, records.admin, zip(items.admin_owner.tolist(), items.admin, strict=True)
    )
    if not len(rows):
        named[same_area] = 1.0
        return {"municipality": named, "other_municipality": other}
    spread = _texts_of_rows(items.names, corpus.near).maximum(_texts_of_rows(items.contexts, corpus.near))
    weighted = corpus.weighted
    total = np.asarray(weighted.sum(axis=1)).ravel()
    of_record = place[record[rows]]
    found = _row_products(weighted, of_record, sp.csr_array(spread), item[rows])
    named[rows] = found / np.maximum(total[of_record], 1e-9)
    named[same_area] = 1.0
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
