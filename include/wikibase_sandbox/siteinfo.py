"""What the wiki says about itself: `meta=siteinfo` and `meta=userinfo`."""

from wikibase_sandbox.errors import BLOCKING_ADMIN, core
from wikibase_sandbox.store import utc_now
from wikibase_sandbox.types import Json
from wikibase_sandbox.values import VALUE_TYPES
from wikibase_sandbox.wiki import Call

_NAMES = {
    -2: "Media",
    -1: "Special",
    0: "",
    1: "Talk",
    2: "User",
    3: "User talk",
    4: "Project",
    5: "Project talk",
    6: "File",
    7: "File talk",
    8: "MediaWiki",
    9: "MediaWiki talk",
    10: "Template",
    11: "Template talk",
    12: "Help",
    13: "Help talk",
    14: "Category",
    15: "Category talk",
    120: "Property",
    121: "Property talk",
}
NAMESPACES = {name.casefold(): number for number, name in _NAMES.items() if name}
"""Namespace number by its name in lower case."""

FILE_NAMESPACE = 6
FILE_EXTENSIONS = (
    "png", "gif", "jpg", "jpeg", "webp", "svg", "tif", "tiff", "pdf", "djvu", "ogg", "oga", "ogv", "webm",
    "wav", "mp3", "flac", "xcf", "mid",
)  # fmt: skip

_MODELS = {0: "wikibase-item", 120: "wikibase-property"}


def content_model(ns: int) -> str:
    """Return the content model of the pages of a namespace."""
    return _MODELS.get(ns, "wikitext")


def canonical_title(text: str) -> tuple[int, str]:
    """Return namespace and normalised title: underscores, case of the first letter, aliases."""
    title = " ".join(text.replace("_", " ").split())
    prefix, colon, rest = title.partition(":")
    if colon and prefix.strip().casefold() == "item":
        return 0, _capital(rest.strip())
    number = NAMESPACES.get(prefix.strip().casefold()) if colon else None
    if number is None:
        return 0, _capital(title)
    return number, f"{_NAMES[number]}:{_capital(rest.strip())}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _namespaces(version: int) -> Json:
    out: Json = {}
    for number, name in _NAMES.items():
        entry: Json = {"id": number, "case": "first-letter"}
        entry["name" if version == 2 else "*"] = name
        entry["subpages"] = number % 2 == 1 or number in (2, 4, 8, 10, 12)
        if number != 0:
            entry["canonical"] = name
        entry |= {"content": number in _MODELS, "nonincludable": False}
        if number in _MODELS:
            entry["defaultcontentmodel"] = _MODELS[number]
        out[str(number)] = entry
    return out


def _general(call: Call) -> Json:
    return {
        "mainpage": "Project:Main Page",
        "base": f"{call.server}/wiki/Project:Main_Page",
        "sitename": "Local sandbox",
        "generator": "MediaWiki 1.43.9",
        "langconversion": True,
        "linkconversion": True,
        "titleconversion": True,
        "linkprefixcharset": "",
        "linkprefix": "",
        "linktrail": "/^([a-z]+)(.*)$/sD",
        "legaltitlechars": " %!\"$&'()*,\\-.\\/0-9:;=?@A-Z\\\\^_`a-z~\\x80-\\xFF+",
        "invalidusernamechars": "@:>=",
        "case": "first-letter",
        "lang": "en",
        "fallback": [],
        "rtl": False,
        "readonly": False,
        "writeapi": True,
        "maxarticlesize": 2097152,
        "timezone": "UTC",
        "timeoffset": 0,
        "articlepath": "/wiki/$1",
        "scriptpath": "/w",
        "script": "/w/index.php",
        "variantarticlepath": False,
        "server": call.server,
        "servername": "127.0.0.1",
        "wikiid": "sandbox",
        "time": utc_now(),
        "misermode": False,
        "uploadsenabled": True,
        # Nested maps that pywikibot rewrites and misses if they are absent.
        "thumblimits": {"0": 120, "1": 250},
        "imagelimits": {"0": {"width": 320, "height": 240}},
        "magiclinks": {"ISBN": False, "PMID": False, "RFC": False},
        "wikibase-propertytypes": {datatype: {"valuetype": kind} for datatype, kind in VALUE_TYPES.items()},
        "wikibase-conceptbaseuri": "http://www.wikidata.org/entity/",
    }


