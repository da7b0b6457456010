"""A CKAN portal with one package: a file, and the same rows in its datastore."""

from dataclasses import dataclass, field
from typing import Any

from publishers.service import Asked, Reply, Service, json_reply


@dataclass
class CkanService(Service):
    """The datastore hands out `most` rows at once, and without `sort` in any order; `licence` is what the
    portal says of the package's."""

    most: int = 32_000
    file: bytes = b"nr,namn\n1,a\n"
    resources: list[dict[str, Any]] = field(default_factory=list)
    estimated: bool = False
    licence: str = ""

    def answer(self, asked: Asked) -> Reply:
        action = asked.path.removeprefix("/api/3/action/")
        if asked.path == "/download/monuments-2026.csv":
            if asked.headers.get("If-None-Match") == '"7"':
                return Reply(b"", 304)
            return Reply(self.file, headers={"ETag": '"7"', "Content-Type": "text/csv"})
        if action == "package_show" and asked.query.get("id") == "monuments":
            resources = self.resources or self.usual()
            return _success({"name": "monuments", "license_id": self.licence, "resources": resources})
        if action == "datastore_search" and asked.query.get("resource_id") == "aa-1":
            return self._search(asked.query)
        missing = {"__type": "Not Found Error", "message": "Not found"}
        return json_reply({"success": False, "error": missing}, 404)

    def usual(self) -> list[dict[str, Any]]:
        """The resources of the package: a table and its file, with a relative address."""
        table = {"id": "aa-1", "name": "Monuments 2026", "url": "/download/monuments-2026.csv"}
        return [
            {**table, "datastore_active": True},
            {"id": "bb-2", "name": "Read me", "url": f"{self.url}/x"},
        ]

    def error(self) -> Reply:
        return json_reply({"success": False, "error": {"__type": "Validation Error", "message": "no table"}})

    def _search(self, query: dict[str, str]) -> Reply:
        known = [{"_id": n, **row} for n, row in enumerate(self.rows, start=1)]
        if query.get("sort") != "_id":
            known = known[::-1]
        limit = int(query.get("limit", 100))
        page = self.window(known, int(query.get("offset", 0)), limit) if limit else []
        return _success(
            {
                "resource_id": "aa-1",
                "fields": [
                    {"id": "_id", "type": "int"},
                    *({"id": key, "type": "text"} for row in self.rows[:1] for key in row),
                ],
                "records": page,
                "limit": min(limit, self.most),
                "total": len(known),
                "total_was_estimated": self.estimated,
            }
        )


def _success(result: dict[str, Any]) -> Reply:
    return json_reply({"help": "http://…/help_show", "success": True, "result": result})
