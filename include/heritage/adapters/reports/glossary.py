"""What the words of the report mean: of the whole list, those that a report uses."""

import json
import re
from typing import Any

from heritage.adapters.reports.words import word_list


def glossary(told: Any) -> dict[str, str]:
    """The terms that stand in what is told (JSON-able), and those that their meanings need, by alphabet."""
    words = word_list("glossary")
    found: dict[str, str] = {}
    text = json.dumps(told, ensure_ascii=False)
    while text:
        new = {term: meaning for term, meaning in words.items() if term not in found and _in(term, text)}
        found |= new
        text = " ".join(new.values())
    return dict(sorted(found.items(), key=lambda one: one[0].casefold()))


def _in(term: str, text: str) -> bool:
    """In the singular or plural, as a word of its own."""
    stem = re.escape(term.removesuffix("y"))
    return re.search(rf"\b{stem}(?:y|s|es|ies|ed)?\b", text, re.IGNORECASE) is not None
