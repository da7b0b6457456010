"""What a column looks like: how full, how different, and what its cells have in common."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from heritage.model.row import SourceRows
from heritage.spec.columns import CONTACT, header_words

MOST_ROWS = 5000
URL = r"https?://\S+|www\.\S+"
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_NOTHING = ("null", "none", "n/a", "na", "-", "--", "nan", "unknown", "n.a.", "(null)", "nil", "?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the first rows. `texts` are its filled cells in order, `at` the rows they stand in, and
    `rows` counts all rows."""

    name: str
    place: int
    rows: int
    texts: Sequence[str]
    at: Sequence[int]

    @property
    def words(self) -> frozenset[str]:
        """The header cut into words, and whole."""
        return header_words(self.name)

    @property
    def filled(self) -> float:
        """Share of rows with a text."""
        return len(self.texts) / self.rows if self.rows else 0.0

    @property
    def different(self) -> int:
        """How many texts there are that differ."""
        return len(set(self.texts))

    def share(self, pattern: str) -> float:
        """Share of the filled cells that a pattern matches from their beginning to their end."""
        compiled = re.compile(pattern, re.DOTALL | re.IGNORECASE)
        return sum(compiled.fullmatch(text) is not None for text in self.texts) / max(len(self.texts), 1)

    @property
    def contacts(self) -> float:
        """Share of the filled cells that are an e-mail address or a telephone number."""
        return sum(re.search(CONTACT, text) is not None for text in self.texts) / max(len(self.texts), 1)

    @property
    def letters(self) -> float:
        """Mean number of letters of a filled cell."""
        return sum(sum(map(str.isalpha, text)) for text in self.texts) / max(len(self.texts), 1)

    def numbers(self) -> dict[int, float]:
        """The cells that are plain numbers, by row."""
        return {
            row: float(text.replace(",", "."))
            for row, text in zip(self.at, self.texts, strict=True)
            if len(text) < 40 and _NUMBER.fullmatch(text)
        }

    def told(self) -> str:
        """How full and how different, in words."""
        return f"{len(self.texts)} of {self.rows} filled, {self.different} different"


def columns_of(batches: Iterable[SourceRows]) -> tuple[list[Column], list[str], int]:
    """The columns of the first rows, the texts by which the register says "nothing", and how many rows
    there are in all."""
    cells: dict[str, list[str | None]] = {}
    rows = every = 0
    for batch in batches:
        every += batch.cells.num_rows
        taken = batch.cells.slice(0, MOST_ROWS - rows)
        for name in taken.column_names:
            texts = cells.setdefault(name, [])
            texts.extend([None] * (rows - len(texts)))
            texts.extend(taken[name].to_pylist())
        rows += taken.num_rows
    nothing = _nothing(cells.values())
    said = {text.casefold() for text in nothing}
    columns = []
    for place, (name, texts) in enumerate(cells.items()):
        filled = {row: text.strip() for row, text in enumerate(texts) if text and text.strip()}
        told = {row: text for row, text in filled.items() if text.casefold() not in said}
        columns.append(Column(name, place, rows, list(told.values()), list(told)))
    return columns, nothing, every


def _nothing(columns: Iterable[Sequence[str | None]]) -> list[str]:
    """Texts of the usual kind that stand for an empty cell in more than one column."""
    seen: Counter[str] = Counter()
    for texts in columns:
        seen.update({text for text in texts if text and text.strip().casefold() in _NOTHING})
    return sorted(text for text, number in seen.items() if number > 1)


def scripts(texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Scripts of the letters of texts with their share, the most frequent first.

    >>> list(scripts(["Київ"]))
    [('CYRILLIC', 1.0)]
    """
    counts = Counter(
        unicodedata.name(letter, "UNKNOWN").split()[0]
        for text in texts
        for letter in text
        if letter.isalpha()
    )
    total = counts.total()
    for script, number in counts.most_common():
        yield script, number / total
