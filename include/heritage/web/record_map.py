"""A record on a map with the items that may be it: what a page lists, and what its script draws."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from heritage.adapters.reports.match_words import record_name
from heritage.model.shown import printable, shorten
from heritage.ports.matching import Explained
from heritage.web.tongue import Tongue

_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Pin:
    """A mark on the map: the record's own is number 0."""

    number: int
    name: str
    lat: float
    lon: float


def pins_of(found: Explained, items: Iterable[tuple[str, float | None, float | None]]) -> list[Pin]:
    """The record's mark and those of the items (name, latitude, longitude), which are numbered from 1 in
    their order; what has no place has no mark."""
    own = (record_name(found), found.lat, found.lon)
    return [
        Pin(number, shorten(printable(name), 120), lat, lon)
        for number, (name, lat, lon) in enumerate([own, *items])
        if lat is not None and lon is not None
    ]


def drawn(found: Explained, pins: Iterable[Pin], tongue: Tongue) -> str:
    """What the script draws, as JSON."""
    _ = tongue.gettext
    titles = {
        True: lambda pin: _("The record: {name}").format(name=pin.name),
        False: lambda pin: _("Candidate {number}: {name}").format(number=pin.number, name=pin.name),
    }
    marks = [
        {
            "number": pin.number,
            "name": pin.name,
            "title": titles[pin.number == 0](pin),
            "at": [round(pin.lon, _DECIMALS), round(pin.lat, _DECIMALS)],
        }
        for pin in pins
    ]
    words = {
        "map": _("Map of the record and its candidates"),
        "nearer": _("Zoom in"),
        "farther": _("Zoom out"),
    }
    return json.dumps(
        {"marks": marks, "cell": found.cell_degrees, "metres": found.uncertainty_m, "words": words}
    )
