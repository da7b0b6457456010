"""A task as a page shows it: its choices with their keys, its marks on the map, its question."""

import secrets
from dataclasses import dataclass
from datetime import date
from time import time
from typing import Any

from heritage.adapters.reports.match_words import record_name
from heritage.model.review import DONT_KNOW, ReviewKind
from heritage.model.shown import printable, shorten
from heritage.ports.review_pages import Offered, TaskShown
from heritage.web.desk import Asker
from heritage.web.record_map import drawn, pins_of
from heritage.web.reviews.desk import Desk
from heritage.web.reviews.words import CHOICES, KEYS, LETTERS, OF_DANGER


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice with the keys that choose it, and the number that it has on the map, 0 for none."""

    offered: Offered
    keys: tuple[str, ...]
    number: int
    item: bool

    @property
    def value(self) -> str:
        return self.offered.choice


def parts_of(asker: Asker, shown: TaskShown) -> dict[str, Any]:
    """What the template of a task needs beside the task."""
    choices = _choices(asker, shown)
    record = shown.record
    items = [
        (one.offered.label or one.value, one.offered.lat, one.offered.lon) for one in choices if one.item
    ]
    place = shown.suggestion and shown.suggestion.annotation
    if place and place.lat is not None and place.lon is not None:
        items.append((asker.tongue.gettext("The place that is suggested"), place.lat, place.lon))
    pins = pins_of(record, items) if record else []
    return {
        "shown": shown,
        "task": shown.task,
        "record": record,
        "record_name": record_name,
        "choices": choices,
        "pins": pins,
        "map": drawn(record, pins, asker.tongue) if record and pins else "",
        "given": {},
        "terms": (),
        "observed": _observed(shown),
        "key": secrets.token_urlsafe(16),
        "since": int(time()),
    }


def title_of(shown: TaskShown) -> str:
    """What a task is about, in a few words: for messages on it."""
    if shown.record:
        return shorten(printable(record_name(shown.record)), 80)
    return shorten(printable(shown.suggestion.term if shown.suggestion else shown.task.task_id), 80)


def as_sent(desk: Desk, asker: Asker, shown: TaskShown) -> dict[str, Any]:
    """A task for a script: its part of a page, without a token of anybody; where something is to be added,
    the address of a page below that of all pages."""
    sent = {"id": shown.task.task_id, "campaign": shown.task.campaign, "title": title_of(shown)}
    if shown.task.kind is ReviewKind.KNOWLEDGE:
        return sent | {"page": f"reviews/tasks/{shown.task.task_id}"}
    return sent | {"html": desk.draw(asker, "task", **(parts_of(asker, shown) | {"token": ""}))}


def words_of(asker: Asker, shown: TaskShown, choice: str) -> str:
    """A choice in words: of an item what it is called."""
    of_kind = OF_DANGER if shown.task.kind is ReviewKind.DANGER else CHOICES
    if choice in CHOICES:
        return asker.tongue.gettext(of_kind.get(choice, CHOICES[choice]))
    return next((one.label for one in shown.offered if one.choice == choice and one.label), choice)


def offline(shown: TaskShown) -> bool:
    """Whether a task may be taken along: not what only experts see, no report that is not confirmed, and
    nothing that asks for more than an answer."""
    kept_here = shown.task.kind in (ReviewKind.KNOWLEDGE, ReviewKind.DANGER)
    return not shown.task.experts_only and not kept_here


def _observed(shown: TaskShown) -> date | None:
    """The day on which danger was seen."""
    danger = shown.suggestion and shown.suggestion.danger
    try:
        return date.fromisoformat(danger.observed) if danger else None
    except ValueError:
        return None


def _choices(asker: Asker, shown: TaskShown) -> list[Choice]:
    """Those of the task in its order, and that one does not know."""
    if shown.task.kind is ReviewKind.KNOWLEDGE:
        return []
    made, letters = [], iter(LETTERS)
    offered = [one for one in shown.offered if one.choice != DONT_KNOW]
    for one in [*offered, Offered(DONT_KNOW, "")]:
        if one.choice in CHOICES:
            offer = Offered(one.choice, words_of(asker, shown, one.choice), reason=one.reason)
            made.append(Choice(offer, tuple(KEYS[one.choice].split()), 0, item=False))
        else:
            number = sum(each.item for each in made) + 1
            made.append(Choice(one, tuple(filter(None, [next(letters, "")])), number, item=True))
    return made
