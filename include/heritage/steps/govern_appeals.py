"""Appeals: filed they suspend the upload at once, and people who did not vote hear them."""

from datetime import timedelta

from heritage.errors import GovernanceError
from heritage.governance.acting import check_acting
from heritage.governance.appeals import as_question, check_appeal, open_appeals, panel_for
from heritage.governance.settings import GovernanceSettings, Role
from heritage.model.digest import digest_json
from heritage.model.governance import ActionEntry, Appeal, Round, RoundKind
from heritage.ports.actions import ActionLog
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore
from heritage.steps.govern_rounds import keep_round, question


def file_appeal(
    filed_by: str,
    number: int,
    by: str,
    standing: str,
    grounds: str,
    *,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
) -> Appeal:
    """Enters somebody's appeal against a decision; from now on nothing of the decision is sent until it is
    heard. The secretary enters it. Raises GovernanceError saying why it cannot be filed."""
    now = clock.now()
    check_acting(settings, filed_by, (Role.SECRETARY,), now.date(), "enter an appeal")
    appeal_id = f"a{digest_json([number, by, grounds, now.isoformat()])[:11]}"
    appeal = Appeal(appeal_id, number, by.strip(), standing, grounds.strip(), filed_by, now)
    log = decisions.log()
    decisions.file_appeal(appeal, lambda earlier: check_appeal(appeal, log, earlier, settings))
    actions.add(ActionEntry(now, filed_by, "appeal", appeal_id, f"against decision {number}"))
    return appeal


def hear_appeal(
    by: str,
    appeal_id: str,
    *,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
) -> Round:
    """Opens the round that hears an appeal, or gives the one that does. Raises GovernanceError when it was
    heard, or when too few of the panel did not vote on the decision."""
    now = clock.now()
    check_acting(settings, by, (Role.SECRETARY, Role.CHAIR), now.date(), "open a hearing")
    log = decisions.log()
    appeal = next((one for one in open_appeals(decisions.appeals(), log) if one.appeal_id == appeal_id), None)
    if appeal is None:
        raise GovernanceError(f"There is no appeal {appeal_id!r} that waits for its hearing.")
    decision = next(one for one in log if one.number == appeal.decision)
    ballot = decisions.round(decision.round_id)
    if ballot is None:
        raise GovernanceError(f"The ballot of decision {decision.number} is gone: check the decision log.")
    contested = next(r.proposal for r in ballot.proposals if r.proposal.proposal_id == decision.proposal_id)
    asked = as_question(appeal, decision, contested)
    for round_ in decisions.open_rounds():
        if any(ranked.proposal.proposal_id == asked.proposal_id for ranked in round_.proposals):
            return round_
    opened = keep_round(
        [question(asked, 1)],
        panel_for(decision, settings, now),
        RoundKind.APPEAL,
        now + timedelta(days=settings.appeals.hearing_days),
        decisions,
        settings,
        now,
    )
    actions.add(ActionEntry(now, by, "open hearing", opened.round_id, appeal_id))
    return opened
