"""What the body is asked with a report: the draft of the agenda by its terms, and what nobody has counted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from heritage.governance.agenda import agenda_of
from heritage.governance.ballot import body_quorum
from heritage.governance.settings import GovernanceSettings, Role
from heritage.governance.terms import as_text
from heritage.model.governance import Ranked, Round, RoundState
from heritage.ports.reports import Ask
from heritage.priority.profile import Against
from heritage.steps.ethics import EthicsProfile

_NAMED = 4


def ask_of(
    ranked: Sequence[Ranked], terms: GovernanceSettings, now: datetime, address: str = ""
) -> Ask | None:
    """The round that would open on these proposals, as if it opened by itself; None where the terms name no
    members for that day."""
    opens, voting = now + timedelta(days=terms.open_after_days), timedelta(days=terms.voting_days)
    seats = terms.seats(opens.date())
    if not seats:
        return None
    draft = Round("", opens, opens + voting, RoundState.OPEN, seats, tuple(ranked), terms=as_text(terms))
    return Ask(
        body=terms.body,
        version=terms.version,
        opens_at=opens,
        voting=voting,
        seats=len(seats),
        quorum=body_quorum(len(seats), terms),
        votes_least=terms.votes_least,
        majority=str(terms.qualified_majority),
        budget_hours=terms.budget_hours,
        remind_days=terms.remind_days,
        confirm_days=terms.confirm_days,
        appeal_days=terms.appeals.days,
        review_months=terms.review_months,
        kept_share=float(terms.portfolio.share),
        secretaries=terms.holders(Role.SECRETARY, opens.date()),
        address=address,
        parts={item.proposal.proposal_id: part for part, item in agenda_of(draft).parts()},
    )


def uncounted(profiles: Mapping[str, EthicsProfile], titles: Mapping[str, str]) -> Iterator[str]:
    """Groups of registers that nobody counted in their country, a sentence a register and dimension."""
    for dataset, drawn in sorted(profiles.items()):
        for covered in drawn.profile.dimensions if dataset in titles else ():
            if not covered.known:
                continue
            by = f"{titles[dataset]}: by {covered.dimension}"
            if drawn.country is None:
                continue  # of several countries: it is compared with nothing
            if covered.against is Against.NOTHING:
                yield f"{by}, nothing in its country is counted yet that it could be compared with."
            elif covered.missing_denominator:
                names = [drawn.words.get(name, name) for name in covered.missing_denominator]
                more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
                yield f"{by}, nobody has counted {', '.join(names[:_NAMED])}{more}."
