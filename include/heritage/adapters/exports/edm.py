"""Records with what reviews found out, in the Europeana Data Model (external EDM, https://pro.europeana.eu/page/edm-documentation)."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from typing import IO, Any, TypeAlias
from urllib.parse import quote

from lxml import etree

from heritage.adapters.exports import ENTITY
from heritage.model.digest import digest_bytes
from heritage.model.review import AnnotationKind
from heritage.model.shown import printable
from heritage.ports.review_exports import Handed, ToldAnnotation, ToldRecord
from heritage.spec.closed import LANG

_NS = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "edm": "http://www.europeana.eu/schemas/edm/",
    "ore": "http://www.openarchives.org/ore/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "wgs84_pos": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "owl": "http://www.w3.org/2002/07/owl#",
}
_LANG = re.compile(LANG)
_PROPERTIES = {
    "P31": "dc:type",
    "P186": "dcterms:medium",
    "P462": "dc:format",
    "P131": "dcterms:spatial",
    "P276": "dcterms:spatial",
}
"""Where a term stands that people confirmed as the value of a property; any other is a subject."""
_UNWRITTEN = (1980, 1, 1, 0, 0, 0)
"""The day of every file, so that equal records give equal bytes."""
_LONGEST_NAME = 150
"""Characters of a file's name, for file systems that bear few."""
Element: TypeAlias = Any
"""An element of lxml, which has no published types."""


def edm(records: Iterable[ToldRecord], out: IO[bytes], address: str, provider: str) -> Handed:
    """Writes a ZIP with one EDM record a file, as Metis takes it: a folder a register.

    `address` is where it is published, which URIs of ours begin with; `provider` is who hands it over. A
    record without an address of its register's entry, or under a licence that Europeana has no statement
    for, cannot be said: its annotations are counted as left out, and so are those that people rejected.
    """
    left: Counter[str] = Counter()
    known = written = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for record in records:
            told = tuple(one for one in record.annotations if not one.rejected)
            if len(told) < len(record.annotations):
                left["EDM has no words for what is wrong"] += len(record.annotations) - len(told)
            if why := _unfit(record):
                left[why] += len(told)
            elif told:
                content = _record(record, told, address, provider)
                entry = zipfile.ZipInfo(f"{record.dataset}/{_file(record.record_id)}.xml", _UNWRITTEN)
                archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 6)
                known, written = known + 1, written + len(told)
    return Handed(known, written, left)


def _unfit(record: ToldRecord) -> str:
    if not record.url:
        return "EDM needs the address of the register's entry, and there is none"
    if not record.rights:
        return "Europeana has no rights statement for the register's licence"
    if not any(_text(text) for _, text in record.names):
        return "EDM needs a title, and the record has no name that may be told"
    return ""


def _file(record_id: str) -> str:
    name = quote(record_id, safe="")
    return name if len(name) <= _LONGEST_NAME else digest_bytes(record_id.encode())


def _record(record: ToldRecord, told: tuple[ToldAnnotation, ...], address: str, provider: str) -> bytes:
    root = etree.Element(_name("rdf:RDF"), nsmap=_NS)
    ours = f"{address}#{record.dataset}/{quote(record.record_id, safe='')}"
    place = f"{ours}/place" if record.lat is not None and record.lon is not None else ""
    _object(root, record, told, ours, place)
    if place and record.lat is not None and record.lon is not None:
        _place(root, place, record.lat, record.lon)
    for one in told:
        said = one.annotation
        if said and said.lat is not None and said.lon is not None:
            _place(root, _place_of(ours, one), said.lat, said.lon)
    _aggregation(root, record, ours, provider)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _object(
    root: Element, record: ToldRecord, told: tuple[ToldAnnotation, ...], ours: str, place: str
) -> None:
    cho = _about(root, "edm:ProvidedCHO", ours)
    lang = _lang(record.lang)
    names = [(one, text) for one, text in record.names if _text(text)]
    for index, (language, text) in enumerate(names):
        _literal(cho, "dc:title" if index == 0 else "dcterms:alternative", text, language)
    _literal(cho, "dc:identifier", record.record_id)
    _literal(cho, "dc:language", lang or "und")
    _literal(cho, "dc:type", record.type, lang)
    _entity(cho, "dc:type", record.class_item)
    _literal(cho, "dcterms:created", record.inception)
    _literal(cho, "dcterms:spatial", record.municipality)
    for item in (record.admin_item, record.country):
        _entity(cho, "dcterms:spatial", item)
    if place:
        _resource(cho, "dcterms:spatial", place)
    for one in told:
        _enrich(cho, one, ours)
    if not any(child.tag in map(_name, _NEEDED) for child in cho):
        _literal(cho, "dc:type", "heritage", "en")  # all that is known of it: Europeana wants some such word
    for one in told:
        _literal(cho, "dcterms:provenance", _confirmed(one), "en")
    _literal(cho, "edm:type", "TEXT")
    same = [record.europeana, *(ENTITY + qid for qid in _items(record, told))]
    for uri in dict.fromkeys(filter(None, same)):
        _resource(cho, "owl:sameAs", uri)


