"""Opens rounds of the governance body, ends the voting in them, and closes them with decisions."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from heritage.errors import DecisionMissing, GovernanceError
from heritage.governance.acting import check_acting
from heritage.governance.ballot import body_quorum, check_closing
from heritage.governance.decide import decide
from heritage.governance.emergency import as_question, to_ratify
from heritage.governance.log import inputs_hash, verify
from heritage.governance.quarter import quarter_before
from heritage.governance.settings import GovernanceSettings, Role
from heritage.governance.terms import as_text
from heritage.model.digest import digest_json
from heritage.model.governance import (
    ActionEntry,
    Decision,
    Proposal,
    Ranked,
    Result,
    Round,
    RoundKind,
    RoundState,
    Vote,
)
from heritage.ports.actions import ActionLog
from heritage.ports.clock import Clock
from heritage.ports.decisions import DecisionStore

_log = logging.getLogger(__name__)
MACHINE = "Heritage Guard"
"""Who acts when nobody does."""
OPENERS = (Role.SECRETARY, Role.CHAIR)


def open_round(
    ranked: Sequence[Ranked],
    *,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
    by: str = "",
) -> Round:
    """A round on the proposals, and on the emergency decisions that wait to be ratified; what is on an open
    ballot already is not put on a second one. `by` opens it, the machine when empty.

    When all of them are, the round that stands is given. Raises DecisionMissing when there is nothing to
    decide, and GovernanceError when the seats could never reach the quorum, or somebody else than the chair
    or secretary opens it.
    """
    now = clock.now()
    if by:
        check_acting(settings, by, OPENERS, now.date(), "open a round")
    gated = [r.proposal.proposal_id for r in ranked if not r.proposal.admitted]
    if gated:
        raise GovernanceError(f"Not ready for a vote, a step is missing: {', '.join(gated)}.")
    items = [*ranked, *_ratifications(decisions, len(ranked), now)]
    if not items:
        raise DecisionMissing("There is no proposal to decide on.")
    seats = settings.seats(now.date())
    needed = body_quorum(len(seats), settings)
    if len(seats) < needed:
        raise GovernanceError(
            f"The terms of reference name {len(seats)} members whose term covers today, but the quorum is "
            f"{needed}: fill the seats in governance.yaml."
        )
    standing = {
        r.proposal.proposal_id: round_
        for round_ in decisions.open_rounds()
        if round_.kind is RoundKind.REGULAR
        for r in round_.proposals
    }
    fresh = [r for r in items if r.proposal.proposal_id not in standing]
    if not fresh:
        round_ = standing[items[0].proposal.proposal_id]
        _log.info("All proposals are on the ballot of round %s already.", round_.round_id)
        return round_
    opened = keep_round(
        fresh, seats, RoundKind.REGULAR, now + timedelta(days=settings.voting_days), decisions, settings, now
    )
    actions.add(
        ActionEntry(now, by or MACHINE, "open", opened.round_id, f"{len(opened.proposals)} proposals")
    )
    return opened


def keep_round(
    items: Sequence[Ranked],
    seats: Sequence[str],
    kind: RoundKind,
    closes_at: datetime,
    decisions: DecisionStore,
    settings: GovernanceSettings,
    now: datetime,
) -> Round:
    """Writes down a round with the terms that hold in it."""
    log = decisions.log()
    # The last line of the log is part of the id, so that what was deferred can be decided on again.
    digest = digest_json([kind, [inputs_hash(r) for r in items], log[-1].hash if log else ""])
    round_id = f"r{digest[:11]}"  # a letter first: what Airflow hands from task to task it may read as JSON
    opened = decisions.open_round(round_id, items, seats, now, closes_at, kind, as_text(settings))
    _log.info(
        "Round %s (%s) is open until %s: %d proposals, %d seats.",
        *(opened.round_id, opened.kind, opened.closes_at.isoformat(timespec="minutes")),
        *(len(opened.proposals), len(opened.seats)),
    )
    return opened


def question(proposal: Proposal, rank: int) -> Ranked:
    """A question as an item of a round: it has no score."""
    return Ranked(proposal, rank, 0.0, {}, 0.5, "contested")


def closable(round_id: str, *, decisions: DecisionStore, clock: Clock, settings: GovernanceSettings) -> bool:
    """True when the deadline has passed or every seat has answered on every item."""
    round_ = known(round_id, decisions)
    if round_.state is not RoundState.OPEN:
        return False
    try:
        check_closing(round_, decisions.votes(round_id), clock.now(), settings)
    except GovernanceError:
        return False
    return True


def end_voting(
    round_id: str, *, decisions: DecisionStore, actions: ActionLog, clock: Clock, settings: GovernanceSettings
) -> Round:
    """Nobody can vote any more: what is told as provisional is what will be counted. Raises GovernanceError
    while answers are missing before the deadline."""
    now = clock.now()
    check_closing(known(round_id, decisions), decisions.votes(round_id), now, settings)
    ended = decisions.end_voting(round_id, now)
    actions.add(ActionEntry(now, MACHINE, "end voting", round_id))
    return ended


def provisional(
    round_id: str,
    *,
    decisions: DecisionStore,
    clock: Clock,
    settings: GovernanceSettings,
    stale: Mapping[str, str],
) -> list[Decision]:
    """What the round would decide if it were closed now; nothing is written. `stale` as in `decide`."""
    log = decisions.log()
    return _count(
        known(round_id, decisions),
        decisions.votes(round_id),
        log,
        decisions.rounds(),
        settings,
        clock.now(),
        stale,
        "",
    )


def close_round(
    round_id: str,
    *,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
    stale: Mapping[str, str],
    confirmed_by: str = "",
    returned: str = "",
) -> list[Decision]:
    """Counts the votes and writes the decisions into the log, in one transaction.

    `confirmed_by` says who confirmed that it went by the rules (silence does, when empty); with `returned`,
    the reason why it did not, every item is deferred. Raises GovernanceError while answers are missing
    before the deadline, when the round is closed already, or when the log so far does not verify: nothing is
    added to a broken log.
    """
    log = decisions.log()
    faults = verify(log)
    if faults:
        raise GovernanceError(f"The decision log is broken, nothing is added to it: {faults[0]}")
    if returned and not confirmed_by:
        raise GovernanceError("Say who returns the round to the body: that is put on record.")
    why = f"{returned.strip()} ({confirmed_by})" if returned else ""
    now, rounds = clock.now(), decisions.rounds()

    def count(round_: Round, votes: Sequence[Vote], last: Decision | None) -> list[Decision]:
        if (last.hash if last else "") != (log[-1].hash if log else ""):
            raise GovernanceError("Another round was closed in the same moment: close this one again.")
        check_closing(round_, votes, now, settings)
        return _count(round_, votes, log, rounds, settings, now, stale, why)

    new = decisions.close_round(round_id, count)
    if returned:
        actions.add(ActionEntry(now, confirmed_by, "return", round_id, returned.strip()))
    elif confirmed_by:
        actions.add(ActionEntry(now, confirmed_by, "confirm", round_id))
    by_result = {result: sum(d.result is result for d in new) for result in Result}
    told = ", ".join(f"{count} {result}" for result, count in by_result.items())
    actions.add(ActionEntry(now, MACHINE, "close", round_id, told))
    _log.info("Round %s is closed: %s.", round_id, told)
    return new


def known(round_id: str, decisions: DecisionStore) -> Round:
    """The round of that id. Raises GovernanceError when there is none."""
    round_ = decisions.round(round_id)
    if round_ is None:
        raise GovernanceError(f"There is no round {round_id!r}: look for its id on the page Priorities.")
    return round_


def _count(
    round_: Round,
    votes: Sequence[Vote],
    log: Sequence[Decision],
    rounds: Sequence[Round],
    settings: GovernanceSettings,
    now: datetime,
    stale: Mapping[str, str],
    returned: str,
) -> list[Decision]:
    return decide(
        round_,
        votes,
        settings,
        now,
        log[-1] if log else None,
        quarter=quarter_before(now, log, rounds),
        stale=stale,
        returned=returned,
    )


def _ratifications(decisions: DecisionStore, before: int, now: datetime) -> list[Ranked]:
    log = decisions.log()
    waiting = to_ratify(log, now)
    ballots = {
        (r.round_id, p.proposal.proposal_id): p.proposal for r in decisions.rounds() for p in r.proposals
    }
    return [
        question(as_question(one, ballots[one.round_id, one.proposal_id]), before + number)
        for number, one in enumerate(waiting, start=1)
    ]
