"""Implements the ports WikiReader and WikiWriter with pywikibot."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from heritage.adapters.wikibase.answers import classify, error_names
from heritage.adapters.wikibase.embedding import WikiAccess, imported, open_site
from heritage.errors import WikiBusy, WikiStopped, WikiUnclear
from heritage.ports.wiki import Contribution, Entity, WriteResult

_ITEM_ID = re.compile(r"Q[1-9]\d{0,9}")
_ITEM_TITLE = re.compile(r"(?:.*:)?(Q[1-9]\d*)")
_BATCH = 50
_CLOCKS_DIFFER = timedelta(minutes=10)
_TRANSPORT = ("ApiTimeoutError", "MaxlagTimeoutError", "ServerError", "FatalServerError", "ConnectionError")


class PywikibotWiki:
    """One wiki and one account on it. Nothing is contacted before the first call."""

    def __init__(self, access: WikiAccess) -> None:
        self._access = access

    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        """Asked id to entity, 50 a request; a redirect gives its target, a missing id is left out."""
        wanted = sorted({qid for qid in qids if _ITEM_ID.fullmatch(qid)})
        found: dict[str, Entity] = {}
        for start in range(0, len(wanted), _BATCH):
            answer = self._read(
                action="wbgetentities",
                ids=wanted[start : start + _BATCH],
                props=["info", "labels", "descriptions", "aliases", "claims"],
            )
            found |= {
                asked: entity for asked, entity in answer["entities"].items() if "missing" not in entity
            }
        return found

    def find_by_identifier(self, property: str, value: str) -> list[str]:
        """Items that carry this identifier, whatever its rank, sorted.

        The search finds candidates by statement (CirrusSearch) and, for a wiki without that, by name; what
        they say is read from the items themselves.
        """
        words = value.replace("\\", "\\\\").replace('"', '\\"')
        hits = self._read(
            action="query",
            list="search",
            srsearch=f'haswbstatement:"{property}={words}"',
            srnamespace="*",
            srlimit=50,
            srprop=[],
        )["query"]["search"]
        titles = [_ITEM_TITLE.fullmatch(hit["title"]) for hit in hits]
        named = self._read(
            action="wbsearchentities", search=value[:250], language="en", type="item", limit=50
        )
        candidates = {match[1] for match in titles if match} | {hit["id"] for hit in named["search"]}
        return sorted(
            {
                entity["id"]
                for entity in self.read(sorted(candidates)).values()
                for claim in (entity.get("claims") or {}).get(property, ())
                if claim["mainsnak"].get("datavalue", {}).get("value") == value
            }
        )

    def create(self, data: Entity, summary: str) -> WriteResult:
        """A new item."""
        return self._write(new="item", data=data, summary=summary)

    def add(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult:
        """Adds to an item as it was read at `base_revision`."""
        return self._write(id=qid, data=data, baserevid=base_revision, summary=summary)

    def remove(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult:
        """Removes from an item as it was read at `base_revision`."""
        return self._write(id=qid, data=data, baserevid=base_revision, summary=summary)

    def find_edit(self, token: str, since: datetime) -> WriteResult | None:
        """Our newest edit since then (less ten minutes, for clocks that differ) whose summary has `token`."""
        for edit in self.contributions(since):
            if token in edit.comment and _ITEM_ID.fullmatch(edit.title):
                return WriteResult(edit.title, edit.revision, changed=True)
        return None

    def contributions(self, since: datetime) -> Iterator[Contribution]:
        """Our edits since then (less ten minutes), newest first."""
        asked: dict[str, Any] = {
            "action": "query",
            "list": "usercontribs",
            "ucuser": self._access.name,
            "ucend": (since - _CLOCKS_DIFFER).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ucprop": ["ids", "title", "comment", "timestamp"],
            "uclimit": "max",
        }
        going_on: dict[str, Any] = {}
        while True:
            answer = self._read(**asked, **going_on)
            for edit in answer["query"]["usercontribs"]:
                item = _ITEM_TITLE.fullmatch(edit["title"])
                title = item[1] if item else edit["title"]
                at = datetime.fromisoformat(edit["timestamp"])
                # a summary that was hidden from the public has no text
                yield Contribution(title, int(edit["revid"]), edit.get("comment", ""), at)
            if "continue" not in answer:
                return
            going_on = answer["continue"]

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

    @cached_property
    def _site(self) -> Any:
        with self._asking():
            return open_site(self._access)

    @cached_property
    def _account(self) -> Any:
        """The site, logged in."""
        if not self._access.user:
            raise WikiStopped(f"No account is set for {self._access.api_url}: it can only be read.")
        with self._asking():
            self._site.login()
            if not self._site.logged_in():
                raise WikiStopped(f"Login as {self._access.user} at {self._access.api_url} failed.")
        return self._site

    def _read(self, **parameters: Any) -> Any:
        site = self._site  # first: pywikibot must not be imported but by `embedding`
        from pywikibot.data.api import Request

        with self._asking():
            return Request(site, use_get=False, parameters={"formatversion": 2, **parameters}).submit()

    def _write(self, *, data: Entity, **parameters: Any) -> WriteResult:
        site = self._account
        from heritage.adapters.wikibase.sending import OnePost

        parameters |= {
            "action": "wbeditentity",
            "formatversion": 2,
            "data": json.dumps(data, ensure_ascii=False),
        }
        with self._asking():
            if site.has_right("bot"):
                parameters["bot"] = 1
            parameters["token"] = site.tokens["csrf"]
            answer = OnePost(site, use_get=False, parameters=parameters).submit()
        entity = answer.get("entity") or {}
        if "id" not in entity or "lastrevid" not in entity:
            raise WikiUnclear("The wiki says that the edit succeeded but not as which revision.")
        return WriteResult(entity["id"], int(entity["lastrevid"]), changed="nochange" not in entity)

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
            raise classify(names, error.info) from None
        except exceptions.NoUsernameError:
            raise WikiStopped(f"{where} does not let {self._access.user} log in.") from None
        except exceptions.Error as error:
            kind = type(error).__name__
            if kind not in _TRANSPORT:
                raise WikiStopped(f"pywikibot gave up on {where}: {kind}.") from None
            raise WikiBusy(f"{where} does not answer ({kind}).") from None
