"""Counts rounds again from what the log has written down."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from heritage.governance.ballot import Answer
from heritage.governance.basis import Basis, basis_of
from heritage.governance.count import count
from heritage.governance.decide import RETURNED, STALE, given_reason
from heritage.governance.interests import declared_stake
from heritage.governance.settings import GovernanceSettings
from heritage.governance.terms import read_terms, terms_of
from heritage.model.governance import Decision, Round, Vote


def replay(
    log: Sequence[Decision], rounds: Sequence[Round], round_: Round, now: GovernanceSettings
) -> list[Decision]:
    """The decisions on a closed round, counted anew from its ballot, terms and pulls and the votes in the
    log: the same lines, unless something was decided otherwise than by the rules.

    `now` are the terms in force: rounds from before terms were kept are counted by them.
    """
    lines = [line for line in log if line.round_id == round_.round_id]
    terms = terms_of(round_, now)
    votes = [vote for line in lines for vote in _votes(line, round_, terms)]
    return _again(log, rounds, round_, votes, now, {line.proposal_id: line.basis for line in lines})


def recount(
    log: Sequence[Decision], rounds: Sequence[Round], round_: Round, cast: Sequence[Vote]
) -> list[Decision]:
    """The same from the votes themselves, all that were cast, for a round that has kept its terms."""
    kept = any(line.basis for line in log if line.round_id == round_.round_id)
    basis = basis_of(round_, cast) if kept else {}
    return _again(log, rounds, round_, cast, read_terms(round_.terms), basis)


def _again(
    log: Sequence[Decision],
    rounds: Sequence[Round],
    round_: Round,
    cast: Sequence[Vote],
    now: GovernanceSettings,
    basis: Mapping[str, Basis],
) -> list[Decision]:
    lines = [line for line in log if line.round_id == round_.round_id]
    if not lines:
        return []
    before = log[: log.index(lines[0])]
    times = Counter(line.decided_at for line in lines)  # one of them may have been changed
    at = datetime.fromisoformat(times.most_common(1)[0][0])
    returned = given_reason(lines[0], RETURNED)
    stale = {line.proposal_id: given_reason(line, STALE) for line in lines}
    return count(
        round_,
        cast,
        before,
        rounds,
        now,
        at,
        stale={item: why for item, why in stale.items() if why is not None},
        returned=returned or "",
        basis=basis,
    )


def _votes(line: Decision, round_: Round, terms: GovernanceSettings) -> list[Vote]:
    at = datetime.fromisoformat(line.decided_at)
    proposal = next(r.proposal for r in round_.proposals if r.proposal.proposal_id == line.proposal_id)
    said = [member for member in line.recusals if not declared_stake(terms, member, proposal)]
    reasons = dict(line.dissent)
    answers = {**line.votes, **dict.fromkeys(said, Answer.RECUSED.value)}
    return [
        Vote(member, line.proposal_id, answer, at, reasons.get(member, ""))
        for member, answer in answers.items()
    ]
