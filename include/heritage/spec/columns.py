"""Words by which columns give away what they hold, and usual CRSs: data for drafting descriptions."""

import re
import unicodedata
from pathlib import Path
from typing import Annotated

from pydantic import Field

from heritage.spec.closed import Closed
from heritage.spec.yaml_model import read_model

CONTACT = (
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"
    r"|^\s*(?:(?i:tel|phone|telefon|fax|mob)[a-z.]*:?\s*)?(?:\+|00)[1-9][0-9]{0,2}[\s()./-]*(?:[0-9][\s()./-]*){6,13}$"
    r"|^\s*(?:(?i:tel|phone|telefon|fax|mob)[a-z.]*:?\s*)?\(?0[1-9][0-9]{1,4}\)?\s*[\s/-]\s*[0-9][0-9 ]{4,9}$"
)
"""An e-mail address anywhere, or a telephone number and nothing else (RE2)."""
_WORD = re.compile(r"[A-ZÀ-Þ]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[^\W\d_A-ZÀ-Þ]+|\d+")


def header_words(header: str) -> frozenset[str]:
    """A header cut into words (at spaces, punctuation and CamelCase), and whole.

    >>> sorted(header_words("ownerName_2"))
    ['2', 'name', 'owner', 'ownername_2']
    """
    whole = unicodedata.normalize("NFC", header)
    return frozenset(word.casefold() for word in _WORD.findall(whole)) | {whole.strip().casefold()}


class Words(Closed):
    """Words of a header that speak for a role, and words that speak against it."""

    words: list[str]
    but_not: list[str] = Field(default_factory=list)


class ColumnWords(Closed):
    """`roles` are fields of a record, or `personal`. From `contacts` upward, the share of cells with an
    e-mail address or a telephone number speaks for personal data."""

    version: int
    contacts: Annotated[float, Field(gt=0, le=1)] = 0.05
    roles: dict[str, Words]

    def speak_for(self, role: str, header: frozenset[str]) -> list[str]:
        """The words of a header that speak for a role; none when one speaks against it."""
        known = self.roles[role]
        if header & set(map(str.casefold, known.but_not)):
            return []
        return sorted(header & set(map(str.casefold, known.words)))

    def speak_for_people(self, column: str, contacts: float) -> str | None:
        """Why a column looks as if it told of living people, in words; None when it does not."""
        said = self.speak_for("personal", header_words(column))
        if said:
            return f"its header says {said[0]!r}"
        if contacts >= self.contacts:
            return f"{contacts:.0%} of its cells are e-mail addresses or telephone numbers"
        return None


class UsualCrs(Closed):
    """EPSG codes by country (two letters), the likeliest first."""

    version: int
    countries: dict[str, list[int]]


def load_usual_crs(path: Path) -> UsualCrs:
    """The CRSs in force. Raises SpecError naming the file and the key."""
    return read_model(path, UsualCrs)


def load_column_words(path: Path) -> ColumnWords:
    """The words in force. Raises SpecError naming the file and the key."""
    return read_model(path, ColumnWords)
