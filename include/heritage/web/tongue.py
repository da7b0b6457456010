"""The language and the time zone in which somebody reads: words from catalogues, numbers and dates.

The source is English; a catalogue is `locale/<language>/messages.po`, read when the first page asks for it.
"""

import gettext
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from io import BytesIO
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from heritage.model.said import Said
from heritage.model.shown import printable, shorten

LANGUAGES = MappingProxyType(
    {
        "en": "English",
        "sv": "Svenska",
        "pl": "Polski",
        "ka": "ქართული",
        "uk": "Українська",
        "es": "Español",
        "fr": "Français",
    }
)
"""Languages of the pages, each by its own name."""
_FORMS = {"en": "en_GB"}
"""Locales whose dates and numbers are written, where it is not the language's own."""
_NO_PLACE = ("Etc/", "posix/", "right/", "SystemV/", "US/", "Canada/", "Brazil/", "Mexico/", "Chile/")
_VALUE = 300
"""Characters of a value in a sentence: names from registers have no end."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one person reads. `code` is a key of LANGUAGES, `zone` a name of the IANA's list."""

    code: str = "en"
    zone: str = "UTC"

    @property
    def direction(self) -> str:
        """`ltr`, or `rtl` for a language that is written from the right."""
        return str(_locale(self.code).text_direction)

    def gettext(self, message: str) -> str:
        """The message in this language, else as it is."""
        return _words(self.code).gettext(message)

    def ngettext(self, one: str, more: str, count: int) -> str:
        """Likewise, in the form that goes with a number."""
        return _words(self.code).ngettext(one, more, count)

    def said(self, sentence: str) -> str:
        """A sentence that may have been put together from a template (`model.said.Said`), else as it is."""
        if not isinstance(sentence, Said):
            return printable(sentence)
        template = self.gettext(sentence.template) if sentence.template else ""
        if not sentence.values:
            return printable(template)
        return _Filled(self).vformat(template, (), sentence.values)

    def number(self, value: float, decimals: int = 0, least: int = 0) -> str:
        """A number with at most so many decimals, and at least so many."""
        form = "#,##0" + ("." + "0" * least + "#" * (decimals - least) if decimals else "")
        return str(format_decimal(value, format=form, locale=_locale(self.code)))

    def score(self, value: float) -> str:
        """A score of the ranking, always with two decimals."""
        return self.number(value, 2, 2)

    def percent(self, share: float) -> str:
        """A share of 1 in per cent."""
        return str(format_percent(share, locale=_locale(self.code)))

    def metres(self, length: float) -> str:
        """A length as far as it means anything to a reader: `440 metres`, `2.1 kilometres`."""
        if length < 995:
            unit, value, form = "length-meter", max(10.0, round(length, -1)), "#,##0"
        else:
            unit, value = "length-kilometer", length / 1000
            form = "#,##0" if value >= 10 else "0.#"
        return str(format_unit(value, unit, format=form, locale=_locale(self.code)))

    def language(self, code: str) -> str:
        """What a language is called in this one, else its code."""
        return str(_locale(self.code).languages.get(code.replace("-", "_"), code))

    def day(self, value: date) -> str:
        """A day; of a moment, the day that it is in the zone."""
        if isinstance(value, datetime):
            value = value.astimezone(ZoneInfo(self.zone)).date()
        return str(format_date(value, "long", locale=_locale(self.code)))

    def moment(self, value: datetime) -> str:
        """A day with the time and the zone."""
        there = value.astimezone(ZoneInfo(self.zone))
        return f"{self.day(value)}, {there:%H:%M} {_ahead(there)}"


class _Filled(string.Formatter):
    """Fills the gaps of a template in the form of a language; what stands in a gap is only a name, and values
    are shown whole or cut, never looked into."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue

    def get_field(self, field_name: str, _: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[field_name], field_name

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return f"“{self.format_field(value, '')}”" if conversion else value

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, str):
            return shorten(self._tongue.said(value), _VALUE)
        if format_spec.endswith("%"):
            return self._tongue.percent(value)
        if isinstance(value, int):
            return self._tongue.number(value)
        found = re.fullmatch(r"\.(\d)([fg])", format_spec)
        decimals = int(found[1]) if found else 2
        return self._tongue.number(value, decimals, decimals if found and found[2] == "f" else 0)


ENGLISH = Tongue()


def tongue_of(wanted: str, kept: str, accepts: str, zone: str) -> Tongue:
    """The first that is known of: the language of the address, of the cookie, those that the browser accepts.

    >>> tongue_of("xx", "", "de;q=0.9, sv-FI;q=0.8, pl;q=0.2", "Europe/Helsinki")
    Tongue(code='sv', zone='Europe/Helsinki')
    >>> tongue_of("", "", "*", "Mars/Olympus")
    Tongue(code='en', zone='UTC')
    """
    chosen = next((one for one in (wanted, kept, *_in_order(accepts)) if one in LANGUAGES), "en")
    return Tongue(chosen, zone if zone in zones() else "UTC")


@cache
def zones() -> Sequence[str]:
    """All time zones by name that have a place, with UTC first."""
    named = (one for one in available_timezones() if "/" in one and not one.startswith(_NO_PLACE))
    return ("UTC", *sorted(named))


def _ahead(there: datetime) -> str:
    """How far a clock is ahead of UTC: `UTC+5:30`; names of zones are not known everywhere."""
    minutes = int((there.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return "UTC" + (
        f"{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "") if minutes else ""
    )


def _in_order(accepts: str) -> list[str]:
    """Primary languages of an Accept-Language header, the most wanted first."""
    found = []
    for part in accepts[:500].split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        found.append((-weight, name.partition("-")[0].casefold()))
    return [name for _, name in sorted(found, key=lambda one: one[0])]


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(_FORMS.get(code, code))


@cache
def _words(code: str) -> gettext.NullTranslations:
    """Made from the catalogue's text, so that nothing binary has to be kept beside it."""
    if code == "en":
        return gettext.NullTranslations()
    file = resources.files(__package__).joinpath("locale", code, "messages.po")
    compiled = BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
