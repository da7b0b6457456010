"""The dates of many rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np
import pyarrow as pa

from heritage.mapping.columns import Columns, Texts
from heritage.mapping.date_spans import first_day
from heritage.mapping.dates import DateReader, Unread
from heritage.model.arrow import pc
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.shown import printable, shorten
from heritage.spec.record import DateCell

_EPOCH = r"^-?[0-9]{1,14}$"
_CODES = {Unread.UNREADABLE: IssueCode.DATE_UNREADABLE, Unread.CALENDAR: IssueCode.DATE_CALENDAR}
_ORDERS = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}
_SHOWN = 3  # texts that a note gives as examples
_TRIED = 200  # texts that the other orders are tried on


class Dates:
    """The dates of a column, each text read once; a column that the description does not name has none."""

    def __init__(self, reader: DateReader, columns: Columns, cell: DateCell | None) -> None:
        self._cell, self._read, order = cell, reader.read, cell.date if cell else ""
        coded = columns.texts(cell).dictionary_encode()
        self._codes, texts = coded.indices, coded.dictionary
        self._texts: list[str] = texts.to_pylist()
        if order == "epoch_ms":
            days, order = _days(texts), "ymd"
            self._texts = pc.coalesce(days, texts).to_pylist()
            texts = days
        said = [Unread.UNREADABLE if text is None else reader.read(text, order) for text in texts.to_pylist()]
        self._unread = {place: one for place, one in enumerate(said) if isinstance(one, Unread)}
        self._edtf = pa.array([None if isinstance(one, Unread) else one for one in said], pa.string())

    def take(self, at: np.ndarray) -> Texts:
        """EDTF for each of the rows `at`, null where nothing is said or it cannot be read."""
        return self._edtf.take(self._codes.take(pa.array(at)))

    def first_days(self) -> list[date | None]:
        """The first day of the date in each row: nothing is held for newer than it is."""
        days = [first_day(text) for text in self._edtf.to_pylist()]
        return [None if code is None else days[code] for code in self._codes.to_pylist()]

    def issues(self, at: np.ndarray, dataset: str) -> Iterator[Issue]:
        """A note a reason why some of the rows `at` have no date: how many, some of the texts, and what would
        read them."""
        if self._cell is None or not self._unread:
            return
        codes = self._codes.take(pa.array(at)).drop_null().to_numpy()
        sizes = np.bincount(codes, minlength=len(self._texts))
        unread: dict[Unread, Counter[str]] = {}
        for place, why in self._unread.items():
            if sizes[place]:
                unread.setdefault(why, Counter())[self._texts[place]] += int(sizes[place])
        read = len(codes) - sum(texts.total() for texts in unread.values())
        for why, texts in unread.items():
            code = _CODES[why]
            remedy = self._remedy(self._cell, texts, read) if why is Unread.UNREADABLE else code.remedy
            hint = f"{_told(texts)} {remedy}"
            yield Issue(code, Severity.NOTE, dataset, field=self._cell.name(), hint=hint)

    def _remedy(self, cell: DateCell, unread: Counter[str], read: int) -> str:
        """The order of figures that reads more than the one that the description says, where there is one."""
        some = unread.most_common(_TRIED)
        reads = {
            order: sum(number for text, number in some if not isinstance(self._read(text, order), Unread))
            for order in _ORDERS
            if order != cell.date
        }
        most = max(reads.values())
        if most <= read:
            return "Tell the publisher, or keep with `extract` the part that is the date."
        best = [order for order, number in reads.items() if number == most]
        ways = [f"{{column: {cell.name()}, date: {order}}} if it is {_ORDERS[order]}" for order in best]
        return f"Say how its figures are ordered: {', or '.join(ways)}."


def date_issues(dates: Iterable[Dates], at: np.ndarray, dataset: str) -> Iterator[Issue]:
    """A note a column and reason why the rows `at` have no date."""
    for column in dates:
        yield from column.issues(at, dataset)


def _told(unread: Counter[str]) -> str:
    """The texts counted, and the most frequent of them."""
    records = unread.total()
    shown = sorted(unread.items(), key=lambda one: (-one[1], one[0]))[:_SHOWN]
    examples = ", ".join(repr(shorten(printable(text), 60)) for text, _ in shown)
    different = f", {len(unread)} different texts" if len(unread) > 1 else ""
    return f"{records} record{'s' * (records != 1)}{different}, such as {examples}."


def _days(texts: Texts) -> Texts:
    plain = pc.if_else(pc.match_substring_regex(texts, _EPOCH), texts, None)
    days = plain.cast(pa.int64()).cast(pa.timestamp("ms")).cast(pa.date32())
    known = pc.and_(pc.greater_equal(days, date.min), pc.less_equal(days, date.max))
    return pc.if_else(known, days.cast(pa.string()), None)
