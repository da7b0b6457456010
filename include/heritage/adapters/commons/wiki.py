"""Implements the port MediaWriter with pywikibot."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from heritage.adapters.commons.answers import OtherOffset, StashGone
from heritage.adapters.commons.reader import CommonsReader, bare
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.errors import WikiRefused, WikiUnclear
from heritage.ports.media import FileOnWiki, Stashed, Warned

CHUNK_BYTES = 8 << 20
_AGAIN = 2
"""So often the rest of a file, or all of it, is sent again: the wiki says the same of one that it dropped and
of one that it does not like."""


class PywikibotCommons(CommonsReader, PywikibotWiki):
    """One wiki with files and one account on it."""

    def __init__(self, access: WikiAccess, chunk_bytes: int = CHUNK_BYTES) -> None:
        super().__init__(access)
        self._chunk = chunk_bytes

    def stash(
        self, path: Path, title: str, begun: Stashed | None, keep: Callable[[Stashed], None]
    ) -> Stashed:
        """Brings a file to the wiki, chunk by chunk, from where it stopped.

        Where the wiki has more or less of it than we wrote down, it goes on from there; what it has dropped
        comes anew.
        """
        size, again = path.stat().st_size, 0
        with path.open("rb") as file:
            while begun is None or begun.offset < size:
                try:
                    begun = self._send_chunk(file, size, title, begun)
                except (OtherOffset, StashGone) as error:
                    again += 1
                    if again > _AGAIN:
                        text = f"The wiki does not take the file: {error}"
                        raise WikiRefused(text, "stashfailed") from None
                    begun = _go_on(begun, error)
                else:
                    keep(begun)
        return begun

    def publish(self, stashed: Stashed, title: str, text: str, comment: str) -> FileOnWiki | Warned:
        """Makes the stashed file a page. What the wiki warns of is never ignored."""
        try:
            answer = self._upload(filekey=stashed.filekey, filename=title, text=text, comment=comment)
        except StashGone as gone:
            raise WikiUnclear(f"The wiki does not keep the file any more ({gone}).") from None
        if answer.get("result") == "Warning":
            return Warned(answer.get("warnings") or {})
        standing = self.by_title(bare(str(answer.get("filename", title)).replace("_", " ")))
        if answer.get("result") != "Success" or standing is None or not standing.page:
            raise WikiUnclear(f"The wiki answers {answer.get('result')!r} and does not show the file.")
        return standing

    def describe(self, page: int, data: Mapping[str, Any], base_revision: int | None, summary: str) -> int:
        """Adds to the MediaInfo of a file, which is made if there is none; gives the revision."""
        base = {} if base_revision is None else {"baserevid": base_revision}
        return self._write(id=f"M{page}", data=dict(data), summary=summary, **base).revision

    def _send_chunk(self, file: Any, size: int, title: str, begun: Stashed | None) -> Stashed:
        offset = begun.offset if begun else 0
        file.seek(offset)
        chunk = file.read(self._chunk)
        # Nothing is published by a chunk: what the wiki warns of is heard when it is.
        asked: dict[str, Any] = {"filename": title, "stash": 1, "filesize": size, "ignorewarnings": 1}
        if begun:
            asked["filekey"] = begun.filekey
        answer = self._upload(chunk, offset=offset, **asked)
        if answer.get("result") not in ("Continue", "Success") or "filekey" not in answer:
            raise WikiUnclear(f"The wiki answers {answer.get('result')!r} to a part of a file.")
        done = answer["result"] == "Success"
        return Stashed(str(answer["filekey"]), size if done else int(answer["offset"]))

    def _upload(self, chunk: bytes | None = None, **parameters: Any) -> dict[str, Any]:
        site, access = self._account, self._access
        from heritage.adapters.commons.sending import UploadPost
        from heritage.adapters.wikibase.sending import csrf_token

        mime = {"chunk": (chunk, "application/octet-stream")} if chunk is not None else None
        with self._asking():
            asked = {"action": "upload", "formatversion": 2, "maxlag": access.maxlag, **parameters}
            if access.tags and chunk is None:
                asked["tags"] = list(access.tags)
            asked |= {"assertuser": access.name, "token": csrf_token(site)}
            answer = UploadPost(site, use_get=False, mime=mime, parameters=asked).submit()
        found: dict[str, Any] = answer.get("upload") or {}
        return found


def _go_on(begun: Stashed | None, error: OtherOffset | StashGone) -> Stashed | None:
    """From where the wiki has the file; from its beginning where that is not to be known."""
    if begun and isinstance(error, OtherOffset) and error.offset != begun.offset:
        return Stashed(begun.filekey, error.offset)
    return None
