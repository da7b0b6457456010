"""What a wiki refuses, and what it takes without complaint although it is wrong: neither is ever sent."""

import math
import re
from dataclasses import replace
from datetime import date

from heritage.model.edit import (
    Content,
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    Snak,
    Statement,
    TextValue,
    TimeValue,
    UnknownValue,
    Value,
)
from heritage.statements.properties import OWNER, REFERENCE_URL
from heritage.statements.text import LABEL_LIMIT, stored, string_fault, url_fault

_QID = re.compile(r"Q[1-9]\d{0,9}")
_LANG = re.compile(r"[a-z]{2,12}(-[a-z0-9]{2,8})*")
_TIME = re.compile(r"\+(\d{4})-(\d\d)-(\d\d)T00:00:00Z")
_NO_LANGUAGE = frozenset({"und", "zxx", "mis"})


def sendable(content: Content) -> tuple[Content, tuple[str, ...]]:
    """What of a content may be sent, and in a sentence each why the rest may not.

    Covers what Wikibase REL1_43 refuses (long labels and strings, outer spaces, unknown language codes,
    precision of day without a day, URLs with spaces) and what it accepts (30 February, latitude 99.5,
    longitude up to 360, precision 0, year 0).
    """
    reasons: list[str] = []

    def good(what: str, fault: str | None) -> bool:
        if fault:
            reasons.append(f"{what} {fault}")
        return not fault

    labels = {k: v for k, v in content.labels.items() if good(f"the label in {k!r}", _term_fault(k, v))}
    kept = replace(
        content,
        labels=labels,
        descriptions={
            lang: text
            for lang, text in content.descriptions.items()
            if good(f"the description in {lang!r}", _description_fault(lang, text, labels))
        },
        aliases={
            lang: left
            for lang, texts in content.aliases.items()
            if (left := tuple(t for t in texts if good(f"an alias in {lang!r}", _term_fault(lang, t))))
        },
        statements=tuple(
            s
            for s in content.statements
            if all(good(f"{snak.property}: the value", _snak_fault(snak)) for snak in _snaks(s))
        ),
        references=tuple(
            r
            for r in content.references
            if all(good(f"{snak.property}: the value", _snak_fault(snak)) for snak in r.reference)
        ),
    )
    return kept, tuple(reasons)


def _snaks(statement: Statement) -> list[Snak]:
    cited = [snak for reference in statement.references for snak in reference]
    return [Snak(statement.property, statement.value), *statement.qualifiers, *cited]


def _lang_fault(lang: str) -> str | None:
    known = _LANG.fullmatch(lang) and lang not in _NO_LANGUAGE
    return None if known else "has a language code that no wiki knows"


def _term_fault(lang: str, text: str) -> str | None:
    fault = _lang_fault(lang)
    if fault:
        return fault
    if not text or text != stored(text):
        return "is not in the form that the wiki stores (NFC, trimmed, one line)"
    return f"is longer than {LABEL_LIMIT} characters" if len(text) > LABEL_LIMIT else None


def _description_fault(lang: str, text: str, labels: dict[str, str]) -> str | None:
    return "equals the label" if labels.get(lang) == text else _term_fault(lang, text)


def _snak_fault(snak: Snak) -> str | None:
    if snak.property == OWNER:
        return "is an owner, and only organisations may be named"
    if snak.property == REFERENCE_URL and isinstance(snak.value, TextValue):
        return url_fault(snak.value.text)
    return _fault(snak.value)


def _fault(value: Value) -> str | None:
    match value:
        case TextValue():
            return string_fault(value.text)
        case ItemValue():
            return None if _QID.fullmatch(value.qid) else f"{value.qid!r} is not an item id"
        case MonolingualValue():
            return string_fault(value.text) or _lang_fault(value.lang)
        case CoordinateValue():
            return _coordinate_fault(value)
        case TimeValue():
            return _time_fault(value)
        case UnknownValue():
            return None


def _coordinate_fault(value: CoordinateValue) -> str | None:
    if not all(map(math.isfinite, (value.lat, value.lon, value.precision))):
        return "is not a number"
    if abs(value.lat) > 90 or abs(value.lon) > 180:
        return "lies outside the globe"
    return None if 0 < value.precision <= 360 else "has no precision"


def _time_fault(value: TimeValue) -> str | None:
    parts = _TIME.fullmatch(value.time)
    if not parts:
        return "is not a day in the form +YYYY-MM-DDT00:00:00Z"
    year, month, day = (int(part) for part in parts.groups())
    if value.precision not in (9, 10, 11) or year == 0:
        return "is no year, month or day of the Gregorian calendar"
    if value.precision == 11 or (month and day):
        try:
            date(year, month, day)
        except ValueError:
            return "is a day that the calendar does not have"
    elif month > 12 or (value.precision == 10 and not month):
        return "is a month that the calendar does not have"
    return None
