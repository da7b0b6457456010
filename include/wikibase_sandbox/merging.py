"""Merging duplicate items and making redirects."""

from copy import deepcopy

from wikibase_sandbox import entities, errors, index
from wikibase_sandbox.editing import load_page
from wikibase_sandbox.statements import new_guid
from wikibase_sandbox.store import Edit, Page, Revision
from wikibase_sandbox.summaries import compose
from wikibase_sandbox.types import ITEM_ID, Json
from wikibase_sandbox.wiki import Call


def _item_page(call: Call, name: str) -> tuple[str, Page]:
    entity_id = call.params.required(name).strip().upper()
    if not ITEM_ID.fullmatch(entity_id):
        raise errors.wikibase("not-item", "The ID is not an ID of an Item.")
    return entity_id, load_page(call, entity_id)


def merged(source: Json, target: Json, ignored: set[str]) -> Json:
    """Return the target with all that the source has more, or raise if the two contradict."""
    out = deepcopy(target)
    for language, term in source["descriptions"].items():
        if out["descriptions"].setdefault(language, term) != term and "description" not in ignored:
            raise errors.wikibase("failed-modify", f"Conflicting descriptions for language {language}")
    for site, link in source["sitelinks"].items():
        if out["sitelinks"].setdefault(site, link) != link and "sitelink" not in ignored:
            raise errors.wikibase("failed-modify", f"Conflicting sitelinks for {site}")
    for language, term in source["labels"].items():
        if out["labels"].setdefault(language, term) != term:
            # The other name is not lost: it becomes an alias, as in a Wikibase.
            _add_alias(out, language, term["value"])
    for language, group in source["aliases"].items():
        for alias in group:
            _add_alias(out, language, alias["value"])
    known = [_without_id(claim) for claim in _claims(out)]
    for claim in _claims(source):
        if _without_id(claim) not in known:
            guid = new_guid(out["id"])
            entities.put_statement(out, guid, deepcopy(claim) | {"id": guid})
    return out


def _claims(entity: Json) -> list[Json]:
    return [claim for group in entity["claims"].values() for claim in group]


def _add_alias(entity: Json, language: str, text: str) -> None:
    aliases = entity["aliases"].setdefault(language, [])
    if all(alias["value"] != text for alias in aliases):
        aliases.append({"language": language, "value": text})


def _without_id(claim: Json) -> Json:
    return {key: value for key, value in claim.items() if key != "id"}


def _save(call: Call, page: Page, entity: Json, comment: str) -> Revision:
    edit = Edit(call.session.user, comment, call.is_bot_edit(), call.tags())
    store = call.wiki.store
    now = store.page(page.page_id)
    if now is None or now.latest != page.latest:
        raise errors.concurrent_edit()
    return store.add_revision(now, entities.dump(entity), edit)


def wbmergeitems(call: Call) -> Json:
    """Move everything of one item into another and leave a redirect."""
    from_id, source_page = _item_page(call, "fromid")
    to_id, target_page = _item_page(call, "toid")
    if from_id == to_id:
        raise errors.wikibase("cant-merge-self", "It is not possible to merge an Item with itself.")
    store, summary = call.wiki.store, call.params.get("summary")
    source = entities.load(store.latest(source_page).text)
    target = entities.load(store.latest(target_page).text)
    joined = merged(source, target, set(call.params.values("ignoreconflicts")))
    call.check_save()
    with store.writing():
        emptied = entities.empty("item", from_id)
        _save(call, source_page, emptied, compose(f"wbmergeitems-to:0||{to_id}", summary))
        index.drop(store, source_page)
        comment = compose(f"wbmergeitems-from:0||{from_id}", summary)
        target_revision = _save(call, target_page, joined, comment)
        index.reindex(store, target_page, joined)
        from_revision = _redirect(call, source_page, to_id)
    return {
        "success": 1,
        "redirected": 1,
        "from": {"id": from_id, "type": "item", "lastrevid": from_revision.rev_id},
        "to": {"id": to_id, "type": "item", "lastrevid": target_revision.rev_id},
    }


def _redirect(call: Call, page: Page, to_id: str) -> Revision:
    """Turn a page into a redirect inside the running transaction."""
    store = call.wiki.store
    now = store.page(page.page_id)
    if now is None:
        raise errors.no_such_entity(page.title)
    comment = compose(f"wbcreateredirect:0||{page.title}|{to_id}", "")
    edit = Edit(call.session.user, comment, call.is_bot_edit())
    revision = store.add_revision(now, store.latest(now).text, edit)
    store.set_page(page.page_id, "redirect_to", to_id)
    return revision


def wbcreateredirect(call: Call) -> Json:
    """Turn an empty item into a redirect."""
    from_id, source_page = _item_page(call, "from")
    to_id, _target = _item_page(call, "to")
    if entities.parts(entities.load(call.wiki.store.latest(source_page).text)):
        raise errors.wikibase("origin-not-empty", "The origin of the redirect is not empty.")
    with call.wiki.store.writing():
        _redirect(call, source_page, to_id)
    return {"redirect": f"{from_id} → {to_id}", "success": 1}
