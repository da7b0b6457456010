"""What the DAGs do with rounds: when one opens by itself, when its voting is over, what is confirmed.

Everything here can be asked again at any moment: a run that was killed goes on where it stood.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from heritage.adapters.clock import SystemClock
from heritage.governance.settings import Role
from heritage.governance.terms import terms_of
from heritage.model.governance import Decision, Round, RoundKind, RoundState
from heritage.steps.govern_rounds import known
from heritage.steps.govern_standing import keep_seal
from heritage.wiring import governance
from heritage.wiring.report import made_at, ranking_in, report_shelf
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.terms import governance_settings

_AFTER_ALL = timedelta(days=1)
"""So long after nobody can confirm any more a regular round is closed that no run of the DAG looks after."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the secretary is asked."""

    round_id: str
    body: str
    decisions: tuple[Decision, ...]
    titles: dict[str, str]
    took_part: int
    seats: int
    secretaries: tuple[str, ...]
    waits: timedelta


def open_when_due(settings: Settings, folder: str) -> str | None:
    """The id of the round on a written report: the one that a person opened, or else one that is opened now
    because its day has come; None while it has not.

    Raises DecisionMissing when there is nothing to decide.
    """
    store, path = decision_store(settings), report_shelf(settings).find(Path(folder))
    ranking, made = ranking_in(path), made_at(path)
    wanted = {one.proposal.proposal_id for one in ranking.ranked}
    for round_ in reversed(store.rounds()):
        on_it = wanted.intersection(one.proposal.proposal_id for one in round_.proposals)
        if round_.kind is RoundKind.REGULAR and on_it and round_.opened_at >= made:
            return round_.round_id
    due = made + timedelta(days=governance_settings(settings).open_after_days)
    if wanted and SystemClock().now() < due:
        return None
    return governance.open_round(settings, folder).round_id


def voting_over(settings: Settings, round_id: str) -> bool:
    """Whether nobody can vote any more; ends the voting when everybody has answered."""
    round_ = _round(settings, round_id)
    if round_.state is RoundState.CLOSED or SystemClock().now() >= round_.closes_at:
        return True
    if not governance.closable(settings, round_id):
        return False
    governance.end_voting(settings, round_id)
    return True


def confirmation(settings: Settings, round_id: str) -> Confirmation | None:
    """What to ask the secretaries of the terms; None when the round is closed, or there is none to ask."""
    round_ = _round(settings, round_id)
    terms = terms_of(round_, governance_settings(settings))
    secretaries = governance_settings(settings).holders(Role.SECRETARY, SystemClock().now().date())
    if round_.state is RoundState.CLOSED or not secretaries:
        return None
    votes = decision_store(settings).votes(round_id)
    return Confirmation(
        round_id,
        terms.body,
        tuple(governance.provisional(settings, round_id)),
        {one.proposal.proposal_id: one.proposal.title for one in round_.proposals},
        len({vote.member for vote in votes}.intersection(round_.seats)),
        len(round_.seats),
        secretaries,
        timedelta(days=terms.confirm_days),
    )


def close(settings: Settings, round_id: str, confirmed_by: str = "", returned: str = "") -> list[Decision]:
    """The decisions of a round, which is closed if it is not yet."""
    if _round(settings, round_id).state is RoundState.CLOSED:
        return [line for line in decision_store(settings).log() if line.round_id == round_id]
    return governance.close_round(settings, round_id, confirmed_by=confirmed_by, returned=returned)


def close_overdue(settings: Settings) -> list[Decision]:
    """Closes what nobody else does: emergencies and appeals whose time is over, and regular rounds whose run
    is gone long after the secretary's days to confirm have passed."""
    now, terms = SystemClock().now(), governance_settings(settings)
    grace = timedelta(days=terms.confirm_days) + _AFTER_ALL
    keep_seal(decision_store(settings), now)  # where the closing itself could not
    new = governance.close_due(settings)
    for round_ in decision_store(settings).open_rounds():
        if round_.kind is RoundKind.REGULAR and now >= round_.closes_at + grace:
            new += governance.close_round(settings, round_.round_id)
    return new


def decided_since(settings: Settings, number: int) -> list[Decision]:
    """The decisions after that of a number, oldest first; all after 0."""
    return decision_store(settings).log()[number:]


def decided_by_now(settings: Settings) -> int:
    """How many decisions there are."""
    return len(decision_store(settings).log())


def _round(settings: Settings, round_id: str) -> Round:
    return known(round_id, decision_store(settings))
