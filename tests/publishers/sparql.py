"""A SPARQL endpoint over a graph of monuments, which answers any query."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from rdflib import Graph, Literal, Namespace, URIRef

from publishers.service import Asked, Reply, Service

PREFIX = "PREFIX m: <http://example.org/m#>\n"
_M = Namespace("http://example.org/m#")


@dataclass
class SparqlEndpoint(Service):
    """`rows` have nr, namn and perhaps place (WKT) and url (an IRI); several may have one nr.

    It cuts answers at `most` rows without a word, as Virtuoso does. `folds_case` orders without regard to
    case, though it compares with regard to it. `slow` is what it says when it has run out of time.
    """

    path: str = "/sparql"
    folds_case: bool = False
    unbound: int = 0
    slow: Reply | None = None
    _graphs: dict[tuple[int, int], Graph] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Reply:
        query = asked.query.get("query", "")
        found = json.loads(str(self._graph().query(query).serialize(format="json").decode()))
        rows = found["results"]["bindings"]
        if "SELECT * WHERE { {" in query:
            if self.folds_case:
                rows.sort(key=lambda row: row["nr"]["value"].lower())
                limit = re.findall(r"LIMIT (\d+)\s*$", query)
                rows = rows[: int(limit[0])] if limit else rows
            rows = self.window(rows, 0, len(rows))
        found["results"]["bindings"] = rows
        body = json.dumps(found, ensure_ascii=False).encode()
        return Reply(body, headers={"Content-Type": "application/sparql-results+json"})

    def error(self) -> Reply:
        said = b"<html><title>Virtuoso</title>Error SR171: Transaction timed out</html>"
        return self.slow or Reply(said, headers={"Content-Type": "text/html"})

    def extra(self) -> dict[str, Any]:
        return {"nr": "zzz", "namn": "New"}

    def _graph(self) -> Graph:
        if (len(self.rows), self.unbound) not in self._graphs:
            self._graphs[len(self.rows), self.unbound] = self._made()
        return self._graphs[len(self.rows), self.unbound]

    def _made(self) -> Graph:
        graph = Graph()
        for number, row in enumerate(self.rows):
            subject = URIRef(f"http://example.org/{number}")
            graph.add((subject, _M.nr, Literal(row["nr"])))
            graph.add((subject, _M.namn, Literal(row["namn"], lang=row.get("lang", "sv"))))
            if "place" in row:
                wkt = URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")
                graph.add((subject, _M.place, Literal(row["place"], datatype=wkt)))
            if "year" in row:
                graph.add((subject, _M.year, Literal(row["year"])))
        for number in range(self.unbound):
            graph.add((URIRef(f"http://example.org/u{number}"), _M.namn, Literal("Nameless", lang="sv")))
        return graph
