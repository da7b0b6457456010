"""The words of a record while it is read, and what each word of the index has to do with them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from heritage.reconcile.alike import near_words
from heritage.reconcile.jit import kernel, leaf
from heritage.reconcile.lexicon import Lexicon
from heritage.reconcile.sides import Records
from heritage.reconcile.text import Flags, Floats, Ints, Singles, Small

MOST_WORDS = 64
"""Words of one record that are compared, as many as bits of a number; of more, those that the index knows
come first, then the rarest."""
MOST_READ = 1024
"""Words of one record that are read at all."""
MOST_OF_KEY = 300
"""A key that more words of the index share finds none of them."""

Bits = npt.NDArray[np.uint64]


class Asking(NamedTuple):
    """A range of records as words, each with the words of the index that are like it."""

    first: int
    last: int
    start: Ints
    """Names of each record in every form,"""
    text: Ints
    bare_start: Ints
    """and without the forms that have the municipality added."""
    bare_text: Ints
    place: Ints
    """Text of the municipality, -1 for none."""
    begin: Ints
    word: Small
    weight: Floats
    is_number: Flags
    total: Floats
    """Nats of each word and of each text."""
    known: Ints
    """The number of each word in the index, -1 for none."""
    row: Ints
    """For each word, where its like stand:"""
    near_begin: Ints
    near_word: Small
    near: Singles
    """how alike they sound, squared,"""
    alike: Singles
    """and how alike they are spelled."""


class Reading(NamedTuple):
    """What is known of each word of the index while one record is read."""

    stamp: Small
    """One more than the last record for which the rest was set."""
    gain: Singles
    """Nats that finding it is worth."""
    alike: Singles
    """How alike it is to the record's word `place`."""
    place: Small
    words: Ints
    """The record's own words, those first that are compared."""


def asking(first: int, last: int, records: Records, lexicon: Lexicon) -> Asking:
    """The records from `first` up to `last`."""
    begin, word = lexicon.texts.begin, lexicon.texts.word
    vocabulary, items = lexicon.vocabulary, lexicon.items
    wanted, row = _wanted(first, last, records.names.start, records.names.text, records.place, begin, word,
                          vocabulary.size)  # fmt: skip
    return Asking(
        first, last, records.names.start, records.names.text, records.bare.start, records.bare.text,
        records.place, begin, word, lexicon.weight,
        vocabulary.spelled.digits, lexicon.total,
        lexicon.known, row,
        *near_words(
            wanted, vocabulary.spelled, lexicon.known, items.vocabulary.spelled, items.key_hash,
            items.key_word, MOST_OF_KEY,
        ),
    )  # fmt: skip


def reading(words: int) -> Reading:
    """For an index of so many words, nothing read yet."""
    return Reading(
        np.zeros(words, np.int32), np.zeros(words, np.float32), np.zeros(words, np.float32),
        np.zeros(words, np.int32), np.zeros(MOST_READ, np.int64),
    )  # fmt: skip


@kernel
def _wanted(
    first: int, last: int, start: Ints, text: Ints, place: Ints, begin: Ints, word: Small, size: int
) -> tuple[Ints, Ints]:
    """The words of the names and municipalities of a range of records, and the place of each among them."""
    row = np.full(size, -1, dtype=np.int64)
    for r in range(first, last):
        for k in range(start[r], start[r + 1] + 1):
            t = text[k] if k < start[r + 1] else place[r]
            if t >= 0:
                for w in range(begin[t], begin[t + 1]):
                    row[word[w]] = 0
    wanted = np.flatnonzero(row >= 0)
    for k in range(len(wanted)):
        row[wanted[k]] = k
    return wanted, row


@leaf
def read_words(r: int, ours: Asking, known: Reading) -> int:
    """Reads one record; how many words it has."""
    count, words = 0, known.words
    for k in range(ours.start[r], ours.start[r + 1] + 1):
        text = ours.text[k] if k < ours.start[r + 1] else ours.place[r]
        if text < 0:
            continue
        for w in range(ours.begin[text], ours.begin[text + 1]):
            there = False
            for j in range(count):
                there = there or words[j] == ours.word[w]
            if not there and count < len(words):
                words[count] = ours.word[w]
                count += 1
    for k in range(1, count):
        w, j = words[k], k - 1
        while j >= 0 and _before(w, words[j], ours, count > MOST_WORDS):
            words[j + 1] = words[j]
            j -= 1
        words[j + 1] = w
    count = min(count, MOST_WORDS)
    for j in range(count):
        row, weight = ours.row[words[j]], ours.weight[words[j]]
        for n in range(ours.near_begin[row], ours.near_begin[row + 1]):
            other, gain = ours.near_word[n], weight * ours.near[n]
            if known.stamp[other] != r + 1:
                known.stamp[other], known.gain[other] = r + 1, gain
                known.alike[other], known.place[other] = ours.alike[n], j
                continue
            known.gain[other] = max(known.gain[other], gain)
            if ours.alike[n] > known.alike[other]:
                known.alike[other], known.place[other] = ours.alike[n], j
    return count


@leaf
def _before(one: int, other: int, ours: Asking, too_many: bool) -> bool:
    """Whether a word is rather compared than another: the rarer; where there are too many, one that finds
    anything in the index."""
    if too_many:
        row, other_row = ours.row[one], ours.row[other]
        finds = bool(ours.near_begin[row] < ours.near_begin[row + 1])
        if finds != (ours.near_begin[other_row] < ours.near_begin[other_row + 1]):
            return finds
    if ours.weight[one] == ours.weight[other]:
        return one < other
    return bool(ours.weight[one] > ours.weight[other])


@leaf
def left_out(text: int, ours: Asking, known: Reading, count: int) -> float:
    """Nats of the words of one of the record's texts that are not compared because there are too many."""
    total = 0.0
    for k in range(ours.begin[text], ours.begin[text + 1] if count == MOST_WORDS else ours.begin[text]):
        there = False
        for j in range(count):
            there = there or known.words[j] == ours.word[k]
        if not there:
            total += ours.weight[ours.word[k]]
    return total


@leaf
def bits_of(text: int, ours: Asking, known: Reading, count: int) -> np.uint64:
    """Which of the record's words stand in one of its texts."""
    bits = np.uint64(0)
    for k in range(ours.begin[text], ours.begin[text + 1]):
        for j in range(count):
            if known.words[j] == ours.word[k]:
                bits |= np.uint64(1) << np.uint64(j)
    return bits
