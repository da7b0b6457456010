"""What the sandbox promises, in our own words: these tests need no recordings."""

import doctest
import importlib
import json
import pkgutil
import socket
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sandbox_harness import Client, Json, label, statement, wiki_in

import wikibase_sandbox
from wikibase_sandbox import editing
from wikibase_sandbox.control import parse_fault
from wikibase_sandbox.errors import ApiError
from wikibase_sandbox.params import Params
from wikibase_sandbox.seed import seed
from wikibase_sandbox.session import Session
from wikibase_sandbox.testing import BOT, running, running_process
from wikibase_sandbox.wiki import Call, Wiki

GUID = "Q5$11111111-2222-3333-4444-555555555555"


@pytest.fixture
def wiki(tmp_path: Path) -> Iterator[Wiki]:
    with wiki_in(tmp_path) as opened:
        yield opened


@pytest.fixture
def bot(wiki: Wiki) -> Client:
    return Client(wiki).log_in("WbBot")


def revision(bot: Client, entity_id: str = "Q5") -> int:
    found = bot.call(action="wbgetentities", ids=entity_id, props="info")
    return int(found["entities"][entity_id]["lastrevid"])


def described(text: str, about: str) -> Json:
    return label(text) | {"descriptions": {"en": {"language": "en", "value": about}}}


def values_of(entity: Json, property_id: str) -> list[Any]:
    return [claim["mainsnak"]["datavalue"]["value"] for claim in entity["claims"].get(property_id, [])]


# Values: what is stored unlike it was sent, what is refused, what passes although it is odd.


def day(time: str, precision: int = 11) -> Json:
    return {"time": time, "precision": precision, "calendarmodel": "http://www.wikidata.org/entity/Q1985727"}


def point(**more: Any) -> Json:
    return {"latitude": 52.5, "longitude": 13, "precision": 0.001} | more


@pytest.mark.parametrize(
    ("property_id", "kind", "sent", "stored"),
    [
        ("P217", "string", "e\u0301", "é"),
        ("P571", "time", day("+00000001898-05-01T00:00:00Z"), "+1898-05-01T00:00:00Z"),
        ("P571", "time", day("-50-00-00T00:00:00Z", 9), "-0050-00-00T00:00:00Z"),
        ("P571", "time", day("+1898-02-30T00:00:00Z"), "+1898-02-30T00:00:00Z"),
        ("P571", "time", day("+0000-00-00T00:00:00Z", 9), "+0000-00-00T00:00:00Z"),
        ("P2044", "quantity", {"amount": "1.50", "unit": "1"}, "+1.50"),
        ("P2044", "quantity", {"amount": "+1", "unit": "http://www.wikidata.org/entity/Q77777777"}, "+1"),
        ("P625", "globecoordinate", point(), "http://www.wikidata.org/entity/Q2"),
        ("P625", "globecoordinate", point(latitude=99.5, precision=0, longitude=-360), None),
        ("P31", "wikibase-entityid", {"id": "Q5"}, 5),
    ],
)
def test_value_is_stored(bot: Client, property_id: str, kind: str, sent: Any, stored: Any) -> None:
    answer = bot.edit({"claims": [statement(property_id, sent, kind)]}, id="Q2")
    value = values_of(answer["entity"], property_id)[0]
    shown = value if isinstance(value, str) else [*value.values(), None]
    assert stored in shown


@pytest.mark.parametrize(
    ("property_id", "kind", "sent", "validator"),
    [
        ("P217", "string", "x" * 401, "too-long"),
        ("P217", "string", "", "too-short"),
        ("P217", "string", " x", "illegal-string-chars"),
        ("P217", "string", "a\tb", "illegal-string-chars"),
        ("P217", "quantity", {"amount": "+1", "unit": "1"}, "bad-value-type"),
        ("P1448", "monolingualtext", {"text": "x ", "language": "de"}, "illegal-string-chars"),
        ("P1448", "monolingualtext", {"text": "x", "language": "und"}, "not-a-language"),
        ("P1448", "monolingualtext", {"text": "x", "language": "DE"}, "not-a-language"),
        ("P571", "time", day("+1898-05-00T00:00:00Z"), "malformed-value"),
        ("P571", "time", day("+1898-05-01T10:00:00Z"), "malformed-value"),
        ("P571", "time", day("+1898-05-01T00:00:00Z", 14), "too-high"),
        ("P625", "globecoordinate", point(precision=None), "missing-field"),
        ("P2044", "quantity", {"amount": "+1e3", "unit": "1"}, "bad-value"),
        ("P2044", "quantity", {"amount": "+007", "unit": "1"}, "bad-value"),
        ("P2044", "quantity", {"amount": "+1", "unit": "metre"}, "not-allowed"),
        ("P856", "string", "https://x.example/a b", "bad-url"),
        ("P856", "string", "x.example", "url-scheme-missing"),
        ("P31", "wikibase-entityid", {"id": "Q404"}, "no-such-entity"),
        ("P31", "wikibase-entityid", {"id": "P31"}, "bad-entity-type"),
        ("P404", "string", "x", "no-such-property"),
    ],
)
def test_value_is_refused(bot: Client, property_id: str, kind: str, sent: Any, validator: str) -> None:
    error = bot.edit({"claims": [statement(property_id, sent, kind)]}, id="Q2")["error"]
    assert error["code"] == "modification-failed"
    assert error["messages"][0]["name"] == f"wikibase-validator-{validator}"


