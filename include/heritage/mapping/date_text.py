"""Cuts the text of a date into figures, Roman numbers and words with a role in a date."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from heritage.mapping.date_words import DateWords, Phrases, plain

LONGEST = 80  # characters; what is longer tells a story, not a date
_TIME = re.compile(r"(?<=\d)[t ]\s*\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([ap]m)?\s*(z|utc|[+-]\d{2}:?\d{2})?$")
_FLOAT = re.compile(r"(\d{3,4})\.0+")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(r"x{0,2}(?:ix|iv|v?i{0,3})")
_LOOKALIKES = str.maketrans({"х": "x", "і": "i"})  # Cyrillic letters in Roman numbers
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
_MARKS = "-/.,?~"
_TIED = re.compile(r"-(?=\d)")
_PREFIXES = frozenset({"vague", "circa", "before", "after"})  # may be tied to a figure: pre-1914, mid-18th


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is a letter: n number, r Roman number, w word, or the mark itself."""

    kind: str
    text: str = ""
    value: int = 0
    roles: frozenset[str] = frozenset()


class Scanner:
    """Knows the words of a register's languages."""

    def __init__(self, words: DateWords, languages: Iterable[str]) -> None:
        self._roles = words.roles({lang.split("-")[0] for lang in languages})
        self._phrases = Phrases(self._roles)
        self._ordinals = {word for word, roles in self._roles.items() if "ordinal" in roles}
        letters = "|".join(map(re.escape, words.shorthand_century))
        self._shorthand = re.compile(rf"(?<!\w)(?:{letters})(\d{{1,2}})(?!\d)")
        self._numbered = [
            re.compile(rf"(\d{{3,4}}){y}(?:(\d{{1,2}}){m}(?:(\d{{1,2}}){d})?)")
            for y, m, d in words.numbered_dates
        ]

    def tokens(self, text: str) -> list[Token] | None:
        """The text in pieces, without what adds nothing; None when a piece of it is unknown."""
        left = _TIME.sub("", plain(text)).strip()
        whole = _FLOAT.fullmatch(left)
        left = whole[1] if whole else left.replace("(?)", "?")
        for numbered in self._numbered:
            left = numbered.sub(lambda m: "-".join(part.zfill(2) for part in m.groups() if part), left)
        tokens = self._pieces(self._shorthand.sub(r"\1 century", left))
        if tokens is None:
            return None
        dropped = frozenset({"ordinal", "filler"})
        tokens = [
            token for token in tokens if token.kind != "," and not (token.roles and token.roles <= dropped)
        ]
        dots = (token.kind != "." or _between_numbers(tokens, place) for place, token in enumerate(tokens))
        return [token for token, kept in zip(tokens, list(dots), strict=True) if kept]

    def _pieces(self, text: str) -> list[Token] | None:
        tokens, at = [], 0
        while at < len(text):
            if text[at] == " ":
                at += 1
                continue
            token, at = self._next(text, at)
            if token is None:
                return None
            tokens.append(token)
        return tokens

    def _next(self, text: str, at: int) -> tuple[Token | None, int]:
        phrase = self._phrases.at(text, at)
        if phrase:
            end = at + len(phrase)
            roles = self._roles[phrase]
            tied = bool(roles & _PREFIXES) and _TIED.match(text, end)
            return Token("w", phrase, roles=roles), end + bool(tied)
        figures = _DIGITS.match(text, at)
        if figures:
            return Token("n", figures[0], int(figures[0])), figures.end()
        if text[at] in _MARKS:
            return Token(text[at]), at + 1
        word = _WORD.match(text, at)
        return (self._roman(word[0]), word.end()) if word else (None, at)

    def _roman(self, word: str) -> Token | None:
        letters = word.translate(_LOOKALIKES)
        found = _ROMAN.match(letters)
        if not found or not found[0] or (found[0] != letters and word[found.end() :] not in self._ordinals):
            return None
        values = [_ROMAN_VALUES[letter] for letter in found[0]]
        after = [*values[1:], 0]
        return Token("r", found[0], sum(-a if a < b else a for a, b in zip(values, after, strict=True)))


def _between_numbers(tokens: list[Token], place: int) -> bool:
    around = tokens[max(place - 1, 0) : place + 2]
    return len(around) == 3 and around[0].kind == around[2].kind == "n"
