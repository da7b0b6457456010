"""What members can answer, who may, and until when."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from math import ceil

from heritage.errors import GovernanceError
from heritage.governance.agenda import Part, agenda_of
from heritage.governance.emergency import carried
from heritage.governance.interests import declared_stake
from heritage.governance.lengths import TEXT, check_lengths
from heritage.governance.settings import GovernanceSettings, Role
from heritage.governance.terms import terms_of
from heritage.model.governance import Pull, Ranked, Round, RoundKind, RoundState, Vote


class Answer(StrEnum):
    """What a member can say on an item. Who has a stake in it is recused, on this item alone."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    RECUSED = "recused"


SCORES = ("0", "1", "2", "3", "4", "5")
_ANSWERS: dict[Part, tuple[str, ...]] = {
    Part.QUESTION: tuple(Answer),
    Part.CONSENT: (Answer.FOR, Answer.RECUSED),
    Part.BALLOT: (*SCORES, Answer.ABSTAIN, Answer.RECUSED),
    Part.LATER: (),
}


def counting(cast: Iterable[Vote]) -> list[Vote]:
    """Of votes in the order in which they were cast the last of each member on each proposal."""
    last: dict[tuple[str, str], Vote] = {}
    for vote in cast:
        last.pop((vote.member, vote.proposal_id), None)
        last[vote.member, vote.proposal_id] = vote
    return list(last.values())


def answers_for(part: Part) -> tuple[str, ...]:
    """What members can answer on an item in this part of the agenda."""
    return _ANSWERS[part]


def quorum(round_: Round, terms: GovernanceSettings) -> int:
    """How many members must take part in a round for it to decide anything."""
    if round_.kind is RoundKind.EMERGENCY:
        return 1 + terms.emergency.members
    if round_.kind is RoundKind.APPEAL:
        return terms.appeals.panel
    return body_quorum(len(round_.seats), terms)


def body_quorum(seats: int, terms: GovernanceSettings) -> int:
    """The same for a regular round of so many seats."""
    return max(terms.quorum_least, ceil(seats * terms.quorum_share))


def check_vote(round_: Round, vote: Vote, now: GovernanceSettings) -> None:
    """Raises GovernanceError saying which rule a vote breaks and what to do.

    `now` are the terms in force; the round's own come first.
    """
    terms = terms_of(round_, now)
    _check_seat(round_, vote.member, vote.cast_at, terms)
    item = _item(round_, vote.proposal_id)
    part = agenda_of(round_).part_of(vote.proposal_id) or Part.LATER
    allowed = answers_for(part)
    if not allowed:
        raise GovernanceError(
            f"{item.proposal.title!r} is not voted on in round {round_.round_id}: it waits for another one. "
            "Pull it with a reason, and it comes on the ballot."
        )
    if vote.answer not in allowed:
        raise GovernanceError(
            f"{vote.answer!r} is no answer on {item.proposal.title!r}: give one of {', '.join(allowed)}."
        )
    stake = declared_stake(terms, vote.member, item.proposal)
    if stake:
        raise GovernanceError(
            f"{vote.member!r} is recused from {item.proposal.title!r} by a declared interest ({stake}): no "
            "answer is needed on it."
        )
    check_lengths(TEXT, reason=vote.reason)


def check_pull(round_: Round, pull: Pull, now: GovernanceSettings) -> None:
    """Raises GovernanceError saying why a member cannot take an item to the ballot."""
    terms = terms_of(round_, now)
    _check_seat(round_, pull.member, pull.pulled_at, terms)
    item = _item(round_, pull.proposal_id)
    part = agenda_of(round_).part_of(pull.proposal_id)
    pulled = any(one.proposal_id == pull.proposal_id for one in round_.pulls)
    if part not in (Part.CONSENT, Part.LATER) and not pulled:
        raise GovernanceError(f"{item.proposal.title!r} is voted on anyway: give your answer on it.")
    stake = declared_stake(terms, pull.member, item.proposal)
    if stake:
        raise GovernanceError(
            f"{pull.member!r} is recused from {item.proposal.title!r} by a declared interest ({stake}) and "
            "cannot pull it: ask another member."
        )
    if not pull.reason.strip():
        raise GovernanceError(f"Say why {item.proposal.title!r} should be voted on: a pull needs a reason.")
    check_lengths(TEXT, reason=pull.reason)


def missing(
    round_: Round, votes: Iterable[Vote], at: datetime, now: GovernanceSettings
) -> dict[str, tuple[str, ...]]:
    """What items members have not answered on and still can, by member; empty when all is answered.

    Nobody is asked on what waits, who is recused by a declared interest, nor whose term is over. Silence on
    the consent agenda is consent, but only at the deadline.
    """
    terms, agenda = terms_of(round_, now), agenda_of(round_)
    asked = [(part, item.proposal) for part, item in agenda.parts() if answers_for(part)]
    said = {(vote.member, vote.proposal_id): vote.answer for vote in votes}
    found = {}
    for seat in round_.seats:
        if not sits(round_, seat, at, terms):
            continue
        lacking = tuple(
            proposal.proposal_id
            for part, proposal in asked
            if said.get((seat, proposal.proposal_id)) not in answers_for(part)
            and not declared_stake(terms, seat, proposal)
        )
        if lacking:
            found[seat] = lacking
    return found


def check_closing(round_: Round, votes: Iterable[Vote], at: datetime, now: GovernanceSettings) -> None:
    """Raises GovernanceError while the deadline has not passed and answers are missing. An emergency is
    over as soon as it is carried."""
    votes = list(votes)
    if at >= round_.closes_at:
        return
    if round_.kind is RoundKind.EMERGENCY and carried(round_, votes, terms_of(round_, now)):
        return
    lacking = missing(round_, votes, at, now)
    if lacking:
        raise GovernanceError(
            f"Round {round_.round_id} is open until {round_.closes_at:%Y-%m-%d %H:%M} UTC: not all answers "
            f"are in (missing from {', '.join(lacking)})."
        )


def sits(round_: Round, member: str, at: datetime, terms: GovernanceSettings) -> bool:
    """Whether somebody with a seat in the round has it still: their term may have ended meanwhile."""
    if not round_.terms:
        return True
    role = Role.APPEAL_PANEL if round_.kind is RoundKind.APPEAL else Role.MEMBER
    return member in terms.holders(role, at.date())


def _check_seat(round_: Round, member: str, at: datetime, terms: GovernanceSettings) -> None:
    if member not in round_.seats:
        raise GovernanceError(
            f"{member!r} has no seat in round {round_.round_id}: its seats are those of the day on which it "
            "was opened."
        )
    if round_.state is not RoundState.OPEN or at >= round_.closes_at:
        raise GovernanceError(
            f"Round {round_.round_id} takes no votes any more: voting ended on "
            f"{round_.closes_at:%Y-%m-%d %H:%M} UTC. What was deferred comes back in another round."
        )
    if not sits(round_, member, at, terms):
        raise GovernanceError(
            f"The term of {member!r} is over: what they answered before counts, and nothing can be added."
        )


def _item(round_: Round, proposal_id: str) -> Ranked:
    for ranked in round_.proposals:
        if ranked.proposal.proposal_id == proposal_id:
            return ranked
    raise GovernanceError(
        f"There is no proposal {proposal_id!r} in round {round_.round_id}: open the page of the round again."
    )
