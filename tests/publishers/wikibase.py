"""A wiki of entities behind the Action API: what changed, and the entities as they are now."""

from dataclasses import dataclass, field
from typing import Any

from publishers.service import ERROR_PAGE, Asked, Reply, Service, json_reply


@dataclass
class Wikibase(Service):
    """`rows` are changes with title and timestamp, oldest first. `entities` are there by id; a text stands
    for the id that one redirects to, and what is not there was deleted. `faults` says what happens to the
    n-th question (from 1): html, cut, broken, 429, 503, maxlag, error.
    """

    entities: dict[str, Any] = field(default_factory=dict)
    most: int = 3

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        fault = self.faults.get(len(self.asked))
        if fault == "html":
            return Reply(ERROR_PAGE, headers={"Content-Type": "text/html"})
        if fault in ("429", "503"):
            return Reply(b"busy", int(fault), {"Retry-After": "3"})
        if fault == "maxlag":
            error = {"code": "maxlag", "info": "Waiting for a database server: 7.5 seconds lagged."}
            return json_reply({"error": error}, **{"Retry-After": "5"})
        if fault == "error":
            return json_reply({"error": {"code": "no-such-entity", "info": "Could not find an entity."}})
        good = self._changes(asked.query) if "rcdir" in asked.query else self._read(asked.query)
        good.cut = fault == "cut"
        if fault == "broken":
            good.body = good.body[:-20]
            good.headers.pop("Content-Length", None)
        return good

    def _changes(self, query: dict[str, str]) -> Reply:
        start = int(query.get("rccontinue", "0|0").split("|")[1])
        rows = [row for row in self.rows if query["rcstart"] <= row["timestamp"] <= query["rcend"]]
        some = [{"ns": 0, "type": "edit", **row} for row in rows[start : start + self.most]]
        onward = {"rccontinue": f"20261121|{start + self.most}", "continue": "-||"}
        more = {"continue": onward} if start + self.most < len(rows) else {}
        return json_reply({**more, "query": {"recentchanges": some}})

    def _read(self, query: dict[str, str]) -> Reply:
        found = {qid: self._entity(qid) for qid in query["ids"].split("|")}
        if "props" in query:
            parts = {"id", "type", "missing", "redirects", *query["props"].split("|")}
            found = {qid: {k: v for k, v in one.items() if k in parts} for qid, one in found.items()}
        return json_reply({"entities": found, "success": 1})

    def _entity(self, qid: str) -> Any:
        entity = self.entities.get(qid)
        if isinstance(entity, str):
            return self.entities[entity] | {"redirects": {"from": qid, "to": entity}}
        return entity or {"id": qid, "missing": ""}
