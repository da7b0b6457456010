"""The pages on matches: what was decided of a register's records, and why, record by record."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request, Response

from heritage.adapters.reports.match_words import (
    DECIDED,
    NOT_TOLD,
    WEIGHTS,
    figure,
    percent,
    record_name,
    speaks,
)
from heritage.adapters.reports.risk_words import distance, many, place
from heritage.errors import HeritageError
from heritage.model.shown import printable, shorten
from heritage.ports.matching import CandidateShown, Decided, Explained
from heritage.web.pages import Pages, relative_root
from heritage.web.services import MatchServices

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; worker-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'self'"
)
_NOTHING = "There is no such record, or it is one that is not shown."
_NO_DATASET = "There is no such dataset, or none whose records are matched."
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Pin:
    """A mark on the map: the record's own is number 0."""

    number: int
    name: str
    lat: float
    lon: float


def add_matches(app: FastAPI, pages: Pages, services: MatchServices) -> None:
    """Adds the routes; who may ask is settled for the whole app."""

    @app.get("/matches/{dataset}")
    def listed(request: Request, dataset: str, decision: str = "", page: str = "") -> Response:
        decided = Decided(decision) if decision in list(Decided) else Decided.REVIEW
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
        try:
            found = services.listed(dataset, decided, number)
        except HeritageError as missing:
            raise HTTPException(404, f"{missing}.") from missing
        if found is None:
            raise HTTPException(404, _NO_DATASET)
        root = relative_root(request)
        return pages.render("matches", root=root, found=found, all_decided=list(Decided), **_words())

    @app.get("/matches/{dataset}/{record_id:path}")
    def one(request: Request, dataset: str, record_id: str) -> Response:
        try:
            found = services.explain(dataset, record_id)
        except HeritageError as missing:
            raise HTTPException(404, f"{missing}.") from missing
        if found is None:
            raise HTTPException(404, _NOTHING)
        pins = list(_pins(found, services))
        return pages.render(
            "match",
            root=relative_root(request),
            policy=_POLICY,
            found=found,
            pins=pins,
            map=_map(found, pins),
            not_told=NOT_TOLD,
            weights=WEIGHTS,
            **_words(),
        )


def match_address(dataset: str, record_id: str) -> str | None:
    """The address of a record's page below that of the pages, None for an id that browsers take for a way up.

    >>> match_address("xx_list", "a/b ?"), match_address("xx_list", "..")
    ('matches/xx_list/a%2Fb%20%3F', None)
    """
    if record_id in ("", ".", ".."):
        return None
    return f"matches/{quote(dataset, safe='')}/{quote(record_id, safe='')}"


def _pins(found: Explained, services: MatchServices) -> list[Pin]:
    pins = []
    if found.lat is not None and found.lon is not None:
        pins.append(Pin(0, _short(record_name(found)), found.lat, found.lon))
    candidates = found.candidates or ()
    places = services.places([one.qid for one in candidates]) if candidates else {}
    for number, one in enumerate(candidates, start=1):
        if one.qid in places:
            pins.append(Pin(number, _short(one.label or one.qid), *places[one.qid]))
    return pins


def _map(found: Explained, pins: list[Pin]) -> str:
    """What the script draws, as JSON."""
    marks = [
        {"number": pin.number, "name": pin.name, "at": [round(pin.lon, _DECIMALS), round(pin.lat, _DECIMALS)]}
        for pin in pins
    ]
    return json.dumps({"marks": marks, "cell": found.cell_degrees, "metres": found.uncertainty_m})


def _short(text: str) -> str:
    return shorten(printable(text), 120)


def _bar(one: CandidateShown, weight: float) -> str:
    """How long a part's bar is, in per cent of the weightiest."""
    most = max((abs(part.weight) for part in one.parts), default=1.0) or 1.0
    return f"{100 * abs(weight) / most:.1f}"


def _words() -> dict[str, Any]:
    return {
        "decided": DECIDED,
        "percent": percent,
        "speaks": speaks,
        "figure": figure,
        "record_name": record_name,
        "distance": distance,
        "many": many,
        "place": place,
        "bar": _bar,
        "match_address": match_address,
    }
