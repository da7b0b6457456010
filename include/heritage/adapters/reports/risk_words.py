"""Risk in the words of a person who does not program: for the report and the pages alike."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

import yaml

_SMALL = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_DEGREE_M = 111_195
_RULE = re.compile(r"(?:^|; )(R\d+): ")
_QUOTED_OR_DAY = re.compile(r'"[^"]*"|\b(\d{4})-(\d\d)-(\d\d)\b')


@cache
def risk_words() -> Mapping[str, Mapping[str, str]]:
    """The lists of `risk_words.yaml` by name: levels, flags, classes, glossary, …"""
    text = resources.files(__package__).joinpath("risk_words.yaml").read_text(encoding="utf-8")
    words: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return words


def many(count: int, noun: str = "", nouns: str = "") -> str:
    """A number as a person writes it: in words up to twenty.

    >>> many(3, "site"), many(1, "site"), many(1234, "site"), many(2, "register", "registers")
    ('three sites', 'one site', '1,234 sites', 'two registers')
    """
    number = _SMALL[count] if 0 <= count < len(_SMALL) else f"{count:,}"
    return f"{number} {noun if count == 1 else nouns or noun + 's'}" if noun else number


def day(value: date) -> str:
    """
    >>> day(date(2026, 11, 3))
    '3 November 2026'
    """
    return f"{value.day} {value:%B %Y}"


def readable(sentence: str) -> str:
    """A sentence of the risk steps with its days as a person writes them; what it quotes stays to the letter.

    >>> readable('Listed ("seen 2013-01-01", seen 2026-11-03).')
    'Listed ("seen 2013-01-01", seen 3 November 2026).'
    """

    def written(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        try:
            return day(date(int(found[1]), int(found[2]), int(found[3])))
        except ValueError:
            return found[0]

    return _QUOTED_OR_DAY.sub(written, sentence)


def rules_of(reason: str) -> list[tuple[str, str]]:
    """The reason of a ruling taken apart: each rule with why it holds, without a rule where none is named.

    >>> rules_of("R4: a burial place; R2: asked for, by the owner.")
    [('R4', 'a burial place'), ('R2', 'asked for, by the owner.')]
    >>> rules_of("No rule asks for less.")
    [('', 'No rule asks for less.')]
    """
    parts = _RULE.split(reason)
    found = list(zip(parts[1::2], parts[2::2], strict=True))
    return [("", parts[0]), *found] if parts[0].strip() else found


def distance(metres: float) -> str:
    """Metres as far as they mean anything to a reader.

    >>> distance(0), distance(437.2), distance(12_345), distance(2_100)
    ('inside', 'about 440 metres', 'about 12 kilometres', 'about 2.1 kilometres')
    """
    if metres < 1:
        return "inside"
    if metres < 995:
        return f"about {max(10, round(metres, -1)):.0f} metres"
    kilometres = metres / 1000
    return f"about {kilometres:.0f} kilometres" if kilometres >= 10 else f"about {kilometres:.1f} kilometres"


def cell_size(degrees: float) -> str:
    """How long the side of a cell is from north to south.

    >>> cell_size(0.1), cell_size(0.001), cell_size(0.5)
    ('11 kilometres', '110 metres', '56 kilometres')
    """
    return distance(degrees * _DEGREE_M).removeprefix("about ")


def place(lat: float, lon: float) -> str:
    """Coordinates with their directions, in the figures that they have.

    >>> place(53.755, -1.675)
    '53.755° north, 1.675° west'
    """
    upward, across = "north" if lat >= 0 else "south", "east" if lon >= 0 else "west"
    return f"{_figures(lat)}° {upward}, {_figures(lon)}° {across}"


def _figures(degrees: float) -> str:
    return f"{abs(degrees):.7f}".rstrip("0").rstrip(".")
