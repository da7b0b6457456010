"""Which kinds of things a text or a class names, as one bit each."""

import re

import numpy as np

from heritage.reconcile.settings import Vocabulary
from heritage.reconcile.sides import Items, Records
from heritage.reconcile.text import Ints, Names

SHORTEST_SUFFIX = 5
"""A compound ends in the kind's word (Dorfkirche, Stadtbibliothek) only if the word is that long."""
HEAD_WORDS = 4
"""A description begins with what the thing is; later words name other things."""


class KindReader:
    """Reads kinds out of folded words and classes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.bits = {name: 1 << k for k, name in enumerate(vocabulary.kinds)}
        self._words: dict[str, int] = {}
        self._classes: dict[str, int] = {}
        self.part = self.broad = 0
        for name, kind in vocabulary.kinds.items():
            bit = self.bits[name]
            for word in kind.words:
                self._words[word] = self._words.get(word, 0) | bit
            for item in kind.classes:
                self._classes[item] = self._classes.get(item, 0) | bit
            self.part |= bit if kind.part else 0
            self.broad |= bit if kind.broad else 0
        phrases = [word for word in self._words if " " in word]
        endings = [word for word in self._words if len(word) >= SHORTEST_SUFFIX and " " not in word]
        self._phrases = re.compile(rf"\b({'|'.join(map(re.escape, phrases))})\b") if phrases else None
        self._ending = re.compile(rf"(?:{'|'.join(sorted(endings, key=len, reverse=True))})$")
        self._token_bits: dict[str, int] = {}

    def of_text(self, text: str) -> int:
        """Bits of all kinds named in a folded text."""
        bits = 0
        for token in text.split():
            bits |= self._of_token(token)
        if self._phrases and " " in text:
            for phrase in self._phrases.findall(text):
                bits |= self._words[phrase]
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


def record_kinds(records: Records, texts: list[str], reader: KindReader) -> Ints:
    """Kinds of each record: from its class, its own term and its names."""
    bits = _of_names(records.names, texts, reader)
    for row, (term, item) in enumerate(zip(records.types, records.classes, strict=True)):
        bits[row] |= reader.of_text(term) | reader.of_class(item)
    return bits


def item_kinds(items: Items, texts: list[str], reader: KindReader) -> Ints:
    """Kinds of each item: from classes and names, else from the head of its description."""
    bits = _of_names(items.names, texts, reader)
    for owner, item in zip(items.class_owner.tolist(), items.classes, strict=True):
        bits[owner] |= reader.of_class(item)
    silent = np.flatnonzero(bits == 0)
    starts = items.contexts.starts
    for row in silent.tolist():
        for text in items.contexts.text[starts[row] : starts[row + 1]].tolist():
            bits[row] |= reader.of_text(" ".join(texts[text].split()[:HEAD_WORDS]))
    return bits


def _of_names(names: Names, texts: list[str], reader: KindReader) -> Ints:
    by_text = np.zeros(len(texts), dtype=np.int64)
    for text in np.unique(names.text).tolist():
        by_text[text] = reader.of_text(texts[text])
    bits = np.zeros(names.rows, dtype=np.int64)
    np.bitwise_or.at(bits, names.owner, by_text[names.text])
    return bits
