"""What every question to a MediaWiki Action API carries, and how its answers are read."""

from typing import Any

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.faults import Passing
from heritage.adapters.harvest.protocols.pages import at, mapping
from heritage.adapters.harvest.session import Session

ALWAYS = {"format": "json", "formatversion": "2", "maxlag": "5"}
_LATER = frozenset({"maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryTimeoutError"})
_WAIT_S = 5.0  # the least that the manual asks for after maxlag


def said(session: Session, answer: Answer) -> dict[str, Any]:
    """The answer as JSON. Errors of the API come with status 200.

    Raises Passing for one that passes, so that the session asks again, and SourceChanged for any other.
    Source: mediawiki.org, Manual:Maxlag parameter, API:Errors and warnings.
    """
    content = mapping(session, answer)
    code = at(content, "error", "code")
    if code is None:
        return content
    words = f"the wiki says {code}: {at(content, 'error', 'info')}"[:300]
    if code in _LATER or str(code).startswith("internal_api_error"):
        raise Passing(words, _WAIT_S)
    raise session.changed(answer.url, words)