def test_seeded_values_are_not_validated_again(wiki: Wiki, bot: Client) -> None:
    odd = statement("P217", " odd ", id="Q70$11111111-2222-3333-4444-555555555555")
    seed(wiki.store, {"entities": [{"id": "Q70", "claims": {"P217": [odd]}}]})
    assert bot.edit(label("still editable"), id="Q70")["success"] == 1


# Editing.


def test_client_chosen_id_makes_adding_repeatable(bot: Client) -> None:
    data = {"claims": [statement("P217", "1", id=GUID)]}
    first = bot.edit(data, id="Q5")["entity"]
    again = bot.edit(data, id="Q5")["entity"]
    assert again["nochange"] is True
    assert again["lastrevid"] == first["lastrevid"]
    without_id = {"claims": [statement("P217", "1")]}
    assert values_of(bot.edit(without_id, id="Q5")["entity"], "P217") == ["1", "1"]


def test_reference_is_added_to_an_existing_statement(bot: Client) -> None:
    claim = statement("P217", "1", id=GUID)
    bot.edit({"claims": [claim]}, id="Q5")
    snak = statement("P854", "https://x.example")["mainsnak"]
    answer = bot.edit({"claims": [claim | {"references": [{"snaks": {"P854": [snak]}}]}]}, id="Q5")
    [stored] = answer["entity"]["claims"]["P217"]
    assert stored["id"] == GUID
    assert [list(reference["snaks"]) for reference in stored["references"]] == [["P854"]]


def test_statement_is_removed(bot: Client) -> None:
    bot.edit({"claims": [statement("P217", "1", id=GUID)]}, id="Q5")
    removed = bot.edit({"claims": [{"id": GUID, "remove": ""}]}, id="Q5")
    assert removed["entity"]["claims"] == {}
    again = bot.edit({"claims": [{"id": GUID, "remove": ""}]}, id="Q5")
    assert again["error"]["code"] == "modification-failed"


def test_property_of_a_statement_is_fixed(bot: Client) -> None:
    bot.edit({"claims": [statement("P217", "1", id=GUID)]}, id="Q5")
    error = bot.edit({"claims": [statement("P214", "1", id=GUID)]}, id="Q5")["error"]
    assert error["code"] == "modification-failed"


def test_clear_starts_from_nothing(bot: Client) -> None:
    bot.edit(label("Mensch", "de"), id="Q5")
    answer = bot.edit(label("human"), id="Q5", clear=1)
    assert answer["entity"]["labels"] == {"en": {"language": "en", "value": "human"}}


def test_answer_of_a_merged_edit_is_not_what_was_saved(bot: Client) -> None:
    base = revision(bot)
    bot.edit(label("person"), id="Q5")
    answer = bot.edit(label("Mensch", "de"), id="Q5", baserevid=base)
    stored = bot.call(action="wbgetentities", ids="Q5")["entities"]["Q5"]
    assert answer["warnings"]["wbeditentity"]["messages"][0]["name"] == "wikibase-conflict-patched"
    assert answer["entity"]["labels"]["en"]["value"] == "human"
    assert stored["labels"]["en"]["value"] == "person"
    assert stored["labels"]["de"]["value"] == "Mensch"
    assert stored["lastrevid"] == answer["entity"]["lastrevid"]


def test_write_between_reading_and_saving_is_a_conflict(wiki: Wiki, bot: Client) -> None:
    """The race of two writers, made certain: the other one writes while the change is computed."""
    call = Call(wiki, Params({"action": "wbeditentity"}), Session("", "", None), "")
    page = wiki.store.entity_page("Q5")
    assert page is not None

    def change(old: Json) -> Json:
        bot.edit(label("faster", "de"), id="Q5")
        return deepcopy(old) | {"labels": label("slower")["labels"]}

    with pytest.raises(ApiError) as caught:
        editing.modify(call, page, change, "")
    assert caught.value.codes == ("failed-save", "editconflict")


