"""The words of both sides, weighed by how rare they are in this very corpus, and near spellings of each."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from rapidfuzz import process
from rapidfuzz.distance import Indel
from sklearn.feature_extraction.text import CountVectorizer

from heritage.reconcile.text import Floats, Ints, Names, tokens_of

PRIOR_ROWS = 200
"""A small side is read as if this many more rows like the other side stood behind it."""
GENERIC_WEIGHT = 0.8
"""Nats a listed generic word weighs at most (a word of one row in 3,000 weighs 8)."""
SHORTEST_FUZZY = 4
NEAR_SPELLING = 0.72
"""Least normalised Indel similarity at which two words count as spellings of one."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Tokens of all texts. `has` is texts × tokens (0/1), `near` the same spread over near spellings."""

    texts: list[str]
    has: sp.csr_array
    near: sp.csr_array
    weight: Floats
    vocabulary: dict[str, int]

    @property
    def weighted(self) -> sp.csr_array:
        return sp.csr_array(self.has @ sp.diags_array(self.weight))


def build(texts: list[str], records: Names, items: Names, generic: Collection[str]) -> Corpus:
    """Reads the texts of both sides once."""
    token_lists = tokens_of(texts)
    vocabulary = {token: k for k, token in enumerate(sorted({t for tokens in token_lists for t in tokens}))}
    indptr = np.cumsum([0, *(len(tokens) for tokens in token_lists)])
    columns = np.array([vocabulary[t] for tokens in token_lists for t in tokens], dtype=np.int64)
    has = sp.csr_array(
        (np.ones(len(columns)), columns, indptr),
        shape=(len(texts), max(len(vocabulary), 1)),
        dtype=np.float64,
    )
    weight = _weights(has, records, items)
    listed = [vocabulary[word] for word in generic if word in vocabulary]
    weight[listed] = np.minimum(weight[listed], GENERIC_WEIGHT)
    spellings = _spellings(list(vocabulary), has, records, items)
    return Corpus(texts, has, sp.csr_array(_max_product(has, spellings)), weight, vocabulary)


def _weights(has: sp.csr_array, records: Names, items: Names) -> Floats:
    """Nats: minus the logarithm of the share of rows with the word, on the side where it is more common."""
    record_rows, item_rows = _rows_with(has, records), _rows_with(has, items)
    item_share = (item_rows + 0.5) / (items.rows + 1)
    record_share = (record_rows + PRIOR_ROWS * item_share) / (records.rows + PRIOR_ROWS)
    return np.clip(-np.log(np.maximum(record_share, item_share)), 0.05, None)


def _rows_with(has: sp.csr_array, names: Names) -> Floats:
    owns = sp.csr_array(
        (np.ones(len(names.owner)), (names.owner, names.text)), shape=(max(names.rows, 1), has.shape[0])
    )
    counts = sp.csr_array(owns @ has)
    counts.data[:] = 1.0
    return np.asarray(counts.sum(axis=0)).ravel()


def _spellings(tokens: list[str], has: sp.csr_array, records: Names, items: Names) -> sp.csr_array:
    """Token × token: 1 for itself, the similarity of a near spelling used on the other side, else nothing."""
    size = max(len(tokens), 1)
    own = sp.eye_array(size, format="csr")
    left, right = _used(has, records.text, tokens), _used(has, items.text, tokens)
    if not len(left) or not len(right):
        return sp.csr_array(own)
    rows, columns = _similar_grams([tokens[k] for k in left], [tokens[k] for k in right])
    if not len(rows):
        return sp.csr_array(own)
    a, b = left[rows], right[columns]
    alike = process.cpdist(
        [tokens[k] for k in a], [tokens[k] for k in b], scorer=Indel.normalized_similarity, workers=1
    ).astype(np.float64)
    keep = (alike >= NEAR_SPELLING) & (a != b)
    a, b, alike = a[keep], b[keep], alike[keep] ** 2
    pairs = sp.coo_array((alike, (a, b)), shape=(size, size)).tocsr()
    return sp.csr_array(own.maximum(pairs).maximum(pairs.T))


def _used(has: sp.csr_array, texts: Ints, tokens: list[str]) -> Ints:
    used = np.unique(has[np.unique(texts)].indices) if len(texts) else np.array([], dtype=np.int64)
    return np.array(
        [k for k in used if len(tokens[k]) >= SHORTEST_FUZZY and not tokens[k].isdigit()], dtype=np.int64
    )


def _similar_grams(left: list[str], right: list[str]) -> tuple[Ints, Ints]:
    """Pairs of words that share so many letter pairs that they may be spellings of one."""
    grams = CountVectorizer(analyzer="char_wb", ngram_range=(2, 2), binary=True, dtype=np.float32)
    both = sp.csr_array(grams.fit_transform(left + right))
    sizes = np.asarray(both.sum(axis=1)).ravel()
    a, b = both[: len(left)], sp.csr_array(both[len(left) :].T)
    size_a, size_b = sizes[: len(left)], sizes[len(left) :]
    rows: list[Ints] = []
    columns: list[Ints] = []
    for start in range(0, len(left), 2000):
        shared = sp.coo_array(a[start : start + 2000] @ b)
        dice = 2 * shared.data / (size_a[start + shared.row] + size_b[shared.col])
        keep = dice >= 0.5
        rows.append(start + shared.row[keep].astype(np.int64))
        columns.append(shared.col[keep].astype(np.int64))
    return np.concatenate(rows), np.concatenate(columns)


def _max_product(has: sp.csr_array, spellings: sp.csr_array) -> sp.csr_array:
    """Texts × tokens with the best similarity of any word of the text (a sum would count a word twice)."""
    spread = sp.csr_array(has @ spellings)
    spread.data = np.minimum(spread.data, 1.0)
    return spread
