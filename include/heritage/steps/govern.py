"""Opens, votes in and closes rounds, and tells what stands approved."""

import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from heritage.errors import GovernanceError
from heritage.governance.ballot import check_closing, check_vote, decide, quorum
from heritage.governance.log import inputs_hash, verify, verify_rounds
from heritage.governance.settings import GovernanceSettings
from heritage.licence.question import QUESTION
from heritage.model.digest import digest_json
from heritage.model.disclosure import SENSITIVITY
from heritage.model.governance import (
    Decision,
    Proposal,
    Ranked,
    Result,
    Round,
    RoundState,
    Vote,
)
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore

_log = logging.getLogger(__name__)
_WITHOUT_EDITS = (QUESTION, SENSITIVITY)


@dataclass(frozen=True, slots=True)
class Approved:
    """A proposal with the decision on it."""

    decision: Decision
    proposal: Proposal


def open_round(
    ranked: Sequence[Ranked], *, decisions: DecisionStore, clock: Clock, settings: GovernanceSettings
) -> Round:
    """A round on the proposals; what is on an open ballot already is not put on a second one.

    When all of them are, the round that stands is given. Raises GovernanceError when there is nothing to
    decide, or when the seats could never reach the quorum.
    """
    if not ranked:
        raise GovernanceError("There is no proposal to decide on.")
    gated = [r.proposal.proposal_id for r in ranked if not r.proposal.admitted]
    if gated:
        raise GovernanceError(f"Not ready for a vote, a step is missing: {', '.join(gated)}.")
    now = clock.now()
    seats = settings.seats(now.date())
    needed = quorum(len(seats), settings)
    if len(seats) < needed:
        raise GovernanceError(
            f"The terms of reference name {len(seats)} members whose term covers today, but the quorum is "
            f"{needed}: fill the seats in governance.yaml."
        )
    standing = {
        r.proposal.proposal_id: round_ for round_ in decisions.open_rounds() for r in round_.proposals
    }
    fresh = [r for r in ranked if r.proposal.proposal_id not in standing]
    if not fresh:
        round_ = standing[ranked[0].proposal.proposal_id]
        _log.info("All proposals are on the ballot of round %s already.", round_.round_id)
        return round_
    log = decisions.log()
    # The last line of the log is part of the id, so that what was deferred can be decided on again.
    digest = digest_json([[inputs_hash(r) for r in fresh], log[-1].hash if log else ""])
    round_id = f"r{digest[:11]}"  # a letter first: what Airflow hands from task to task it may read as JSON
    opened = decisions.open_round(round_id, fresh, seats, now, now + timedelta(days=settings.voting_days))
    _log.info(
        "Round %s is open until %s: %d proposals, %d seats.",
        opened.round_id,
        opened.closes_at.isoformat(timespec="minutes"),
        len(opened.proposals),
        len(opened.seats),
    )
    return opened


def cast_vote(
    round_id: str,
    member: str,
    proposal_id: str,
    answer: str,
    reason: str,
    *,
    decisions: DecisionStore,
    clock: Clock,
) -> Vote:
    """Keeps a member's answer (for, against, abstain, recused); a later one takes its place.

    This is the one door for pages, command line and demo. Raises GovernanceError saying which rule the
    vote breaks: no seat, closed round, unknown proposal, unknown answer.
    """
    vote = Vote(member, proposal_id, answer, clock.now(), reason)
    check_vote(_known(round_id, decisions), vote)
    decisions.cast(round_id, vote)
    return vote


def closable(round_id: str, *, decisions: DecisionStore, clock: Clock) -> bool:
    """True when the deadline has passed or every seat has answered on every proposal."""
    round_ = _known(round_id, decisions)
    if round_.state is not RoundState.OPEN:
        return False
    try:
        check_closing(round_, decisions.votes(round_id), clock.now())
    except GovernanceError:
        return False
    return True