def test_equal_label_and_description_names_the_other_item(bot: Client) -> None:
    first = bot.edit(described("Chapel", "a chapel"), new="item")["entity"]["id"]
    assert "entity" in bot.edit(label("Chapel"), new="item")
    message = bot.edit(described("Chapel", "a chapel"), new="item")["error"]["messages"][0]
    assert message["name"] == "wikibase-validator-label-with-description-conflict"
    assert message["parameters"][2] == f"[[{first}|{first}]]"


def test_summary_is_cut_and_tags_must_exist(wiki: Wiki, bot: Client) -> None:
    bot.edit(label("a"), id="Q5", summary="s" * 400)
    assert bot.edit(label("b"), id="Q5", tags="batch")["error"]["code"] == "badtags"
    seed(wiki.store, {"tags": ["batch"]})
    bot.edit(label("b"), id="Q5", tags="batch")
    found = bot.call(action="query", prop="revisions", titles="Q5", rvprop="comment|tags", rvlimit=5)
    newest, cut, _seeded = found["query"]["pages"][0]["revisions"]
    assert newest["tags"] == ["batch"]
    assert len(cut["comment"]) == 260


def test_numbers_already_seeded_are_passed_over(wiki: Wiki, bot: Client) -> None:
    seed(wiki.store, {"entities": [{"id": "Q9900001"}, {"id": "Q9900002", "deleted": True}]})
    assert bot.edit(label("new"), new="item")["entity"]["id"] == "Q9900003"


# Reading and finding.


def test_search_by_statement(wiki: Wiki, bot: Client) -> None:
    def found(query: str) -> list[str]:
        answer = bot.call(action="query", list="search", srsearch=query)
        return [hit["title"] for hit in answer["query"]["search"]]

    claims = [statement("P214", "AB 12"), statement("P31", {"id": "Q5"}, "wikibase-entityid")]
    item = bot.edit(label("Chapel") | {"claims": claims}, new="item")["entity"]["id"]
    assert found('"haswbstatement:P214=AB 12"') == [item]
    assert found('haswbstatement:"P214=AB 12"') == [item]
    assert found("haswbstatement:P214=AB") == []
    assert found("haswbstatement:P31=Q5|P214=none") == [item]
    assert found("haswbstatement:P31 -haswbstatement:P214") == []
    assert found("chapel haswbstatement:P31") == [item]
    wiki.faults.add(parse_fault({"kind": "search-lag"}, revision(bot, item)))
    late = bot.edit({"claims": claims}, new="item")["entity"]["id"]
    assert found("haswbstatement:P31=Q5") == [item]
    wiki.faults.clear()
    assert found("haswbstatement:P31=Q5") == [item, late]


def test_lists_are_continued(bot: Client) -> None:
    made = [bot.edit(label(f"item {number}"), new="item")["entity"]["id"] for number in range(5)]

    def all_of(key: str, **params: Any) -> list[str]:
        titles: list[str] = []
        going_on: Json = {}
        while True:
            answer = bot.call(action="query", **(params | going_on))
            titles += [row["title"] for row in answer["query"][key]]
            if "continue" not in answer:
                return titles
            going_on = answer["continue"]

    assert all_of("search", list="search", srsearch="item", srlimit=2) == made
    contributions = {"list": "usercontribs", "ucuser": "WbBot", "uclimit": 2}
    assert all_of("usercontribs", **contributions) == made[::-1]
    assert all_of("recentchanges", list="recentchanges", rclimit=2, rcdir="newer") == made


def test_version_1_says_true_by_an_empty_string(bot: Client) -> None:
    answer = bot.edit(label("human"), id="Q5", formatversion=1)
    assert answer["entity"]["nochange"] == ""
    pages = bot.call(action="query", titles="Q404", formatversion=1)["query"]["pages"]
    assert pages == {"-1": {"ns": 0, "title": "Q404", "missing": ""}}


# Repairing.


def test_undo_keeps_later_edits(bot: Client) -> None:
    bot.edit(label("wrong", "fr"), id="Q5")
    wrong = revision(bot)
    bot.edit(label("Mensch", "de"), id="Q5")
    answer = bot.call(action="edit", title="Q5", undo=wrong, token=bot.token)
    assert answer["edit"]["result"] == "Success"
    labels = bot.call(action="wbgetentities", ids="Q5")["entities"]["Q5"]["labels"]
    assert set(labels) == {"en", "de"}
    again = bot.call(action="edit", title="Q5", undo=wrong, token=bot.token)
    assert again["error"]["code"] == "undofailure"


def test_merged_item_is_a_redirect_with_everything_moved(bot: Client) -> None:
    one = bot.edit(label("Chapel") | {"claims": [statement("P217", "1")]}, new="item")["entity"]["id"]
    two = bot.edit(label("Church") | {"claims": [statement("P217", "1")]}, new="item")["entity"]["id"]
    bot.call(action="wbmergeitems", fromid=one, toid=two, token=bot.token)
    found = bot.call(action="wbgetentities", ids=one)["entities"][one]
    assert found["redirects"] == {"from": one, "to": two}
    assert found["aliases"]["en"][0]["value"] == "Chapel"
    assert values_of(found, "P217") == ["1"]
    assert bot.edit(label("x"), id=one)["error"]["code"] == "unresolved-redirect"


