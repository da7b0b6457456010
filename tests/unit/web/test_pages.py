"""The pages through HTTP: who gets in, what they show, and that a vote arrives once and honestly."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from itsdangerous import URLSafeTimedSerializer

from browsing import nothing
from heritage.errors import GovernanceError
from heritage.governance.ballot import check_vote
from heritage.model.edit import EditState
from heritage.model.governance import LicenceAnswer, Round, RoundState, Vote
from heritage.ports.decisions import Batch
from heritage.ports.overview import BatchRow, DatasetRow, Stopped
from heritage.spec.tier import Tier
from heritage.web.app import create_app
from heritage.web.services import RiskServices, Services
from report_examples import HOSTILE, hostile_report, report
from terms_examples import terms_of
from upload_examples import Uploads

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SECRET = "a secret of the tests"


@dataclass(frozen=True)
class Person:
    name: str
    role: str | None = "user"
    can_vote: bool = True


@dataclass
class House:
    """The pages over one round, and who is at the door."""

    person: Person | None
    round: Round
    report_html: str | None = "<!doctype html><title>Report</title>"
    cast: dict[tuple[str, str], Vote] = field(default_factory=dict)
    rows: list[DatasetRow] = field(default_factory=list)
    batches: list[BatchRow] = field(default_factory=list)
    checks: dict[tuple[str, ...], str] = field(default_factory=dict)

    def vote(self, *, round_id: str, member: str, proposal_id: str, answer: str, reason: str) -> None:
        if round_id != self.round.round_id:
            raise GovernanceError(f"There is no round {round_id!r}.")
        vote = Vote(member, proposal_id, answer, NOW, reason)
        check_vote(self.round, vote, terms_of(()))
        self.cast[member, proposal_id] = vote

    def app(self) -> FastAPI:
        services = Services(
            report=lambda: self.report_html,
            open_rounds=lambda: [self.round],
            votes=lambda _: list(self.cast.values()),
            cast_vote=self.vote,
            datasets=lambda: self.rows,
            batches=lambda: self.batches,
            checks_page=lambda *address: self.checks.get(address),
            risk=RiskServices(nothing, nothing, nothing, nothing),
            uploads=Uploads().services(),
        )
        return create_app(services, lambda: self.person, SECRET)


@pytest.fixture
def house() -> House:
    ranked = tuple(view.ranked for view in report().ranked if view.ranked)
    seats = ("Amina", "Birgit", "Chen", "Davit")
    opened = Round(
        "2026-11", NOW - timedelta(days=1), NOW + timedelta(days=6), RoundState.OPEN, seats, ranked
    )
    return House(Person("Amina"), opened)


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with TestClient(house.app(), base_url="http://pages.example/") as client:
        yield client


def token(name: str, secret: str = SECRET) -> str:
    return URLSafeTimedSerializer(secret, salt="heritage-forms").dumps(name)


def ballot(house: House, **changes: str) -> dict[str, str]:
    form = {
        "round_id": house.round.round_id,
        "proposal_id": house.round.proposals[0].proposal.proposal_id,
        "answer": "for",
        "reason": "It is on the list in danger.",
        "token": token("Amina"),
    }
    return {key: value for key, value in {**form, **changes}.items() if value != "-"}


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
    assert ("POST", "/votes") in asked
    assert house.cast == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "-"},
        {"token": ""},
        {"token": "forged"},
        {"token": token("Birgit")},
        {"token": token("Amina", "another secret")},
    ],
)
def test_a_vote_needs_the_token_of_its_own_page(
    house: House, client: TestClient, changes: dict[str, str]
) -> None:
    answer = client.post("/votes", data=ballot(house, **changes))
    assert answer.status_code == 403
    assert house.cast == {}


def test_a_token_expires(house: House, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    old = token("Amina")
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: NOW.timestamp() + 10 * 365 * 86400)
    assert client.post("/votes", data=ballot(house, token=old)).status_code == 403
    assert house.cast == {}


def test_a_member_votes_through_the_form_on_the_page_and_may_change_it(
    house: House, client: TestClient
) -> None:
    page = client.get("/priorities").text
    on_page = page.split('name="token" value="')[1].split('"')[0]
    answer = client.post("/votes", data=ballot(house, token=on_page))
    assert answer.status_code == 200
    assert answer.url.path == "/priorities"
    assert "Your vote is recorded" in answer.text
    assert "1 of 4 members answered so far" in answer.text
    client.post("/votes", data=ballot(house, token=on_page, answer="against"))
    [vote] = house.cast.values()
    assert (vote.member, vote.answer, vote.reason) == ("Amina", "against", "It is on the list in danger.")


def test_who_may_not_vote_is_refused_even_with_a_token(house: House) -> None:
    house.person = Person("Amina", can_vote=False)
    client = TestClient(house.app())
    assert client.post("/votes", data=ballot(house)).status_code == 403
    assert "<form" not in client.get("/priorities").text
    assert house.cast == {}


def test_a_user_without_a_seat_reads_but_does_not_vote(house: House) -> None:
    house.person = Person("Eve")
    client = TestClient(house.app())
    assert "<form" not in client.get("/priorities").text
    answer = client.post("/votes", data=ballot(house, token=token("Eve")))
    assert answer.status_code == 409
    assert "has no seat in round 2026-11" in answer.text.replace("&#39;", "'")
    assert house.cast == {}


@pytest.mark.parametrize(
    "changes",
    [{"answer": "maybe"}, {"proposal_id": "another"}, {"round_id": "another"}, {"reason": "x" * 2001}],
)
def test_a_vote_that_breaks_a_rule_is_refused_with_the_rule(
    house: House, client: TestClient, changes: dict[str, str]
) -> None:
    answer = client.post("/votes", data=ballot(house, **changes))
    assert answer.status_code in (409, 422)
    assert "Your vote was not recorded" in answer.text or "at most 2,000 characters" in answer.text
    assert house.cast == {}


def test_nobody_sees_how_others_voted(house: House, client: TestClient) -> None:
    proposal = house.round.proposals[0].proposal.proposal_id
    house.vote(
        round_id="2026-11", member="Birgit", proposal_id=proposal, answer="against", reason="A secret reason"
    )
    page = client.get("/priorities").text
    assert "1 of 4 members answered so far" in page
    assert "A secret reason" not in page
    assert "Birgit" not in page


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


def test_the_ballot_tells_what_the_rehearsal_found(house: House, client: TestClient) -> None:
    rehearsal = house.round.proposals[0].proposal.rehearsal
    page = client.get("/priorities").text
    stopped = sum(count for _, count in rehearsal.stopped)
    assert f"Run against a copy of the items, {stopped} edits would not be sent." in page
    assert f"Expected violations: {sum(count for _, count in rehearsal.violations)}." in page


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
    assert "There is no report yet" in client.get("/priorities").text


def test_hostile_text_is_only_text(house: House) -> None:
    ranked = tuple(view.ranked for view in hostile_report().ranked if view.ranked)
    house.round = replace(house.round, round_id=HOSTILE, proposals=ranked)
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
    for path in ("/priorities?voted=<script>", "/priorities", "/datasets", "/uploads"):
        page = client.get(path).text
        assert "<script" not in page
        assert "<img" not in page
        assert "javascript:" not in page
        assert "\u202e" not in page


def test_the_pages_work_under_a_prefix(house: House) -> None:
    outer = FastAPI()
    outer.mount("/heritage", house.app())
    client = TestClient(outer)
    assert client.get("/heritage/").url.path == "/heritage/priorities"
    page = client.get("/heritage/priorities").text
    assert 'href="assets/pages.css"' in page
    assert client.get("/heritage/assets/pages.css").headers["content-type"].startswith("text/css")
    voted = client.post("/heritage/votes", data=ballot(house))
    assert voted.url.path == "/heritage/priorities"
    assert len(house.cast) == 1


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
