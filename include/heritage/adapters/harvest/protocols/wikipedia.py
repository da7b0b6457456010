"""Lists of a wiki by its MediaWiki Action API: the pages that call a template, with their wikitext."""

import logging
from collections.abc import Iterable
from typing import Any, cast

from heritage.adapters.harvest.formats.wikitext import canonical
from heritage.adapters.harvest.mediawiki import ALWAYS, said
from heritage.adapters.harvest.protocols.pages import Pages, at, listed, whole
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceChanged
from heritage.ports.files import Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import Wikipedia

_logger = logging.getLogger(__name__)
_ALWAYS = {"action": "query", **ALWAYS}
_AT_ONCE = 50  # pages with their text, the most that the API gives to those who are no bots
_TEMPLATES = 10


def pull(spec: DatasetSpec, session: Session) -> Pulled:
    """The wikitext of every page that calls the template, with the other names of the template.

    Pages are listed first and asked for afterwards, so that their number is known; one that is deleted in
    between is told in the log. Source: mediawiki.org, API:Embeddedin, API:Revisions, Manual:Maxlag parameter.
    """
    return _Wiki(spec, session).pull()


class _Wiki:
    def __init__(self, spec: DatasetSpec, session: Session) -> None:
        self._spec, self._session = spec, session
        self._harvest = cast(Wikipedia, spec.harvest)
        self._api = f"{self._harvest.url.rstrip('/')}/w/api.php"
        self._template = f"Template:{canonical(self._harvest.template)}"
        self._pages: Pages[dict[str, Any]] = Pages(session, lambda answer: said(session, answer))

    def pull(self) -> Pulled:
        namespaces = self._harvest.namespaces or self._content_namespaces()
        self._refuse_other_name()
        waiting = self._listed(namespaces)
        announced, gone = len(waiting), 0
        while waiting:
            answer, said = self._pages.next(self._api, _ALWAYS | self._texts(waiting[:_AT_ONCE]))
            pages = listed(at(said, "query", "pages")) or []
            came = [page for page in pages if at(page, "revisions")]
            missing = {whole(at(page, "pageid")) for page in pages if at(page, "missing")}
            if not came and not missing:
                raise self._pages.refuse(answer.url, "the wiki sends no text of the pages that it lists")
            self._pages.keep(answer, came, [str(at(page, "pageid")) for page in came], stamped=True)
            gone += len(missing)
            done = missing.union(whole(at(page, "pageid")) for page in came)
            waiting = [page for page in waiting if page not in done]
        if gone:
            words = "%s: %d of %d pages were deleted while they were read."
            _logger.warning(words, self._spec.id, gone, announced)
        _logger.info("%s: %d pages came that call %s.", self._spec.id, self._pages.received, self._template)
        return self._pages.pulled(announced - gone)

    def _content_namespaces(self) -> list[int]:
        said = self._ask({"meta": "siteinfo", "siprop": "namespaces"})
        known = at(said, "query", "namespaces")
        known = known if isinstance(known, dict) else {}
        spaces = [at(space, "id") for space in known.values() if at(space, "content")]
        if not spaces:
            raise self._refuse("the wiki names no namespaces of content; set harvest.namespaces")
        return spaces

    def _refuse_other_name(self) -> None:
        """The wiki lists calls under the template itself, and under a redirect only those by that name."""
        said = self._ask({"titles": self._template, "redirects": "1"})
        found = (listed(at(said, "query", "pages")) or [{}])[0]
        to = [at(one, "to") for one in listed(at(said, "query", "redirects")) or []]
        if to:
            raise self._refuse(f"{self._template} redirects to {to[-1]}: set harvest.template to that")
        if at(found, "missing") or at(found, "invalid"):
            raise self._refuse(f"the wiki has no {self._template}; it may have been renamed")

    def _listed(self, namespaces: Iterable[int]) -> list[int]:
        """Ids of the pages, in the order of the wiki."""
        asked: dict[str, Any] = {
            "list": "embeddedin",
            "eititle": self._template,
            "einamespace": "|".join(map(str, namespaces)),
            "eilimit": "500",
        }
        ids: dict[int, None] = {}
        onward: dict[str, Any] | None = {}
        been: list[dict[str, Any]] = []
        while onward is not None and onward not in been:
            been.append(onward)
            said = self._ask(asked | onward)
            some = [whole(at(page, "pageid")) for page in listed(at(said, "query", "embeddedin")) or []]
            ids.update(dict.fromkeys(page for page in some if page is not None))
            onward = cast(dict[str, Any] | None, at(said, "continue"))
        if onward is not None:
            raise self._refuse("the list of pages goes round in a circle")
        if not ids:
            where = ", ".join(map(str, namespaces))
            raise self._refuse(
                f"no page calls {self._template} in the namespaces {where}: lists outside of these need "
                "harvest.namespaces"
            )
        return list(ids)

    def _texts(self, pages: Iterable[int]) -> dict[str, str]:
        """The question for pages; each answer names the redirects to the template: its other names."""
        return {
            "pageids": "|".join(map(str, pages)),
            "prop": "revisions",
            "rvprop": "ids|content",
            "rvslots": "main",
            "list": "backlinks",
            "bltitle": self._template,
            "blnamespace": str(_TEMPLATES),
            "blfilterredir": "redirects",
            "bllimit": "500",
        }

    def _ask(self, params: dict[str, Any]) -> dict[str, Any]:
        return self._pages.ask(self._api, _ALWAYS | params)

    def _refuse(self, what: str) -> SourceChanged:
        return self._pages.refuse(self._api, what)
