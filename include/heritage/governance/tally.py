"""What the votes on one item come to."""

from collections.abc import Sequence
from dataclasses import dataclass

from heritage.governance.agenda import Part
from heritage.governance.ballot import SCORES, Answer, answers_for
from heritage.governance.interests import declared_stake
from heritage.governance.settings import GovernanceSettings
from heritage.model.governance import Proposal, Ranked, Round, Vote


@dataclass(frozen=True, slots=True)
class Tally:
    """`answers` are those of members without a stake, `recused` those who have one, declared or said now."""

    ranked: Ranked
    part: Part
    answers: dict[str, str]
    recused: tuple[str, ...]
    said_recused: tuple[str, ...]
    """Those of the recused who answered so."""
    voted: dict[str, str]
    """Every answer as it was given, also one that an item was given before it was pulled."""
    reasons: dict[str, str]

    @property
    def proposal(self) -> Proposal:
        return self.ranked.proposal

    def members(self, answer: str) -> list[str]:
        """Who gave an answer."""
        return sorted(member for member, given in self.answers.items() if given == answer)

    def count(self, answer: str) -> int:
        return len(self.members(answer))

    @property
    def scores(self) -> dict[str, int]:
        """Scores by member; none outside the ballot."""
        if self.part is not Part.BALLOT:
            return {}
        return {member: int(given) for member, given in self.answers.items() if given in SCORES}

    @property
    def support(self) -> dict[str, float]:
        """Scores above nothing."""
        return {member: float(score) for member, score in self.scores.items() if score}

    @property
    def unrecused(self) -> int:
        """Votes of members without a stake: for and against or a score, and abstentions."""
        if self.part is Part.BALLOT:
            return len(self.scores) + self.count(Answer.ABSTAIN)
        return len(self.answers)

    @property
    def sentence(self) -> str:
        """The votes in words."""
        if self.part is Part.BALLOT:
            told = [
                f"{len(self.support)} of {len(self.scores)} scores above 0, {sum(self.support.values()):g} "
                f"together, {self.count(Answer.ABSTAIN)} abstained"
            ]
        elif self.part is Part.QUESTION:
            told = [
                f"{self.count(Answer.FOR)} for, {self.count(Answer.AGAINST)} against, "
                f"{self.count(Answer.ABSTAIN)} abstained"
            ]
        elif self.part is Part.CONSENT:
            told = [f"{self.count(Answer.FOR)} agreed"]
        else:
            told = []
        if self.recused:
            told.append(f"{', '.join(self.recused)} recused")
        return f"{', '.join(told)}." if told else ""


def tally(
    part: Part, ranked: Ranked, votes: Sequence[Vote], round_: Round, terms: GovernanceSettings
) -> Tally:
    """`votes` are those on this item, one of each member, and none of who has declared a stake in it."""
    staked = {seat for seat in round_.seats if declared_stake(terms, seat, ranked.proposal)}
    mine = sorted(votes, key=lambda vote: vote.member)
    said = tuple(vote.member for vote in mine if vote.answer == Answer.RECUSED)
    allowed = answers_for(part)
    return Tally(
        ranked,
        part,
        {v.member: v.answer for v in mine if v.answer in allowed and v.answer != Answer.RECUSED},
        tuple(sorted(staked.union(said))),
        said,
        {vote.member: vote.answer for vote in mine},
        {vote.member: vote.reason for vote in mine},
    )
