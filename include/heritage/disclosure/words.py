"""Finds words of a list in what registers write, in any script."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from heritage.model.arrow import Array, pc

Flags = npt.NDArray[np.bool_]
_TOKEN = re.compile(r"[^\W_]+")
_COMPOUND = 5
"""Letters from which a word is told in a compound."""
_WORDS_KEPT = 100_000  # the names of a register repeat their words


class _Marks(dict[int, int | None]):
    """For `str.translate`: takes out accents and their like; knows the characters that it has met."""

    def __missing__(self, character: int) -> int | None:
        self[character] = None if unicodedata.combining(chr(character)) else character
        return self[character]


_MARKS = _Marks()


@lru_cache(maxsize=4096)  # a register repeats its terms
def fold(text: str) -> str:
    """Case, accents and white space do not tell terms apart."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_MARKS)
    return " ".join(text.casefold().split())


def tokens(text: str) -> frozenset[str]:
    """The folded words of a name, in any order.

    >>> sorted(tokens("Höhle, Obere"))
    ['hohle', 'obere']
    """
    return frozenset(_TOKEN.findall(fold(text)))


class Words:
    """A term matches at the beginning of a word of the folded text, so that "tumulus" is found in "Tumulus de
    l'âge du Fer" and "burial" in "burials", but "cave" not in "concave". In scripts without upper and lower
    case, which often do not part words either, it matches anywhere.

    >>> Words(["burial", "rock art"]).among("Burials near the Rock  Art")
    True
    >>> Words(["cave"]).among("concave")
    False
    """

    def __init__(self, terms: Sequence[str]) -> None:
        self._terms = [fold(term) for term in terms]
        starts = [r"(?<!\w)" if term[0] != term[0].upper() else "" for term in self._terms]
        found = "|".join(start + re.escape(term) for start, term in zip(starts, self._terms, strict=True))
        self._pattern = re.compile(found or r"(?!)")
        self._known = lru_cache(maxsize=_WORDS_KEPT)(self._within)
        # For columns: no term of theirs is missed by it. It takes more than is meant, for RE2 cannot look
        # back, and other letters than those of ASCII are told from signs in another way.
        inner = [r"(?:^|[^a-z0-9_])" if start else "" for start in starts]
        self._screen = "|".join(
            start + re.escape(term) for start, term in zip(inner, self._terms, strict=True)
        )

    def among(self, *texts: str | None) -> bool:
        """True when one of the texts has one of the words."""
        return any(text and self._pattern.search(fold(text)) for text in texts)

    def among_each(self, folded: Array) -> Flags:
        """For each of many folded texts (no nulls) what `among` says of it."""
        return self._each(folded, lambda text: self._pattern.search(text) is not None)

    def meant_each(self, folded: Array, others: "Others") -> Flags:
        """For each of many folded texts (no nulls) what `meant` says of it."""
        return self._each(folded, lambda text: self._meant(text, others))

    def _each(self, folded: Array, holds: Callable[[str], bool]) -> Flags:
        """`holds` is asked only of texts that may have one of the words."""
        found = np.zeros(len(folded), dtype=bool)
        if self._terms:
            may = np.flatnonzero(
                pc.match_substring_regex(folded, self._screen).to_numpy(zero_copy_only=False)
            )
            found[may] = [holds(text) for text in folded.take(may).to_pylist()]
        return found

    def meant(self, text: str | None, others: "Others") -> bool:
        """True when a word stands there for itself, and not for a museum, a road or a house named after it.

        >>> others = Others(Words(["museum", "musée"]), Words(["road", "rue"]), frozenset(["de", "la"]))
        >>> [Words(["cave", "archéologique", "höhle", "grotte"]).meant(text, others) for text in (
        ...  "Castle Cave", "Musée archéologique", "Höhlenmuseum", "Cave Road", "Rue de la Grotte")]
        [True, False, False, False, False]
        """
        return self._meant(fold(text), others) if text else False

    def _meant(self, folded: str, others: "Others") -> bool:
        found = [_word_around(folded, one.start(), one.end()) for one in self._pattern.finditer(folded)]
        if not found or any(map(others.institutions.within, _TOKEN.findall(folded))):
            return False
        return any(not _names_something_else(folded, start, end, others) for start, end in found)

    def within(self, word: str) -> bool:
        """True when a folded word is one of the words or made with one: "hohlenmuseum", "museumsweg". Short
        ones are words of their own only, for "barrow" ends in "row" and "hällkista" begins with "häll"."""
        return self._known(word)

    def _within(self, word: str) -> bool:
        return any(
            word == term
            or (len(term) >= _COMPOUND and (word.endswith(term) or word.startswith(term)))
            or (term[0] == term[0].upper() and term in word)
            for term in self._terms
        )


@dataclass(frozen=True)
class Others:
    """What bears the names of sensitive places without being one: institutions wherever they stand in a name,
    and words that follow such a name or go before it with connectives (Rue de la Grotte)."""

    institutions: Words
    named_after: Words
    connectives: frozenset[str]


def _names_something_else(text: str, start: int, end: int, others: Others) -> bool:
    before, after = _TOKEN.findall(text[:start]), _TOKEN.findall(text[end:])
    if others.named_after.within(text[start:end]) or (after and others.named_after.within(after[0])):
        return True
    nouns = [word for word in before if word not in others.connectives]
    return bool(nouns) and nouns[-1] != before[-1] and others.named_after.within(nouns[-1])


def _word_around(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end
