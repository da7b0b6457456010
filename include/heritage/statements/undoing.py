"""The smallest removal that takes an edit of ours back, where nobody has built on it since."""

import copy
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from heritage.model.digest import canonical_json
from heritage.model.edit import Content, Reference, Renewal, Snak, Statement
from heritage.statements.live import EARTH
from heritage.statements.properties import RETRIEVED
from heritage.statements.text import stored
from heritage.statements.wikibase_json import Json, snak_json, statement_guid, statement_json

_PADDED_YEAR = re.compile(r"^([+-])0*(\d{4,}-)")


@dataclass(frozen=True, slots=True)
class Undoing:
    """What to send to take one edit back; nothing when `data` is empty. `removes` and `left` say in words
    what goes and what stays with the reason, `gone` what somebody had removed before."""

    data: Json
    removes: tuple[str, ...]
    left: tuple[str, ...]
    gone: tuple[str, ...]


def undoing(content: Content, edit_id: str, entity: Mapping[str, Any]) -> Undoing:
    """What of `content`, sent to this item as the edit `edit_id`, can be taken back now.

    `entity` is the item at the revision that the removal is sent with. A statement goes only if value,
    qualifiers, rank and references are as we made them, and what took the place of one gives it back so;
    a reference only if it says just what ours said, a name only where it still stands as we put it. All else
    is other people's work by now.
    """
    found = _Found(entity)
    for statement in content.statements:
        found.statement(statement, statement_guid(entity["id"], edit_id, statement))
    for addition in content.references:
        found.reference(addition.property, addition.statement_guid, addition.reference)
    for renewal in content.renewals:
        found.renewal(renewal)
    for lang, text in content.labels.items():
        found.label(lang, stored(text))
    for lang, texts in content.aliases.items():
        for text in texts:
            found.alias(lang, stored(text))
    return found.undoing()


def built_on(content: Content, entity: Mapping[str, Any]) -> tuple[str, ...]:
    """What of an item that we made of `content` is not as we made it; empty when it is still ours alone.

    Its statements have ids that the wiki chose, so they are compared by all that they say.
    """
    changes = _other_terms("label", content.labels, entity.get("labels"))
    changes += _other_terms("description", content.descriptions, entity.get("descriptions"))
    theirs = {lang: {a["value"] for a in given} for lang, given in (entity.get("aliases") or {}).items()}
    ours = {lang: set(map(stored, texts)) for lang, texts in content.aliases.items()}
    changes += [
        f"aliases in {lang!r}" for lang in sorted({*ours, *theirs}) if ours.get(lang) != theirs.get(lang)
    ]
    made: dict[str, list[str]] = {}
    for statement in content.statements:
        made.setdefault(statement.property, []).append(made_of(statement))
    claims = entity.get("claims") or {}
    changes += [
        f"statements of {pid}"
        for pid in sorted({*made, *claims})
        if sorted(made.get(pid, ())) != sorted(said_by(claim) for claim in claims.get(pid, ()))
    ]
    return (*changes, *(f"link to {site}" for site in entity.get("sitelinks") or ()))


