"""The words of both sides, weighed by how rare they are in this very corpus, and near spellings of each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from heritage.reconcile.folding import Bytes, Hashes, Packed, Words, _hash, first_rows, packed, words_of
from heritage.reconcile.jit import kernel
from heritage.reconcile.sides import Items, Names, Records
from heritage.reconcile.text import Floats, Ints

PRIOR_ROWS = 200
"""A small side is read as if this many more rows like the other side stood behind it."""
GENERIC_WEIGHT = 0.8
"""Nats a listed generic word weighs at most (a word of one row in 3,000 weighs 8)."""
MOST_OF_KEY = 300
"""A key that more words share finds none of them."""

Letters = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Distinct words by number, with their letters; `digits` tells numbers."""

    hashes: Hashes
    words: Packed
    digits: npt.NDArray[np.bool_]
    letters: Letters
    """One bit for each letter in the word."""
    sounds: Bytes
    """The words' letters with those that transliterations mix up (c, k, q; v, w; i, j, y; s, z) made one."""

    @property
    def size(self) -> int:
        return len(self.hashes)


@dataclass(frozen=True, slots=True)
class TextWords:
    """The words of each text by number: those of text t are word[begin[t]:begin[t + 1]], each once."""

    begin: Ints
    word: Ints


@dataclass(frozen=True, slots=True)
class ItemWords:
    """The words of an index: what does not depend on any register."""

    vocabulary: Vocabulary
    index: Any
    """Of the vocabulary's hashes."""
    texts: TextWords
    rows_with: Floats
    """Items that have the word in a name."""
    post_begin: Ints
    post_text: Ints
    """The texts of names that have each word."""
    key_hash: Hashes
    key_word: Ints
    """Words by key, sorted."""
    text_begin: Ints
    text_owner: Ints
    """The items that carry each text as a name."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of both sides: those of the index first, then those that only the records have."""

    vocabulary: Vocabulary
    weight: Floats
    records: TextWords
    items: ItemWords
    record_total: Floats
    item_total: Floats
    """Nats of all the words of each text."""


def read_item_words(items: Items) -> ItemWords:
    """Reads the words of all names and contexts once."""
    words = words_of(items.texts)
    codes, _ = pd.factorize(words.hashes)
    number = codes.astype(np.int64)
    vocabulary = _vocabulary(items.texts, words, first_rows(number))
    texts = TextWords(words.begin, number)
    named = np.zeros(items.texts.rows, dtype=bool)
    named[items.names.text] = True
    post_begin, post_text = _postings(number, words.begin, named, vocabulary.size)
    keys = _keys(vocabulary.sounds, vocabulary.words.start, vocabulary.digits)
    order = np.lexsort((keys[1], keys[0]))
    text_begin, text_owner = _inverted(items.names, items.texts.rows)
    return ItemWords(
        vocabulary,
        pd.Index(vocabulary.hashes),
        texts,
        _rows_with(items.names, texts, vocabulary.size),
        post_begin,
        post_text,
        keys[0][order],
        keys[1][order],
        text_begin,
        text_owner,
    )


def build(items: ItemWords, records: Records, item_rows: int, generic: Collection[str]) -> Lexicon:
    """The words of the records beside those of the index, and what each weighs for the two."""
    words = words_of(records.texts)
    number = items.index.get_indexer(words.hashes).astype(np.int64)
    new = np.flatnonzero(number < 0)
    codes, _ = pd.factorize(words.hashes[new])
    number[new] = items.vocabulary.size + codes
    vocabulary = _extended(
        items.vocabulary, _vocabulary(records.texts, words, new[first_rows(codes.astype(np.int64))])
    )
    texts = TextWords(words.begin, number)
    weight = _weights(items, records, texts, item_rows, vocabulary.size)
    listed = _numbers_of(generic, vocabulary)
    weight[listed] = np.minimum(weight[listed], GENERIC_WEIGHT)
    return Lexicon(vocabulary, weight, texts, items, _totals(texts, weight), _totals(items.texts, weight))


