"""A layer of an ArcGIS feature service, as the ArcGIS REST API describes it."""

import re
from dataclasses import dataclass, field
from typing import Any

from publishers.service import Asked, Reply, Service, json_reply


@dataclass
class ArcGisService(Service):
    """`rows` are attributes without the object id, which the service gives itself: 2, 4, 6, …

    `flag` is what it says of exceededTransferLimit: rightly, always, or never. A layer that does not page
    (`paging` False) ignores resultOffset, as old servers do.
    """

    wkid: int = 27700
    latest: int | None = None
    kind: str = "esriGeometryPoint"
    shapes: list[Any] = field(default_factory=list)
    paging: bool = True
    flag: str = "right"
    error_code: int = 400
    layer: str = "/arcgis/rest/services/Register/FeatureServer/0"
    facts: dict[str, Any] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Reply:
        if asked.query.get("f") != "json":
            return Reply(
                b"<html>ArcGIS REST Services Directory</html>", headers={"Content-Type": "text/html"}
            )
        if asked.path == self.layer:
            return json_reply(self._metadata(), kind="text/plain;charset=utf-8")
        if asked.path != f"{self.layer}/query":
            return self._error(400, "Invalid URL")
        return json_reply(self._query(asked.query), kind="text/plain;charset=utf-8")

    def error(self) -> Reply:
        return self._error(self.error_code, "Unable to complete operation.")

    def _error(self, code: int, message: str) -> Reply:
        said = {"code": code, "message": message, "details": ["Unable to perform query operation."]}
        return json_reply({"error": said})

    def _metadata(self) -> dict[str, Any]:
        fields = [{"name": "OBJECTID", "type": "esriFieldTypeOID"}]
        fields += [
            {"name": name, "type": "esriFieldTypeString"} for name in (self.rows[0] if self.rows else {})
        ]
        return {
            "currentVersion": 11.3,
            "type": "Feature Layer",
            "geometryType": self.kind,
            "objectIdField": "OBJECTID",
            "fields": fields,
            "maxRecordCount": self.most,
            "capabilities": "Query",
            "advancedQueryCapabilities": {"supportsPagination": self.paging, "supportsOrderBy": True},
            "extent": {"spatialReference": self._reference()},
            **self.facts,
        }

    def _reference(self) -> dict[str, int]:
        return {"wkid": self.wkid} | ({"latestWkid": self.latest} if self.latest else {})

    def _query(self, query: dict[str, str]) -> dict[str, Any]:
        found = self._where(query)
        if query.get("returnCountOnly") == "true":
            return {"count": len(found)}
        if query.get("returnIdsOnly") == "true":
            return {"objectIdFieldName": "OBJECTID", "objectIds": [one["OBJECTID"] for one in found] or None}
        if "ASC" not in query.get("orderByFields", "") and "objectIds" not in query:
            found = found[::-1]  # without an order, any order
        start = int(query.get("resultOffset", 0)) if self.paging else 0
        page = self.window(found, start, int(query.get("resultRecordCount", self.most)))
        more = {"right": start + len(page) < len(found), "always": True, "never": False}[self.flag]
        return {
            "objectIdFieldName": "OBJECTID",
            "geometryType": self.kind,
            "spatialReference": self._reference(),
            "features": [self._feature(one) for one in page],
        } | ({"exceededTransferLimit": True} if more else {})

    def _where(self, query: dict[str, str]) -> list[dict[str, Any]]:
        numbered = [{"OBJECTID": 2 * n, **row} for n, row in enumerate(self.rows, start=1)]
        if "objectIds" in query:
            ids = {int(one) for one in query["objectIds"].split(",")}
            return [row for row in numbered if row["OBJECTID"] in ids]
        equals = re.fullmatch(r"(\w+) = '([^']*)'", query.get("where", ""))
        return [row for row in numbered if row.get(equals[1]) == equals[2]] if equals else numbered

    def _feature(self, row: dict[str, Any]) -> dict[str, Any]:
        number = row["OBJECTID"] // 2 - 1
        point = {"x": 400000.5 + number, "y": 300000.25 + number}
        return {"attributes": row, "geometry": self.shapes[number] if self.shapes else point}
