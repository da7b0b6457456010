"""What a wiki refuses, and what it takes without complaint although it is wrong: neither is ever sent."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from heritage.model.edit import (
    Calendar,
    Content,
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    QuantityValue,
    Snak,
    Statement,
    TextValue,
    TimeValue,
    UnknownValue,
    Value,
)
from heritage.model.finding import Finding, Severity
from heritage.model.finding_code import FindingCode
from heritage.statements.dates import CENTURY, DAY, GREGORIAN_SINCE, MONTH, YEAR
from heritage.statements.languages import KNOWN
from heritage.statements.properties import IMAGE, OWNER, REFERENCE_URL
from heritage.statements.text import LABEL_LIMIT, nfc, stored, string_fault, url_fault

_QID = re.compile(r"([a-z][a-z0-9_]{0,19}:)?Q[1-9]\d{0,9}")
"""An item of Wikidata, or one that only the target has, as `metabase:Q5`."""
_AMOUNT = re.compile(r"[+-](0|[1-9]\d{0,30})(\.\d{1,30})?")
_TIME = re.compile(r"([+-])(\d{4,16})-(\d\d)-(\d\d)T00:00:00Z")
_FILE_NAME = re.compile(r"[^#<>\[\]|{}/:]+\.[A-Za-z0-9]{2,5}")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Fault = tuple[FindingCode, str] | None


def sendable(content: Content) -> tuple[Content, tuple[Finding, ...]]:
    """What of a content may be sent, and for the rest what is wrong with it.

    Covers what Wikibase REL1_43 refuses (long labels and strings, outer spaces, unknown language codes,
    precision of day without a day, URLs with spaces), what it stores unlike sent (texts that are not NFC) and
    what it accepts (30 February, latitude 99.5, longitude up to 360, precision 0, year 0, days of 1405 said
    to be Gregorian, the same statement twice). Other globes, calendars and time zones cannot be said at all.
    """
    kept = _Kept()
    labels = {k: v for k, v in content.labels.items() if kept.term(f"the label in {k!r}", k, v)}
    descriptions = {
        lang: text
        for lang, text in content.descriptions.items()
        if kept.good(f"the description in {lang!r}", _description_fault(lang, text, labels))
    }
    aliases = {
        lang: left
        for lang, texts in content.aliases.items()
        if (left := tuple(t for t in texts if kept.term(f"an alias in {lang!r}", lang, t)))
    }
    fit = replace(
        content,
        labels=labels,
        descriptions=descriptions,
        aliases=aliases,
        statements=tuple(s for s in content.statements if kept.all_good(_snaks(s)) and kept.first(s)),
        references=tuple(r for r in content.references if kept.all_good(r.reference)),
        renewals=tuple(r for r in content.renewals if kept.all_good(_snaks(r.after))),
    )
    return fit, tuple(kept.findings)


@dataclass
class _Kept:
    """Keeps count of what is left out."""

    findings: list[Finding] = field(default_factory=list)
    seen: set[tuple[str, Value, tuple[Snak, ...]]] = field(default_factory=set)

    def good(self, what: str, fault: Fault, property: str | None = None) -> bool:
        if fault:
            code, why = fault
            self.findings.append(Finding(code, Severity.IMPORTANT, property, f"{what} {why}"))
        return not fault

    def term(self, what: str, lang: str, text: str) -> bool:
        return self.good(what, _term_fault(lang, text, FindingCode.LABEL_TOO_LONG))

    def all_good(self, snaks: Iterable[Snak]) -> bool:
        return all(
            self.good(f"{snak.property}: the value", _snak_fault(snak), snak.property) for snak in snaks
        )

    def first(self, statement: Statement) -> bool:
        key = (statement.property, statement.value, statement.qualifiers)
        twice = (FindingCode.NOT_SENDABLE, "is said twice") if key in self.seen else None
        self.seen.add(key)
        return self.good(f"{statement.property}: the value", twice, statement.property)


def _snaks(statement: Statement) -> list[Snak]:
    cited = [snak for reference in statement.references for snak in reference]
    return [Snak(statement.property, statement.value), *statement.qualifiers, *cited]


def _other(why: str | None) -> Fault:
    return (FindingCode.NOT_SENDABLE, why) if why else None


def _lang_fault(lang: str) -> str | None:
    return None if lang in KNOWN else "has a language code that no wiki knows"


def _term_fault(lang: str, text: str, too_long: FindingCode) -> Fault:
    fault = _lang_fault(lang)
    if fault:
        return _other(fault)
    if not text or text != stored(text):
        return _other("is not in the form that the wiki stores (NFC, trimmed, one line)")
    return (too_long, f"is longer than {LABEL_LIMIT} characters") if len(text) > LABEL_LIMIT else None


def _description_fault(lang: str, text: str, labels: dict[str, str]) -> Fault:
    if labels.get(lang) == text:
        return _other("equals the label")
    return _term_fault(lang, text, FindingCode.DESCRIPTION_TOO_LONG)


def _snak_fault(snak: Snak) -> Fault:
    if snak.property == OWNER:
        return _other("is an owner, and only organisations may be named")
    if isinstance(snak.value, TextValue):
        if snak.property == REFERENCE_URL:
            return _other(url_fault(snak.value.text))
        if snak.property == IMAGE and not _FILE_NAME.fullmatch(snak.value.text):
            return _other("is not the bare name of a file")
    if isinstance(snak.value, TimeValue):
        return _time_fault(snak.value)
    return _other(_fault(snak.value))


def _fault(value: Value) -> str | None:
    match value:
        case TextValue():
            return _text_fault(value.text)
        case ItemValue():
            return None if _QID.fullmatch(value.qid) else f"{value.qid!r} is not an item id"
        case MonolingualValue():
            return _text_fault(value.text) or _lang_fault(value.lang)
        case CoordinateValue():
            return _coordinate_fault(value)
        case QuantityValue():
            return None if _AMOUNT.fullmatch(value.amount) else f"{value.amount!r} is not a number"
        case UnknownValue() | TimeValue():
            return None


def _text_fault(text: str) -> str | None:
    if nfc(text) != text:
        return "is not in the form that the wiki stores (NFC)"
    return string_fault(text)


def _coordinate_fault(value: CoordinateValue) -> str | None:
    if not all(map(math.isfinite, (value.lat, value.lon, value.precision))):
        return "is not a number"
    if abs(value.lat) > 90 or abs(value.lon) > 180:
        return "lies outside the globe"
    return None if 0 < value.precision <= 360 else "has no precision"


def _time_fault(value: TimeValue) -> Fault:
    parts = _TIME.fullmatch(value.time)
    if not parts:
        return _other("is not a day in the form +YYYY-MM-DDT00:00:00Z")
    year, month, day = (int(part) for part in parts.groups()[1:])
    if not CENTURY <= value.precision <= DAY or year == 0:
        return _other("is no century, decade, year, month or day of a calendar")
    if (
        (value.precision >= MONTH and not month)
        or (value.precision == DAY and not day)
        or (day and not month)
    ):
        return _other("is less exact than it says")
    # Before the common era the years that can be divided by four are 1, 5, 9, …
    counted = year if parts[1] == "+" else 1 - year
    if month > 12 or (day and day > _days_of(counted, month, value.calendar)):
        return _other("is a month or day that the calendar does not have")
    if value.precision > YEAR and value.calendar is Calendar.GREGORIAN and counted < GREGORIAN_SINCE:
        why = f"is a day or month before {GREGORIAN_SINCE}, of which nobody says that it is Gregorian"
        return FindingCode.EARLY_GREGORIAN, why
    return None


def _days_of(year: int, month: int, calendar: Calendar) -> int:
    leap = year % 4 == 0 and (calendar is Calendar.JULIAN or year % 100 != 0 or year % 400 == 0)
    return _DAYS[month - 1] + (month == 2 and leap)
