"""Dates as registers write them become EDTF (ISO 8601-2:2019, levels 0 and 1), or nothing: no guesses.

What comes out, of the whole of EDTF:

- `1890`, `1890-05`, `1890-05-12`; before the common era by astronomical years: 44 BC is `-0043`; `Y-11999`.
- `189X` a decade, `18XX` a century (1800 to 1899), `-01XX` the second century BC. The 1800s are `18XX` too:
  true whether the decade or the century is meant.
- `1890/1895` an interval; halves of a century `1700/1749`, `1750/1799`. "Early", "late" and "middle" have no
  agreed borders: the whole century or decade is said, which is less and true.
- `../1850` until 1850, `1850/..` from then on; of a century or decade its far end, so that it holds whether
  the whole is meant to be in or out.
- `1850~` about, `1850?` perhaps, `1850%` both; on an interval, a decade or a century at both ends.

Figures alone are read in the order of the description (ymd, dmy or mdy); a text that begins with a year of
four figures is year, month, day in any of them. Two figures are never a year, but for the second of an
interval (1890-95). Times of day are passed over, as they are written, without a time zone.
https://www.loc.gov/standards/datetime/
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum

from heritage.mapping.date_spans import Span, day_of, iso, key_of, year_of
from heritage.mapping.date_text import LONGEST, Scanner, Token
from heritage.mapping.date_words import DateWords

_BASIC = 8  # figures of a day without marks, 18900512
_CUTS = {
    "ymd": (slice(0, 4), slice(4, 6), slice(6, 8)),
    "dmy": (slice(4, 8), slice(2, 4), slice(0, 2)),
    "mdy": (slice(4, 8), slice(0, 2), slice(2, 4)),
}
_DAY = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})")
_CENTURY = Token("w", "century", roles=frozenset({"century"}))


class Unread(Enum):
    """Why a text gives no date."""

    UNREADABLE = "unreadable"
    CALENDAR = "calendar"


class DateReader:
    """Reads the dates of a register in the languages of its names."""

    def __init__(self, words: DateWords, languages: Iterable[str]) -> None:
        self._scanner = Scanner(words, languages)
        self._latest = words.latest

    def read(self, text: str, order: str) -> str | Unread:
        """EDTF, or why there is none. `order` is ymd, dmy or mdy.

        A calendar other than the Gregorian is not converted, only told.
        """
        day = _DAY.fullmatch(text)
        if day:  # as most registers write most dates
            found = day_of([day[1], day[3], day[4]], order)
            return found if found and int(found[:4]) <= self._latest else Unread.UNREADABLE
        tokens = self._scanner.tokens(text) if len(text) <= LONGEST else None
        if tokens and any("calendar" in token.roles for token in tokens):
            return Unread.CALENDAR
        span = self._whole(tokens, order) if tokens else None
        return span or Unread.UNREADABLE

    def _whole(self, tokens: list[Token], order: str) -> str | None:
        first, rest = tokens[0].roles, tokens[1:]
        if "between" in first or "after" in first:
            span = self._range(rest, order, ("and",))
            if span:
                return span.said()
        if "before" in first and rest:
            span = self._span(rest, order)
            return f"../{span.last}" if span else None
        if "after" in first and rest:
            span = self._span(rest, order)
            return f"{span.first}/.." if span else None
        span = self._span(tokens, order)
        return span.said() if span else None

    def _span(self, tokens: list[Token], order: str) -> Span | None:
        tokens, mark = _marks(tokens)
        span = self._single(tokens, order) or self._range(tokens, order, ("and", "-", "/"))
        return span.marked(mark) if span and tokens else None

    def _range(self, tokens: list[Token], order: str, between: tuple[str, ...]) -> Span | None:
        """Two dates with one of `between` between them, if there is one way only to read that."""
        found = set()
        for place, token in enumerate(tokens[1:-1], start=1):
            if token.kind in between or "and" in token.roles:
                left, right = _share(tokens[:place], tokens[place + 1 :])
                (left, about), (right, too) = _marks(left), _marks(right)
                start = self._single(left, order)
                end = self._single(_abbreviated(left, right), order)
                if start and end and key_of(start.first) <= key_of(end.last) and start.first != end.last:
                    found.add(Span(None, start.marked(about).first, end.marked(too).last))
        return found.pop() if len(found) == 1 else None

    def _single(self, tokens: list[Token], order: str) -> Span | None:
        tokens = [token for token in tokens if "vague" not in token.roles]
        eras = [token for token in tokens if token.roles & {"bc", "ad"}]
        tokens = [token for token in tokens if not token.roles & {"bc", "ad"}]
        era = "".join("b" if "bc" in token.roles else "a" for token in eras)
        shape = "".join(_letter(token) for token in tokens)
        numbers = [token.value for token in tokens if token.kind in "nr"]
        if era in ("", "a", "b") and shape.strip("hH") in ("nc", "cn", "rc", "cr"):
            return self._century(numbers[0], era == "b", shape)
        if shape == "n" and len(tokens[0].text) != _BASIC and era in ("", "a", "b"):
            return self._year(tokens[0], era)
        if era:
            return None
        if shape in ("nd", "dn"):
            return self._decade(next(token for token in tokens if token.kind == "n"))
        return self._date(tokens, shape, order)

    def _century(self, number: int, bc: bool, shape: str) -> Span | None:
        if not 1 <= number <= (99 if bc else self._latest // 100 + 1) or (bc and "h" in shape.lower()):
            return None
        start = -100 * number + 1 if bc else 100 * (number - 1)
        span = Span(f"{'-' * bc}{number - 1:02}XX", year_of(start), year_of(start + 99))
        if "h" in shape.lower():
            middle = start + 50 * ("H" in shape)
            return Span(None, year_of(middle), year_of(middle + 49))
        return span

    def _year(self, token: Token, era: str) -> Span | None:
        if not token.value or len(token.text) > (6 if era == "b" else 4) or (not era and len(token.text) < 3):
            return None
        return self._plain(year_of(1 - token.value if era == "b" else token.value))

    def _decade(self, token: Token) -> Span | None:
        if len(token.text) != 4 or token.value % 10 or token.value > self._latest:
            return None
        short = token.value // 100 if token.value % 100 == 0 else token.value // 10
        years = 99 if token.value % 100 == 0 else 9
        text = f"{short}{'X' * (4 - len(str(short)))}"
        return Span(text, year_of(token.value), year_of(token.value + years))

    def _date(self, tokens: list[Token], shape: str, order: str) -> Span | None:
        texts = [token.text for token in tokens if token.kind == "n"]
        month = next((_month(token) for token in tokens if _month(token)), 0)
        if shape in ("n-n-n", "n/n/n", "n.n.n"):
            return self._plain(day_of(texts, order))
        if shape == "n" and len(texts[0]) == _BASIC:
            figures = [texts[0][part] for part in _CUTS[order]]
        elif shape == "n-n" and len(texts[0]) == 4 and len(texts[1]) == 2 and order == "ymd":
            figures = texts
        elif shape in ("n-n", "n/n", "n.n") and len(texts[1]) == 4 and len(texts[0]) <= 2:
            figures = texts[::-1]
        elif shape in ("nmn", "mnn", "n-m-n") and month:
            figures = (
                [texts[-1], str(month), texts[0]] if len(texts[-1]) == 4 else [texts[0], str(month), texts[1]]
            )
        elif shape in ("mn", "nm") and month:
            figures = [texts[0], str(month)]
        else:
            return None
        return self._plain(iso(figures))

    def _plain(self, text: str | None) -> Span | None:
        if text is None or key_of(text)[0] > self._latest:
            return None
        return Span(text, text, text)


def _marks(tokens: list[Token]) -> tuple[list[Token], str]:
    """What is left without the words and marks for "about" and "perhaps" at both ends, and those in EDTF."""
    about = perhaps = False
    while tokens:
        end = next((t for t in (tokens[0], tokens[-1]) if t.kind in "?~" or "circa" in t.roles), None)
        if end is None:
            break
        about, perhaps = about or end.kind != "?", perhaps or end.kind == "?"
        tokens = tokens[1:] if end is tokens[0] else tokens[:-1]
    return tokens, "%" if about and perhaps else "~" * about + "?" * perhaps


def _share(left: list[Token], right: list[Token]) -> tuple[list[Token], list[Token]]:
    """Both sides with the era and the word "century" that stand at one of them only."""
    for role in ("bc", "ad"):
        era = [token for token in right if role in token.roles]
        if era and not any(token.roles & {"bc", "ad"} for token in left):
            left = left + era
    for one, other in ((left, right), (right, left)):
        lone = [token.kind in "nr" and token.value < 100 for token in one if token.kind in "nr"] == [True]
        if lone and any("century" in t.roles for t in other) and not any("century" in t.roles for t in one):
            one.append(_CENTURY)
    return left, right


def _abbreviated(left: list[Token], right: list[Token]) -> list[Token]:
    """1890-95: the second year takes its century from the first, where it can be no month."""
    years = [token for token in left if token.kind == "n"]
    if len(left) == len(right) == len(years) == 1 and right[0].kind == "n" and len(right[0].text) == 2:
        full = years[0].value // 100 * 100 + right[0].value
        if right[0].value > 12 and len(years[0].text) == 4:
            return [replace(right[0], text=str(full), value=full)]
    return right


def _letter(token: Token) -> str:
    if token.kind != "w":
        return token.kind
    named = {"century": "c", "decade": "d", "first_half": "h", "second_half": "H"}
    return next(
        (letter for role, letter in named.items() if role in token.roles), "m" if _month(token) else "w"
    )


def _month(token: Token) -> int:
    return next((int(role[6:]) for role in token.roles if role.startswith("month ")), 0)
