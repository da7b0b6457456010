"""The pages on risk: a map and a list of sites, and the page of one site."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request, Response

from heritage.adapters.reports.risk_words import (
    day,
    distance,
    many,
    place,
    readable,
    risk_words,
    rules_of,
)
from heritage.adapters.reports.words import licence_name
from heritage.model.evidence import Level
from heritage.model.shown import printable, shorten
from heritage.ports.risk_pages import FLAGS, WORST_FIRST, Age, Mark, SiteRow, View
from heritage.web.choices import choices, lead
from heritage.web.chosen import Asked, asked, query, site_address, view
from heritage.web.pages import HEADERS, SCRIPT_POLICY, Pages, relative_root
from heritage.web.services import RiskServices

_DATA_HEADERS = {**HEADERS, "Content-Security-Policy": "default-src 'none'"}
_NO_SITE = "There is no such site, or it is one that is not shown."
_NAME = 160
_CAUSES = 7
"""Bars of the chart; the filter has all causes."""
_DECIMALS = 5  # of a mark's place: a metre


def add_risk(app: FastAPI, pages: Pages, services: RiskServices, reports: bool = False) -> None:
    """Adds the routes; who may ask is settled for the whole app. With `reports` people can report danger."""

    @app.get("/risk")
    def risk(request: Request, wanted: Annotated[Asked, Depends(asked)]) -> Response:
        found = services.sites(wanted.chosen, wanted.page)
        return pages.render(
            "risk",
            root=relative_root(request),
            policy=SCRIPT_POLICY,
            found=found,
            chosen=wanted.chosen,
            choices=list(choices(wanted.chosen, found)),
            lead=lead(wanted.chosen, found),
            query=lambda **changes: query(wanted.chosen, **changes),
            way_back=_way_back(wanted),
            level_bars=_bars(
                (level.words, count, level, query(wanted.chosen, levels=(level,)))
                for level, count in found.levels.items()
            ),
            cause_bars=_bars(
                (one.name, one.sites, None, query(wanted.chosen, cause=one.value))
                for one in found.causes[:_CAUSES]
            ),
            all_levels=WORST_FIRST,
            all_flags=FLAGS,
            all_ages=list(Age),
            **_words(),
        )

    @app.get("/risk/places.geojson")
    def places(wanted: Annotated[Asked, Depends(asked)], shown: Annotated[View, Depends(view)]) -> Response:
        content = {
            "type": "FeatureCollection",
            "features": [_feature(mark, _way_back(wanted)) for mark in services.marks(wanted.chosen, shown)],
        }
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return Response(text, media_type="application/geo+json", headers=_DATA_HEADERS)

    @app.get("/risk/countries.geojson")
    def countries(shown: Annotated[View, Depends(view)]) -> Response:
        headers = {**_DATA_HEADERS, "Cache-Control": "private, max-age=3600"}
        return Response(services.outlines(shown), media_type="application/geo+json", headers=headers)

    @app.get("/risk/{register}/{record_id:path}")
    def site(
        request: Request, register: str, record_id: str, wanted: Annotated[Asked, Depends(asked)]
    ) -> Response:
        # Not `dataset`: that is what somebody may have chosen.
        found = services.site(register, record_id)
        if found is None:
            raise HTTPException(404, _NO_SITE)
        root = relative_root(request)
        return pages.render(
            "site", root=root, found=found, way_back=_way_back(wanted), reports=reports, **_words()
        )


def _way_back(wanted: Asked) -> str:
    """What a site's address carries, so that its page leads back to what somebody had chosen."""
    chosen = query(wanted.chosen, wanted.page)
    return f"?{chosen}" if chosen else ""


def _words() -> dict[str, Any]:
    return {
        "words": risk_words(),
        "licence_name": licence_name,
        "rules_of": rules_of,
        "many": many,
        "day": day,
        "readable": readable,
        "distance": distance,
        "place": place,
        "site_address": site_address,
        "site_name": site_name,
    }


def site_name(site: SiteRow) -> str:
    """What a site is called; without a name that may be told, by the number in its register."""
    return site.name or f"Number {site.record_id}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a chart: `share` of the longest one, in per cent; `query` leads to what it counts."""

    name: str
    count: int
    level: Level | None
    query: str
    share: float


def _bars(counted: Iterable[tuple[str, int, Level | None, str]]) -> list[Bar]:
    rows = list(counted)
    most = max((count for _, count, *_ in rows), default=1)
    return [Bar(*row, share=100 * row[1] / most) for row in rows]


def _feature(mark: Mark, way_back: str) -> dict[str, Any]:
    def figures(values: Sequence[float]) -> list[float]:
        return [round(value, _DECIMALS) for value in values]

    levels = [f"{many(mark.levels[one])} {one.words}" for one in WORST_FIRST if one in mark.levels]
    if mark.count == 1:
        words = mark.level.words
    elif len(levels) == 1:
        words = f"{many(mark.count, 'site')}, all {mark.level.words}"
    else:
        words = f"{many(mark.count, 'site')}: {', '.join(levels)}"
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": figures((mark.lon, mark.lat))},
        "properties": {
            "count": mark.count,
            "level": mark.level.value,
            "levels": {one.value: mark.levels[one] for one in WORST_FIRST if one in mark.levels},
            "words": words,
            "bounds": figures((mark.west, mark.south, mark.east, mark.north)),
            "sites": [
                {
                    "name": shorten(printable(one.name or f"Number {one.record_id}"), _NAME),
                    "page": page + way_back if (page := site_address(one.dataset, one.record_id)) else None,
                    "level": one.level.words,
                    "approximate": one.approximate,
                }
                for one in mark.sites
            ],
        },
    }
