"""The control interface of tests under `/sandbox/`: JSON in, JSON out, same loopback server.

POST   /sandbox/seed     {"entities": [...], "pages": {...}, ...}   see `seed.seed`
POST   /sandbox/faults   {"kind": "lost-response", "times": 1, "after": 0,
                          "match": {"action": "wbeditentity", "new": "item"}}
GET    /sandbox/faults   the waiting faults and the known kinds
DELETE /sandbox/faults   forget all faults
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
    if unknown := set(given) - {"kind", "times", "after", "match"}:
        raise ValueError(f"unknown keys {sorted(unknown)}; known: kind, times, after, match")
    times, after = given.get("times", 1), given.get("after", 0)
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ValueError("times must be a positive number, or null for every request")
    if not isinstance(after, int) or after < 0:
        raise ValueError("after must be the number of matching requests to let pass")
    match = {str(key): str(value) for key, value in given.get("match", {}).items()}
    return Fault(str(given.get("kind")), times, after, match, newest_rev)


def _newest(wiki: Wiki) -> int:
    row = wiki.store.db.execute("SELECT coalesce(max(rev_id), 0) AS n FROM revisions").fetchone()
    return int(row["n"])


def routes(wiki: Wiki) -> list[Route]:
    """Return the control routes for a wiki."""

    async def post_seed(request: Request) -> Response:
        given = await request.json()
        try:
            created = await run_in_threadpool(seed, wiki.store, given)
        except (ValueError, KeyError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"created": created})

    async def post_fault(request: Request) -> Response:
        given = await request.json()
        try:
            wiki.faults.add(parse_fault(given, await run_in_threadpool(_newest, wiki)))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"waiting": len(wiki.faults.waiting())})

    async def get_faults(_request: Request) -> Response:
        waiting = [fault.as_json() for fault in wiki.faults.waiting()]
        return JSONResponse({"faults": waiting, "kinds": sorted(KINDS)})

    async def delete_faults(_request: Request) -> Response:
        wiki.faults.clear()
        return JSONResponse({"waiting": 0})

    def get_edits(request: Request) -> Response:
        since = int(request.query_params.get("since", "0"))
        return JSONResponse({"edits": accepted_edits(wiki, since)})

    def get_entity(request: Request) -> Response:
        page = wiki.store.entity_page(request.path_params["entity_id"])
        if page is None:
            return JSONResponse({"error": "no such entity"}, 404)
        props = {"info", "labels", "descriptions", "aliases", "claims", "sitelinks", "datatype"}
        return JSONResponse(shown_entity(wiki, page, wiki.store.latest(page), props, set()))

    return [
        Route("/sandbox/seed", post_seed, methods=["POST"]),
        Route("/sandbox/faults", post_fault, methods=["POST"]),
        Route("/sandbox/faults", get_faults, methods=["GET"]),
        Route("/sandbox/faults", delete_faults, methods=["DELETE"]),
        Route("/sandbox/edits", get_edits, methods=["GET"]),
        Route("/sandbox/entities/{entity_id}", get_entity, methods=["GET"]),
    ]
