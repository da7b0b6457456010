"""The files that the pages load, by name: nothing else is served, and nothing comes from elsewhere."""

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from fastapi import Response

from heritage.adapters import reports

_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
ASSETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pages.css": ("static/pages.css", _STYLE),
        "health.css": ("static/health.css", _STYLE),
        "land.mjs": ("static/land.mjs", _SCRIPT),
        "risk.mjs": ("static/risk.mjs", _SCRIPT),
        "record-map.mjs": ("static/record-map.mjs", _SCRIPT),
        "reviews.css": ("static/reviews.css", _STYLE),
        "reviews.mjs": ("static/reviews.mjs", _SCRIPT),
        "reviews-bag.mjs": ("static/reviews-bag.mjs", _SCRIPT),
        "reviews-desk.mjs": ("static/reviews-desk.mjs", _SCRIPT),
        "reviews-outbox.mjs": ("static/reviews-outbox.mjs", _SCRIPT),
        "reviews-place.mjs": ("static/reviews-place.mjs", _SCRIPT),
        "reviews-store.mjs": ("static/reviews-store.mjs", _SCRIPT),
        "match.css": ("static/match.css", _STYLE),
        "match.mjs": ("static/match.mjs", _SCRIPT),
        "maplibre-gl.mjs": ("static/maplibre/maplibre-gl.mjs", _SCRIPT),
        "maplibre-gl-worker.mjs": ("static/maplibre/maplibre-gl-worker.mjs", _SCRIPT),
        "maplibre-gl.css": ("static/maplibre/maplibre-gl.css", _STYLE),
    }
)
_LEVELS = "levels.css"
"""Shared with the report."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, max-age=3600",
    # A worker is under the policy of its own file.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'",
}


def asset(name: str) -> Response | None:
    """The file with this name, None when there is none."""
    if name == _LEVELS:
        file, kind = resources.files(reports).joinpath("templates", _LEVELS), _STYLE
    elif name in ASSETS:
        path, kind = ASSETS[name]
        file = resources.files(__package__).joinpath(*path.split("/"))
    else:
        return None
    return Response(file.read_bytes(), media_type=kind, headers=_HEADERS)
