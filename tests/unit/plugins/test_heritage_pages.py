"""The pages inside a real Airflow: in its navigation, behind its login, and a vote only from a seat."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi.routing import APIRoute

from airflow_server import Server
from heritage.model.governance import Criteria, Proposal, Ranked, Rehearsal, Scope
from heritage.ports.decisions import DecisionStore
from heritage.web.app import create_app
from heritage.web.bound import services
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store

PAGES = {
    "Priorities": "priorities",
    "Reviews": "reviews",
    "Risk": "risk",
    "Datasets": "datasets",
    "Uploads": "uploads",
    "Health": "health",
}
FOR_ENGINEERS = {"health"}


@pytest.fixture(scope="module")
def votes(airflow_server: Server) -> DecisionStore:
    """The decisions of the server's installation, with an open round on one proposal."""
    rehearsal = Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1)
    proposal = Proposal(
        *(
            "p1",
            "se_demo",
            "s1",
            "Names of the towers",
            "names",
            Scope.ALL,
            "content",
            "edits",
            rehearsal,
            (),
        ),
        *(Criteria(0, 0, 0, 0), 1.0),
    )
    store = decision_store(Settings(database_url=airflow_server.env["HERITAGE_DATABASE_URL"]))
    now = datetime.now(UTC)
    ranked = Ranked(proposal, 1, 0.5, {}, 0.9, "robust in")
    store.open_round("r1", [ranked], ("Ada", "Bo", "Chidi", "Dana"), now, now + timedelta(days=7))
    return store


def routes() -> list[tuple[str, str]]:
    """Every method and path of the app that the plugin mounts."""
    app = create_app(services(Settings()), lambda: None, "any")
    found = [route for route in app.routes if isinstance(route, APIRoute)]
    return [(method, route.path) for route in found for method in sorted(route.methods)]


@pytest.mark.parametrize(("forged", "status"), [(None, 401), ("Bearer forged", 403)])
def test_no_route_answers_a_stranger(airflow_server: Server, forged: str | None, status: int) -> None:
    with airflow_server.client() as stranger:
        headers = {"Authorization": forged} if forged else {}
        answers = {
            (method, path): stranger.request(method, f"/heritage{path}", headers=headers).status_code
            for method, path in routes()
        }
    assert answers == dict.fromkeys(routes(), status)
    assert ("POST", "/priorities/rounds/{round_id}/votes") in answers


def test_the_pages_are_in_the_navigation(airflow_server: Server) -> None:
    with airflow_server.client("Root") as root:
        plugins = root.get("/api/v2/plugins").raise_for_status().json()["plugins"]
        errors = root.get("/api/v2/plugins/importErrors").raise_for_status().json()
    [ours] = [plugin for plugin in plugins if plugin["name"] == "heritage_pages"]
    assert ours["fastapi_apps"][0]["url_prefix"] == "/heritage"
    views = {view["name"]: view for view in ours["external_views"]}
    assert {name: view["url_route"] for name, view in views.items()} == PAGES
    assert {view["destination"] for view in views.values()} == {"nav"}
    assert errors["total_entries"] == 0


@pytest.mark.parametrize("user", ["Ada", "Root"])
def test_whoever_is_logged_in_sees_the_pages(airflow_server: Server, votes: DecisionStore, user: str) -> None:
    with airflow_server.client(user) as person:
        hidden = FOR_ENGINEERS if user == "Ada" else set()
        for view in hidden:
            assert person.get(f"/heritage/{view}").status_code == 403
        for view in set(PAGES.values()) - hidden:
            answer = person.get(f"/heritage/{view}")
            assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
            assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "Demo register" in person.get("/heritage/datasets").text
        assert person.get("/heritage/assets/pages.css").headers["content-type"].startswith("text/css")
        assert person.get("/heritage/report").status_code == 404
        assert "KEPT" in person.get("/heritage/reviews/worker.js").text


