"""Words by which columns give away what they hold, and usual CRSs: data for drafting descriptions."""

from pathlib import Path

from pydantic import Field

from heritage.spec.closed import Closed
from heritage.spec.yaml_model import read_model


class Words(Closed):
    """Words of a header that speak for a role, and words that speak against it."""

    words: list[str]
    but_not: list[str] = Field(default_factory=list)


class ColumnWords(Closed):
    """`roles` are fields of a record, or `personal`."""

    version: int
    roles: dict[str, Words]

    def speak_for(self, role: str, header: frozenset[str]) -> list[str]:
        """The words of a header that speak for a role; none when one speaks against it."""
        known = self.roles[role]
        if header & set(known.but_not):
            return []
        return sorted(header & set(known.words))


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
