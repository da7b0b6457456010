"""Rounds, votes, emergencies and appeals, bound to the stores and terms that the settings name."""

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.adapters.reports.log_page import log_page as log_page
from heritage.errors import DecisionMissing, GovernanceError
from heritage.governance import acting
from heritage.governance.appeals import open_appeals as waiting_appeals
from heritage.governance.ballot import missing
from heritage.governance.settings import Role
from heritage.model.governance import (
    Appeal,
    Decision,
    DecisionType,
    Pull,
    Ranked,
    Round,
    RoundKind,
    RoundState,
    Vote,
)
from heritage.steps import (
    govern_appeals,
    govern_confirm,
    govern_emergency,
    govern_questions,
    govern_rounds,
    govern_votes,
)
from heritage.steps.decided_edits import vanished
from heritage.steps.govern_standing import decided
from heritage.steps.rank import Ranking
from heritage.wiring.helpdesk import ask_helpdesk as ask_helpdesk
from heritage.wiring.helpdesk import assess as assess
from heritage.wiring.helpdesk import helpdesk_requests as helpdesk_requests
from heritage.wiring.helpdesk import ranked_requests as ranked_requests
from heritage.wiring.helpdesk import set_request_state as set_request_state
from heritage.wiring.report import latest_ranking as latest_ranking
from heritage.wiring.report import latest_report as latest_report
from heritage.wiring.report import rank_and_report as rank_and_report
from heritage.wiring.report import ranking_in, report_shelf
from heritage.wiring.settings import Settings
from heritage.wiring.stores import action_log, decision_store, snapshot_store
from heritage.wiring.terms import governance_settings
from heritage.wiring.weights import body_settings

_log = logging.getLogger(__name__)


def may(settings: Settings, user: str, role: Role, airflow_role: str | Iterable[str]) -> bool:
    """Whether somebody is named for a role today and has one of Airflow's roles that it takes; `airflow_role`
    is the one or those that Airflow's auth manager gives them."""
    held = [airflow_role] if isinstance(airflow_role, str) else airflow_role
    return acting.may(governance_settings(settings), user, role, SystemClock().now().date(), held)


def open_round(settings: Settings, folder: str | None = None, by: str = "") -> Round:
    """Opens a round on the ranking in a report's folder, the newest by default, in the name of `by` (nobody's
    when empty). Raises DecisionMissing when there is nothing new to decide; see `steps.govern_rounds`."""
    found = report_shelf(settings).find(Path(folder)) if folder else None
    ranking = ranking_in(found) if found else latest_ranking(settings)
    if ranking is None:
        raise DecisionMissing("Nothing is ranked yet: run the DAG `governance`, or `heritage report`.")
    fresh = _fresh(ranking, settings)
    try:
        return govern_rounds.open_round(fresh, by=by, **_bound(settings))
    except DecisionMissing:
        settled_now = ranking.decided + len(ranking.ranked) - len(fresh)
        raise DecisionMissing(
            f"There is nothing new to decide: {settled_now} proposals are decided already and "
            f"{len(ranking.gated)} wait for a missing step."
        ) from None


def cast_vote(
    settings: Settings, round_id: str, member: str, proposal_id: str, answer: str, reason: str
) -> Vote:
    """See `steps.govern_votes.cast_vote`; an emergency that is carried by it, and an appeal on which all have
    answered, are decided at once."""
    vote = govern_votes.cast_vote(round_id, member, proposal_id, answer, reason, **_bound(settings))
    for head in decision_store(settings).heads():
        if head.round_id == round_id:
            _close_if_over(settings, head)
    return vote


def pull_item(settings: Settings, round_id: str, member: str, proposal_id: str, reason: str) -> Pull:
    """See `steps.govern_votes.pull_item`."""
    return govern_votes.pull_item(round_id, member, proposal_id, reason, **_bound(settings))


def agree_consent(settings: Settings, round_id: str, member: str) -> list[Vote]:
    """See `steps.govern_votes.agree_consent`."""
    return govern_votes.agree_consent(round_id, member, **_bound(settings))


def unanswered(settings: Settings, round_id: str) -> dict[str, tuple[str, ...]]:
    """Members who can still answer and the ids of what they have not; see `governance.ballot.missing`."""
    store = decision_store(settings)
    round_ = govern_rounds.known(round_id, store)
    return missing(round_, store.votes(round_id), SystemClock().now(), governance_settings(settings))


def closable(settings: Settings, round_id: str) -> bool:
    """See `steps.govern_rounds.closable`."""
    bound = _bound(settings)
    del bound["actions"]
    return govern_rounds.closable(round_id, **bound)