def test_stop_page(bot: Client) -> None:
    saved = bot.call(action="edit", title="User:WbBot/stop_page", text="run", token=bot.token)
    assert saved["edit"]["title"] == "User:WbBot/stop page"
    found = bot.call(
        action="query", prop="revisions", titles="User:WbBot/stop page", rvprop="content", rvslots="*"
    )
    assert found["query"]["pages"][0]["revisions"][0]["slots"]["main"]["content"] == "run"


# Pages for people.


def test_register_text_is_escaped(bot: Client) -> None:
    evil = "<script>alert(1)</script>"
    claims = [statement("P217", evil), statement("P856", 'https://x.example/"onmouseover="x')]
    item = bot.edit(label(evil) | {"claims": claims}, new="item", summary=evil)["entity"]["id"]
    for path in (f"/wiki/{item}", f"/wiki/Item:{item}", "/"):
        page = bot.request("GET", path)
        assert "Local sandbox: a test target. Nothing here is Wikidata." in page.text
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text
        assert '"onmouseover' not in page.text
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert bot.request("GET", "/wiki/Q404").status_code == 404


# The server and its control interface.


def test_unknown_fault_and_unknown_seed_are_errors(tmp_path: Path) -> None:
    with running(tmp_path / "wiki.sqlite") as sandbox:
        with pytest.raises(ValueError, match="unknown fault 'earthquake'"):
            sandbox.fault("earthquake")
        with httpx.Client(trust_env=False) as client:
            plain = client.post(f"{sandbox.base_url}/sandbox/faults", content='{"kind": "readonly"}')
            assert plain.status_code == 400
        with pytest.raises(ValueError, match=r"unknown keys \['items'\]"):
            sandbox.seed(items=[])


CREATION = {"action": "wbeditentity", "new": "item", "data": json.dumps(label("x")), "token": "+\\"}


@pytest.mark.parametrize(("fault", "saved"), [("lost-response", 1), ("lost-request", 0)])
def test_connection_breaks(tmp_path: Path, fault: str, saved: int) -> None:
    with running(tmp_path / "wiki.sqlite") as sandbox, httpx.Client(trust_env=False) as client:
        sandbox.fault(fault, after=1, match={"action": "wbeditentity"})
        assert client.post(sandbox.api_url, data=CREATION | {"format": "json"}).status_code == 200
        with pytest.raises(httpx.TransportError):
            client.post(sandbox.api_url, data=CREATION)
        assert len(sandbox.edits()) == 1 + saved


def test_answer_never_comes(tmp_path: Path) -> None:
    body = urlencode(CREATION).encode()
    head = (
        "POST /w/api.php HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.fault("timeout")
        with socket.create_connection(("127.0.0.1", sandbox.port), timeout=30) as connection:
            connection.sendall(head.encode() + body)
            saved = any(len(sandbox.edits()) == 1 for _attempt in range(2000))
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(1)
        assert saved


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux lists its listening sockets so")
def test_only_the_loopback_interface_answers(tmp_path: Path) -> None:
    with running_process(tmp_path / "wiki.sqlite") as (sandbox, _process):
        with httpx.Client(trust_env=False) as client:
            foreign = client.get(sandbox.base_url, headers={"Host": "wiki.example"})
        assert foreign.status_code == 400
        listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
        port = f"{sandbox.port:04X}"
        mine = [line.split()[1] for line in listening if line.split()[1].endswith(f":{port}")]
        assert {address.split(":")[0] for address in mine} == {"0100007F"}


def test_password_is_needed(tmp_path: Path) -> None:
    with running(tmp_path / "wiki.sqlite") as sandbox, httpx.Client(trust_env=False) as client:
        params = {"action": "query", "meta": "tokens", "type": "login", "format": "json"}
        token = client.post(sandbox.api_url, data=params).json()["query"]["tokens"]["logintoken"]
        params = {"action": "login", "lgname": BOT.name, "lgpassword": "", "lgtoken": token, "format": "json"}
        assert client.post(sandbox.api_url, data=params).json()["login"]["result"] == "Failed"


def test_examples_in_the_docstrings() -> None:
    names = [module.name for module in pkgutil.iter_modules(wikibase_sandbox.__path__)]
    results = [
        doctest.testmod(importlib.import_module(f"wikibase_sandbox.{name}"))
        for name in names
        if name != "__main__"
    ]
    assert sum(result.attempted for result in results) > 0
    assert sum(result.failed for result in results) == 0
