"""What the tests of the sandbox share: a client in this process, accounts, a small world of items."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from wikibase_sandbox.app import build
from wikibase_sandbox.seed import seed
from wikibase_sandbox.server import open_wiki
from wikibase_sandbox.session import Account
from wikibase_sandbox.wiki import Wiki

Json = dict[str, Any]

ACCOUNTS = [
    Account("WbAdmin", "secret", frozenset({"sysop"})),
    Account("WbBot", "secret", frozenset({"bot"})),
    Account("WbUser", "secret"),
    Account("WbNewbie", "secret"),
]

DATATYPES = {
    "P18": "commonsMedia",
    "P31": "wikibase-item",
    "P214": "external-id",
    "P217": "string",
    "P248": "wikibase-item",
    "P571": "time",
    "P580": "time",
    "P625": "globe-coordinate",
    "P813": "time",
    "P854": "url",
    "P856": "url",
    "P1448": "monolingualtext",
    "P2044": "quantity",
}

NAMES = {"P31": "instance of"}

WORLD: list[Json] = [
    *(
        {"id": key, "datatype": value, "labels": {"en": NAMES.get(key, f"property {key}")}}
        for key, value in DATATYPES.items()
    ),
    {"id": "Q2", "labels": {"en": "Earth"}},
    {"id": "Q5", "labels": {"en": "human"}},
]


class Client:
    """Requests to the API of a wiki in this process; keeps its session cookie."""

    def __init__(self, wiki: Wiki) -> None:
        self._transport = httpx.ASGITransport(build(wiki, lambda address: None))
        self._cookies = httpx.Cookies()
        self.token = "+\\"
        self.headers: dict[str, str] = {}

    def send(
        self, method: str = "POST", files: dict[str, bytes] | None = None, /, **params: Any
    ) -> httpx.Response:
        """Send parameters as they are, in the body of a POST or in the address of a GET; with files as a
        form that holds them."""
        given = {key: str(value) for key, value in params.items()}
        if files:
            return self.request(method, "/w/api.php", data=given, files=files)
        return self.request(method, "/w/api.php", **{"params" if method == "GET" else "data": given})

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """Send one request to the application, without a network in between."""

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport,
                base_url="http://127.0.0.1",
                cookies=self._cookies,
                headers=self.headers,
            ) as client:
                response = await client.request(method, path, **arguments)
                self._cookies = client.cookies
                return response

        return asyncio.run(send())

    def call(self, files: dict[str, bytes] | None = None, /, **params: Any) -> Json:
        """Return the answer of the API in format version 2."""
        answer: Json = self.send("POST", files, **{"format": "json", "formatversion": 2} | params).json()
        return answer

    def log_in(self, name: str) -> "Client":
        token = self.call(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
        answer = self.call(action="login", lgname=f"{name}@tests", lgpassword="secret", lgtoken=token)
        assert answer["login"]["result"] == "Success", answer
        self.token = self.call(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
        return self

    def edit(self, data: Json, **params: Any) -> Json:
        """Send wbeditentity with the token of this session."""
        return self.call(action="wbeditentity", data=json.dumps(data), token=self.token, **params)


@contextmanager
def wiki_in(folder: Path, **given: Any) -> Iterator[Wiki]:
    """Open a wiki with the small world (and more, if given) in it."""
    wiki = open_wiki(folder / "wiki.sqlite", ACCOUNTS)
    seed(wiki.store, {"entities": WORLD})
    seed(wiki.store, given)
    yield wiki
    wiki.store.close()


def label(text: str, language: str = "en") -> Json:
    """Return data that sets one label."""
    return {"labels": {language: {"language": language, "value": text}}}


def statement(property_id: str, value: Any, kind: str = "string", **more: Any) -> Json:
    """Return a statement with one value."""
    datavalue = {"type": kind, "value": value}
    snak = {"snaktype": "value", "property": property_id, "datavalue": datavalue}
    return {"type": "statement", "rank": "normal", "mainsnak": snak} | more
