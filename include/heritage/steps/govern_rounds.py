"""Opens rounds of the governance body, ends the voting in them, and closes them with decisions."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from heritage.errors import DecisionMissing, GovernanceError
from heritage.governance.acting import check_acting
from heritage.governance.ballot import body_quorum, check_closing, counting
from heritage.governance.basis import basis_of
from heritage.governance.count import count
from heritage.governance.emergency import as_question, to_ratify
from heritage.governance.log import inputs_hash
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
from heritage.steps.govern_standing import check_log, keep_seal

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
    items = [*ranked, *ratifications(decisions, ranked, now)]
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


def ratifications(decisions: DecisionStore, after: Sequence[Ranked], now: datetime) -> list[Ranked]:
    """The emergency decisions that wait for the body, with the numbers that follow those of other items."""
    found = []
    for number, one in enumerate(to_ratify(decisions.log(), now), start=next_number(after)):
        (carried_out,) = known(one.round_id, decisions).proposals
        found.append(question(as_question(one, carried_out.proposal), number))
    return found


def next_number(items: Sequence[Ranked]) -> int:
    """Of what is put beside items of a ranking."""
    return max((one.rank for one in items), default=0) + 1


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
    round_id: str,
    *,
    decisions: DecisionStore,
    actions: ActionLog,
    clock: Clock,
    settings: GovernanceSettings,
    by: str = "",
) -> Round:
    """Nobody can vote any more: what is told as provisional is what will be counted. `by` ends it, the
    machine when empty. Raises GovernanceError while answers are missing before the deadline."""
    now = clock.now()
    check_closing(known(round_id, decisions), decisions.votes(round_id), now, settings)
    ended = decisions.end_voting(round_id, now)
    actions.add(ActionEntry(now, by or MACHINE, "end voting", round_id))
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
    return count(
        known(round_id, decisions),
        decisions.votes(round_id),
        decisions.log(),
        decisions.rounds(),
        settings,
        clock.now(),
        stale=stale,
        returned="",
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
    """Counts the votes and writes the decisions into the log, in one transaction, with the digests of all
    that they were made on; then keeps outside the database where the log ends.

    `confirmed_by` says who confirmed that it went by the rules (silence does, when empty); with `returned`,
    the reason why it did not, every item is deferred. Raises GovernanceError while answers are missing
    before the deadline, when the round is closed already, or when anything in the log, or behind
    it, is not as it was written: nothing is added to a broken log.
    """
    log = decisions.log()
    faults = check_log(decisions)
    if faults:
        raise GovernanceError(f"The decision log is broken, nothing is added to it: {faults[0]}")
    if returned and not confirmed_by:
        raise GovernanceError("Say who returns the round to the body: that is put on record.")
    why = f"{returned.strip()} ({confirmed_by})" if returned else ""
    now, rounds = clock.now(), decisions.rounds()

    def lines(round_: Round, cast: Sequence[Vote], last: Decision | None) -> list[Decision]:
        if (last.hash if last else "") != (log[-1].hash if log else ""):
            raise GovernanceError("Another round was closed in the same moment: close this one again.")
        check_closing(round_, counting(cast), now, settings)
        basis = basis_of(round_, cast)
        return count(round_, cast, log, rounds, settings, now, stale=stale, returned=why, basis=basis)

    new = decisions.close_round(round_id, lines)
    keep_seal(decisions, now)
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
