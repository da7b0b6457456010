"""K-samsök, as its servlet answers method=search."""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from publishers.service import Asked, Reply, Service

_GML = 'xmlns:gml="http://www.opengis.net/gml"'
_HEAD = (
    'xmlns:k="http://kulturarvsdata.se/ksamsok#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:pres="http://kulturarvsdata.se/presentation#"'
)


@dataclass
class Ksamsok(Service):
    """`rows` have nr and namn, or `rdf`. It takes 50 hits a page where more than `allowed` are asked for."""

    allowed: int = 1000
    path: str = "/ksamsok/api"
    scores: int = 0
    queries: list[str] = field(default_factory=list)

    def answer(self, asked: Asked) -> Reply:
        query = asked.query
        self.queries.append(query.get("query", ""))
        if query.get("method") != "search" or "json" in asked.headers.get("Accept", ""):
            return self._xml("<error>metoden finns inte</error>", 400)
        if "=" not in query.get("query", ""):
            return self._xml("<error>Oväntat fel vid tolkning av frågan</error>", 400)
        size = int(query["hitsPerPage"])
        size = min(size if 1 <= size <= self.allowed else 50, self.most)
        start = max(1, int(query["startRecord"]))
        rows = self.rows if query.get("sort") == "itemId" else self.rows[::-1]
        page = self.window(rows, start - 1, size)
        self.scores += 1
        score = f'<rel:score xmlns:rel="info:srw/extension/2/relevancy-1.0">{self.scores}.5</rel:score>'
        records = "".join(f"<record>{_rdf(row)}{score}</record>" for row in page)
        echo = f"<method>search</method><startRecord>{start}</startRecord><hitsPerPage>{size}</hitsPerPage>"
        return self._xml(
            f"<totalHits>{len(self.rows)}</totalHits><records>{records}</records><echo>{echo}</echo>"
        )

    def error(self) -> Reply:
        return self._xml("<error>Oväntat IO-fel uppstod. Var god försök igen</error>")

    def _xml(self, content: str, status: int = 200) -> Reply:
        body = f'<?xml version="1.0" encoding="UTF-8"?><result><version>1.0</version>{content}</result>'
        return Reply(body.encode(), status, {"Content-Type": "application/xml; charset=UTF-8"})


def _rdf(row: dict[str, str]) -> str:
    if "rdf" in row:
        return row["rdf"]
    about = f"http://kulturarvsdata.se/raa/bbr/{escape(row['nr'])}"
    point = '<gml:coordinates cs="," decimal="." ts=" ">18.07,59.32</gml:coordinates>'
    return (
        f'<rdf:RDF {_HEAD}><k:Entity rdf:about="{about}"><k:itemLabel>{escape(row["namn"])}</k:itemLabel>'
        f'<k:itemNumber rdf:nodeID="n1"/><k:context rdf:nodeID="c1"/></k:Entity>'
        f'<k:ItemNumber rdf:nodeID="n1"><k:number>{escape(row["nr"])}</k:number></k:ItemNumber>'
        f'<k:Context rdf:nodeID="c1"><k:coordinates {_GML} rdf:parseType="Literal">'
        f'<gml:Point srsName="EPSG:4326">{point}</gml:Point></k:coordinates></k:Context></rdf:RDF>'
    )
