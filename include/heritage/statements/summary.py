"""The words that an edit carries in the wiki's history."""

from collections.abc import Sequence

from heritage.model.edit import Content
from heritage.statements.text import stored

LIMIT = 190
"""Characters; the wiki puts its own note of up to 70 before ours and cuts the whole at 260."""


def edit_summary(
    title: str, content: Content, batch_id: str, decisions: Sequence[int], edit_id: str, *, new: bool
) -> str:
    """Dataset, what is added, batch, decision, edit and the EditGroups link; nothing else of the record.

    The head is cut to the limit, never the tail: the edit id finds the edit again after a crash, and
    EditGroups knows the batch by the link (https://www.wikidata.org/wiki/Wikidata:Edit_groups/Adding_a_tool).
    """
    numbers = "+".join(str(number) for number in decisions)
    tail = (
        f" (batch {batch_id}, decision {numbers}, edit {edit_id})"
        f" ([[:toolforge:editgroups/b/CB/{batch_id}|details]])"
    )
    head = f"{stored(title)}: {'new item' if new else 'add ' + _what(content)}"
    room = LIMIT - len(tail)
    return (head if len(head) <= room else head[: room - 1].rstrip() + "…") + tail


def _what(content: Content) -> str:
    parts = list(dict.fromkeys(s.property for s in content.statements))
    if content.labels or content.aliases:
        parts.append("names")
    if content.references:
        parts.append("references")
    return ", ".join(parts)
