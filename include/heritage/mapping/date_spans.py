"""Days, months, years and the spans between them, in the notation of EDTF."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to `last`, both plain dates; `text` says it in one where EDTF can."""

    text: str | None
    first: str
    last: str

    def marked(self, mark: str) -> "Span":
        """About or perhaps; what is no plain date carries the mark at both ends."""
        if not mark:
            return self
        text = self.text + mark if self.text == self.first else None
        return Span(text, self.first + mark, self.last + mark)

    def said(self) -> str:
        """The span in EDTF."""
        return self.text or f"{self.first}/{self.last}"


def day_of(figures: list[str], order: str) -> str | None:
    """The day that three figures name in an order; a year of four figures in front is always the year."""
    if len(figures[0]) == 4 or order == "ymd":
        return iso(figures)
    day, month = figures[:2] if order == "dmy" else figures[1::-1]
    return iso([figures[2], month, day])


def iso(figures: list[str]) -> str | None:
    """Year, month and day as ISO 8601, where there is such a day and the year has four figures."""
    if len(figures[0]) != 4 or any(not 1 <= len(part) <= 2 for part in figures[1:]):
        return None
    try:
        day = date(*map(int, figures), *[1] * (3 - len(figures)))
    except ValueError:
        return None
    return day.isoformat()[: (4, 7, 10)[len(figures) - 1]]


def year_of(year: int) -> str:
    """An astronomical year in EDTF: 44 BC is -43."""
    if year < -9999:
        return f"Y{year}"
    return f"-{-year:04}" if year < 0 else f"{year:04}"


def first_day(edtf: str | None) -> date | None:
    """The first day of a date in EDTF; of one that is only known to lie before a date, the first day of that.
    None without one.

    >>> [str(first_day(text)) for text in ("2024-05", "201X", "../2020", "2019/2021", "-0043")]
    ['2024-05-01', '2010-01-01', '2020-01-01', '2019-01-01', 'None']
    """
    text = (edtf or "").removeprefix("../").split("/")[0].rstrip("~?%").replace("X", "0")
    year, month, day = [*text.split("-"), "1", "1"][:3] if text[:1].isdigit() else ("0", "1", "1")
    try:
        return date(int(year), int(month), int(day))
    except (OverflowError, ValueError):
        return None


def key_of(text: str) -> tuple[int, ...]:
    """For comparing plain dates of any precision; what is left out counts as its beginning."""
    before = text.startswith(("-", "Y-"))
    year, *rest = text.lstrip("Y-").split("-")
    return (-int(year) if before else int(year), *map(int, rest))
