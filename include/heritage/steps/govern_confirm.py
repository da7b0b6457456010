"""The secretary says on a page whether a round went by the rules, as Airflow's required actions ask it."""

from collections.abc import Mapping

from heritage.errors import GovernanceError
from heritage.governance.acting import check_acting
from heritage.governance.lengths import TEXT, check_lengths
from heritage.governance.settings import GovernanceSettings, Role
from heritage.model.governance import Decision, RoundKind
from heritage.ports.actions import ActionLog
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore
from heritage.steps.govern_rounds import close_round, known


def confirm_round(
    round_id: str,
    by: str,
    *,
    goes_back: bool = False,
    reason: str = "",
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
    stale: Mapping[str, str],
) -> list[Decision]:
    """Closes a regular round whose voting is over, with who confirmed it; when it `goes_back` to the body
    every item is deferred for the `reason`. `stale` as in `close_round`.

    Raises GovernanceError for anybody but the secretary, and while votes can come in.
    """
    now, round_ = clock.now(), known(round_id, decisions)
    check_acting(settings, by, (Role.SECRETARY,), now.date(), "confirm a round")
    if round_.kind is not RoundKind.REGULAR:
        raise GovernanceError(f"Round {round_id} is decided as soon as it is over: nobody confirms it.")
    if now < round_.closes_at:
        raise GovernanceError(
            f"Voting in round {round_id} goes on until {round_.closes_at:%Y-%m-%d %H:%M} UTC: what you "
            "confirm is what is counted, so end the voting first."
        )
    if goes_back and not reason.strip():
        raise GovernanceError("Say why the round goes back to the body: that is put on record.")
    check_lengths(TEXT, reason=reason)
    return close_round(
        round_id,
        decisions=decisions,
        actions=actions,
        clock=clock,
        settings=settings,
        stale=stale,
        confirmed_by=by,
        returned=reason.strip() if goes_back else "",
    )