@dataclass(slots=True)
class _Found:
    """What is found on one item while it is looked through."""

    entity: Mapping[str, Any]
    claims: dict[str, Json] = field(default_factory=dict)
    """Claims to send, by id."""
    labels: Json = field(default_factory=dict)
    aliases: dict[str, list[Json]] = field(default_factory=dict)
    removes: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def statement(self, ours: Statement, guid: str) -> None:
        live = self._claim(guid)
        if live is None:
            self.gone.append(ours.property)
        elif said_by(live) == made_of(ours):
            self.claims[guid] = {"id": guid, "remove": ""}
            self.removes.append(ours.property)
        else:
            self.left.append(f"changed by others: {ours.property}")

    def reference(self, property: str, guid: str, reference: Reference) -> None:
        what = f"reference of {property}"
        claim = self.claims.get(guid) or copy.deepcopy(self._claim(guid))
        standing = (claim or {}).get("references") or []
        ours = frozenset(map(_snak, map(snak_json, reference)))
        kept = [one for one in standing if _cited(one) != ours]
        if claim is not None and len(kept) < len(standing):
            self.claims[guid] = {**claim, "references": kept}
            self.removes.append(what)
        elif any(_undated(reference) <= _cited(one) for one in standing):
            self.left.append(f"changed by others: {what}")
        else:
            self.gone.append(what)

    def renewal(self, ours: Renewal) -> None:
        what = f"what {ours.after.property} says now"
        live = self._claim(ours.statement_guid)
        if live is None or said_by(live) == made_of(ours.before):
            self.gone.append(what)
        elif said_by(live) == made_of(ours.after):
            self.claims[ours.statement_guid] = {**statement_json(ours.before), "id": ours.statement_guid}
            self.removes.append(what)
        else:
            self.left.append(f"changed by others: {what}")

    def label(self, lang: str, text: str) -> None:
        what = f"label in {lang!r}"
        standing = ((self.entity.get("labels") or {}).get(lang) or {}).get("value")
        if standing == text:
            self.labels[lang] = {"language": lang, "remove": ""}
            self.removes.append(what)
        elif text in self._aliases(lang):
            self.left.append(f"changed by others: {what} is an alias now")
        else:
            self.gone.append(what)

    def alias(self, lang: str, text: str) -> None:
        what = f"alias in {lang!r}"
        if text in self._aliases(lang):
            self.aliases.setdefault(lang, []).append({"language": lang, "value": text, "remove": ""})
            self.removes.append(what)
        elif ((self.entity.get("labels") or {}).get(lang) or {}).get("value") == text:
            self.left.append(f"changed by others: {what} is the label now")
        else:
            self.gone.append(what)

    def undoing(self) -> Undoing:
        parts = {"labels": self.labels, "aliases": self.aliases, "claims": list(self.claims.values())}
        data = {name: part for name, part in parts.items() if part}
        return Undoing(data, tuple(self.removes), tuple(self.left), tuple(self.gone))

    def _claim(self, guid: str) -> Json | None:
        return claim_of(self.entity, guid)

    def _aliases(self, lang: str) -> set[str]:
        return {alias["value"] for alias in (self.entity.get("aliases") or {}).get(lang, ())}


def claim_of(entity: Mapping[str, Any], guid: str) -> Json | None:
    """The statement with this id, as the wiki has it; None when it does not stand there."""
    groups = (entity.get("claims") or {}).values()
    return next((claim for group in groups for claim in group if claim["id"] == guid), None)


def _other_terms(kind: str, ours: Mapping[str, str], theirs: Mapping[str, Any] | None) -> list[str]:
    standing = {lang: term["value"] for lang, term in (theirs or {}).items()}
    made = {lang: stored(text) for lang, text in ours.items()}
    return [
        f"{kind} in {lang!r}" for lang in sorted({*made, *standing}) if made.get(lang) != standing.get(lang)
    ]


def made_of(statement: Statement) -> str:
    """All that a statement of ours says, as `said_by`."""
    return canonical_json(
        [
            _snak(snak_json(Snak(statement.property, statement.value))),
            "normal",
            sorted({_snak(snak_json(snak)) for snak in statement.qualifiers}),
            sorted({tuple(sorted(map(_snak, map(snak_json, one)))) for one in statement.references}),
        ]
    )


def said_by(claim: Mapping[str, Any]) -> str:
    """All that a statement says, whatever order and whatever hashes the wiki gives."""
    return canonical_json(
        [
            _snak(claim["mainsnak"]),
            claim.get("rank", "normal"),
            sorted(_snaks(claim.get("qualifiers"))),
            sorted(tuple(sorted(_cited(one))) for one in claim.get("references") or ()),
        ]
    )


def _cited(reference: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(_snaks(reference.get("snaks")))


def _undated(reference: Reference) -> frozenset[str]:
    return frozenset(_snak(snak_json(snak)) for snak in reference if snak.property != RETRIEVED)


def _snaks(groups: Mapping[str, Iterable[Json]] | None) -> set[str]:
    return {_snak(snak) for group in (groups or {}).values() for snak in group}


def _snak(snak: Mapping[str, Any]) -> str:
    """One snak as the wiki stores it (stack facts, 12)."""
    given = snak["datavalue"] if snak["snaktype"] == "value" else None
    value = _stored_value(given["type"], given["value"]) if given else None
    return canonical_json([snak["property"], snak["snaktype"], value])


def _stored_value(kind: str, value: Any) -> Any:
    match kind:
        case "string":
            return unicodedata.normalize("NFC", value)
        case "wikibase-entityid":
            return value.get("id") or f"Q{value['numeric-id']}"
        case "monolingualtext":
            return [value["language"], unicodedata.normalize("NFC", value["text"])]
        case "globecoordinate":
            where = [float(value["latitude"]), float(value["longitude"]), float(value.get("precision") or 0)]
            return [*where, value.get("altitude"), value.get("globe") or EARTH]
        case "time":
            return {**value, "time": _PADDED_YEAR.sub(r"\1\2", value["time"])}
        case "quantity":
            return {
                **value,
                "amount": value["amount"] if value["amount"][0] in "+-" else f"+{value['amount']}",
            }
    return value
