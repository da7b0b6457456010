"""What members are told of rounds, and that it was told: once by each way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from heritage.adapters.clock import SystemClock
from heritage.governance.agenda import Part, agenda_of
from heritage.governance.settings import GovernanceSettings
from heritage.governance.terms import terms_of
from heritage.model.governance import ActionEntry, Result, Round, RoundKind, RoundState
from heritage.steps.govern_rounds import MACHINE, known
from heritage.wiring import governance
from heritage.wiring.settings import Settings
from heritage.wiring.stores import action_log, decision_store
from heritage.wiring.terms import governance_settings

_LOOKED_AFTER = timedelta(hours=1)
"""So long a regular round is left to the run that opened or closed it, before the watch tells of it."""
_RESULT_NEWS = timedelta(days=3)
"""So long it is tried to tell what a round came to."""


@dataclass(frozen=True, slots=True)
class Message:
    """What people are told of a round. Nothing in it is from a register: chats read marks in their texts."""

    what: str
    round_id: str
    subject: str
    text: str
    members: tuple[str, ...]
    """User names of whom it concerns."""
    report: Path | None = None


def to_tell(settings: Settings) -> list[Message]:
    """What is to be told now: of open rounds that they are, and who has not answered shortly before the end;
    of those that have closed in the last days what they came to. What was told before is among it:
    `tell_once` keeps that apart."""
    now = SystemClock().now()
    found = [closed(settings, round_id) for round_id in _just_closed(settings, now)]
    for round_ in decision_store(settings).open_rounds():
        if round_.closes_at <= now:
            continue
        if round_.kind is not RoundKind.REGULAR or now >= round_.opened_at + _LOOKED_AFTER:
            found.append(opened(settings, round_.round_id))
        if reminder := reminding(settings, round_.round_id):
            found.append(reminder)
    return found


def _just_closed(settings: Settings, now: datetime) -> list[str]:
    """Rounds whose result may not have been told everywhere; of regular ones the run that closes them tells
    first."""
    store, since = decision_store(settings), now - _RESULT_NEWS
    ended = {
        line.round_id: datetime.fromisoformat(line.decided_at)
        for line in store.log()
        if datetime.fromisoformat(line.decided_at) >= since
    }
    kinds = {head.round_id: head.kind for head in store.heads()}
    return [
        round_id
        for round_id, at in ended.items()
        if kinds[round_id] is not RoundKind.REGULAR or now >= at + _LOOKED_AFTER
    ]


def opened(settings: Settings, round_id: str) -> Message:
    """That a round is open, with the report."""
    round_ = _round(settings, round_id)
    terms = terms_of(round_, governance_settings(settings))
    report = governance.latest_report(settings) if round_.kind is RoundKind.REGULAR else None
    return Message(
        "opened",
        round_id,
        f"{terms.body}: {_KINDS[round_.kind]} is open until {_moment(round_.closes_at)}",
        f"{_capital(_KINDS[round_.kind])} ({round_id}) is open. Please answer on the page Priorities by "
        f"{_moment(round_.closes_at)}. {_tasks(round_)} You can change your answers until then.",
        round_.seats,
        report / "report.pdf" if report else None,
    )


def reminding(settings: Settings, round_id: str) -> Message | None:
    """Who has not answered, when the end is near."""
    round_, now = _round(settings, round_id), SystemClock().now()
    terms = terms_of(round_, governance_settings(settings))
    near = round_.closes_at - timedelta(days=terms.remind_days)
    if round_.state is RoundState.CLOSED or not near <= now < round_.closes_at:
        return None
    lacking = tuple(governance.unanswered(settings, round_id))
    if not lacking:
        return None
    return Message(
        "reminder",
        round_id,
        f"{terms.body}: your answers are missing, until {_moment(round_.closes_at)}",
        f"{_capital(_KINDS[round_.kind])} ({round_id}) ends {_moment(round_.closes_at)}. Answers are "
        f"missing from "
        f"{', '.join(_names(lacking, terms))}. Please give them on the page Priorities; to abstain is "
        f"an answer too.",
        lacking,
    )


def closed(settings: Settings, round_id: str) -> Message:
    """What a round came to."""
    round_ = _round(settings, round_id)
    terms = terms_of(round_, governance_settings(settings))
    decisions = [line for line in decision_store(settings).log() if line.round_id == round_id]
    counts = ", ".join(f"{sum(d.result is result for d in decisions)} {result}" for result in Result)
    return Message(
        "closed",
        round_id,
        f"{terms.body}: {_KINDS[round_.kind]} is closed",
        f"{_capital(_KINDS[round_.kind])} ({round_id}) is closed: {counts}. The minutes are on the page "
        f"Priorities. "
        f"For {terms.appeals.days} days those concerned can appeal.",
        round_.seats,
    )


def tell_once(settings: Settings, message: Message, by: str, send: Callable[[], str | None]) -> bool:
    """Sends a message by a way (a connection) unless that was done, and keeps that it was; `send` gives why
    it could not be done, which is kept too, so that it is said once. Gives whether it was sent now."""
    log, about = action_log(settings), f"{message.what} by {by}"
    told = (entry.detail for entry in log.about(message.round_id) if entry.action == "tell")
    if any(detail == about or detail.startswith(f"{about}: ") for detail in told):
        return False
    why_not = send()
    detail = f"{about}: not told, {why_not}" if why_not else about
    log.add(ActionEntry(SystemClock().now(), MACHINE, "tell", message.round_id, detail))
    return not why_not


def _round(settings: Settings, round_id: str) -> Round:
    return known(round_id, decision_store(settings))


_KINDS = {
    RoundKind.REGULAR: "a round of votes",
    RoundKind.EMERGENCY: "an emergency round",
    RoundKind.APPEAL: "the hearing of an appeal",
}


def _tasks(round_: Round) -> str:
    counts = dict.fromkeys(Part, 0)
    for part, _ in agenda_of(round_).parts():
        counts[part] += 1
    words = {
        Part.QUESTION: "to answer for or against",
        Part.CONSENT: "that pass unless somebody pulls them",
        Part.BALLOT: "to score from 0 to 5",
        Part.LATER: "that wait for another round unless somebody pulls them",
    }
    return f"On the agenda: {', '.join(f'{n} {words[part]}' for part, n in counts.items() if n)}."


def _names(users: Sequence[str], terms: GovernanceSettings) -> list[str]:
    names = {member.user: member.name or member.user for member in terms.members}
    return [names.get(user, user) for user in users]


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
