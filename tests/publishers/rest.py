"""A service of JSON pages of its own kind, in any of the four styles."""

from dataclasses import dataclass
from typing import Any

from publishers.service import Asked, Reply, Service, json_reply


@dataclass
class RestService(Service):
    """Rows lie at data.items, the count at meta.total (where `counts`), the cursor or link at meta.next."""

    style: str = "page"
    counts: bool = True
    first: int = 1
    next: Any = None

    def answer(self, asked: Asked) -> Reply:
        if asked.path != "/api/places":
            return json_reply({"detail": "Not found"}, 404)
        size = min(int(asked.query.get("size", 10)), self.most)
        place = int(asked.query.get("at", "c0").removeprefix("c")) if "at" in asked.query else None
        start = {
            "page": ((place if place is not None else self.first) - self.first) * size,
            "offset": (place or self.first) - self.first,
        }.get(self.style, place or 0)
        page = self.window(self.rows, start, size)
        meta: dict[str, Any] = {"total": len(self.rows)} if self.counts else {}
        after = start + len(page)
        if self.next is not None:
            meta["next"] = self.next
        elif after < len(self.rows):
            meta["next"] = {"link": f"?at=c{after}&size={size}"}.get(self.style, f"c{after}")
        return json_reply({"meta": meta, "data": {"items": page}})

    def error(self) -> Reply:
        return json_reply({"status": "error", "message": "database is locked"})
