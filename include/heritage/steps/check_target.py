"""Looks, before a batch is sent, whether the wiki has what the batch writes and lets us write it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from heritage.model.edit import (
    Content,
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    QuantityValue,
    Snak,
    TextValue,
    TimeValue,
    Value,
)
from heritage.ports.wiki import READ_TOGETHER, LiveWiki, WikiFacts
from heritage.spec.target import Target

_DATATYPES: Mapping[type[Value], frozenset[str]] = {
    ItemValue: frozenset({"wikibase-item"}),
    TextValue: frozenset({"external-id", "string", "url", "commonsMedia"}),
    MonolingualValue: frozenset({"monolingualtext"}),
    CoordinateValue: frozenset({"globe-coordinate"}),
    TimeValue: frozenset({"time"}),
    QuantityValue: frozenset({"quantity"}),
}
_ANY: frozenset[str] = frozenset().union(*_DATATYPES.values())
"""An unknown value fits everywhere."""
_RIGHTS = {
    "edit": "edit pages",
    "createpage": "create pages",
    "item-term": "change labels and descriptions",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What edits name: each property with the datatypes that can hold its values, and all items."""

    properties: Mapping[str, frozenset[str]]
    items: frozenset[str]


def wanted_by(contents: Iterable[Content]) -> Wanted:
    """What these contents need of a wiki."""
    properties: dict[str, frozenset[str]] = {}
    items: set[str] = set()
    for snak in (snak for content in contents for snak in _snaks(content)):
        fit = _DATATYPES.get(type(snak.value), _ANY)
        properties[snak.property] = properties.get(snak.property, fit) & fit
        if isinstance(snak.value, ItemValue):
            items.add(snak.value.qid)
    return Wanted(properties, frozenset(items))


def check_target(target: Target, wanted: Wanted, wiki: LiveWiki, *, writes: bool) -> tuple[str, ...]:
    """What stands in the way, a sentence each that names what to add; empty when the batch can be sent.

    `writes`: also what the account may not do with which the wiki is asked. Raises WikiBusy and WikiStopped
    as reading does.
    """
    facts = wiki.facts()
    return (
        *_wiki_faults(target, facts),
        *(_account_faults(target, facts) if writes else ()),
        *_property_faults(target, wanted.properties, wiki),
        *_item_faults(target, sorted(wanted.items), wiki),
    )


def _wiki_faults(target: Target, facts: WikiFacts) -> Iterator[str]:
    if facts.read_only:
        yield f"{target.title} can only be read now: {facts.read_only}."
    if facts.entity_base and facts.entity_base != target.entities:
        yield (
            f"The addresses of items on {target.title} begin with {facts.entity_base}, not with "
            f"{target.entities}: set `entities` in targets/{target.id}.yaml, if it is the wiki that is meant."
        )


def _account_faults(target: Target, facts: WikiFacts) -> Iterator[str]:
    if facts.user is None:
        yield f"Nobody is logged in on {target.title}: set an account."
        return
    if facts.blocked:
        yield f"{facts.user} is blocked on {target.title} by {facts.blocked}. Talk to them first."
    missing = [words for right, words in _RIGHTS.items() if right not in facts.rights]
    if missing:
        yield (
            f"{facts.user} may not {', nor '.join(missing)} on {target.title}: give the bot password or the "
            "OAuth consumer the grants to edit and to create pages."
        )
    if target.bot and "bot" not in facts.rights:
        yield (
            f"{facts.user} has no bot flag on {target.title}, or the grant for high-volume editing is "
            "missing: ask for the flag, or add the grant."
        )
    yield from _tag_faults(target, facts)


def _tag_faults(target: Target, facts: WikiFacts) -> Iterator[str]:
    unknown = [tag for tag in target.tags if tag not in facts.tags]
    if unknown:
        yield (
            f"Edits cannot be tagged {', '.join(unknown)} on {target.title}: have it activated "
            f"(Special:Tags), or leave it out of `tags` in targets/{target.id}.yaml."
        )
    elif target.tags and "applychangetags" not in facts.rights:
        yield f"{facts.user} may not tag edits on {target.title}: leave `tags` out, or ask for the right."


def _property_faults(
    target: Target, properties: Mapping[str, frozenset[str]], wiki: LiveWiki
) -> Iterator[str]:
    there = wiki.datatypes(sorted(properties))
    for pid, fit in sorted(properties.items()):
        if target.properties != "same" and pid not in target.properties and not _own(pid, target):
            yield f"{pid} has no counterpart: add it to `properties` in targets/{target.id}.yaml."
        elif pid not in there:
            yield f"{_called(pid, target.properties)} is no property of {target.title}: have it made there."
        elif there[pid] not in fit:
            yield (
                f"{_called(pid, target.properties)} holds {there[pid]} on {target.title}, the batch has "
                f"values of {' or '.join(sorted(fit)) or 'several kinds'} for it: it is another property."
            )


def _item_faults(target: Target, items: Sequence[str], wiki: LiveWiki) -> Iterator[str]:
    named = items if target.items == "same" else target.items
    unmapped = [qid for qid in items if qid not in named and not _own(qid, target)]
    for qid in unmapped:
        yield f"{qid} has no counterpart: add it to `items` in targets/{target.id}.yaml."
    known = [qid for qid in items if qid not in set(unmapped)]
    there = {qid: qid for qid in wiki.latest(known)} if target.items == "same" else _led_to(known, wiki)
    for qid in known:
        if qid not in there:
            yield f"{_called(qid, target.items)} does not stand on {target.title}: deleted, or never made."
        elif there[qid] != qid:
            yield f"{_called(qid, target.items)} was merged on {target.title}: write what it leads to."


def _led_to(qids: Sequence[str], wiki: LiveWiki) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(qids), READ_TOGETHER):
        found |= {qid: entity["id"] for qid, entity in wiki.read(qids[start : start + READ_TOGETHER]).items()}
    return found


def _own(here: str, target: Target) -> bool:
    """Whether it is what only the target has."""
    return here.startswith(f"{target.id}:")


def _called(here: str, ids: str | Mapping[str, str]) -> str:
    there = here if isinstance(ids, str) else ids.get(here, here.rpartition(":")[2])
    return here if there == here else f"{here} ({there})"


def _snaks(content: Content) -> Iterator[Snak]:
    for statement in (*content.statements, *(renewal.after for renewal in content.renewals)):
        yield Snak(statement.property, statement.value)
        yield from statement.qualifiers
        for reference in statement.references:
            yield from reference
    for addition in content.references:
        yield from addition.reference
