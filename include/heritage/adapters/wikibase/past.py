"""Implements the port WikiPast with pywikibot: how items are and were, and who edited them since."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from heritage.adapters.wikibase.documented import documented
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.mapped import MappedReader
from heritage.adapters.wikibase.reader import PywikibotReader
from heritage.adapters.wikibase.translation import Translation
from heritage.model.visit import PastRevision
from heritage.ports.wiki import READ_TOGETHER, Entity

_PROPS = ["ids", "user", "comment", "tags"]
_NAMED = re.compile(r":([PQ][1-9]\d*)\]\]")
"""How a summary of Wikibase names a property or an item."""


@documented
class PywikibotPast(PywikibotReader):
    """One wiki, asked about the past."""

    def __init__(self, access: WikiAccess) -> None:
        super().__init__(access)
        self.user = access.name or ""

    def as_of(self, revisions: Sequence[int]) -> dict[int, PastRevision]:
        """See WikiPast; 50 a request, fewer where the wiki finds the answer too large."""
        wanted = sorted(set(revisions))
        found: dict[int, PastRevision] = {}
        for start in range(0, len(wanted), READ_TOGETHER):
            asked = {
                "action": "query",
                "prop": "revisions",
                "revids": wanted[start : start + READ_TOGETHER],
                "rvprop": [*_PROPS, "content"],
                "rvslots": "main",
            }
            for one in self._revisions(asked):
                found[one.revision] = one
        return found

    def since(self, title: str, revision: int) -> list[PastRevision]:
        """See WikiPast."""
        asked = {
            "action": "query",
            "prop": "revisions",
            "titles": title,
            "rvprop": _PROPS,
            "rvdir": "newer",
            "rvstartid": revision,
            "rvlimit": "max",
        }
        return [one for one in self._revisions(asked) if one.revision > revision]

    def _revisions(self, asked: dict[str, Any]) -> list[PastRevision]:
        return [
            _read(page["title"], revision)
            for answer in self._pages(asked)
            for page in answer.get("query", {}).get("pages", ())
            for revision in page.get("revisions", ())
        ]


@documented
class MappedPast(MappedReader):
    """A wiki whose ids are not Wikidata's, asked in Wikidata's."""

    def __init__(self, wiki: PywikibotPast, translation: Translation) -> None:
        super().__init__(wiki, translation)
        self._past, self.user = wiki, wiki.user

    def as_of(self, revisions: Sequence[int]) -> dict[int, PastRevision]:
        """See WikiPast."""
        return {number: self._here(one) for number, one in self._past.as_of(revisions).items()}

    def since(self, title: str, revision: int) -> list[PastRevision]:
        """See WikiPast; summaries name what they changed in Wikidata's ids."""
        return [self._here(one) for one in self._past.since(title, revision)]

    def _here(self, one: PastRevision) -> PastRevision:
        entity = self._translation.entity_here(one.entity) if one.entity else None
        comment = _NAMED.sub(lambda found: f":{self._translation.here(found[1])}]]", one.comment)
        return replace(one, entity=entity, comment=comment)


def _read(title: str, revision: dict[str, Any]) -> PastRevision:
    user = revision.get("user", "")
    return PastRevision(
        revision=int(revision["revid"]),
        title=title,
        user=user,
        registered=bool(user) and not (revision.get("anon") or revision.get("temp")),
        comment=revision.get("comment", ""),
        tags=frozenset(revision.get("tags", ())),
        entity=_entity(revision),
    )


def _entity(revision: dict[str, Any]) -> Entity | None:
    """The item of a revision; None where it was hidden, or was a redirect then."""
    content = (revision.get("slots") or {}).get("main", {}).get("content")
    if content is None:
        return None
    try:
        entity = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entity, dict) or "id" not in entity:
        return None
    return entity | {"lastrevid": int(revision["revid"])}
