"""A download that was cut off, to be gone on with where the server can (RFC 9110, section 14)."""

import json
import re
from contextlib import suppress
from pathlib import Path

import httpx

from heritage.adapters.http_dates import http_date
from heritage.model.digest import digest_json


class Partial:
    """The first bytes of `path`, beside which a note says of which state of the file they are.

    Only an answer that was not packed, with a validator that is the same for the same bytes only, can be
    gone on with.
    """

    def __init__(self, path: Path, url: str) -> None:
        self._bytes = path.with_name(f"{path.name}.partial")
        self._note = path.with_name(f"{path.name}.partial.json")
        self._url = digest_json(url)

    def condition(self) -> dict[str, str]:
        """Headers that ask for the rest; none when the file has to come anew."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            size = self._bytes.stat().st_size
            if note["url"] == self._url and size:
                return {
                    "Range": f"bytes={size}-",
                    "If-Range": note["validator"],
                    "Accept-Encoding": "identity",
                }
        self.done()
        return {}

    def continued(self, answer: httpx.Response) -> int:
        """From which byte on a partial answer is; 0 when it does not fit, and then the bytes are dropped."""
        known = re.match(r"bytes ([0-9]{1,18})-", answer.headers.get("content-range", ""))
        size = self._bytes.stat().st_size if self._bytes.exists() else 0
        packed = "content-encoding" in answer.headers
        if answer.status_code == 206 and known and int(known[1]) == size and not packed:
            return size
        self.done()
        return 0

    def begun(self, answer: httpx.Response) -> None:
        """Notes the state of the file that comes from its first byte on now."""
        self.done()
        validator = _strong(answer.headers)
        if (
            validator
            and answer.headers.get("accept-ranges") == "bytes"
            and (answer.headers.get("content-encoding", "identity") == "identity")
        ):
            note = json.dumps({"url": self._url, "validator": validator})
            self._note.write_text(note, encoding="utf-8")

    def done(self) -> None:
        """Nothing is left to go on with."""
        self._note.unlink(missing_ok=True)
        self._bytes.unlink(missing_ok=True)


def _strong(headers: httpx.Headers) -> str | None:
    """An ETag that is not weak, or a Last-Modified of a second ago or more (RFC 9110, 8.8.2.2)."""
    etag = headers.get("etag", "")
    if etag:
        return etag if etag.startswith('"') else None
    changed, answered = (http_date(headers.get(name, "")) for name in ("last-modified", "date"))
    older = changed and answered and (answered - changed).total_seconds() >= 1
    return str(headers["last-modified"]) if older else None
