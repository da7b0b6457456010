"""`action=query`: dispatch of its modules, and pages with their revisions."""

from wikibase_sandbox import entities
from wikibase_sandbox.files import image_info
from wikibase_sandbox.lists import LISTS, Listed
from wikibase_sandbox.paraminfo import QUERY
from wikibase_sandbox.render import text_warning
from wikibase_sandbox.search import list_search
from wikibase_sandbox.siteinfo import (
    FILE_NAMESPACE,
    canonical_title,
    content_model,
    siteinfo,
    tokens,
    userinfo,
    wikibase,
)
from wikibase_sandbox.statements import shown_statement
from wikibase_sandbox.store import Page, Revision
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Call


def query(call: Call) -> Json:
    """Answer all `meta`, `list` and `prop` modules named in one request."""
    _warn_about_modules(call)
    result: Json = {}
    for name in call.params.values("meta"):
        meta = _META.get(name)
        if meta is not None:
            found = meta(call)
            result |= found if name == "siteinfo" else {name: found}
    going_on: Json | None = None
    for name in call.params.values("list"):
        module = LISTS.get(name)
        if module is not None:
            body, more = module(call)
            result |= body
            going_on = more or going_on
    answer: Json = {"batchcomplete": True}
    if _PAGE_SELECTORS & set(call.params.given):
        body, more = _pages(call)
        result |= body
        going_on = more or going_on
        if more is not None and "rvcontinue" in more:
            # These pages are not done: the next answer has more revisions of the same ones.
            answer = {}
    return answer | ({"continue": going_on} if going_on else {}) | {"query": result}


_PAGE_SELECTORS = {"generator", "titles", "pageids", "revids"}


def _warn_about_modules(call: Call) -> None:
    for kind, known in QUERY.items():
        for name in call.params.values(kind):
            if name not in known:
                text = f'Unrecognized value for parameter "{kind}": {name}.'
                call.warnings["query"] = text_warning(text, call.version)


_META = {"siteinfo": siteinfo, "userinfo": userinfo, "tokens": tokens, "wikibase": wikibase}


def _wanted_pages(call: Call, result: Json) -> list[tuple[str, int, Page | None]]:
    """Return (title, namespace, page) of what the request names, in the order named."""
    store = call.wiki.store
    high = call.session.high_limits
    wanted: list[tuple[str, int, Page | None]] = []
    for given in call.params.limited("titles", high=high):
        ns, title = canonical_title(given)
        if title != given:
            result.setdefault("normalized", []).append({"fromencoded": False, "from": given, "to": title})
        page = store.titled_page(title)
        if page is not None and page.redirect_to and call.params.flag("redirects"):
            result.setdefault("redirects", []).append({"from": title, "to": page.redirect_to})
            title, page = page.redirect_to, store.entity_page(page.redirect_to)
        wanted.append((title, ns, page))
    ids = call.params.integers("pageids", high=high)
    for rev_id in call.params.integers("revids", high=high):
        revision = store.revision(rev_id)
        if revision is not None:
            ids.append(revision.page_id)
    for page_id in dict.fromkeys(ids):
        page = store.page(page_id)
        if page is not None:
            wanted.append((page.title, page.ns, page))
    return wanted


def _pages(call: Call) -> Listed:
    result: Json = {}
    more: Json | None = None
    if call.params.get("generator") == "search":
        wanted, more = _searched_pages(call)
    else:
        wanted = _wanted_pages(call, result)
    entries: dict[str, Json] = {}
    for number, (title, ns, page) in enumerate(wanted, 1):
        if page is None:
            entries[str(-number)] = {"ns": ns, "title": title, "missing": True}
            continue
        entry: Json = {"pageid": page.page_id, "ns": page.ns, "title": page.title}
        if "info" in call.params.values("prop"):
            entry |= _info(call, page)
        if "imageinfo" in call.params.values("prop") and ns == FILE_NAMESPACE:
            entry |= _image_info(call, page)
        if "revisions" in call.params.values("prop"):
            shown, continued = _revisions(call, page)
            entry["revisions"] = shown
            more = continued or more
        entries[str(page.page_id)] = entry
    if call.params.flag("indexpageids"):
        result["pageids"] = list(entries)
    result["pages"] = list(entries.values()) if call.version == 2 else entries
    return result, more


