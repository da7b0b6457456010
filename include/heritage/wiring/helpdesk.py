"""Requests to the Helpdesk, bound to the stores and settings that the settings name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.governance.helpdesk import HelpdeskSettings
from heritage.model.governance import Assessment, HelpdeskRequest, RequestState
from heritage.ports.helpdesk import RequestFile
from heritage.spec.yaml_model import read_model
from heritage.steps import helpdesk as steps
from heritage.steps.helpdesk import Load, RankedRequest
from heritage.wiring.settings import Settings
from heritage.wiring.stores import action_log, helpdesk_store
from heritage.wiring.terms import governance_settings


def helpdesk_settings(settings: Settings) -> HelpdeskSettings:
    """The checklist and the figures of the ranking in force."""
    return read_model(settings.vocabularies / "helpdesk.yaml", HelpdeskSettings)


def ask_helpdesk(
    settings: Settings,
    entered_by: str,
    title: str,
    text: str,
    *,
    asked_by: str,
    urgency: int,
    relevance: int,
    hours: float,
    due: date | None = None,
    url: str = "",
) -> HelpdeskRequest:
    """See `steps.helpdesk.ask_helpdesk`."""
    return steps.ask_helpdesk(
        entered_by,
        title,
        text,
        asked_by=asked_by,
        urgency=urgency,
        relevance=relevance,
        hours=hours,
        due=due,
        url=url,
        **_bound(settings),
    )


def assess(
    settings: Settings, member: str, request_id: str, answers: Mapping[str, str], note: str = ""
) -> Assessment:
    """See `steps.helpdesk.assess`."""
    terms = governance_settings(settings)
    return steps.assess(member, request_id, answers, note, terms=terms, **_bound(settings))


def set_request_state(
    settings: Settings, by: str, request_id: str, state: RequestState, reason: str = ""
) -> RequestFile:
    """See `steps.helpdesk.set_request_state`."""
    terms = governance_settings(settings)
    return steps.set_request_state(by, request_id, state, reason, terms=terms, **_bound(settings))


def helpdesk_requests(settings: Settings) -> list[RequestFile]:
    """All requests with what was said of them, oldest first."""
    return helpdesk_store(settings).requests()


def ranked_requests(settings: Settings) -> list[RankedRequest]:
    """See `steps.helpdesk.ranked_requests`."""
    return steps.ranked_requests(requests=helpdesk_store(settings), settings=helpdesk_settings(settings))


def helpdesk_load(settings: Settings) -> Load:
    """What the requests that are to be done take of the reviewers' hours."""
    return steps.load_of(helpdesk_store(settings).requests())


def _bound(settings: Settings) -> dict[str, Any]:
    return {
        "requests": helpdesk_store(settings),
        "actions": action_log(settings),
        "clock": SystemClock(),
        "settings": helpdesk_settings(settings),
    }
