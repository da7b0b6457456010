"""Values as a Wikibase stores them: what it rewrites, what it refuses, what it lets through.

`normalise(datatype, datavalue)` returns the stored form or raises the error a client would see.
It is deliberately as permissive as the real thing: 30 February, latitude 99.5, precision 0 and
unknown globes pass (`accepted-*.json`), so that an uploader's own checks are really needed.
"""

import re
import unicodedata
from collections.abc import Callable
from html import escape
from numbers import Real
from typing import Any

from wikibase_sandbox.errors import ApiError, red_link, refused, shortened, wiki_link
from wikibase_sandbox.languages import MONOLINGUAL_LANGUAGES
from wikibase_sandbox.types import Json, entity_type

EARTH = "http://www.wikidata.org/entity/Q2"

VALUE_TYPES = {
    "string": "string",
    "external-id": "string",
    "url": "string",
    "commonsMedia": "string",
    "geo-shape": "string",
    "tabular-data": "string",
    "wikibase-item": "wikibase-entityid",
    "wikibase-property": "wikibase-entityid",
    "time": "time",
    "globe-coordinate": "globecoordinate",
    "monolingualtext": "monolingualtext",
    "quantity": "quantity",
}
"""Datatype of a property -> type of its values."""

_TIME = re.compile(
    r"([-+])(\d{1,16})-(0\d|1[012])-([012]\d|3[01])T(?:[01]\d|2[0-4]):[0-5]\d:(?:[0-5]\d|6[0-2])Z"
)
_AMOUNT = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?")
_UNIT = re.compile(r"1|https?://www\.wikidata\.org/entity/Q[1-9]\d*")
_URL_SCHEME = re.compile(
    "bitcoin|ftps?|geo|git|gopher|https?|ircs?|magnet|mailto|mms|news|nntp|redis|sftp|sips?|sms|ssh|svn|tel"
    "|telnet|urn|worldwind|xmpp",
    re.IGNORECASE,
)
_ILLEGAL_STRING = re.compile(r"^\s|[\v\t\n\r\f\x85\u2028\u2029]|\s$")


def _bad_value(why: str) -> ApiError:
    return refused("bad-value", f"Data value corrupt: {why}", why)


def _text(value: Any, limit: int) -> str:
    if not isinstance(value, str):
        raise _bad_value("Can only construct StringValue from strings")
    text = unicodedata.normalize("NFC", value)
    if not text:
        raise refused("too-short", "Must be at least one character long", "1", "")
    if len(text) > limit:
        info = f"Must be no more than {limit} characters long"
        raise refused("too-long", info, str(limit), shortened(text))
    if _ILLEGAL_STRING.search(text):
        what = "String should not start or end with whitespace nor include vertical whitespace"
        message = f"{what} or tabs: {text}"
        raise refused("illegal-string-chars", message.strip(), text, html=escape(message, quote=False))
    return text


def _string(value: Any) -> str:
    return _text(value, 400)


def _url(value: Any) -> str:
    text = _text(value, 500)
    scheme, colon, _rest = text.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        raise refused("url-scheme-missing", f'This URL misses a scheme like "https://": {text}', text)
    if not _URL_SCHEME.fullmatch(scheme):
        raise refused("bad-url-scheme", f'An URL scheme "{scheme}" is not supported.', scheme)
    if re.search(r"\s", text) or re.fullmatch(r"https?:/{0,2}", text, re.IGNORECASE):
        raise refused("bad-url", f"Malformed URL: {text}", text)
    return text


def _entity_id(expected: str) -> Callable[[Any], Json]:
    def normalised(value: Any) -> Json:
        if not isinstance(value, dict):
            raise _bad_value("Entity id value must be a map")
        letter = {"item": "Q", "property": "P"}.get(str(value.get("entity-type")), "")
        entity_id = value.get("id") or f"{letter}{value.get('numeric-id', '')}"
        kind = entity_type(str(entity_id))
        if kind is None:
            raise _bad_value(f"Can not parse entity id {entity_id}")
        if kind != expected:
            raise refused("bad-entity-type", f"Unexpected entity type {kind}", kind)
        return {"entity-type": kind, "numeric-id": int(entity_id[1:]), "id": entity_id}

    return normalised


def _monolingual(value: Any) -> Json:
    if not isinstance(value, dict) or "text" not in value or "language" not in value:
        raise _bad_value("text and language fields required")
    text, language = _text(value["text"], 400), value["language"]
    if language not in MONOLINGUAL_LANGUAGES:
        raise refused("not-a-language", f'"{language}" is not a known language code.', language)
    return {"text": text, "language": language}