_NEEDED = ("dc:subject", "dc:type", "dcterms:temporal", "dcterms:spatial")


def _enrich(cho: Element, one: ToldAnnotation, ours: str) -> None:
    said = one.annotation
    if said is None:
        return
    if said.item:
        spatial = said.kind is AnnotationKind.PLACE
        _entity(cho, "dcterms:spatial" if spatial else _PROPERTIES.get(said.about, "dc:subject"), said.item)
    elif said.lat is not None:
        _resource(cho, "dcterms:spatial", _place_of(ours, one))
    else:
        translated = said.kind is AnnotationKind.TRANSLATION
        _literal(cho, "dcterms:alternative" if translated else "dc:subject", said.text, said.lang)


def _confirmed(one: ToldAnnotation) -> str:
    """Which value reviewers confirmed, for whoever wants to tell the register's own from them."""
    said = one.annotation
    if said is None:
        value = f"{ENTITY}{one.item} (the same place)"
    elif said.item:
        value = ENTITY + said.item
    elif said.lat is not None and said.lon is not None:
        value = f"{_degrees(said.lat)}, {_degrees(said.lon)}"
    else:
        value = f"“{_text(said.text)}”" + (f" ({said.lang})" if _lang(said.lang) else "")
    return (
        f"{value}: confirmed by reviewers, {one.up} for and {one.down} against, "
        f"confidence {one.confidence:.2f} (campaign {one.campaign})"
    )


def _items(record: ToldRecord, told: tuple[ToldAnnotation, ...]) -> list[str]:
    return [one.item for one in told if one.item] or ([record.item] if record.item else [])


def _aggregation(root: Element, record: ToldRecord, ours: str, provider: str) -> None:
    """Its elements stand in the order of the schema."""
    whole = _about(root, "ore:Aggregation", f"{ours}/aggregation")
    _resource(whole, "edm:aggregatedCHO", ours)
    _literal(whole, "edm:dataProvider", record.publisher)
    _resource(whole, "edm:isShownAt", record.url)
    _literal(whole, "edm:provider", provider)
    _literal(whole, "dc:rights", record.credit)
    _resource(whole, "edm:rights", record.rights)


def _place(root: Element, uri: str, lat: float, lon: float) -> None:
    place = _about(root, "edm:Place", uri)
    _literal(place, "wgs84_pos:lat", _degrees(lat))
    _literal(place, "wgs84_pos:long", _degrees(lon))


def _place_of(ours: str, one: ToldAnnotation) -> str:
    return f"{ours}/place-{quote(one.task_id, safe='')}"


def _about(parent: Element, name: str, uri: str) -> Element:
    return etree.SubElement(parent, _name(name), {_name("rdf:about"): uri})


def _resource(parent: Element, name: str, uri: str) -> None:
    etree.SubElement(parent, _name(name), {_name("rdf:resource"): uri})


def _entity(parent: Element, name: str, qid: str) -> None:
    if qid:
        _resource(parent, name, ENTITY + qid)


def _literal(parent: Element, name: str, text: str, lang: str = "") -> None:
    if text := _text(text):
        attributes = {"{http://www.w3.org/XML/1998/namespace}lang": _lang(lang)} if _lang(lang) else {}
        etree.SubElement(parent, _name(name), attributes).text = text


def _name(prefixed: str) -> str:
    prefix, name = prefixed.split(":")
    return f"{{{_NS[prefix]}}}{name}"


def _lang(lang: str) -> str:
    return lang if _LANG.fullmatch(lang) else ""


def _degrees(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    return " ".join(printable(text).split())
