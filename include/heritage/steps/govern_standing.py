"""What stands decided: the last ruling on each subject, less what is void, has lapsed or is contested."""

import logging
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from heritage.errors import GovernanceError, StoreRefused, StoreUnavailable
from heritage.governance.altered import altered_fields
from heritage.governance.appeals import made_void, open_appeals
from heritage.governance.basis import verify_basis
from heritage.governance.emergency import lapsed
from heritage.governance.log import balloted, chain, fields_of, verify, verify_rounds, verify_seals
from heritage.governance.public import lines_of
from heritage.governance.replay import recount
from heritage.licence.question import QUESTION
from heritage.model.disclosure import SENSITIVITY
from heritage.model.governance import (
    Appeal,
    Decision,
    DecisionType,
    Proposal,
    Result,
    Round,
    RoundState,
    Seal,
)
from heritage.ports.decisions import DecisionStore

_log = logging.getLogger(__name__)
_QUESTIONS = frozenset(DecisionType) - {DecisionType.PRIORITY, DecisionType.EMERGENCY}


@dataclass(frozen=True, slots=True)
class Approved:
    """A proposal with the decision on it."""

    decision: Decision
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Fate:
    """Decisions that carry nothing (any more), by number with the reason in a sentence."""

    ended: Mapping[int, str] = field(default_factory=dict)
    """For good: void by an appeal or a retraction, or lapsed."""
    suspended: Mapping[int, str] = field(default_factory=dict)
    """Until an appeal is heard."""

    def why_ended(self, numbers: Collection[int]) -> str | None:
        """Why one of these decisions carries nothing any more; None when all stand or wait."""
        return next((self.ended[number] for number in numbers if number in self.ended), None)

    def why_not(self, numbers: Collection[int]) -> str | None:
        """Why nothing is sent by these decisions; None when it may be."""
        waiting = (self.suspended[number] for number in numbers if number in self.suspended)
        return self.why_ended(numbers) or next(waiting, None)


def fate_of(log: Collection[Decision], appeals: Collection[Appeal], at: datetime) -> Fate:
    """What became of decisions after they were made, as of a time."""
    ended, void = {}, made_void(log)
    for number, by_line in void.items():
        upheld = by_line.type is DecisionType.APPEAL
        how = "an appeal against it was upheld" if upheld else "it was withdrawn"
        ended[number] = f"Decision {number} is void: {how} by decision {by_line.number}."
    holding = [line for line in log if line.number not in void]
    for line in holding:
        if lapsed(line, holding, at):
            by = line.ratify_by[:16].replace("T", " ")
            ended[line.number] = (
                f"Decision {line.number} has lapsed: the body did not ratify the emergency by {by} UTC."
            )
    suspended = {
        appeal.decision: f"Decision {appeal.decision} is under appeal {appeal.appeal_id} since "
        f"{appeal.filed_at:%Y-%m-%d}: nothing of it is sent before the appeal is heard."
        for appeal in open_appeals(appeals, log)
        if appeal.decision not in ended
    }
    return Fate(ended, suspended)


def fate(decisions: DecisionStore, at: datetime) -> Fate:
    """The same of the whole log."""
    return fate_of(decisions.log(), decisions.appeals(), at)


def check_log(decisions: DecisionStore, published: Iterable[Seal] = ()) -> list[str]:
    """What is broken in the log, or in what it decided on: ballots, terms, votes and pulls; empty when all is
    as it was written. The first fault names the fields that were changed, where that can be told.

    The log must hold what was kept of it elsewhere, and what is `published`.
    """
    rounds = decisions.rounds()  # before the log, so that a round closed in between is not missed in it
    log = decisions.log()
    rounds = _as_decided(rounds, log, decisions)
    faults = verify(log)
    changed = [n for n, line in enumerate(log) if line.hash != chain(line.prev_hash, fields_of(line))]
    if faults and changed and faults[0].startswith(f"Line {changed[0] + 1} "):
        round_id = log[changed[0]].round_id
        named = altered_fields(log, changed[0], rounds, decisions.cast_votes(round_id).get(round_id, ()))
        if named:
            faults[0] += f" Not as it was written: {', '.join(named)}."
    faults += verify_seals(log, [*decisions.seals(), *published]) + verify_rounds(log, rounds)
    return faults + verify_basis(log, rounds, decisions.cast_votes())


def keep_seal(decisions: DecisionStore, at: datetime) -> None:
    """Keeps outside the database where the log ends now. What cannot be kept is told in the log of the
    program and kept the next time; a log that lacks what was kept before is not kept."""
    log = decisions.log()
    try:
        if log and not verify_seals(log, decisions.seals()):
            decisions.keep_seal(Seal(log[-1].number, log[-1].hash, at.isoformat()))
    except (OSError, StoreUnavailable, StoreRefused) as error:
        _log.warning("Where the decision log ends could not be kept beside the snapshots: %s", error)


def _as_decided(rounds: list[Round], log: Collection[Decision], decisions: DecisionStore) -> list[Round]:
    """The rounds, those read anew that have decisions and were open when they were read."""
    decided = {line.round_id for line in log}
    again = {
        round_.round_id: decisions.round(round_.round_id)
        for round_ in rounds
        if round_.state is RoundState.OPEN and round_.round_id in decided
    }
    return [again.get(round_.round_id) or round_ for round_ in rounds]


