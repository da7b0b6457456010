"""Opens the target wiki."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.mapped import MappedReader, MappedWiki
from heritage.adapters.wikibase.past import MappedPast, PywikibotPast
from heritage.adapters.wikibase.reader import PywikibotReader
from heritage.adapters.wikibase.translation import Translation
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.adapters.wikidata.index_reader import IndexReader
from heritage.errors import SpecError
from heritage.model.edit import Content
from heritage.ports.pace import Pace
from heritage.ports.revisits import WikiPast
from heritage.ports.wiki import LiveWiki, WikiReader, WikiWriter
from heritage.spec.target import Target, load_target
from heritage.steps.check_target import check_target, wanted_by
from heritage.steps.upload_limits import UploadLimits
from heritage.wiring.settings import Settings
from heritage.wiring.stores import wiki_pace
from heritage.wiring.wiki_account import THIS_MACHINE, WikiAccount


def open_wiki(account: WikiAccount, settings: Settings) -> WikiWriter:
    """The wiki behind an account, to be written to, in Wikidata's ids. Raises SpecError when the operator has
    not said how to be reached, and when demonstration data would leave this machine."""
    target = target_of(account, settings)
    wiki = PywikibotWiki(_access(account, target, settings))
    return MappedWiki(wiki, Translation(target)) if target.translates else wiki


def open_live(account: WikiAccount, settings: Settings) -> LiveWiki:
    """The same wiki, asked without logging in: nothing can be written through it. Raises as `open_wiki`."""
    target = target_of(account, settings)
    wiki = PywikibotReader(wiki_access(account, settings, log_in=False))
    return MappedReader(wiki, Translation(target)) if target.translates else wiki


def open_past(account: WikiAccount, settings: Settings) -> WikiPast:
    """The same wiki, asked how its items were, likewise without logging in. Raises as `open_wiki`."""
    target = target_of(account, settings)
    wiki = PywikibotPast(wiki_access(account, settings, log_in=False))
    return MappedPast(wiki, Translation(target)) if target.translates else wiki


def open_reader(account: WikiAccount | None, settings: Settings) -> WikiReader:
    """The live wiki, or the local index where no wiki is set up."""
    return open_live(account, settings) if account else IndexReader(FileItemIndex(settings.data_url))


def target_of(account: WikiAccount, settings: Settings) -> Target:
    """The description of the wiki that an account is on. Raises SpecError when there is none."""
    return load_target(settings.vocabularies / "targets", account.target, account.api)


def limits_of(account: WikiAccount, settings: Settings) -> UploadLimits:
    """What an upload with this account observes."""
    target = target_of(account, settings)
    return UploadLimits(
        settle=target.settles_after, careful=settings.pilot_edits, edit_groups=target.edit_groups
    )


def pace_of(account: WikiAccount, settings: Settings) -> Pace:
    """The pace of its wiki, over all processes: what the wiki bears, or less where the settings say so."""
    target = target_of(account, settings)
    return wiki_pace(settings, target.id, min(target.edits_per_minute, settings.wiki_edits_per_minute))


def refuse_unfit(
    account: WikiAccount, settings: Settings, wiki: LiveWiki, contents: Iterable[Content], *, writes: bool
) -> None:
    """Raises SpecError with a sentence for everything that stands in the way of these contents on the wiki;
    `writes`: also for what our account may not do there."""
    faults = check_target(target_of(account, settings), wanted_by(contents), wiki, writes=writes)
    if faults:
        raise SpecError("Nothing is sent: " + " ".join(faults))


def wiki_access(account: WikiAccount, settings: Settings, *, log_in: bool = True) -> WikiAccess:
    """Where a wiki is and who we are there; without `log_in` it can only be read. Raises as `open_wiki`."""
    access = _access(account, target_of(account, settings), settings)
    return access if log_in else replace(access, password=None, oauth=None)


def _access(account: WikiAccount, target: Target, settings: Settings) -> WikiAccess:
    if not settings.contact:
        raise SpecError("set HERITAGE_CONTACT to an address or page: wikis ask every bot whom to write to")
    if settings.sample and urlsplit(account.api).hostname not in THIS_MACHINE:
        raise SpecError(
            f"HERITAGE_SAMPLE is set: extracts go to a wiki on this machine only, not {account.api}"
        )
    if urlsplit(account.api).scheme != "https" and urlsplit(account.api).hostname not in THIS_MACHINE:
        raise SpecError(
            f"{account.api} would carry our password and what we send open to read: give https://"
        )
    access = WikiAccess(
        api_url=account.api,
        contact=settings.contact,
        user=account.user or None,
        password=account.password or None,
        oauth=account.oauth,
        maxlag=target.maxlag,
        tags=target.tags,
        bot=target.bot,
    )
    return replace(access, stop_page=target.stop_page.replace("{user}", access.name) if access.name else None)
