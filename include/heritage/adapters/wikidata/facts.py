"""The facts of items as a query service tells them, and the rows of the index that they make."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from heritage.adapters.harvest.protocols.pages import at
from heritage.adapters.wikidata.above import number
from heritage.adapters.wikidata.slices import items
from heritage.model.tables import ITEMS
from heritage.reconcile.items import CIRCA, EARTH, NO_SOURCE, Row, edtf, first_day, item_point

PREFIXES = """\
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX p: <http://www.wikidata.org/prop/>
PREFIX ps: <http://www.wikidata.org/prop/statement/>
PREFIX psv: <http://www.wikidata.org/prop/statement/value/>
PREFIX pq: <http://www.wikidata.org/prop/qualifier/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX schema: <http://schema.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_ITEM = re.compile(r"http://www\.wikidata\.org/entity/(Q[1-9]\d*)")
_LINKED = {
    "P31": "classes",
    "P279": "subclass_of",
    "P131": "admin",
    "P1435": "designations",
    "P361": "parts_of",
}
_TERMS = {"label": "labels", "alias": "aliases", "description": "descriptions"}
_WITHOUT_LANGUAGE = {
    "commons.wikimedia.org": "commonswiki",
    "species.wikimedia.org": "specieswiki",
    "meta.wikimedia.org": "metawiki",
    "incubator.wikimedia.org": "incubatorwiki",
    "www.wikidata.org": "wikidatawiki",
    "www.mediawiki.org": "mediawikiwiki",
    "wikisource.org": "sourceswiki",
    "www.wikifunctions.org": "wikifunctionswiki",
}
_OLD_NAMES = {"be-tarask": "be_x_old"}  # the site has a newer name than its database

_BRANCHES = (
    '?item rdfs:label ?a . BIND("label" AS ?what)',
    '?item skos:altLabel ?a . BIND("alias" AS ?what)',
    '?item schema:description ?a . BIND("description" AS ?what)',
    *(f'?item wdt:{name} ?a . BIND("{name}" AS ?what)' for name in (*_LINKED, "P17", "P18")),
    "?property wikibase:propertyType wikibase:ExternalId ; wikibase:claim ?claim ; "
    "wikibase:statementProperty ?says . ?item ?claim ?statement . "
    "?statement ?says ?a ; wikibase:rank ?rank . "
    'FILTER(?rank != wikibase:DeprecatedRank) BIND(STR(?property) AS ?b) BIND("identifier" AS ?what)',
    "?item p:P625 ?statement . ?statement a wikibase:BestRank ; psv:P625 ?value . "
    "?value wikibase:geoLatitude ?a ; wikibase:geoLongitude ?b ; wikibase:geoGlobe ?d . "
    'OPTIONAL { ?value wikibase:geoPrecision ?c } BIND("point" AS ?what)',
    "?item p:P571 ?statement . ?statement a wikibase:BestRank ; psv:P571 ?value . "
    "?value wikibase:timeValue ?a ; wikibase:timePrecision ?b ; wikibase:timeCalendarModel ?c . "
    'OPTIONAL { ?statement pq:P1480 ?d } BIND("inception" AS ?what)',
    "?item p:P5816 ?statement . ?statement a wikibase:BestRank ; ps:P5816 ?a . BIND(STR(?statement) AS ?b) "
    "MINUS { ?statement pq:P582 ?ended } OPTIONAL { ?statement pq:P585 ?c } "
    "OPTIONAL { ?statement prov:wasDerivedFrom ?reference . ?reference ?d ?e } "
    'BIND("conservation" AS ?what)',
    '?page schema:about ?item ; schema:isPartOf ?a . BIND("sitelink" AS ?what)',
)


def facts_pattern(qids: Sequence[str]) -> str:
    """A graph pattern that binds ?item, ?what (which fact) and ?a to ?e (what it says). The items stand in
    every branch: some services answer each by itself."""
    among = f"VALUES ?item {{ {items(qids)} }}"
    return " UNION ".join(f"{{ {among} {branch} }}" for branch in _BRANCHES)


def item_of(term: Any) -> str | None:
    """The id of an item that a solution names; None for anything else, as an unknown value."""
    found = _ITEM.fullmatch(str(at(term, "value") or ""))
    return found[1] if found else None


def rows_of(solutions: Iterable[dict[str, Any]]) -> list[Row]:
    """A row for each item of which something is said, sorted by number, in whatever order it is said.

    Like `item_row` of the same item; of several countries the one with the lowest number. Raises ValueError
    for what no item can say.
    """
    said: dict[str, list[dict[str, Any]]] = {}
    for solution in solutions:
        qid = item_of(solution.get("item"))
        if qid:
            said.setdefault(qid, []).append(solution)
    return [_row(qid, said[qid]) for qid in sorted(said, key=number)]