def _numbers_of(words: Collection[str], vocabulary: Vocabulary) -> Ints:
    hashes = words_of(packed(sorted(words))).hashes
    return np.flatnonzero(np.isin(vocabulary.hashes, hashes))


def _vocabulary(texts: Packed, words: Words, rows: Ints) -> Vocabulary:
    """The words that stand at these places."""
    start = np.concatenate([[0], np.cumsum(words.length[rows])]).astype(np.int64)
    data = _copied(texts.data, words.at[rows], start)
    hashes = words.hashes[rows]
    sounds = _ALIKE[data]
    return Vocabulary(
        hashes, Packed(data, start), (hashes & np.uint64(1)) == 1, _letters(sounds, start), sounds
    )


def _extended(first: Vocabulary, second: Vocabulary) -> Vocabulary:
    if not second.size:
        return first
    return Vocabulary(
        np.concatenate([first.hashes, second.hashes]),
        Packed(
            np.concatenate([first.words.data, second.words.data]),
            np.concatenate([first.words.start, second.words.start[1:] + first.words.start[-1]]),
        ),
        np.concatenate([first.digits, second.digits]),
        np.concatenate([first.letters, second.letters]),
        np.concatenate([first.sounds, second.sounds]),
    )


def _weights(items: ItemWords, records: Records, texts: TextWords, item_rows: int, size: int) -> Floats:
    """Nats: minus the logarithm of the share of rows with the word, on the side where it is more common."""
    of_items = np.zeros(size)
    of_items[: items.vocabulary.size] = items.rows_with
    of_records = _rows_with(records.names, texts, size)
    item_share = (of_items + 0.5) / (item_rows + 1)
    record_share = (of_records + PRIOR_ROWS * item_share) / (records.rows + PRIOR_ROWS)
    return np.clip(-np.log(np.maximum(record_share, item_share)), 0.05, None)


def _totals(texts: TextWords, weight: Floats) -> Floats:
    sums = np.concatenate([[0.0], np.cumsum(weight[texts.word])])
    return np.asarray(np.maximum(sums[texts.begin[1:]] - sums[texts.begin[:-1]], 0.0))


def _rows_with(names: Names, texts: TextWords, size: int) -> Floats:
    return _count_rows(names.start, names.text, texts.begin, texts.word, size)


@kernel
def _count_rows(start: Ints, text: Ints, begin: Ints, word: Ints, size: int) -> Floats:
    count, last = np.zeros(size), np.full(size, -1, dtype=np.int64)
    for row in range(len(start) - 1):
        for k in range(start[row], start[row + 1]):
            for w in range(begin[text[k]], begin[text[k] + 1]):
                if last[word[w]] != row:
                    last[word[w]] = row
                    count[word[w]] += 1
    return count


@kernel
def _postings(word: Ints, begin: Ints, named: npt.NDArray[np.bool_], size: int) -> tuple[Ints, Ints]:
    post_begin = np.zeros(size + 1, dtype=np.int64)
    for text in range(len(begin) - 1):
        if named[text]:
            for k in range(begin[text], begin[text + 1]):
                post_begin[word[k] + 1] += 1
    for k in range(size):
        post_begin[k + 1] += post_begin[k]
    at, out = post_begin[:-1].copy(), np.empty(post_begin[-1], dtype=np.int64)
    for text in range(len(begin) - 1):
        if named[text]:
            for k in range(begin[text], begin[text + 1]):
                out[at[word[k]]] = text
                at[word[k]] += 1
    return post_begin, out


def _inverted(names: Names, texts: int) -> tuple[Ints, Ints]:
    order = np.argsort(names.text, kind="stable")
    begin = np.searchsorted(names.text[order], np.arange(texts + 1)).astype(np.int64)
    return begin, names.owner[order]


@kernel
def _copied(data: Bytes, at: Ints, start: Ints) -> Bytes:
    out = np.empty(start[-1], dtype=np.uint8)
    for k in range(len(at)):
        out[start[k] : start[k + 1]] = data[at[k] : at[k] + start[k + 1] - start[k]]
    return out


