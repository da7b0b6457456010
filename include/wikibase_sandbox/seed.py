"""Loading items and properties under the numbers they have elsewhere.

Seeding skips the validators (real items hold values that would be refused today) but stores the
same form as edits do, so that repeating a seeded value is a null edit. What exists already is left
alone: seeding again at a restart never takes back what was uploaded in between.
"""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from wikibase_sandbox import entities, index
from wikibase_sandbox.siteinfo import canonical_title
from wikibase_sandbox.statements import new_guid
from wikibase_sandbox.store import Edit, Store
from wikibase_sandbox.types import Json, entity_type, page_title

_EDIT = Edit("Sandbox seed", "seeded", seeded=True)


def read_jsonl(path: Path) -> Iterator[Json]:
    """Return the entities of a file with one JSON object per line; dump commas are tolerated."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            text = line.strip().rstrip(",")
            if text and text not in "[]":
                yield json.loads(text)


def seed(store: Store, given: Json) -> int:
    """Load `entities`, `pages` and the settings of the wiki; return how many entities are new.

    Keys: `entities` (Wikibase JSON, with `deleted`, `protected` or `redirect` as extra keys),
    `pages` (title to wikitext), `sites` (site id to its page titles, null for any), `tags`,
    `blocked_users` and `missing_files` (lists). An unknown key is an error.
    """
    known = {"entities", "pages", "sites", "tags", "blocked_users", "missing_files"}
    if unknown := set(given) - known:
        raise ValueError(f"unknown keys {sorted(unknown)}; known: {sorted(known)}")
    with store.writing():
        created = seed_entities(store, given.get("entities", []))
        for title, text in given.get("pages", {}).items():
            _seed_page(store, title, text)
        for site, pages in given.get("sites", {}).items():
            listed = None if pages is None else json.dumps(pages)
            store.db.execute("REPLACE INTO sites VALUES (?, ?)", (site, listed))
        for key in ("tags", "blocked_users", "missing_files"):
            if key in given:
                store.set_meta(key, json.dumps(given[key]))
    return created


def seed_entities(store: Store, given: Iterable[Json]) -> int:
    """Load entities inside a running transaction; return how many were not there before."""
    created = 0
    for raw in given:
        entity_id = str(raw.get("id"))
        kind = entity_type(entity_id)
        if kind is None:
            raise ValueError(f"not an entity id: {entity_id}")
        page = store.entity_page(entity_id, with_deleted=True)
        if page is None:
            entity = stored_entity(raw)
            ns = 120 if kind == "property" else 0
            page = store.create_page(ns, page_title(entity_id), entity_id)
            store.add_revision(page, entities.dump(entity), _EDIT)
            index.reindex(store, page, entity)
            for site in entity.get("sitelinks", {}):
                store.db.execute("INSERT OR IGNORE INTO sites VALUES (?, NULL)", (site,))
            created += 1
        for key, field in (("deleted", "deleted"), ("protected", "protected")):
            if key in raw:
                store.set_page(page.page_id, field, int(bool(raw[key])))
        if "redirect" in raw:
            store.set_page(page.page_id, "redirect_to", raw["redirect"])
        if raw.get("deleted") or raw.get("redirect"):
            index.drop(store, page)
    return created


def _seed_page(store: Store, given: str, text: str) -> None:
    ns, title = canonical_title(given)
    page = store.titled_page(title) or store.create_page(ns, title, None)
    if not page.latest or store.latest(page).text != text:
        store.add_revision(page, text, _EDIT)


def stored_entity(raw: Json) -> Json:
    """Return foreign Wikibase JSON in the form the store keeps: no hashes, no datatypes."""
    kind = entity_type(str(raw["id"])) or "item"
    datatype = raw.get("datatype", "string") if kind == "property" else None
    entity = entities.empty(kind, raw["id"], datatype)
    for key in ("labels", "descriptions", "aliases"):
        given = raw.get(key) or {}
        entity[key] = {code: _term(code, value) for code, value in given.items()}
    for name, group in (raw.get("claims") or {}).items():
        entity["claims"][name] = [_statement(claim, raw["id"]) for claim in group]
    if kind == "item":
        for site, link in (raw.get("sitelinks") or {}).items():
            badges = link.get("badges", [])
            entity["sitelinks"][site] = {"site": site, "title": link["title"], "badges": badges}
    return entity


def _term(language: str, value: Any) -> Any:
    """Accept `"text"` beside the full form, because hand-written seeds are easier to read so."""
    if isinstance(value, list):
        return [_term(language, entry) for entry in value]
    text = value if isinstance(value, str) else value["value"]
    return {"language": language, "value": text}


def _statement(claim: Json, entity_id: str) -> Json:
    def bare(snaks: dict[str, list[Json]]) -> dict[str, list[Json]]:
        return {name: [_bare(snak) for snak in group] for name, group in snaks.items()}

    out: Json = {"mainsnak": _bare(claim["mainsnak"]), "type": "statement"}
    if claim.get("qualifiers"):
        out["qualifiers"] = bare(claim["qualifiers"])
        out["qualifiers-order"] = claim.get("qualifiers-order") or list(claim["qualifiers"])
    out |= {"id": claim.get("id") or new_guid(entity_id), "rank": claim.get("rank", "normal")}
    if claim.get("references"):
        out["references"] = [
            {
                "snaks": bare(reference["snaks"]),
                "snaks-order": reference.get("snaks-order") or list(reference["snaks"]),
            }
            for reference in claim["references"]
        ]
    return out


def _bare(snak: Json) -> Json:
    out: Json = {"snaktype": snak["snaktype"], "property": snak["property"]}
    if "datavalue" not in snak:
        return out
    value = deepcopy(snak["datavalue"]["value"])
    if snak["datavalue"]["type"] == "globecoordinate":
        value.setdefault("altitude", None)
    return out | {"datavalue": {"value": value, "type": snak["datavalue"]["type"]}}
