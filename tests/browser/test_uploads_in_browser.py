"""The pages on uploads in a real browser, without a script of ours: orders by keyboard and by finger."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from browsing import Amina, at_a_desk, barriers, broken_words, nothing, serving, wider_than_the_window
from heritage.ports.orders import BatchState
from heritage.web.app import create_app
from heritage.web.services import RiskServices, Services
from upload_examples import BATCH, EVIL, Uploads, plan

pytestmark = pytest.mark.browser


@dataclass
class Open:
    """The pages on loopback, and who is logged in."""

    uploads: Uploads
    person: Amina
    address: str = ""

    @property
    def state(self) -> BatchState:
        return self.uploads.standing(BATCH).state


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    skipped = {"conflict: the item says otherwise": 3, "refused, protected: x": 1, "already there": 12}
    uploads = Uploads(tmp_path).fill(320, confirmed=140, skipped=skipped)
    uploads.kept = plan()
    house = Open(uploads, Amina("Olu", "op"))
    services = Services(
        *[nothing] * 2, uploads.rows, nothing, RiskServices(*[nothing] * 4), uploads.services()
    )
    with serving(create_app(services, lambda: house.person, "a secret")) as address:
        house.address = address
        yield house


def fine(page: Any, *, words: bool = True) -> None:
    """Nothing in the way of anybody."""
    assert barriers(page) == []
    assert wider_than_the_window(page) <= 0
    assert not words or broken_words(page) == []
    assert page.said == []
    assert page.locator("script").count() == 0


def give(page: Any, button: str, reason: str) -> None:
    page.get_by_label("Why (others will ask)").fill(reason)
    page.get_by_role("button", name=button).click()


def test_an_operator_pauses_resumes_and_releases(page: Any, opened: Open) -> None:
    page.goto(f"{opened.address}/uploads")
    fine(page)
    page.get_by_role("link", name=BATCH).click()
    fine(page)
    for button, state in (
        ("Release the rest", BatchState.RELEASED),
        ("Pause", BatchState.PAUSED),
        ("Resume", BatchState.RELEASED),
    ):
        give(page, button, "looked at ten edits")
        page.wait_for_url(f"**/uploads/{BATCH}")
        assert opened.state is state
    assert "about three minutes left at 60 edits a minute" in page.locator("main").inner_text()
    fine(page)


@at_a_desk
def test_undo_is_asked_for_twice_and_can_be_left(page: Any, opened: Open) -> None:
    page.goto(f"{opened.address}/uploads/{BATCH}")
    give(page, "Undo…", "a wrong list")
    assert "140 edits on the wiki are taken back" in page.locator("main").inner_text()
    assert opened.uploads.standing(BATCH).orders == ()
    fine(page)
    page.get_by_role("link", name="Leave it as it is").click()
    assert opened.uploads.standing(BATCH).orders == ()
    give(page, "Undo…", "a wrong list")
    page.get_by_role("button", name="Undo the batch").click()
    page.wait_for_url(f"**/uploads/{BATCH}")
    assert opened.state is BatchState.TO_UNDO
    fine(page)


@at_a_desk
def test_a_batch_is_paused_with_the_keyboard_alone(page: Any, opened: Open) -> None:
    page.goto(f"{opened.address}/uploads/{BATCH}")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "reason":
            break
    page.keyboard.type("lunch")
    page.keyboard.press("Enter")  # in the field: nobody has chosen an order yet
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "pause":
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert [one.action for one in opened.uploads.standing(BATCH).orders] == ["pause"]
    assert opened.state is BatchState.PAUSED


@at_a_desk
def test_members_read_along(page: Any, opened: Open) -> None:
    opened.person = replace(opened.person, role="user")
    for path in ("/uploads", f"/uploads/{BATCH}", "/uploads/capacity"):
        page.goto(opened.address + path)
        assert page.locator("main button").count() == 0
        fine(page)


def test_figures_are_entered_and_faults_stand_beside_their_fields(page: Any, opened: Open) -> None:
    page.goto(f"{opened.address}/uploads")
    page.get_by_role("link", name="Change what can be done").click()
    page.get_by_label("Edits a week").fill("many")
    page.get_by_role("button", name="Keep these figures").click()
    assert "write a whole number" in page.locator(".fault").inner_text()
    page.said.clear()  # the browser itself says that the answer was a refusal
    fine(page)
    page.get_by_label("Edits a week").fill("4200")
    page.get_by_label("Open requests").fill("7")
    page.get_by_role("button", name="Keep these figures").click()
    page.wait_for_url("**/uploads")
    assert opened.uploads.entry.capacity.edits_per_week == 4200
    assert "4,200 edits and 24 hours" in page.locator("main").inner_text()


@at_a_desk
def test_edits_are_paged_and_their_differences_lead_to_the_wiki(page: Any, opened: Open) -> None:
    page.goto(f"{opened.address}/uploads/{BATCH}")
    links = page.locator("td[data-label=Difference] a")
    assert links.first.get_attribute("href") == "https://test.wikidata.org/w/index.php?diff=5139"
    page.get_by_role("link", name="Skipped 16").click()
    assert page.locator("tbody tr").count() == 16
    page.get_by_role("link", name="All 320").click()
    page.get_by_role("link", name="Next page").click()
    assert "Page 2 of 7" in page.locator("main").inner_text()
    fine(page)


@at_a_desk
def test_hostile_titles_and_reasons_stay_text(page: Any, opened: Open) -> None:
    opened.uploads.title, opened.uploads.kept = EVIL, plan(EVIL)
    page.goto(f"{opened.address}/uploads/{BATCH}")
    give(page, "Pause", EVIL)
    for path in ("/uploads", f"/uploads/{BATCH}"):
        page.goto(opened.address + path)
        assert "<script>alert(1)</script>" in page.locator("main").inner_text()
        fine(page, words=False)
