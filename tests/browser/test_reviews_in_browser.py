"""Reviews in a real browser: twenty by keyboard alone, a batch without a network, and no script at all."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from browsing import serving
from heritage.model.review import Annotation, AnnotationKind, CampaignState, Suggestion
from heritage.web.app import create_app
from heritage.web.bound import services
from heritage.wiring.stores import review_store
from priority_examples import SECRET
from review_house import DATASET, ReviewHouse, review_house
from rooms import Room, door, fine

pytestmark = pytest.mark.browser

READY = "#reviewing[data-ready]"
MOVED = "before => document.getElementById('task')?.dataset.id !== before"
KEYS = ("1", "2", "3", "n", "d", "?", "ArrowDown", "ArrowUp", "c")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> ReviewHouse:
    return review_house(tmp_path_factory.mktemp("reviews"))


@pytest.fixture(scope="module")
def room(browser: Any, house: ReviewHouse) -> Iterator[Room]:
    with serving(create_app(services(house.settings), door, SECRET)) as address:
        found = Room(browser, address)
        yield found
        found.leave()


def task_on(page: Any) -> str:
    return str(page.evaluate("document.getElementById('task').dataset.id"))


def choices_by(house: ReviewHouse, name: str) -> dict[str, str]:
    """What counts of somebody's answers, by task."""
    store = review_store(house.settings)
    reviewer = store.reviewer(name)
    assert reviewer is not None
    found = [one for one in store.answers() if one.reviewer == reviewer.pseudonym]
    return {one.task_id: one.choice for one in found}


def test_twenty_reviews_by_keyboard_alone(room: Room, house: ReviewHouse) -> None:
    page = room.of("Amina", 1280)
    page.goto(f"{room.address}/reviews")
    fine(page, "reviews")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText.startsWith('Take part')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    kept: dict[str, str] = {}
    for number in range(20):
        task, key = task_on(page), KEYS[number % len(KEYS)]
        radios = page.locator("input[name=choice]").evaluate_all("all => all.map(one => one.value)")
        wanted = {"n": "none", "d": "unknown", "?": "unknown", "ArrowUp": "unknown", "c": "none"}.get(key)
        kept[task] = wanted or radios[{"1": 0, "2": 1, "3": 2, "ArrowDown": 1}[key]]
        page.keyboard.press(key)
        if key == "ArrowDown":
            page.keyboard.press("ArrowDown")
        if key.startswith("Arrow"):
            page.keyboard.press("Enter")
        if key == "c":
            page.keyboard.type("1 n u <b>not a key here</b>")
            page.keyboard.press("Escape")
            page.keyboard.press("n")
        page.wait_for_function(MOVED, arg=task)
        assert page.evaluate("document.activeElement.id") == "asked", "who reads along hears the question"
        assert "Kept:" in page.locator("#kept").inner_text()
    assert len(kept) == 20

    last, task = list(kept)[-1], task_on(page)
    page.keyboard.press("u")
    page.wait_for_function(MOVED, arg=task)
    assert task_on(page) == last
    assert "Taken back" in page.locator("#kept").inner_text()
    page.keyboard.press("n")
    page.wait_for_function(MOVED, arg=last)
    assert task_on(page) == task, "what was on the page before comes next"
    kept[last] = "none"
    page.wait_for_selector("#map[data-marks]", state="attached")
    fine(page, "reviews-match")
    page.wait_for_function("() => document.getElementById('conflicts').children.length === 0")
    page.goto(f"{room.address}/reviews/mine")  # what was on its way has arrived, or waits on this device
    fine(page)
    page.goto(f"{room.address}/reviews/bag")
    page.wait_for_selector(f"{READY}[data-answers='0']")
    assert choices_by(house, "Amina") == kept
    assert [url for url in page.asked if not url.startswith((room.address, "data:", "blob:"))] == []


