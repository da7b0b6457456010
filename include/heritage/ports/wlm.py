"""Lists for Wiki Loves Monuments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from heritage.licence.leaving import Credit


@dataclass(frozen=True, slots=True)
class Illustrated:
    """What an item says of pictures: names on Commons without their namespace, and the article's title."""

    image: str = ""
    category: str = ""
    article: str = ""


Pictures = Callable[[Sequence[str], str], Mapping[str, Illustrated]]
"""Items and a language to what they say of pictures; one without any may be left out."""


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A row of a list; everything in it may be published. `urgent`: in danger and without an image."""

    id: str
    name: str
    municipality: str
    address: str
    lat: float | None
    lon: float | None
    url: str
    item: str
    shown: Illustrated
    urgent: bool


@dataclass(frozen=True, slots=True)
class SiteList:
    """The sites of a register, urgent ones first, then those without an image. `kept_back` counts what stays
    and why."""

    dataset: str
    title: str
    lang: str
    sites: tuple[ListedSite, ...]
    credit: Credit | None
    kept_back: Mapping[str, int]
