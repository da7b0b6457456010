"""The words of both sides, weighed by how few items of the index have them in a name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from heritage.reconcile import settings
from heritage.reconcile.alike import Spelled, spelled, word_keys
from heritage.reconcile.columns import Names, grouped, starts
from heritage.reconcile.folding import Bytes, Hashes, Packed, Words, first_rows, packed, words_of
from heritage.reconcile.jit import kernel
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Flags, Floats, Ints, Singles, Small

GENERIC_WEIGHT = 0.8
"""Nats a listed generic word weighs at most (a word that one item has weighs 9)."""
MOST_SAID = 2_000
"""A word that stands in the descriptions of more items names no municipality."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Distinct words by number."""

    hashes: Hashes
    spelled: Spelled

    @property
    def size(self) -> int:
        return len(self.hashes)


@dataclass(frozen=True, slots=True)
class TextWords:
    """The words of each text by number: those of text t are word[begin[t]:begin[t + 1]], each once."""

    begin: Ints
    word: Small


@dataclass(frozen=True, slots=True)
class ItemWords:
    """The words of an index: what does not depend on any register."""

    vocabulary: Vocabulary
    index: Any
    """Of the vocabulary's hashes."""
    texts: TextWords
    weight: Floats
    """Nats of each word (`_nats`)."""
    rarest: float
    """Nats of a word that no item has."""
    total: Singles
    """Nats of all the words of each text."""
    post_begin: Ints
    post_text: Small
    """The texts of names that have each word."""
    key_hash: Hashes
    key_word: Small
    """Words by key, sorted."""
    text_begin: Ints
    text_owner: Small
    """The items that carry each text as a name."""
    said_begin: Ints
    said_item: Small
    """The items whose description or areas have each word, where these are not many."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of the records beside those of the index."""

    items: ItemWords
    vocabulary: Vocabulary
    """Of the records."""
    texts: TextWords
    """Of the records, in numbers of their own vocabulary."""
    known: Ints
    """The number of each of their words in the index, -1 for none."""
    weight: Floats
    """Nats of each of their words: what it weighs in the index."""
    total: Floats
    """Nats of all the words of each text of the records."""
    records_of: Ints
    """The records that carry each of their texts."""


def read_item_words(items: Items, common: settings.Vocabulary) -> ItemWords:
    """Reads the words of all names and contexts once; generic words weigh little whatever their number."""
    words = _one_word(words_of(items.texts), common.same)
    codes, _ = pd.factorize(words.hashes)
    vocabulary = _vocabulary(items.texts, words, first_rows(codes))
    texts = TextWords(words.begin, codes.astype(np.int32))
    named = np.zeros(items.texts.rows, dtype=bool)
    named[items.names.text] = True
    post_begin, post_text = _postings(texts.word, words.begin, named, vocabulary.size)
    keys = word_keys(vocabulary.spelled)
    order = np.lexsort((keys[1], keys[0]))
    text_begin, text_owner = _inverted(items.names, items.texts.rows)
    rows_with = _count_rows(items.names.start, items.names.text, texts.begin, texts.word, vocabulary.size)
    generic = np.isin(vocabulary.hashes, words_of(packed(sorted(common.generic))).hashes)
    commonest = float(np.where(generic | vocabulary.spelled.digits, 1.0, rows_with).max(initial=1.0))
    next_to_nothing = min(common.common_word, common.rare_as_common * commonest)
    weight = _lightened(_nats(rows_with, next_to_nothing), common.generic, vocabulary)
    return ItemWords(
        vocabulary,
        pd.Index(vocabulary.hashes),
        texts,
        weight,
        float(_nats(np.zeros(1), next_to_nothing)[0]),
        _totals(texts, weight).astype(np.float32),
        post_begin,
        post_text,
        keys[0][order],
        keys[1][order],
        text_begin,
        text_owner,
        *_said(
            items.contexts.start, items.contexts.text, texts.begin, texts.word, vocabulary.size, MOST_SAID
        ),
    )


def build(items: ItemWords, records: Records, common: settings.Vocabulary) -> Lexicon:
    """The words of the records. They weigh what they weigh in the index, so that a record is decided alike in
    any company."""
    words = _one_word(words_of(records.texts), common.same)
    codes, _ = pd.factorize(words.hashes)
    vocabulary = _vocabulary(records.texts, words, first_rows(codes))
    texts = TextWords(words.begin, codes.astype(np.int32))
    known = items.index.get_indexer(vocabulary.hashes).astype(np.int64)
    weight = np.append(items.weight, items.rarest)[known]
    weight = _lightened(weight, common.generic, vocabulary)
    records_of = np.bincount(records.names.text, minlength=records.texts.rows)
    return Lexicon(items, vocabulary, texts, known, weight, _totals(texts, weight), records_of)


