"""A Web Feature Service 2.0 with one feature type, as GeoServer, deegree or ArcGIS run one."""

from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from publishers.service import Asked, Reply, Service, json_reply

_SPACES = (
    'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1" '
    'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="http://example.org/a" '
    'xmlns:fes="http://www.opengis.net/fes/2.0"'
)


@dataclass
class WfsService(Service):
    """`rows` are properties. Without sortBy every page comes from another order, as a database likes to.

    GML has the northing first in the CRS that are `turned`, GeoJSON always the easting.
    `named` says how features are named: fixed, made up anew for every answer, or not at all. With a `side`
    they are squares, with their point as the corner in the south-west.
    """

    version: str = "2.0.0"
    layer: str = "a:Monument"
    offered: list[str] = field(default_factory=lambda: ["urn:ogc:def:crs:EPSG::3006", "EPSG:4326"])
    formats: list[str] = field(default_factory=lambda: ["text/xml; subtype=gml/3.2", "application/json"])
    limits: dict[str, str] = field(default_factory=lambda: {"ImplementsResultPaging": "TRUE"})
    named: str = "fixed"
    counts: bool = True
    shape: str | None = None
    side: float = 0.0
    turned: tuple[str, ...] = ("urn:ogc:def:crs:EPSG::3006", "urn:ogc:def:crs:EPSG::4258")
    code: str = "InvalidParameterValue"
    moment: int = 0

    def answer(self, asked: Asked) -> Reply:
        query = {key.lower(): value for key, value in asked.query.items()}
        self.moment += 1
        if query.get("service", "").upper() != "WFS":
            return self._exception("MissingParameterValue", "service is missing")
        match query.get("request"):
            case "GetCapabilities":
                return _xml(self._capabilities())
            case "DescribeFeatureType":
                return _xml(self._schema())
            case "GetFeature" if query.get("typenames") != self.layer:
                return self._exception("InvalidParameterValue", f"unknown type {query.get('typenames')}")
            case "GetFeature":
                return self._features(query)
        return self._exception("OperationNotSupported", "no such operation")

    def error(self) -> Reply:
        return self._exception(self.code, "Something <went> wrong")

    def _exception(self, code: str, words: str) -> Reply:
        report = (
            f'<ows:Exception exceptionCode="{code}"><ows:ExceptionText>{escape(words)}</ows:ExceptionText>'
        )
        return _xml(f"<ows:ExceptionReport {_SPACES}>{report}</ows:Exception></ows:ExceptionReport>")

    def _capabilities(self) -> str:
        values = "".join(f"<ows:Value>{one}</ows:Value>" for one in self.formats)
        limits = {"CountDefault": str(self.most), **self.limits}
        bounds = "".join(
            f'<ows:Constraint name="{key}"><ows:DefaultValue>{value}</ows:DefaultValue></ows:Constraint>'
            for key, value in limits.items()
        )
        default, *others = [*self.offered, ""]
        crs = f"<wfs:DefaultCRS>{default}</wfs:DefaultCRS>" + "".join(
            f"<wfs:OtherCRS>{one}</wfs:OtherCRS>" for one in others if one
        )
        return (
            f'<wfs:WFS_Capabilities version="{self.version}" {_SPACES}><ows:OperationsMetadata>'
            '<ows:Operation name="GetFeature"><ows:Parameter name="outputFormat"><ows:AllowedValues>'
            f"{values}</ows:AllowedValues></ows:Parameter></ows:Operation>{bounds}</ows:OperationsMetadata>"
            f"<wfs:FeatureTypeList><wfs:FeatureType><wfs:Name>{self.layer}</wfs:Name>{crs}</wfs:FeatureType>"
            "<wfs:FeatureType><wfs:Name>a:Wreck</wfs:Name></wfs:FeatureType></wfs:FeatureTypeList>"
            "</wfs:WFS_Capabilities>"
        )

    def _schema(self) -> str:
        elements = "".join(
            f'<xsd:element name="{name}" type="xsd:string"/>' for name in (self.rows or [{}])[0]
        )
        return f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">{elements}</xsd:schema>'

    def _features(self, query: dict[str, str]) -> Reply:
        if query.get("srsname", self.offered[0]) not in self.offered:
            return self._exception("InvalidParameterValue", f"srsName {query['srsname']} is not supported")
        known = [{**row, "_place": n} for n, row in enumerate(self.rows)]
        matched = f'numberMatched="{len(known) if self.counts else "unknown"}"'
        if query.get("resulttype") == "hits":
            return _xml(f'<wfs:FeatureCollection {_SPACES} {matched} numberReturned="0" {self._stamp()}/>')
        if self.rows and query.get("sortby") in self.rows[0]:
            known.sort(key=lambda row: str(row[query["sortby"]]))
        elif "startindex" in query:
            known = known[::-1]
        paged = self.limits.get("ImplementsResultPaging") == "TRUE"
        start, count = int(query.get("startindex", 0)) if paged else 0, int(query.get("count", self.most))
        page = self.window(known, start, count)
        crs = query.get("srsname", self.offered[0])
        if "json" in query.get("outputformat", ""):
            return self._geojson(page, crs, len(known))
        members = "".join(f"<wfs:member>{self._gml(row, crs)}</wfs:member>" for row in page)
        head = f'{_SPACES} {matched} numberReturned="{len(page)}" {self._stamp()}'
        return _xml(f"<wfs:FeatureCollection {head}>{members}</wfs:FeatureCollection>")

    def _geojson(self, page: list[dict[str, Any]], crs: str, matched: int) -> Reply:
        features = [
            {
                "type": "Feature",
                "properties": _properties(row),
                "geometry": {"type": "Polygon", "coordinates": [corners]}
                if self.side
                else {"type": "Point", "coordinates": corners[0]},
            }
            | ({"id": name} if name else {})
            for row in page
            for corners, name in [(self._corners(row), self._name(row))]
        ]
        return json_reply(
            {
                "type": "FeatureCollection",
                "features": features,
                "totalFeatures": matched if self.counts else "unknown",
                "numberReturned": len(page),
                "timeStamp": self.moment,
                "crs": {"type": "name", "properties": {"name": crs}},
            }
        )

    def _gml(self, row: dict[str, Any], crs: str) -> str:
        places = self._corners(row)
        if crs in self.turned:
            places = [(y, x) for x, y in places]
        listed = " ".join(f"{one} {other}" for one, other in places)
        ring = f"<gml:LinearRing><gml:posList>{listed}</gml:posList></gml:LinearRing>"
        area = f'<gml:Polygon srsName="{crs}"><gml:exterior>{ring}</gml:exterior></gml:Polygon>'
        point = f'<gml:Point srsName="{crs}"><gml:pos>{listed}</gml:pos></gml:Point>'
        shape = self.shape or (area if self.side else point)
        name = self._name(row)
        texts = "".join(f"<a:{key}>{escape(str(text))}</a:{key}>" for key, text in _properties(row).items())
        local = self.layer.rsplit(":", 1)[-1]
        head = f"a:{local} gml:id={quoteattr(name)}" if name else f"a:{local}"
        return f"<{head}>{texts}<a:geom>{shape}</a:geom></a:{local}>"

    def _corners(self, row: dict[str, Any]) -> list[tuple[float, float]]:
        """The point, or all corners of the square, closed."""
        x, y, side = 500000.5 + row["_place"], 6600000.25, self.side
        square = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
        return square if side else square[:1]

    def _name(self, row: dict[str, Any]) -> str | None:
        made_up = f"Monument.fid-{self.moment}-{row['_place']}"
        return {"fixed": f"Monument.{row['_place']}", "made up": made_up, "no": None}[self.named]

    def _stamp(self) -> str:
        return f'timeStamp="2026-11-21T12:00:{self.moment:02}Z"'


def _properties(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "_place"}


def _xml(body: str) -> Reply:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'
    return Reply(text.encode(), headers={"Content-Type": "text/xml;charset=UTF-8"})
