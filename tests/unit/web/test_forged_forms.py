"""Forms that no page of ours has sent: each route that changes something refuses them, and keeps nothing."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from itsdangerous import URLSafeTimedSerializer

from heritage.adapters.clock import SystemClock
from heritage.governance.agenda import agenda_of
from heritage.steps.govern_rounds import close_round
from heritage.steps.govern_votes import cast_vote
from heritage.wiring.stores import action_log, decision_store
from heritage.wiring.terms import governance_settings
from priority_examples import SECRET, House, Person, house

OURS = "http://pages.example"
LONG = "x" * 100_000


@dataclass(frozen=True)
class Form:
    """Who may send it, what a page would send, and which of its fields somebody types."""

    by: Person
    fields: Mapping[str, str] = field(default_factory=dict)
    typed: tuple[str, ...] = ()


SAMI, AMINA, PIA = Person("Sami"), Person("Amina"), Person("Pia")
OPERATOR = Person("Olu", ("op",))
REQUEST = {
    "title": "Scan the card index", "text": "It is damp.", "asked_by": "Archive", "urgency": "4",
    "relevance": "3", "hours": "12", "due": "2027-01-31", "url": "https://archive.example",
}  # fmt: skip
CAPACITY = {
    "edits_per_week": "100", "hours_per_week": "10", "reserve_hours": "1", "open_requests": "1",
    "mean_hours": "1",
}  # fmt: skip
WEIGHTS = {"urgency": "1", "relevance": "1", "equity": "1", "readiness": "1"}
FORMS = {
    "/priorities/reading": Form(AMINA, {"zone": "UTC"}, ("zone",)),
    "/priorities/rounds": Form(SAMI),
    "/priorities/emergencies": Form(
        SAMI, {"proposal_id": "-ballot", "reason": "Now", "official": "yes"}, ("proposal_id", "reason")
    ),
    "/priorities/questions": Form(
        SAMI,
        {"kind": "weights", "title": "Weigh", "reason": "It is time", **WEIGHTS},
        ("kind", "title", "reason", *WEIGHTS),
    ),
    "/priorities/rounds/{round_id}/votes": Form(
        AMINA,
        {"proposal_1": "-ballot", "answer_1": "5", "reason_1": "It is good"},
        ("proposal_1", "answer_1", "reason_1"),
    ),
    "/priorities/rounds/{round_id}/agree": Form(AMINA),
    "/priorities/rounds/{round_id}/pulls": Form(
        AMINA, {"proposal_id": "-consent", "reason": "Talk first"}, ("proposal_id", "reason")
    ),
    "/priorities/rounds/{round_id}/end": Form(SAMI),
    "/priorities/rounds/{round_id}/confirm": Form(
        SAMI, {"answer": "returned", "reason": "A vote is missing"}, ("answer", "reason")
    ),
    "/priorities/appeals": Form(
        SAMI,
        {"decision": "1", "by": "Parish", "standing": "community", "grounds": "Nobody asked."},
        ("decision", "by", "standing", "grounds"),
    ),
    "/priorities/appeals/{appeal_id}/hearing": Form(SAMI),
    "/priorities/helpdesk": Form(AMINA, REQUEST, tuple(REQUEST)),
    "/priorities/helpdesk/{request_id}/assessments": Form(PIA, {"note": "fine"}, ("note",)),
    "/priorities/helpdesk/{request_id}/states": Form(
        PIA, {"state": "declined", "reason": "too late"}, ("state", "reason")
    ),
    "/uploads/capacity": Form(OPERATOR, CAPACITY, tuple(CAPACITY)),
    "/uploads/{batch_id}/orders": Form(OPERATOR, {"action": "pause", "reason": "wait"}, ("action", "reason")),
}
"""By route, of the pages on priorities and uploads: a new route needs a line."""
TYPED = [(path, name) for path, form in FORMS.items() for name in form.typed]


@dataclass
class Door:
    """The pages with an open round and a request to the Helpdesk, over a real database."""

    at: House
    client: TestClient
    ids: dict[str, str]
    items: dict[str, str]

    def send(self, path: str, headers: Mapping[str, str] | None = None, **changed: str | None) -> Any:
        """The form of a route as its page sends it, but for what is `changed`."""
        form = FORMS[path]
        self.at.person = form.by
        given = {name: self.items.get(value, value) for name, value in form.fields.items()}
        given = {"token": token_of(form.by), **given} | changed
        data = {name: value for name, value in given.items() if value is not None}
        return self.client.post(self.there(path), data=data, headers=dict(headers or {"origin": OURS}))

    def there(self, path: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda name: self.ids.get(name[1], "ffff"), path)

    def kept(self) -> dict[str, int]:
        """Rows of each table."""
        file = self.at.settings.database.removeprefix("sqlite:///")
        with closing(sqlite3.connect(file)) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {
                name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables
            }


def token_of(person: Person) -> str:
    return str(URLSafeTimedSerializer(SECRET, salt="heritage-forms").dumps(person.name))


def decide(at: House) -> None:
    """An emergency that the chair and two members carry: decision 1."""
    settings = at.settings
    bound: dict[str, Any] = {
        "decisions": decision_store(settings),
        "actions": action_log(settings),
        "clock": SystemClock(),
        "settings": governance_settings(settings),
    }
    first = next(iter(at.body.ranking.standing().ranked))
    round_ = at.body.open_emergency("Sami", first, "the roof fell in", True)
    for member in ("Amina", "Chen", "Davit"):
        cast_vote(round_.round_id, member, first, "for", "", **bound)
    close_round(round_.round_id, stale={}, **bound)  # there are no edits behind the made-up proposals


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    at = house(tmp_path_factory.mktemp("forged"))
    decide(at)
    opened = at.body.open_round("Sami")
    parts = agenda_of(opened)
    with TestClient(at.app(), base_url=OURS, follow_redirects=False, raise_server_exceptions=False) as client:
        found = Door(at, client, {"round_id": opened.round_id}, {})
        found.items = {f"-{part.value}": item.proposal.proposal_id for part, item in parts.parts()}
        assert found.send("/priorities/helpdesk").status_code == 303
        found.ids["request_id"] = at.body.helpdesk.requests()[0].request.request_id
        found.send("/uploads/capacity")  # makes its table
        yield found


def changing(app: FastAPI) -> list[APIRoute]:
    """Every route that is no reading, but for the reconciliation service: it changes nothing."""
    routes = [one for one in app.routes if isinstance(one, APIRoute)]
    return [one for one in routes if one.methods - {"GET", "HEAD"} and "/reconcile" not in one.path]


def test_every_route_of_these_pages_is_looked_at_here(door: Door) -> None:
    found = {one.path for one in changing(door.at.app())}
    assert {path for path in found if path.startswith(("/priorities", "/uploads"))} == set(FORMS)


@pytest.mark.parametrize("token", [None, "", "forged", "another's", "another secret's"])
def test_every_route_that_changes_something_asks_for_the_token_of_its_person(
    door: Door, token: str | None
) -> None:
    door.at.person = Person("Sami", ("admin",))
    tokens = {
        "another's": token_of(AMINA),
        "another secret's": str(URLSafeTimedSerializer("another", salt="heritage-forms").dumps("Sami")),
    }
    before = door.kept()
    for route in changing(door.at.app()):
        by_script = route.path.endswith(".json")
        needed = [one.alias for one in route.dependant.body_params if one.field_info.is_required()]
        wanted = {} if by_script else dict.fromkeys(needed, "x")
        given = wanted if token is None else wanted | {"token": tokens.get(token, token)}
        sent: dict[str, Any] = {"json": given} if by_script else {"data": given}
        answer = door.client.post(door.there(route.path), headers={"origin": OURS}, **sent)
        assert answer.status_code == 403, route.path
    assert door.kept() == before


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_no_route_takes_a_form_of_another_site(door: Door, headers: dict[str, str]) -> None:
    before = door.kept()
    for path in FORMS:
        assert door.send(path, headers).status_code == 403, path
    assert door.kept() == before


@pytest.mark.parametrize("path", [path for path in FORMS if "{" in path])
@pytest.mark.parametrize("other", ["r0123456789a", "..%2f..%2fx", "%00", "x" * 500])
def test_an_id_of_something_else_changes_nothing(door: Door, path: str, other: str) -> None:
    before, own = door.kept(), dict(door.ids)
    door.ids |= dict.fromkeys(re.findall(r"\{(\w+)\}", path), other)
    try:
        assert 400 <= door.send(path).status_code < 500
    finally:
        door.ids = own
    assert door.kept() == before


@pytest.mark.parametrize(("path", "name"), TYPED)
@pytest.mark.parametrize("text", ["a\x00b", "\x1b[2J", LONG], ids=["NUL", "escape", "long"])
def test_text_that_nobody_types_is_refused(door: Door, path: str, name: str, text: str) -> None:
    before = door.kept()
    answer = door.send(path, **{name: text})
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert "\x00" not in answer.text
    assert door.kept() == before


def test_a_form_without_an_end_is_not_read(door: Door) -> None:
    before = door.kept()
    for path in FORMS:
        assert 400 <= door.send(path, padding="x" * 5_000_000).status_code < 500, path
    assert door.kept() == before


def test_half_a_character_is_refused(door: Door) -> None:
    """A form can name an encoding of its own in which text is not what a database takes."""
    door.at.person = AMINA
    content = "multipart/form-data; boundary=b; charset=utf-7"
    parts = {"token": token_of(AMINA), **REQUEST, "title": "+2AA-"}
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    )
    before = door.kept()
    answer = door.client.post(
        "/priorities/helpdesk", content=f"{body}--b--\r\n", headers={"content-type": content, "origin": OURS}
    )
    assert 400 <= answer.status_code < 500
    assert door.kept() == before


def test_nobody_acts_in_the_name_of_another(door: Door) -> None:
    names = dict.fromkeys(("member", "user", "name", "by_user", "filed_by"), "Birgit")
    votes = "/priorities/rounds/{round_id}/votes"
    assert door.send(votes, **names).status_code == 303
    cast = door.at.body.votes(door.ids["round_id"])
    assert {one.member for one in cast} == {"Amina"}
    users = {one.user for one in door.at.body.actions(door.ids["round_id"])}
    assert users == {"Sami", "Amina"}, "who opened it and who voted"


def test_what_the_pages_send_is_taken(tmp_path: Path) -> None:
    """The other side of the tests here: these same forms do something."""
    at = house(tmp_path)
    with TestClient(at.app(), base_url=OURS, follow_redirects=False) as client:
        door = Door(at, client, {}, {})
        decide(at)
        opened = at.body.open_round("Sami")
        door.ids["round_id"] = opened.round_id
        door.items = {f"-{part.value}": one.proposal.proposal_id for part, one in agenda_of(opened).parts()}
        for path in (
            "/priorities/helpdesk",
            "/priorities/questions",
            "/priorities/emergencies",
            "/priorities/appeals",
        ):
            assert door.send(path).status_code == 303, path
        door.ids["request_id"] = at.body.helpdesk.requests()[0].request.request_id
        for path in ("agree", "pulls", "votes"):
            assert door.send(f"/priorities/rounds/{{round_id}}/{path}").status_code == 303, path
        lenses = {f"lens_{lens}": "yes" for lens in at.body.helpdesk.checklist()}
        there = "/priorities/helpdesk/{request_id}/"
        assert door.send(f"{there}assessments", **lenses).status_code == 303
        for path in (f"{there}states", "/priorities/reading", "/uploads/capacity"):
            assert door.send(path).status_code == 303, path
