"""Both versions of the protocol over HTTP: what they answer, and that bad input gets a sentence."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from heritage.errors import StoreDamaged
from heritage.ports.reconciliation import Query
from heritage.web.recon.asking import LARGEST
from heritage.web.recon.standalone import create_app as standalone
from heritage.web.services import ReconServices
from heritage.wiring.reconciliation import HeldReconciliation
from recon_examples import VERSION, held, index_service, plugin

OLD, NEW = "/reconcile/0.2", "/reconcile/1.0"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SECRET = "Hidden Chapel of the Shrew"
CHURCH = {"query": "Church of St Mary", "properties": [{"pid": "P1216", "v": "1093011"}]}
CHURCH_10 = {
    "conditions": [
        {"matchType": "name", "propertyValue": "Church of St Mary"},
        {"matchType": "property", "propertyId": "P1216", "propertyValue": "1093011"},
    ]
}


@pytest.fixture(scope="module", params=["alone", "in the plugin"])
def client(request: pytest.FixtureRequest) -> Iterator[TestClient]:
    app = standalone(ReconServices(held(), 50)) if request.param == "alone" else plugin()
    with TestClient(app, base_url="http://here.example", raise_server_exceptions=False) as client:
        yield client


def old(client: TestClient, queries: Any, **more: Any) -> Any:
    return client.post(OLD, data={"queries": json.dumps(queries)}, **more)


def new(client: TestClient, content: Any, **more: Any) -> Any:
    return client.post(f"{NEW}/match", json=content, **more)


def sentence(answer: Any) -> str:
    told = answer.json()
    assert set(told) == {"error"}
    assert told["error"].endswith(".")
    assert "Traceback" not in told["error"]
    return str(told["error"])


def test_openrefine_finds_an_item_with_its_form(client: TestClient) -> None:
    answer = old(client, {"q0": CHURCH, "q1": {"query": "Dunmere Castle", "limit": 2}})
    assert answer.status_code == 200
    found = answer.json()
    assert list(found) == ["q0", "q1"]
    best = found["q0"]["result"][0]
    assert (best["id"], best["match"]) == ("Q2001", True)
    assert best["type"] == [{"id": "Q16970", "name": "church"}]
    assert best["description"].startswith("church in Upper Wallop")
    assert len(found["q1"]["result"]) == 2
    by_get = client.get(OLD, params={"queries": json.dumps({"q0": CHURCH})})
    assert by_get.json() == {"q0": found["q0"]}


def test_the_draft_of_1_0_finds_the_same(client: TestClient) -> None:
    [answer] = new(client, {"queries": [CHURCH_10]}).json()["results"]
    best = answer["candidates"][0]
    assert (best["id"], best["match"], best["lang"], best["dir"]) == ("Q2001", True, "en", "ltr")
    assert all(set(part) == {"id", "name", "value"} for part in best["features"])
    before = old(client, {"q0": CHURCH}).json()["q0"]["result"][0]
    assert before["score"] == best["score"]


def test_the_client_chooses_the_language(client: TestClient) -> None:
    asked = {"Accept-Language": "ar, en;q=0.8"}
    named = [
        new(client, {"queries": [CHURCH_10]}, headers=asked).json()["results"][0]["candidates"][0],
        new(client, {"queries": [CHURCH_10 | {"lang": "ar"}]}).json()["results"][0]["candidates"][0],
    ]
    assert {(one["name"], one["lang"], one["dir"]) for one in named} == {("كنيسة القديسة مريم", "ar", "rtl")}


def test_both_manifests_name_addresses_that_answer(client: TestClient) -> None:
    manifest = client.get(OLD).json()
    assert manifest == client.get(f"{OLD}/").json()
    assert manifest["versions"] == ["0.2"]
    assert VERSION in manifest["serviceVersion"]
    for kind, one in {"entity": "Q2001", "property": "P31", "type": "Q16970"}.items():
        service = manifest["suggest"][kind]
        found = client.get(service["service_url"] + service["service_path"], params={"prefix": one}).json()
        assert [thing["id"] for thing in found["result"]] == [one]
        flyout = service["flyout_service_url"] + service["flyout_service_path"].replace("${id}", one)
        assert one in client.get(flyout).json()["html"]
    preview = client.get(manifest["preview"]["url"].replace("{{id}}", "Q2001"))
    assert "Upper Wallop" in preview.text
    propose = manifest["extend"]["propose_properties"]
    found = client.get(
        propose["service_url"] + propose["service_path"], params={"type": "Q16970", "limit": 3}
    )
    assert len(found.json()["properties"]) == 3
    assert client.get(manifest["documentation"]).status_code == 200
    assert client.get(NEW).json()["versions"] == ["1.0-draft"]


def test_the_manifest_of_the_plugin_says_how_to_log_in() -> None:
    with TestClient(plugin()) as client:
        assert all(client.get(path).json()["authentication"]["in"] == "header" for path in (OLD, NEW))
    with TestClient(standalone(ReconServices(held(), 50))) as client:
        assert "authentication" not in client.get(OLD).json()


def test_data_extension(client: TestClient) -> None:
    asked = {"ids": ["Q2001", "Q404"], "properties": [{"id": "P31"}, {"id": "P1216"}, {"id": "P625"}]}
    told = client.post(OLD, data={"extend": json.dumps(asked)}).json()
    assert told["meta"][0] == {"id": "P31", "name": "class (instance of)"}
    assert told["rows"]["Q2001"]["P31"] == [{"id": "Q16970", "name": "church"}]
    assert told["rows"]["Q2001"]["P1216"] == [{"str": "1093011"}]
    assert told["rows"]["Q404"] == {"P31": [], "P1216": [], "P625": []}
    assert client.get(OLD, params={"extend": json.dumps(asked)}).json() == told
    rows = client.post(f"{NEW}/extend", json=asked).json()["rows"]
    assert rows[0]["properties"][1] == {"id": "P1216", "values": [{"str": "1093011"}]}


@pytest.mark.parametrize("path", [OLD, f"{OLD}/suggest/entity?prefix=q", f"{OLD}/flyout/type?id=Q16970"])
def test_older_clients_get_a_call_of_their_function(client: TestClient, path: str) -> None:
    join = "&" if "?" in path else "?"
    answer = client.get(f"{path}{join}callback=jQuery123.cb")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert re.fullmatch(r"/\*\*/jQuery123\.cb\(\{.*\}\);", answer.text)
    for bad in ("alert(1)", "a b", "x" * 101, "</script>", "1a", "a..b"):
        refused = client.get(f"{path}{join}{urlencode({'callback': bad})}")
        assert refused.status_code == 400
        assert "name of a function" in sentence(refused)
    assert "callback" not in client.get(NEW, params={"callback": "cb"}).text, "1.0 has none"


BAD_QUERIES = [
    "",
    "{",
    "[]",
    "3",
    "[" * 100_000,
    '{"q0": 1}',
    '{"q0": {}}',
    '{"q0": {"query": 3}}',
    '{"q0": {"query": "x", "limit": 0}}',
    '{"q0": {"query": "x", "limit": -1}}',
    '{"q0": {"query": "x", "limit": NaN}}',
    '{"q0": {"query": "x", "type_strict": "maybe"}}',
    '{"q0": {"query": "x", "props": []}}',
    '{"q0": {"query": "x", "properties": [{"pid": "P31"}]}}',
    '{"q0": {"query": "x", "properties": [{"pid": "P31", "v": null}]}}',
    '{"q0": {"query": "x", "properties": [{"pid": "P31", "v": {"name": "x"}}]}}',
    '{"q0": {"query": "x", "properties": {}}}',
    json.dumps({"k" * 300: {"query": "x"}}),
]


@pytest.mark.parametrize("queries", BAD_QUERIES, ids=lambda text: text[:30])
def test_bad_queries_of_0_2_get_a_sentence(client: TestClient, queries: str) -> None:
    answer = client.post(OLD, data={"queries": queries})
    assert answer.status_code == 400
    sentence(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"queries": {}}',
        b'{"queries": [3]}',
        b'{"queries": [{}]}',
        b'{"queries": [{"conditions": []}]}',
        b'{"queries": [{"conditions": [{"propertyValue": "x"}]}]}',
        b'{"queries": [{"conditions": [{"matchType": "property", "propertyValue": "x"}]}]}',
        b'{"queries": [{"conditions": [{"matchType": "id", "propertyValue": "", "matchQuantifier": 1}]}]}',
        b'{"queries": [{"conditions": [{"matchType": "name", "propertyValue": "x"}], "type": ["a"]}]}',
        b'{"queries": [{"conditions": [{"matchType": "name", "propertyValue": "x"}], "limit": 0}]}',
        b"[" * 100_000,
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_bad_queries_of_1_0_get_a_sentence(client: TestClient, body: bytes) -> None:
    answer = client.post(f"{NEW}/match", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    sentence(answer)


def test_a_sentence_names_the_place() -> None:
    with TestClient(standalone(ReconServices(held(), 50))) as client:
        answer = old(client, {"q7": {"query": "x", "props": []}})
        assert sentence(answer) == "queries.q7: props: is not known here."


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"url": OLD, "content": b"queries={}", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"url": OLD, "files": {"queries": b"{}"}}, 415),
        ({"url": OLD, "data": {"other": "x"}}, 400),
        ({"url": OLD, "data": {str(k): "x" for k in range(50)}}, 400),
        ({"url": OLD, "content": b"queries=%FF%FE", "headers": FORM}, 400),
        ({"url": OLD, "data": {"extend": "{"}}, 400),
        ({"url": OLD, "data": {"extend": '{"ids": ["Q1"]}'}}, 400),
        ({"url": OLD, "data": {"extend": json.dumps({"ids": ["Q" * 200], "properties": []})}}, 400),
        ({"url": f"{NEW}/match", "data": {"queries": "{}"}}, 415),
        ({"url": f"{NEW}/extend", "json": {"ids": "Q1", "properties": []}}, 400),
        ({"url": f"{NEW}/extend", "json": {"ids": ["Q1"] * 1001, "properties": []}}, 413),
    ],
)  # fmt: skip
def test_what_is_no_request_of_the_protocol_gets_a_sentence(
    client: TestClient, sent: dict[str, Any], status: int
) -> None:
    answer = client.post(**sent)
    assert answer.status_code == status
    sentence(answer)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{OLD}/suggest/entity?prefix={'x' * 301}", 400),
        (f"{OLD}/suggest/entity?prefix=x&cursor=-1", 400),
        (f"{NEW}/suggest/entity?prefix=x&offset=many", 400),
        (f"{NEW}/suggest/type?prefix=x&limit=%D9%A3", 400),
        (f"{OLD}/preview?id=Q1", 404),
        (f"{OLD}/preview", 404),
        (f"{NEW}/preview?id=<script>", 404),
        (f"{OLD}/flyout/entity?id=Q1", 404),
        (f"{OLD}/flyout/nothing?id=Q1", 404),
    ],
)
def test_what_is_not_there_gets_a_sentence(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "script" not in sentence(answer)


def test_too_much_at_once_is_413(client: TestClient) -> None:
    many = {f"q{k}": {"query": "x"} for k in range(51)}
    assert "at most 50" in sentence(old(client, many))
    assert old(client, many).status_code == 413
    assert new(client, {"queries": [CHURCH_10] * 51}).status_code == 413
    large = client.post(OLD, data={"queries": "x" * (LARGEST + 1)})
    assert (large.status_code, "larger than" in sentence(large)) == (413, True)

    def parts() -> Iterator[bytes]:
        for _ in range(LARGEST // 100_000 + 1):
            yield b"x" * 100_000

    headers = {"Content-Type": "application/json"}
    assert client.post(f"{NEW}/match", content=parts(), headers=headers).status_code == 413


@pytest.mark.parametrize(
    "text", ["\ud800", "x" * 100_000, "\u0000\u202e", "🏰" * 1000, "<script>alert(1)</script>"]
)
def test_odd_text_is_answered(client: TestClient, text: str) -> None:
    for condition in ("P31", "P625", "P571", "P1216", text):
        query = {
            "query": text,
            "type": text,
            "properties": [{"pid": condition, "v": [text, 1e308, 10**400, True]}],
        }
        answer = old(client, {"q0": query})
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_pages_escape_the_index(client: TestClient) -> None:
    for path in (f"{OLD}/preview?id=Q2004", f"{NEW}/preview?id=Q2004"):
        page = client.get(path)
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors *" in page.headers["content-security-policy"]
        assert "<script" not in page.text
        assert "<img" not in page.text
    flyout = client.get(f"{OLD}/flyout/entity?id=Q2004").json()["html"]
    assert not re.search(r"<(?!/?(p|strong|span)>)", flyout)


ASKED = [
    ("GET", OLD),
    ("POST", OLD),
    ("GET", f"{OLD}/suggest/entity"),
    ("GET", f"{OLD}/flyout/entity"),
    ("GET", f"{OLD}/preview"),
    ("GET", f"{OLD}/extend/propose"),
    ("GET", NEW),
    ("POST", f"{NEW}/match"),
    ("POST", f"{NEW}/extend"),
    ("GET", f"{NEW}/suggest/type"),
    ("GET", f"{NEW}/extend/propose"),
    ("GET", f"{NEW}/nothing"),
]


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_every_endpoint_is_open_to_other_origins_also_when_it_refuses(
    client: TestClient, method: str, path: str
) -> None:
    answer = client.request(method, path, headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_a_stranger_gets_nothing_from_the_plugin_but_may_ask_whether_to_ask() -> None:
    client = TestClient(plugin(person=None))
    asking = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    for method, path in ASKED[:-1]:
        answer = client.request(method, path, headers={"Origin": "https://elsewhere.example"})
        assert answer.status_code == 401
        assert sentence(answer) == "Log in to Airflow first."
        assert answer.headers["access-control-allow-origin"] == "*"
        assert client.options(path, headers=asking).status_code == 200
    assert client.get("/priorities", headers=asking).headers.get("access-control-allow-origin") is None


def test_every_route_of_the_service_is_tested_here() -> None:
    routes = [r.path for r in standalone(ReconServices(held(), 50)).routes if isinstance(r, APIRoute)]
    assert len([path for path in routes if path.startswith(f"{NEW}/") or path == NEW]) == 9


def test_what_is_asked_is_not_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when all goes well nor when it fails; and servers that log addresses see none of it."""

    class Broken(HeldReconciliation):
        def match(self, queries: Any) -> Any:
            raise RuntimeError(f"cannot find {queries[0].names[0]}")

    # other tools configure logging in tests before, and switch off whatever was there
    monkeypatch.setattr(logging.getLogger("heritage.web.recon.asking"), "disabled", False)
    caplog.set_level(logging.DEBUG, logger="heritage")
    for service in (held(), Broken(index_service, lambda: VERSION, 30)):
        app = standalone(ReconServices(service, 50))
        addresses: list[bytes] = []

        async def logging_server(scope: Any, receive: Any, send: Any, app: Any = app) -> None:
            await app(scope, receive, send)
            addresses.append(scope["query_string"])  # noqa: B023 - it is called in this turn

        client = TestClient(logging_server, raise_server_exceptions=False)
        by_get = client.get(OLD, params={"queries": json.dumps({"q0": {"query": SECRET}})})
        answers = [
            by_get,
            old(client, {"q0": {"query": SECRET}}),
            old(client, {"q0": {"query": SECRET, "x": SECRET}}),
        ]
        answers.append(client.get(f"{OLD}/suggest/entity", params={"prefix": SECRET}))
        assert addresses == [b""] * len(answers)
        assert all(SECRET not in answer.text for answer in answers)
    assert SECRET not in caplog.text
    assert "RuntimeError" in caplog.text
    assert by_get.status_code == 500


