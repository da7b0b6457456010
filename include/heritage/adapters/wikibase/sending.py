"""One write, one POST. Imported only after `embedding` has imported pywikibot."""

from typing import Any

from pywikibot import config
from pywikibot.data.api import Request

from heritage.adapters.wikibase.answers import classify, error_names, retry_after
from heritage.errors import WikiBusy, WikiUnclear

_RENEWED = {"assertuserfailed", "badtoken"}
"""Refused before anything was done; pywikibot logs in again or takes a new token, and repeats."""


class OnePost(Request):  # type: ignore[misc]
    """A write that is never repeated when the answer is lost: pywikibot would make a second item.

    What pywikibot waits out, it asks for through `wait`; what the wiki answers, it reads through
    `_json_loads`: both end here, in an error that says whether something may have been saved.
    """

    def wait(self, *_: Any, **__: Any) -> None:
        raise WikiUnclear(
            f"No answer to the write within {config.socket_timeout[1]:g} s, or the connection was lost."
        )

    def _bad_token(self, code: str) -> bool:
        """pywikibot takes the wrong kind of token when it has just logged in again (seen in 11.9)."""
        if code != "badtoken":
            return False
        self.site.tokens.clear()
        self["token"] = self.site.tokens["csrf"]
        return True

    def _json_loads(self, response: Any) -> dict[str, Any]:
        pause = retry_after(response.headers.get("Retry-After"))
        self.site.throttle.retry_after = 0  # our caller is told to wait; waiting twice helps nobody
        if response.status_code == 429:
            raise WikiBusy("The wiki answers 429: too many requests.", pause)
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise WikiUnclear(f"HTTP {response.status_code} and no JSON in answer to the write.")
        error = answer.get("error")
        if error and error.get("code") not in _RENEWED:
            names = error_names(error, response.headers.get("MediaWiki-API-Error", ""))
            raise classify(names, str(error.get("info", "")), pause)
        return answer