def _one_word(words: Words, same: Sequence[Sequence[str]]) -> Words:
    """The words with one number for those that are written in several ways."""
    spellings = [(word, group[0]) for group in same for word in group[1:]]
    if not spellings:
        return words
    hashes = words_of(packed([word for word, _ in spellings])).hashes
    first = words_of(packed([word for _, word in spellings])).hashes
    order = np.argsort(hashes)
    at = np.minimum(np.searchsorted(hashes[order], words.hashes), len(hashes) - 1)
    found = hashes[order][at] == words.hashes
    return replace(words, hashes=np.where(found, first[order][at], words.hashes))


def _lightened(weight: Floats, generic: Collection[str], vocabulary: Vocabulary) -> Floats:
    listed = np.isin(vocabulary.hashes, words_of(packed(sorted(generic))).hashes)
    return np.where(listed, np.minimum(weight, GENERIC_WEIGHT), weight)


def _vocabulary(texts: Packed, words: Words, rows: Ints) -> Vocabulary:
    """The words that stand at these places."""
    start = np.concatenate([[0], np.cumsum(words.length[rows])]).astype(np.int64)
    hashes = words.hashes[rows]
    letters = _copied(texts.data, words.at[rows], start)
    return Vocabulary(hashes, spelled(letters, start, (hashes & np.uint64(1)) == 1))


def _nats(carriers: Floats, next_to_nothing: float) -> Floats:
    """What a word weighs that so many items have in a name; with the number given it says next to nothing.

    It goes by the carriers and not by their share of the index, so that nothing changes when an item is added
    that has nothing to do with it: who else could be meant are the carriers, however many others there are.
    """
    return np.asarray(np.log1p(next_to_nothing / (carriers + 0.5)))


@kernel
def _summed(begin: Ints, word: Small, weight: Floats) -> Floats:
    total = np.zeros(len(begin) - 1)
    for text in range(len(total)):
        for k in range(begin[text], begin[text + 1]):
            total[text] += weight[word[k]]
    return total


def _totals(texts: TextWords, weight: Floats) -> Floats:
    """Each summed by itself: a difference of running sums would change with the texts before."""
    return _summed(texts.begin, texts.word, weight)


@kernel
def _count_rows(start: Ints, text: Ints, begin: Ints, word: Small, size: int) -> Floats:
    count, last = np.zeros(size), np.full(size, -1, dtype=np.int64)
    for row in range(len(start) - 1):
        for k in range(start[row], start[row + 1]):
            for w in range(begin[text[k]], begin[text[k] + 1]):
                if last[word[w]] != row:
                    last[word[w]] = row
                    count[word[w]] += 1
    return count


@kernel
def _postings(word: Small, begin: Ints, named: Flags, size: int) -> tuple[Ints, Small]:
    post_begin = np.zeros(size + 1, dtype=np.int64)
    for text in range(len(begin) - 1):
        if named[text]:
            for k in range(begin[text], begin[text + 1]):
                post_begin[word[k] + 1] += 1
    for k in range(size):
        post_begin[k + 1] += post_begin[k]
    at, out = post_begin[:-1].copy(), np.empty(post_begin[-1], dtype=np.int32)
    for text in range(len(begin) - 1):
        if named[text]:
            for k in range(begin[text], begin[text + 1]):
                out[at[word[k]]] = text
                at[word[k]] += 1
    return post_begin, out


@kernel
def _said(start: Ints, text: Ints, begin: Ints, word: Small, size: int, most: int) -> tuple[Ints, Small]:
    """Begin and rows of each word that stands in at most so many rows, each once."""
    count, last = np.zeros(size + 1, dtype=np.int64), np.full(size, -1, dtype=np.int64)
    for row in range(len(start) - 1):
        for k in range(start[row], start[row + 1]):
            for w in range(begin[text[k]], begin[text[k] + 1]):
                if last[word[w]] != row:
                    last[word[w]] = row
                    count[word[w] + 1] += 1
    for w in range(size):
        if count[w + 1] > most:
            count[w + 1] = 0
    place = np.cumsum(count)
    at, out = place[:-1].copy(), np.empty(place[-1], dtype=np.int32)
    last[:] = -1
    for row in range(len(start) - 1):
        for k in range(start[row], start[row + 1]):
            for w in range(begin[text[k]], begin[text[k] + 1]):
                if count[word[w] + 1] and last[word[w]] != row:
                    last[word[w]] = row
                    out[at[word[w]]] = row
                    at[word[w]] += 1
    return place, out


def _inverted(names: Names, texts: int) -> tuple[Ints, Small]:
    begin = starts(names.text, texts)
    return begin, grouped(names.text, names.owner, begin).astype(np.int32)


@kernel
def _copied(data: Bytes, at: Ints, start: Ints) -> Bytes:
    out = np.empty(start[-1], dtype=np.uint8)
    for k in range(len(at)):
        out[start[k] : start[k + 1]] = data[at[k] : at[k] + start[k + 1] - start[k]]
    return out
