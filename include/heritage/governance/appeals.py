"""Appeals: who may file one, until when, and what it is to those who hear it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from heritage.errors import GovernanceError
from heritage.governance.lengths import LINE, TEXT, check_lengths
from heritage.governance.settings import GovernanceSettings, Role
from heritage.model.digest import digest_json
from heritage.model.governance import Appeal, Decision, DecisionType, Proposal, Result
from heritage.model.said import Said

_CONTESTABLE = frozenset(
    {
        DecisionType.PRIORITY,
        DecisionType.EMERGENCY,
        DecisionType.LICENCE,
        DecisionType.SENSITIVITY,
        DecisionType.RETRACTION,
    }
)


_ENDING = (DecisionType.APPEAL, DecisionType.RETRACTION)


class Standing(StrEnum):
    """Who may contest a decision."""

    REQUESTER = "requester"
    COMMUNITY = "community"
    DATA_OWNER = "data owner"


def check_appeal(
    appeal: Appeal, log: Collection[Decision], earlier: Iterable[Appeal], terms: GovernanceSettings
) -> None:
    """Raises GovernanceError saying why an appeal cannot be filed."""
    number = appeal.decision
    decision = next((one for one in log if one.number == number), None)
    if decision is None:
        raise GovernanceError(f"There is no decision {number}: look for its number in the decision log.")
    if decision.type not in _CONTESTABLE or decision.result is Result.DEFERRED:
        raise GovernanceError(
            f"Decision {number} ({decision.type}, {decision.result}) cannot be appealed: only what was "
            "approved or refused of priorities, emergencies, licences and protection can."
        )
    if appeal.standing not in list(Standing):
        raise GovernanceError(
            f"{appeal.standing!r} cannot appeal: say whether it is by a {', '.join(Standing)}."
        )
    if not appeal.by.strip() or not appeal.grounds.strip():
        raise GovernanceError("Say who appeals and on what grounds.")
    check_lengths(LINE, who_appeals=appeal.by)
    check_lengths(TEXT, grounds=appeal.grounds)
    until = datetime.fromisoformat(decision.decided_at) + timedelta(days=terms.appeals.days)
    if appeal.filed_at > until:
        raise GovernanceError(
            f"Decision {number} could be appealed until {until:%Y-%m-%d %H:%M} UTC, {terms.appeals.days} "
            "days after it: bring a new proposal to the body instead."
        )
    if any(True for _ in earlier):
        raise GovernanceError(
            f"Decision {number} was appealed before: an appeal is heard once, with all that is known to it."
        )


def made_void(log: Iterable[Decision]) -> dict[int, Decision]:
    """What appeals and retractions have made void, by number with the decision that did. One that is void
    itself ends nothing: what it had ended stands again."""
    found: dict[int, Decision] = {}
    for line in sorted(log, key=lambda one: one.number, reverse=True):
        ends = line.type in _ENDING and line.result is Result.APPROVED and line.number not in found
        if ends and line.supersedes is not None:
            found.setdefault(line.supersedes, line)
    return found


def hearing_id(appeal: Appeal) -> str:
    """Id of the question that an appeal is, in the round that hears it."""
    return f"appeal-{appeal.appeal_id}"


def open_appeals(appeals: Iterable[Appeal], log: Iterable[Decision]) -> list[Appeal]:
    """Those that nobody has decided yet: what was deferred is heard again."""
    heard = {one.proposal_id for one in log if one.result is not Result.DEFERRED}
    return [appeal for appeal in appeals if hearing_id(appeal) not in heard]


def panel_for(decision: Decision, terms: GovernanceSettings, at: datetime) -> tuple[str, ...]:
    """Who hears an appeal: the panel, less whoever voted on the decision or was recused from it. Raises
    GovernanceError when too few are left."""
    took_part = {*decision.votes, *decision.recusals}
    seats = tuple(one for one in terms.holders(Role.APPEAL_PANEL, at.date()) if one not in took_part)
    if len(seats) < terms.appeals.panel:
        raise GovernanceError(
            f"The appeal against decision {decision.number} needs {terms.appeals.panel} people of the appeal "
            f"panel who did not vote on it, and the terms of reference name {len(seats)}: name more."
        )
    return seats


def as_question(appeal: Appeal, decision: Decision, contested: Proposal) -> Proposal:
    """What the panel answers: for upholds the appeal, and the decision is void."""
    return Proposal.question(
        hearing_id(appeal),
        dataset=contested.dataset,
        snapshot=contested.snapshot,
        title=Said(
            "Appeal against decision {number}: {title}",
            {"number": decision.number, "title": contested.title},
        ),
        kind=DecisionType.APPEAL,
        content_hash=digest_json([appeal.appeal_id, decision.hash]),
        gate="appeal",
        answer="heard by people who did not vote on the decision",
        reasons=(
            Said(
                "Decision {number} was {result} on {day}.",
                {"number": decision.number, "result": decision.result.value, "day": decision.decided_at[:10]},
            ),
            Said("By a {standing}: {name}.", {"standing": appeal.standing, "name": appeal.by}),
            Said("Grounds: {grounds}", {"grounds": appeal.grounds}),
            Said("For upholds the appeal: the decision is void. Against: it stands, and uploads go on."),
        ),
        publisher=contested.publisher,
        supersedes=decision.number,
    )
