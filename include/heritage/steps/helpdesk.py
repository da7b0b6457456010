"""Requests to the Helpdesk: entered, assessed by the Expert Committee, ranked, and done or declined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from heritage.errors import GovernanceError
from heritage.governance.acting import check_acting
from heritage.governance.helpdesk import (
    HelpdeskSettings,
    Standing,
    check_assessment,
    check_request,
    standing,
)
from heritage.governance.lengths import TEXT, check_lengths
from heritage.governance.settings import GovernanceSettings, Role
from heritage.model.digest import digest_json
from heritage.model.governance import ActionEntry, Assessment, HelpdeskRequest, RequestState
from heritage.ports.actions import ActionLog
from heritage.ports.clock import Clock
from heritage.ports.helpdesk import HelpdeskStore, RequestFile, StateSet

_DECIDERS = (Role.EXPERT_COMMITTEE, Role.SECRETARY)
_FROM = {
    RequestState.OPEN: (RequestState.ACCEPTED, RequestState.DECLINED),
    RequestState.ACCEPTED: (RequestState.DONE, RequestState.DECLINED),
    RequestState.DECLINED: (RequestState.OPEN,),
    RequestState.DONE: (RequestState.OPEN,),
}


@dataclass(frozen=True, slots=True)
class RankedRequest:
    """A request that is to be done; `rank` is None while the checklist is not passed."""

    file: RequestFile
    standing: Standing
    rank: int | None


@dataclass(frozen=True, slots=True)
class Load:
    """What the requests to be done take: their number, and the hours of one in the mean."""

    requests: int
    mean_hours: float


def ask_helpdesk(
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
    requests: HelpdeskStore,
    actions: ActionLog,
    clock: Clock,
    settings: HelpdeskSettings,
) -> HelpdeskRequest:
    """Keeps a request. Raises GovernanceError saying which entry is wrong."""
    now = clock.now()
    request = HelpdeskRequest(
        f"h{digest_json([title, text, asked_by, now.isoformat()])[:11]}",
        *(title.strip(), text.strip(), asked_by.strip(), urgency, relevance, hours, now, due, url.strip()),
    )
    check_request(request, settings)
    requests.ask(request)
    actions.add(ActionEntry(now, entered_by, "request", request.request_id, request.title))
    return request


def assess(
    member: str,
    request_id: str,
    answers: Mapping[str, str],
    note: str,
    *,
    requests: HelpdeskStore,
    actions: ActionLog,
    clock: Clock,
    terms: GovernanceSettings,
    settings: HelpdeskSettings,
) -> Assessment:
    """Keeps the checklist of a member of the Expert Committee; it takes the place of their earlier one."""
    now = clock.now()
    check_acting(terms, member, (Role.EXPERT_COMMITTEE,), now.date(), "assess requests")
    file = _known(request_id, requests)
    if not file.takes_capacity:
        raise GovernanceError(f"{file.request.title!r} is {file.state}: open it again to assess it.")
    assessment = Assessment(request_id, member, tuple(answers.items()), note.strip(), now)
    check_assessment(assessment, settings)
    requests.assess(assessment)
    actions.add(ActionEntry(now, member, "assess", request_id))
    return assessment


def set_request_state(
    by: str,
    request_id: str,
    state: RequestState,
    reason: str,
    *,
    requests: HelpdeskStore,
    actions: ActionLog,
    clock: Clock,
    terms: GovernanceSettings,
    settings: HelpdeskSettings,
) -> RequestFile:
    """Accepts, declines, finishes or reopens a request. Declining and reopening need a reason, and only what
    passes the checklist is accepted. Raises GovernanceError saying what to do instead."""
    now = clock.now()
    check_acting(terms, by, _DECIDERS, now.date(), "decide on requests")
    check_lengths(TEXT, reason=reason.strip())
    file = _known(request_id, requests)
    if state not in _FROM[file.state]:
        allowed = " or ".join(_FROM[file.state])
        raise GovernanceError(
            f"{file.request.title!r} is {file.state}: it can become {allowed}, not {state}."
        )
    if state in (RequestState.DECLINED, RequestState.OPEN) and not reason.strip():
        raise GovernanceError(f"Say why {file.request.title!r} is {state}: every request gets an answer.")
    lacking = standing(file.request, file.assessments, settings).lacking
    if state is RequestState.ACCEPTED and lacking:
        raise GovernanceError(f"{file.request.title!r} does not pass the checklist yet. {' '.join(lacking)}")
    requests.set_state(request_id, StateSet(state, reason.strip(), by, now))
    actions.add(ActionEntry(now, by, f"request {state}", request_id, reason.strip()))
    return _known(request_id, requests)


def ranked_requests(*, requests: HelpdeskStore, settings: HelpdeskSettings) -> list[RankedRequest]:
    """What is to be done, best first: by urgency × relevance / hours, once the checklist is passed; what does
    not pass it (yet) comes after, in the same order. Ties go to the earlier due day, the earlier request,
    the id."""
    files = [file for file in requests.requests() if file.takes_capacity]
    standings = [(file, standing(file.request, file.assessments, settings)) for file in files]

    def order(one: tuple[RequestFile, Standing]) -> tuple[object, ...]:
        request = one[0].request
        due = request.due or date.max
        return (bool(one[1].lacking), -one[1].score, due, request.asked_at, request.request_id)

    return [
        RankedRequest(file, found, None if found.lacking else rank)
        for rank, (file, found) in enumerate(sorted(standings, key=order), start=1)
    ]


def load_of(files: Sequence[RequestFile]) -> Load:
    """What the requests that are to be done take of the reviewers' hours."""
    hours = [file.request.hours for file in files if file.takes_capacity]
    return Load(len(hours), sum(hours) / len(hours) if hours else 0.0)


def _known(request_id: str, requests: HelpdeskStore) -> RequestFile:
    file = requests.request(request_id)
    if file is None:
        raise GovernanceError(f"There is no request {request_id!r}: look for it on the page of the Helpdesk.")
    return file
