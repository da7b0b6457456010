"""What became of what we added: still there, or removed by a person."""

from collections.abc import Iterable
from dataclasses import replace

from heritage.model.edit import Content, Snak, Value
from heritage.statements.difference import by_guid, has_reference, names_of, says, undated_snaks
from heritage.statements.live import DEPRECATED, LiveItem
from heritage.statements.text import folded


def without_delivered(additions: Content, delivered: Iterable[Content]) -> tuple[Content, tuple[str, ...]]:
    """Less what we added once and is missing now: a person removed it, and it does not come back."""
    gone_statements: set[tuple[str, Value]] = set()
    gone_names: set[tuple[str, str]] = set()
    gone_references: set[tuple[str, frozenset[Snak]]] = set()
    for content in delivered:
        gone_statements.update((s.property, s.value) for s in content.statements)
        gone_references.update((r.statement_guid, undated_snaks(r.reference)) for r in content.references)
        gone_names.update((lang, folded(text)) for lang, text in names_of(content))
    kept = replace(
        additions,
        labels={k: v for k, v in additions.labels.items() if (k, folded(v)) not in gone_names},
        aliases={
            lang: left
            for lang, texts in additions.aliases.items()
            if (left := tuple(t for t in texts if (lang, folded(t)) not in gone_names))
        },
        statements=tuple(s for s in additions.statements if (s.property, s.value) not in gone_statements),
        references=tuple(
            r
            for r in additions.references
            if (r.statement_guid, undated_snaks(r.reference)) not in gone_references
        ),
    )
    dropped = [s.property for s in additions.statements if s not in kept.statements]
    dropped += [f"reference of {r.property}" for r in additions.references if r not in kept.references]
    dropped += [
        f"name in {lang!r}" for lang, text in names_of(additions) if (lang, text) not in set(names_of(kept))
    ]
    return kept, tuple(f"{what}: we added it once and somebody removed it" for what in dropped)


def lacking(content: Content, live: LiveItem) -> tuple[str, ...]:
    """What of a content the item does not say now, in words; empty when all of it stands there."""
    lacks = [
        statement.property
        for statement in (*content.statements, *(renewal.after for renewal in content.renewals))
        if not any(
            s.property == statement.property and s.rank != DEPRECATED and says(s, statement)
            for s in live.statements
        )
    ]
    lacks += [
        f"reference of {addition.property}"
        for addition in content.references
        if not has_reference(by_guid(live, addition.statement_guid), addition.reference)
    ]
    for lang, text in names_of(content):
        names = (live.labels.get(lang), *live.aliases.get(lang, ()))
        if folded(text) not in {folded(name) for name in names if name}:
            lacks.append(f"name in {lang!r}")
    return tuple(lacks)
