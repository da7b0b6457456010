"""What somebody looks for on the pages on risk, from an address and back: a link can be passed on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Query

from heritage.model.evidence import Level
from heritage.ports.risk_pages import FLAGS, Age, Chosen, View

_LIMIT = 100  # characters of a value
_DOTS = {".", ".."}


@dataclass(frozen=True, slots=True)
class Asked:
    """An address as it was asked for. Whatever is no known value is left out, never an error."""

    chosen: Chosen
    page: int


def asked(
    level: Annotated[Sequence[str], Query()] = (),
    flag: Annotated[Sequence[str], Query()] = (),
    country: str = "",
    cause: str = "",
    dataset: str = "",
    age: str = "",
    tasks: str = "",
    page: str = "",
) -> Asked:
    """The dependency of the routes that have filters."""
    chosen = Chosen(
        levels=tuple(one for one in Level if one.value in level),
        country=country[:_LIMIT],
        cause=cause[:_LIMIT],
        dataset=dataset[:_LIMIT],
        age=Age(age) if age in list(Age) else None,
        flags=tuple(one for one in FLAGS if one in flag),
        tasks=bool(tasks),
    )
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
    return Asked(chosen, number)


def query(chosen: Chosen, page: int = 1, **changes: Any) -> str:
    """The part of an address after the question mark; `changes` are fields of Chosen."""
    chosen = replace(chosen, **changes)
    pairs = [("level", level.value) for level in chosen.levels] + [("flag", flag) for flag in chosen.flags]
    rest = {
        "country": chosen.country,
        "cause": chosen.cause,
        "dataset": chosen.dataset,
        "age": chosen.age.value if chosen.age else "",
        "tasks": "open" if chosen.tasks else "",
        "page": str(page) if page > 1 else "",
    }
    return urlencode([*pairs, *((name, value) for name, value in rest.items() if value)])


def site_address(dataset: str, record_id: str) -> str | None:
    """The address of a site's page below that of the pages; ids are hostile, so nothing in one is left as it
    is. None for an id that browsers take for a way up.

    >>> site_address("xx_list", "a/b ?#é"), site_address("xx_list", "..")
    ('risk/xx_list/a%2Fb%20%3F%23%C3%A9', None)
    """
    return (
        None if record_id in _DOTS | {""} else f"risk/{quote(dataset, safe='')}/{quote(record_id, safe='')}"
    )


def view(
    west: float = -180, south: float = -85, east: float = 180, north: float = 85, zoom: float = 0
) -> View:
    """The dependency of the map's route; what is not on the globe is brought back to it."""

    def within(value: float, least: float, most: float) -> float:
        return min(max(value, least), most) if value == value else least

    return View(
        within(west, -180, 180),
        within(south, -90, 90),
        within(east, -180, 180),
        within(north, -90, 90),
        within(zoom, -2, 22),
    )
