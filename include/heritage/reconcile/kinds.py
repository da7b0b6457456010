"""Which kinds of things a text or a class names, as one bit each."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from heritage.reconcile import settings
from heritage.reconcile.folding import Bytes, Hashes, _hash, packed, text_hashes, words_of
from heritage.reconcile.jit import kernel
from heritage.reconcile.lexicon import ItemWords, Lexicon, TextWords, Vocabulary
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Flags, Ints, Small, fold

SHORTEST_SUFFIX = 5
"""A compound ends in the kind's word (Dorfkirche, Stadtbibliothek) only if the word is that long."""
HEAD_WORDS = 4
"""A description begins with what the thing is; later words name other things."""

_ALL = 1 << 30
_ADDRESS = "street"
"""A street with a number is a house."""


class KindReader:
    """Reads kinds out of folded words and classes."""

    def __init__(self, vocabulary: settings.Vocabulary) -> None:
        self.bits = {name: 1 << k for k, name in enumerate(vocabulary.kinds)}
        self._words: dict[str, int] = {}
        self._classes: dict[str, int] = {}
        self.part = self.known_part = self.wide = 0
        for name, kind in vocabulary.kinds.items():
            bit = self.bits[name]
            for word in kind.words:
                self._words[word] = self._words.get(word, 0) | bit
            for item in kind.classes:
                self._classes[item] = self._classes.get(item, 0) | bit
            self.part |= bit if kind.part == "always" else 0
            self.known_part |= bit if kind.part == "known" else 0
            self.wide |= bit if kind.wide else 0
        self._phrases = [word for word in self._words if " " in word]
        self._joining, self._generic, self._alone = vocabulary.joining, vocabulary.generic, vocabulary.alone
        self._token_bits: dict[str, int] = {}

    def of_text(self, text: str) -> int:
        """Bits of all kinds named in a folded text, but for a part that the name of a whole goes on with
        ("Old Mill and attached railings"; a lychgate of St Peter and Paul is one)."""
        bits, joined = 0, False
        tokens = text.split()
        for token in tokens:
            found = self._of_token(token)
            belongs = joined and not bits & self.part
            bits |= found & ~self.part if belongs else found
            joined = token in self._joining or (
                joined and (token in self._generic or bool(found & self.part))
            )
        for phrase in self._phrases if len(tokens) > 1 else ():
            if set(phrase.split()) <= set(tokens):
                bits |= self._words[phrase]
        if any(token.isdigit() for token in tokens):
            bits &= ~self.bits.get(_ADDRESS, 0)
        return bits

    def of_class(self, item: str) -> int:
        return self._classes.get(item, 0)

    def names(self, bits: int) -> list[str]:
        return [name for name, bit in self.bits.items() if bits & bit]

    def _of_token(self, token: str) -> int:
        known = self._token_bits.get(token)
        if known is None:
            known = self._words.get(token, 0)
            for first in range(1, len(token) - SHORTEST_SUFFIX + 1 if not known else 0):
                ending = 0 if token[first:] in self._alone else self._words.get(token[first:])
                if ending:
                    known = ending
                    break
            self._token_bits[token] = known
        return known

    def table(self) -> "WordTable":
        """The single words by hash."""
        single = sorted(word for word in self._words if " " not in word)
        hashes = text_hashes(packed(single))
        order = np.argsort(hashes)
        bits = np.array([self._words[word] for word in single], dtype=np.int64)
        at_end = np.array([word not in self._alone for word in single], dtype=bool)
        return WordTable(hashes[order], bits[order], at_end[order], max(map(len, single), default=0))

    def joining(self, hashes: Hashes) -> tuple[Flags, Flags]:
        """Which of these words let a name go on with what belongs to the thing, and which stand between."""
        every = (words_of(packed(sorted(words))).hashes for words in (self._joining, self._generic))
        joins, between = (np.isin(hashes, few) for few in every)
        return joins, between

    def phrase_bits(self, words: TextWords, vocabulary: Vocabulary) -> Ints:
        """For each text, the bits of the phrases whose words it all has."""
        spelled = words_of(packed(self._phrases))
        index: Any = pd.Index(vocabulary.hashes)
        row_of = index.get_indexer(spelled.hashes)
        bits = np.array([self._words[phrase] for phrase in self._phrases], dtype=np.int64)
        return _phrase_bits(
            words.begin, words.word, spelled.begin, row_of.astype(np.int64), bits, vocabulary.size
        )


@lru_cache(maxsize=4)
def kind_reader(vocabulary: settings.Vocabulary) -> KindReader:
    """The reader for a vocabulary, made once: it turns thousands of words over."""
    return KindReader(vocabulary)


@dataclass(frozen=True, slots=True)
class WordTable:
    """Words by sorted hash, with what they name."""

    hashes: Hashes
    bits: Ints
    at_end: Flags
    """Whether it says the same at the end of a longer word."""
    longest: int


@kernel
def _phrase_bits(
    begin: Ints, word: Small, phrase_begin: Ints, phrase_word: Ints, bits: Ints, size: int
) -> Ints:
    leads = np.zeros(size, dtype=np.bool_)
    for phrase in range(len(bits)):
        if phrase_word[phrase_begin[phrase]] >= 0:
            leads[phrase_word[phrase_begin[phrase]]] = True
    out = np.zeros(len(begin) - 1, dtype=np.int64)
    for text in range(len(out)):
        for k in range(begin[text], begin[text + 1]):
            if not leads[word[k]]:
                continue
            for phrase in range(len(bits)):
                if phrase_word[phrase_begin[phrase]] != word[k]:
                    continue
                every = True
                for p in range(phrase_begin[phrase], phrase_begin[phrase + 1]):
                    there = False
                    for j in range(begin[text], begin[text + 1]):
                        there = there or word[j] == phrase_word[p]
                    every = every and there
                if every:
                    out[text] |= bits[phrase]
    return out


