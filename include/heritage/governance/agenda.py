"""What a round does with each of its proposals: the parts of its agenda."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from heritage.governance.terms import read_terms
from heritage.model.governance import DecisionType, LicenceAnswer, Proposal, Ranked, Round, RoundKind

_EDITS = (DecisionType.PRIORITY, DecisionType.EMERGENCY)


class Part(StrEnum):
    """How an item is decided."""

    QUESTION = "question"
    """For or against, by majority, or by the qualified one where a gate asks for it."""
    CONSENT = "consent"
    """Passes unless a member pulls it."""
    BALLOT = "ballot"
    """Members give scores, and equal shares of the hours that are left buy what they support."""
    LATER = "later"
    """Waits for another round unless a member pulls it."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """The parts, each in order of rank. `hours` are left for the ballot when the consent agenda passes."""

    questions: tuple[Ranked, ...]
    consent: tuple[Ranked, ...]
    ballot: tuple[Ranked, ...]
    later: tuple[Ranked, ...]
    hours: float

    def parts(self) -> Iterator[tuple[Part, Ranked]]:
        """Every item with its part: questions, consent, ballot, later."""
        for part, items in zip(Part, (self.questions, self.consent, self.ballot, self.later), strict=True):
            yield from ((part, ranked) for ranked in items)

    def part_of(self, proposal_id: str) -> Part | None:
        """None when there is no such item."""
        return next((part for part, item in self.parts() if item.proposal.proposal_id == proposal_id), None)


def agenda_of(round_: Round) -> Agenda:
    """The agenda as the pulls until now have left it.

    What weightings agree on passes by consent, in order of rank, as long as the hours of the round hold; what
    does not fit any more is left to the ballot and the next is tried, as in the ranking. A pull moves its own
    item alone. Emergencies and appeals are questions, and so is all of a round from before terms were kept.
    """
    items = sorted(round_.proposals, key=lambda ranked: ranked.rank)
    if not round_.terms or round_.kind is not RoundKind.REGULAR:
        return Agenda(tuple(items), (), (), (), 0.0)
    pulled = {pull.proposal_id for pull in round_.pulls}
    budget = left = read_terms(round_.terms).budget_hours
    found: dict[Part, list[Ranked]] = {part: [] for part in Part}
    for ranked in items:
        of = ranked.proposal
        part = Part.BALLOT
        if type_of(of) is not DecisionType.PRIORITY or qualified_gate(of):
            part = Part.QUESTION
        elif ranked.robustness == "robust out":
            part = Part.LATER
        elif ranked.robustness == "robust in" and of.reviewer_hours <= left + 1e-9:
            part, left = Part.CONSENT, left - of.reviewer_hours
        if part in (Part.CONSENT, Part.LATER) and of.proposal_id in pulled:
            part = Part.BALLOT
        found[part].append(ranked)
    hours = budget - sum(ranked.proposal.reviewer_hours for ranked in found[Part.CONSENT])
    questions, consent, ballot, later = (tuple(found[part]) for part in Part)
    return Agenda(questions, consent, ballot, later, max(0.0, hours))


def type_of(proposal: Proposal) -> DecisionType:
    """What a decision on it is about."""
    return DecisionType(proposal.kind) if proposal.kind in _QUESTIONS else DecisionType.PRIORITY


def qualified_gate(proposal: Proposal) -> str | None:
    """The gate that only a qualified majority opens."""
    asks = LicenceAnswer.BODY_DECISION.value
    return next((gate.name for gate in proposal.gates if gate.answer == asks), None)


_QUESTIONS = frozenset(kind.value for kind in DecisionType if kind not in _EDITS)
