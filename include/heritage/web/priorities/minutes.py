"""What a closed round came to: results, who voted how as far as the terms let it be told, and the prices."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heritage.governance.public import HIDDEN, nameless
from heritage.governance.settings import GovernanceSettings
from heritage.governance.terms import terms_of
from heritage.model.governance import Decision, DecisionType, Proposal, Ranked, Result, Round


@dataclass(frozen=True, slots=True)
class Line:
    """A decision as minutes tell it. `votes` names members by answer where names are public, else nobody;
    `counts` are the same in numbers."""

    decision: Decision
    ranked: Ranked | None
    reasons: str
    """As whoever asks may read them."""
    counts: tuple[tuple[str, int], ...]
    votes: tuple[tuple[str, tuple[str, ...]], ...]
    recused: tuple[str, ...]
    paid: tuple[tuple[str, float], ...]
    dissent: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Minutes:
    """`results` counts all decisions of the round; `lines` are those of one page."""

    round: Round
    terms: GovernanceSettings
    results: dict[Result, int]
    lines: list[Line]
    took_part: int


def minutes(
    round_: Round,
    decisions: Sequence[Decision],
    shown: Sequence[Decision],
    current: GovernanceSettings,
    hides: Callable[[Proposal], bool],
) -> Minutes:
    """The minutes of all `decisions` of a round, with lines for those `shown`; see `Desk.hides`."""
    terms = terms_of(round_, current)
    ranked = {one.proposal.proposal_id: one for one in round_.proposals}
    counted = Counter(one.result for one in decisions)
    present = {member for one in decisions for member in (*one.votes, *one.recusals)}
    return Minutes(
        round=round_,
        terms=terms,
        results={result: counted[result] for result in Result},
        lines=[line_of(one, ranked.get(one.proposal_id), terms.names_public, hides) for one in shown],
        took_part=len(present),
    )


def line_of(
    decision: Decision, ranked: Ranked | None, names: bool, hides: Callable[[Proposal], bool]
) -> Line:
    """One decision; without `names`, and where its particulars are hidden, nobody is told apart."""
    hidden = hides(ranked.proposal) if ranked else decision.type is DecisionType.SENSITIVITY
    names = names and not hidden
    by_answer: dict[str, list[str]] = {}
    for member, answer in sorted(decision.votes.items()):
        by_answer.setdefault(answer, []).append(member)
    answers = sorted(by_answer, key=_in_order)
    return Line(
        decision=decision,
        ranked=ranked,
        reasons=HIDDEN if hidden else decision.reasons if names else nameless(decision),
        counts=tuple((answer, len(by_answer[answer])) for answer in answers),
        votes=tuple((answer, tuple(by_answer[answer])) for answer in answers) if names else (),
        recused=decision.recusals if names else (),
        paid=decision.paid if names else (),
        dissent=decision.dissent if names else (),
    )


def _in_order(answer: str) -> tuple[int, str]:
    """Highest scores first, then for, against and the rest."""
    if answer.isascii() and answer.isdigit():
        return -int(answer), ""
    return {"for": 1, "against": 2, "abstain": 3}.get(answer, 4), answer
