"""The lists of `action=query`: searches, edits and users, newest first, page by page."""

import json
import sqlite3
from collections.abc import Callable

from wikibase_sandbox.errors import core
from wikibase_sandbox.files import all_images
from wikibase_sandbox.search import list_search
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Call

Listed = tuple[Json, Json | None]
"""A part of the result, and the `continue` object if there is more."""


_JOINED = """SELECT r.*, p.ns, p.title, p.latest, coalesce(q.size, 0) AS old_size
    FROM revisions r JOIN pages p ON p.page_id = r.page_id
    LEFT JOIN revisions q ON q.rev_id = r.parent_id WHERE p.deleted = 0"""


def _rows(call: Call, prefix: str, where: str, values: list[object]) -> tuple[list[Json], int]:
    """Return joined revision rows, one more than the limit, newest first unless told otherwise."""
    params = call.params
    limit = params.limit(f"{prefix}limit", high=call.session.high_limits)
    oldest_first = params.get(f"{prefix}dir") == "newer"
    continued = params.get(f"{prefix}continue").rpartition("|")[2]
    if continued.isascii() and continued.isdecimal():
        where += " AND r.rev_id >= ?" if oldest_first else " AND r.rev_id <= ?"
        values = [*values, int(continued)]
    elif continued:
        raise core("badcontinue", "Invalid continue param. You should pass the original value.")
    later, earlier = ("end", "start") if oldest_first else ("start", "end")
    for bound, operator in ((later, "<="), (earlier, ">=")):
        if params.get(prefix + bound):
            where += f" AND r.timestamp {operator} ?"
            values = [*values, params.get(prefix + bound)]
    numbers = params.integers(f"{prefix}namespace", high=call.session.high_limits)
    if numbers:
        where += f" AND p.ns IN ({','.join('?' * len(numbers))})"
        values = [*values, *numbers]
    sql = f"{_JOINED} AND {where} ORDER BY r.rev_id {'ASC' if oldest_first else 'DESC'} LIMIT ?"
    found: list[sqlite3.Row] = call.wiki.store.db.execute(sql, (*values, limit + 1)).fetchall()
    return [dict(row) for row in found], limit


def _continue(prefix: str, rows: list[Json], limit: int) -> Json | None:
    if len(rows) <= limit:
        return None
    row = rows[limit]
    stamp = row["timestamp"].translate({ord(char): None for char in "-:TZ"})
    return {f"{prefix}continue": f"{stamp}|{row['rev_id']}", "continue": "-||"}


def _usercontribs(call: Call) -> Listed:
    users = call.params.values("ucuser")
    where = f"r.seeded = 0 AND r.user IN ({','.join('?' * len(users))})"
    rows, limit = _rows(call, "uc", where, list(users))
    props = set(call.params.values("ucprop")) or {"ids", "title", "timestamp", "comment", "size"}
    listed = [_contribution(call, row, props) for row in rows[:limit]]
    return {"usercontribs": listed}, _continue("uc", rows, limit)


def _contribution(call: Call, row: Json, props: set[str]) -> Json:
    account = call.wiki.accounts.get(row["user"])
    out: Json = {"userid": account.user_id if account else 0, "user": row["user"]}
    if "ids" in props:
        out |= {"pageid": row["page_id"], "revid": row["rev_id"], "parentid": row["parent_id"]}
    if "title" in props:
        out |= {"ns": row["ns"], "title": row["title"]}
    if "timestamp" in props:
        out["timestamp"] = row["timestamp"]
    out |= {"new": row["parent_id"] == 0, "minor": False, "top": row["rev_id"] == row["latest"]}
    if "comment" in props:
        out["comment"] = row["comment"]
    if "size" in props:
        out["size"] = row["size"]
    if "tags" in props:
        out["tags"] = json.loads(row["tags"])
    return out


def _recentchanges(call: Call) -> Listed:
    where, values = "r.seeded = 0", list[object]()
    shows = set(call.params.values("rcshow"))
    if "bot" in shows:
        where += " AND r.bot = 1"
    if "!bot" in shows:
        where += " AND r.bot = 0"
    if call.params.get("rcuser"):
        where += " AND r.user = ?"
        values.append(call.params.get("rcuser"))
    rows, limit = _rows(call, "rc", where, values)
    props = set(call.params.values("rcprop")) or {"title", "timestamp", "ids"}
    return {"recentchanges": [_change(row, props) for row in rows[:limit]]}, _continue("rc", rows, limit)


def _change(row: Json, props: set[str]) -> Json:
    """Return one recent change with the wanted groups of fields (`recentchanges`)."""
    new = row["parent_id"] == 0
    groups: dict[str, Json] = {
        "title": {"ns": row["ns"], "title": row["title"]},
        "ids": {"pageid": row["page_id"], "revid": row["rev_id"], "old_revid": row["parent_id"]}
        | {"rcid": row["rev_id"]},
        "user": {"user": row["user"]},
        "flags": {"bot": bool(row["bot"]), "new": new, "minor": False},
        "sizes": {"oldlen": row["old_size"], "newlen": row["size"]},
        "timestamp": {"timestamp": row["timestamp"]},
        "comment": {"comment": row["comment"]},
        "tags": {"tags": json.loads(row["tags"])},
        "sha1": {"sha1": row["sha1"]},
    }
    out: Json = {"type": "new" if new else "edit"}
    for name, fields in groups.items():
        if name in props:
            out |= fields
    return out


def _users(call: Call) -> Listed:
    prefix = "au" if "allusers" in call.params.values("list") else "us"
    if prefix == "au":
        start = call.params.get("aufrom")
        names = sorted(a.name for a in call.wiki.accounts if a.name >= start)
        names = [name for name in names if name.startswith(call.params.get("auprefix"))]
        names = names[: call.params.limit("aulimit", high=call.session.high_limits)]
    else:
        names = call.params.values("ususers")
    props = set(call.params.values(f"{prefix}prop"))
    listed = []
    for name in names:
        account = call.wiki.accounts.get(name)
        if account is None:
            listed.append({"name": name, "missing": True})
            continue
        entry: Json = {"userid": account.user_id, "name": account.name}
        if "groups" in props:
            entry["groups"] = account.all_groups
        if "rights" in props:
            entry["rights"] = account.rights
        if "editcount" in props:
            sql = "SELECT count(*) AS n FROM revisions WHERE user = ?"
            entry["editcount"] = call.wiki.store.db.execute(sql, (name,)).fetchone()["n"]
        listed.append(entry)
    return {"allusers" if prefix == "au" else "users": listed}, None


def _tags(call: Call) -> Listed:
    """All were made by hand and may be set by hand."""
    props = set(call.params.values("tgprop"))
    names: list[str] = json.loads(call.wiki.store.get_meta("tags", "[]"))
    start, limit = call.params.get("tgcontinue"), call.params.limit("tglimit", high=call.session.high_limits)
    listed = sorted(name for name in names if name >= start)
    shown: list[Json] = []
    for name in listed[:limit]:
        entry: Json = {"name": name}
        if "active" in props:
            entry["active"] = True
        if "source" in props:
            entry["source"] = ["manual"]
        shown.append(entry)
    more = {"tgcontinue": listed[limit], "continue": "-||"} if len(listed) > limit else None
    return {"tags": shown}, more


LISTS: dict[str, Callable[[Call], Listed]] = {
    "search": list_search,
    "usercontribs": _usercontribs,
    "recentchanges": _recentchanges,
    "allimages": all_images,
    "allusers": _users,
    "users": _users,
    "tags": _tags,
}