def end_voting(settings: Settings, round_id: str, by: str = "") -> Round:
    """See `steps.govern_rounds.end_voting`."""
    return govern_rounds.end_voting(round_id, by=by, **_bound(settings))


def provisional(settings: Settings, round_id: str) -> list[Decision]:
    """What a round would decide if it were closed now; nothing is written."""
    bound = _bound(settings)
    del bound["actions"]
    return govern_rounds.provisional(round_id, stale=_stale(settings, round_id), **bound)


def close_round(
    settings: Settings, round_id: str, confirmed_by: str = "", returned: str = ""
) -> list[Decision]:
    """See `steps.govern_rounds.close_round`."""
    return govern_rounds.close_round(
        round_id,
        stale=_stale(settings, round_id),
        confirmed_by=confirmed_by,
        returned=returned,
        **_bound(settings),
    )


def confirm_round(
    settings: Settings, round_id: str, by: str, *, goes_back: bool = False, reason: str = ""
) -> list[Decision]:
    """See `steps.govern_confirm.confirm_round`."""
    stale = _stale(settings, round_id)
    return govern_confirm.confirm_round(
        round_id, by, goes_back=goes_back, reason=reason, stale=stale, **_bound(settings)
    )


def close_due(settings: Settings) -> list[Decision]:
    """Closes emergencies and appeals that are carried, answered or over: nobody has to confirm them."""
    new = []
    for head in decision_store(settings).heads():
        new += _close_if_over(settings, head)
    return new


def open_emergency(
    settings: Settings, by: str, proposal_id: str, reason: str, *, official: bool = False
) -> Round:
    """See `steps.govern_emergency.open_emergency`; the proposal stands in the newest ranking."""
    ranking = latest_ranking(settings)
    ranked: tuple[Ranked, ...] = ranking.ranked if ranking else ()
    if proposal_id in decided(decision_store(settings), SystemClock().now()):
        raise GovernanceError(f"{proposal_id!r} is decided already: an emergency does not decide it again.")
    return govern_emergency.open_emergency(
        ranked, by, proposal_id, reason, official=official, store=snapshot_store(settings), **_bound(settings)
    )


def put_question(
    settings: Settings,
    by: str,
    kind: DecisionType,
    title: str,
    reason: str,
    *,
    about: int | None = None,
    weights: Mapping[str, object] = MappingProxyType({}),
    alone: bool = False,
) -> Round:
    """See `steps.govern_questions.put_question`; what is ready is put beside it unless it goes `alone`."""
    ranking = None if alone else latest_ranking(settings)
    return govern_questions.put_question(
        by,
        kind,
        title,
        reason,
        about=about,
        weights=weights,
        in_force=body_settings(settings).weights,
        beside=_fresh(ranking, settings) if ranking else (),
        **_bound(settings),
    )


def file_appeal(
    settings: Settings, filed_by: str, number: int, by: str, standing: str, grounds: str
) -> Appeal:
    """See `steps.govern_appeals.file_appeal`; its hearing opens at once where the panel has the people."""
    appeal = govern_appeals.file_appeal(filed_by, number, by, standing, grounds, **_bound(settings))
    try:
        hear_appeal(settings, filed_by, appeal.appeal_id)
    except GovernanceError as error:
        _log.warning("The hearing of appeal %s is not open yet: %s", appeal.appeal_id, error)
    return appeal


def hear_appeal(settings: Settings, by: str, appeal_id: str) -> Round:
    """See `steps.govern_appeals.hear_appeal`."""
    return govern_appeals.hear_appeal(by, appeal_id, **_bound(settings))


def open_appeals(settings: Settings) -> list[Appeal]:
    """Appeals that nobody has decided yet, oldest first."""
    store = decision_store(settings)
    return waiting_appeals(store.appeals(), store.log())


def _close_if_over(settings: Settings, head: Round) -> list[Decision]:
    waits = head.kind is RoundKind.REGULAR or head.state is not RoundState.OPEN
    if waits or not closable(settings, head.round_id):
        return []
    return close_round(settings, head.round_id)


def _fresh(ranking: Ranking, settings: Settings) -> list[Ranked]:
    """What is ranked and not decided since: a ranking may be older than decisions."""
    settled = decided(decision_store(settings), SystemClock().now())
    return [one for one in ranking.ranked if one.proposal.proposal_id not in settled]


def _stale(settings: Settings, round_id: str) -> dict[str, str]:
    return vanished(govern_rounds.known(round_id, decision_store(settings)), snapshot_store(settings))


def _bound(settings: Settings) -> dict[str, Any]:
    return {
        "decisions": decision_store(settings),
        "actions": action_log(settings),
        "clock": SystemClock(),
        "settings": governance_settings(settings),
    }
