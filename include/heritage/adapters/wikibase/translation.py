"""Ids of Wikidata and what they are called on another wiki, in all places of an entity where one can stand.

What a wiki has of its own has no id on Wikidata; within the product it is called `<target>:Q5`, which no
statement of ours can carry.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from heritage.errors import WikiRefused
from heritage.spec.target import Target

Json = Any
_ID = re.compile(r"[QP][1-9]\d*")
_WIKIDATA = "http://www.wikidata.org/entity/"
_CALENDAR: str = Target.model_fields["calendar"].default
_GLOBE: str = Target.model_fields["globe"].default


class Translation:
    """Between Wikidata's ids (here) and those of one target (there)."""

    def __init__(self, target: Target) -> None:
        self._name = target.id
        self._there: dict[str, str] = {}
        kinds = {"P": target.properties, "Q": target.items}
        self._same = {letter for letter, ids in kinds.items() if ids == "same"}
        for ids in kinds.values():
            self._there |= {} if ids == "same" else ids
        self._here = {there: here for here, there in self._there.items()}
        addresses = {_CALENDAR: target.calendar, _GLOBE: target.globe}
        self._to_there = _Walk(self.there, addresses, _WIKIDATA, target.entities)
        self._to_here = _Walk(self.here, {v: k for k, v in addresses.items()}, target.entities, _WIKIDATA)

    def knows(self, here: str) -> bool:
        """Whether the target has something for this id."""
        return here[:1] in self._same or here in self._there or here.startswith(f"{self._name}:")

    def there(self, here: str) -> str:
        """The target's id. Raises WikiRefused when nothing is known for it."""
        own = here.removeprefix(f"{self._name}:")
        if own != here or here[0] in self._same:
            return own
        if here not in self._there:
            kind = "properties" if here.startswith("P") else "items"
            raise WikiRefused(
                f"{here} has nothing like it on {self._name}: add it to {kind!r} in its description",
                "unmapped",
            )
        return self._there[here]

    def here(self, there: str) -> str:
        """Wikidata's id, or `<target>:<id>` for what the wiki has of its own."""
        if there[0] in self._same:
            return there
        return self._here.get(there) or f"{self._name}:{there}"

    def entity_here(self, entity: Mapping[str, Json]) -> dict[str, Json]:
        """An entity as the target gives it, in Wikidata's words."""
        return self._to_here.entity(entity)

    def data_there(self, data: Mapping[str, Json]) -> dict[str, Json]:
        """What is to be sent, in the target's words."""
        return self._to_there.entity(data)


@dataclass(frozen=True, slots=True)
class _Walk:
    """One direction: `of` an id, of calendar and globe by table, of units from one base to another."""

    of: Callable[[str], str]
    addresses: Mapping[str, str]
    base: str
    other_base: str

    def entity(self, entity: Mapping[str, Json]) -> dict[str, Json]:
        told = dict(entity)
        if "id" in told:
            told["id"] = self.of(told["id"])
        if "redirects" in told:
            told["redirects"] = {key: self.of(qid) for key, qid in told["redirects"].items()}
        if isinstance(told.get("claims"), Mapping):
            told["claims"] = self._groups(told["claims"], self._claim)
        elif told.get("claims"):
            told["claims"] = [self._claim(claim) for claim in told["claims"]]
        return told

    def _claim(self, claim: Mapping[str, Json]) -> dict[str, Json]:
        told = dict(claim)
        if "id" in told:
            owner, _, number = told["id"].partition("$")
            told["id"] = f"{self._owner(owner)}${number}"
        if "mainsnak" in told:
            told["mainsnak"] = self._snak(told["mainsnak"])
        if "qualifiers" in told:
            told["qualifiers"] = self._groups(told["qualifiers"], self._snak)
        if "qualifiers-order" in told:
            told["qualifiers-order"] = [self.of(pid) for pid in told["qualifiers-order"]]
        if "references" in told:
            told["references"] = [self._reference(reference) for reference in told["references"]]
        return told

    def _owner(self, owner: str) -> str:
        """Old statements have the id in small letters; such a one is left as it is both ways."""
        return self.of(owner) if _ID.fullmatch(owner.rpartition(":")[2]) else owner

    def _reference(self, reference: Mapping[str, Json]) -> dict[str, Json]:
        told = dict(reference) | {"snaks": self._groups(reference["snaks"], self._snak)}
        if "snaks-order" in told:
            told["snaks-order"] = [self.of(pid) for pid in told["snaks-order"]]
        return told

    def _groups(self, groups: Json, one: Callable[[Mapping[str, Json]], Json]) -> Json:
        if not isinstance(groups, Mapping):  # an empty map may come as an empty list
            return groups
        return {self.of(pid): [one(member) for member in group] for pid, group in groups.items()}

    def _snak(self, snak: Mapping[str, Json]) -> dict[str, Json]:
        told = dict(snak) | {"property": self.of(snak["property"])}
        if "datavalue" in told:
            value = told["datavalue"]["value"]
            told["datavalue"] = dict(told["datavalue"]) | {"value": self._value(value)}
        return told

    def _value(self, value: Json) -> Json:
        if not isinstance(value, Mapping):
            return value
        told = dict(value)
        if told.get("entity-type") in ("item", "property"):
            letter = "Q" if told["entity-type"] == "item" else "P"
            told["id"] = self.of(told.get("id") or f"{letter}{told['numeric-id']}")
            told.pop("numeric-id", None)
            if _ID.fullmatch(told["id"]):
                told["numeric-id"] = int(told["id"][1:])
        for key in ("calendarmodel", "globe"):
            if key in told:
                told[key] = self.addresses.get(told[key], told[key])
        if isinstance(told.get("unit"), str):
            told["unit"] = self._unit(told["unit"])
        return told

    def _unit(self, address: str) -> str:
        own = address.removeprefix(self.base)
        is_item = own != address and _ID.fullmatch(own.rpartition(":")[2])
        return self.other_base + self.of(own) if is_item else address
