"""Entities as values: empty ones, their parts as a flat map, three-way merge, and their size.

A part is the smallest thing two editors can collide on: one label, one description, one alias, one
statement, one sitelink. Merging by parts is what a Wikibase does with a stale `baserevid`.
"""

import json
from copy import deepcopy
from typing import Any

from wikibase_sandbox.types import Json

Part = tuple[str, ...]

MAX_BYTES = 2 * 1024 * 1024


def empty(kind: str, entity_id: str, datatype: str | None = None) -> Json:
    """Return a new entity without content."""
    entity: Json = {"type": kind, "id": entity_id}
    if datatype is not None:
        entity["datatype"] = datatype
    entity |= {"labels": {}, "descriptions": {}, "aliases": {}, "claims": {}}
    return entity | ({"sitelinks": {}} if kind == "item" else {})


def parts(entity: Json) -> dict[Part, Any]:
    """Return every part of an entity under a key that is the same in all its revisions."""
    found: dict[Part, Any] = {}
    for kind in ("labels", "descriptions"):
        for language, term in entity[kind].items():
            found[kind, language] = term
    for language, aliases in entity["aliases"].items():
        for alias in aliases:
            found["aliases", language, alias["value"]] = alias
    for group in entity["claims"].values():
        for statement in group:
            found["claims", statement["id"]] = statement
    for site, link in entity.get("sitelinks", {}).items():
        found["sitelinks", site] = link
    return found


def changed_parts(old: Json, new: Json) -> dict[Part, Any]:
    """Return the parts that differ: key to new value, None for a removed one."""
    before, after = parts(old), parts(new)
    changes: dict[Part, Any] = {key: value for key, value in after.items() if before.get(key) != value}
    return changes | {key: None for key in before if key not in after}


def merge(base: Json, mine: Json, theirs: Json) -> Json | None:
    """Return `theirs` with my change against `base` on top, None if the two overlap.

    Like the real one, it is a conflict too if both made the very same change.
    """
    changes = changed_parts(base, mine)
    was, present = parts(base), parts(theirs)
    if any(was.get(key) != present.get(key) for key in changes):
        return None
    merged = deepcopy(theirs)
    for key, value in changes.items():
        _set_part(merged, key, value)
    return merged


def _set_part(entity: Json, key: Part, value: Any) -> None:
    match key:
        case ("aliases", language, text):
            others = [a for a in entity["aliases"].get(language, []) if a["value"] != text]
            _set_or_drop(entity["aliases"], language, [*others, *([value] if value else [])])
        case ("claims", guid):
            put_statement(entity, guid, value)
        case (kind, name):
            _set_or_drop(entity[kind], name, value)
        case _:
            raise ValueError(f"not a part of an entity: {key}")


def _set_or_drop(mapping: Json, key: str, value: Any) -> None:
    if value:
        mapping[key] = value
    else:
        mapping.pop(key, None)


def find_statement(entity: Json, guid: str) -> Json | None:
    """Return the statement with this id; ids are compared without regard to case."""
    for group in entity["claims"].values():
        for statement in group:
            if statement["id"].upper() == guid.upper():
                found: Json = statement
                return found
    return None


def put_statement(entity: Json, guid: str, statement: Json | None) -> None:
    """Replace the statement with this id in its place, append it if new, drop it if None."""
    claims: dict[str, list[Json]] = entity["claims"]
    for property_id, group in claims.items():
        for index, old in enumerate(group):
            if old["id"].upper() != guid.upper():
                continue
            if statement is not None:
                group[index] = statement
            else:
                del group[index]
                if not group:
                    del claims[property_id]
            return
    if statement is not None:
        claims.setdefault(statement["mainsnak"]["property"], []).append(statement)


def dump(entity: Json) -> str:
    """Return the text of a revision."""
    return json.dumps(entity, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Json:
    """Return the entity of a revision text."""
    entity: Json = json.loads(text)
    return entity
