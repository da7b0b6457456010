"""What an item is after an edit of ours: `wbeditentity` on a copy, for rehearsals."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]


def applied(entity: Mapping[str, Any] | None, qid: str, data: Mapping[str, Any]) -> Json:
    """The item (None: a new one) with what `data` adds, as `wikibase_json.entity_data` makes it: statements
    whose id stands there are replaced, all others are added; the revision is one higher."""
    # what stands there is never changed in place, so that both may share it
    after: Json = dict(entity) if entity else {"id": qid, "type": "item", "lastrevid": 0}
    for part in ("labels", "descriptions"):
        after[part] = {**(after.get(part) or {}), **data.get(part, {})}
    after["aliases"] = dict(after.get("aliases") or {})
    for lang, terms in data.get("aliases", {}).items():
        standing = after["aliases"].get(lang, [])
        added = [{"language": lang, "value": term["value"]} for term in terms]
        after["aliases"][lang] = [*standing, *(term for term in added if term not in standing)]
    claims: dict[str, list[Json]] = {pid: list(group) for pid, group in (after.get("claims") or {}).items()}
    for claim in data.get("claims", ()):
        group = claims.setdefault(claim["mainsnak"]["property"], [])
        guid = claim.get("id") or f"{qid}${uuid.uuid5(uuid.NAMESPACE_OID, repr((qid, len(group), claim)))}"
        ours = {**claim, "id": guid}
        standing = [place for place, one in enumerate(group) if one["id"] == guid]
        if standing:
            group[standing[0]] = ours
        else:
            group.append(ours)
    after["claims"] = claims
    after["lastrevid"] = int(after.get("lastrevid", 0)) + 1
    return after


def described(entity: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Language, label and description, where an item has both: a wiki has each pair once."""
    labels, descriptions = entity.get("labels") or {}, entity.get("descriptions") or {}
    for lang, term in labels.items():
        if lang in descriptions:
            yield lang, term["value"], descriptions[lang]["value"]
