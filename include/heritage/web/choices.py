"""What somebody chose on the page on risk, in words: what it comes to, and how to take a choice back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from heritage.adapters.reports.risk_words import many, risk_words
from heritage.ports.risk_pages import WORST_FIRST, Chosen, Option, RiskList
from heritage.web.chosen import query


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that was chosen; `without` is the rest of it, as a part of an address."""

    name: str
    without: str


def choices(chosen: Chosen, found: RiskList) -> Iterator[Choice]:
    """Each choice by itself, in the order of the filters."""

    def without(name: str, **changes: Any) -> Choice:
        return Choice(name, query(replace(chosen, **changes)))

    words = risk_words()
    for level in WORST_FIRST:
        if level not in chosen.levels:
            continue
        yield without(level.words, levels=tuple(one for one in chosen.levels if one is not level))
    if chosen.country:
        yield without(_name(found.countries, chosen.country), country="")
    if chosen.cause:
        yield without(_name(found.known_causes, chosen.cause), cause="")
    if chosen.dataset:
        yield without(_name(found.datasets, chosen.dataset), dataset="")
    if chosen.age:
        yield without(words["ages"][chosen.age.value], age=None)
    for flag in chosen.flags:
        yield without(words["flags"][flag], flags=tuple(one for one in chosen.flags if one != flag))
    if chosen.tasks:
        yield without("with an open question", tasks=False)


def lead(chosen: Chosen, found: RiskList) -> str:
    """What the chosen sites come to, in a few sentences."""
    return " ".join([_how_many(chosen, found), *_placed(found), *_hidden(found)])


def _name(options: tuple[Option, ...], value: str) -> str:
    return next((option.name for option in options if option.value == value), value)


def _how_many(chosen: Chosen, found: RiskList) -> str:
    if not found.all_sites:
        return "There is no site to show yet."
    narrowed = chosen != Chosen()
    if not found.sites:
        return f"None of the {found.all_sites:,} sites fits what you chose."
    of = f" of {found.all_sites:,}" if narrowed else f" of {many(len(found.datasets), 'register')}"
    fit = f" {'fits' if found.sites == 1 else 'fit'} what you chose" if narrowed else ""
    number = sum(count for level, count in found.levels.items() if level.endangered)
    if found.sites == 1:
        them = "it is" if number else "it is not"
    elif number == found.sites:
        them = "all of them are"
    else:
        them = f"{many(number) if number else 'none'} of them {'is' if number == 1 else 'are'}"
    return f"{many(found.sites, 'site').capitalize()}{of}{fit}; {them} at risk, critical or lost."


def _placed(found: RiskList) -> Iterator[str]:
    if found.placed == found.sites:
        return
    if not found.placed:
        yield "None of them has a place that is known and may be shown on the map."
        return
    are = "is" if found.placed == 1 else "are"
    others = "the other one has" if found.sites - found.placed == 1 else "the others have"
    none = "no place that is known and may be shown"
    yield f"{many(found.placed).capitalize()} {are} on the map; {others} {none}."


def _hidden(found: RiskList) -> Iterator[str]:
    if found.hidden:
        are = "is" if found.hidden == 1 else "are"
        yield f"To protect sites, {many(found.hidden, 'more record')} {are} shown nowhere."
