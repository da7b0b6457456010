"""What became of an edit of ours on its item, by what stands there now and by the marks of later edits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from heritage.model.edit import Content, Kind, Reference, Statement
from heritage.model.visit import Fate, Finding, Gains, PastRevision
from heritage.spec.revisits import RevisitRules
from heritage.statements.afterwards import lacking
from heritage.statements.difference import by_guid, has_reference, names_of, same_value, says, undated_snaks
from heritage.statements.live import DEPRECATED, LiveItem, LiveStatement
from heritage.statements.properties import IMAGE
from heritage.statements.text import folded
from heritage.statements.wikibase_json import statement_guid

_WORST = list(Fate)
"""From the best to the worst, as the enumeration has them."""


def parts_of(content: Content) -> int:
    """How many things an edit added that can be lost one by one."""
    return len(content.statements) + len(content.references) + len(names_of(content))


def losses(content: Content, edit_id: str, live: LiveItem) -> tuple[Finding, ...]:
    """What of an edit the item does not say any more as we said it: changed, or removed.

    A reference counts wherever it stands on a statement of its property: where items are merged, statements
    get ids anew.
    """
    found = [*_lost_statements(content, edit_id, live)]
    found += [
        Finding(f"reference of {addition.property}", Fate.REMOVED)
        for addition in content.references
        if not _referenced(live, addition.property, addition.reference)
    ]
    for lang, text in names_of(content):
        names = (live.labels.get(lang), *live.aliases.get(lang, ()))
        if folded(text) not in {folded(name) for name in names if name}:
            fate = Fate.CHANGED if lang in content.labels and lang in live.labels else Fate.REMOVED
            found.append(Finding(f"name in {lang}", fate))
    return tuple(found)


def _lost_statements(content: Content, edit_id: str, live: LiveItem) -> Iterator[Finding]:
    for ours in content.statements:
        same = [s for s in live.statements if s.property == ours.property and says(s, ours)]
        standing = [s for s in same if s.rank != DEPRECATED]
        if not standing:
            there = same or by_guid(live, statement_guid(live.qid, edit_id, ours))
            yield Finding(ours.property, Fate.CHANGED if there else Fate.REMOVED)
        elif ours.references and not any(has_reference(s, r) for s in standing for r in ours.references):
            yield Finding(f"reference of {ours.property}", Fate.CHANGED)


def _referenced(live: LiveItem, property: str, reference: Reference) -> bool:
    return any(has_reference(s, reference) for s in live.statements if s.property == property)


def why_lost(
    lost: Sequence[Finding],
    *,
    own: PastRevision | None,
    later: Sequence[PastRevision],
    user: str,
    undo: str,
    emptied: bool,
    rules: RevisitRules,
) -> tuple[Finding, ...]:
    """The losses with what the history says of each: who, by which edit, and with what marks.

    `own` is our edit as the history has it, `later` the edits after it, oldest first, `user` our account
    (empty where nobody knows it), and `undo` what our summary says where we took the edit back in part. An
    edit of which Wikibase's own summary names the property or language in question is taken for the one that
    did it, or the only one that there is.
    """
    if own and own.tags & rules.reverted:
        by = next((one for one in later if one.tags & rules.reverting), None)
        return tuple(_by(one, by, user, Fate.REVERTED) for one in lost)
    told = []
    for one in lost:
        only = later[0] if len(later) == 1 else None
        undone = next((edit for edit in later if edit.user == user and undo in edit.comment), only)
        by = next((edit for edit in later if _speaks_of(edit.comment, one.what)), undone)
        fate = one.fate
        if by and user and by.user == user:
            fate = Fate.TAKEN_BACK
        elif emptied or (by and by.tags & rules.damaging):
            fate = Fate.DAMAGED
        told.append(_by(one, by, user, fate))
    return tuple(told)


def _by(lost: Finding, edit: PastRevision | None, user: str, fate: Fate) -> Finding:
    if edit is None:
        return replace(lost, fate=fate)
    ours = user and edit.user == user
    who = "ourselves" if ours else "registered" if edit.registered else "unregistered"
    return replace(lost, fate=fate, revision=edit.revision, by=who)


def _speaks_of(comment: str, what: str) -> bool:
    """Wikibase begins a summary with `/* wbremoveclaims-remove:1| */ [[Property:P31]]: …`, or
    `/* wbsetlabel-set:1|en */ …`.

    >>> _speaks_of("/* wbremoveclaims-remove:1| */ [[Property:P31]]: [[Q5]]", "reference of P31")
    True
    >>> _speaks_of("/* wbsetlabel-set:1|en */ Tower", "name in en"), _speaks_of("P31, en", "name in en")
    (True, False)
    """
    subject = what.rpartition(" ")[2]
    if what.startswith("name in"):
        made = comment.partition("*/")[0]
        return comment.startswith("/* wb") and f"|{subject} " in made
    return f":{subject}]]" in comment


def is_emptied(before: LiveItem | None, now: LiveItem, rules: RevisitRules) -> bool:
    """Whether an item lost most of the statements that it had."""
    had = len(before.statements) if before else 0
    gone = had - len(now.statements)
    return gone >= rules.emptied_least and gone > had * rules.emptied_share


def worst(findings: Iterable[Finding], item: Fate = Fate.KEPT) -> Fate:
    """What became of an edit: the worst of its parts, and of the item itself."""
    return max((item, *(one.fate for one in findings)), key=_WORST.index)


def gained(
    before: LiveItem, now: LiveItem, ours: Iterable[Content], links: tuple[Iterable[str], Iterable[str]]
) -> Gains:
    """What others have added since `before`; `ours` is all that we added to the item, then or later, `links`
    the sites with an article before and now."""
    ours = tuple(ours)
    known = {s.guid: s for s in before.statements}
    new = [s for s in now.statements if s.guid not in known and not _is_ours(s, ours)]
    cited = [r.reference for content in ours for r in content.references]
    references = sum(
        len(_cited(s.references) - _cited(known[s.guid].references) - _cited(cited))
        for s in now.statements
        if s.guid in known
    )
    named = {lang for content in ours for lang in content.labels}
    return Gains(
        statements=len(new),
        references=references,
        labels=len({*now.labels} - {*before.labels} - named),
        sitelinks=len({*links[1]} - {*links[0]}),
        images=sum(s.property == IMAGE for s in new),
    )


def _is_ours(statement: LiveStatement, ours: Sequence[Content]) -> bool:
    said = (one for content in ours for one in content.statements)
    return any(one.property == statement.property and same_value(statement.value, one.value) for one in said)


def _cited(references: Iterable[Reference]) -> set[Any]:
    return {undated_snaks(reference) for reference in references}


def drifted(said: Content, register: Content) -> tuple[str, ...]:
    """What we said in the register's name and its newest snapshot says otherwise. Images are ours to
    name, and references for statements of others tell no value."""
    statements = tuple(s for s in said.statements if s.kind is not Kind.IMAGES)
    mine = replace(said, statements=statements, references=(), renewals=())
    return tuple(dict.fromkeys(what.replace("'", "") for what in lacking(mine, _as_item(register))))


def _as_item(content: Content) -> LiveItem:
    statements = tuple(_standing(one) for one in content.statements)
    return LiveItem("", 0, content.labels, content.descriptions, content.aliases, statements)


def _standing(one: Statement) -> LiveStatement:
    return LiveStatement("", one.property, one.value, "normal", one.references, one.qualifiers)


def links_of(entity: Mapping[str, Any]) -> dict[str, str]:
    """Site to the title of its article; an empty map may come as an empty list."""
    links = entity.get("sitelinks") or {}
    return {site: link["title"] for site, link in links.items()} if isinstance(links, Mapping) else {}
