"""Suggestions as the text that tasks hold (pure)."""

from pydantic import TypeAdapter

from heritage.model.digest import canonical_json
from heritage.model.review import Suggestion

_SUGGESTION = TypeAdapter(Suggestion)


def to_json(suggestion: Suggestion) -> str:
    """Canonical: equal suggestions give equal texts.

    >>> to_json(Suggestion(generator="colours"))
    '{"generator":"colours"}'
    """
    return canonical_json(_SUGGESTION.dump_python(suggestion, mode="json", exclude_defaults=True))


def from_json(text: str) -> Suggestion | None:
    """The suggestion again; None for a task that holds none. Raises ValueError for what is none.

    >>> from_json('{"term":"Kyrka"}').term, from_json("")
    ('Kyrka', None)
    """
    return _SUGGESTION.validate_json(text) if text else None
