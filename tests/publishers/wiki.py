"""A wiki behind the MediaWiki Action API: pages with their wikitext, and a template with redirects to it."""

from dataclasses import dataclass, field
from typing import Any

from publishers.service import Asked, Reply, Service, json_reply


@dataclass
class Wiki(Service):
    """`rows` are pages: title, ns, text. `most` is how many texts, and how many ids, one answer has room for.

    Pages whose number (from 1) is in `deleted` are gone when their text is asked for. `lags` answers that
    many questions with maxlag.
    """

    template: str = "Tabelrij rijksmonument"
    aliases: list[str] = field(default_factory=list)
    redirects_to: str | None = None
    deleted: set[int] = field(default_factory=set)
    lags: int = 0
    content: tuple[int, ...] = (0, 104)
    path: str = ""

    def answer(self, asked: Asked) -> Reply:
        query = asked.query
        if asked.path != "/w/api.php" or query.get("action") != "query" or query.get("formatversion") != "2":
            return Reply(b"<html>not here</html>", 404)
        if self.lags and query.get("maxlag") == "5":
            self.lags -= 1
            return self._error("maxlag", "Waiting for db1: 7.5 seconds lagged.", {"Retry-After": "5"})
        if query.get("meta") == "siteinfo":
            spaces = (0, 1, 4, 10, 104)
            return self._ok({"namespaces": {str(n): {"id": n, "content": n in self.content} for n in spaces}})
        if "titles" in query:
            return self._title(query["titles"])
        if query.get("list") == "embeddedin":
            return self._embedding(query)
        return self._texts(query)

    def error(self) -> Reply:
        return self._error("badtitle", "Bad title.")

    def _error(self, code: str, info: str, headers: dict[str, str] | None = None) -> Reply:
        return json_reply({"error": {"code": code, "info": info}}, **(headers or {}))

    def _ok(self, query: dict[str, Any], **more: Any) -> Reply:
        return json_reply({"batchcomplete": True, **more, "query": query})

    def _title(self, title: str) -> Reply:
        if title != f"Template:{self.template}":
            return self._ok({"pages": [{"ns": 10, "title": title, "missing": True}]})
        if self.redirects_to:
            to = f"Template:{self.redirects_to}"
            return self._ok({"redirects": [{"from": title, "to": to}], "pages": [{"ns": 10, "title": to}]})
        return self._ok({"pages": [{"pageid": 1, "ns": 10, "title": title}]})

    def _embedding(self, query: dict[str, str]) -> Reply:
        spaces = set(map(int, query["einamespace"].split("|")))
        start = int(query.get("eicontinue", "0|0").split("|")[1])
        ids = [n for n, page in enumerate(self.rows, start=1) if page.get("ns", 0) in spaces]
        some = ids[start : start + self.most]
        onward = {"eicontinue": f"0|{start + self.most}", "continue": "-||"}
        more = {"continue": onward} if start + self.most < len(ids) else {}
        return self._ok({"embeddedin": [self._named(n) for n in some]}, **more)

    def _named(self, number: int) -> dict[str, Any]:
        page = self.rows[number - 1]
        return {"pageid": number, "ns": page.get("ns", 0), "title": page["title"]}

    def _texts(self, query: dict[str, str]) -> Reply:
        asked = [int(one) for one in query["pageids"].split("|")]
        room = {page["pageid"] for page in self.window([{"pageid": n} for n in asked], 0, self.most)}
        pages: list[dict[str, Any]] = []
        for number in asked:
            if number in self.deleted:
                pages.append({"pageid": number, "missing": True})
            elif number in room:
                pages.append(self._named(number) | {"revisions": [self._revision(number)]})
            else:
                pages.append(self._named(number))
        backlinks = [
            {"pageid": 900 + n, "ns": 10, "title": f"Sjabloon:{a}"} for n, a in enumerate(self.aliases)
        ]
        return self._ok({"pages": pages, "backlinks": backlinks})

    def _revision(self, number: int) -> dict[str, Any]:
        slot = {"contentmodel": "wikitext", "contentformat": "text/x-wiki"}
        return {
            "revid": 5000 + number,
            "slots": {"main": slot | {"content": self.rows[number - 1]["text"]}},
        }
