"""A collection of an OGC API Features service."""

from dataclasses import dataclass, field
from typing import Any

from pyproj import CRS

from publishers.service import Asked, Reply, Service, json_reply

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@dataclass
class OgcApiService(Service):
    """`rows` are properties. The place of a page is known to the service alone: its links hold a token.

    Coordinates have the order of the CRS that is asked for. It refuses parameters it does not know. With a
    `side` the features are oblongs, twice as high as wide, with their point as the corner in the south-west.
    """

    collection: str = "/ogc/v1/collections/monumenten"
    offered: list[str] = field(default_factory=lambda: [CRS84])
    everywhere: list[str] = field(default_factory=list)
    counts: bool = True
    ids: bool = True
    relative: bool = False
    confirms: bool = True
    next: Any = None
    moment: int = 0
    side: float = 0.0

    def answer(self, asked: Asked) -> Reply:
        self.moment += 1
        if "json" not in asked.headers.get("Accept", ""):
            return Reply(b"<!doctype html><p>Landing page", headers={"Content-Type": "text/html"})
        if asked.path == self.collection:
            return json_reply({"id": "monumenten", "crs": self.offered, "links": []})
        if asked.path == self.collection.rsplit("/", 1)[0]:
            return json_reply({"collections": [], "crs": self.everywhere})
        if asked.path == f"{self.collection}/items" and set(asked.query) <= {"limit", "crs", "token"}:
            return self._items(asked.query)
        return json_reply({"code": "InvalidParameterValue", "description": "unknown parameter"}, 400)

    def error(self) -> Reply:
        return json_reply({"code": "ServerError", "description": "the database is gone"})

    def _items(self, query: dict[str, str]) -> Reply:
        crs = query.get("crs", CRS84)
        if crs not in (CRS84, *self.offered, *self.everywhere):
            return json_reply({"code": "InvalidParameterValue", "description": "crs"}, 400)
        start, limit = int(query.get("token", "t0")[1:]), int(query.get("limit", 10))
        known = [{**row, "_place": n} for n, row in enumerate(self.rows)]
        page = self.window(known, start, limit)
        content = {
            "type": "FeatureCollection",
            "features": [self._feature(row, crs) for row in page],
            "numberReturned": len(page),
            "timeStamp": f"2026-11-21T12:00:{self.moment:02}Z",
            "links": self._links(query, start + len(page), len(known)),
        } | ({"numberMatched": len(known)} if self.counts else {})
        confirmed = {"Content-Crs": f"<{crs}>"} if self.confirms else {}
        return json_reply(content, kind="application/geo+json", **confirmed)

    def _links(self, query: dict[str, str], start: int, matched: int) -> list[dict[str, str]]:
        links = [
            {"rel": "self", "type": "application/geo+json", "href": f"{self.url}{self.collection}/items"}
        ]
        if self.next is not None:
            return [*links, {"rel": "next", "href": self.next}]
        if start < matched:
            kept = "".join(f"&{key}={query[key]}" for key in ("limit", "crs") if key in query)
            base = "items" if self.relative else f"{self.url}{self.collection}/items"
            links += [
                {"rel": "next", "type": "text/html", "href": f"{base}?f=html&token=t{start}{kept}"},
                {"rel": "next", "type": "application/geo+json", "href": f"{base}?token=t{start}{kept}"},
            ]
        return links

    def _feature(self, row: dict[str, Any], crs: str) -> dict[str, Any]:
        x, y = (5.5 + row["_place"] / 100, 52.25) if crs == CRS84 else (155000.5 + row["_place"], 463000.25)
        right, top = x + self.side, y + 2 * self.side
        corners = [[x, y], [right, y], [right, top], [x, top], [x, y]]
        if crs != CRS84 and CRS.from_user_input(crs).axis_info[0].direction == "north":
            corners = [corner[::-1] for corner in corners]
        properties = {key: value for key, value in row.items() if key != "_place"}
        feature = {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "Polygon", "coordinates": [corners]}
            if self.side
            else {"type": "Point", "coordinates": corners[0]},
        }
        return feature | ({"id": row["_place"] + 1} if self.ids else {})
