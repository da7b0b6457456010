"""The files that the pages load, by name: nothing else is served, and nothing comes from elsewhere."""

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from fastapi import Response

_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
ASSETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pages.css": ("pages.css", _STYLE),
        "risk.mjs": ("risk.mjs", _SCRIPT),
        "maplibre-gl.mjs": ("maplibre/maplibre-gl.mjs", _SCRIPT),
        "maplibre-gl-worker.mjs": ("maplibre/maplibre-gl-worker.mjs", _SCRIPT),
        "maplibre-gl.css": ("maplibre/maplibre-gl.css", _STYLE),
    }
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, max-age=3600",
    # A worker is under the policy of its own file.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'",
}


def asset(name: str) -> Response | None:
    """The file with this name, None when there is none."""
    if name not in ASSETS:
        return None
    path, kind = ASSETS[name]
    content = resources.files(__package__).joinpath("static", *path.split("/")).read_bytes()
    return Response(content, media_type=kind, headers=_HEADERS)
