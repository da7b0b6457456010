"""The pages on uploads through HTTP: who may order, that nothing grave goes without being asked twice, and
that nobody else's words become markup."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from itsdangerous import URLSafeTimedSerializer

from browsing import nothing
from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.model.visit import Fate, Finding, Gains, Visit
from heritage.ports.orders import BatchState
from heritage.web.app import create_app
from heritage.web.services import RiskServices, Services
from upload_examples import BATCH, EVIL, NOW, Uploads, plan

SECRET = "a secret of the tests"
HERE = f"/uploads/{BATCH}"


@dataclass(frozen=True)
class Person:
    name: str = "Olu"
    role: str | None = "op"

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,) if self.role else ()


@dataclass
class House:
    uploads: Uploads
    person: Person

    def client(self) -> TestClient:
        services = Services(
            *[nothing] * 2, self.uploads.rows, nothing, RiskServices(*[nothing] * 4), self.uploads.services()
        )
        app = create_app(services, lambda: self.person, SECRET)
        return TestClient(app, base_url="http://pages.example/", follow_redirects=False)

    @property
    def state(self) -> BatchState:
        return self.uploads.standing(BATCH).state

    def order(self, action: str = "pause", **changed: str) -> tuple[int, str]:
        token = URLSafeTimedSerializer(SECRET, salt="heritage-forms").dumps(self.person.name)
        form = {"action": action, "reason": "a wrong list", "token": token} | changed
        answer = self.client().post(f"{HERE}/orders", data=form)
        return answer.status_code, answer.text


@pytest.fixture
def house(tmp_path: Path) -> House:
    uploads = Uploads(tmp_path).fill(
        130, confirmed=60, skipped={"conflict: P625 says 1.5, 2.5": 2, "deleted: Q1": 1}
    )
    return House(uploads, Person())


@pytest.mark.parametrize("role", ["op", "Op", "ADMIN"])
def test_people_with_the_right_role_pause_release_and_resume(house: House, role: str) -> None:
    house.person = Person(role=role)
    for action, state in (
        ("pause", BatchState.PAUSED),
        ("resume", BatchState.TO_LOOK_AT),
        ("release", BatchState.RELEASED),
    ):
        assert house.order(action)[0] == 303
        assert house.state is state
    [*_, last] = house.uploads.standing(BATCH).orders
    assert (last.given_by, last.reason, last.action) == ("Olu", "a wrong list", Action.RELEASE)


@pytest.mark.parametrize("role", ["viewer", "user", "operator", "VIEWER", "op,admin"])
def test_others_read_along_and_order_nothing(house: House, role: str) -> None:
    house.person = Person(role=role)
    page = house.client().get(HERE).text
    assert "You can read along" in page
    assert "<form" not in page
    assert "token" not in page
    for action in Action:
        status, told = house.order(action.value, confirmed="yes")
        assert status == 403
        assert "roles Op and Admin" in told
    capacity = house.client().get("/uploads/capacity").text
    assert "readonly" in capacity
    assert "<button" not in capacity
    assert house.uploads.standing(BATCH).orders == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"token": ""},
        {"token": "forged"},
        {"token": URLSafeTimedSerializer(SECRET, salt="heritage-forms").dumps("Amina")},
        {"token": URLSafeTimedSerializer("another", salt="heritage-forms").dumps("Olu")},
    ],
)
def test_a_forged_form_orders_nothing(house: House, changed: dict[str, str]) -> None:
    for action in Action:
        assert house.order(action.value, confirmed="yes", **changed)[0] == 403
    entered = house.client().post("/uploads/capacity", data={"edits_per_week": "1", **changed})
    assert entered.status_code == 403
    assert house.uploads.standing(BATCH).orders == ()
    assert house.uploads.given == []


def test_undo_and_cancel_say_what_will_happen_before_they_do(house: House) -> None:
    status, told = house.order("undo")
    assert status == 200
    assert "60 edits on the wiki are taken back" in told.replace("Sixty", "60").replace("sixty", "60")
    assert "67 edits that wait are not sent" in told
    assert "at least one minute at 60 edits a minute" in told
    assert house.uploads.standing(BATCH).orders == ()
    status, told = house.order("cancel")
    assert (status, "stay there" in told) == (200, True)
    assert house.uploads.standing(BATCH).orders == ()
    assert house.order("undo", confirmed="yes")[0] == 303
    assert house.state is BatchState.TO_UNDO


def test_an_order_needs_a_reason_and_has_to_fit(house: House) -> None:
    for reason in ("", "   ", "x" * 2001):
        status, told = house.order("pause", reason=reason)
        assert status == 422
        assert "Say why, in at most 2,000 characters" in told
    status, told = house.order("resume")
    assert status == 409
    assert "cannot be given the order resume" in told
    assert house.order("explode")[0] == 422
    assert house.client().get("/uploads/ffff").status_code == 404
    assert house.client().get("/uploads/..%2f..%2fx").status_code in (404, 422)
    assert house.uploads.standing(BATCH).orders == ()


def test_the_batch_shows_how_far_it_is_what_failed_and_what_to_do(house: House) -> None:
    house.order("release", reason=EVIL)
    page = house.client().get(HERE).text
    assert "<strong>63 of 130</strong> edits are settled; about one minute left at 60 edits a minute" in page
    assert "2: conflict</dt>" in page
    assert "Compare item and register" in page
    assert "P625 says" not in page, "what a record says stays inside"
    assert "zzid" not in page, "nor that it exists"
    assert 'href="https://test.wikidata.org/w/index.php?diff=5059"' in page
    assert EVIL not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34; onmouseover" in page


def test_edits_come_in_pages_and_by_state(house: House) -> None:
    client = house.client()
    shown = [re.findall(r"edit ([0-9a-f]{16})", client.get(f"{HERE}?page={n}").text) for n in (1, 2, 3)]
    assert [len(one) for one in shown] == [50, 50, 30]
    assert len({edit for one in shown for edit in one}) == 130
    assert shown[0][0] == f"{59:016x}", "what was sent last comes first"
    skipped = client.get(f"{HERE}?state=skipped").text
    assert len(re.findall(r"edit [0-9a-f]{16}", skipped)) == 3
    for odd in ("?page=-1", "?page=9999999", "?page=x", "?state=x", "?page=%00"):
        assert client.get(HERE + odd).status_code == 200


def test_the_calendar_shows_its_chart_and_every_sentence_as_text(house: House) -> None:
    house.uploads.kept = plan(EVIL)
    house.uploads.title = EVIL
    page = house.client().get("/uploads").text
    assert page.index("<svg") < page.index("<table")
    assert '<rect class="room" width="0.00%"' in page, "a frozen week has no room"
    assert "9,000<span" in page
    assert f'href="uploads/{BATCH}"' in page
    assert "pilot to be looked at" in page
    assert EVIL not in page
    assert page.count("&lt;script&gt;") >= 8


def test_capacity_is_entered_whole_and_what_cannot_be_is_told_beside_its_field(house: House) -> None:
    client = house.client()
    assert 'value="10000"' in client.get("/uploads/capacity").text
    token = re.search(r'name="token" value="([^"]+)"', client.get("/uploads/capacity").text)
    assert token
    given = {
        "edits_per_week": "5000", "hours_per_week": "12.5", "reserve_hours": "2", "open_requests": "4",
        "mean_hours": "3", "token": token[1],
    }  # fmt: skip
    wrong = client.post("/uploads/capacity", data=given | {"hours_per_week": EVIL, "mean_hours": "-1"})
    assert wrong.status_code == 422
    assert "write a number, as 2.5" in wrong.text
    assert "write a number of 0 or more" in wrong.text
    assert "Nothing was kept" in wrong.text
    assert EVIL not in wrong.text
    assert 'value="5000"' in wrong.text, "what was right is not asked again"
    assert house.uploads.given == []
    assert client.post("/uploads/capacity", data=given).status_code == 303
    now = house.uploads.entry.capacity
    assert (now.edits_per_week, now.hours_per_week, now.helpdesk.open_requests) == (5000, 12.5, 4)
    assert house.uploads.entry.given_by == "Olu"


def test_only_edits_of_the_journal_are_counted(house: House) -> None:
    found = house.uploads.batch(BATCH, 1, EditState.CONFIRMED)
    assert found
    assert (found.settled, found.total, len(found.edits), found.pages) == (63, 130, 50, 2)
    assert found.minutes_left is None, "the pilot is to be looked at: nothing is sent"


def test_the_page_says_what_became_of_a_batch_and_leads_to_who_did_it(house: House) -> None:
    assert "What became of it" not in house.client().get(HERE).text
    lost = (Finding("P31", Fate.REMOVED, 77, "unregistered"),)
    seen = Visit("test.wikidata", "e1", BATCH, "xx", "Q5", 0, NOW, NOW, "Q5", 78, Fate.REMOVED, 4, 3, lost)
    merged = replace(seen, edit_id="e2", item="Q6", fate=Fate.MERGED, kept=4, findings=(), drift=("record",))
    house.uploads.visits = [seen, merged, replace(seen, edit_id="e3", fate=Fate.KEPT, kept=4, findings=(),
                                                  gains=Gains(statements=2, images=1))]  # fmt: skip
    page = house.client().get(HERE).text
    assert "<strong>11 of 12</strong> additions still stand, in three edits looked at again" in page
    assert "57 edits not yet" in page
    assert "two statements" in page
    assert 'index.php?diff=77"' in page
    assert "unregistered" in page
    assert '<span class="quiet">now Q6</span>' in page
    assert page.count("action=history") == 2
