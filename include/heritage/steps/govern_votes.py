"""Members vote, pull items from the consent agenda, and agree to the rest of it."""

from heritage.governance.agenda import agenda_of
from heritage.governance.ballot import Answer, check_pull, check_vote
from heritage.governance.interests import declared_stake
from heritage.governance.settings import GovernanceSettings
from heritage.governance.terms import terms_of
from heritage.model.governance import ActionEntry, Pull, Vote
from heritage.ports.actions import ActionLog
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore
from heritage.steps.govern_rounds import known


def cast_vote(
    round_id: str,
    member: str,
    proposal_id: str,
    answer: str,
    reason: str,
    *,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
) -> Vote:
    """Keeps a member's answer (`ballot.answers_for` its part of the agenda); a later one takes its place.

    This is the one door for pages, command line and demo. Raises GovernanceError saying which rule the
    vote breaks: no seat, term over, voting ended, unknown proposal, unknown answer, declared interest.
    """
    round_ = known(round_id, decisions)
    vote = Vote(member, proposal_id, answer, clock.now(), reason.strip())
    check_vote(round_, vote, settings)
    decisions.cast(round_id, vote, round_.closes_at)
    action = "recuse" if answer == Answer.RECUSED else "vote"
    actions.add(ActionEntry(vote.cast_at, member, action, round_id, proposal_id))
    return vote


def pull_item(
    round_id: str,
    member: str,
    proposal_id: str,
    reason: str,
    *,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
) -> Pull:
    """A member wants an item voted on that would pass, or wait, without a vote. It is not taken back. Raises
    GovernanceError as `cast_vote` does, and without a reason."""
    round_ = known(round_id, decisions)
    pull = Pull(member, proposal_id, reason.strip(), clock.now())
    check_pull(round_, pull, settings)
    decisions.pull(round_id, pull, round_.closes_at)
    actions.add(ActionEntry(pull.pulled_at, member, "pull", round_id, proposal_id))
    return pull


def agree_consent(
    round_id: str,
    member: str,
    *,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
) -> list[Vote]:
    """A member agrees to every item of the consent agenda that they have not answered and have no stake in;
    gives the votes."""
    round_ = known(round_id, decisions)
    terms = terms_of(round_, settings)
    answered = {vote.proposal_id for vote in decisions.votes(round_id) if vote.member == member}
    return [
        cast_vote(
            round_id,
            member,
            ranked.proposal.proposal_id,
            Answer.FOR,
            "",
            decisions=decisions,
            actions=actions,
            clock=clock,
            settings=settings,
        )
        for ranked in agenda_of(round_).consent
        if ranked.proposal.proposal_id not in answered and not declared_stake(terms, member, ranked.proposal)
    ]
