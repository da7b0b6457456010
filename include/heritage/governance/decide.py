"""Counts a round: one decision an item, as the next lines of the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from heritage.governance.agenda import agenda_of, type_of
from heritage.governance.allocation import allocate
from heritage.governance.ballot import Answer, answers_for, quorum
from heritage.governance.basis import Basis
from heritage.governance.interests import declared_stake
from heritage.governance.log import BEGINNING, chain, fields_of, inputs_hash
from heritage.governance.quarter import NOTHING_BEFORE, Quarter
from heritage.governance.rulings import Ruling, ruling
from heritage.governance.settings import GovernanceSettings
from heritage.governance.tally import Tally, tally
from heritage.governance.terms import terms_of
from heritage.model.governance import Decision, DecisionType, Result, Round, RoundKind, Vote

STALE = "Stale: "
RETURNED = "Returned to the body: "
_VOTES = " Votes: "
"""What stands between the reason and the votes in words."""


def decide(
    round_: Round,
    votes: Sequence[Vote],
    now: GovernanceSettings,
    at: datetime,
    last: Decision | None,
    *,
    quarter: Quarter = NOTHING_BEFORE,
    stale: Mapping[str, str] = MappingProxyType({}),
    returned: str = "",
    basis: Mapping[str, Basis] = MappingProxyType({}),
) -> list[Decision]:
    """One decision for each proposal of the round, in order of rank, as the next lines of the log.

    `votes` holds at most one vote a member and proposal; `last` is the last line of the log so far; `now`
    are the terms in force, where the round has not kept its own. `stale` says by proposal id why what was
    voted on is not there any more, and `returned` why the secretary does not confirm the round: both defer.
    `basis` is put on record by proposal id.
    """
    terms = terms_of(round_, now)
    proposals = {ranked.proposal.proposal_id: ranked.proposal for ranked in round_.proposals}
    votes = [
        vote
        for vote in votes
        if vote.member in round_.seats and not declared_stake(terms, vote.member, proposals[vote.proposal_id])
    ]
    on_item: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        on_item[vote.proposal_id].append(vote)
    present = {vote.member for vote in votes} | {pull.member for pull in round_.pulls} & set(round_.seats)
    agenda = agenda_of(round_)
    parts = {item.proposal.proposal_id: part for part, item in agenda.parts()}
    tallies = {
        item: tally(parts[item], ranked, on_item[item], round_, terms)
        for item, ranked in ((r.proposal.proposal_id, r) for r in round_.proposals)
    }
    rulings = {item: ruling(one, round_, votes, present, terms) for item, one in tallies.items()}
    rulings |= {item: Ruling(Result.DEFERRED, STALE + why) for item, why in stale.items() if item in rulings}
    if returned:
        rulings = dict.fromkeys(rulings, Ruling(Result.DEFERRED, RETURNED + returned))
    rulings = allocate(agenda, tallies, rulings, terms, _waived(quarter, tallies, rulings))
    took_part = (
        f"{len(present)} of {len(round_.seats)} members took part (quorum {quorum(round_, terms)}; terms of "
        f"reference {terms.version})."
    )
    decisions: list[Decision] = []
    for item, one in tallies.items():
        decision = _line(round_, one, rulings[item], terms, at, last, took_part)
        decision = replace(decision, basis=basis.get(item, ()))
        last = replace(decision, hash=chain(decision.prev_hash, fields_of(decision)))
        decisions.append(last)
    return decisions


def given_reason(decision: Decision, kind: str) -> str | None:
    """Why a decision was deferred as STALE or RETURNED; None when it was not."""
    if not decision.reasons.startswith(kind):
        return None
    return decision.reasons.removeprefix(kind).rpartition(_VOTES)[0]


def _waived(quarter: Quarter, tallies: Mapping[str, Tally], rulings: Mapping[str, Ruling]) -> Quarter:
    here = any(
        type_of(one.proposal) is DecisionType.PORTFOLIO and rulings[item].result is Result.APPROVED
        for item, one in tallies.items()
    )
    return replace(quarter, waived=quarter.waived or here)


def _line(
    round_: Round,
    one: Tally,
    ruled: Ruling,
    terms: GovernanceSettings,
    at: datetime,
    last: Decision | None,
    took_part: str,
) -> Decision:
    if ruled.result is None:
        raise AssertionError("equal shares leave no item without a result")
    of = one.proposal
    emergency = round_.kind is RoundKind.EMERGENCY
    approved = ruled.result is Result.APPROVED
    ends = at + timedelta(days=terms.emergency.ratify_days)
    return Decision(
        number=last.number + 1 if last else 1,
        round_id=round_.round_id,
        proposal_id=of.proposal_id,
        dataset=of.dataset,
        inputs_hash=inputs_hash(one.ranked),
        result=ruled.result,
        votes={member: answer for member, answer in one.voted.items() if answer != Answer.RECUSED},
        recusals=one.recused,
        quorum=quorum(round_, terms),
        reasons=" ".join(filter(None, (ruled.reason + _VOTES.rstrip(), one.sentence, took_part))),
        decided_at=at.isoformat(),
        prev_hash=last.hash if last else BEGINNING,
        hash="",
        type=DecisionType.EMERGENCY if emergency else type_of(of),
        options=answers_for(one.part),
        dissent=_dissent(one, ruled.result),
        paid=tuple(sorted((member, round(hours, 4)) for member, hours in ruled.paid.items())),
        effective=at.isoformat() if approved else "",
        review_by=_later(at, terms.review_months) if approved else "",
        ratify_by=ends.isoformat() if approved and emergency else "",
        supersedes=of.supersedes,
    )


def _dissent(one: Tally, result: Result) -> tuple[tuple[str, str], ...]:
    """Who was of another mind than what was decided, with their reason."""
    against = {Result.APPROVED: (Answer.AGAINST, "0"), Result.REFUSED: (Answer.FOR,)}.get(result, ())
    dissenting = sorted(member for member, answer in one.answers.items() if answer in against)
    return tuple((member, one.reasons[member]) for member in dissenting)


def _later(at: datetime, months: int) -> str:
    """The day so many months later; the last of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    for day in (at.day, 30, 29, 28):
        try:
            return at.date().replace(year=year, month=month + 1, day=day).isoformat()
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