def _image_info(call: Call, page: Page) -> Json:
    props = set(call.params.values("iiprop")) or {"timestamp", "user"}
    limit = call.params.limit("iilimit", high=call.session.high_limits, default=1)
    found = image_info(call, page, props, limit)
    return {"imagerepository": "local" if found else ""} | ({"imageinfo": found} if found else {})


def _searched_pages(call: Call) -> tuple[list[tuple[str, int, Page | None]], Json | None]:
    given = {
        key.removeprefix("g") if key.startswith("gsr") else key: value
        for key, value in call.params.given.items()
    }
    inner = Call(call.wiki, type(call.params)(given), call.session, call.server)
    body, more = list_search(inner)
    pages = [call.wiki.store.page(hit["pageid"]) for hit in body["search"]]
    wanted: list[tuple[str, int, Page | None]] = [(p.title, p.ns, p) for p in pages if p]
    if more is not None:
        more = {"gsroffset": more["sroffset"], "continue": "gsroffset||"}
    return wanted, more


def _info(call: Call, page: Page) -> Json:
    revision = call.wiki.store.latest(page)
    out: Json = {
        "contentmodel": content_model(page.ns),
        "pagelanguage": "en",
        "touched": revision.timestamp,
        "lastrevid": revision.rev_id,
        "length": revision.size,
    }
    if page.redirect_to is not None:
        out["redirect"] = True
    if "protection" in call.params.values("inprop"):
        level = {"type": "edit", "level": "sysop", "expiry": "infinity"}
        out["protection"] = [level] if page.protected else []
    return out


def _revisions(call: Call, page: Page) -> tuple[list[Json], Json | None]:
    params = call.params
    props = set(params.values("rvprop")) or {"ids", "timestamp", "flags", "comment", "user"}
    oldest_first = params.get("rvdir") == "newer"
    where, values = "page_id = ?", [page.page_id]
    wanted_ids = params.integers("revids", high=call.session.high_limits)
    start, end = params.integer("rvstartid"), params.integer("rvendid")
    if wanted_ids:
        where += f" AND rev_id IN ({','.join('?' * len(wanted_ids))})"
        values += wanted_ids
    if start is not None:
        where += " AND rev_id >= ?" if oldest_first else " AND rev_id <= ?"
        values.append(start)
    if end is not None:
        where += " AND rev_id <= ?" if oldest_first else " AND rev_id >= ?"
        values.append(end)
    many = {"rvlimit", "rvstartid", "rvendid", "rvdir"} & set(params.given) or wanted_ids
    limit = params.limit("rvlimit", high=call.session.high_limits) if many else 1
    found = call.wiki.store.revisions(where, tuple(values), limit=limit + 1, newest_first=not oldest_first)
    more: Json | None = None
    if many and len(found) > limit:
        more = {"rvcontinue": str(found[limit].rev_id), "rvstartid": found[limit].rev_id}
        more["continue"] = "||"
    return [_revision(call, page, revision, props) for revision in found[:limit]], more


def _content(page: Page, revision: Revision) -> str:
    """Return the text of a revision; in that of an entity, snaks have hashes but no datatypes."""
    if page.entity_id is None:
        return revision.text
    entity = entities.load(revision.text)
    entity["claims"] = {
        name: [shown_statement(claim, lambda _property: None) for claim in group]
        for name, group in entity["claims"].items()
    }
    return entities.dump(entity)


def _revision(call: Call, page: Page, revision: Revision, props: set[str]) -> Json:
    account = call.wiki.accounts.get(revision.user)
    groups: dict[str, Json] = {
        "ids": {"revid": revision.rev_id, "parentid": revision.parent_id},
        "flags": {"minor": False},
        "user": {"user": revision.user},
        "userid": {"userid": account.user_id if account else 0},
        "timestamp": {"timestamp": revision.timestamp},
        "size": {"size": revision.size},
        "sha1": {"sha1": revision.sha1},
        "comment": {"comment": revision.comment},
        "tags": {"tags": list(revision.tags)},
    }
    out: Json = {}
    for name, fields in groups.items():
        if name in props:
            out |= fields
    model = content_model(page.ns)
    content_format = "text/x-wiki" if model == "wikitext" else "application/json"
    content: Json = {"contentmodel": model, "contentformat": content_format}
    if "content" in props:
        content["content" if call.version == 2 else "*"] = _content(page, revision)
    if {"content", "contentmodel"} & props:
        out |= {"slots": {"main": content}} if call.params.flag("rvslots") else content
    return out
