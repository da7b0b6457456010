"""The lane for what cannot wait: carried by the chair and some members, and lapsing unless ratified."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from heritage.governance.interests import declared_stake
from heritage.governance.settings import GovernanceSettings, Role
from heritage.model.digest import digest_json
from heritage.model.governance import Decision, DecisionType, Proposal, Result, Round, Vote
from heritage.model.said import Said


def carried(round_: Round, votes: Iterable[Vote], terms: GovernanceSettings) -> bool:
    """Whether the chair and as many others as the terms ask for, none of them with a stake, are for it."""
    (item,) = round_.proposals
    in_favour = {
        vote.member
        for vote in votes
        if vote.answer == "for" and not declared_stake(terms, vote.member, item.proposal)
    }
    chairs = set(terms.holders(Role.CHAIR, round_.opened_at.date()))
    return bool(in_favour & chairs) and len(in_favour) > terms.emergency.members


def ratified(decision: Decision, log: Iterable[Decision]) -> bool:
    """Whether the body has ratified an emergency decision while it could."""
    return any(
        one.type is DecisionType.RATIFICATION
        and one.supersedes == decision.number
        and one.result is Result.APPROVED
        and datetime.fromisoformat(one.decided_at) < datetime.fromisoformat(decision.ratify_by)
        for one in log
    )


def lapsed(decision: Decision, log: Iterable[Decision], at: datetime) -> bool:
    """Whether an emergency decision stands no more because nobody has ratified it in time, or the body has
    refused to."""
    if decision.type is not DecisionType.EMERGENCY or decision.result is not Result.APPROVED:
        return False
    log = list(log)
    refused = any(
        one.type is DecisionType.RATIFICATION
        and one.supersedes == decision.number
        and one.result is Result.REFUSED
        for one in log
    )
    over = at >= datetime.fromisoformat(decision.ratify_by)
    return refused or (over and not ratified(decision, log))


def to_ratify(log: Sequence[Decision], at: datetime) -> list[Decision]:
    """Emergency decisions that the body has not spoken on yet and that have not lapsed."""
    spoken = {
        one.supersedes
        for one in log
        if one.type is DecisionType.RATIFICATION and one.result is not Result.DEFERRED
    }
    return [
        one
        for one in log
        if one.type is DecisionType.EMERGENCY
        and one.result is Result.APPROVED
        and one.number not in spoken
        and not lapsed(one, log, at)
    ]


def as_question(decision: Decision, carried_out: Proposal) -> Proposal:
    """What the body answers: for, the emergency decision stands; against, it is void at once."""
    return Proposal.question(
        f"ratification-{decision.number}",
        dataset=carried_out.dataset,
        snapshot=carried_out.snapshot,
        title=Said(
            "Ratify the emergency decision {number}: {title}",
            {"number": decision.number, "title": carried_out.title},
        ),
        kind=DecisionType.RATIFICATION,
        content_hash=digest_json([DecisionType.RATIFICATION, decision.hash]),
        gate="ratification",
        answer="asked of the whole body",
        reasons=(
            Said("Approved as an emergency on {day}.", {"day": decision.decided_at[:10]}),
            Said(
                "Without the body's ratification by {until} UTC it lapses: nothing more of it is sent.",
                {"until": decision.ratify_by[:16].replace("T", " ")},
            ),
        ),
        publisher=carried_out.publisher,
        supersedes=decision.number,
    )
