"""What the pages on uploads say: of licences, in the words of the report, of orders and of what failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from heritage.adapters.reports.risk_words import many, readable
from heritage.adapters.reports.words import LICENCE_ANSWERS, licence_name, plain_licences, with_commands
from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.ports.upload_pages import BatchPage

UPLOAD_WORDS: Mapping[str, Any] = MappingProxyType(
    {
        "licence_answers": LICENCE_ANSWERS,
        "licence_name": licence_name,
        "many": many,
        "plain_licences": plain_licences,
        "readable": readable,
        "with_commands": with_commands,
    }
)

STATES: Mapping[EditState, str] = MappingProxyType(
    {
        EditState.PLANNED: "Waiting",
        EditState.SENDING: "Being sent",
        EditState.CONFIRMED: "Confirmed",
        EditState.SKIPPED: "Skipped",
    }
)


@dataclass(frozen=True, slots=True)
class OrderWords:
    """What an order is called on a button, and what it does."""

    button: str
    effect: str


ORDERS: Mapping[Action, OrderWords] = MappingProxyType(
    {
        Action.RELEASE: OrderWords(
            "Release the rest", "The pilot was looked at and is right: what waits is sent."
        ),
        Action.PAUSE: OrderWords("Pause", "No further edit is sent until somebody resumes the batch."),
        Action.RESUME: OrderWords("Resume", "What waits is sent."),
        Action.CANCEL: OrderWords("Cancel…", "What waits is never sent; what is on the wiki stays there."),
        Action.UNDO: OrderWords(
            "Undo…", "Nothing more is sent, and what was sent is taken back where nobody has built on it."
        ),
    }
)
_REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "conflict": "The item says otherwise. Compare item and register; where the item is right, tell the "
        "register, and nothing has to be sent.",
        "already there": "Nothing: somebody has added it since.",
        "not there": "The item is gone: the next matching of the register finds another or proposes a new "
        "one. On a wiki with ids of its own, name its counterpart in the description of the target.",
        "has an item now": "Nothing: the next matching of the register takes that item up.",
        "constraint": "A rule of the property forbids it here. Look at the item and at the property's page.",
        "cancelled": "Nothing: somebody ordered it.",
        "taken back": "Nothing: somebody ordered it.",
        "edit conflict": "Others were editing the item. What is still lacking is tried again when the body "
        "has decided on it anew.",
        "not sendable": "A value is not one that the wiki takes. Mend the mapping, or tell the register.",
        "refused, protected": "Ask an administrator of the wiki, or leave the item as it is.",
        "refused, modification-failed": "The wiki takes the value for wrong. Mend the register's mapping.",
    }
)
_LOOK = "Open the item and look at what stands there; the log of the task has the wiki's own words."


def remedy(cause: str) -> str:
    """What to do about edits that were skipped for a cause."""
    known = (told for begins, told in _REMEDIES.items() if cause.startswith(begins))
    return next(known, _LOOK)


def time_left(found: BatchPage) -> str:
    """How long the rest takes, in words; empty when nothing is being sent."""
    minutes = found.minutes_left
    if minutes is None or not found.standing.waiting:
        return ""
    pace = f"at {found.per_minute:g} edits a minute"
    if minutes < 1:
        return f"less than a minute is left {pace}"
    if minutes < 90:
        return f"about {many(round(minutes), 'minute')} left {pace}"
    return f"about {many(round(minutes / 60), 'hour')} left {pace}"
