"""The HTTP face: routes, cookies, and the faults that happen on the wire."""

import asyncio
import json
from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from wikibase_sandbox import api, control, oauth, pages
from wikibase_sandbox.faults import Fault
from wikibase_sandbox.params import Params
from wikibase_sandbox.reading import shown_entity
from wikibase_sandbox.session import COOKIE
from wikibase_sandbox.siteinfo import canonical_title
from wikibase_sandbox.store import Page
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Wiki

Cut = Callable[[tuple[str, int]], None]
"""Cuts the connection to a client address without a word."""

_HTML = "<!DOCTYPE html><html><title>Wikimedia Error</title><p>Error: {}</p></html>"
_LARGEST_FILE = 64 << 20
_JSON_TYPE = "application/json; charset=utf-8"


async def _params(request: Request) -> Params:
    url = dict(request.query_params)
    form: dict[str, str] = {}
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_part_size=_LARGEST_FILE) as parts:
            form = {name: part for name, part in parts.items() if isinstance(part, str)}
            files = {name: await part.read() for name, part in parts.items() if isinstance(part, UploadFile)}
        return Params({**url, **form}, frozenset(url) - frozenset(form), files)
    if request.method == "POST":
        body = (await request.body()).decode("utf-8", "replace")
        form = dict(parse_qsl(body, keep_blank_values=True))
    return Params({**url, **form}, frozenset(url) - frozenset(form))


def _json(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _wire_answer(fault: Fault) -> Response | None:
    """The answer of a failing server in front of the wiki; None if the fault cuts or delays."""
    match fault.kind:
        case "http-500" | "http-500-saved":
            return HTMLResponse(_HTML.format("500"), 500)
        case "http-503":
            return HTMLResponse(_HTML.format("503"), 503)
        case "http-429":
            return HTMLResponse(_HTML.format("429"), 429, {"Retry-After": "7"})
        case "nonjson" | "nonjson-saved":
            return HTMLResponse(_HTML.format("no answer in the format wanted"))
        case "http-504-saved":
            page = "<html><title>504 Gateway Time-out</title></html>"
            return Response(page, 504, media_type="text/html;charset=UTF-8")
        case _:
            return None


_NOTHING_DONE = frozenset({"lost-request", "http-500", "http-503", "http-429", "nonjson"})


async def _hang(request: Request) -> None:
    """Wait until the client gives up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


class _Endpoints:
    """The endpoints for clients and for people."""

    def __init__(self, wiki: Wiki, cut: Cut) -> None:
        self._wiki = wiki
        self._cut = cut

    async def api_php(self, request: Request) -> Response:
        """Answer the API, or fail in front of it if a fault says so."""
        params = await _params(request)
        asked = api.Request(
            method=request.method,
            params=params,
            session_id=request.cookies.get(COOKIE),
            server=f"http://{request.headers['host']}",
            authorization=request.headers.get("authorization", ""),
        )
        slow = self._wiki.faults.take("arrival", params.given)
        if slow is not None:
            await asyncio.sleep(slow.seconds)
        fault = self._wiki.faults.take("wire", params.given)
        if fault is not None and fault.kind == "session-loss":
            for session_id in (asked.session_id or "", oauth.session_id(asked.authorization)):
                await run_in_threadpool(self._wiki.sessions.end, session_id)
            fault = None
        if fault is None:
            return _answered(await run_in_threadpool(api.answer, self._wiki, asked))
        return await self._failed(request, asked, fault)

    async def _failed(self, request: Request, asked: api.Request, fault: Fault) -> Response:
        if fault.kind not in _NOTHING_DONE:
            answer = await run_in_threadpool(api.answer, self._wiki, asked)
            if fault.kind == "cut-short":
                whole = _json(answer.body)
                return Response(whole[: len(whole) // 2], 200, media_type=_JSON_TYPE)
        failed = _wire_answer(fault)
        if failed is not None:
            return failed
        if fault.kind == "timeout":
            await _hang(request)
        elif request.client is not None:
            self._cut((request.client.host, request.client.port))
        return Response(status_code=504)

    def start_page(self, _request: Request) -> Response:
        """Show what changed last."""
        return _html(pages.index_page(self._wiki))

    def wiki_page(self, request: Request) -> Response:
        """Show one item, property or text."""
        page = self._page(request.path_params["title"])
        if page is None:
            return _html("<!doctype html><title>Not found</title><p>No such page.</p>", 404)
        if page.redirect_to is not None:
            return RedirectResponse(f"/wiki/{page.redirect_to}")
        return _html(pages.wiki_page(self._wiki, page))

    def entity_data(self, request: Request) -> Response:
        """Return the JSON of one entity (`special-entitydata-json`)."""
        page = self._page(request.path_params["name"].removesuffix(".json"))
        if page is None or page.entity_id is None:
            return Response(_json({"error": "not found"}), 404, media_type=_JSON_TYPE)
        props = {"info", "labels", "descriptions", "aliases", "claims", "sitelinks/urls", "datatype"}
        shown = shown_entity(self._wiki, page, self._wiki.store.latest(page), props, set())
        return Response(_json({"entities": {page.entity_id: shown}}), 200, media_type=_JSON_TYPE)

    def _page(self, given: str) -> Page | None:
        store = self._wiki.store
        return store.titled_page(canonical_title(given)[1]) or store.entity_page(given)


def build(wiki: Wiki, cut: Cut) -> Starlette:
    """Return the application for a wiki; `cut` is how the server drops a connection."""
    endpoints = _Endpoints(wiki, cut)
    return Starlette(
        routes=[
            Route("/w/api.php", endpoints.api_php, methods=["GET", "POST"]),
            Route("/", endpoints.start_page),
            Route("/wiki/Special:EntityData/{name}", endpoints.entity_data),
            Route("/entity/{title}", endpoints.wiki_page),
            Route("/wiki/{title:path}", endpoints.wiki_page),
            *control.routes(wiki),
        ],
        # A web page elsewhere must not reach the sandbox under a name of its own.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )


def _answered(answer: api.Answer) -> Response:
    response = Response(_json(answer.body), 200, dict(answer.headers), _JSON_TYPE)
    response.headers["Cache-Control"] = "private, must-revalidate, max-age=0"
    if answer.session_id is not None:
        response.set_cookie(COOKIE, answer.session_id, httponly=True, samesite="strict")
    return response


def _html(text: str, status: int = 200) -> Response:
    headers = {
        "Content-Security-Policy": pages.CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return HTMLResponse(text, status, headers)
