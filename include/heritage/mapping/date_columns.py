"""The dates of many rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np
import pyarrow as pa

from heritage.mapping.columns import Columns, Texts
from heritage.mapping.dates import DateReader, Unread
from heritage.model.arrow import pc
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.spec.record import DateCell

_EPOCH = r"^-?[0-9]{1,14}$"
_CODES = {Unread.UNREADABLE: IssueCode.DATE_UNREADABLE, Unread.CALENDAR: IssueCode.DATE_CALENDAR}


class Dates:
    """The dates of a column, each text read once; a column that the description does not name has none."""

    def __init__(self, reader: DateReader, columns: Columns, cell: DateCell | None) -> None:
        self._name, order = (cell.name(), cell.date) if cell else ("", "")
        coded = columns.texts(cell).dictionary_encode()
        self._codes, texts = coded.indices, coded.dictionary
        self._texts: list[str] = texts.to_pylist()
        if order == "epoch_ms":
            days, order = _days(texts), "ymd"
            self._texts = pc.coalesce(days, texts).to_pylist()
            texts = days
        said = [Unread.UNREADABLE if text is None else reader.read(text, order) for text in texts.to_pylist()]
        self._unread = {place: _CODES[one] for place, one in enumerate(said) if isinstance(one, Unread)}
        self._edtf = pa.array([None if isinstance(one, Unread) else one for one in said], pa.string())

    def take(self, at: np.ndarray) -> Texts:
        """EDTF for each of the rows `at`, null where nothing is said or it cannot be read."""
        return self._edtf.take(self._codes.take(pa.array(at)))

    def unread(self, at: np.ndarray) -> Counter[tuple[IssueCode, str, str]]:
        """How many of the rows `at` have each text that gives no date, with the reason and the column."""
        counts: Counter[tuple[IssueCode, str, str]] = Counter()
        codes = self._codes.take(pa.array(at)).drop_null().to_numpy()
        sizes = np.bincount(codes, minlength=len(self._texts))
        for place, code in self._unread.items():
            counts[code, self._name, self._texts[place]] += int(sizes[place])
        return +counts


def date_issues(dates: Iterable[Dates], at: np.ndarray, dataset: str) -> Iterator[Issue]:
    """A note a text that gives the rows `at` no date, the most frequent first."""
    unread = sum((column.unread(at) for column in dates), Counter[tuple[IssueCode, str, str]]())
    for (code, column, text), number in sorted(unread.items(), key=lambda one: (-one[1], one[0])):
        hint = f"{number} record{'s' * (number != 1)}. {code.remedy}"
        yield Issue(code, Severity.NOTE, dataset, field=column, value=text, hint=hint)


def _days(texts: Texts) -> Texts:
    plain = pc.if_else(pc.match_substring_regex(texts, _EPOCH), texts, None)
    days = plain.cast(pa.int64()).cast(pa.timestamp("ms")).cast(pa.date32())
    known = pc.and_(pc.greater_equal(days, date.min), pc.less_equal(days, date.max))
    return pc.if_else(known, days.cast(pa.string()), None)