def test_the_cookie_of_the_airflow_ui_opens_the_pages(airflow_server: Server, votes: DecisionStore) -> None:
    with airflow_server.client("Ada") as person:
        token = person.headers["Authorization"].removeprefix("Bearer ")
    with airflow_server.client() as browser:
        browser.cookies.set("_token", token)
        assert browser.get("/heritage/priorities").status_code == 200


def token_on_page(person: httpx.Client) -> str:
    page = person.get("/heritage/priorities/reading").raise_for_status().text
    return page.partition('name="token" value="')[2].partition('"')[0]


def vote(
    person: httpx.Client, answer: str = "for", token: str | None = None, **headers: str
) -> httpx.Response:
    form = {"proposal_1": "p1", "answer_1": answer, "reason_1": "because"}
    return person.post(
        "/heritage/priorities/rounds/r1/votes",
        data=form | {"token": token_on_page(person) if token is None else token},
        headers=headers,
    )


def test_a_member_votes_on_the_page(airflow_server: Server, votes: DecisionStore) -> None:
    with airflow_server.client("Ada") as ada:
        answer = vote(ada, "against")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "../../../priorities/rounds/r1?done=voted",
        )
        assert vote(ada, "for", token="").status_code == 403
        forged = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
        assert vote(ada, "for", **forged).status_code == 403
    assert [(one.member, one.answer, one.reason) for one in votes.votes("r1")] == [
        ("Ada", "against", "because")
    ]


def test_an_administrator_without_a_seat_does_not_vote(airflow_server: Server, votes: DecisionStore) -> None:
    with airflow_server.client("Root") as root, airflow_server.client("Ada") as ada:
        page = root.get("/heritage/priorities/rounds/r1").text
        assert "Names of the towers" in page
        assert "<form" not in page
        assert vote(root).status_code == 403
        assert vote(root, token=token_on_page(ada)).status_code == 403
        assert (
            root.post("/heritage/priorities/rounds", data={"token": token_on_page(root)}).status_code == 403
        )
    assert "Root" not in {one.member for one in votes.votes("r1")}


def test_only_the_roles_op_and_admin_of_airflow_order_about_uploads(airflow_server: Server) -> None:
    figures = {
        "edits_per_week": "4200", "hours_per_week": "12", "reserve_hours": "1", "open_requests": "2",
        "mean_hours": "3",
    }  # fmt: skip
    with airflow_server.client("Root") as root, airflow_server.client("Ada") as ada:
        page = root.get("/heritage/uploads/capacity").raise_for_status().text
        token = page.partition('name="token" value="')[2].partition('"')[0]
        assert token
        assert "You can read along" in ada.get("/heritage/uploads/capacity").raise_for_status().text
        for path, form in (("capacity", figures), ("0f3a9c21b7d4/orders", {"action": "undo", "reason": "x"})):
            assert ada.post(f"/heritage/uploads/{path}", data=form | {"token": token}).status_code == 403
            assert root.post(f"/heritage/uploads/{path}", data=form).status_code == 403, "no token"
        unknown = {"action": "undo", "reason": "x", "token": token}
        assert root.post("/heritage/uploads/0f3a9c21b7d4/orders", data=unknown).status_code == 404
        kept = root.post("/heritage/uploads/capacity", data=figures | {"token": token})
        assert (kept.status_code, kept.headers["location"]) == (303, "../uploads")
        assert "4,200 edits" in ada.get("/heritage/uploads").text


def test_what_the_reconciliation_service_is_asked_stays_out_of_the_log(airflow_server: Server) -> None:
    """Airflow logs addresses, and a name may stand in one."""
    with airflow_server.client("Ada") as ada:
        ada.get("/heritage/datasets", params={"seen": "in the log"})
        query = {"queries": '{"q0": {"query": "Hidden Chapel of the Shrew"}}'}
        assert ada.get("/heritage/reconcile/0.2", params=query).status_code == 503, "there is no index here"
        ada.get("/heritage/reconcile/0.2/suggest/entity", params={"prefix": "Hidden Chapel of the Shrew"})
    log = airflow_server.said()
    assert "seen=in" in log
    assert "/heritage/reconcile/0.2/suggest/entity" in log
    assert "Shrew" not in log
