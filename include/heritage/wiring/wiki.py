"""Opens the target wiki."""

from urllib.parse import urlsplit

from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.reader import PywikibotReader
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.adapters.wikidata.index_reader import IndexReader
from heritage.errors import SpecError
from heritage.ports.wiki import WikiReader
from heritage.wiring.settings import Settings
from heritage.wiring.wiki_account import WikiAccount

_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def open_wiki(account: WikiAccount, settings: Settings) -> PywikibotWiki:
    """The wiki behind an account, to be written to. Raises SpecError when the operator has not said how to be
    reached, and when demonstration data would leave this machine."""
    return PywikibotWiki(wiki_access(account, settings))


def open_live(account: WikiAccount, settings: Settings) -> PywikibotReader:
    """The same wiki, asked without logging in: nothing can be written through it. Raises as `open_wiki`."""
    return PywikibotReader(wiki_access(account, settings, log_in=False))


def open_reader(account: WikiAccount | None, settings: Settings) -> WikiReader:
    """The live wiki, or the local index where no wiki is set up."""
    return open_live(account, settings) if account else IndexReader(FileItemIndex(settings.data_url))


def wiki_access(account: WikiAccount, settings: Settings, *, log_in: bool = True) -> WikiAccess:
    """Where the wiki is and who we are there; without `log_in` nothing can be written. Raises as
    `open_wiki`."""
    if not settings.contact:
        raise SpecError("set HERITAGE_CONTACT to an address or page: wikis ask every bot whom to write to")
    if settings.sample and urlsplit(account.api).hostname not in _THIS_MACHINE:
        raise SpecError(
            f"HERITAGE_SAMPLE is set: extracts go to a wiki on this machine only, not {account.api}"
        )
    stop_page = f"User:{account.user.partition('@')[0]}/stop" if account.user else None
    return WikiAccess(
        api_url=account.api,
        contact=settings.contact,
        user=account.user or None,
        password=account.password or None if log_in else None,
        stop_page=stop_page,
    )
