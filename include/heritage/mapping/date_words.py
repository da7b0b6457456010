"""The words by which registers write dates: data of `datasets/_vocabularies/dates.yaml`."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ROLES = (
    *("century", "decade", "ordinal", "first_half", "second_half", "vague", "circa"),
    *("before", "after", "between", "and", "bc", "ad", "filler"),
)
_DASHES = str.maketrans({"–": "-", "—": "-", "‒": "-", "−": "-", "’": "'", "‘": "'", "´": "'", "ʼ": "'"})
Words = list[str]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LanguageWords(_Closed):
    """The words of one language by what they do in a date; `months` are twelve lists."""

    century: Words = []
    decade: Words = []
    ordinal: Words = []
    first_half: Words = []
    second_half: Words = []
    vague: Words = []
    """Parts that have no agreed borders (early, late): the whole is what can be said honestly."""
    circa: Words = []
    before: Words = []
    after: Words = []
    between: Words = []
    and_: Words = Field(default=[], alias="and")
    bc: Words = []
    ad: Words = []
    filler: Words = []
    months: Annotated[list[Words], Field(min_length=12, max_length=12)] | None = None

    def roles(self) -> dict[str, frozenset[str]]:
        """What each word does; `month 5` for a month."""
        found: dict[str, set[str]] = {}
        named = {role: getattr(self, "and_" if role == "and" else role) for role in ROLES}
        months = {f"month {n}": words for n, words in enumerate(self.months or [], start=1)}
        for role, words in (named | months).items():
            for word in words:
                found.setdefault(plain(word), set()).add(role)
        return {word: frozenset(roles) for word, roles in found.items()}


class DateWords(_Closed):
    """All languages; `latest` is the last year that is believed."""

    version: str
    latest: int
    shorthand_century: Words
    numbered_dates: list[tuple[str, str, str]]
    calendars: Words
    languages: Mapping[str, LanguageWords]

    def roles(self, own: Iterable[str]) -> dict[str, frozenset[str]]:
        """What each word does in a register of the languages `own`: their words first, then those that do
        one thing in all other languages."""
        mine: dict[str, frozenset[str]] = {}
        others: dict[str, set[frozenset[str]]] = {}
        for lang, words in self.languages.items():
            for word, roles in words.roles().items():
                if lang in own:
                    mine[word] = mine.get(word, frozenset()) | roles
                else:
                    others.setdefault(word, set()).add(roles)
        agreed = {word: next(iter(roles)) for word, roles in others.items() if len(roles) == 1}
        calendars = {plain(word): frozenset({"calendar"}) for word in self.calendars}
        return agreed | mine | calendars


def plain(text: str) -> str:
    """Text as dates are compared: compatibility forms, no case, one kind of dash and apostrophe, no space
    after a point.

    >>> plain("до н. э."), plain("18. Jh.")
    ('до н.э.', '18.jh.')
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_DASHES).split())
    return folded.replace(". ", ".")


class Phrases:
    """Finds words that stand by themselves in a text; a figure may touch them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(words, key=len, reverse=True):
            self._by_letter.setdefault(word[0], []).append(word)

    def at(self, text: str, place: int) -> str | None:
        """The longest word that begins at this place."""
        for word in self._by_letter.get(text[place], ()):
            if text.startswith(word, place) and _stands(text, place, place + len(word)):
                return word
        return None


def _stands(text: str, start: int, end: int) -> bool:
    before = start > 0 and _spaced(text[start]) and _spaced(text[start - 1])
    after = end < len(text) and _spaced(text[end - 1]) and _spaced(text[end])
    return not (before or after)


def _spaced(character: str) -> bool:
    """True for a letter of a script that leaves spaces between words."""
    return character.isalpha() and not "\u3040" <= character <= "\u9fff" and not "가" <= character <= "힣"
