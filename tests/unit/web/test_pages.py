"""The pages through HTTP: who gets in, what they show, and that a vote arrives once and honestly."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from browsing import nothing
from heritage.errors import StoreRefused, StoreUnavailable
from heritage.model.edit import EditState
from heritage.model.governance import LicenceAnswer
from heritage.ports.decisions import Batch
from heritage.ports.overview import BatchRow, DatasetRow, Stopped
from heritage.spec.tier import Tier
from heritage.web.app import create_app
from heritage.web.services import RiskServices, Services
from report_examples import HOSTILE, hostile_report, report
from upload_examples import Uploads

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SECRET = "a secret of the tests"


@dataclass(frozen=True)
class Person:
    name: str
    role: str | None = "user"

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,) if self.role else ()


@dataclass
class House:
    """The pages over one round, and who is at the door."""

    person: Person | None
    report_html: str | None = "<!doctype html><title>Report</title>"
    rows: list[DatasetRow] = field(default_factory=list)
    batches: list[BatchRow] = field(default_factory=list)
    checks: dict[tuple[str, ...], str] = field(default_factory=dict)

    def app(self) -> FastAPI:
        services = Services(
            report=lambda: self.report_html,
            datasets=lambda: self.rows,
            batches=lambda: self.batches,
            checks_page=lambda *address: self.checks.get(address),
            risk=RiskServices(nothing, nothing, nothing, nothing),
            uploads=Uploads().services(),
        )
        return create_app(services, lambda: self.person, SECRET)


@pytest.fixture
def house() -> House:
    return House(Person("Amina"))


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with TestClient(house.app(), base_url="http://pages.example/") as client:
        yield client


def every_route(app: FastAPI) -> list[tuple[str, str]]:
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    assert len(routes) == len(app.routes), "a mount or a bare route escapes the dependency"
    return [(method, route.path) for route in routes for method in sorted(route.methods)]


@pytest.mark.parametrize(
    ("person", "status"),
    [(None, 401), (Person("Amina", role=None), 403), (Person("Amina", role=""), 403)],
)
def test_no_route_answers_a_stranger(house: House, person: Person | None, status: int) -> None:
    house.person = person
    app = house.app()
    client = TestClient(app)
    asked = every_route(app)
    for method, path in asked:
        answer = client.request(method, path)
        assert answer.status_code == status, f"{method} {path}"
        assert "World Heritage" not in answer.text
    assert ("POST", "/uploads/capacity") in asked


def test_the_datasets_page_shows_the_counts_and_why_rows_were_rejected(
    house: House, client: TestClient
) -> None:
    view = report().datasets[-1]
    row = DatasetRow(
        "world_whc",
        view.title,
        view.publisher,
        view.source,
        view.licence,
        view.licence_evidence,
        view.figures,
    )
    house.rows = [row, replace(row, dataset="xx_new", figures=None, problem="licence.id: unknown key")]
    page = client.get("/datasets").text
    for figure in ("118", "41", "59", "11", "48", "0f3a9c21b7d4e685", "3: Several rows carry this id."):
        assert figure in page
    assert "licence.id: unknown key" in page


def test_the_uploads_page_shows_the_journal(house: House, client: TestClient) -> None:
    counts = {EditState.CONFIRMED: 1234, EditState.SKIPPED: 2}
    house.batches = [
        BatchRow(Batch("b-7", "test.wikidata", (3, 4), NOW), counts, {"the item is protected": 2})
    ]
    page = client.get("/uploads").text
    for figure in ("b-7", "test.wikidata", "3, 4", "1,234", "2: the item is protected"):
        assert figure in page


def test_what_the_licence_stopped_is_told_with_the_reason_and_what_to_do(
    house: House, client: TestClient
) -> None:
    why = Stopped(
        *("xx_list", "A list", 12, ("names", "places"), LicenceAnswer.NEEDS_WAIVER),
        *("LicenseRef-own-terms: All rights. It ended on 2026-11-20.", (), ("Ask: `heritage x`.",), None),
    )
    house.batches = [
        BatchRow(Batch("", "", (7,), NOW), {EditState.PLANNED: 12}, {}, why),
        BatchRow(Batch("b-8", "test.wikidata", (8,), NOW), {EditState.CONFIRMED: 3}, {}),
    ]
    page = client.get("/uploads").text
    for told in (
        "twelve edits; nothing of it was sent",
        "needs the publisher&#39;s written permission",
        "about names and places",
        "own terms: All rights. It ended on 20 November 2026.",
        "<code>heritage x</code>",
        'href="#stopped-1">stopped by the licence</a>',
    ):
        assert told in page
    assert page.count('class="card stopped"') == 1


def test_the_report_may_not_run_or_load_anything(house: House, client: TestClient) -> None:
    answer = client.get("/report")
    assert answer.text == house.report_html
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    house.report_html = None
    assert client.get("/report").status_code == 404


def test_hostile_text_is_only_text(house: House) -> None:
    view = hostile_report().datasets[0]
    house.rows = [
        DatasetRow(
            "x_y", view.title, view.publisher, view.source, view.licence, view.licence_evidence, None, HOSTILE
        )
    ]
    stopped = Stopped(
        *(HOSTILE, HOSTILE, 1, (HOSTILE,), LicenceAnswer.DENY, HOSTILE, (HOSTILE,), (HOSTILE, HOSTILE), NOW)
    )
    house.batches = [
        BatchRow(Batch(HOSTILE, HOSTILE, (), NOW), {EditState.SKIPPED: 1}, {HOSTILE: 1}, stopped)
    ]
    client = TestClient(house.app())
    for path in ("/datasets?seen=<script>", "/datasets", "/uploads"):
        page = client.get(path).text
        assert "<script" not in page
        assert "<img" not in page
        assert "javascript:" not in page
        assert "\u202e" not in page


CHECKED = ("world_whc", "0f3a9c21b7d4e685")


@pytest.mark.parametrize("name", ["checks", "data_docs"])
def test_the_pages_of_the_checks_may_not_run_or_load_anything(
    house: House, client: TestClient, name: str
) -> None:
    house.checks = {(*CHECKED, name): "<!doctype html><title>Checks</title>"}
    answer = client.get(f"/checks/{'/'.join(CHECKED)}/{name}.html")
    assert answer.text == "<!doctype html><title>Checks</title>"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get(f"/checks/{'/'.join(CHECKED)}/{name}s.html").status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "/checks/world_whc/0f3a9c21b7d4e685/notes.html",
        "/checks/world_whc/0f3a9c21b7d4e685/checks.json",
        "/checks/world_whc/0f3a9c21b7d4e68/checks.html",
        "/checks/world_whc/0F3A9C21B7D4E685/checks.html",
        "/checks/..%2F..%2Fetc/0f3a9c21b7d4e685/checks.html",
        "/checks/world_whc/..%2F0f3a9c21b7d4e685/checks.html",
        "/checks/world_whc/0f3a9c21b7d4e685/..%2F..%2Fchecks.html",
        "/checks/world_whc%00/0f3a9c21b7d4e685/checks.html",
        "/checks/world_whc/0f3a9c21b7d4e685%0A/checks.html",
        "/checks/WORLD/0f3a9c21b7d4e685/checks.html",
        "/checks//0f3a9c21b7d4e685/checks.html",
    ],
)
def test_no_address_leads_out_of_the_snapshot(house: House, client: TestClient, address: str) -> None:
    asked: list[tuple[str, ...]] = []
    house.checks = Recording(asked)
    assert client.get(address).status_code in (404, 422)
    assert asked == []


def test_a_snapshot_that_was_not_checked_has_no_page(client: TestClient) -> None:
    answer = client.get(f"/checks/{'/'.join(CHECKED)}/checks.html")
    assert answer.status_code == 404
    assert "this snapshot has not been checked" in answer.text


def test_the_datasets_page_shows_the_tier_and_leads_to_the_checks(house: House, client: TestClient) -> None:
    view = report().datasets[-1]
    facts = (view.title, view.publisher, view.source, view.licence, view.licence_evidence, view.figures)
    house.rows = [
        DatasetRow(
            "world_whc", *facts, tier=Tier.SILVER, missing=("<b>not</b> confirmed",), checked=CHECKED[1]
        )
    ]
    page = client.get("/datasets").text
    assert "silver" in page
    assert "&lt;b&gt;not&lt;/b&gt; confirmed" in page
    assert f'href="checks/{"/".join(CHECKED)}/checks.html"' in page


class Recording(dict[tuple[str, ...], str]):
    """Notes what is asked for."""

    def __init__(self, asked: list[tuple[str, ...]]) -> None:
        super().__init__()
        self._asked = asked

    def get(self, key: tuple[str, ...], default: str | None = None) -> str | None:  # type: ignore[override]
        self._asked.append(key)
        return default


@pytest.mark.parametrize("away", [StoreUnavailable, StoreRefused])
def test_a_database_that_is_away_is_told_without_its_address(house, away):
    def asked():
        raise away("database db.example/heritage: cannot be used now")

    services = Services(
        report=asked,
        datasets=asked,
        batches=asked,
        checks_page=nothing,
        risk=RiskServices(nothing, nothing, nothing, nothing),
        uploads=Uploads().services(),
    )
    with TestClient(create_app(services, lambda: Person("Ada"), SECRET)) as browser:
        for page in ("/datasets", "/uploads"):
            answer = browser.get(page)
            assert answer.status_code == 503
            assert "cannot be reached. Nothing is lost" in answer.text
            assert "db.example" not in answer.text
