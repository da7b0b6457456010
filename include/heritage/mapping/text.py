"""Text as records keep it: NFC and folded whitespace, nothing else is cleaned away."""

import unicodedata
from typing import Any


def fold(value: Any) -> str:
    """The text of a cell; empty for None.

    >>> fold("  Cafe\\u0301\\n du  Nord ")
    'Café du Nord'
    """
    return unicodedata.normalize("NFC", " ".join(str(value).split())) if value is not None else ""