def recounted(decisions: DecisionStore, number: int | None = None) -> tuple[int, list[str]]:
    """Counts rounds again from their ballots, terms, pulls and votes: how many decisions (that of one round,
    if a `number` in it is named), and which of them are not what that comes to.

    Rounds from before their terms were kept cannot be counted again and are left out. Raises GovernanceError
    for a number that the log does not have.
    """
    rounds, log, cast = decisions.rounds(), decisions.log(), decisions.cast_votes()
    wanted = {line.round_id for line in log if number in (None, line.number)}
    if number is not None and not wanted:
        raise GovernanceError(f"There is no decision {number}.")
    counted, faults = 0, []
    for round_ in rounds:
        if round_.round_id not in wanted or not round_.terms:
            continue
        again = {one.number: one for one in recount(log, rounds, round_, cast.get(round_.round_id, ()))}
        for line in log:
            if line.round_id == round_.round_id and number in (None, line.number):
                counted += 1
                if again.get(line.number) != line:
                    faults.append(
                        f"Decision {line.number} is not what its votes come to by its round's terms."
                    )
    return counted, faults


def public_log(decisions: DecisionStore, *, names: bool) -> list[dict[str, Any]]:
    """Every line of the log as everybody may read it: see `governance.public.public`."""
    return lines_of(decisions.log(), balloted(decisions.rounds()), names)


def decided(decisions: DecisionStore, at: datetime) -> frozenset[str]:
    """Ids of the proposals that were approved or refused; an id changes with the proposal's content.

    What was ruled on otherwise since may come again: a register, or its licence, can turn back. So may what
    was made void or has lapsed; what is under appeal waits for its hearing.
    """
    ended = fate(decisions, at).ended
    rulings = _standing(decisions)
    return frozenset(one.proposal.proposal_id for one in rulings if one.decision.number not in ended)


def approved(decisions: DecisionStore, at: datetime) -> list[Approved]:
    """What stands approved, in order of the log: the last ruling on a dataset, kind and scope counts. What
    was approved of a dataset in one round waits together while one of it is under appeal: an edit is whole.

    Raises GovernanceError when anything in the log or on its ballots was changed: nothing is uploaded then.
    """
    known = fate(decisions, at)
    rulings = [one for one in _approved(decisions, known) if not _is_question(one)]
    contested = {_together(one) for one in rulings if one.decision.number in known.suspended}
    return [one for one in rulings if _together(one) not in contested]


def suspended(decisions: DecisionStore, at: datetime) -> list[tuple[Approved, str]]:
    """What is approved of edits and waits for an appeal to be heard, with the reason."""
    known = fate(decisions, at)
    rulings = [one for one in _approved(decisions, known) if not _is_question(one)]
    why = {
        _together(one): known.suspended[one.decision.number]
        for one in rulings
        if one.decision.number in known.suspended
    }
    return [(one, why[_together(one)]) for one in rulings if _together(one) in why]


def rulings_on(dataset: str, decisions: DecisionStore, at: datetime) -> list[Approved]:
    """What was approved or refused of a dataset and stands, likewise: the last ruling on each kind and
    scope."""
    known = fate(decisions, at)
    return [
        one
        for one in _standing(decisions)
        if one.proposal.dataset == dataset
        and not _is_question(one)
        and known.why_not([one.decision.number]) is None
    ]


def approved_licences(decisions: DecisionStore, at: datetime) -> list[Approved]:
    """Questions on licences that stand approved, likewise; each question is one of its own."""
    return _answered(QUESTION, decisions, at)


def approved_relaxations(decisions: DecisionStore, at: datetime) -> list[Approved]:
    """What may be told of single records beyond the rules, likewise."""
    return _answered(SENSITIVITY, decisions, at)


def approved_weights(decisions: DecisionStore, at: datetime) -> Approved | None:
    """The last decision on weights that stands, likewise; None where the body has decided none. Once it is
    withdrawn, the one before stands again."""
    found = [one for one in _answered(DecisionType.WEIGHTS, decisions, at) if one.proposal.weights]
    return found[-1] if found else None


def _answered(kind: str, decisions: DecisionStore, at: datetime) -> list[Approved]:
    known = fate(decisions, at)
    return [
        one
        for one in _approved(decisions, known)
        if one.proposal.kind == kind and one.decision.number not in known.suspended
    ]


def _approved(decisions: DecisionStore, known: Fate) -> list[Approved]:
    return [
        one
        for one in _standing(decisions)
        if one.decision.result is Result.APPROVED and one.decision.number not in known.ended
    ]


def _is_question(ruling: Approved) -> bool:
    return ruling.proposal.kind in _QUESTIONS


def _together(ruling: Approved) -> tuple[str, str]:
    return ruling.decision.round_id, ruling.proposal.dataset


def _standing(decisions: DecisionStore) -> list[Approved]:
    """The last ruling on each subject, in order of the log: a dataset, kind and scope, or one question."""
    rounds = decisions.rounds()
    log = decisions.log()
    faults = verify(log) + verify_seals(log, decisions.seals()) + verify_rounds(log, rounds)
    if faults:
        raise GovernanceError(f"The decision log is broken, so nothing stands approved: {faults[0]}")
    ballots = balloted(rounds)
    standing: dict[Hashable, Approved] = {}
    for decision in log:
        proposal = ballots.get((decision.round_id, decision.proposal_id))
        if proposal is None or decision.result is Result.DEFERRED:
            continue  # without a ballot: the round was opened and closed since the rounds were read
        about: Hashable = (proposal.dataset, proposal.kind, proposal.scope, proposal.region)
        if proposal.kind in _QUESTIONS:
            about = proposal.content_hash
        standing[about] = Approved(decision, proposal)
    return sorted(standing.values(), key=lambda ruling: ruling.decision.number)
