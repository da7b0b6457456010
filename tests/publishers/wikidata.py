"""A query service over Wikibase entities as RDF, which answers any query, until it is told to misbehave.

Source of the RDF: mediawiki.org, Wikibase/Indexing/RDF Dump Format.
"""

import json
import logging
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import SKOS

from publishers.service import ERROR_PAGE, Asked, Reply, Service

logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # Python knows no year before 1

WD = Namespace("http://www.wikidata.org/entity/")
WDT = Namespace("http://www.wikidata.org/prop/direct/")
P = Namespace("http://www.wikidata.org/prop/")
PS = Namespace("http://www.wikidata.org/prop/statement/")
PSV = Namespace("http://www.wikidata.org/prop/statement/value/")
PQ = Namespace("http://www.wikidata.org/prop/qualifier/")
PR = Namespace("http://www.wikidata.org/prop/reference/")
PROV = Namespace("http://www.w3.org/ns/prov#")
WIKIBASE = Namespace("http://wikiba.se/ontology#")
SCHEMA = Namespace("http://schema.org/")
_TERMS = {"labels": RDFS.label, "aliases": SKOS.altLabel, "descriptions": SCHEMA.description}


@dataclass
class QueryService(Service):
    """`rows` are entities. `faults` says what happens to the n-th question (from 1): html, cut, 500, 429,
    error (with status 200), short (fewer rows than there are), hang, endless. `always` happens to every
    question that it is true of. `most` rows come at once, without a word, as of Virtuoso.
    """

    most: int = 100_000
    always: dict[str, Any] = field(default_factory=dict)
    dated: str | None = "2026-11-20T03:00:00Z"
    over: threading.Event = field(default_factory=threading.Event)
    _known: dict[str, dict[str, Any]] = field(default_factory=dict)
    _made: Graph | None = None

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        query = asked.query["query"]
        fault = self.faults.get(len(self.asked))
        fault = fault or next((kind for kind, holds in self.always.items() if holds(query)), None)
        if fault == "html":
            return Reply(ERROR_PAGE, headers={"Content-Type": "text/html"})
        if fault == "500":
            return Reply(b"java.util.concurrent.TimeoutException", 500, {"Content-Type": "text/plain"})
        if fault == "429":
            return Reply(b"Too many requests", 429, {"Retry-After": "1000"})
        if fault == "hang":
            self.over.wait(20)
            return Reply(b"")
        if fault == "endless":
            return Reply(b'{"results": {"bindings": [' + b" " * 1_000_000)
        content = self._answered(query)
        rows = content["results"]["bindings"][: self.most]
        if fault == "short":
            rows = rows[:-1]
        body = json.dumps(content | {"results": {"bindings": rows}}).encode()
        if fault == "error":  # it had begun to answer when it ran out of time
            body = body[: len(body) // 2] + b"\njava.util.concurrent.TimeoutException\n"
        return Reply(body, headers={"Content-Type": "application/sparql-results+json"}, cut=fault == "cut")

    def _answered(self, query: str) -> dict[str, Any]:
        if query not in self._known:
            self._made = self._made or graph(self.rows, self.dated)
            self._known[query] = json.loads(self._made.query(query).serialize(format="json") or b"{}")
        return self._known[query]


def graph(entities: list[dict[str, Any]], dated: str | None = None) -> Graph:
    """Entities as the dumps of Wikidata give them in RDF."""
    made = Graph()
    if dated:
        made.add((WIKIBASE.Dump, SCHEMA.dateModified, Literal(dated, datatype=XSD.dateTime)))
    for entity in entities:
        if entity.get("type") == "item" and "redirect" not in entity:
            _add_item(made, entity)
    return made


def _add_item(made: Graph, entity: dict[str, Any]) -> None:
    item = WD[entity["id"]]
    for kind, predicate in _TERMS.items():
        for terms in (entity.get(kind) or {}).values():
            for term in terms if isinstance(terms, list) else [terms]:
                made.add((item, predicate, Literal(term["value"], lang=term["language"])))
    for site in entity.get("sitelinks") or {}:
        language = site.removesuffix("wiki")
        host = "commons.wikimedia.org" if site == "commonswiki" else f"{language}.wikipedia.org"
        page = URIRef(f"https://{host}/wiki/{entity['id']}")
        made.add((page, SCHEMA.about, item))
        made.add((page, SCHEMA.isPartOf, URIRef(f"https://{host}/")))
    for name, statements in (entity.get("claims") or {}).items():
        ranks = [statement["rank"] for statement in statements]
        best = "preferred" if "preferred" in ranks else "normal"
        for number, statement in enumerate(statements):
            node = WD[f"statement/{entity['id']}-{name}-{number}"]
            made.add((item, P[name], node))
            made.add((node, WIKIBASE.rank, WIKIBASE[f"{statement['rank'].title()}Rank"]))
            if statement["rank"] == best:
                made.add((node, RDF.type, WIKIBASE.BestRank))
            _add_statement(made, item, node, name, statement, statement["rank"] == best)


def _add_statement(
    made: Graph, item: URIRef, node: URIRef, name: str, statement: dict[str, Any], best: bool
) -> None:
    snak = statement["mainsnak"]
    if snak.get("datatype") == "external-id":
        made.add((WD[name], WIKIBASE.propertyType, WIKIBASE.ExternalId))
        made.add((WD[name], WIKIBASE.claim, P[name]))
        made.add((WD[name], WIKIBASE.statementProperty, PS[name]))
    if snak["snaktype"] == "value":
        value = snak["datavalue"]["value"]
        made.add((node, PS[name], _simple(name, value)))
        if best:
            made.add((item, WDT[name], _simple(name, value)))
        if isinstance(value, dict) and "id" not in value and "numeric-id" not in value:
            _add_value(made, node, name, value)
    for pid, snaks in (statement.get("qualifiers") or {}).items():
        for one in snaks:
            made.add((node, PQ[pid], _simple(pid, one["datavalue"]["value"])))
    for number, reference in enumerate(statement.get("references") or ()):
        about = URIRef(f"http://www.wikidata.org/reference/{node.rpartition('/')[2]}-{number}")
        made.add((node, PROV.wasDerivedFrom, about))
        made.add((about, RDF.type, WIKIBASE.Reference))
        for pid, snaks in reference["snaks"].items():
            for one in snaks:
                made.add((about, PR[pid], _simple(pid, one["datavalue"]["value"])))


def _add_value(made: Graph, node: URIRef, name: str, value: dict[str, Any]) -> None:
    about = URIRef(f"http://www.wikidata.org/value/{node.rpartition('/')[2]}")
    made.add((node, PSV[name], about))
    if "latitude" in value:
        made.add((about, WIKIBASE.geoLatitude, Literal(str(value["latitude"]), datatype=XSD.double)))
        made.add((about, WIKIBASE.geoLongitude, Literal(str(value["longitude"]), datatype=XSD.double)))
        made.add((about, WIKIBASE.geoGlobe, URIRef(value["globe"])))
        if value.get("precision"):
            made.add((about, WIKIBASE.geoPrecision, Literal(str(value["precision"]), datatype=XSD.double)))
    if "time" in value:
        made.add((about, WIKIBASE.timeValue, _simple(name, value)))
        made.add((about, WIKIBASE.timePrecision, Literal(value["precision"])))
        made.add((about, WIKIBASE.timeCalendarModel, URIRef(value["calendarmodel"])))


def _simple(name: str, value: Any) -> URIRef | Literal:
    if isinstance(value, str):
        if name == "P18":
            return URIRef(f"http://commons.wikimedia.org/wiki/Special:FilePath/{quote(value)}")
        return URIRef(value) if value.startswith("http") else Literal(value)
    if "time" in value:
        sign, rest = value["time"][0], value["time"][1:]
        year, _, day = rest.partition("-")
        number = int(year) if sign == "+" else 1 - int(year)  # 1 BC is the year 0
        day = day.replace("-00", "-01").replace("00-", "01-", 1)
        written = f"{'-' if number < 0 else ''}{abs(number):04}-{day}"
        return Literal(written, datatype=XSD.dateTime, normalize=False)
    if "latitude" in value:
        return Literal(f"Point({value['longitude']} {value['latitude']})")
    return WD[value.get("id") or f"Q{value['numeric-id']}"]
