"""Uploads of files, whole or in chunks, and what can be asked about files (`upload-*`, `imageinfo`).

A file is stashed first, and published when its name and bytes are new; what the wiki warns of stops it unless
the client says that it knows.
"""

import hashlib
import re
import secrets
import struct
from pathlib import PurePath

from wikibase_sandbox.errors import ApiError, core
from wikibase_sandbox.siteinfo import FILE_EXTENSIONS, FILE_NAMESPACE, canonical_title
from wikibase_sandbox.store import Edit, Page, Store
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Call

_FORBIDDEN = re.compile(r"[#<>\[\]|{}/\\:\x00-\x1f\x7f]")
_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif"}
_TYPES |= {"tif": "image/tiff", "tiff": "image/tiff", "webp": "image/webp", "svg": "image/svg+xml"}
_HEADS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif", b"II*": "image/tiff"}
_SMALLEST_CHUNK = 1024
_BANNED = ("exe",)


def upload(call: Call) -> Json:
    """Stash a file or a part of one, or publish what was stashed."""
    params = call.params
    if not {"filekey", "url"} & set(params.given) and not params.files:
        info = 'One of the parameters "filekey", "file" and "url" is required.'
        raise core("missingparam", info)
    if "upload" not in call.session.rights:
        raise _not_allowed()
    name = _wanted_name(params.required("filename"))
    if "chunk" in params.files:
        return {"upload": _chunk(call, name)}
    if "file" in params.files:
        content = params.files["file"]
        key = _stash(call, content, complete=True)
    else:
        key = params.get("filekey")
        content = _stashed(call, key, complete=True)
    _check_type(name, content)
    warnings = _warnings(call, name, content)
    if warnings and not params.flag("ignorewarnings"):
        return {"upload": {"result": "Warning", "warnings": warnings, "filekey": key, "sessionkey": key}}
    if params.flag("stash"):
        return {"upload": {"result": "Success", "filekey": key, "sessionkey": key}}
    return {"upload": _publish(call, name, content, key)}


def _chunk(call: Call, name: str) -> Json:
    params, part = call.params, call.params.files["chunk"]
    size, offset = params.integer("filesize") or 0, params.integer("offset") or 0
    last = offset + len(part) == size
    if offset + len(part) > size:
        raise core("invalid-chunk", "Offset plus current chunk is greater than claimed file size.")
    if len(part) < _SMALLEST_CHUNK and not last:
        info = f"Minimum chunk size is {_SMALLEST_CHUNK} bytes for non-final chunks."
        raise core("chunk-too-small", info)
    if offset == 0:
        key = _stash(call, part, complete=False)
    else:
        key = params.required("filekey")
        before = _stashed(call, key, complete=False)
        if len(before) != offset:
            raise core("stashfailed", "Invalid chunk offset", offset=len(before))
        with call.wiki.store.writing() as db:
            db.execute("UPDATE stash SET content = ? WHERE filekey = ?", (before + part, key))
    if not last:
        return {"result": "Continue", "offset": offset + len(part), "filekey": key}
    whole = _stashed(call, key, complete=False)
    try:
        _check_type(name, whole)
    except ApiError:
        raise core("stashfailed", "This file did not pass file verification.") from None
    with call.wiki.store.writing() as db:
        db.execute("DELETE FROM stash WHERE filekey = ?", (key,))
    return {"result": "Success", "filekey": _stash(call, whole, complete=True)}


def _stash(call: Call, content: bytes, *, complete: bool) -> str:
    key = f"{secrets.token_hex(6)}.{secrets.token_hex(3)}.1.jpg"
    with call.wiki.store.writing() as db:
        db.execute("INSERT INTO stash VALUES (?, ?, ?, ?)", (key, call.session.user, complete, content))
    return key


def _stashed(call: Call, key: str, *, complete: bool) -> bytes:
    sql = "SELECT content FROM stash WHERE filekey = ? AND user = ? AND complete = ?"
    row = call.wiki.store.db.execute(sql, (key, call.session.user, complete)).fetchone()
    if row is None:
        raise core("uploadstash-file-not-found", f'Key "{key}" not found in stash.')
    return bytes(row["content"])


def _wanted_name(given: str) -> str:
    return canonical_title(f"File:{given}")[1].partition(":")[2]


def _check_type(name: str, content: bytes) -> None:
    extension = PurePath(name).suffix.lower().lstrip(".")
    if extension not in FILE_EXTENSIONS:
        shown = ", ".join(FILE_EXTENSIONS)
        info = f'".{extension}" is not a permitted file type. Permitted file types are {shown}.'
        more: Json = {"filetype": extension, "allowed": list(FILE_EXTENSIONS)}
        raise core("filetype-banned", info, **more, blacklisted=list(_BANNED))
    found = _media_type(content)
    if _TYPES.get(extension, found) != found:
        info = f'File extension ".{extension}" does not match the detected MIME type of the file ({found}).'
        raise core("verification-error", info, details=["filetype-mime-mismatch", extension, found])


def _media_type(content: bytes) -> str:
    found = next((kind for head, kind in _HEADS.items() if content.startswith(head)), None)
    if found is None and content[:4] == b"RIFF":
        return "image/webp"
    return found or ("image/svg+xml" if b"<svg" in content[:500] else "text/plain")


