"""How a register's words are made comparable."""

import json
import unicodedata


def fold(text: str) -> str:
    """NFC, white space folded: all that is done to a register's value before it is looked up."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def cell_values(cell: str | None) -> tuple[str, ...]:
    """The folded values in a cell: none, one, or each of a list that the register wrote as JSON.

    >>> cell_values('["Fair", null, "Poor "]')
    ('Fair', 'Poor')
    """
    text = fold(cell or "")
    if text.startswith("["):
        try:
            return tuple(value for part in json.loads(text) for value in cell_values(_text(part)))
        except (ValueError, RecursionError):
            return (text,)
    return (text,) if text else ()


def _text(part: object) -> str:
    return "" if part is None else part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)
