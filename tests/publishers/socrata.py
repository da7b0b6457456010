"""A dataset of a Socrata portal (SODA 2.1)."""

from dataclasses import dataclass

from publishers.service import Asked, Reply, Service, json_reply


@dataclass
class SocrataService(Service):
    """Without $order, rows come in any order. It hands out 1000 rows unless $limit says otherwise."""

    most: int = 50_000
    resource: str = "/resource/ab12-cd34"
    locked: bool = False

    def answer(self, asked: Asked) -> Reply:
        if asked.path != f"{self.resource}.json":
            return json_reply({"error": True, "message": "Not found"}, 404)
        if self.locked:
            return json_reply(
                {"error": True, "message": "You must be logged in to access this resource"}, 403
            )
        if asked.query.get("$select") == "count(*)":
            return json_reply([{"count": str(len(self.rows))}])
        ordered = asked.query.get("$order") == ":id"
        rows = self.rows if ordered else self.rows[::-1]
        page = self.window(rows, int(asked.query.get("$offset", 0)), int(asked.query.get("$limit", 1000)))
        return json_reply(page)

    def error(self) -> Reply:
        return json_reply(
            {"code": "query.execution.queryTooComplex", "error": True, "message": "Too complex"}
        )
