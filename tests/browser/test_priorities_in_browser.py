"""The body decides in a real browser without a script: each member from a login of their own, to the plan of
uploads. With HERITAGE_TEST_IMAGES the pages are kept as pictures for the documentation."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

import rooms
from browsing import serving
from heritage.governance.agenda import agenda_of
from heritage.model.governance import Result
from heritage.web import tongue
from heritage.web.app import create_app
from heritage.web.bound import services
from heritage.wiring.priority_pages import PriorityPages
from heritage.wiring.schedule import plan_uploads
from heritage.wiring.settings import Settings
from heritage.wiring.uploads import plan_batches
from heritage.wiring.wiki_account import WikiAccount
from priority_examples import MEMBERS, SECRET, house, terms
from rooms import door

pytestmark = pytest.mark.browser

SANDBOX = WikiAccount("http://127.0.0.1:9/api.php", "Bot@heritage", "sandbox", "secret")


@dataclass
class Room(rooms.Room):
    """With the installation that the pages are about."""

    settings: Settings = field(default_factory=Settings)

    @property
    def body(self) -> PriorityPages:
        return PriorityPages(self.settings)


def fine(page: Any, name: str = "") -> None:
    """Nothing in the way of anybody, and no script."""
    rooms.fine(page, name)
    assert page.locator("script").count() == 0


@pytest.fixture
def room(browser: Any, decided_installation: Path, tmp_path: Path) -> Iterator[Room]:
    """An installation with two registers as far as their ranking, of which nothing is decided."""
    undecided = shutil.ignore_patterns("_decisions")
    folder = Path(shutil.copytree(decided_installation, tmp_path / "copy", ignore=undecided))
    (folder / "heritage.sqlite").unlink()
    content = terms()
    content["members"][1]["interests"] = [{"why": "works for the library", "datasets": ["de_libraries"]}]
    (folder / "governance.yaml").write_text(json.dumps(content | {"budget_hours": 120}))
    settings = Settings(
        data_url=f"{folder}/data",
        database_url=f"sqlite:///{folder}/heritage.sqlite",
        reports=folder / "reports",
        governance=folder / "governance.yaml",
        sample=True,
    )
    app: FastAPI = create_app(services(settings), door, SECRET)
    with serving(app) as address:
        found = Room(browser, address, settings=settings)
        yield found
        found.leave()


def test_a_body_of_seven_opens_a_round_votes_and_what_it_approves_is_planned(room: Room) -> None:
    sami = room.of("Sami", 1280)
    sami.goto(f"{room.address}/priorities/agenda")
    fine(sami, "priorities-agenda")
    sami.get_by_role("link", name="Put a question to the body").click()
    weights = sami.locator("section", has=sami.locator("#weights-h"))
    weights.get_by_label("Urgency").fill("-3")
    weights.get_by_label("What is asked").fill("Shall urgency weigh more?")
    weights.get_by_label("Why").fill("More sites were hit this year than in the ten before.")
    weights.get_by_role("button").click()
    assert weights.locator(".fault").all_inner_texts() == ["A weight cannot be below 0."]
    sami.said.clear()  # the browser notes that a form was refused
    fine(sami, "priorities-questions")
    sami.goto(f"{room.address}/priorities/agenda")
    sami.get_by_role("button", name="Open the round", exact=True).click()
    assert "The round is open" in sami.get_by_role("status").inner_text()
    [head] = room.body.rounds()
    where = f"{room.address}/priorities/rounds/{head.round_id}"

    # Chen takes an item of the consent agenda to the vote, if there is one.
    found = room.body.round(head.round_id)
    assert found is not None
    chen = room.of("Chen")
    chen.goto(where)
    for _ in range(4):
        item = chen.locator("details.pull").first
        item.locator("summary").click()
        item.get_by_label("Why it should be voted on").fill("Let us look at its map together.")
        item.get_by_role("button", name="Put to the vote").click()
        assert "The item will be voted on" in chen.get_by_role("status").inner_text()

    for name in MEMBERS:
        page = room.of(name)
        page.goto(f"{room.address}/priorities")
        if name == "Amina":
            fine(page, "priorities-phone")
        page.get_by_role("link", name="Answer now").click()
        if name == "Birgit":
            assert "You are recused." in page.locator("main").inner_text()
        if page.get_by_role("button", name="I agree with the consent agenda").count():
            page.get_by_role("button", name="I agree with the consent agenda").click()
        for choices in page.locator("fieldset").all():
            wanted = "for" if choices.get_by_label("for", exact=True).count() else "5"
            if name == "Davit":  # of another mind, by keyboard alone
                wanted = "against" if wanted == "for" else "0"
                choices.get_by_label(wanted, exact=True).focus()
                page.keyboard.press("Space")
            else:
                choices.get_by_label(wanted, exact=True).check()
        if name == "Amina":
            fine(page, "priorities-vote")
        page.get_by_role("button", name="Save my answers").last.click()
        assert "Your answers are recorded" in page.get_by_role("status").inner_text()

    recused = [
        one for one in room.body.round(head.round_id).proposals if one.proposal.dataset == "de_libraries"
    ]
    assert recused
    voted = {(vote.member, vote.proposal_id) for vote in room.body.votes(head.round_id)}
    assert not voted & {("Birgit", one.proposal.proposal_id) for one in recused}

    sami.goto(where)
    sami.get_by_text("For the secretary: end the voting now").click()
    sami.get_by_role("button", name="End the voting").click()
    assert "Voting has ended." in sami.get_by_role("status").inner_text()
    fine(sami)
    assert "nothing is decided before you answer" in sami.locator("main").inner_text()
    sami.get_by_role("button", name="Confirm that it went by the rules").click()
    assert "The round is closed" in sami.get_by_role("status").inner_text()
    decisions = [one for one in room.body.log.lines() if one.round_id == head.round_id]
    assert {one.result for one in decisions} >= {Result.APPROVED}
    assert any("Birgit" in one.recusals for one in decisions)

    sami.goto(where)
    fine(sami, "priorities-minutes")
    assert "7 of 7 members took part." in sami.locator("main").inner_text()
    sami.get_by_role("link", name="Decision log").click()
    fine(sami, "priorities-log")
    assert "each is as it was written" in sami.locator("main").inner_text()

    plan_uploads(room.settings, "sandbox", plan_batches(room.settings, SANDBOX))
    sami.goto(f"{room.address}/uploads")
    approved = {one.dataset for one in decisions if one.result is Result.APPROVED}
    assert approved
    assert sami.locator(".gantt li").count() >= len(approved)


def test_pages_for_reading_are_open_to_everybody(room: Room) -> None:
    amina = room.of("Amina", 1280)
    for path, name in (
        ("priorities/ranking", "priorities-ranking"),
        ("priorities/trial?urgency=60&relevance=10&equity=20&readiness=10", "priorities-trial"),
        ("priorities/people", ""),
    ):
        amina.goto(f"{room.address}/{path}")
        fine(amina, name)
    amina.goto(f"{room.address}/priorities/ranking")
    amina.locator(".ranking a").first.click()
    fine(amina, "priorities-proposal")
    amina.locator(".figures-list a").first.click()
    fine(amina)
    assert amina.locator(".sites li").count() >= 1


def test_a_phone_in_another_language_and_zone(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = house(tmp_path)
    opened = at.body.open_round("Sami")
    parts = agenda_of(opened)
    with serving(create_app(services(at.settings), door, SECRET)) as address:
        here = Room(browser, address, settings=at.settings)
        page = here.of("Amina")
        page.goto(f"{address}/priorities/reading?lang=ka")
        page.locator("select[name=zone]").select_option("Asia/Tbilisi")
        page.locator("main button").click()
        for path in (
            "priorities",
            f"priorities/rounds/{opened.round_id}",
            "priorities/helpdesk",
            "priorities/appeals",
            f"priorities/proposals/{parts.ballot[0].proposal.proposal_id}",
        ):
            page.goto(f"{address}/{path}")
            assert page.locator("html").get_attribute("lang") == "ka"
            assert "UTC+4" in page.content() or path.endswith(("helpdesk", "appeals")) or "proposals" in path
            fine(page)
        with monkeypatch.context() as patch:
            patch.setitem(tongue._FORMS, "ka", "ar")  # as if Georgian were written from the right
            tongue._locale.cache_clear()
            for path in ("priorities", "priorities/ranking"):
                page.goto(f"{address}/{path}")
                assert page.locator("html").get_attribute("dir") == "rtl"
                fine(page)
        tongue._locale.cache_clear()
        here.leave()
