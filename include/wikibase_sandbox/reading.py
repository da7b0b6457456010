"""Reading entities: wbgetentities, wbgetclaims and Special:EntityData."""

from functools import cache

from wikibase_sandbox import entities, errors, mediainfo
from wikibase_sandbox.editing import site_url
from wikibase_sandbox.mediainfo import is_media_id
from wikibase_sandbox.statements import shown_statement
from wikibase_sandbox.store import Page, Revision
from wikibase_sandbox.types import Json, entity_type
from wikibase_sandbox.wiki import Call, Wiki

_DEFAULT_PROPS = ("info", "sitelinks", "aliases", "labels", "descriptions", "claims", "datatype")
_TERMS = ("labels", "descriptions", "aliases")


def shown_entity(wiki: Wiki, page: Page, revision: Revision, props: set[str], languages: set[str]) -> Json:
    """Return an entity in the shape of wbgetentities."""
    entity = entities.load(revision.text)
    out: Json = {}
    if "info" in props:
        out = {
            "pageid": page.page_id,
            "ns": page.ns,
            "title": page.title,
            "lastrevid": revision.rev_id,
            "modified": revision.timestamp,
        }
    out["type"] = entity["type"]
    if "datatype" in props and "datatype" in entity:
        out["datatype"] = entity["datatype"]
    out["id"] = entity["id"]
    for kind in _TERMS:
        if kind in props:
            out[kind] = {
                code: term for code, term in entity[kind].items() if not languages or code in languages
            }
    if "claims" in props:
        datatype = cache(wiki.world.datatype)  # many snaks, few properties
        out["claims"] = {
            name: [shown_statement(claim, datatype) for claim in group]
            for name, group in entity["claims"].items()
        }
    if entity["type"] == "item" and {"sitelinks", "sitelinks/urls"} & props:
        urls = "sitelinks/urls" in props
        out["sitelinks"] = {
            site: link | ({"url": site_url(site, link["title"])} if urls else {})
            for site, link in entity["sitelinks"].items()
        }
    return out


def _one(call: Call, entity_id: str, props: set[str], languages: set[str]) -> Json:
    store = call.wiki.store
    if is_media_id(entity_id):
        return mediainfo.shown(store, entity_id)
    page = store.entity_page(entity_id)
    if page is not None and page.redirect_to is not None:
        target = store.entity_page(page.redirect_to)
        if call.params.get("redirects") == "no" or target is None:
            return {"id": entity_id, "missing": ""}
        shown = shown_entity(call.wiki, target, store.latest(target), props, languages)
        if "info" not in props:
            return shown
        out: Json = {}
        for key, value in shown.items():
            if key == "type":
                out["redirects"] = {"from": entity_id, "to": page.redirect_to}
            out[key] = value
        return out
    if page is None:
        return {"id": entity_id, "missing": ""}
    return shown_entity(call.wiki, page, store.latest(page), props, languages)


def wbgetentities(call: Call) -> Json:
    """Read up to 50 entities (500 with high limits) by id or by sitelink."""
    params = call.params
    high = call.session.high_limits
    props = set(params.values("props")) if params.flag("props") else set(_DEFAULT_PROPS)
    languages = set(params.values("languages"))
    if not params.flag("ids") and not (params.flag("sites") and params.flag("titles")):
        info = 'Either provide the Item "ids" or pairs of "sites" and "titles" for corresponding'
        name = "wikibase-api-illegal-ids-or-sites-titles-selector"
        raise errors.wikibase("param-missing", f"{info} page", name=name)
    wanted = []
    for raw in params.limited("ids", high=high):
        entity_id = raw.strip().upper()
        if entity_type(entity_id) is None and not is_media_id(entity_id):
            info = f'Could not find an entity with the ID "{raw}".'
            error = errors.wikibase("no-such-entity", info, raw)
            error.extra = {"id": raw}
            raise error
        wanted.append(entity_id)
    found = {entity_id: _one(call, entity_id, props, languages) for entity_id in wanted}
    found |= _by_sitelinks(call, props, languages)
    return {"entities": found, "success": 1} if found else {"success": 1}


def _by_sitelinks(call: Call, props: set[str], languages: set[str]) -> dict[str, Json]:
    sites, titles = call.params.values("sites"), call.params.values("titles")
    if len(sites) == 1:
        sites = sites * len(titles)
    found: dict[str, Json] = {}
    for number, (site, title) in enumerate(zip(sites, titles, strict=False), 1):
        row = call.wiki.store.db.execute(
            "SELECT p.entity_id FROM sitelinks s JOIN pages p ON p.page_id = s.page_id"
            " WHERE s.site = ? AND s.title = ?",
            (site, title),
        ).fetchone()
        if row is None:
            found[f"-{number}"] = {"site": site, "title": title, "missing": ""}
        else:
            found[row["entity_id"]] = _one(call, row["entity_id"], props, languages)
    return found


def wbgetclaims(call: Call) -> Json:
    """Read the statements of one entity, of one property, or one statement."""
    guid = call.params.get("claim")
    entity_id = call.params.get("entity") or guid.partition("$")[0]
    page = call.wiki.store.entity_page(entity_id.strip().upper())
    if page is None or page.redirect_to is not None:
        raise errors.no_such_entity(entity_id)
    shown = shown_entity(call.wiki, page, call.wiki.store.latest(page), {"claims"}, set())
    claims: dict[str, list[Json]] = shown["claims"]
    wanted = call.params.get("property")
    kept = {
        name: [c for c in group if not guid or c["id"].upper() == guid.upper()]
        for name, group in claims.items()
        if not wanted or name == wanted
    }
    return {"claims": {name: group for name, group in kept.items() if group}}