@dataclass(frozen=True, slots=True)
class SideKinds:
    """Bits of kinds of one side: of each text, what class and term say of each row, and all that is known."""

    of_text: Ints
    of_class: Ints
    of_row: Ints


def record_kinds(records: Records, lexicon: Lexicon, reader: KindReader) -> SideKinds:
    """What the records name."""
    of_text = _of_texts(lexicon.texts, lexicon.vocabulary, reader)
    named = [reader.of_text(fold(t)) for t in records.type.values.to_pylist()]
    classes = [reader.of_class(c) for c in records.own_class.values.to_pylist()]
    of_class = records.type.each(named, 0) | records.own_class.each(classes, 0)
    return SideKinds(of_text, of_class, of_class | _any_of(records.bare.start, records.bare.text, of_text))


def item_kinds(items: Items, words: ItemWords, reader: KindReader) -> SideKinds:
    """What the items name; where names and classes are silent, the head of the description tells."""
    of_text = _of_texts(words.texts, words.vocabulary, reader)
    # a label names more than the kind: a Kirchengebäude is a church, not the building beside one
    classes, rows = items.classes, items.rows_of(items.classes.values)
    by_class = [reader.of_class(c) for c in classes.values]
    by_class = [bits or _of_label(row, items, of_text) for bits, row in zip(by_class, rows, strict=True)]
    of_class = np.zeros(items.rows, dtype=np.int64)
    np.bitwise_or.at(of_class, classes.owner, np.array(by_class, dtype=np.int64)[classes.code])
    _from_above(of_class, items, reader)
    of_row = of_class | _any_of(items.names.start, items.names.text, of_text)
    heads = _of_texts(words.texts, words.vocabulary, reader, HEAD_WORDS)
    about = _any_of(items.contexts.start, items.contexts.text, heads)
    return SideKinds(of_text, of_class, np.where(of_row == 0, about, of_row))


def _of_texts(words: TextWords, vocabulary: Vocabulary, reader: KindReader, most: int | None = None) -> Ints:
    """Bits of each text, or of its first `most` words, whose phrases are not looked for."""
    table, street = reader.table(), reader.bits.get(_ADDRESS, 0)
    spelled = vocabulary.spelled
    bits = _word_bits(
        spelled.letters, spelled.start, table.hashes, table.bits, table.at_end, SHORTEST_SUFFIX, table.longest
    )
    joins, between = reader.joining(vocabulary.hashes)
    found = _text_bits(
        words.begin, words.word, bits, spelled.digits, joins, between, reader.part, street, most or _ALL
    )
    return found if most else found | reader.phrase_bits(words, vocabulary)


def _from_above(item_class: Ints, items: Items, reader: KindReader) -> None:
    """Where no class of an item names a kind, the nearest class above them that does."""
    above = items.above
    found = np.array([reader.of_class(c) for c in above.values], dtype=np.int64)[above.code]
    wanted = (found != 0) & (item_class[above.owner] == 0)
    rows, first = np.unique(above.owner[wanted], return_index=True)
    item_class[rows] = found[wanted][first]


def _of_label(row: int, items: Items, of_text: Ints) -> int:
    """Kinds in the names of a class, where the index holds the class itself in this row."""
    if row < 0:
        return 0
    named = items.names.text[items.names.start[row] : items.names.start[row + 1]]
    return int(np.bitwise_or.reduce(of_text[named])) if len(named) else 0


@kernel
def _any_of(start: Ints, text: Ints, of_text: Ints) -> Ints:
    bits = np.zeros(len(start) - 1, dtype=np.int64)
    for row in range(len(bits)):
        for k in range(start[row], start[row + 1]):
            bits[row] |= of_text[text[k]]
    return bits


@kernel
def _text_bits(
    begin: Ints,
    word: Small,
    bits: Ints,
    digits: Flags,
    joins: Flags,
    between: Flags,
    part: int,
    street: int,
    most: int,
) -> Ints:
    out = np.zeros(len(begin) - 1, dtype=np.int64)
    for text in range(len(out)):
        number = joined = False
        for k in range(begin[text], min(begin[text + 1], begin[text] + most)):
            w = word[k]
            belongs = joined and out[text] & part == 0
            out[text] |= bits[w] & ~part if belongs else bits[w]
            number = number or digits[w]
            joined = joins[w] or (joined and (between[w] or bits[w] & part != 0))
        if number:
            out[text] &= ~street
    return out


@kernel
def _word_bits(
    data: Bytes, start: Ints, hashes: Hashes, bits: Ints, at_end: Flags, shortest: int, longest: int
) -> Ints:
    """What each word names: by itself, else by the longest ending that names something."""
    out = np.zeros(len(start) - 1, dtype=np.int64)
    for row in range(len(out)):
        begin, end = start[row], start[row + 1]
        for first in range(max(begin, end - longest), end):
            if first > begin and end - first < shortest:
                break
            found = _hash(data, first, end)
            at = np.searchsorted(hashes, found)
            if at < len(hashes) and hashes[at] == found and (first == begin or at_end[at]):
                out[row] = bits[at]
                break
    return out
