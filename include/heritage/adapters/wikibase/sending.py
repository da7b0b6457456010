"""Requests to the API as we want them made. Imported only after `embedding` has imported pywikibot."""

import math
import time
from typing import Any

from pywikibot import config, exceptions
from pywikibot.comms import http
from pywikibot.data.api import Request
from requests import exceptions as transport
from urllib3.exceptions import NewConnectionError

from heritage.adapters.wikibase.answers import RENEWABLE, SESSION_LOST, error_of, read_answer, retry_after
from heritage.errors import HeritageError, WikiBusy, WikiStopped, WikiUnclear

PROMPT = 30.0
"""Seconds between the wish to write and the POST, login and token included."""


class Question(Request):  # type: ignore[misc]
    """A read. pywikibot repeats it, but it would ask again too soon where the wiki says when."""

    def submit(self) -> Any:
        if self.write:
            raise WikiStopped(f"{self.action} would write, and nothing is written through a reader.")
        return super().submit()

    def _json_loads(self, response: Any) -> Any:
        if response.status_code == 429:
            self.site.throttle.retry_after = 0  # our caller waits
            raise WikiBusy(
                "The wiki answers 429: too many requests.", retry_after(response.headers.get("Retry-After"))
            )
        return super()._json_loads(response)


class OnePost(Request):  # type: ignore[misc]
    """A write that is never repeated when the answer is lost: pywikibot would make a second item.

    What pywikibot waits out, it asks for through `wait`; what the wiki answers, it reads through
    `_json_loads`: both end here, in an error that says whether something may have been saved. A session or a
    token that was lost is renewed once: the wiki had looked at nothing else. It goes within PROMPT seconds of
    `asked_at` (a wall clock, which goes on while a machine sleeps), or not at all: whoever finds the edit in
    the journal counts from there how long it can still arrive.
    """

    asked_at = math.inf
    _renewed = False

    def wait(self, *_: Any, **__: Any) -> None:
        raise WikiUnclear(
            f"No answer to the write within {config.socket_timeout[1]:g} s, or the connection was lost."
        )

    def _http_request(self, *request: Any) -> Any:
        """A wiki that could not be connected to has seen nothing of the write."""
        _, uri, data, headers, _ = request
        if time.time() - self.asked_at > PROMPT:
            raise WikiBusy(f"Getting ready took more than {PROMPT:g} s: nothing was sent.", retry_after=1.0)
        try:
            return http.request(self.site, uri=uri, method="POST", data=data, headers=headers), False
        except transport.ConnectionError as error:
            if isinstance(getattr(next(iter(error.args), None), "reason", None), NewConnectionError):
                raise WikiBusy(f"{self.site.hostname()} cannot be connected to.") from None
        except (exceptions.ServerError, transport.RequestException):
            pass  # it may have been saved
        return self.wait()

    def _bad_token(self, code: str) -> bool:
        """pywikibot takes the wrong kind of token when it has just logged in again (seen in 11.9)."""
        if code != "badtoken":
            return False
        self._take_new_token()
        return True

    def _logged_in(self, code: str) -> bool:
        """Logged in again, pywikibot would send the token of the session that is gone (seen in 11.9)."""
        if code not in SESSION_LOST:
            return True
        self._relogin("The session is lost.")
        self._take_new_token()
        return False

    def _take_new_token(self) -> None:
        self.site.tokens.clear()
        self["token"] = csrf_token(self.site)

    def _json_loads(self, response: Any) -> dict[str, Any]:
        self.site.throttle.retry_after = 0  # our caller is told to wait; waiting twice helps nobody
        try:
            return read_answer(response.status_code, response.headers, response.text)
        except HeritageError:
            answer = _renewable(response)
            if answer is None or self._renewed:
                raise
            self._renewed = True
            return answer


def csrf_token(site: Any) -> str:
    """The token for a write. Raises WikiBusy where the session was lost while it was asked for: pywikibot
    has a KeyError then (11.9), and logs in again when it is asked the next time."""
    try:
        return str(site.tokens["csrf"])
    except KeyError:
        raise WikiBusy("The session was lost while a token for the write was asked for.", 1.0) from None


def _renewable(response: Any) -> dict[str, Any] | None:
    """The answer, if all that was wrong is the session."""
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return None
    error = error_of(answer) if isinstance(answer, dict) else None
    return answer if error and error.get("code") in RENEWABLE else None
