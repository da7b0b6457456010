"""The rules of quorum, majority, tie and recusal on one item, before hours are shared out."""

from collections.abc import Collection
from dataclasses import dataclass, field

from heritage.governance.agenda import Part, qualified_gate
from heritage.governance.ballot import Answer, quorum
from heritage.governance.emergency import carried
from heritage.governance.settings import GovernanceSettings
from heritage.governance.tally import Tally
from heritage.model.governance import Result, Round, RoundKind, Vote


@dataclass(frozen=True, slots=True)
class Ruling:
    """A result with its reason; `paid` is what each supporter's share paid. Without a result the item takes
    part in equal shares."""

    result: Result | None
    reason: str
    paid: dict[str, float] = field(default_factory=dict)


def ruling(
    tally: Tally,
    round_: Round,
    votes: Collection[Vote],
    present: Collection[str],
    terms: GovernanceSettings,
) -> Ruling:
    """What the votes on an item come to by themselves. `present` are the members who took part at all."""
    if round_.kind is RoundKind.EMERGENCY:
        return _emergency(round_, votes, terms)
    if len(present) < quorum(round_, terms):
        return _deferred(f"too few of the {len(round_.seats)} members took part")
    if tally.part is Part.LATER:
        return Ruling(Result.DEFERRED, "Waits for another round: hardly any weighting would fund it.")
    if tally.part is Part.CONSENT:
        return _consent(tally, present, terms)
    least = terms.appeals.panel if round_.kind is RoundKind.APPEAL else terms.votes_least
    if tally.unrecused < least:
        return _deferred(f"{tally.unrecused} votes without a stake in it, {least} are needed")
    if tally.part is Part.BALLOT:
        return _ballot(tally)
    return _question(tally, terms)


def _deferred(why: str) -> Ruling:
    return Ruling(Result.DEFERRED, f"No decision: {why}.")


def _emergency(round_: Round, votes: Collection[Vote], terms: GovernanceSettings) -> Ruling:
    asked = f"the chair and {terms.emergency.members} other members without a stake in it"
    if carried(round_, list(votes), terms):
        return Ruling(Result.APPROVED, f"Approved as an emergency by {asked}.")
    return _deferred(f"an emergency is carried by {asked}; the proposal waits for a regular round")


def _consent(tally: Tally, present: Collection[str], terms: GovernanceSettings) -> Ruling:
    free = len(set(present) - set(tally.recused))
    if free < terms.votes_least:
        return _deferred(f"{free} members without a stake in it took part, {terms.votes_least} are needed")
    return Ruling(Result.APPROVED, "Approved by consent: nobody asked for a vote.")


def _ballot(tally: Tally) -> Ruling:
    if not tally.scores:
        return _deferred("nobody gave it a score")
    if not tally.support:
        return Ruling(Result.REFUSED, "Refused: every score is 0.")
    return Ruling(None, "")


def _question(tally: Tally, terms: GovernanceSettings) -> Ruling:
    in_favour, against = tally.count(Answer.FOR), tally.count(Answer.AGAINST)
    if in_favour == against:
        return _deferred("as many for as against")
    if in_favour < against:
        return Ruling(Result.REFUSED, "Refused by the majority.")
    asking = qualified_gate(tally.proposal)
    if asking is None:
        return Ruling(Result.APPROVED, "Approved by the majority.")
    share = terms.qualified_majority
    if in_favour < share * (in_favour + against):
        return Ruling(
            Result.REFUSED, f"Refused: the {asking} asks for {share} of the votes, which is not reached."
        )
    return Ruling(Result.APPROVED, f"Approved by {share} of the votes, as the {asking} asks for.")
