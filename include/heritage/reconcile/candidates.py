"""Blocking: the few items of the index that a record is compared with, by name, place and identifier."""

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer

from heritage.reconcile.corpus import Corpus
from heritage.reconcile.identity import Flags, not_a_thing, same_class, same_identifier
from heritage.reconcile.place import near_points
from heritage.reconcile.settings import Settings
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Floats, Ints

CHUNK = 1000
COMMONEST = 0.08
"""A letter triple in more than this share of the names on one side finds nothing; whole words still do."""

LEAST_ALIKE = 0.2
"""Cosine below which two names are not worth a comparison."""


def candidate_pairs(records: Records, items: Items, corpus: Corpus, settings: Settings) -> tuple[Ints, Ints]:
    """(record row, item row), each once, sorted; items that no record describes are left out early."""
    found = [
        _by_identifier(records, items),
        _by_place(records, items, settings),
        *_by_name(records, items, corpus, settings),
    ]
    keys = np.unique(np.concatenate([r * items.rows + i for r, i in found]))
    record, item = keys // max(items.rows, 1), keys % max(items.rows, 1)
    possible = ~not_a_thing(items, settings.vocabulary)[item] & ~_around(record, item, records, items)
    possible |= same_identifier(record, item, records, items) | same_class(record, item, records, items)
    return record[possible], item[possible]


def _around(record: Ints, item: Ints, records: Records, items: Items) -> Flags:
    """Pairs whose item is the area or the country that the record lies in: nothing lies in itself."""
    areas = np.zeros(len(record), dtype=bool)
    for column in (records.admin, records.country):
        rows = np.array([items.row_of.get(qid, -1) for qid in column], dtype=np.int64)
        areas |= rows[record] == item
    return areas


def _by_identifier(records: Records, items: Items) -> tuple[Ints, Ints]:
    """Pairs whose item carries the record's id as its identifier."""
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(records.ids):
        rows.setdefault(value, []).append(row)
    pairs = [(row, item) for item, value in items.identifiers for row in rows.get(value, ())]
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _by_place(records: Records, items: Items, settings: Settings) -> tuple[Ints, Ints]:
    placed = np.flatnonzero(~np.isnan(records.lat))
    radius = np.clip(2 * records.precision[placed], settings.near_m, settings.far_m)
    row, point = near_points(
        records.lat[placed],
        records.lon[placed],
        radius,
        items.point_lat,
        items.point_lon,
        settings.nearest_items,
    )
    return placed[row], items.point_owner[point]


def _by_name(records: Records, items: Items, corpus: Corpus, settings: Settings) -> list[tuple[Ints, Ints]]:
    """The best items by shared letter triples and by shared words, each weighed by rarity."""
    if not len(records.names.owner) or not len(items.names.owner):
        return []
    record_texts, item_texts = np.unique(records.names.text), np.unique(items.names.text)
    grams = CountVectorizer(analyzer="char_wb", ngram_range=(3, 3), binary=True, dtype=np.float32)
    texts = corpus.texts
    item_grams = sp.csr_array(grams.fit_transform([texts[k] for k in item_texts]))
    record_grams = sp.csr_array(grams.transform([texts[k] for k in record_texts]))
    found = []
    for left, right in (
        _weighed(record_grams, item_grams),
        _weighed_words(corpus, record_texts, item_texts),
    ):
        text_row, text_column = _best_per_row(left, right, settings.similar_names)
        found.append(
            _owners(records, items, record_texts[text_row], item_texts[text_column], len(texts), settings)
        )
    return found


def _weighed(left: sp.csr_array, right: sp.csr_array) -> tuple[sp.csr_array, sp.csr_array]:
    counts = np.asarray(right.sum(axis=0)).ravel()
    rows = right.shape[0]
    weight = np.log((rows + 1) / (counts + 0.5))
    weight[counts > max(COMMONEST * rows, 50)] = 0.0
    return _unit(left, weight), _unit(right, weight)


def _weighed_words(corpus: Corpus, left: Ints, right: Ints) -> tuple[sp.csr_array, sp.csr_array]:
    has = corpus.has
    counts = np.asarray(has[right].sum(axis=0)).ravel()
    weight = np.where(counts > max(COMMONEST * len(right), 50), 0.0, corpus.weight)
    return _unit(sp.csr_array(corpus.near[left]), weight), _unit(sp.csr_array(has[right]), weight)


def _unit(rows: sp.csr_array, weight: Floats) -> sp.csr_array:
    weighed = sp.csr_array(rows @ sp.diags_array(weight.astype(np.float32)))
    weighed.eliminate_zeros()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return sp.csr_array(sp.diags_array(scale.astype(np.float32)) @ weighed)


def _best_per_row(left: sp.csr_array, right: sp.csr_array, most: int) -> tuple[Ints, Ints]:
    """(row, column) of the `most` largest products of each row."""
    across = sp.csr_array(right.T)
    rows: list[Ints] = []
    columns: list[Ints] = []
    for start in range(0, left.shape[0], CHUNK):
        shared = sp.coo_array(left[start : start + CHUNK] @ across)
        alike = np.flatnonzero(shared.data >= LEAST_ALIKE)
        row, column, data = shared.row[alike], shared.col[alike], shared.data[alike]
        order = np.lexsort((column, -np.round(data, 6), row))
        row, column = row[order], column[order]
        begins = np.searchsorted(row, np.arange(CHUNK + 1))
        best = np.arange(len(row)) - begins[row] < most
        rows.append(start + row[best].astype(np.int64))
        columns.append(column[best].astype(np.int64))
    return np.concatenate(rows), np.concatenate(columns)


def _owners(
    records: Records, items: Items, record_text: Ints, item_text: Ints, size: int, settings: Settings
) -> tuple[Ints, Ints]:
    """Pairs of texts to pairs of their owners; a text that very many items carry names none of them."""
    by_record = sp.csr_array(
        (np.ones(len(records.names.owner)), (records.names.owner, records.names.text)),
        shape=(records.rows, size),
    )
    by_item = sp.csc_array(
        (np.ones(len(items.names.owner)), (items.names.owner, items.names.text)), shape=(items.rows, size)
    )
    carried = np.diff(by_item.indptr)
    keep = carried[item_text] <= settings.same_name_items
    pairs = sp.csr_array((np.ones(int(keep.sum())), (record_text[keep], item_text[keep])), shape=(size, size))
    joined = sp.coo_array(by_record @ pairs @ by_item.T)
    return joined.row.astype(np.int64), joined.col.astype(np.int64)