@kernel
def _letters(data: Bytes, start: Ints) -> Letters:
    out = np.zeros(len(start) - 1, dtype=np.uint64)
    for row in range(len(out)):
        for k in range(start[row], start[row + 1]):
            byte = data[k]
            bit = byte - 48 if byte < 58 else byte - 87
            out[row] |= np.uint64(1) << np.uint64(bit)
    return out


_ALIKE = np.arange(256, dtype=np.uint8)
_ALIKE[np.frombuffer(b"cqwjyz", dtype=np.uint8)] = np.frombuffer(b"kkviis", dtype=np.uint8)
_CONSONANTS = np.frombuffer(b"?bkt?fk???klnn?pkrst?vvk?s", dtype=np.uint8)
"""What each letter sounds like, roughly; a question mark for those that spellings add and leave out."""


@kernel
def _keys_of(data: Bytes, start: int, end: int, out: Hashes, buffer: Bytes) -> int:
    """The keys of one word (of its sounds): both beginnings, the consonants, the first of them, and the
    letters in any order; 0 where a word is too short for one."""
    many = end - start
    out[:] = 0
    if many < 4 or many > 64:
        return 0
    out[0] = _hash(data, start, start + 4) ^ np.uint64(1)
    if many >= 7:
        out[1] = _hash(data, start, start + 6) ^ np.uint64(2)
    size = 0
    for k in range(start, end):
        byte = data[k]
        sound = np.uint8(byte)
        if byte >= 97:
            sound = _CONSONANTS[byte - 97]
        if byte == 112 and k + 1 < end and data[k + 1] == 104:  # ph
            sound = np.uint8(102)
        if sound != 63 and (size == 0 or buffer[size - 1] != sound):
            buffer[size] = sound
            size += 1
    if size >= 1:
        out[2] = _hash(buffer, 0, size) ^ np.uint64(3)
    if size >= 3:
        out[4] = _hash(buffer, 0, 3) ^ np.uint64(5)
    for k in range(many):
        buffer[k] = data[start + k]
    for k in range(1, many):
        byte, j = buffer[k], k - 1
        while j >= 0 and buffer[j] > byte:
            buffer[j + 1] = buffer[j]
            j -= 1
        buffer[j + 1] = byte
    out[3] = _hash(buffer, 0, many) ^ np.uint64(4)
    return 5


@kernel
def _keys(data: Bytes, start: Ints, digits: npt.NDArray[np.bool_]) -> tuple[Hashes, Ints]:
    rows = len(start) - 1
    hashes, word = np.empty(rows * 5, dtype=np.uint64), np.empty(rows * 5, dtype=np.int64)
    out, buffer = np.zeros(5, dtype=np.uint64), np.empty(64, dtype=np.uint8)
    count = 0
    for row in range(rows):
        if digits[row]:
            continue
        for k in range(_keys_of(data, start[row], start[row + 1], out, buffer)):
            if out[k] != 0:
                hashes[count], word[count] = out[k], row
                count += 1
    return hashes[:count].copy(), word[:count].copy()


@kernel
def similarity(data: Bytes, a: int, a_end: int, b: int, b_end: int) -> float:
    """Normalised Indel similarity of two words of at most 64 letters."""
    many_a, many_b = a_end - a, b_end - b
    if many_a > 64 or many_b > 64:
        return 0.0
    rest = np.uint64(0xFFFFFFFFFFFFFFFF)
    for j in range(b, b_end):
        byte, same = data[j], np.uint64(0)
        for i in range(many_a):
            if data[a + i] == byte:
                same |= np.uint64(1) << np.uint64(i)
        used = rest & same
        rest = (rest + used) | (rest - used)
    common = many_a
    for i in range(many_a):
        common -= (rest >> np.uint64(i)) & np.uint64(1) != 0
    return 2.0 * common / (many_a + many_b)