def _time(value: Any) -> Json:
    if not isinstance(value, dict):
        raise _bad_value("Time value must be a map")
    for key in ("time", "precision", "calendarmodel"):
        if value.get(key) is None:
            raise refused("missing-field", f'Missing required field "{key}"', key)
    given, precision = str(value["time"]), value["precision"]
    parts = _TIME.fullmatch(given)
    if parts is None:
        raise _bad_value(f"$timestamp must resemble ISO 8601, given {given}")
    if isinstance(precision, bool) or not isinstance(precision, int) or not 0 <= precision <= 14:
        raise _bad_value(f"$precision must be one of the PRECISION constants, given {precision}")
    sign, year, month, day = parts.groups()
    lacks = (precision >= 10 and month == "00") or (precision >= 11 and day == "00")
    if lacks or not given.endswith("T00:00:00Z"):
        raise refused("malformed-value", f"Malformed input: {given}", given)
    if precision > 11:
        raise refused("too-high", "Out of range, must be no higher than 11", "11", str(precision))
    return {
        "time": f"{sign}{year.lstrip('0').rjust(4, '0')}-{month}-{day}T00:00:00Z",
        "timezone": value.get("timezone", 0),
        "before": value.get("before", 0),
        "after": value.get("after", 0),
        "precision": precision,
        "calendarmodel": str(value["calendarmodel"]),
    }


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise _bad_value(f"{name} must be a number")
    number = float(value)
    # PHP prints a whole float without its fraction, and clients compare the printed form.
    return int(number) if number.is_integer() else number


def _coordinate(value: Any) -> Json:
    if not isinstance(value, dict):
        raise _bad_value("Coordinate must be a map")
    for key in ("latitude", "longitude", "precision"):
        if value.get(key) is None:
            raise refused("missing-field", f'Missing required field "{key}"', key)
    latitude = _number(value["latitude"], "Latitude")
    longitude = _number(value["longitude"], "Longitude")
    for name, degrees in (("Latitude", latitude), ("Longitude", longitude)):
        if not -360 <= degrees <= 360:
            raise _bad_value(f"{name} needs to be between -360 and 360")
    precision = _number(value["precision"], "Precision")
    if not -360 <= precision <= 360:
        raise _bad_value("Precision needs to be between -360 and 360")
    return {
        "latitude": latitude,
        "longitude": longitude,
        "altitude": None,
        "precision": precision,
        "globe": value.get("globe") or EARTH,
    }


def _amount(value: Any) -> str:
    text = str(value)
    if not _AMOUNT.fullmatch(text) or len(text) > 127:
        raise _bad_value(f"Value must match the pattern for decimal values, given {text}")
    signed = text if text[0] in "+-" else f"+{text}"
    # A negative zero is not a number of its own.
    return f"+{signed[1:]}" if not signed.strip("+-0.") else signed


def _quantity(value: Any) -> Json:
    if not isinstance(value, dict) or "amount" not in value:
        raise refused("missing-field", 'Missing required field "amount"', "amount")
    unit = str(value.get("unit", "1"))
    stored: Json = {"amount": _amount(value["amount"]), "unit": unit}
    if "upperBound" in value or "lowerBound" in value:
        upper, lower = _amount(value.get("upperBound")), _amount(value.get("lowerBound"))
        if not float(lower) <= float(stored["amount"]) <= float(upper):
            raise _bad_value("amount must lie between the bounds")
        stored |= {"upperBound": upper, "lowerBound": lower}
    if not _UNIT.fullmatch(unit):
        shown = escape(unit)
        if unit.startswith(("http://", "https://")):
            shown = f'<a rel="nofollow" class="external free" href="{shown}">{shown}</a>'
        raise refused("not-allowed", f"Illegal value: {unit}", unit, html=f"Illegal value: {shown}")
    return stored


_NORMALISERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "external-id": _string,
    "url": _url,
    "commonsMedia": _string,
    "geo-shape": _string,
    "tabular-data": _string,
    "wikibase-item": _entity_id("item"),
    "wikibase-property": _entity_id("property"),
    "time": _time,
    "globe-coordinate": _coordinate,
    "monolingualtext": _monolingual,
    "quantity": _quantity,
}


def normalise(datatype: str, datavalue: Json) -> Json:
    """Return the data value as it is stored, or raise the refusal of the matching validator."""
    expected = VALUE_TYPES[datatype]
    given = datavalue.get("type")
    if given != expected:
        raise refused("bad-value-type", f"Bad value type {given}, expected {expected}", given, expected)
    return {"value": _NORMALISERS[datatype](datavalue.get("value")), "type": expected}


def missing_target(entity_id: str) -> ApiError:
    """The refusal of a statement that points at nothing (`error-target-item-missing`)."""
    link = wiki_link(entity_id)
    html = f"{red_link(entity_id)} not found"
    return refused("no-such-entity", f"{link} not found", link, html=html)


def missing_property(property_id: str) -> ApiError:
    """The refusal of a statement with an unknown property (`error-property-missing`)."""
    link = wiki_link(property_id)
    html = f"Property {red_link(property_id)} not found"
    return refused("no-such-property", f"Property {link} not found", link, html=html)
