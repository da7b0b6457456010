"""What both versions of the protocol answer in the same words, and the pages of items."""

import re
from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from heritage import __version__
from heritage.ports.reconciliation import Candidate, Entity, Kind, Named, Reconciliation, Suggestion
from heritage.web.pages import HEADERS
from heritage.web.recon.asking import Refused, answer, at_work, language, number, word

NAME = "Heritage items of Wikidata"
VIEW = "https://www.wikidata.org/wiki/"
PREVIEW = {"width": 420, "height": 260}
MOST_SUGGESTIONS = 50
SUGGESTIONS = 10
MOST_IDS, MOST_PROPERTIES = 1_000, 50
DEFAULT_TYPES = 10
_FARTHEST = 1_000_000
_RIGHT_TO_LEFT = re.compile(
    "(ar|arc|arz|azb|bal|ckb|dv|fa|glk|he|khw|ks|lrc|mzn|nqo|pnb|ps|sd|ug|ur|yi)(-.*)?"
)
_PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *"

Draw = Callable[..., str]
"""Draws a template: its name and what it shows; everything in it is escaped."""


def service_version(service: Reconciliation) -> str:
    """Of the program and of the index that it answers from."""
    return f"{__version__}, index {service.freshness()}"


def spoken(named: Named) -> dict[str, str]:
    """A thing with the language and direction of its name (1.0)."""
    told = {"id": named.id, "name": named.name}
    if named.lang:
        told |= {"lang": named.lang, "dir": "rtl" if _RIGHT_TO_LEFT.fullmatch(named.lang) else "ltr"}
    return told


def plain(named: Named) -> dict[str, str]:
    """A thing without them (0.2)."""
    return {"id": named.id, "name": named.name}


def described(told: dict[str, Any], named: Named) -> dict[str, Any]:
    """With its description, where it has one."""
    return told | ({"description": named.description} if named.description else {})


def candidate(one: Candidate, thing: Callable[[Named], dict[str, str]]) -> dict[str, Any]:
    """A candidate. Its description is the item's, and why it is one."""
    said = ". ".join(part for part in (one.item.description, one.reason) if part)
    return thing(one.item) | {
        "description": said,
        "type": [thing(kind) for kind in one.types],
        "score": one.score,
        "match": one.match,
        "features": [{"id": part.id, "name": part.name, "value": part.value} for part in one.features],
    }


async def suggested(
    request: Request, service: Reconciliation, kind: Kind, skip: str, thing: Callable[[Named], dict[str, str]]
) -> Response:
    """What begins with the prefix; `skip` is the parameter that says how many to leave out."""
    prefix, lang = word(request, "prefix"), language(request)
    limit = number(request, "limit", SUGGESTIONS, MOST_SUGGESTIONS) or SUGGESTIONS
    offset = number(request, skip, 0, _FARTHEST)
    found = await at_work(lambda: service.suggest(kind, prefix, lang, limit, offset))

    def told(one: Suggestion) -> dict[str, Any]:
        above = [thing(its) for its in one.types]
        field = {Kind.ENTITY: "notable", Kind.TYPE: "broader"}.get(kind)
        return described(thing(one.what), one.what) | ({field: above} if field and above else {})

    return answer({"result": [told(one) for one in found]}, request)


async def proposed(
    request: Request, service: Reconciliation, thing: Callable[[Named], dict[str, str]]
) -> Response:
    """What can be asked of items of a type."""
    of_type = word(request, "type")
    limit = number(request, "limit", 0, MOST_PROPERTIES)
    found = await at_work(lambda: service.properties(of_type, limit or None))
    told: dict[str, Any] = {"properties": [described(thing(one), one) for one in found], "type": of_type}
    return answer(told | ({"limit": limit} if limit else {}), request)


async def preview(request: Request, service: Reconciliation, draw: Draw) -> Response:
    """A small page on an item."""
    found = await at_work(lambda: _entity(request, service))
    page = draw("recon_preview", found=found, address=f"{VIEW}{found.item.id}")
    return HTMLResponse(page, headers={**HEADERS, "Content-Security-Policy": _PREVIEW_POLICY})


def _entity(request: Request, service: Reconciliation) -> Entity:
    found = service.entity(word(request, "id", 100), language(request))
    if found is None:
        raise Refused("The index has no item with this id.", 404)
    return found