def close_round(
    round_id: str, *, decisions: DecisionStore, clock: Clock, settings: GovernanceSettings
) -> list[Decision]:
    """Counts the votes and writes the decisions into the log, in one transaction.

    Raises GovernanceError while answers are missing before the deadline, when the round is closed already,
    or when the log so far does not verify: nothing is added to a broken log.
    """
    faults = verify(decisions.log())
    if faults:
        raise GovernanceError(f"The decision log is broken, nothing is added to it: {faults[0]}")

    def count(round_: Round, votes: Sequence[Vote], last: Decision | None) -> list[Decision]:
        now = clock.now()
        check_closing(round_, votes, now)
        return decide(round_, votes, settings, now, last)

    new = decisions.close_round(round_id, count)
    by_result = {result: sum(d.result is result for d in new) for result in Result}
    _log.info(
        "Round %s is closed: %d approved, %d refused, %d deferred.",
        round_id,
        by_result[Result.APPROVED],
        by_result[Result.REFUSED],
        by_result[Result.DEFERRED],
    )
    return new


def check_log(decisions: DecisionStore) -> list[str]:
    """What is broken in the log or the ballots it decided on; empty when all is as it was written."""
    rounds = decisions.rounds()  # before the log, so that a round closed in between is not missed in it
    log = decisions.log()
    return verify(log) + verify_rounds(log, rounds)


def decided(decisions: DecisionStore) -> frozenset[str]:
    """Ids of the proposals that were approved or refused; an id changes with the proposal's content.

    What was ruled on otherwise since may come again: a register, or its licence, can turn back.
    """
    return frozenset(ruling.proposal.proposal_id for ruling in _standing(decisions))


def approved(decisions: DecisionStore) -> list[Approved]:
    """What stands approved, in order of the log: the last ruling on a dataset, kind and scope counts.

    Raises GovernanceError when anything in the log or on its ballots was changed: nothing is uploaded then.
    """
    return [ruling for ruling in _approved(decisions) if ruling.proposal.kind not in _WITHOUT_EDITS]


def rulings_on(dataset: str, decisions: DecisionStore) -> list[Approved]:
    """What was approved or refused of a dataset and stands, likewise: the last ruling on each kind and
    scope."""
    return [
        ruling
        for ruling in _standing(decisions)
        if ruling.proposal.dataset == dataset and ruling.proposal.kind not in _WITHOUT_EDITS
    ]


def approved_licences(decisions: DecisionStore) -> list[Approved]:
    """Questions on licences that stand approved, likewise; each question is one of its own."""
    return [ruling for ruling in _approved(decisions) if ruling.proposal.kind == QUESTION]


def approved_relaxations(decisions: DecisionStore) -> list[Approved]:
    """What may be told of single records beyond the rules, likewise."""
    return [ruling for ruling in _approved(decisions) if ruling.proposal.kind == SENSITIVITY]


def _approved(decisions: DecisionStore) -> list[Approved]:
    return [ruling for ruling in _standing(decisions) if ruling.decision.result is Result.APPROVED]


def _standing(decisions: DecisionStore) -> list[Approved]:
    """The last ruling on each subject, in order of the log: a dataset, kind and scope, or one question."""
    rounds = decisions.rounds()
    log = decisions.log()
    faults = verify(log) + verify_rounds(log, rounds)
    if faults:
        raise GovernanceError(f"The decision log is broken, so nothing stands approved: {faults[0]}")
    ballots = {(r.round_id, p.proposal.proposal_id): p.proposal for r in rounds for p in r.proposals}
    standing: dict[Hashable, Approved] = {}
    for decision in log:
        proposal = ballots.get((decision.round_id, decision.proposal_id))
        if proposal is None or decision.result is Result.DEFERRED:
            continue  # without a ballot: the round was opened and closed since the rounds were read
        about: Hashable = (proposal.dataset, proposal.kind, proposal.scope)
        if proposal.kind in _WITHOUT_EDITS:
            about = proposal.content_hash
        standing[about] = Approved(decision, proposal)
    return sorted(standing.values(), key=lambda ruling: ruling.decision.number)


def _known(round_id: str, decisions: DecisionStore) -> Round:
    round_ = decisions.round(round_id)
    if round_ is None:
        raise GovernanceError(f"There is no round {round_id!r}.")
    return round_
