"""Tells engineers that a run needs them: one message an hour of each kind, then how many more there were."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence

from heritage.adapters.alert_book import FileAlerts
from heritage.adapters.clock import SystemClock
from heritage.model.alert import KINDS, Alert
from heritage.ports.health import Gravity, Health, Trouble
from heritage.steps.health_text import remedy
from heritage.wiring.settings import Settings

Send = Callable[[str, str], bool]
"""Sends a subject and a text; False when nobody was told."""
_NAMED = 10
"""So many places are named in a message; of the others their number is told."""
_logger = logging.getLogger(__name__)


def tell_or_keep(settings: Settings, alert: Alert, send: Send) -> bool:
    """Tells the first alert of its kind in an hour, and keeps the others for `tell_together`: when a network
    is away, ninety datasets fail at once. Gives whether it was told now.

    Where the store cannot be used each machine tells once an hour for itself, and counts nothing.
    """
    try:
        book = FileAlerts(settings.data_url)
        first = book.first(alert)
    except Exception as error:  # noqa: BLE001 - a store that is away or full is itself what has to be told
        _logger.warning("The store keeps no alerts: %s", type(error).__name__)
        here = FileAlerts(str(settings.scratch_folder))
        return here.first(alert) and send(*_alone(alert, settings))
    if first and send(*_alone(alert, settings)):
        return True
    book.keep(alert)
    return False


def tell_together(settings: Settings, send: Send) -> int:
    """Tells in one message what was kept in the hours that are over; gives how much that was. What could not
    be told stays for the next time."""
    book, now = FileAlerts(settings.data_url), SystemClock().now().isoformat()
    kept = book.waiting(now)
    if kept and not send(*_together(kept, settings)):
        return 0
    book.forget(kept, now)
    return len(kept)


def tell_findings(settings: Settings, found: Health, send: Send) -> dict[str, int]:
    """Tells what Health found wrong, each kind once a day; gives how much was found of each. Only how much:
    the sentences stand on the page."""
    kinds = Counter(one.trouble.value for one in found.findings if one.gravity is Gravity.WRONG)
    book, today = FileAlerts(settings.data_url), found.facts.at.date().isoformat()
    for kind, count in kinds.items() if settings.alert_ways else ():
        alert = Alert(kind, f"Health:{count}", today, at=today)  # of the day, not of an hour
        subject = f"Heritage Guard: {kind}, {count} on the page Health"
        told = f"{subject}. {_means(kind)} What to do: {_entry(kind, settings)}"
        if book.first(alert) and not send(subject, told):
            book.keep(alert)
    return dict(kinds)


def _alone(alert: Alert, settings: Settings) -> tuple[str, str]:
    subject = f"Heritage Guard: {alert.kind} at {_safe(alert.where)}"
    log = f" Log: {alert.link}" if alert.link else ""
    text = (
        f"{subject}. {_means(alert.kind)} Run {_safe(alert.run)}.{log} "
        f"More of this kind within the hour are told together. What to do: {_entry(alert.kind, settings)}"
    )
    return subject, text


def _together(alerts: Sequence[Alert], settings: Settings) -> tuple[str, str]:
    subject = f"Heritage Guard: {len(alerts)} more alert{'s' * (len(alerts) != 1)}"
    parts = []
    for kind, count in Counter(alert.kind for alert in alerts).most_common():
        places = sorted({_safe(alert.where) for alert in alerts if alert.kind == kind})
        more = f" and {len(places) - _NAMED} others" if len(places) > _NAMED else ""
        parts.append(
            f"{kind}: {count}, in {', '.join(places[:_NAMED])}{more}. What to do: {_entry(kind, settings)}"
        )
    since = min(alert.at for alert in alerts)[: len("2026-01-01T00:00")].replace("T", " ")
    return subject, f"{subject} since {since} UTC. {' '.join(parts)}"


def _means(kind: str) -> str:
    return KINDS[kind] if kind in KINDS else remedy(Trouble(kind))


def _entry(kind: str, settings: Settings) -> str:
    return f"{settings.runbook}#{kind}"


def _safe(text: str) -> str:
    """Ids as they are; whatever else somebody wrote into the name of a run acts on no chat."""
    return re.sub(r"[^\w.:+\-\[\]]", "_", text)[:200]
