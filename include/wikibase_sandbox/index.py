"""What can be looked up without reading all items: terms, statement values, sitelinks.

The tables follow the newest revision of each entity, in the transaction that saves it.
"""

import json

from wikibase_sandbox.entities import empty
from wikibase_sandbox.store import Page, Store
from wikibase_sandbox.types import Json, entity_type


def searchable_value(snak: Json) -> str | None:
    """Return the form in which `haswbstatement` finds a value; None if it cannot be searched."""
    datavalue = snak.get("datavalue")
    if datavalue is None:
        return None
    match datavalue["type"]:
        case "string":
            return str(datavalue["value"])
        case "wikibase-entityid":
            return str(datavalue["value"]["id"])
        case "monolingualtext":
            return f"{datavalue['value']['language']}:{datavalue['value']['text']}"
        case _:
            return ""


def reindex(store: Store, page: Page, entity: Json) -> None:
    """Replace all index rows of one page; an empty entity removes them."""
    db = store.db
    for table in ("terms", "claims", "sitelinks"):
        db.execute(f"DELETE FROM {table} WHERE page_id = ?", (page.page_id,))  # noqa: S608 - fixed names
    terms = [(kind, term) for kind in ("labels", "descriptions") for term in entity[kind].values()]
    terms += [("aliases", alias) for group in entity["aliases"].values() for alias in group]
    db.executemany(
        "INSERT INTO terms VALUES (?, ?, ?, ?, ?)",
        [
            (page.page_id, kind, term["language"], term["value"], term["value"].casefold())
            for kind, term in terms
        ],
    )
    snaks = [claim["mainsnak"] for group in entity["claims"].values() for claim in group]
    values = {(snak["property"], searchable_value(snak)) for snak in snaks}
    db.executemany(
        "INSERT INTO claims VALUES (?, ?, ?)",
        [(page.page_id, name, value) for name, value in values if value is not None],
    )
    db.executemany(
        "INSERT INTO sitelinks VALUES (?, ?, ?)",
        [(page.page_id, link["site"], link["title"]) for link in entity.get("sitelinks", {}).values()],
    )


def drop(store: Store, page: Page) -> None:
    """Forget a page that is deleted or became a redirect."""
    reindex(store, page, empty("item", ""))


def same_label_and_description(
    store: Store, language: str, label: str, description: str, own: str
) -> str | None:
    """Return another item with the same label and description in a language, None if none."""
    row = store.db.execute(
        "SELECT p.entity_id FROM terms l JOIN terms d ON d.page_id = l.page_id"
        " JOIN pages p ON p.page_id = l.page_id"
        " WHERE l.kind = 'labels' AND l.language = ? AND l.text = ?"
        " AND d.kind = 'descriptions' AND d.language = ? AND d.text = ?"
        " AND p.entity_id LIKE 'Q%' AND p.entity_id <> ?",
        (language, label, language, description, own),
    ).fetchone()
    return str(row["entity_id"]) if row else None


def property_with_label(store: Store, language: str, label: str, own: str) -> str | None:
    """Return another property with this label in this language, None if none."""
    row = store.db.execute(
        "SELECT p.entity_id FROM terms t JOIN pages p ON p.page_id = t.page_id"
        " WHERE t.kind = 'labels' AND t.language = ? AND t.text = ?"
        " AND p.entity_id LIKE 'P%' AND p.entity_id <> ?",
        (language, label, own),
    ).fetchone()
    return str(row["entity_id"]) if row else None


def linked_item(store: Store, site: str, title: str) -> str | None:
    """Return the item that holds a sitelink, None if nobody does."""
    row = store.db.execute(
        "SELECT p.entity_id FROM sitelinks s JOIN pages p ON p.page_id = s.page_id"
        " WHERE s.site = ? AND s.title = ?",
        (site, title),
    ).fetchone()
    return str(row["entity_id"]) if row else None


class StoredWorld:
    """What the validators ask about the rest of the wiki, answered from the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # A property never changes its datatype, so what was read once stays right.
        self._datatypes: dict[int, str] = {}

    def datatype(self, property_id: str) -> str | None:
        """Datatype of a property, None if there is no such property."""
        page = self._store.entity_page(property_id)
        if page is None or entity_type(property_id) != "property":
            return None
        if page.page_id not in self._datatypes:
            self._datatypes[page.page_id] = str(json.loads(self._store.latest(page).text)["datatype"])
        return self._datatypes[page.page_id]

    def exists(self, entity_id: str) -> bool:
        """Whether an entity exists; a redirect counts as existing."""
        return self._store.entity_page(entity_id) is not None

    def file_missing(self, name: str) -> bool:
        """Whether a media file was seeded as missing."""
        return name in json.loads(self._store.get_meta("missing_files", "[]"))
