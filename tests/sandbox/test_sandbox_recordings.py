"""The sandbox answers as a real Wikibase did: recorded requests are sent again and compared.

The recordings lie outside the repository, see `conftest.shared_data`. Each one is either replayed
in a state as it was when it was recorded, or named in NOT_COVERED with the reason.
"""

import json
import os
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sandbox_harness import Client, Json, label, statement, wiki_in

from wikibase_sandbox.control import parse_fault
from wikibase_sandbox.seed import seed
from wikibase_sandbox.wiki import Wiki

FOLDER = (
    Path(os.environ.get("HERITAGE_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    / "wikibase-recorded"
)
NAMES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "INDEX")

pytestmark = pytest.mark.shared_data

NOT_COVERED = {
    "upload-by-url": "the sandbox asks no other server",
    "upload-error-abusefilter": "its filters look at edits, not at files",
}

ITEM = "Q100000003"
FULL = "wbgetentities-full"


def read(name: str) -> Json:
    recording: Json = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return recording


def _items(item: Json | None) -> list[Json]:
    """The items that the recorded requests speak of."""
    full = item or read(FULL)["body"]["entities"][ITEM]
    return [
        {
            "id": "Q100000001",
            "labels": {"en": "museum", "de": "Museum"},
            "descriptions": {"en": "institution 1795246787"},
        },
        {"id": "Q100000002", "labels": {"en": "register"}},
        full,
        {"id": "Q100000009", "labels": {"en": "dup one 1795246803"}},
        {"id": "Q100000010", "labels": {"en": "dup one 1795246803"}},
        {"id": "Q100000011", "deleted": True},
        {"id": "Q100000012", "protected": True},
        {"id": "Q100000014"},
        {"id": "Q4115189", "labels": {"en": "sandbox"}},
    ]


class Stage:
    """A wiki set up for one recording, and who is logged in."""

    def __init__(self, wiki: Wiki, recording: Json) -> None:
        self.wiki = wiki
        self.recording = recording
        self.client = Client(wiki)
        self.user = "WbBot"
        self.params: Json = {}
        self.files: dict[str, bytes] = {}

    def fault(self, kind: str) -> None:
        match = {"action": self.recording["request"]["params"]["action"]}
        self.wiki.faults.add(parse_fault({"kind": kind, "match": match}, 0))

    def edit_as(self, name: str, data: Json) -> int:
        answer = Client(self.wiki).log_in(name).edit(data, id=ITEM)
        return int(answer["entity"]["lastrevid"])

    def newest(self) -> int:
        page = self.wiki.store.entity_page(ITEM)
        assert page is not None
        return page.latest


def _fault(kind: str) -> Callable[[Stage], None]:
    return lambda stage: stage.fault(kind)


def _user(name: str) -> Callable[[Stage], None]:
    def log_in(stage: Stage) -> None:
        stage.user = name

    return log_in


def _anonymous(stage: Stage) -> None:
    stage.user = ""


def _stale(name: str, data: Json) -> Callable[[Stage], None]:
    """Somebody changed the item after the revision that the request is based on."""

    def change(stage: Stage) -> None:
        stage.params["baserevid"] = stage.newest()
        stage.edit_as(name, data)

    return change


def _redirect(stage: Stage) -> None:
    admin = Client(stage.wiki).log_in("WbAdmin")
    admin.call(action="wbmergeitems", fromid="Q100000009", toid="Q100000010", token=admin.token)


def _logged_out(stage: Stage) -> None:
    stage.client.log_in("WbBot")
    old = stage.client.token
    stage.client.call(action="logout", token=old)
    stage.user, stage.params["token"] = "", old


def _vandal(times: int) -> Callable[[Stage], None]:
    def change(stage: Stage) -> None:
        for number in range(times):
            stage.params["undo"] = stage.edit_as("WbUser", label(f"vandal {number}", "sv"))

    return change


def _undo(stage: Stage) -> None:
    _vandal(1)(stage)
    stage.user = "WbAdmin"


def _undo_nothing(stage: Stage) -> None:
    _vandal(1)(stage)
    stage.params["undoafter"] = 999999


def _rollback(stage: Stage) -> None:
    _vandal(2)(stage)
    del stage.params["undo"]
    stage.user = "WbAdmin"


def _already_rolled(stage: Stage) -> None:
    stage.edit_as("WbAdmin", label("undone", "sv"))
    stage.user = "WbAdmin"


def _may_not_roll_back(stage: Stage) -> None:
    stage.user = "WbUser"


def _current_base(stage: Stage) -> None:
    stage.params["baserevid"] = stage.newest()


def _page(text: str) -> Callable[[Stage], None]:
    def create(stage: Stage) -> None:
        title = "File:Raw 1795246813.jpg"
        client = Client(stage.wiki).log_in("WbUser")
        first = client.call(action="edit", title=title, text=text, token=client.token)
        stage.params["baserevid"] = first["edit"]["newrevid"]
        client.call(action="edit", title=title, text=f"{text} and more", token=client.token)

    return create


def _text_exists(stage: Stage) -> None:
    _page("text")(stage)
    del stage.params["baserevid"]


def _cut_data(stage: Stage) -> None:
    """The recording does not hold the data of this request; any change will do."""
    stage.fault("edit-conflict")
    stage.params |= {"id": ITEM, "data": json.dumps(label("x")), "token": "<token>", "formatversion": 2}


def _oversize(stage: Stage) -> None:
    claims = [statement("P217", f"{number} {'z' * 390}") for number in range(4000)]
    stage.params["data"] = json.dumps({"claims": claims})


def _authorization(value: str) -> Callable[[Stage], None]:
    def send(stage: Stage) -> None:
        stage.user = ""
        stage.client.headers["Authorization"] = value

    return send


def _next_item(number: int) -> Callable[[Stage], None]:
    def count(stage: Stage) -> None:
        with stage.wiki.store.writing():
            stage.wiki.store.set_meta("next_item", str(number))

    return count


def _many_new_items(stage: Stage) -> None:
    client = Client(stage.wiki).log_in("WbBot")
    for number in range(11):
        client.edit(label(f"new {number}"), new="item", bot=1)


TITLE = "Raw 1795246813.jpg"
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + (
    b"\xff\xc0\x00\x0b\x08\x00\x5a\x00\x78\x01\x01\x11\x00"  # a frame of 120 x 90
)


def _file(stage: Stage) -> None:
    """The file that requests speak of, as page 4, and what it depicts."""
    depicted: list[Json] = [{"id": "P180", "datatype": "wikibase-item"}, {"id": "Q33506"}]
    seed(stage.wiki.store, {"entities": depicted})
    client = Client(stage.wiki).log_in("WbBot")
    given = {"action": "upload", "filename": TITLE, "text": "== x ==", "comment": "up", "token": client.token}
    answer = client.call({"file": PICTURE}, **given)
    assert answer["upload"]["result"] == "Success", answer
    page = stage.wiki.store.titled_page(f"File:{TITLE}")
    assert page is not None
    with stage.wiki.store.writing() as db:
        for before, after in ((4, 4000), (page.page_id, 4)):
            for table in ("pages", "revisions", "files"):
                db.execute(f"UPDATE {table} SET page_id = ? WHERE page_id = ?", (after, before))


def _described(stage: Stage) -> None:
    _file(stage)
    client = Client(stage.wiki).log_in("WbBot")
    data = json.loads(read("mediainfo-wbeditentity-ok")["request"]["params"]["data"])
    assert "error" not in client.edit(data, id="M4")


def _captioned(stage: Stage) -> None:
    _file(stage)
    Client(stage.wiki).log_in("WbBot").edit(label("cap"), id="M4")


def _sent(content: bytes, *, known: bool = False) -> Callable[[Stage], None]:
    def send(stage: Stage) -> None:
        if known:
            _file(stage)
        stage.files = {"file": content}

    return send


def _nobody_sends(stage: Stage) -> None:
    stage.user, stage.files = "", {"file": PICTURE}


SETUP: dict[str, Callable[[Stage], None]] = {
    "accepted-anon-edit-nonmatching": _anonymous,
    "accepted-anon-edit-ok": _anonymous,
    "commons-edit-error-abusefilter": _fault("abusefilter"),
    "commons-edit-error-articleexists": _text_exists,
    "commons-edit-error-editconflict-baserevid": _page("text"),
    "commons-edit-error-old-basetimestamp": _text_exists,
    "commons-edit-wikitext-ok": _text_exists,
    "edit-stale-baserevid-nonoverlapping": _stale("WbBot", label("City Museum A")),
    "edit-stale-baserevid-other-user-nonoverlapping": _stale("WbUser", label("Nutzeränderung", "de")),
    "edit-statement-target-is-redirect": _redirect,
    "error-abusefilter-disallowed": _fault("abusefilter"),
    "error-abusefilter-new-item": _fault("abusefilter"),
    "error-abusefilter-text": _fault("abusefilter"),
    "error-abusefilter-warning": _fault("abusefilter-warning"),
    "error-anon-token-plus": _user("WbUser"),
    "error-assertbotfailed": _user("WbUser"),
    "error-assertuserfailed": _anonymous,
    "error-blocked": _user("WbNewbie"),
    "error-blocked-newitem": _user("WbNewbie"),
    "error-edit-after-logout-badtoken": _logged_out,
    "error-edit-after-logout-badtoken-assert": _logged_out,
    "error-edit-redirected-item": _redirect,
    "error-editconflict-other-user": _stale("WbUser", label("Nutzeränderung", "de")),
    "error-editconflict-stale-baserevid": _stale("WbBot", label("City Museum A")),
    "error-failed-save-concurrent-edit": _cut_data,
    "error-maxlag-get": _fault("maxlag"),
    "error-maxlag-wdqs": _fault("maxlag"),
    "error-oauth1-invalid-consumer": _authorization('OAuth oauth_consumer_key="x"'),
    "error-oauth2-invalid-token": _authorization("Bearer x"),
    "error-oversize": _oversize,
    "error-permissiondenied-botpassword-grant": _fault("missing-grant"),
    "error-permissiondenied-new-property-grant": _fault("missing-grant"),
    "error-protectedpage": _user("WbUser"),
    "error-ratelimited": _fault("ratelimited"),
    "error-readonly": _fault("readonly"),
    "error-rollback-alreadyrolled": _already_rolled,
    "error-rollback-nopermission-or-alreadyrolled": _may_not_roll_back,
    "error-spamblacklist": _fault("spamblacklist"),
    "error-toomanyvalues": _user("WbUser"),
    "error-undo-failure": _undo_nothing,
    "http-429": _fault("http-429"),
    "http-503": _fault("http-503"),
    "http-504-but-saved": _fault("http-504-saved"),
    "imageinfo": _file,
    "mediainfo-error-descriptions": _captioned,
    "mediainfo-wbeditentity-ok": _file,
    "mediainfo-wbgetentities-missing": _file,
    "mediainfo-wbgetentities-ok": _described,
    "upload-error-filetype-banned": _sent(PICTURE),
    "upload-error-mime-mismatch": _sent(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "upload-error-permissiondenied": _nobody_sends,
    "upload-ok": _sent(PICTURE),
    "upload-warning-badfilename": _sent(PICTURE, known=True),
    "upload-warning-duplicate": _sent(PICTURE, known=True),
    "upload-warning-exists-nochange": _sent(PICTURE, known=True),
    "ok-anon-edit-warnings": _anonymous,
    "ok-edit-label": _current_base,
    "ok-rollback": _rollback,
    "ok-undo": _undo,
    "recentchanges": _many_new_items,
    "userinfo-blocked": _user("WbNewbie"),
    "wbeditentity-new-item-full": _next_item(100000003),
    "wbeditentity-new-item-minimal": _next_item(100000001),
    "wbgetentities-redirect": _redirect,
    "wbgetentities-redirect-noresolve": _redirect,
}

SHAPE_ONLY = {
    "recentchanges": "who edited what is another story here",
    "revisions-slots": "the item was created, not seeded",
    "userinfo-blocked": "names, dates and the rights of other extensions differ",
    "error-blocked": "the text of the block page names people and dates",
    "error-blocked-newitem": "the text of the block page names people and dates",
    "error-abusefilter-text": "the rule has another name",
    "commons-edit-error-abusefilter": "the rule has another name",
    "error-duplicate-sitelink": "the address of the other wiki is made up",
    "userinfo-bot": "the rights of other extensions differ",
    "ok-wbgetentities-user-rights": "the rights of other extensions differ",
}
"""Recordings of which only the shape is compared: keys and types, but not the texts."""

PART_ONLY = {
    "upload-ok": "the sandbox reads no metadata and draws no page",
    "imageinfo": "the sandbox tells less of pages than clients may ask",
    "siteinfo": "the sandbox tells of itself only what clients read",
    "paraminfo-wbeditentity": "the sandbox tells of itself only what clients read",
}
"""Recordings of which the sandbox answers a part, with a warning about what it does not know; what it
answers must have the recorded shape."""


def _before(recording: Json) -> Json | None:
    """The item as it was before a recorded edit: the answer without what the request changed."""
    body = recording["body"]
    if "entity" not in body or "data" not in recording.get("request", {}).get("params", {}):
        return None
    if body["entity"]["id"] != ITEM or "new" in recording["request"]["params"]:
        return None
    item: Json = deepcopy(body["entity"])
    if item.get("nochange"):
        return item
    data = json.loads(recording["request"]["params"]["data"])
    for kind in ("labels", "descriptions"):
        for language in data.get(kind, {}):
            item[kind][language] = {"language": language, "value": "before"}
    for language, aliases in data.get("aliases", {}).items():
        gone = [alias["value"] for alias in aliases]
        item["aliases"][language] = [a for a in item["aliases"][language] if a["value"] not in gone]
    for claim in data.get("claims", []):
        group = item["claims"][claim["mainsnak"]["property"]]
        del group[-1]
        if not group:
            del item["claims"][claim["mainsnak"]["property"]]
    return item


def _seeded(name: str, recording: Json) -> list[Json]:
    entity = _before(recording)
    recorded = recording["body"].get("entities", {})
    if "claims" in recorded.get(ITEM, {}):
        entity = recorded[ITEM]
    items = _items(entity)
    if name == "ok-wbgetentities-500-bot":
        items += [{"id": key} for key, found in recorded.items() if "missing" not in found]
    new = recording["body"].get("entity", {}).get("id") if name.startswith("wbeditentity-new") else None
    return [item for item in items if item["id"] != new]


_VOLATILE = {"lastrevid", "pageid", "modified", "timestamp", "newtimestamp", "revid", "parentid", "docref"}
_VOLATILE |= {"oldrevid", "newrevid", "old_revid", "last_revid", "rcid", "url", "sha1", "size", "oldlen"}
_VOLATILE |= {"filekey", "sessionkey", "newlen", "lguserid", "csrftoken", "userid", "repository", "wordcount"}


def _comparable(value: Any) -> Any:
    """Blank what must differ: times, running numbers, random statement ids, the address."""
    if isinstance(value, dict):
        # "Watched" is a preference of the account which the sandbox does not have.
        return {
            key: "…" if key in _VOLATILE else _comparable(item)
            for key, item in value.items()
            if key != "watched"
        }
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    if isinstance(value, str):
        return re.sub(r"\$[0-9A-Fa-f-]{36}$|http://\S+/w/api.php", "…", value)
    return value


def _shape(value: Any) -> Any:
    """Reduce a body to its keys and the types of its values."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value[:1]]
    return type(value).__name__


def _is_part(value: Any, whole: Any, path: str = "") -> list[str]:
    """Return where a value has a key or a type that the recorded one has not."""
    if isinstance(value, dict) and isinstance(whole, dict):
        unknown = [f"{path}.{key}" for key in value if key not in whole]
        known = [key for key in value if key in whole]
        return unknown + [
            found for key in known for found in _is_part(value[key], whole[key], f"{path}.{key}")
        ]
    if isinstance(value, list) and isinstance(whole, list):
        pairs = zip(value[:1], whole[:1], strict=False)
        return [found for mine, recorded in pairs for found in _is_part(mine, recorded, f"{path}[]")]
    return [] if type(value) is type(whole) else [f"{path}: {type(value).__name__}"]


def _names(body: Json) -> list[str]:
    """The code and the message names of a refusal, by which clients tell refusals apart."""
    error = body.get("error", {})
    return [error.get("code", ""), *(message["name"] for message in error.get("messages", []))]


@pytest.fixture(params=[name for name in NAMES if name not in NOT_COVERED] or [""])
def recorded(request: pytest.FixtureRequest, shared_data: Path) -> tuple[str, Json]:
    assert request.param, f"no recordings in {shared_data}"
    return request.param, read(request.param)


def _replay(name: str, recording: Json, folder: Path) -> Any:
    given: Json = {"entities": _seeded(name, recording), "blocked_users": ["WbNewbie"]}
    given["sites"] = {"wblabcommons": ["Project:Main Page"]}
    given["missing_files"] = ["No such file.jpg"]
    with wiki_in(folder, **given) as wiki:
        stage = Stage(wiki, recording)
        SETUP.get(name, lambda stage: None)(stage)
        if stage.user and not name.startswith("ok-login"):
            stage.client.log_in(stage.user)
        if "request" not in recording:
            return stage.client.request("GET", f"/wiki/Special:EntityData/{ITEM}.json")
        request = recording["request"]
        params = {key: value for key, value in request["params"].items() if key not in stage.params}
        params |= stage.params
        if params.get("token") == "<token>":
            kind = "rollback" if params["action"] == "rollback" else "csrf"
            answer = stage.client.call(action="query", meta="tokens", type=kind)
            params["token"] = answer["query"]["tokens"][f"{kind}token"]
        if "lgtoken" in params:
            answer = stage.client.call(action="query", meta="tokens", type="login")
            params["lgtoken"] = answer["query"]["tokens"]["logintoken"]
            params["lgpassword"] = "wrong" if "wrongpass" in name else "secret"
        return stage.client.send(request["method"], stage.files, **params)


def test_answer_is_as_recorded(recorded: tuple[str, Json], tmp_path: Path) -> None:
    name, recording = recorded
    response = _replay(name, recording, tmp_path)
    expected = recording["body"]
    assert response.status_code == recording["status"]
    for header in ("MediaWiki-API-Error", "Retry-After", "X-Database-Lag"):
        assert response.headers.get(header) == recording["headers"].get(header)
    if recording["status"] != 200:
        assert response.headers["Content-Type"].lower().startswith("text/html")
        return
    if name in PART_ONLY:
        told = {key: value for key, value in response.json().items() if key != "warnings"}
        assert _is_part(told, expected) == []
    elif name in SHAPE_ONLY:
        assert _shape(response.json()) == _shape(expected)
        assert _names(response.json()) == _names(expected)
    else:
        assert _comparable(response.json()) == _comparable(expected)


def test_every_recording_is_replayed_or_named() -> None:
    if not NAMES:
        pytest.skip(f"the recordings are missing: {FOLDER} (set HERITAGE_SHARED_DATA)")
    assert set(NOT_COVERED) <= set(NAMES)
    assert set(SETUP) <= set(NAMES) - set(NOT_COVERED)
