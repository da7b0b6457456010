"""The modules that change one statement or one term of an existing entity."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from wikibase_sandbox import errors, terms
from wikibase_sandbox.changes import apply, apply_claim, touched_languages
from wikibase_sandbox.editing import load_page, modify
from wikibase_sandbox.entities import find_statement, put_statement
from wikibase_sandbox.hashes import reference_hash
from wikibase_sandbox.statements import new_guid, shown_statement, stored_reference
from wikibase_sandbox.types import Json
from wikibase_sandbox.values import VALUE_TYPES
from wikibase_sandbox.wiki import Call


def _no_such_claim() -> errors.ApiError:
    return errors.wikibase("no-such-claim", "Could not find such a claim.")


def _json(call: Call, name: str) -> Any:
    try:
        return json.loads(call.params.required(name))
    except json.JSONDecodeError:
        raise errors.wikibase("invalid-json", "Invalid json in request.") from None


def _existing(entity: Json, guid: str) -> Json:
    statement = find_statement(entity, guid)
    if statement is None:
        raise _no_such_claim()
    return deepcopy(statement)


def _change(
    call: Call, entity_id: str, change: Callable[[Json], str | None], autocomment: str
) -> tuple[Json, Json | None]:
    """Run a change that returns the id of the statement it touched; return the start of an answer
    and that statement as clients see it."""
    page = load_page(call, entity_id)
    touched: list[str | None] = []

    def on_copy(old: Json) -> Json:
        entity = deepcopy(old)
        touched.append(change(entity))
        return entity

    saved = modify(call, page, on_copy, autocomment)
    statement = find_statement(saved.entity, touched[0]) if touched[0] else None
    answer: Json = {"pageinfo": {"lastrevid": saved.rev_id}, "success": 1}
    return answer, shown_statement(statement, call.wiki.world.datatype) if statement else None


def wbsetclaim(call: Call) -> Json:
    """Add or replace one statement; the client chooses its id."""
    claim = _json(call, "claim")
    guid = str(claim.get("id", "")) if isinstance(claim, dict) else ""

    def change(entity: Json) -> str:
        stored = apply_claim(entity, claim, call.wiki.world)
        return str(stored["id"]) if stored else guid

    answer, statement = _change(call, guid.partition("$")[0], change, "wbsetclaim-update:1||1")
    return answer | {"claim": statement}


def _snak(call: Call, property_id: str) -> Json:
    kind = call.params.get("snaktype")
    snak: Json = {"snaktype": kind, "property": property_id}
    if kind != "value":
        return snak
    datatype = call.wiki.world.datatype(property_id)
    value = _json(call, "value")
    value_type = VALUE_TYPES.get(datatype or "")
    if value_type is not None and isinstance(value, str) != (value_type == "string"):
        raise errors.wikibase("invalid-snak", "Invalid snak data.")
    return snak | {"datavalue": {"value": value, "type": value_type}}


def wbcreateclaim(call: Call) -> Json:
    """Add a statement with a main value only."""
    entity_id = call.params.required("entity").strip().upper()
    guid = new_guid(entity_id)
    snak = _snak(call, call.params.required("property").strip().upper())

    def change(entity: Json) -> str:
        claim = {"mainsnak": snak, "type": "statement", "rank": "normal", "id": guid}
        apply_claim(entity, claim, call.wiki.world)
        return guid

    answer, statement = _change(call, entity_id, change, "wbcreateclaim-create:1|")
    return answer | {"claim": statement}


def wbsetclaimvalue(call: Call) -> Json:
    """Replace the main value of a statement."""
    guid = call.params.required("claim")

    def change(entity: Json) -> str:
        statement = _existing(entity, guid)
        statement["mainsnak"] = _snak(call, statement["mainsnak"]["property"])
        apply_claim(entity, statement, call.wiki.world)
        return guid

    answer, statement = _change(call, guid.partition("$")[0], change, "wbsetclaimvalue:1|")
    return answer | {"claim": statement}


def wbsetreference(call: Call) -> Json:
    """Add a reference to a statement, or replace the one with a given hash."""
    guid, replaced = call.params.required("statement"), call.params.get("reference")
    given: Json = {"snaks": _json(call, "snaks")}
    if call.params.flag("snaks-order"):
        given["snaks-order"] = _json(call, "snaks-order")
    stored: list[Json] = []

    def change(entity: Json) -> str:
        statement = _existing(entity, guid)
        reference = stored_reference(given, call.wiki.world)
        stored.append(reference)
        references = statement.get("references", [])
        hashes = [reference_hash(old) for old in references]
        if replaced and replaced not in hashes:
            raise errors.wikibase("no-such-reference", "Statement does not have such a reference.")
        if replaced:
            references[hashes.index(replaced)] = reference
        elif reference not in references:
            references.append(reference)
        put_statement(entity, guid, statement | {"references": references})
        return guid

    answer, statement = _change(call, guid.partition("$")[0], change, "wbsetreference-add:2|")
    wanted = reference_hash(stored[0])
    shown = next(r for r in (statement or {})["references"] if r["hash"] == wanted)
    return answer | {"reference": shown}


def wbremovereferences(call: Call) -> Json:
    """Remove references of a statement by their hashes."""
    guid, hashes = call.params.required("statement"), call.params.values("references")

    def change(entity: Json) -> str:
        statement = _existing(entity, guid)
        kept = [r for r in statement.get("references", []) if reference_hash(r) not in hashes]
        if len(kept) == len(statement.get("references", [])):
            raise errors.wikibase("no-such-reference", "Statement does not have such a reference.")
        statement.pop("references", None)
        put_statement(entity, guid, statement | ({"references": kept} if kept else {}))
        return guid

    autocomment = f"wbremovereferences-remove:{len(hashes)}|"
    return _change(call, guid.partition("$")[0], change, autocomment)[0]


def wbremoveclaims(call: Call) -> Json:
    """Remove statements of one entity by their ids."""
    guids = call.params.values("claim")
    entity_id = guids[0].partition("$")[0] if guids else ""

    def change(entity: Json) -> None:
        for guid in guids:
            if find_statement(entity, guid) is None:
                raise errors.wikibase("invalid-guid", "Invalid claim guid.")
            put_statement(entity, guid, None)

    answer, _none = _change(call, entity_id, change, f"wbremoveclaims-remove:{len(guids)}|")
    return answer | {"claims": guids}


def _set_term(call: Call, kind: str) -> Json:
    language, value = call.params.required("language"), call.params.get("value")
    data = {kind: {language: {"language": language, "value": value}}}
    page = load_page(call, call.params.required("id"))

    def change(old: Json) -> Json:
        entity = apply(old, data, call.wiki.world)
        terms.check_difference(entity, touched_languages(data))
        return entity

    saved = modify(call, page, change, f"{call.action}-set:1|{language}")
    term = saved.entity[kind].get(language, {"language": language, "removed": True})
    entity: Json = {kind: {language: term}, "id": saved.entity["id"], "type": saved.entity["type"]}
    entity["lastrevid"] = saved.rev_id
    if saved.nochange:
        entity["nochange"] = True
    return {"entity": entity, "success": 1}


def wbsetlabel(call: Call) -> Json:
    """Set one label; an empty value removes it."""
    return _set_term(call, "labels")


def wbsetdescription(call: Call) -> Json:
    """Set one description; an empty value removes it."""
    return _set_term(call, "descriptions")