def _extensions() -> list[Json]:
    names = ("WikibaseRepository", "WikibaseMediaInfo", "WikibaseCirrusSearch", "CirrusSearch")
    return [{"type": "wikibase", "name": name, "version": ""} for name in names]


def siteinfo(call: Call) -> Json:
    """Return the wanted parts of `meta=siteinfo`."""
    out: Json = {}
    for wanted in call.params.values("siprop") or ["general"]:
        match wanted:
            case "general":
                out[wanted] = _general(call)
            case "namespaces":
                out[wanted] = _namespaces(call.version)
            case "namespacealiases":
                key = "alias" if call.version == 2 else "*"
                out[wanted] = [
                    {"id": 0, key: "Item"},
                    {"id": 1, key: "Item talk"},
                    {"id": 6, key: "Image"},
                    {"id": 7, key: "Image talk"},
                ]
            case "extensions":
                out[wanted] = _extensions()
            case "fileextensions":
                # pywikibot checks the names of media files, even of those it only reads about.
                out[wanted] = [{"ext": ext} for ext in FILE_EXTENSIONS]
            case "restrictions":
                out[wanted] = {
                    "types": ["create", "edit", "move", "upload"],
                    "levels": ["", "autoconfirmed", "sysop"],
                    "cascadinglevels": ["sysop"],
                    "semiprotectedlevels": ["autoconfirmed"],
                }
            case "dbrepllag":
                out[wanted] = [{"host": "", "lag": -1}]
            case _:
                # The real one warns and goes on; clients ask for what extensions might add.
                key = "warnings" if call.version == 2 else "*"
                text = f'Unrecognized value for parameter "siprop": {wanted}'
                call.warnings["siteinfo"] = {key: text}
    return out


_BLOCK: Json = {
    "blockid": 1,
    "blockedby": BLOCKING_ADMIN,
    "blockedbyid": 1,
    "blockreason": "test block",
    "blockedtimestamp": "2026-01-01T00:00:00Z",
    "blockexpiry": "2100-01-01T00:00:00Z",
    "blockpartial": False,
    "blocknocreate": False,
    "blockanononly": False,
    "blockemail": False,
    "blockowntalk": True,
    "blockedtimestampformatted": "00:00, 1 January 2026",
    "blockexpiryformatted": "00:00, 1 January 2100",
    "blockexpiryrelative": "00:00, 1 January 2100",
}


def userinfo(call: Call) -> Json:
    """Return the wanted parts of `meta=userinfo`."""
    account, session = call.session.account, call.session
    out: Json = {"id": account.user_id if account else 0, "name": session.user}
    if account is None:
        out["anon"] = True
    wanted = set(call.params.values("uiprop"))
    if "blockinfo" in wanted and session.user in call.blocked_users():
        out |= _BLOCK
    if "groups" in wanted:
        out["groups"] = account.all_groups if account else ["*"]
    if "rights" in wanted:
        out["rights"] = session.rights
    if "editcount" in wanted:
        row = call.wiki.store.db.execute(
            "SELECT count(*) AS n FROM revisions WHERE user = ?", (session.user,)
        ).fetchone()
        out["editcount"] = row["n"]
    if "ratelimits" in wanted:
        out["ratelimits"] = {}
    if "hasmsg" in wanted:
        out["messages"] = False
    return out


def tokens(call: Call) -> Json:
    """Return the wanted tokens; an unknown kind is an error."""
    known = ("createaccount", "csrf", "login", "patrol", "rollback", "userrights", "watch")
    wanted = call.params.values("type") or ["csrf"]
    for kind in wanted:
        if kind not in (*known, "*"):
            raise core("badvalue", f'Unrecognized value for parameter "type": {kind}.')
    kinds = known if "*" in wanted else wanted
    return {f"{kind}token": call.session.token(kind) for kind in kinds}


def wikibase(call: Call) -> Json:
    """Return where this wiki's items are: it is its own repository."""
    address = {"base": call.server, "scriptpath": "/w", "articlepath": "/wiki/$1"}
    return {"repo": {"url": address}, "siteid": "sandbox"}