def test_a_batch_without_a_network_is_sent_when_it_is_back(room: Room, house: ReviewHouse) -> None:
    page = room.of("Birte", 390)
    page.goto(f"{room.address}/reviews/campaigns/towers")
    fine(page)
    page.get_by_role("link", name="Take 20 tasks with me").click()
    page.wait_for_selector(f"{READY}[data-tasks='20']")
    fine(page, "reviews-bag-phone")
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(f"{READY}[data-tasks='20']")
    page.locator("#begin").press("Enter")
    page.wait_for_selector("#map[data-marks]", state="attached")
    tasks = []
    for key in ("1", "n", "d", "n"):
        page.wait_for_selector("#task")
        tasks.append(task_on(page))
        page.keyboard.press(key)
        page.wait_for_function(MOVED, arg=tasks[-1])
    page.wait_for_function(
        "() => document.getElementById('kept').textContent.includes('here until it is back: 4')"
    )
    task = task_on(page)
    page.keyboard.press("u")
    page.wait_for_function(MOVED, arg=task)
    assert task_on(page) == tasks[3]
    assert house.reviews.credit("Birte").answers == 0  # type: ignore[union-attr]
    page.context.set_offline(False)
    page.wait_for_function(
        "() => document.getElementById('kept').textContent.includes('All your answers are sent')"
    )
    answered = choices_by(house, "Birte")
    assert [answered[task] for task in tasks[1:3]] == ["none", "unknown"]
    assert tasks[3] not in answered
    page.context.set_offline(True)
    page.keyboard.press("n")
    page.wait_for_function(MOVED, arg=tasks[3])
    house.reviews.steer("Chen", "towers", CampaignState.PAUSED, "New guidelines")
    page.context.set_offline(False)
    told = page.locator("#conflicts li")
    told.wait_for()
    assert "Not kept: " in told.inner_text()
    assert "This campaign is paused" in told.inner_text()
    assert tasks[3] not in choices_by(house, "Birte")
    house.reviews.steer("Chen", "towers", CampaignState.OPEN, "Written anew")
    fine(page)

    page.context.add_cookies([{"name": "login", "value": "Somebody", "url": room.address}])
    page.goto(f"{room.address}/reviews/bag")
    page.wait_for_selector(f"{READY}[data-tasks='0']")
    page.goto(f"{room.address}/reviews/bag?take=towers")
    page.wait_for_selector(f"{READY}[data-tasks='20']")
    page.context.clear_cookies()
    page.goto(f"{room.address}/reviews/bag")
    assert "Log in to Airflow first" in page.content()
    page.context.set_offline(True)
    page.goto(f"{room.address}/reviews/bag")
    page.wait_for_selector(f"{READY}[data-tasks='0']")


def test_reading_and_answering_need_no_script(room: Room, house: ReviewHouse) -> None:
    page = room.of("Plain", 390, scripts=False)
    page.goto(f"{room.address}/reviews")
    page.get_by_role("link", name="Take part: Towers of the north").click()
    page.locator("input[name=choice]").nth(2).check()
    page.get_by_role("button", name="Keep my answer").last.click()
    assert "Kept: Church of Testby" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Undo").first.click()
    assert "taken back" in page.get_by_role("status").inner_text()
    page.get_by_label("I don’t know").check()
    page.get_by_role("button", name="Keep my answer").last.click()
    assert "Kept: I don’t know." in page.get_by_role("status").inner_text()
    assert list(choices_by(house, "Plain").values()) == ["unknown"]


def test_what_is_wrong_is_put_right_by_keyboard(room: Room, house: ReviewHouse) -> None:
    said = Annotation(AnnotationKind.TRANSLATION, text="Wasserthurm", lang="de")
    task = house.reviews.suggest("Bo", "facts", (DATASET, "t/05"), Suggestion(annotation=said))
    page = room.of("Grace", 1280)
    page.goto(f"{room.address}/reviews/tasks/{task}")
    page.wait_for_selector(READY)
    fine(page)
    page.keyboard.press("w")
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.type("Wasserturm")
    page.keyboard.press("Enter")
    page.wait_for_url("**/next")
    assert choices_by(house, "Grace") == {task: "wrong"}
    [corrected] = [one for one in house.reviews.next("Farid", "facts", 9) if one.task.task_id != task]
    assert corrected.suggestion is not None
    assert corrected.suggestion.annotation == replace(said, text="Wasserturm")


def test_every_page_is_open_to_everybody(room: Room) -> None:
    for name, width, paths in (
        (
            "Narrow",
            390,
            {
                "reviews?lang=pl": "",
                "reviews/campaigns/towers/next?lang=fr": "",
                "reviews/mine/forget?lang=uk": "",
                f"reviews/danger?dataset={DATASET}&record=t/01&lang=en": "reviews-danger-phone",
                "reviews/campaigns/danger/next": "",
            },
        ),
        (
            "Elena",
            1280,
            {
                "reviews/campaigns/towers?lang=ka": "",
                "reviews/campaigns/towers/experts": "",
                "reviews/campaigns/known/next?lang=en": "",
                "reviews/campaigns/words/next": "",
            },
        ),
    ):
        page = room.of(name, width)
        for path, picture in paths.items():
            page.goto(f"{room.address}/{path}")
            if page.locator("#map").count():
                page.wait_for_selector("#map[data-marks]", state="attached")
            fine(page, picture)
