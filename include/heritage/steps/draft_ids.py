"""Which column holds the ids: texts that differ from row to row and stay what they are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from heritage.spec.columns import ColumnWords
from heritage.steps.draft_columns import URL, Column

_COUNTERS = {"objectid", "fid", "ogc_fid", "rowid", "feature.id", "globalid"}
_CUTS = (r"/(\d+)(?:[/?#]|$)", r"[?&](?:id|nr|ref|code)=([^&#]+)", r"/([^/?#]+)/?$")
_LONGEST_ID = 60
_NO_ID = r"[+-]?\d+\.\d+|\S.*\.(?:jpe?g|png|tiff?|gif|webp)"
"""Numbers with a fraction, and file names of pictures."""
_FRACTION = r"\d+\.0+"
_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*"
_REPEATED = 0.02  # share of ids that stand in an earlier row


@dataclass(frozen=True, slots=True)
class IdGuess:
    """`value` as in a description, with what spoke for it; `repeats` where rows share ids."""

    value: Any
    column: Column
    evidence: str
    repeats: bool = False


def guess_id(columns: Sequence[Column], words: ColumnWords) -> IdGuess:
    """The column of the ids, or of addresses that they can be cut out of. Raises ValueError where there is
    none."""
    best = max(columns, key=lambda column: _worth(column, words), default=None)
    worth = _worth(best, words) if best else 0.0
    cut = _cut_from_address(columns)
    if best is not None and worth > 3.0:
        return IdGuess(best.name, best, best.told(), _repeats(best))
    if cut:
        column, pattern = cut
        return IdGuess({"column": column.name, "extract": pattern}, column, "no column is an id; cut out")
    if best is not None and worth > 1.5:
        return IdGuess(best.name, best, f"the best of bad ones: {best.told()}", _repeats(best))
    told = next(fractions(columns, words), "none has texts that differ from row to row")
    raise ValueError(f"no column can be the id: {told}")


def fractions(columns: Sequence[Column], words: ColumnWords) -> Iterator[str]:
    """A sentence for each column that is called an id and was made numbers with a fraction on its way."""
    for column in columns:
        if words.speak_for("id", column.words) and column.share(_FRACTION) > 0.5:
            first = next(text for text in column.texts if re.fullmatch(_FRACTION, text))
            yield (
                f"{column.name} holds ids as numbers with a fraction ({first}), which are not its ids to the "
                "letter: ask the publisher for the column as text, or read another file of theirs"
            )


def _repeats(column: Column) -> bool:
    return 1 - column.different / max(len(column.texts), 1) > _REPEATED


def _worth(column: Column, words: ColumnWords) -> float:
    told = words.speak_for("id", column.words)
    plain = column.share(r"\S+")
    if max(map(len, column.texts)) > _LONGEST_ID or column.share(_NO_ID) > 0.5:
        return -9.0
    if words.speak_for("measure", column.words):
        return -9.0
    if not told and (plain < 0.9 or column.share(r"\D*") > 0.5 or column.share(_DATE) > 0.5):
        return -9.0
    counter = bool(column.words & _COUNTERS) or column.name.casefold() in _COUNTERS
    unique = column.different / max(column.rows, 1)
    return (
        2.0 * bool(told)
        + 4.0 * unique
        + plain
        - 2.0 * counter
        - 2.0 * _counts_on(column)
        - 2.0 * (column.letters > 25)
        - 0.01 * column.place
    )


def _counts_on(column: Column) -> bool:
    """Row numbers are no ids: another download may count otherwise."""
    numbers = [int(text) for text in column.texts[:200] if text.isdigit() and len(text) < 10]
    return (
        len(numbers) > 20 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 2
    )


def _cut_from_address(columns: Sequence[Column]) -> tuple[Column, str] | None:
    for column in columns:
        if column.share(URL) < 0.7 or column.filled < 0.7:
            continue
        for pattern in _CUTS:
            found = [match[1] for text in column.texts if (match := re.search(pattern, text))]
            if len(set(found)) > 0.7 * column.rows:
                return column, pattern
    return None
