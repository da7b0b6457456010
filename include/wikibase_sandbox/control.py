"""The control interface of tests under `/sandbox/`: JSON in, JSON out, same loopback server.

POST   /sandbox/seed     {"entities": [...], "pages": {...}, ...}   see `seed.seed`
POST   /sandbox/faults   {"kind": "lost-response", "times": 1, "after": 0,
                          "match": {"action": "wbeditentity", "new": "item"}}
GET    /sandbox/faults   the waiting faults and the known kinds
DELETE /sandbox/faults   forget all faults
GET    /sandbox/requests the requests to the API until now, all and by action, and how many would write
GET    /sandbox/edits?since=REVID   every accepted edit after that revision, oldest first
GET    /sandbox/entities/Q1         the newest JSON of one entity, as wbgetentities shows it
"""

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wikibase_sandbox.faults import KINDS, Fault
from wikibase_sandbox.reading import shown_entity
from wikibase_sandbox.seed import seed
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Wiki


def accepted_edits(wiki: Wiki, since: int) -> list[Json]:
    """Return the history of the wiki after a revision, without what was seeded."""
    rows = wiki.store.db.execute(
        "SELECT r.rev_id, r.parent_id, r.user, r.timestamp, r.comment, r.bot, r.tags, r.size,"
        " p.title, p.entity_id FROM revisions r JOIN pages p ON p.page_id = r.page_id"
        " WHERE r.rev_id > ? AND r.seeded = 0 ORDER BY r.rev_id",
        (since,),
    )
    return [dict(row) | {"tags": json.loads(row["tags"]), "bot": bool(row["bot"])} for row in rows]


def parse_fault(given: Json, newest_rev: int) -> Fault:
    """Return the fault described, or raise ValueError naming the key that is wrong."""
    if unknown := set(given) - {"kind", "times", "after", "match", "seconds"}:
        raise ValueError(f"unknown keys {sorted(unknown)}; known: kind, times, after, match, seconds")
    times, after = given.get("times", 1), given.get("after", 0)
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ValueError("times must be a positive number, or null for every request")
    if not isinstance(after, int) or after < 0:
        raise ValueError("after must be the number of matching requests to let pass")
    match = {str(key): str(value) for key, value in given.get("match", {}).items()}
    seconds = given.get("seconds", 0.0)
    if not isinstance(seconds, (int, float)) or not 0 <= seconds <= 60:
        raise ValueError("seconds must be a number up to 60")
    return Fault(str(given.get("kind")), times, after, match, newest_rev, float(seconds))


def _newest(wiki: Wiki) -> int:
    row = wiki.store.db.execute("SELECT coalesce(max(rev_id), 0) AS n FROM revisions").fetchone()
    return int(row["n"])


async def _json_body(request: Request) -> Json:
    """Return the JSON object of a request, or raise ValueError saying what is wrong with it."""
    # A web page can send forms and plain text to any address without being asked; this it cannot.
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ValueError("the content type must be application/json")
    given = await request.json()
    if not isinstance(given, dict):
        raise ValueError("the body must be a JSON object")
    return given


class _Control:
    """The endpoints; what a test asks wrongly is answered with 400 and the reason."""

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki

    async def seed(self, request: Request) -> Response:
        """Load entities and settings."""
        try:
            created = await run_in_threadpool(seed, self._wiki.store, await _json_body(request))
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"created": created})

    async def add_fault(self, request: Request) -> Response:
        """Let a fault wait."""
        newest = await run_in_threadpool(_newest, self._wiki)
        try:
            self._wiki.faults.add(parse_fault(await _json_body(request), newest))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"waiting": len(self._wiki.faults.waiting())})

    async def list_faults(self, _request: Request) -> Response:
        """Show what waits and what could."""
        waiting = [fault.as_json() for fault in self._wiki.faults.waiting()]
        return JSONResponse({"faults": waiting, "kinds": sorted(KINDS)})

    async def clear_faults(self, _request: Request) -> Response:
        """Forget what waits."""
        self._wiki.faults.clear()
        return JSONResponse({"waiting": 0})

    async def requests(self, _request: Request) -> Response:
        """Show what was asked."""
        return JSONResponse(self._wiki.traffic.as_json())

    def edits(self, request: Request) -> Response:
        """Show the accepted edits."""
        since = request.query_params.get("since", "0")
        if not since.isdecimal():
            return JSONResponse({"error": "since must be the number of a revision"}, 400)
        return JSONResponse({"edits": accepted_edits(self._wiki, int(since))})

    def entity(self, request: Request) -> Response:
        """Show one entity as it is now."""
        page = self._wiki.store.entity_page(request.path_params["entity_id"])
        if page is None:
            return JSONResponse({"error": "no such entity"}, 404)
        props = {"info", "labels", "descriptions", "aliases", "claims", "sitelinks", "datatype"}
        return JSONResponse(shown_entity(self._wiki, page, self._wiki.store.latest(page), props, set()))


def routes(wiki: Wiki) -> list[Route]:
    """Return the control routes for a wiki."""
    control = _Control(wiki)
    return [
        Route("/sandbox/seed", control.seed, methods=["POST"]),
        Route("/sandbox/faults", control.add_fault, methods=["POST"]),
        Route("/sandbox/faults", control.list_faults, methods=["GET"]),
        Route("/sandbox/faults", control.clear_faults, methods=["DELETE"]),
        Route("/sandbox/requests", control.requests, methods=["GET"]),
        Route("/sandbox/edits", control.edits, methods=["GET"]),
        Route("/sandbox/entities/{entity_id}", control.entity, methods=["GET"]),
    ]
