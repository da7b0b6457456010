"""The API's description of itself, as far as clients read it.

pywikibot takes from here which actions exist, which modules want POST, the prefix and limit of
query modules and the choices of some parameters. The same table tells unknown parameters apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wikibase_sandbox.languages import TERM_LANGUAGES
from wikibase_sandbox.types import Json

TOKEN_TYPES = ("createaccount", "csrf", "login", "patrol", "rollback", "userrights", "watch")


@dataclass(frozen=True)
class Module:
    """One API module: its parameters without prefix, and the kind of token that guards it."""

    params: tuple[str, ...]
    prefix: str = ""
    post: bool = False
    generator: bool = False
    writes: bool = False
    guard: str | None = None


_EDIT = ("baserevid", "summary", "tags", "token", "bot")


def _words(text: str, *more: str) -> tuple[str, ...]:
    return (*text.split(), *more)


def _edit(text: str, *more: str) -> Module:
    return Module(_words(text, *_EDIT, *more), post=True, writes=True, guard="csrf")


ACTIONS: dict[str, Module] = {
    "query": Module(
        _words(
            "prop list meta generator titles pageids revids redirects indexpageids export "
            "iwurl continue rawcontinue converttitles"
        )
    ),
    "paraminfo": Module(_words("modules helpformat")),
    "login": Module(_words("name password domain token"), prefix="lg", post=True),
    "clientlogin": Module(
        _words("username password logintoken loginreturnurl rememberMe logincontinue"), post=True
    ),
    "logout": Module(("token",), post=True, guard="csrf"),
    "wbgetentities": Module(
        _words("ids sites titles redirects props languages languagefallback normalize sitefilter")
    ),
    "wbgetclaims": Module(_words("entity property claim rank props")),
    "wbsearchentities": Module(_words("search language strictlanguage type limit continue props profile")),
    "wbavailablebadges": Module(()),
    "wbeditentity": _edit("id new site title data clear"),
    "wbsetclaim": _edit("claim index ignoreduplicatemainsnak"),
    "wbcreateclaim": _edit("entity snaktype property value"),
    "wbsetclaimvalue": _edit("claim value snaktype"),
    "wbsetreference": _edit("statement snaks snaks-order reference index"),
    "wbremoveclaims": _edit("claim"),
    "wbremovereferences": _edit("statement references"),
    "wbsetlabel": _edit("id new site title language value"),
    "wbsetdescription": _edit("id new site title language value"),
    "wbmergeitems": _edit("fromid toid ignoreconflicts"),
    "wbcreateredirect": _edit("from to"),
    "edit": _edit(
        "title pageid text appendtext prependtext section minor notminor nocreate createonly "
        "basetimestamp starttimestamp undo undoafter recreate watchlist contentmodel md5"
    ),
    "rollback": Module(
        _words("title pageid user summary markbot tags token watchlist"),
        post=True,
        writes=True,
        guard="rollback",
    ),
    "move": _edit("from to reason movetalk noredirect"),
    "upload": Module(
        _words(
            "filename comment tags text watchlist ignorewarnings file url filekey sessionkey stash filesize "
            "offset chunk async checkstatus token"
        ),
        post=True,
        writes=True,
        guard="csrf",
    ),
}

QUERY: dict[str, dict[str, Module]] = {
    "prop": {
        "info": Module(_words("prop testactions"), prefix="in"),
        "revisions": Module(
            _words(
                "ids prop slots limit startid endid start end dir user excludeuser tag section contentformat"
            ),
            prefix="rv",
        ),
        # pywikibot looks for {{bots}} before it saves a page of text; there are no templates here.
        "templates": Module(_words("namespace limit continue templates dir"), prefix="tl"),
        "imageinfo": Module(_words("prop limit start end continue"), prefix="ii"),
        "pageprops": Module(_words("prop continue"), prefix="pp"),
    },
    "list": {
        "search": Module(
            _words("search namespace limit offset what info prop qiprofile sort interwiki"),
            prefix="sr",
            generator=True,
        ),
        "usercontribs": Module(
            _words("limit start end continue user userids namespace prop show tag dir userprefix"),
            prefix="uc",
        ),
        "recentchanges": Module(
            _words("limit start end continue user excludeuser namespace prop show type tag dir"),
            prefix="rc",
            generator=True,
        ),
        "allimages": Module(_words("sort dir from to continue prop prefix sha1 limit"), prefix="ai"),
        "allusers": Module(
            _words("from to prefix group limit prop dir witheditsonly activeusers"), prefix="au"
        ),
        "users": Module(_words("prop users userids"), prefix="us"),
        "tags": Module(_words("continue limit prop"), prefix="tg"),
    },
    "meta": {
        "siteinfo": Module(_words("prop filteriw showalldb numberingroup"), prefix="si"),
        "userinfo": Module(_words("prop attachedwiki"), prefix="ui"),
        "tokens": Module(("type",)),
        "wikibase": Module(("prop",), prefix="wb"),
    },
}

_EVERYWHERE = frozenset(
    _words(
        "action format formatversion errorformat errorlang errorsuselocal maxlag smaxage maxage "
        "assert assertuser requestid servedby curtimestamp responselanginfo origin uselang variant "
        "utf8 ascii callback centralauthtoken returnto returntoquery returntoanchor"
    )
)


def known_parameters(action: str, modules: Iterable[str]) -> frozenset[str]:
    """Return every parameter a request to this action (and these query modules) may carry."""
    module = ACTIONS[action]
    names = {module.prefix + name for name in module.params}
    for name in modules:
        for group in QUERY.values():
            if name in group:
                prefix = group[name].prefix
                names |= {prefix + key for key in group[name].params}
                names |= {f"g{prefix}{key}" for key in group[name].params}
    return _EVERYWHERE | names


def _show(names: str) -> list[str]:
    return [prefix + name for name in names.split() for prefix in ("", "!")]


def _parameter(index: int, name: str, path: str) -> Json:
    out: Json = {"index": index, "name": name, "type": "string", "required": False, "multi": False}
    if name == "limit":
        small = path == "wbsearchentities"
        most, high = (50, 500) if small else (500, 5000)
        out |= {"type": "limit", "default": 7 if small else 10, "min": 1}
        out |= {"max": most, "highmax": high}
    if name == "namespace":
        out |= {"type": "namespace", "multi": True}
    choices: dict[tuple[str, str], Iterable[str]] = {
        ("query+tokens", "type"): TOKEN_TYPES,
        ("wbsearchentities", "language"): sorted(TERM_LANGUAGES),
        ("wbsearchentities", "type"): ("item", "property"),
        ("wbeditentity", "new"): ("item", "property"),
        ("query+info", "prop"): ("protection", "url"),
        ("query+usercontribs", "show"): _show("minor top new patrolled autopatrolled"),
        ("query+recentchanges", "show"): _show("minor bot anon redirect patrolled unpatrolled autopatrolled"),
    }
    if (path, name) in choices:
        out["type"] = list(choices[path, name])
    if (path, name) in {("query+info", "prop"), ("query+tokens", "type")}:
        out |= {"multi": True, "lowlimit": 50, "highlimit": 500, "limit": 50}
    if name in ("bot", "clear", "redirects", "undo"):
        out["type"] = "boolean"
    return out


def _described(path: str, module: Module) -> Json:
    name = path.rpartition("+")[2]
    out: Json = {"name": name, "path": path, "group": "action", "prefix": module.prefix}
    out["source"] = "sandbox"
    if module.post:
        out["mustbeposted"] = True
    if module.generator:
        out["generator"] = True
    out["parameters"] = [_parameter(number, key, path) for number, key in enumerate(module.params, 1)]
    if path == "query":
        for parameter in out["parameters"]:
            _add_submodules(parameter)
    return out


def _add_submodules(parameter: Json) -> None:
    group = parameter["name"]
    if group in QUERY:
        names = sorted(QUERY[group])
    elif group == "generator":
        names = sorted(name for kind in QUERY.values() for name, module in kind.items() if module.generator)
    else:
        return
    parameter |= {"type": names, "multi": group != "generator", "limit": 50, "highlimit": 500}
    parameter["submodules"] = {name: f"query+{name}" for name in names}


def _main() -> Json:
    action: Json = {"index": 1, "name": "action", "type": sorted(ACTIONS), "multi": False}
    action["submodules"] = {name: name for name in sorted(ACTIONS)}
    return {"name": "main", "path": "main", "group": "main", "prefix": "", "parameters": [action]}


def paraminfo(modules: Iterable[str]) -> Json:
    """Return `action=paraminfo` for these module paths; unknown ones are marked missing."""
    found = []
    for path in modules:
        name = path.removeprefix("query+")
        group = next((kind for kind in QUERY.values() if name in kind), None)
        if path == "main":
            found.append(_main())
        elif path in ACTIONS:
            found.append(_described(path, ACTIONS[path]))
        elif path.startswith("query+") and group is not None:
            found.append(_described(path, group[name]))
        else:
            found.append({"name": path, "missing": True})
    return {"paraminfo": {"helpformat": "none", "modules": found}}
