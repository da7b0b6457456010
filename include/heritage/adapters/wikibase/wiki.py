"""Implements the port WikiWriter with pywikibot."""

import json
import time
from typing import Any

from heritage.adapters.wikibase.reader import PywikibotReader
from heritage.errors import WikiStopped, WikiUnclear
from heritage.ports.wiki import Entity, WriteResult


class PywikibotWiki(PywikibotReader):
    """One wiki and one account on it."""

    def create(self, data: Entity, summary: str) -> WriteResult:
        """A new item."""
        return self._write(new="item", data=data, summary=summary)

    def add(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult:
        """Adds to an item as it was read at `base_revision`."""
        return self._write(id=qid, data=data, baserevid=base_revision, summary=summary)

    def remove(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult:
        """Removes from an item as it was read at `base_revision`."""
        return self._write(id=qid, data=data, baserevid=base_revision, summary=summary)

    def _write(self, *, data: Entity, **parameters: Any) -> WriteResult:
        asked_at = time.time()
        site, access = self._account, self._access
        from heritage.adapters.wikibase.sending import OnePost, csrf_token

        parameters |= {
            "action": "wbeditentity",
            "formatversion": 2,
            "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
            "maxlag": access.maxlag,
            "assertuser": access.name,
        }
        if access.tags:
            parameters["tags"] = list(access.tags)
        with self._asking():
            if site.has_right("bot"):
                parameters["bot"] = 1
            elif access.bot:
                raise WikiStopped(
                    f"{access.name} has no bot flag at {access.api_url}, and the target asks for it."
                )
            parameters["token"] = csrf_token(site)
            post = OnePost(site, use_get=False, parameters=parameters)
            post.asked_at = asked_at
            if access.bot:
                post["assert"] = "bot"
            answer = post.submit()
        match answer.get("entity"):
            case {"id": str(qid), "lastrevid": int(revision), **more}:
                return WriteResult(qid, revision, changed="nochange" not in more)
        raise WikiUnclear("The wiki says that the edit succeeded but not as which revision.")
