"""Opens the target wiki."""

from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.errors import SpecError
from heritage.wiring.settings import Settings
from heritage.wiring.wiki_account import WikiAccount


def open_wiki(account: WikiAccount, settings: Settings) -> PywikibotWiki:
    """The wiki behind an account. Raises SpecError when the operator has not said how to be reached."""
    if not settings.contact:
        raise SpecError("set HERITAGE_CONTACT to an address or page: wikis ask every bot whom to write to")
    stop_page = f"User:{account.user.partition('@')[0]}/stop" if account.user else None
    return PywikibotWiki(
        WikiAccess(
            api_url=account.api,
            contact=settings.contact,
            user=account.user or None,
            password=account.password or None,
            stop_page=stop_page,
        )
    )