def _warnings(call: Call, name: str, content: bytes) -> Json:
    """What stands in the way, in the order in which the real one tells it."""
    store, sha1 = call.wiki.store, _sha1(content)
    proper = _FORBIDDEN.sub("-", name)
    found: Json = {}
    if proper != name:
        found["badfilename"] = proper.replace(" ", "_")
    standing = _file(store, f"File:{proper}")
    if standing is not None:
        found["exists"] = proper.replace(" ", "_")
        if standing["sha1"] == sha1:
            found["nochange"] = {"timestamp": standing["timestamp"]}
    others = [row["title"].removeprefix("File:") for row in _by_sha1(store, sha1)]
    others = [one.replace(" ", "_") for one in others if one != proper]
    if others:
        found["duplicate"] = others
    return found


def _publish(call: Call, name: str, content: bytes, key: str) -> Json:
    store, params = call.wiki.store, call.params
    title = f"File:{_FORBIDDEN.sub('-', name)}"
    page = store.titled_page(title)
    call.check_may_edit(page)
    call.check_save()
    change = Edit(call.session.user, params.get("comment"), call.is_bot_edit(), call.tags())
    with store.writing() as db:
        page = store.titled_page(title) or store.create_page(FILE_NAMESPACE, title, None)
        text = params.get("text") if not page.latest else store.latest(page).text
        revision = store.add_revision(page, text, change)
        stamp, sha1 = revision.timestamp, _sha1(content)
        db.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)",
            (revision.rev_id, page.page_id, sha1, stamp, call.session.user, content),
        )
        db.execute("DELETE FROM stash WHERE filekey = ?", (key,))
    shown = image_info(call, page, set(_ALL_PROPS))[0]
    del shown["descriptionshorturl"]
    filename = title.removeprefix("File:").replace(" ", "_")
    return {"result": "Success", "filename": filename, "imageinfo": shown}


_ALL_PROPS = ("timestamp", "user", "userid", "size", "comment", "canonicaltitle", "url", "sha1", "mime")


def image_info(call: Call, page: Page, props: set[str], limit: int = 1) -> list[Json]:
    """Return the versions of a file, newest first (`imageinfo`)."""
    sql = "SELECT * FROM files WHERE page_id = ? ORDER BY rev_id DESC LIMIT ?"
    rows = call.wiki.store.db.execute(sql, (page.page_id, limit))
    return [_shown(call, page, dict(row), props) for row in rows]


def _shown(call: Call, page: Page, row: Json, props: set[str]) -> Json:
    content = bytes(row["content"])
    name = page.title.removeprefix("File:").replace(" ", "_")
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    width, height = _size(content)
    account = call.wiki.accounts.get(row["user"])
    revision = call.wiki.store.revision(row["rev_id"])
    groups: dict[str, Json] = {
        "timestamp": {"timestamp": row["timestamp"]},
        "user": {"user": row["user"]},
        "userid": {"userid": account.user_id if account else 0},
        "size": {"size": len(content), "width": width, "height": height},
        "comment": {"comment": revision.comment if revision else ""},
        "canonicaltitle": {"canonicaltitle": page.title},
        "url": {
            "url": f"{call.server}/w/images/{digest[0]}/{digest[:2]}/{name}",
            "descriptionurl": f"{call.server}/wiki/File:{name}",
            "descriptionshorturl": f"{call.server}/w/index.php?curid={page.page_id}",
        },
        "sha1": {"sha1": row["sha1"]},
        "mime": {"mime": _media_type(content)},
    }
    out: Json = {}
    for prop, fields in groups.items():
        if prop in props:
            out |= fields
    return out


def all_images(call: Call) -> tuple[Json, Json | None]:
    """Return the files with a digest, or whose names begin with a prefix."""
    store, params = call.wiki.store, call.params
    limit = params.limit("ailimit", high=call.session.high_limits)
    if params.get("aisha1"):
        rows = _by_sha1(store, params.get("aisha1"))
    else:
        sql = _NEWEST + " ORDER BY p.title"
        prefix = f"File:{params.get('aiprefix').replace('_', ' ')}"
        rows = [dict(row) for row in store.db.execute(sql) if row["title"].startswith(prefix)]
    props = set(params.values("aiprop")) or {"timestamp", "url"}
    listed = []
    for row in rows[:limit]:
        page = store.page(row["page_id"])
        if page is not None:
            name = page.title.removeprefix("File:").replace(" ", "_")
            shown = {"name": name} | _shown(call, page, row, props)
            listed.append(shown | {"ns": page.ns, "title": page.title})
    return {"allimages": listed}, None


_NEWEST = """SELECT f.*, p.title FROM files f JOIN pages p ON p.page_id = f.page_id WHERE p.deleted = 0
    AND f.rev_id = (SELECT max(rev_id) FROM files n WHERE n.page_id = f.page_id)"""


def _file(store: Store, title: str) -> Json | None:
    row = store.db.execute(f"{_NEWEST} AND p.title = ?", (title,)).fetchone()
    return dict(row) if row else None


def _by_sha1(store: Store, sha1: str) -> list[Json]:
    return [dict(row) for row in store.db.execute(f"{_NEWEST} AND f.sha1 = ? ORDER BY p.title", (sha1,))]


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _size(content: bytes) -> tuple[int, int]:
    """Width and height as the frame of a JPEG or the head of a PNG says."""
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        width, height = struct.unpack_from(">II", content, 16)
        return int(width), int(height)
    at = 2
    while content[:2] == b"\xff\xd8" and at + 9 < len(content):
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return int(width), int(height)
        at += 2 + length
    return 0, 0


def _not_allowed() -> ApiError:
    info = "The action you have requested is limited to users in one of the groups: "
    return core(
        "permissiondenied", f"{info}[[Project:Users|Users]], [[Project:Administrators|Administrators]]."
    )
