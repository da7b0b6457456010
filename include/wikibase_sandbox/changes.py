"""What the `data` of wbeditentity does to an entity.

`apply` works on a copy and raises the first refusal, so an edit is made whole or not at all.
"""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from wikibase_sandbox import terms
from wikibase_sandbox.entities import find_statement, put_statement
from wikibase_sandbox.errors import ApiError, core, modification_failed, param_invalid, wikibase
from wikibase_sandbox.statements import (
    World,
    check_guid,
    malformed,
    new_guid,
    stored_statement,
)
from wikibase_sandbox.types import Json

_CONTENT = ("id", "type", "datatype", "labels", "descriptions", "aliases", "claims", "sitelinks")
_IGNORED = ("lastrevid", "modified", "ns", "pageid", "title", "schemaVersion")
FIELDS = frozenset((*_CONTENT, *_IGNORED))
"""Keys that data may have; clients send back what they were given, hence those ignored."""


def check_fields(data: Any, entity_id: str | None, kind: str) -> Json:
    """Return the data if its outer shape fits the entity, else raise what is wrong with it."""
    if not isinstance(data, dict):
        raise wikibase("not-recognized-array", "An array was expected, but not found.")
    for key in data:
        if key not in FIELDS:
            raise wikibase("not-recognized", f"Unknown key in json: {key}", key)
    if "id" in data and data["id"] != entity_id:
        raise param_invalid('Invalid field used in call: "id", must match id parameter')
    if "type" in data and data["type"] != kind:
        raise param_invalid('Invalid field used in call: "type", must match type of entity')
    return data


def apply(entity: Json, data: Json, world: World) -> Json:
    """Return the entity after the change; raises ApiError at the first refusal."""
    changed = deepcopy(entity)
    for kind in ("labels", "descriptions"):
        for language, term in _by_language(data.get(kind), kind):
            _set_term(changed, kind, language, term)
    for language, given in _grouped_aliases(data.get("aliases")):
        _set_aliases(changed, language, given)
    for claim in _listed_claims(data.get("claims")):
        apply_claim(changed, claim, world)
    for site, link in _items(data.get("sitelinks"), "sitelinks"):
        _set_sitelink(changed, site, link)
    return changed


def touched_languages(data: Json) -> set[str]:
    """Languages in which the change sets a label or a description."""
    return {
        language
        for kind in ("labels", "descriptions")
        for language, _term in _by_language(data.get(kind), kind)
    }


def _not_a_map(kind: str) -> ApiError:
    return wikibase("not-recognized-array", f"List of {kind} must be an array", kind)


def _items(given: Any, kind: str) -> Iterable[tuple[str, Any]]:
    if given is None:
        return []
    if isinstance(given, dict):
        return given.items()
    if isinstance(given, list) and not given:
        return []
    raise _not_a_map(kind)


def _by_language(given: Any, kind: str) -> list[tuple[str, Json]]:
    """Terms come as a map by language or as a plain list; both name the language inside."""
    pairs = [(None, term) for term in given] if isinstance(given, list) else list(_items(given, kind))
    found = []
    for key, term in pairs:
        if not isinstance(term, dict) or not isinstance(term.get("language"), str):
            raise core("missing-language", f"No language given for an entry of {kind}")
        if key is not None and key != term["language"]:
            info = f'inconsistent language: "{key}" is not equal to "{term["language"]}"'
            raise wikibase("inconsistent-language", info, key, term["language"])
        found.append((term["language"], term))
    return found


def _set_term(entity: Json, kind: str, language: str, term: Json) -> None:
    terms.check_language(kind, language)
    given = "" if "remove" in term else term.get("value")
    if not isinstance(given, str):
        raise wikibase("not-recognized-string", "A string was expected, but not found.")
    text = terms.clean(given)
    if not text:
        entity[kind].pop(language, None)
        return
    terms.check_length(kind, text)
    entity[kind][language] = {"language": language, "value": text}


def _grouped_aliases(given: Any) -> list[tuple[str, list[Json]]]:
    groups: dict[str, list[Json]] = {}
    if isinstance(given, list):
        entries = list(given)
    else:
        entries = []
        for language, group in _items(given, "aliases"):
            groups.setdefault(language, [])
            entries += group if isinstance(group, list) else [group]
    for language, alias in _by_language(entries, "aliases"):
        groups.setdefault(language, []).append(alias)
    return list(groups.items())


def _set_aliases(entity: Json, language: str, given: list[Json]) -> None:
    terms.check_language("aliases", language)
    replaces = all("add" not in alias and "remove" not in alias for alias in given)
    kept = [] if replaces else [a["value"] for a in entity["aliases"].get(language, [])]
    for alias in given:
        text = terms.clean(str(alias.get("value", "")))
        terms.check_length("aliases", text)
        if "remove" in alias:
            kept = [value for value in kept if value != text]
        elif text and text not in kept:
            kept.append(text)
    if kept:
        entity["aliases"][language] = [{"language": language, "value": text} for text in kept]
    else:
        entity["aliases"].pop(language, None)


def _listed_claims(given: Any) -> list[Any]:
    if isinstance(given, list):
        return given
    claims = []
    for _property, group in _items(given, "claims"):
        claims += group if isinstance(group, list) else [group]
    return claims


def apply_claim(entity: Json, claim: Any, world: World) -> Json | None:
    """Add, replace or remove one statement in place; return what is stored, None if removed."""
    if not isinstance(claim, dict):
        raise malformed("a statement must be a map")
    guid = claim.get("id")
    if "remove" in claim:
        if not guid or find_statement(entity, guid) is None:
            raise modification_failed(f"Entity does not have statement with GUID {guid}")
        put_statement(entity, guid, None)
        return None
    if guid is None:
        statement = stored_statement(claim, new_guid(entity["id"]), world)
        entity["claims"].setdefault(statement["mainsnak"]["property"], []).append(statement)
        return statement
    check_guid(str(guid), entity["id"])
    statement = stored_statement(claim, guid, world)
    old = find_statement(entity, guid)
    if old is not None:
        statement["id"] = old["id"]
        was, wanted = old["mainsnak"]["property"], statement["mainsnak"]["property"]
        if was != wanted:
            raise modification_failed(f"Claim with GUID {guid} uses property {was}, can't change to {wanted}")
    put_statement(entity, guid, statement)
    return statement


def _set_sitelink(entity: Json, site: str, link: Any) -> None:
    if entity["type"] != "item":
        raise wikibase("not-supported", "Only Items can have sitelinks")
    if not isinstance(link, dict):
        raise _not_a_map("sitelinks")
    if "remove" in link or link.get("title") == "":
        entity["sitelinks"].pop(site, None)
        return
    entity["sitelinks"][site] = {
        "site": site,
        "title": str(link.get("title")),
        "badges": link.get("badges", []),
    }
