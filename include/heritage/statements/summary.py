"""The words that an edit carries in the wiki's history."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from heritage.model.digest import digest_json
from heritage.model.edit import Content
from heritage.statements.text import stored

LIMIT = 190
"""Characters; the wiki puts its own note of up to 70 before ours and cuts the whole at 260."""
EDIT_GROUPS = "([[:toolforge:editgroups/b/CB/{batch}|details]])"
"""Leads on Wikidata to all edits of a batch (https://www.wikidata.org/wiki/Wikidata:Edit_groups/Adding_a_tool)."""
_OURS = re.compile(
    r"\(batch (?P<batch>[0-9a-f]{1,64}), (?:decision [0-9+]*, )?(?P<kind>edit|undo) (?P<token>[0-9a-f]{16})\)"
)


def edit_summary(
    title: str,
    content: Content,
    batch_id: str,
    decisions: Sequence[int],
    edit_id: str,
    *,
    new: bool,
    edit_groups: str = EDIT_GROUPS,
) -> str:
    """Dataset, what is added, batch, decision, edit and the link to the batch; nothing else of the record.

    The head is cut to the limit, never the tail: the edit id finds the edit again after a crash, and
    EditGroups knows the batch by the link.
    """
    decided = f"decision {'+'.join(str(number) for number in decisions)}, " if decisions else ""
    tail = f" (batch {batch_id}, {decided}edit {edit_id}){_link(edit_groups, batch_id)}"
    return _cut(f"{stored(title)}: {'new item' if new else _done(content)}", tail)


def undo_summary(title: str, batch_id: str, edit_id: str, edit_groups: str = EDIT_GROUPS) -> str:
    """Of the edit that takes `edit_id` back. The undo of a batch is a group of its own on EditGroups."""
    group = digest_json(["undo", batch_id])[:12]
    tail = f" (batch {batch_id}, undo {undo_id(edit_id)}){_link(edit_groups, group)}"
    return _cut(f"{stored(title)}: take back what we added", tail)


def _link(edit_groups: str, group: str) -> str:
    return f" {edit_groups.replace('{batch}', group)}" if edit_groups else ""


def undo_id(edit_id: str) -> str:
    """By which the edit that takes another one back is found in the history."""
    return digest_json(["undo", edit_id])[:16]


@dataclass(frozen=True, slots=True)
class Named:
    """What a summary of ours names: the batch, and the edit, or the edit that took one back."""

    batch_id: str
    token: str
    undo: bool


def read_summary(comment: str) -> Named | None:
    """What a summary in the wiki's history names, None for one that is not of an upload or its undo."""
    found = _OURS.search(comment)
    return Named(found["batch"], found["token"], found["kind"] == "undo") if found else None


def _cut(head: str, tail: str) -> str:
    room = LIMIT - len(tail)
    return (head if len(head) <= room else head[: room - 1].rstrip() + "…") + tail


def _done(content: Content) -> str:
    renewed = ", ".join(dict.fromkeys(renewal.after.property for renewal in content.renewals))
    told = (("add", _what(content)), ("bring up to date", renewed))
    return "; ".join(f"{verb} {what}" for verb, what in told if what)


def _what(content: Content) -> str:
    parts = list(dict.fromkeys(s.property for s in content.statements))
    if content.labels or content.aliases:
        parts.append("names")
    if content.references:
        parts.append("references")
    return ", ".join(parts)
