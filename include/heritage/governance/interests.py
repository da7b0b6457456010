"""Stakes that members have declared: they are recused from what these are about, whatever they answer."""

from heritage.governance.settings import GovernanceSettings
from heritage.model.governance import Proposal


def declared_stake(terms: GovernanceSettings, member: str, proposal: Proposal) -> str | None:
    """Why a member is recused from a proposal by what they declared; None when they are not."""
    publisher = proposal.publisher.casefold()
    country = proposal.dataset.partition("_")[0]
    for interest in terms.interests(member):
        named = {name.casefold() for name in interest.publishers}
        concerned = proposal.dataset in interest.datasets or country in interest.countries
        if concerned or (publisher and publisher in named):
            return interest.why
    return None
