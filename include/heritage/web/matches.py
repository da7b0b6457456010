"""The pages on matches: what was decided of a register's records, and why, record by record."""

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
from heritage.adapters.reports.risk_words import many
from heritage.errors import HeritageError
from heritage.ports.matching import CandidateShown, Decided
from heritage.web.pages import SCRIPT_POLICY, Pages, relative_root
from heritage.web.record_map import drawn, pins_of
from heritage.web.services import MatchServices
from heritage.web.tongue import ENGLISH

_NOTHING = "There is no such record, or it is one that is not shown."
_NO_DATASET = "There is no such dataset, or none whose records are matched."


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
        candidates = found.candidates or ()
        places = services.places([one.qid for one in candidates]) if candidates else {}
        pins = pins_of(
            found, [(one.label or one.qid, *places.get(one.qid, (None, None))) for one in candidates]
        )
        return pages.render(
            "match",
            root=relative_root(request),
            policy=SCRIPT_POLICY,
            found=found,
            pins=pins,
            map=drawn(found, pins, ENGLISH),
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
        "many": many,
        "bar": _bar,
        "match_address": match_address,
    }
