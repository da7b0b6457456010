"""How a wiki with CirrusSearch is asked which items carry identifiers."""

from collections.abc import Iterator, Sequence

_LONGEST_SEARCH = 300
"""Characters that CirrusSearch takes (https://www.mediawiki.org/wiki/Help:CirrusSearch)."""


def statement_queries(property: str, values: Sequence[str]) -> Iterator[str]:
    """Searches for items with any of these values, as few as the longest one that is taken allows."""
    parts: list[str] = []
    for value in values:
        part = f"{property}={value}".replace("\\", "\\\\").replace('"', '\\"')
        if parts and len(_query([*parts, part])) > _LONGEST_SEARCH:
            yield _query(parts)
            parts = []
        parts.append(part)
    if parts:
        yield _query(parts)


def _query(parts: Sequence[str]) -> str:
    """The quote stands right after the colon (Help:Extension:WikibaseCirrusSearch)."""
    return f'haswbstatement:"{"|".join(parts)}"'
