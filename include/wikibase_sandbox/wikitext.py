"""Pages of text (a stop page, a user page) and the repair of items: edit, undo, rollback, move."""

import hashlib

from wikibase_sandbox import entities, errors, index
from wikibase_sandbox.editing import check_unique
from wikibase_sandbox.siteinfo import canonical_title, content_model
from wikibase_sandbox.store import Edit, Page, Revision
from wikibase_sandbox.summaries import compose
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Call

_CONFLICT = "The edit could not be undone due to conflicting intermediate edits."


def edit(call: Call) -> Json:
    """Save the text of a wiki page, or undo an edit of any page."""
    page_id = call.params.integer("pageid")
    page = call.wiki.store.page(page_id) if page_id else None
    ns, title = canonical_title(page.title if page else call.params.required("title"))
    page = page or call.wiki.store.titled_page(title)
    if call.params.flag("undo"):
        return _undo(call, page)
    if content_model(ns) != "wikitext":
        raise errors.core("wikibase-no-direct-editing", "Direct editing is disabled in namespace")
    return _edit_text(call, ns, title, page)


def _edit_text(call: Call, ns: int, title: str, page: Page | None) -> Json:
    params, store = call.params, call.wiki.store
    if page is not None and params.flag("createonly"):
        raise errors.core("articleexists", "The page you tried to create has been created already.")
    if page is None and params.flag("nocreate"):
        raise errors.core("missingtitle", "The page you specified doesn't exist.")
    call.check_may_edit(page)
    latest = store.latest(page) if page else None
    old = latest.text if latest else ""
    text = params.get("text", old)
    text = params.get("prependtext") + text + params.get("appendtext")
    if params.flag("md5"):
        changed = params.get("prependtext") + params.get("appendtext") or text
        if hashlib.md5(changed.encode(), usedforsecurity=False).hexdigest() != params.get("md5"):
            raise errors.core("badmd5", "The supplied MD5 hash was incorrect.")
    if latest is not None and text != old and _is_stale(call, latest):
        raise errors.core("editconflict", "Edit conflict.")
    if latest is not None and page is not None and text == old:
        return _edited(page, latest, None)
    call.check_save()
    change = Edit(call.session.user, params.get("summary"), call.is_bot_edit(), call.tags())
    with store.writing():
        now = store.titled_page(title) or store.create_page(ns, title, None)
        if latest is not None and now.latest != latest.rev_id:
            raise errors.core("editconflict", "Edit conflict.")
        revision = store.add_revision(now, text, change)
    return _edited(now, latest, revision)


def _is_stale(call: Call, latest: Revision) -> bool:
    """Whether the client started from an older state; its own word is `baserevid` or a time."""
    base, stamp = call.params.integer("baserevid"), call.params.get("basetimestamp")
    return bool(base and base != latest.rev_id) or bool(stamp and stamp < latest.timestamp)


def _edited(page: Page, old: Revision | None, new: Revision | None) -> Json:
    out: Json = {"new": True} if old is None else {}
    out |= {"result": "Success", "pageid": page.page_id, "title": page.title}
    out["contentmodel"] = content_model(page.ns)
    if new is None:
        return {"edit": out | {"nochange": True}}
    out |= {"oldrevid": new.parent_id, "newrevid": new.rev_id, "newtimestamp": new.timestamp}
    return {"edit": out}


def _revision_of(call: Call, page: Page, rev_id: int) -> Revision:
    revision = call.wiki.store.revision(rev_id)
    if revision is None:
        raise errors.core("nosuchrevid", f"There is no revision with ID {rev_id}.")
    if revision.page_id != page.page_id:
        info = f"Revision r{rev_id} is not a revision of {page.title}."
        raise errors.core("revwrongpage", info)
    return revision


def _undo(call: Call, page: Page | None) -> Json:
    """Take back the edits after `undoafter` up to `undo`, keeping what came later."""
    if page is None:
        raise errors.core("missingtitle", "The page you specified doesn't exist.")
    call.check_may_edit(page)
    after_id = call.params.integer("undoafter")
    if after_id:
        _revision_of(call, page, after_id)
    undone = _revision_of(call, page, call.params.integer("undo") or 0)
    restored = _revision_of(call, page, after_id or undone.parent_id)
    latest = call.wiki.store.latest(page)
    text = _without(undone, restored, latest, content_model(page.ns))
    summary = compose(f"undo:0||{undone.rev_id}|{undone.user}", call.params.get("summary"))
    if text == latest.text:
        return _edited(page, latest, None)
    return _edited(page, latest, _restore(call, page, latest, text, summary, call.is_bot_edit()))


def _without(undone: Revision, restored: Revision, latest: Revision, model: str) -> str:
    if latest.rev_id == undone.rev_id:
        return restored.text
    if model == "wikitext":
        raise errors.core("undofailure", _CONFLICT)
    before, after = entities.load(undone.text), entities.load(restored.text)
    merged = entities.merge(before, after, entities.load(latest.text))
    if merged is None:
        raise errors.core("undofailure", _CONFLICT)
    return entities.dump(merged)


def _restore(call: Call, page: Page, latest: Revision, text: str, summary: str, bot: bool) -> Revision:
    call.check_save()
    store = call.wiki.store
    with store.writing():
        now = store.page(page.page_id)
        if now is None or now.latest != latest.rev_id:
            raise errors.core("editconflict", "Edit conflict.")
        change = Edit(call.session.user, summary, bot, call.tags())
        if page.entity_id is not None:
            entity = entities.load(text)
            check_unique(store, entity, entities.load(latest.text))
            index.reindex(store, page, entity)
        return store.add_revision(now, text, change)


def rollback(call: Call) -> Json:
    """Take back all newest edits of one user at once; only for those who have the right."""
    if "rollback" not in call.session.rights:
        info = "The action you have requested is limited to users in the group: "
        raise errors.core("permissiondenied", f"{info}[[Project:Administrators|Administrators]].")
    store, user = call.wiki.store, call.params.required("user")
    _ns, title = canonical_title(call.params.required("title"))
    page = store.titled_page(title)
    if page is None:
        raise errors.core("missingtitle", "The page you specified doesn't exist.")
    latest = store.latest(page)
    if latest.user != user:
        raise errors.core("alreadyrolled", _already_rolled(title, user, latest.user))
    older = store.revisions("page_id = ? AND user <> ?", (page.page_id, user), limit=1)
    if not older:
        info = "The page has no edit by anybody else to go back to."
        raise errors.core("onlyauthor", info)
    summary = call.params.get("summary") or f"Reverted edits by [[User:{user}|{user}]]"
    bot = call.params.flag("markbot")
    revision = _restore(call, page, latest, older[0].text, summary, bot)
    out: Json = {"title": title, "pageid": page.page_id, "summary": summary}
    out |= {"revid": revision.rev_id, "old_revid": latest.rev_id, "last_revid": older[0].rev_id}
    return {"rollback": out}


def _already_rolled(title: str, user: str, last: str) -> str:
    def linked(name: str) -> str:
        links = f"[[User talk:{name}|talk]] | [[Special:Contributions/{name}|contribs]]"
        return f"[[User:{name}|{name}]] ({links})"

    return (
        f"Cannot rollback the last edit of [[:{title}]] by {linked(user)}. Someone else has edited "
        f"or rolled back the page already. The last edit to the page was by {linked(last)}."
    )


def move(_call: Call) -> Json:
    """Refuse: pages of entities have fixed names, and nothing else is ever moved here."""
    codes = ("immobile-source-namespace", "immobile-target-namespace")
    raise errors.ApiError(codes, 'Cannot move pages in namespace "(Main)".', module=None)
