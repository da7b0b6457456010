"""Votes and what they come to (domain details, part d).

Every proposal that passed its gates is on the ballot, also those that no weighting moves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import ceil

from heritage.errors import GovernanceError
from heritage.governance.equal_shares import equal_shares
from heritage.governance.log import BEGINNING, chain, fields_of, inputs_hash
from heritage.governance.settings import GovernanceSettings
from heritage.model.governance import Decision, LicenceAnswer, Ranked, Result, Round, RoundState, Vote


class Answer(StrEnum):
    """What a member can say on a proposal. Who has a stake in it is recused, on this item alone."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    RECUSED = "recused"


def quorum(seats: int, settings: GovernanceSettings) -> int:
    """How many members must take part in a round for it to decide anything."""
    return max(settings.quorum_least, ceil(seats * settings.quorum_share))


def check_vote(round_: Round, vote: Vote) -> None:
    """Raises GovernanceError saying which rule the vote breaks."""
    if vote.member not in round_.seats:
        raise GovernanceError(f"{vote.member!r} has no seat in round {round_.round_id}.")
    if round_.state is not RoundState.OPEN or vote.cast_at >= round_.closes_at:
        raise GovernanceError(
            f"Round {round_.round_id} takes no votes any more: it ended {round_.closes_at}."
        )
    if vote.proposal_id not in {ranked.proposal.proposal_id for ranked in round_.proposals}:
        raise GovernanceError(f"There is no proposal {vote.proposal_id!r} in round {round_.round_id}.")
    if vote.answer not in list(Answer):
        raise GovernanceError(f"{vote.answer!r} is no answer: give one of {', '.join(Answer)}.")


def check_closing(round_: Round, votes: Iterable[Vote], at: datetime) -> None:
    """Raises GovernanceError while the deadline has not passed and answers are missing."""
    if at >= round_.closes_at:
        return
    answered = {(vote.member, vote.proposal_id) for vote in votes}
    missing = [
        seat
        for seat in round_.seats
        if any((seat, ranked.proposal.proposal_id) not in answered for ranked in round_.proposals)
    ]
    if missing:
        raise GovernanceError(
            f"Round {round_.round_id} is open until {round_.closes_at}: not all answers are in "
            f"(missing from {', '.join(missing)})."
        )


def decide(
    round_: Round,
    votes: Sequence[Vote],
    settings: GovernanceSettings,
    at: datetime,
    last: Decision | None,
) -> list[Decision]:
    """One decision for each proposal of the round, in order of rank, as the next lines of the log.

    `votes` holds at most one vote a member and proposal; `last` is the last line of the log so far.
    """
    votes = [vote for vote in votes if vote.member in round_.seats]
    present = {vote.member for vote in votes}
    needed = quorum(len(round_.seats), settings)
    tallies = [_tally(ranked, votes) for ranked in round_.proposals]
    rulings = [_ruling(tally, len(present), len(round_.seats), needed, settings) for tally in tallies]
    rulings = _within_budget(tallies, rulings, present, settings.budget_hours)
    decisions: list[Decision] = []
    for tally, ruling in zip(tallies, rulings, strict=True):
        proposal = tally.ranked.proposal
        decision = Decision(
            number=last.number + 1 if last else 1,
            round_id=round_.round_id,
            proposal_id=proposal.proposal_id,
            dataset=proposal.dataset,
            inputs_hash=inputs_hash(tally.ranked),
            result=ruling.result,
            votes={member: a for member, a in tally.answers.items() if a != Answer.RECUSED},
            recusals=tuple(tally.members(Answer.RECUSED)),
            quorum=needed,
            reasons=f"{ruling.reason} {tally.sentence} {len(present)} of {len(round_.seats)} members "
            f"took part (quorum {needed}; terms of reference {settings.version}).",
            decided_at=at.isoformat(),
            prev_hash=last.hash if last else BEGINNING,
            hash="",
        )
        last = replace(decision, hash=chain(decision.prev_hash, fields_of(decision)))
        decisions.append(last)
    return decisions


@dataclass(frozen=True, slots=True)
class _Tally:
    ranked: Ranked
    answers: dict[str, str]

    def members(self, answer: Answer) -> list[str]:
        return sorted(member for member, given in self.answers.items() if given == answer)

    def count(self, answer: Answer) -> int:
        return len(self.members(answer))

    @property
    def sentence(self) -> str:
        recused = self.members(Answer.RECUSED)
        return (
            f"{self.count(Answer.FOR)} for, {self.count(Answer.AGAINST)} against, "
            f"{self.count(Answer.ABSTAIN)} abstained"
            + (f", {', '.join(recused)} recused." if recused else ".")
        )


@dataclass(frozen=True, slots=True)
class _Ruling:
    result: Result
    reason: str


def _tally(ranked: Ranked, votes: Iterable[Vote]) -> _Tally:
    proposal_id = ranked.proposal.proposal_id
    mine = sorted((v.member, v.answer) for v in votes if v.proposal_id == proposal_id)
    return _Tally(ranked, dict(mine))


def _ruling(tally: _Tally, present: int, seats: int, needed: int, settings: GovernanceSettings) -> _Ruling:
    in_favour, against = tally.count(Answer.FOR), tally.count(Answer.AGAINST)
    unrecused = in_favour + against + tally.count(Answer.ABSTAIN)
    if present < needed:
        return _Ruling(Result.DEFERRED, f"No decision: too few of the {seats} members took part.")
    if unrecused < settings.votes_least:
        return _Ruling(
            Result.DEFERRED,
            f"No decision: {unrecused} votes without a stake in it, {settings.votes_least} are needed.",
        )
    if in_favour == against:
        return _Ruling(Result.DEFERRED, "No decision: as many for as against.")
    if in_favour < against:
        return _Ruling(Result.REFUSED, "Refused by the majority.")
    asking = _qualified_gate(tally.ranked)
    if asking is None:
        return _Ruling(Result.APPROVED, "Approved by the majority.")
    share = settings.qualified_majority
    if in_favour < share * (in_favour + against):
        return _Ruling(
            Result.REFUSED, f"Refused: the {asking} asks for {share} of the votes, which is not reached."
        )
    return _Ruling(Result.APPROVED, f"Approved by {share} of the votes, as the {asking} asks for.")


def _qualified_gate(ranked: Ranked) -> str | None:
    """The gate that only a qualified majority opens."""
    gates = ranked.proposal.gates
    return next((gate.name for gate in gates if gate.answer == LicenceAnswer.BODY_DECISION.value), None)


def _within_budget(
    tallies: Sequence[_Tally], rulings: Sequence[_Ruling], present: set[str], budget: float
) -> list[_Ruling]:
    """Where the approved proposals cost more hours than the round may commit, equal shares choose."""
    approved = {
        tally.ranked.proposal.proposal_id: tally
        for tally, ruling in zip(tallies, rulings, strict=True)
        if ruling.result is Result.APPROVED
    }
    costs = {item: tally.ranked.proposal.reviewer_hours for item, tally in approved.items()}
    if sum(costs.values()) <= budget:
        return list(rulings)
    support = {item: dict.fromkeys(tally.members(Answer.FOR), 1.0) for item, tally in approved.items()}
    funded = {bought.item for bought in equal_shares(costs, support, present, budget)}
    short = _Ruling(
        Result.DEFERRED,
        f"Carried, but the {budget:g} reviewer-hours of this round went to other proposals by equal shares.",
    )
    return [
        short if tally.ranked.proposal.proposal_id in costs.keys() - funded else ruling
        for tally, ruling in zip(tallies, rulings, strict=True)
    ]
