"""What a record says about its item."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from heritage.model.edit import (
    Content,
    CoordinateValue,
    ItemValue,
    Kind,
    Reference,
    Snak,
    Statement,
    TextValue,
    TimeValue,
    Value,
)
from heritage.spec.dataset import DatasetSpec
from heritage.statements import properties as p
from heritage.statements.dates import point, said
from heritage.statements.text import nfc, stored, string_fault, url_fault

METRES_PER_DEGREE = 111_320.0
SITE_METHODS = frozenset({"given", "grid", "centroid"})
"""How a point may have been obtained to be the site's own. A shared, swapped or geocoded one is not sent, nor
one abroad, nor the centre of a grid cell: a rounded point looks like an error on a wiki, and somebody would
improve it."""

NO_NAME = "zxx"
"""The language, by BCP 47, of what stands for a name and is none: kind and number, or surname first. Places
are told apart and compared by it; it becomes neither label nor alias."""

Row = Mapping[str, Any]
_Fact = tuple[str, Value, Kind, tuple[Snak, ...]]
Described = tuple[str, str | None, str]


def desired(
    record: Row,
    spec: DatasetSpec,
    retrieved: date,
    *,
    new: bool,
    alike: Collection[Described] = (),
    image: str | None = None,
) -> Content:
    """Everything one published record says, each statement with a reference to the register's own entry; what
    has no such reference is not said.

    `record` is a row of RECORDS that passed the disclosure gate: what may not be told is null there.
    `retrieved` is the day of the snapshot. Descriptions are for new items only; those in `alike` (see
    `described_alike`) get the register's id. `image` is the name of a file on Commons that shows the place.
    """
    reference = _reference(record, spec, retrieved)
    facts = _facts(record, spec, image) if reference else []
    statements = tuple(
        Statement(pid, value, kind, (reference,), beside) for pid, value, kind, beside in facts
    )
    labels, aliases = _names(record)
    descriptions = {
        lang: f"{text} ({record['record_id']})" if (lang, labels.get(lang), text) in alike else text
        for lang, text in (_descriptions(record, spec, labels) if new else {}).items()
    }
    return Content(labels=labels, descriptions=descriptions, aliases=aliases, statements=statements)


def described_alike(records: Iterable[Row], spec: DatasetSpec) -> frozenset[Described]:
    """Language, label and description that several records of a register would share as new items.

    A wiki refuses the second item with a pair that stands already. All records count, also those that have
    an item: what is said of a record must not change because another one was uploaded.
    """
    seen = Counter(
        (lang, labels.get(lang), text)
        for row in records
        for labels in [_names(row)[0]]
        for lang, text in _descriptions(row, spec, labels).items()
    )
    return frozenset(described for described, times in seen.items() if times > 1)


def _facts(record: Row, spec: DatasetSpec, image: str | None) -> list[_Fact]:
    facts: list[_Fact] = []
    if spec.item.identifier:
        facts.append((spec.item.identifier, TextValue(nfc(record["record_id"])), Kind.IDENTIFIERS, ()))
    for column, pid, kind in (
        ("class_item", p.INSTANCE_OF, Kind.DESIGNATION),
        ("designation_item", p.DESIGNATION, Kind.DESIGNATION),
        ("country", p.COUNTRY, Kind.PLACE),
        ("admin_item", p.ADMIN, Kind.PLACE),
    ):
        if record[column]:
            qualifiers = _since(record) if pid == p.DESIGNATION else ()
            facts.append((pid, ItemValue(record[column]), kind, qualifiers))
    inception = said(record["inception"])
    if inception:
        value, qualifiers = inception
        facts.append((p.INCEPTION, value, Kind.DESIGNATION, qualifiers))
    place = _point(record)
    if place:
        facts.append((p.POINT, place, Kind.PLACE, ()))
    if image:
        facts.append((p.IMAGE, TextValue(nfc(image)), Kind.IMAGES, ()))
    return facts


def _since(record: Row) -> tuple[Snak, ...]:
    day = point(record["designated"])
    return (Snak(p.START, day),) if day else ()


def _point(record: Row) -> CoordinateValue | None:
    lat, lon, metres = record["lat"], record["lon"], record["precision_m"]
    if lat is None or lon is None or not metres or record["place_method"] not in SITE_METHODS:
        return None
    return CoordinateValue(round(lat, 6), round(lon, 6), precision_degrees(metres))


def precision_degrees(metres: float) -> float:
    """A radius in metres as Wikibase precision, two significant digits, never finer than it is.

    >>> precision_degrees(30), precision_degrees(1000)
    (0.00027, 0.009)
    """
    degrees = max(metres / METRES_PER_DEGREE, 1e-6)
    digits = 1 - math.floor(math.log10(degrees))
    scale = 10.0**digits
    return round(math.ceil(round(degrees * scale, 6)) / scale, digits)


def _reference(record: Row, spec: DatasetSpec, retrieved: date) -> Reference:
    """Leads to the register's own entry; empty when nothing does, and then nothing may be stated."""
    snaks = [Snak(p.STATED_IN, ItemValue(spec.item.register_item))] if spec.item.register_item else []
    url = record["url"]
    if url and url_fault(url) is None:
        snaks.append(Snak(p.REFERENCE_URL, TextValue(url)))
    elif not spec.item.identifier:
        return ()
    elif string_fault(record["record_id"]) is None:
        snaks.append(Snak(spec.item.identifier, TextValue(nfc(record["record_id"]))))
    return (*snaks, Snak(p.RETRIEVED, TimeValue(f"+{retrieved:%Y-%m-%d}T00:00:00Z", 11)))


def _names(record: Row) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    labels: dict[str, str] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    for name in record["names"] or ():
        lang, text = (name["lang"] or "").lower(), stored(name["text"] or "")
        if not lang or not text or lang == NO_NAME:
            continue
        if lang not in labels:
            labels[lang] = text
        elif text != labels[lang] and text not in aliases.get(lang, ()):
            aliases[lang] = (*aliases.get(lang, ()), text)
    return labels, aliases


def _descriptions(record: Row, spec: DatasetSpec, labels: Mapping[str, str]) -> dict[str, str]:
    # The municipality always stands in the description: two churches of one name are then told apart
    # before the wiki refuses the second, and a pair that exists already is the same thing, for people to see.
    place = stored(record["municipality"] or "")
    described = {}
    for lang, sort in spec.item.description.items():
        text = stored(f"{sort}, {place}" if place and place.casefold() not in sort.casefold() else sort)
        if text and text != labels.get(lang.lower()):
            described[lang.lower()] = text
    return described