@kernel
def near(a: int, b: int, data: Bytes, start: Ints, letters: Letters, digits: npt.NDArray[np.bool_]) -> float:
    """1 for one word, the squared similarity of words that may sound alike, else 0; `data` are their sounds.
    For finding candidates; `spelled_alike` compares them."""
    if a == b:
        return 1.0
    many_a, many_b = start[a + 1] - start[a], start[b + 1] - start[b]
    if many_a < 4 or many_b < 4 or digits[a] or digits[b]:
        return 0.0
    if min(many_a, many_b) * 2 < 0.68 * (many_a + many_b):
        return 0.0
    apart = letters[a] ^ letters[b]
    differ = 0
    while apart:
        apart &= apart - np.uint64(1)
        differ += 1
    if differ > 0.32 * (many_a + many_b):
        return 0.0
    alike = 0.97 * similarity(data, start[a], start[a + 1], start[b], start[b + 1])
    return alike * alike if alike >= 0.66 else 0.0


@kernel
def spelled_alike(
    a: int, b: int, data: Bytes, start: Ints, letters: Letters, digits: npt.NDArray[np.bool_]
) -> float:
    """1 for one word, the squared similarity of two spellings, 0 for two words; `data` are their letters."""
    if a == b:
        return 1.0
    many_a, many_b = start[a + 1] - start[a], start[b + 1] - start[b]
    if (
        many_a < 4
        or many_b < 4
        or digits[a]
        or digits[b]
        or min(many_a, many_b) * 2 < 0.72 * (many_a + many_b)
    ):
        return 0.0
    apart, differ = letters[a] ^ letters[b], 0
    while apart:
        apart &= apart - np.uint64(1)
        differ += 1
    if differ > 0.28 * (many_a + many_b):
        return 0.0
    common = 0
    for i in range(many_a + 1):
        first = data[start[a] + i - 1] if i > 0 else 32
        second = data[start[a] + i] if i < many_a else 32
        for j in range(many_b + 1):
            if (data[start[b] + j] if j < many_b else 32) == second and (
                data[start[b] + j - 1] if j > 0 else 32
            ) == first:
                common += 1
                break
    if common < 0.25 * (many_a + many_b + 2):
        return 0.0
    alike = similarity(data, start[a], start[a + 1], start[b], start[b + 1])
    return alike * alike if alike >= 0.72 else 0.0


@kernel
def near_words(  # noqa: C901
    wanted: Ints,
    data: Bytes,
    start: Ints,
    letters: Letters,
    digits: npt.NDArray[np.bool_],
    key_hash: Hashes,
    key_word: Ints,
    known: int,
    most: int,
) -> tuple[Ints, Ints, Floats]:
    """For each wanted word: the words of the index spelled alike, itself among them (begin, word, alike)."""
    begin = np.zeros(len(wanted) + 1, dtype=np.int64)
    size, room = 0, max(4 * len(wanted), 64)
    word, alike = np.empty(room, dtype=np.int64), np.empty(room)
    keys, buffer = np.zeros(5, dtype=np.uint64), np.empty(64, dtype=np.uint8)
    for row in range(len(wanted)):
        w = wanted[row]
        if size + 5 * most > room:
            room = 2 * room + 5 * most
            larger, more = np.empty(room, dtype=np.int64), np.empty(room)
            larger[:size], more[:size] = word[:size], alike[:size]
            word, alike = larger, more
        first = size
        if w < known:
            word[size], alike[size] = w, 1.0
            size += 1
        if not digits[w] and _keys_of(data, start[w], start[w + 1], keys, buffer):
            for k in range(5):
                if keys[k] == 0:
                    continue
                low = np.searchsorted(key_hash, keys[k])
                high = np.searchsorted(key_hash, keys[k], side="right")
                if high - low > most:
                    continue
                for at in range(low, high):
                    other = key_word[at]
                    if other == w:
                        continue
                    found = near(w, other, data, start, letters, digits)
                    if found > 0:
                        seen = False
                        for earlier in range(first, size):
                            seen = seen or word[earlier] == other
                        if not seen:
                            word[size], alike[size] = other, found
                            size += 1
        begin[row + 1] = size
    return begin, word[:size].copy(), alike[:size].copy()
