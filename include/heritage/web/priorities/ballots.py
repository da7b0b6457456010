"""A round as one person sees it: the parts of its agenda with own answers, and how many have answered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from heritage.governance.agenda import Part, agenda_of
from heritage.governance.ballot import answers_for, quorum, sits
from heritage.governance.interests import declared_stake
from heritage.governance.settings import GovernanceSettings
from heritage.governance.terms import terms_of
from heritage.model.governance import Pull, Ranked, Round, RoundState, Vote


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the agenda. `stake` says why the person is recused from it, empty when they are not."""

    ranked: Ranked
    part: Part
    own: Vote | None
    answered: int
    stake: str
    pulls: tuple[Pull, ...]

    @property
    def answers(self) -> tuple[str, ...]:
        """What can be answered on it."""
        return answers_for(self.part)

    @property
    def open(self) -> bool:
        """Whether the person is asked for an answer that they have not given."""
        given = self.own is not None and self.own.answer in self.answers
        return self.part in (Part.QUESTION, Part.BALLOT) and not given and not self.stake


@dataclass(frozen=True, slots=True)
class Ballot:
    """`votes` are those that count, of everybody; no page shows another person's before closing."""

    round: Round
    terms: GovernanceSettings
    """Those that hold in the round."""
    parts: dict[Part, list[Item]]
    hours: float
    """Left for the ballot when the consent agenda passes."""
    member: bool
    """Whether the person has a seat in it."""
    agreed: bool
    """Whether they have said that the consent agenda may pass, or have no say in any of it."""
    took_part: int
    over: bool
    """Whether no vote is taken any more."""

    @property
    def open(self) -> int:
        """Items on which the person is asked for an answer still."""
        return sum(item.open for items in self.parts.values() for item in items)

    @property
    def waits_for_me(self) -> bool:
        """Whether the person can do something in it that they have not done."""
        return self.member and not self.over and bool(self.open or not self.agreed)

    @property
    def asked(self) -> int:
        """Items on which the person is asked at all."""
        voted = (*self.parts[Part.QUESTION], *self.parts[Part.BALLOT])
        return sum(not item.stake for item in voted)

    @property
    def quorum(self) -> int:
        """How many members have to take part."""
        return quorum(self.round, self.terms)


def ballot_of(
    round_: Round, votes: Sequence[Vote], me: str, now: datetime, current: GovernanceSettings
) -> Ballot:
    """The round as `me` sees it at a time; `current` are the terms in force today."""
    terms = terms_of(round_, current)
    agenda = agenda_of(round_)
    own = {vote.proposal_id: vote for vote in votes if vote.member == me}
    answered = Counter(vote.proposal_id for vote in votes if vote.member in round_.seats)
    pulls: dict[str, list[Pull]] = {}
    for pull in round_.pulls:
        pulls.setdefault(pull.proposal_id, []).append(pull)
    parts: dict[Part, list[Item]] = {part: [] for part in Part}
    for part, ranked in agenda.parts():
        which = ranked.proposal.proposal_id
        stake = declared_stake(terms, me, ranked.proposal) or ""
        parts[part].append(
            Item(ranked, part, own.get(which), answered[which], stake, tuple(pulls.get(which, ())))
        )
    consent = [item for item in parts[Part.CONSENT] if not item.stake]
    return Ballot(
        round=round_,
        terms=terms,
        parts=parts,
        hours=agenda.hours,
        member=me in round_.seats and sits(round_, me, now, terms),
        agreed=all(item.own is not None for item in consent),
        took_part=len({vote.member for vote in votes if vote.member in round_.seats}),
        over=round_.state is not RoundState.OPEN or now >= round_.closes_at,
    )
