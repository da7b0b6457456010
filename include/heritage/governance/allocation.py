"""Who gets the reviewers' hours of a round: equal shares, and the share kept for what is covered least."""

from collections.abc import Mapping, Sequence

from heritage.governance.agenda import Agenda, Part
from heritage.governance.equal_shares import Funded, equal_shares
from heritage.governance.quarter import Quarter
from heritage.governance.rulings import Ruling
from heritage.governance.settings import GovernanceSettings
from heritage.governance.tally import Tally
from heritage.model.governance import Result

_ROUNDING = 1e-9


def allocate(
    agenda: Agenda,
    tallies: Mapping[str, Tally],
    rulings: Mapping[str, Ruling],
    terms: GovernanceSettings,
    quarter: Quarter,
) -> dict[str, Ruling]:
    """The rulings with a result each, by proposal id: no more hours are approved than the round has.

    Members who answered on the ballot share the hours that the consent agenda leaves, equally; of what these
    buy, and of the consent agenda, well-covered proposals keep only their part of the quarter's hours, and
    what that frees goes to under-covered ones by total score.
    """
    found = dict(rulings)
    scored = [item for item, one in rulings.items() if one.result is None]
    passed = [
        ranked.proposal.proposal_id
        for ranked in agenda.consent
        if rulings[ranked.proposal.proposal_id].result is Result.APPROVED
    ]
    cost = {item: tallies[item].proposal.reviewer_hours for item in (*scored, *passed)}
    hours = terms.budget_hours - sum(cost[item] for item in passed)
    bought = _share_out(tallies, scored, cost, hours)
    for one in bought:
        by_shares = "equal shares of the hours pay" if one.paid else "hours that equal shares left over pay"
        found[one.item] = Ruling(Result.APPROVED, f"Approved: {by_shares} for it.", one.paid)
    funded = [one.item for one in bought]
    short = Ruling(
        Result.DEFERRED,
        f"Supported, but the {hours:g} reviewer-hours of the ballot went to other proposals by equal shares.",
    )
    found |= {item: short for item in scored if item not in funded}
    if quarter.waived:
        return found
    waiting = [item for item in scored if item not in funded]
    return _keep_share(found, [*passed, *funded], waiting, tallies, terms, quarter)


def _share_out(
    tallies: Mapping[str, Tally], scored: Sequence[str], cost: Mapping[str, float], hours: float
) -> list[Funded]:
    voters = {
        member
        for one in tallies.values()
        if one.part is Part.BALLOT
        for member in (*one.answers, *one.said_recused)
    }
    return equal_shares(
        {item: cost[item] for item in scored}, {item: tallies[item].support for item in scored}, voters, hours
    )


def _keep_share(
    found: dict[str, Ruling],
    approved: Sequence[str],
    waiting: Sequence[str],
    tallies: Mapping[str, Tally],
    terms: GovernanceSettings,
    quarter: Quarter,
) -> dict[str, Ruling]:
    """Defers the well-covered that take more than their part, and gives the hours to the under-covered."""
    share = terms.portfolio.share
    before = quarter.well_covered + quarter.under_covered
    room = float(1 - share) * (before + terms.budget_hours) - quarter.well_covered
    left = terms.budget_hours
    kept = Ruling(Result.APPROVED, "Approved: the share kept for what is covered least pays for it.")
    over = Ruling(
        Result.DEFERRED,
        f"Carried, but {share} of the quarter's reviewer-hours are kept for what is covered least, and the "
        "body has not waived that.",
    )
    for item in approved:
        of = tallies[item].proposal
        if of.under_covered or of.reviewer_hours <= room + _ROUNDING:
            left -= of.reviewer_hours
            room -= 0 if of.under_covered else of.reviewer_hours
        else:
            found[item] = over
    lagging = [item for item in waiting if tallies[item].proposal.under_covered]
    for item in sorted(lagging, key=lambda item: (-sum(tallies[item].support.values()), item)):
        if tallies[item].proposal.reviewer_hours <= left + _ROUNDING:
            left -= tallies[item].proposal.reviewer_hours
            found[item] = kept
    return found
