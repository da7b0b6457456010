"""What of an edit a convention can say; what it would cut, join or read otherwise is left out and told."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace

from heritage.model.edit import Content, Snak, Statement
from heritage.ports.exports import FileEdit, LeftOut

Fault = str | None
_LINES = frozenset("\u2028\u2029")


def text_fault(text: str) -> Fault:
    """Why no file of lines may hold this text: what breaks a line, or what a reader trims."""
    if not text or text != text.strip():
        return "is empty, or begins or ends with a space"
    if any(c in _LINES or unicodedata.category(c) in ("Cc", "Cs") for c in text):
        return "has a tab, a line break or another control character"
    return None


def sayable(
    edit: FileEdit,
    term: Callable[[str, str], Fault],
    value: Callable[[Snak], Fault],
) -> tuple[Content, list[LeftOut]]:
    """The content less what `term` (language and text) and `value` refuse, and what that was. A statement
    goes with its references and qualifiers or not at all, and so does a new item."""
    left: list[LeftOut] = []

    def good(what: str, fault: Fault) -> bool:
        if fault:
            left.append(LeftOut(edit.record_id, what, fault))
        return not fault

    def whole(statement: Statement) -> bool:
        cited = [snak for reference in statement.references for snak in reference]
        faults = (value(s) for s in (main_snak(statement), *statement.qualifiers, *cited))
        return good(statement.property, next((fault for fault in faults if fault), None))

    content = edit.content
    kept = replace(
        content,
        labels={k: t for k, t in content.labels.items() if good(f"the label in {k!r}", term(k, t))},
        descriptions={
            k: t for k, t in content.descriptions.items() if good(f"the description in {k!r}", term(k, t))
        },
        aliases={
            k: told
            for k, texts in content.aliases.items()
            if (told := tuple(t for t in texts if good(f"an alias in {k!r}", term(k, t))))
        },
        statements=tuple(s for s in content.statements if whole(s)),
    )
    if left and edit.qid is None:
        parts = "; ".join(dict.fromkeys(f"{one.what}: {one.why}" for one in left))
        return Content(), [
            LeftOut(edit.record_id, "the new item", f"it goes as a whole or not at all. {parts}")
        ]
    return kept, left


def main_snak(statement: Statement) -> Snak:
    """Property and value of a statement."""
    return Snak(statement.property, statement.value)
