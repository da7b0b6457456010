"""Implements the ports WikiReader and LiveWiki with pywikibot: nothing here can write."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

from heritage.adapters.wikibase.answers import classify, error_names
from heritage.adapters.wikibase.documented import documented
from heritage.adapters.wikibase.embedding import WikiAccess, imported, open_site
from heritage.adapters.wikibase.searches import statement_queries
from heritage.errors import HeritageError, WikiBusy, WikiStopped
from heritage.ports.wiki import READ_TOGETHER, Contribution, Entity, WikiFacts, WriteResult
from heritage.statements.live import parse_entity
from heritage.statements.text import nfc
from heritage.statements.undoing import said_by

ITEM_ID = re.compile(r"Q[1-9]\d{0,9}")
_PROPERTY_ID = re.compile(r"P[1-9]\d{0,9}")
_ITEM_TITLE = re.compile(r"(?:.*:)?(Q[1-9]\d*)")
_WHOLE = ["info", "labels", "descriptions", "aliases", "claims", "sitelinks"]
_CLOCKS_DIFFER = timedelta(minutes=10)
_TRANSPORT = ("ApiTimeoutError", "MaxlagTimeoutError", "ServerError", "FatalServerError", "ConnectionError")


@documented
class PywikibotReader:
    """One wiki, asked. Nothing is contacted before the first call."""

    def __init__(self, access: WikiAccess) -> None:
        self._access = access

    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        """Asked id to entity, 50 a request; a redirect gives its target, a missing id is left out."""
        found = self._entities(qids, ITEM_ID, _WHOLE)
        for entity in found.values():
            parse_entity(entity)  # raises ValueError for what is no item
            for claim in chain.from_iterable((entity.get("claims") or {}).values()):
                said_by(claim)  # as an undo reads it, so that it meets no value of another form
        return found

    def latest(self, qids: Sequence[str]) -> dict[str, int]:
        """See WikiReader."""
        found = self._entities(qids, ITEM_ID, ["info"])
        return {asked: int(entity["lastrevid"]) for asked, entity in found.items()}

    def datatypes(self, properties: Sequence[str]) -> dict[str, str]:
        """See LiveWiki."""
        found = self._entities(properties, _PROPERTY_ID, ["datatype"])
        return {asked: str(entity["datatype"]) for asked, entity in found.items()}

    def properties(self, pids: Sequence[str]) -> dict[str, Entity]:
        """See WikiReader."""
        return self._entities(pids, _PROPERTY_ID, ["claims"])

    def find_by_identifiers(self, property: str, values: Sequence[str]) -> dict[str, list[str]]:
        """Items that carry these identifiers, whatever the rank, sorted.

        The search finds candidates by statement where the wiki has CirrusSearch for Wikibase, many values a
        request, and by name where it has not; what they say is read from the items themselves.
        """
        found: dict[str, set[str]] = {nfc(value): set() for value in values}  # as the wiki stores them
        wanted = list(found)
        if self._searches_statements:
            candidates = {
                qid for query in statement_queries(property, wanted) for qid in self._by_statement(query)
            }
        else:
            candidates = {qid for value in wanted for qid in self._by_name(value)}
        for entity in self.read(sorted(candidates)).values():
            for claim in (entity.get("claims") or {}).get(property, ()):
                value = claim["mainsnak"].get("datavalue", {}).get("value")
                if value in found:
                    found[value].add(entity["id"])
        return {value: sorted(found[nfc(value)]) for value in values}

    def find_edit(self, token: str, since: datetime) -> WriteResult | None:
        """Our newest edit since then (less ten minutes, for clocks that differ) whose summary has `token`."""
        for edit in self.contributions(since):
            if token in edit.comment and ITEM_ID.fullmatch(edit.title):
                return WriteResult(edit.title, edit.revision, changed=True)
        return None

    def contributions(self, since: datetime) -> Iterator[Contribution]:
        """Our edits since then (less ten minutes), newest first."""
        asked = {
            "action": "query",
            "list": "usercontribs",
            "ucuser": self._access.name,
            "ucend": (since - _CLOCKS_DIFFER).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ucprop": ["ids", "title", "comment", "timestamp"],
            "uclimit": "max",
        }
        for answer in self._pages(asked):
            for edit in answer["query"]["usercontribs"]:
                item = _ITEM_TITLE.fullmatch(edit["title"])
                title = item[1] if item else edit["title"]
                at = datetime.fromisoformat(edit["timestamp"])
                # a summary that was hidden from the public has no text
                yield Contribution(title, int(edit["revid"]), edit.get("comment", ""), at)

    def stop_requested(self) -> str | None:
        """The text on the stop page, or None when the page is empty or missing, or none was given."""
        if not self._access.stop_page:
            return None
        answer = self._read(
            action="query",
            prop="revisions",
            titles=self._access.stop_page,
            rvprop="content",
            rvslots="main",
        )
        [page] = answer["query"]["pages"]
        if "revisions" not in page:
            return None
        return page["revisions"][0]["slots"]["main"]["content"].strip() or None

    def facts(self) -> WikiFacts:
        """See LiveWiki; logs in first where an account is set."""
        if self._access.can_log_in:
            self._account  # noqa: B018 - logs in
        found = self._read(
            action="query",
            meta=["siteinfo", "userinfo"],
            siprop=["general", "extensions"],
            uiprop=["groups", "rights", "blockinfo"],
        )["query"]
        user, general = found["userinfo"], found["general"]
        by = f"{user.get('blockedby', '')}: {user.get('blockreason', '')}"
        partly = user.get("blockpartial", False)
        return WikiFacts(
            user=None if "anon" in user else user["name"],
            groups=frozenset(user.get("groups", ())),
            rights=frozenset(user.get("rights", ())),
            blocked=by if "blockid" in user and not partly else "",
            entity_base=str(general.get("wikibase-conceptbaseuri", "")),
            searches_statements=_searches(found["extensions"]),
            tags=frozenset(self._tags()),
            read_only=str(general.get("readonlyreason") or "yes") if general.get("readonly") else "",
        )

    def _tags(self) -> Iterator[str]:
        """Those that a client may set."""
        asked = {"action": "query", "list": "tags", "tgprop": ["active", "source"], "tglimit": "max"}
        for answer in self._pages(asked):
            for tag in answer["query"].get("tags", ()):
                if tag.get("active") and "manual" in tag.get("source", ()):
                    yield tag["name"]

    @cached_property
    def _searches_statements(self) -> bool:
        answer = self._read(action="query", meta="siteinfo", siprop="extensions")
        return _searches(answer["query"]["extensions"])

    def _by_statement(self, query: str) -> Iterator[str]:
        asked = {
            "action": "query",
            "list": "search",
            "srsearch": query,
            "srnamespace": "*",
            "srlimit": 50,
            "srprop": [],
        }
        for answer in self._pages(asked):
            for hit in answer["query"]["search"]:
                title = _ITEM_TITLE.fullmatch(hit["title"])
                if title:
                    yield title[1]

    def _by_name(self, value: str) -> list[str]:
        answer = self._read(
            action="wbsearchentities", search=value[:250], language="en", type="item", limit=50
        )
        return [str(hit["id"]) for hit in answer["search"]]

    def _entities(self, ids: Sequence[str], form: re.Pattern[str], props: list[str]) -> dict[str, Entity]:
        wanted = sorted({one for one in ids if form.fullmatch(one)})
        found: dict[str, Entity] = {}
        for start in range(0, len(wanted), READ_TOGETHER):
            answer = self._read(
                action="wbgetentities", ids=wanted[start : start + READ_TOGETHER], props=props
            )
            found |= {
                asked: entity for asked, entity in answer["entities"].items() if "missing" not in entity
            }
        return found

    def _pages(self, asked: Mapping[str, Any]) -> Iterator[Any]:
        going_on: dict[str, Any] = {}
        while True:
            answer = self._read(**asked, **going_on)
            yield answer
            if "continue" not in answer:
                return
            going_on = answer["continue"]

    @cached_property
    def _site(self) -> Any:
        with self._asking():
            return open_site(self._access)

    @cached_property
    def _account(self) -> Any:
        """The site, logged in; a session that is lost later is renewed by whoever meets that."""
        if not self._access.can_log_in:
            raise WikiStopped(f"No account is set for {self._access.api_url}: it can only be read.")
        with self._asking():
            self._site.login()
            if not self._site.logged_in():
                raise WikiStopped(f"Login as {self._access.user} at {self._access.api_url} failed.")
        return self._site

    def _read(self, **parameters: Any) -> Any:
        site = self._site  # first: pywikibot must not be imported but by `embedding`
        from heritage.adapters.wikibase.sending import Question

        with self._asking():
            return Question(site, use_get=False, parameters={"formatversion": 2, **parameters}).submit()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Errors of pywikibot as ours, without its text: it may quote the request with its token.

        The write itself raises ours already, so what arrives here happened while reading or logging in.
        """
        exceptions, where = imported().exceptions, self._access.api_url
        try:
            yield
        except exceptions.APIError as error:
            names = error_names({"code": error.code, **error.other}, "")
            raise self._discreet(classify(names, error.info)) from None
        except HeritageError as error:
            self._discreet(error)
            raise
        except exceptions.NoUsernameError:
            raise WikiStopped(f"{where} does not let {self._access.user} log in.") from None
        except exceptions.Error as error:
            kind = type(error).__name__
            if kind not in _TRANSPORT:
                raise WikiStopped(f"pywikibot gave up on {where}: {kind}.") from None
            raise WikiBusy(f"{where} does not answer ({kind}).") from None

    def _discreet(self, error: HeritageError) -> HeritageError:
        """The error, in which nothing stands of the secrets that somebody at the address said back."""
        error.args = tuple(self._access.hidden(str(said)) for said in error.args)
        return error


def _searches(extensions: Sequence[Mapping[str, Any]]) -> bool:
    return any(extension.get("name") == "WikibaseCirrusSearch" for extension in extensions)
