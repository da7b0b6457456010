"""How a SPARQL endpoint is asked, and how the solutions of a SELECT are read."""

import re
from typing import Any
from urllib.parse import quote

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.protocols.pages import at, listed, mapping
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceChanged, SourceUnavailable

Solutions = list[dict[str, Any]]

ACCEPT = {"Accept": "application/sparql-results+json"}
_LONGEST_ADDRESS = 2000
_NAMED = 120  # characters of an address that a message repeats: queries are long
_TIMED_OUT = re.compile(
    rb"time.?out|timed out|time limit|estimated execution time|deadline|overload", re.IGNORECASE
)


def question(url: str, query: str) -> dict[str, Any]:
    """By GET, which every endpoint takes and caches know, unless the address would be too long."""
    asked = {"query": query}
    way = "params" if len(quote(query)) < _LONGEST_ADDRESS else "form"
    return {"url": url, way: asked, "headers": ACCEPT}


def solutions(session: Session, answer: Answer, remedy: str) -> Solutions:
    """A SELECT's solutions. What runs out of time comes with status 200, as HTML or as JSON cut short.

    Raises SourceUnavailable for that, with the `remedy`, and SourceChanged for what is no SELECT's answer.
    """
    try:
        content = mapping(session, answer)
    except SourceChanged:
        body = answer.content
        if _TIMED_OUT.search(body) or body.lstrip().startswith(b"{"):
            raise SourceUnavailable(
                f"{session.dataset}: {answer.url[:_NAMED]}: the endpoint ran out of time, or its answer "
                f"breaks off. Try again later{remedy}."
            ) from None
        raise
    found = listed(at(content, "results", "bindings"))
    if found is None or not all(isinstance(solution, dict) for solution in found):
        raise session.changed(answer.url[:_NAMED], "the answer holds no solutions of a SELECT")
    return found
