"""Rounds and votes, bound to the stores and terms of reference that the settings name."""

from pathlib import Path

from heritage.adapters.clock import SystemClock
from heritage.errors import DecisionMissing
from heritage.model.governance import Decision, Round, Vote
from heritage.steps import govern
from heritage.wiring.report import latest_ranking as latest_ranking
from heritage.wiring.report import latest_report as latest_report
from heritage.wiring.report import rank_and_report as rank_and_report
from heritage.wiring.report import ranking_in
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.terms import governance_settings


def open_round(settings: Settings, folder: str) -> Round:
    """Opens a round on a written ranking. Raises DecisionMissing when there is nothing new to decide."""
    ranking = ranking_in(Path(folder))
    if not ranking.ranked:
        raise DecisionMissing(
            f"There is nothing new to decide: {ranking.decided} proposals are decided already and "
            f"{len(ranking.gated)} wait for a missing step."
        )
    return govern.open_round(
        ranking.ranked,
        decisions=decision_store(settings),
        clock=SystemClock(),
        settings=governance_settings(settings),
    )


def cast_vote(
    settings: Settings, round_id: str, member: str, proposal_id: str, answer: str, reason: str
) -> Vote:
    """See `steps.govern.cast_vote`."""
    store = decision_store(settings)
    return govern.cast_vote(
        round_id, member, proposal_id, answer, reason, decisions=store, clock=SystemClock()
    )


def closable(settings: Settings, round_id: str) -> bool:
    """See `steps.govern.closable`."""
    return govern.closable(round_id, decisions=decision_store(settings), clock=SystemClock())


def close_round(settings: Settings, round_id: str) -> list[Decision]:
    """See `steps.govern.close_round`."""
    return govern.close_round(
        round_id,
        decisions=decision_store(settings),
        clock=SystemClock(),
        settings=governance_settings(settings),
    )
