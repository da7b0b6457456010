"""Implements the port MediaReader with pywikibot: nothing here can write."""

import re
from functools import cached_property
from typing import Any

from heritage.adapters.wikibase.documented import documented
from heritage.adapters.wikibase.reader import PywikibotReader
from heritage.ports.media import FileOnWiki


@documented
class CommonsReader(PywikibotReader):
    """One wiki with files, asked. Nothing is contacted before the first call."""

    def by_sha1(self, sha1: str) -> list[FileOnWiki]:
        """Files with exactly these bytes; their page is not asked for (0)."""
        answer = self._read(
            action="query",
            list="allimages",
            aisha1=sha1,
            aiprop=["sha1", "user", "canonicaltitle"],
            ailimit=10,
        )
        return [
            FileOnWiki(bare(one["canonicaltitle"]), 0, one["sha1"], one.get("user", ""))
            for one in answer["query"]["allimages"]
        ]

    def by_title(self, title: str) -> FileOnWiki | None:
        """What stands under a title, without a digest if it is a page without a file."""
        answer = self._read(
            action="query", titles=f"File:{title}", prop="imageinfo", iiprop=["sha1", "user"], iilimit=1
        )
        [page] = answer["query"]["pages"]
        info = (page.get("imageinfo") or [{}])[0]
        if "pageid" not in page and "sha1" not in info:
            return None
        return FileOnWiki(
            bare(page["title"]), int(page.get("pageid", 0)), info.get("sha1", ""), info.get("user", "")
        )

    def structured(self) -> bool:
        """Whether files have structured data there."""
        return self._structured

    def read_media(self, page: int) -> dict[str, Any] | None:
        """The MediaInfo of a file, with `statements`; None while it has none."""
        answer = self._read(action="wbgetentities", ids=f"M{page}")
        entity: dict[str, Any] = answer["entities"][f"M{page}"]
        if "missing" in entity:
            return None
        # PHP says [] for an empty map.
        return entity | {name: entity.get(name) or {} for name in ("labels", "statements")}

    @cached_property
    def _structured(self) -> bool:
        answer = self._read(action="query", meta="siteinfo", siprop="extensions")
        return any(one.get("name") == "WikibaseMediaInfo" for one in answer["query"].get("extensions", ()))


def bare(title: str) -> str:
    """Without the namespace, whatever its name there."""
    return re.sub(r"^[^:]+:", "", title)
