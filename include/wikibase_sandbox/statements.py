"""Statements in the form they are stored, and the checks on the way there.

Stored snaks carry neither hash nor datatype: both follow from the rest and are added for answers.
"""

import re
import uuid
from collections.abc import Callable
from html import escape
from typing import Any, Protocol

from wikibase_sandbox.errors import ApiError, modification_failed, refused, wikibase
from wikibase_sandbox.hashes import joint_hash, snak_hash
from wikibase_sandbox.types import PROPERTY_ID, Json
from wikibase_sandbox.values import missing_property, missing_target, normalise

RANKS = ("deprecated", "normal", "preferred")
_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_GUID = re.compile(rf"([QPM][1-9]\d*)\${_UUID}", re.IGNORECASE)


class World(Protocol):
    """What a validator must know about the rest of the wiki."""

    def datatype(self, property_id: str) -> str | None:
        """Datatype of a property, None if there is no such property."""

    def exists(self, entity_id: str) -> bool:
        """Whether an entity exists; a redirect counts as existing."""

    def file_missing(self, name: str) -> bool:
        """Whether a media file is known to be absent."""


def malformed(why: str) -> ApiError:
    """JSON that does not have the shape of a statement."""
    return wikibase("invalid-claim", f"Deserialization of the claim failed: {why}")


def new_guid(entity_id: str) -> str:
    """Return a statement id for a statement that came without one."""
    return f"{entity_id}${str(uuid.uuid4()).upper()}"


def check_guid(guid: str, entity_id: str) -> None:
    """Raise unless a client-chosen statement id is well formed and belongs to the entity."""
    parts = _GUID.fullmatch(guid)
    if parts is None:
        raise modification_failed("Statement does not have a valid GUID")
    if parts[1].upper() != entity_id:
        raise modification_failed("Statement GUID invalid for given entity")


def _snak(snak: Any, world: World) -> Json:
    if not isinstance(snak, dict) or not isinstance(snak.get("property"), str):
        raise malformed("a snak needs a property")
    property_id = snak["property"].upper()
    if not PROPERTY_ID.fullmatch(property_id):
        raise malformed(f"{snak['property']} is not a property id")
    datatype = world.datatype(property_id)
    if datatype is None:
        raise missing_property(property_id)
    kind = snak.get("snaktype")
    if kind in ("somevalue", "novalue"):
        return {"snaktype": kind, "property": property_id}
    if kind != "value" or not isinstance(snak.get("datavalue"), dict):
        raise malformed("a snak is somevalue, novalue or has a datavalue")
    datavalue = normalise(datatype, snak["datavalue"])
    _check_target(datatype, datavalue["value"], world)
    return {"snaktype": "value", "property": property_id, "datavalue": datavalue}


def _check_target(datatype: str, value: Any, world: World) -> None:
    if datatype in ("wikibase-item", "wikibase-property") and not world.exists(value["id"]):
        raise missing_target(value["id"])
    if datatype == "commonsMedia" and world.file_missing(value):
        raise _missing_file(value)


def _missing_file(name: str) -> ApiError:
    address, site = "https://commons.wikimedia.org/", "Wikimedia Commons"
    info = f'The file "{name}" does not exist on [{address} {site}].'
    link = f'<a rel="nofollow" class="external text" href="{address}">{site}</a>'
    html = f'The file "{escape(name, quote=False)}" does not exist on {link}.'
    return refused("no-such-media", info, name, html=html)


def _snak_groups(given: Any, order: Any, world: World) -> tuple[dict[str, list[Json]], list[str]]:
    """Group snaks by property in the order wanted; input is a map of lists or one list."""
    if isinstance(given, dict):
        flat = [snak for snaks in given.values() for snak in snaks]
    elif isinstance(given, list):
        flat = given
    else:
        raise malformed("snaks must be a list or a map")
    groups: dict[str, list[Json]] = {}
    for snak in flat:
        stored = _snak(snak, world)
        group = groups.setdefault(stored["property"], [])
        if stored not in group:
            group.append(stored)
    wanted = [key for key in order or [] if key in groups]
    names = [*wanted, *(key for key in groups if key not in wanted)]
    return {name: groups[name] for name in names}, names


def stored_reference(reference: Any, world: World) -> Json:
    """Return a reference as stored: snaks grouped by property, values normalised."""
    if not isinstance(reference, dict):
        raise malformed("a reference must be a map")
    snaks, order = _snak_groups(reference.get("snaks", {}), reference.get("snaks-order"), world)
    return {"snaks": snaks, "snaks-order": order}


def stored_statement(claim: Any, guid: str, world: World) -> Json:
    """Return a statement as stored, or raise the first refusal of one of its snaks."""
    if not isinstance(claim, dict) or "mainsnak" not in claim:
        raise malformed("a statement needs a mainsnak")
    rank = claim.get("rank", "normal")
    if rank not in RANKS:
        raise malformed(f"unknown rank {rank}")
    statement: Json = {"mainsnak": _snak(claim["mainsnak"], world), "type": "statement"}
    if claim.get("qualifiers"):
        groups, order = _snak_groups(claim["qualifiers"], claim.get("qualifiers-order"), world)
        statement |= {"qualifiers": groups, "qualifiers-order": order}
    statement |= {"id": guid, "rank": rank}
    references: list[Json] = []
    for given in claim.get("references") or []:
        reference = stored_reference(given, world)
        if reference["snaks"] and reference not in references:
            references.append(reference)
    if references:
        statement["references"] = references
    return statement


def shown_statement(statement: Json, datatype: Callable[[str], str | None]) -> Json:
    """Return a stored statement as answers show it: with hashes and datatypes."""

    def shown(snak: Json) -> Json:
        out: Json = {"snaktype": snak["snaktype"], "property": snak["property"]}
        out["hash"] = snak_hash(snak)
        if "datavalue" in snak:
            out["datavalue"] = snak["datavalue"]
        known = datatype(snak["property"])
        return out | ({"datatype": known} if known else {})

    def groups(snaks: dict[str, list[Json]]) -> dict[str, list[Json]]:
        return {name: [shown(snak) for snak in group] for name, group in snaks.items()}

    out = dict(statement, mainsnak=shown(statement["mainsnak"]))
    if "qualifiers" in statement:
        out["qualifiers"] = groups(statement["qualifiers"])
    if "references" in statement:
        out["references"] = [
            {
                "hash": joint_hash(snak["hash"] for group in snaks.values() for snak in group),
                "snaks": snaks,
                "snaks-order": reference["snaks-order"],
            }
            for reference in statement["references"]
            for snaks in [groups(reference["snaks"])]
        ]
    return out
