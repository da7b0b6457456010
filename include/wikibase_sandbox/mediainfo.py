"""What files say as structured data: MediaInfo, an entity that lives on the page of its file (`mediainfo-*`).

It has the number of its page, is made by the first edit, says `statements` where others say `claims`, and
tells no datatypes. The text of the page has a history in common with it.
"""

import json
import re
from copy import deepcopy

from wikibase_sandbox import entities, errors, terms
from wikibase_sandbox.changes import apply, check_fields, touched_languages
from wikibase_sandbox.render import conflict_patched
from wikibase_sandbox.siteinfo import FILE_NAMESPACE
from wikibase_sandbox.statements import shown_statement
from wikibase_sandbox.store import Edit, Page, Store
from wikibase_sandbox.summaries import compose, for_edit
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Call

_MEDIA_ID = re.compile(r"M([1-9]\d{0,9})")


def is_media_id(entity_id: str) -> bool:
    """Whether an id is one of MediaInfo."""
    return _MEDIA_ID.fullmatch(entity_id) is not None


def no_automatic_id() -> errors.ApiError:
    """The answer to `new=mediainfo` (`mediainfo-error-new`)."""
    info = "Cannot automatically assign ID: mediainfo entities do not support automatic IDs!"
    return errors.wikibase("no-automatic-entity-id", info, info)


def shown(store: Store, media_id: str) -> Json:
    """Return the MediaInfo of a file in the shape of wbgetentities; one without data is missing."""
    page = _file_page(store, media_id)
    entity = _at(store, page.page_id, page.latest) if page else None
    if page is None or entity is None:
        return {"id": media_id, "missing": ""}
    latest = store.latest(page)
    info: Json = {"pageid": page.page_id, "ns": page.ns, "title": page.title}
    return info | {"lastrevid": latest.rev_id, "modified": latest.timestamp} | _answered(entity)


def edit(call: Call, media_id: str, data: Json) -> Json:
    """Do what wbeditentity does with the MediaInfo of a file."""
    store = call.wiki.store
    page = _file_page(store, media_id)
    if page is None:
        raise errors.no_such_entity(media_id)
    call.check_may_edit(page)
    data = check_fields(data, media_id, "mediainfo")
    wanted = call.params.integer("baserevid") or page.latest
    revision = store.revision(wanted)
    if revision is None or revision.page_id != page.page_id:
        raise errors.wikibase("nosuchrevid", "Revision with ID not found.")
    nothing = entities.empty("mediainfo", media_id)
    old, current = (_at(store, page.page_id, rev) or nothing for rev in (wanted, page.latest))
    mine = apply(old, data, call.wiki.world)
    terms.check_difference(mine, touched_languages(data))
    merged = mine if old == current else entities.merge(old, mine, current)
    if merged is None:
        raise errors.edit_conflict()
    answer = _answered(mine)
    if merged == current:
        return {"entity": answer | {"lastrevid": page.latest, "nochange": True}, "success": 1}
    call.check_save()
    comment = compose(for_edit(data, new=False, clear=False, kind="mediainfo"), call.params.get("summary"))
    change = Edit(call.session.user, comment, call.is_bot_edit(), call.tags())
    with store.writing() as db:
        now = store.page(page.page_id)
        if now is None or now.latest != page.latest:
            raise errors.concurrent_edit()
        saved = store.add_revision(now, store.latest(now).text, change)
        db.execute("INSERT INTO media VALUES (?, ?, ?)", (saved.rev_id, page.page_id, json.dumps(merged)))
    if old != current:
        call.warnings[call.action] = conflict_patched()
    return {"entity": answer | {"lastrevid": saved.rev_id}, "success": 1}


def _file_page(store: Store, media_id: str) -> Page | None:
    page = store.page(int(media_id[1:]))
    return page if page and page.ns == FILE_NAMESPACE else None


def _at(store: Store, page_id: int, rev_id: int) -> Json | None:
    """The entity as it was at a revision; edits of the text in between leave it as it is."""
    sql = "SELECT text FROM media WHERE page_id = ? AND rev_id <= ? ORDER BY rev_id DESC LIMIT 1"
    row = store.db.execute(sql, (page_id, rev_id)).fetchone()
    return entities.load(row["text"]) if row else None


def _answered(entity: Json) -> Json:
    out = deepcopy(entity)
    del out["aliases"]
    claims = out.pop("claims")
    out["statements"] = {
        name: [shown_statement(one, lambda _property: None) for one in group]
        for name, group in claims.items()
    }
    return out
