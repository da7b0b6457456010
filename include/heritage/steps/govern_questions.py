"""Questions that chair or secretary put to the body: other weights, the share waived, a retraction."""

from heritage.errors import GovernanceError
from heritage.governance.acting import check_acting
from heritage.governance.settings import GovernanceSettings
from heritage.model.digest import digest_json
from heritage.model.governance import DecisionType, Proposal, Result, Round
from heritage.model.said import Said
from heritage.ports.actions import ActionLog
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore
from heritage.steps.govern_rounds import OPENERS, open_round, question

_ASKED = {
    DecisionType.WEIGHTS: "For takes the weights as they are said here from the next ranking on.",
    DecisionType.PORTFOLIO: "For waives, in this quarter, the share of hours kept for what is covered least.",
    DecisionType.RETRACTION: "For makes the decision void: nothing more of it is sent.",
}
"""What can be asked, and what the answer for means."""


def put_question(
    by: str,
    kind: DecisionType,
    title: str,
    reason: str,
    *,
    about: int | None = None,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
) -> Round:
    """Opens a round on one question, decided by the majority; `about` is the number of the decision to be
    withdrawn. Raises GovernanceError saying what is wrong with it."""
    check_acting(settings, by, OPENERS, clock.now().date(), "put a question to the body")
    if kind not in _ASKED:
        raise GovernanceError(f"{kind} is no question of this kind: ask about {', '.join(_ASKED)}.")
    if not title.strip() or not reason.strip():
        raise GovernanceError("Say what is asked in a line, and why.")
    contested = _withdrawable(about, decisions) if kind is DecisionType.RETRACTION else None
    digest = digest_json([kind, title, reason, about, len(decisions.log())])
    asked = Proposal.question(
        f"{kind}-{digest[:12]}",
        dataset=contested.dataset if contested else "",
        snapshot=contested.snapshot if contested else "",
        title=Said(title.strip()),
        kind=kind,
        content_hash=digest,
        gate=kind.value,
        answer="asked of the whole body",
        reasons=(
            Said("Why: {reason}", {"reason": reason.strip()}),
            Said("Asked by {name}.", {"name": by}),
            Said(_ASKED[kind]),
        ),
        publisher=contested.publisher if contested else "",
        supersedes=about if contested else None,
    )
    return open_round(
        [question(asked, 1)], decisions=decisions, actions=actions, clock=clock, settings=settings, by=by
    )


def _withdrawable(about: int | None, decisions: DecisionStore) -> Proposal:
    line = next((one for one in decisions.log() if one.number == about), None)
    if line is None:
        raise GovernanceError(f"There is no decision {about}: name the number of the one to be withdrawn.")
    if line.result is not Result.APPROVED:
        raise GovernanceError(f"Decision {about} is {line.result}: only what was approved can be withdrawn.")
    if line.type is DecisionType.APPEAL:
        raise GovernanceError(
            f"Decision {about} is on an appeal: what the panel upheld is not withdrawn by the body. "
            "Bring a new proposal."
        )
    ballot = decisions.round(line.round_id)
    found = ballot.proposals if ballot else ()
    for ranked in found:
        if ranked.proposal.proposal_id == line.proposal_id:
            return ranked.proposal
    raise GovernanceError(f"The ballot of decision {about} is gone: check the decision log.")
