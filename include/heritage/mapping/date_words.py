"""The words by which registers write dates: data of `datasets/_vocabularies/dates.yaml`."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ROLES = (
    *("century", "decade", "ordinal", "first_half", "second_half", "vague", "circa"),
    *("before", "after", "between", "and", "bc", "ad", "filler"),
)
_DASHES = str.maketrans({"–": "-", "—": "-", "‒": "-", "−": "-", "’": "'", "‘": "'", "´": "'", "ʼ": "'"})
_LETTER = r"[^\W\d_\u3040-\u9fff\uac00-\ud7af]"  # of a script that leaves spaces between words
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
    """Text as dates are compared: compatibility forms, no case, one kind of dash and apostrophe."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_DASHES).split())


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Matches the longest of the words that stands by itself; a figure may touch it."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(_standing(word) for word in longest))


def _standing(word: str) -> str:
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, word) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, word[-1]) else ""
    return before + re.escape(word).replace(r"\ ", r"\s*") + after
