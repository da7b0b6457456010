"""Who may take part in a campaign, and as what (pure)."""

from datetime import date

from heritage.model.review import CampaignState
from heritage.model.said import UNSAID, Said
from heritage.spec.campaign import Campaign


def state_on(campaign: Campaign, set_to: CampaignState | None, day: date) -> CampaignState:
    """How a campaign stands on a day: closed once it has ended, else as it was set last."""
    if day >= campaign.closes:
        return CampaignState.CLOSED
    return set_to or CampaignState.OPEN


def why_no_answer(campaign: Campaign, state: CampaignState, user: str, day: date) -> Said:
    """Why somebody may answer nothing in a campaign; empty if they may."""
    if state is CampaignState.CLOSED:
        return Said("This campaign is closed: it takes no answers any more.")
    if day < campaign.opens:
        return Said("This campaign opens on {day}.", {"day": campaign.opens.isoformat()})
    if state is CampaignState.PAUSED:
        return Said("This campaign is paused: it takes no answers until a coordinator resumes it.")
    if campaign.participants and user not in (*campaign.participants, *campaign.experts):
        return Said("This campaign has named who takes part, and you are not among them.")
    return UNSAID


def staff_of(campaign: Campaign, user: str) -> frozenset[str]:
    """The registers that somebody works for."""
    return frozenset(dataset for dataset, users in campaign.staff.items() if user in users)
