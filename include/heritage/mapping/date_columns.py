"""The dates of many rows."""

from collections import Counter
from collections.abc import Iterator
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
    """Reads the dates of a register and counts those that give none."""

    def __init__(self, reader: DateReader) -> None:
        self._read = reader.read
        self._unread: Counter[tuple[IssueCode, str, str]] = Counter()

    def of(self, columns: Columns, cell: DateCell | None, at: np.ndarray) -> Texts:
        """EDTF for each of the rows `at`, null where nothing is said or it cannot be read."""
        texts = columns.texts(cell).take(at)
        if cell is None:
            return texts
        order: str = cell.date
        if order == "epoch_ms":
            days, order = _days(texts), "ymd"
            self._count(pc.if_else(days.is_null(), texts, None), cell, Unread.UNREADABLE)
            texts = days
        coded = texts.dictionary_encode()
        answers = [self._read(text, order) for text in coded.dictionary.to_pylist()]
        for why in {answer for answer in answers if isinstance(answer, Unread)}:
            unread = pa.array([answer is why for answer in answers], pa.bool_()).take(coded.indices)
            self._count(texts.filter(unread), cell, why)
        said = [None if isinstance(answer, Unread) else answer for answer in answers]
        return pa.array(said, pa.string()).take(coded.indices)

    def issues(self, dataset: str) -> Iterator[Issue]:
        """A note a text that gives no date, the most frequent first."""
        for (code, column, text), number in sorted(self._unread.items(), key=lambda one: (-one[1], one[0])):
            hint = f"{number} record{'s' * (number != 1)}. {code.remedy}"
            yield Issue(code, Severity.NOTE, dataset, field=column, value=text, hint=hint)

    def _count(self, texts: Texts, cell: DateCell, why: Unread) -> None:
        for pair in texts.drop_null().value_counts().to_pylist():
            self._unread[_CODES[why], cell.name(), pair["values"]] += pair["counts"]


def _days(texts: Texts) -> Texts:
    plain = pc.if_else(pc.match_substring_regex(texts, _EPOCH), texts, None)
    days = plain.cast(pa.int64()).cast(pa.timestamp("ms")).cast(pa.date32())
    known = pc.and_(pc.greater_equal(days, date.min), pc.less_equal(days, date.max))
    return pc.if_else(known, days.cast(pa.string()), None)