def _row(qid: str, solutions: list[dict[str, Any]]) -> Row:
    row: Row = {name: [] for name in ITEMS.names} | {"qid": qid, "context": False, "revision": None}
    countries: list[str] = []
    images: list[str] = []
    states: dict[str, list[dict[str, Any]]] = {}
    for solution in solutions:
        what, a = str(at(solution, "what", "value")), str(at(solution, "a", "value") or "")
        if what in _TERMS:
            row[_TERMS[what]].append({"lang": str(at(solution, "a", "xml:lang") or "und"), "text": a})
        elif what in _LINKED or what == "P17":
            to = item_of(solution.get("a"))
            if to:
                (countries if what == "P17" else row[_LINKED[what]]).append(to)
        elif what == "P18":
            images.append(unquote(a.rpartition("/")[2]).replace("_", " "))
        elif what == "conservation":
            states.setdefault(str(at(solution, "b", "value")), []).append(solution)
        else:
            _add(row, what, solution, a)
    row["conservation"] = [state for _, told in sorted(states.items()) if (state := _state(told))]
    for name, values in row.items():
        if isinstance(values, list):
            row[name] = _once(values)
    row["country"] = min(countries, key=number, default=None)
    row["image"] = min(images, default=None)
    return row


def _add(row: Row, what: str, solution: dict[str, Any], a: str) -> None:
    b, c, d = (at(solution, name, "value") for name in "bcd")
    if what == "identifier" and solution.get("a", {}).get("type") != "bnode":
        row["identifiers"].append({"property": str(b).rpartition("/")[2], "value": a})
    elif what == "point" and d == EARTH:
        point = item_point(a, str(b), c)
        row["points"] += [point] if point else []
    elif what == "inception":
        circa = item_of(solution.get("d")) == CIRCA
        date = edtf(_wikibase_time(a), int(str(b)), str(c), circa=circa)
        row["inception"] += [date] if date else []
    elif what == "sitelink":
        site = _site(a)
        row["sitelinks"] += [site] if site else []


def _state(solutions: list[dict[str, Any]]) -> Row | None:
    """A state of conservation from all that is said of its statement."""
    value = item_of(solutions[0].get("a"))
    if value is None:
        return None
    sources = {
        (str(at(one, "d", "value")).rpartition("/"), str(at(one, "e", "value")))
        for one in solutions
        if "d" in one
    }
    snaks = [(path[0], path[2], said) for path, said in sources if path[0].endswith("/prop/reference")]
    days = _days(str(at(one, "c", "value")) for one in solutions if "c" in one) or _days(
        said for _, name, said in snaks if name == "P813"
    )
    return {
        "value": value,
        "referenced": any(name not in NO_SOURCE for _, name, _ in snaks),
        "observed": max(days, default=None),
    }


def _days(times: Iterable[str]) -> list[str]:
    return [day for time in times if (day := first_day(_wikibase_time(time)))]


def _wikibase_time(text: str) -> str:
    """A time of RDF as Wikibase writes it: there is a year 0 in RDF, it is 1 BC.

    >>> _wikibase_time("-0043-01-01T00:00:00Z"), _wikibase_time("1890-01-01T00:00:00Z")
    ('-0044-01-01T00:00:00Z', '+1890-01-01T00:00:00Z')
    """
    found = re.match(r"([+-]?)(\d+)(-.*)", text)
    if not found:
        return text
    year = int(f"{found[1]}{found[2]}")
    return f"{'-' if year <= 0 else '+'}{abs(year - (year <= 0)):04}{found[3]}"


def _site(address: str) -> str | None:
    """The database of a site, as entities name it.

    >>> _site("https://ka.wikipedia.org/"), _site("https://zh-min-nan.wikisource.org/")
    ('kawiki', 'zh_min_nanwikisource')
    """
    host = urlsplit(address).netloc
    if host in _WITHOUT_LANGUAGE:
        return _WITHOUT_LANGUAGE[host]
    language, _, project = host.partition(".")
    family = project.partition(".")[0].replace("wikipedia", "wiki")
    return f"{_OLD_NAMES.get(language, language).replace('-', '_')}{family}" if family else None


def _once(values: list[Any]) -> list[Any]:
    """Sorted, each once."""
    if values and isinstance(values[0], str):
        linked = all(re.fullmatch(r"Q\d+", value) for value in values)
        return sorted(set(values), key=number if linked else None)
    return [dict(one) for one in sorted({tuple(value.items()) for value in values}, key=str)]
