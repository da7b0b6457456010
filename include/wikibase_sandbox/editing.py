"""Saving changes to entities: base revision, merge, uniqueness, one transaction."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from wikibase_sandbox import entities, errors, index, mediainfo, terms
from wikibase_sandbox.changes import apply, check_fields, touched_languages
from wikibase_sandbox.render import conflict_patched
from wikibase_sandbox.statements import shown_statement
from wikibase_sandbox.store import Edit, Page, Revision, Store
from wikibase_sandbox.summaries import compose, for_edit
from wikibase_sandbox.types import Json, entity_type, page_title
from wikibase_sandbox.values import VALUE_TYPES
from wikibase_sandbox.wiki import Call

PROPERTY_NAMESPACE = 120


@dataclass(frozen=True)
class Saved:
    """The outcome of an edit: what the answer shows, and the revision that now is the newest.

    After a merge `entity` is base plus own change, not what was saved: so does a real Wikibase
    (`edit-stale-baserevid-nonoverlapping`).
    """

    entity: Json
    rev_id: int
    nochange: bool


def load_page(call: Call, entity_id: str) -> Page:
    """Return the page of an entity that is to be edited, or raise why it cannot be."""
    wanted = entity_id.strip().upper()
    if entity_type(wanted) is None:
        raise errors.invalid_entity_id()
    page = call.wiki.store.entity_page(wanted)
    if page is None:
        raise errors.no_such_entity(wanted)
    if page.redirect_to is not None:
        raise errors.unresolved_redirect()
    call.check_may_edit(page)
    return page


def base_revision(call: Call, page: Page) -> Revision:
    """Return the revision the client based its change on: `baserevid`, else the newest."""
    wanted = call.params.integer("baserevid")
    store = call.wiki.store
    if not wanted:
        return store.latest(page)
    revision = store.revision(wanted)
    if revision is None or revision.page_id != page.page_id:
        raise errors.wikibase("nosuchrevid", "Revision with ID not found.")
    return revision


def modify(call: Call, page: Page, change: Callable[[Json], Json], autocomment: str) -> Saved:
    """Apply a change to an existing entity and save it."""
    latest = call.wiki.store.latest(page)
    base = base_revision(call, page)
    old = entities.load(base.text)
    mine = change(old)
    if base.rev_id == latest.rev_id:
        return save(call, page, latest, mine, mine, autocomment)
    current = entities.load(latest.text)
    merged = current if mine == old else entities.merge(old, mine, current)
    if merged is None:
        raise errors.edit_conflict()
    saved = save(call, page, latest, merged, mine, autocomment)
    call.warnings[call.action] = conflict_patched()
    return saved


def save(
    call: Call, page: Page, latest: Revision | None, entity: Json, shown: Json, autocomment: str
) -> Saved:
    """Save an entity unless somebody was faster; `latest` is None for a page not yet made."""
    store = call.wiki.store
    text = entities.dump(entity)
    if latest is not None and text == latest.text:
        return Saved(shown, latest.rev_id, nochange=True)
    if len(text.encode()) > entities.MAX_BYTES:
        raise errors.too_big()
    call.check_save()
    comment = compose(autocomment, call.params.get("summary"))
    edit = Edit(call.session.user, comment, call.is_bot_edit(), call.tags())
    with store.writing():
        now = store.entity_page(entity["id"]) if latest is not None else page
        if now is None:
            raise errors.no_such_entity(entity["id"])
        if latest is not None and now.latest != latest.rev_id:
            raise errors.concurrent_edit()
        check_unique(store, entity, None if latest is None else entities.load(latest.text))
        if latest is None:
            now = store.create_page(page.ns, page.title, page.entity_id)
        revision = store.add_revision(now, text, edit)
        index.reindex(store, now, entity)
    return Saved(shown, revision.rev_id, nochange=False)


def check_unique(store: Store, entity: Json, old: Json | None) -> None:
    """Raise if a changed label, description or sitelink already belongs to another entity."""
    before = entities.parts(old) if old is not None else {}
    changed = {key for key, value in entities.parts(entity).items() if before.get(key) != value}
    languages = {key[1] for key in changed if key[0] in ("labels", "descriptions")}
    for language in sorted(languages):
        label, description = (
            entity[kind].get(language, {}).get("value") for kind in ("labels", "descriptions")
        )
        if entity["type"] == "property" and label:
            other = index.property_with_label(store, language, label, entity["id"])
            if other:
                raise errors.property_label_conflict(other, label, language)
        elif label and description:
            other = index.same_label_and_description(store, language, label, description, entity["id"])
            if other:
                raise errors.label_description_conflict(other, label, language)
    for key in sorted(key for key in changed if key[0] == "sitelinks"):
        link = entity["sitelinks"][key[1]]
        holder = index.linked_item(store, link["site"], link["title"])
        if holder and holder != entity["id"]:
            url = site_url(link["site"], link["title"])
            raise errors.sitelink_conflict(url, link["site"], link["title"], holder)


def site_url(site: str, title: str) -> str:
    """Return a made-up address for a page of another wiki; nothing ever opens it."""
    return f"http://{site}.sandbox.invalid/wiki/{quote(title.replace(' ', '_'))}"


def check_sites(call: Call, entity: Json, data: Json) -> None:
    """Raise if a new sitelink names a site or a page that is not known."""
    links = data.get("sitelinks") or {}
    for site in links if isinstance(links, dict) else []:
        link = entity["sitelinks"].get(site)
        if link is None:
            continue
        row = call.wiki.store.db.execute("SELECT pages FROM sites WHERE site = ?", (site,)).fetchone()
        if row is None:
            info = f"Unknown site: {site}"
            raise errors.wikibase("not-recognized-site", info, info)
        if row["pages"] is not None and link["title"] not in json.loads(row["pages"]):
            info = (
                f'The external client site "{site}" did not provide page information for page '
                f'"{link["title"]}".'
            )
            raise errors.wikibase("no-external-page", info, site, link["title"])


def entity_answer(call: Call, saved: Saved) -> Json:
    """Return what wbeditentity answers for an outcome."""
    entity = dict(saved.entity)
    datatype = cache(call.wiki.world.datatype)  # many snaks, few properties
    entity["claims"] = {
        name: [shown_statement(claim, datatype) for claim in group]
        for name, group in entity["claims"].items()
    }
    if "sitelinks" in entity:
        entity["sitelinks"] = {
            site: link | {"url": site_url(site, link["title"])} for site, link in entity["sitelinks"].items()
        }
    entity["lastrevid"] = saved.rev_id
    if saved.nochange:
        entity["nochange"] = True
    return {"entity": entity, "success": 1}


def wbeditentity(call: Call) -> Json:
    """Create an entity or change one: the module an uploader lives on."""
    params = call.params
    entity_id, new = params.get("id").strip().upper(), params.get("new")
    if bool(entity_id) == bool(new):
        info = 'Either provide the Item "id" or pairs of "site" and "title" for a corresponding page'
        raise errors.wikibase("param-missing" if not new else "param-illegal", info)
    call.tags()
    try:
        data = json.loads(params.required("data"))
    except json.JSONDecodeError:
        raise errors.wikibase("invalid-json", "Invalid json in request.") from None
    if new == "mediainfo":
        raise mediainfo.no_automatic_id()
    if mediainfo.is_media_id(entity_id):
        return mediainfo.edit(call, entity_id, data)
    if new:
        return _create(call, new, data)
    page = load_page(call, entity_id)
    kind = entity_type(entity_id) or "item"
    data = check_fields(data, entity_id, kind)
    clear = params.flag("clear")

    def change(old: Json) -> Json:
        start = entities.empty(kind, entity_id, old.get("datatype")) if clear else old
        return _applied(call, start, data)

    autocomment = for_edit(data, new=False, clear=clear, kind=kind)
    return entity_answer(call, modify(call, page, change, autocomment))


def _applied(call: Call, entity: Json, data: Json) -> Json:
    changed = apply(entity, data, call.wiki.world)
    terms.check_difference(changed, touched_languages(data))
    check_sites(call, changed, data)
    return changed


def _create(call: Call, kind: str, data: Json) -> Json:
    if kind not in ("item", "property"):
        raise errors.core("badvalue", f'Unrecognized value for parameter "new": {kind}.')
    call.check_may_edit(None)
    datatype = data.get("datatype") if isinstance(data, dict) and kind == "property" else None
    # The number is consumed before the data is looked at: a refused creation leaves a gap.
    entity_id = call.wiki.store.new_id(kind)
    data = check_fields(data, None, kind)
    if kind == "property" and datatype not in VALUE_TYPES:
        info = "A datatype was expected, but either missing or not recognized."
        name = "wikibase-api-not-recognized-datatype"
        raise errors.wikibase("param-illegal", info, name=name)
    entity = _applied(call, entities.empty(kind, entity_id, datatype), data)
    ns = PROPERTY_NAMESPACE if kind == "property" else 0
    page = Page(0, ns, page_title(entity_id), entity_id, 0, None, deleted=False, protected=False)
    autocomment = for_edit(data, new=True, clear=False, kind=kind)
    return entity_answer(call, save(call, page, None, entity, entity, autocomment))
