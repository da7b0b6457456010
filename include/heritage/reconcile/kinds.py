"""Which kinds of things a text or a class names, as one bit each."""

import re
from dataclasses import dataclass

import numpy as np

from heritage.reconcile.settings import Vocabulary
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Ints, Names

SHORTEST_SUFFIX = 5
"""A compound ends in the kind's word (Dorfkirche, Stadtbibliothek) only if the word is that long."""
HEAD_WORDS = 4
"""A description begins with what the thing is; later words name other things."""

_ADDRESS = "street"
"""A street with a number is a house."""


class KindReader:
    """Reads kinds out of folded words and classes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.bits = {name: 1 << k for k, name in enumerate(vocabulary.kinds)}
        self._words: dict[str, int] = {}
        self._classes: dict[str, int] = {}
        self.part = self.known_part = 0
        for name, kind in vocabulary.kinds.items():
            bit = self.bits[name]
            for word in kind.words:
                self._words[word] = self._words.get(word, 0) | bit
            for item in kind.classes:
                self._classes[item] = self._classes.get(item, 0) | bit
            self.part |= bit if kind.part == "always" else 0
            self.known_part |= bit if kind.part == "known" else 0
        phrases = [word for word in self._words if " " in word]
        endings = [word for word in self._words if len(word) >= SHORTEST_SUFFIX and " " not in word]
        self._phrases = re.compile(rf"\b({'|'.join(map(re.escape, phrases))})\b") if phrases else None
        self._ending = re.compile(rf"(?:{'|'.join(sorted(endings, key=len, reverse=True))})$")
        self._token_bits: dict[str, int] = {}

    def of_text(self, text: str) -> int:
        """Bits of all kinds named in a folded text."""
        bits = 0
        tokens = text.split()
        for token in tokens:
            bits |= self._of_token(token)
        if self._phrases and " " in text:
            for phrase in self._phrases.findall(text):
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
            if not known and (found := self._ending.search(token)):
                known = self._words[found.group()]
            self._token_bits[token] = known
        return known


@dataclass(frozen=True, slots=True)
class Kinds:
    """Bits of kinds: of each text, what class and term say of each row, and all that is known of each row."""

    of_text: Ints
    record_class: Ints
    record: Ints
    item_class: Ints
    item: Ints
    """Where names and classes are silent, from the head of the description."""


def read_kinds(records: Records, items: Items, texts: list[str], reader: KindReader) -> Kinds:
    """Reads both sides once."""
    named = np.union1d(np.union1d(records.names.text, records.bare.text), items.names.text)
    of_text = np.zeros(len(texts), dtype=np.int64)
    of_text[named] = [reader.of_text(texts[k]) for k in named.tolist()]
    record_class = np.array(
        [reader.of_text(t) | reader.of_class(c) for t, c in zip(records.types, records.classes, strict=True)],
        dtype=np.int64,
    )
    # a label names more than the kind: a Kirchengebäude is a church, not the building beside one
    by_class = {item: reader.of_class(item) or _of_label(item, items, of_text) for item in set(items.classes)}
    item_class = np.zeros(items.rows, dtype=np.int64)
    np.bitwise_or.at(
        item_class, items.class_owner, np.array([by_class[item] for item in items.classes], dtype=np.int64)
    )
    item = item_class | _any_of(items.names, of_text)
    starts = items.contexts.starts
    for row in np.flatnonzero(item == 0).tolist():
        for text in items.contexts.text[starts[row] : starts[row + 1]].tolist():
            item[row] |= reader.of_text(" ".join(texts[text].split()[:HEAD_WORDS]))
    return Kinds(of_text, record_class, record_class | _any_of(records.bare, of_text), item_class, item)


def _of_label(item: str, items: Items, of_text: Ints) -> int:
    """Kinds in the names of a class, where the index holds the class itself."""
    row = items.row_of.get(item)
    if row is None:
        return 0
    starts = items.names.starts
    return int(np.bitwise_or.reduce(of_text[items.names.text[starts[row] : starts[row + 1]]]))


def _any_of(names: Names, of_text: Ints) -> Ints:
    bits = np.zeros(names.rows, dtype=np.int64)
    np.bitwise_or.at(bits, names.owner, of_text[names.text])
    return bits