def test_a_busy_service_says_when_to_come_back() -> None:
    client = TestClient(standalone(ReconServices(held(limit_s=1e-9), 50)))
    answer = old(client, {"q0": CHURCH})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    sentence(answer)


def test_without_an_index_it_says_so() -> None:
    def load() -> Any:
        raise StoreDamaged("there is no index of items in /some/where: run `heritage index DUMP`")

    client = TestClient(standalone(ReconServices(HeldReconciliation(load, str, 30), 50)))
    for path in (OLD, NEW):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "/some/where" not in sentence(answer)


def test_below_an_address_of_its_own_the_manifest_names_that() -> None:
    outer = FastAPI()
    outer.mount("/heritage", plugin())
    client = TestClient(outer, base_url="https://airflow.example")
    manifest = client.get(f"/heritage{OLD}").json()
    assert manifest["suggest"]["entity"]["service_url"] == "https://airflow.example/heritage/reconcile/0.2"
    page = client.get("/heritage/reconcile").text
    assert "https://airflow.example/heritage/reconcile/0.2" in page
    assert "OpenRefine cannot do that" in page


def test_a_query_asks_for_what_its_version_says() -> None:
    asked: list[Query] = []

    class Noting(HeldReconciliation):
        def match(self, queries: Any) -> Any:
            asked.extend(queries)
            return [[] for _ in queries]

    client = TestClient(standalone(ReconServices(Noting(index_service, lambda: VERSION, 30), 50)))
    entity = {"id": "Q145", "name": "United Kingdom"}
    full = {"query": " x ", "type": ["Q1", "Q2"], "type_strict": "all", "limit": 500.0}
    old(client, {"a": full | {"properties": [{"pid": "P17", "v": [entity, 7]}]}})
    conditions = [
        {"matchType": "name", "propertyValue": ["x", "y"]},
        {"matchType": "name", "propertyValue": "z", "matchQuantifier": "none"},
        {"matchType": "id", "propertyValue": "Q1", "required": True},
        {"matchType": "property", "propertyId": "P17", "propertyValue": entity, "required": True},
    ]
    new(client, {"queries": [{"conditions": conditions, "type": "Q1", "lang": "de"}]})
    first, second = asked
    assert (first.names, first.types, first.strict, first.all_types) == (("x",), ("Q1", "Q2"), True, True)
    assert (first.limit, first.conditions[0].values) == (50, ("Q145", "7"))
    assert (second.names, second.not_names, second.ids, second.only_ids) == (
        ("x", "y"),
        ("z",),
        ("Q1",),
        True,
    )
    assert (second.conditions[0].required, second.lang, second.types) == (True, "de", ("Q1",))
