"""The pages on risk in a real browser: a map drawn from this machine alone, and a list without it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browsing import (
    NO_UPLOADS,
    Amina,
    at_a_desk,
    barriers,
    broken_words,
    nothing,
    serving,
    wider_than_the_window,
)
from heritage.web.app import create_app
from heritage.web.services import Services
from risk_examples import Registers, Site, registers

pytestmark = pytest.mark.browser

DRAWN = "#map[data-sites][data-countries]"
AGAIN = "%2e%2e"
"""An id that is one way up when it is decoded twice."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    made = registers(tmp_path_factory.mktemp("risk"))
    made.add("xx_odd", "Odd numbers", [Site(AGAIN, "Twice", "watch", 0.0, -150.0, "Q30")])
    unasked = (nothing, nothing, nothing, nothing)
    services = Services(*unasked, risk=made.services(), uploads=NO_UPLOADS)
    with serving(create_app(services, Amina, "a secret of the tests")) as address:
        yield address


def drawn(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(DRAWN, state="attached")


def open_filters(page: Any) -> None:
    """On a phone they are folded away until somebody asks for them."""
    filters = page.locator(".filters")
    narrow = page.viewport_size["width"] < 900
    assert filters.evaluate("filters => filters.open") is not narrow
    if narrow:
        filters.locator("summary").press("Enter")


def counted(page: Any) -> int:
    """The sites of all marks on the map."""
    return int(page.locator("#map").get_attribute("data-sites"))


def test_the_map_and_the_list_are_there_and_open_to_everybody(page: Any, address: str) -> None:
    drawn(page, f"{address}/risk")
    assert counted(page) == 58 if page.viewport_size["width"] > 1000 else counted(page) > 50
    assert int(page.locator("#map").get_attribute("data-countries")) > 100, "outlines are drawn"
    assert page.locator(".maplibregl-canvas").count() == 1
    assert page.locator(".pin").count() >= 5
    assert page.locator(".pin.lost, .pin:has(.lost)").count() >= 1
    assert page.locator("#map-note").is_hidden()
    assert page.locator("ol.sites > li").count() == 25
    assert page.locator("h1").count() == 1
    assert barriers(page) == []
    assert broken_words(page) == []
    assert wider_than_the_window(page) <= 0
    assert [url for url in page.asked if not url.startswith((address, "data:", f"blob:{address}"))] == []
    assert page.said == []


@at_a_desk
def test_marks_stand_where_their_sites_are(page: Any, address: str) -> None:
    """What is seen, not only what is said: the shape of a mark lies in its place."""
    drawn(page, f"{address}/risk?country=Q1016")
    away = page.evaluate("""() => {
        const middle = box => [box.left + box.width / 2, box.top + box.height / 2]
        const map = middle(document.querySelector('#map').getBoundingClientRect())
        const mark = middle(document.querySelector('.pin use').getBoundingClientRect())
        return [mark[0] - map[0], mark[1] - map[1]]
    }""")
    assert max(map(abs, away)) < 3, "the only site is in the middle"


def test_filters_narrow_the_map_and_the_list_without_a_mouse(page: Any, address: str) -> None:
    drawn(page, f"{address}/risk")
    open_filters(page)
    box = page.get_by_label("critical", exact=True)
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Show these").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/risk?level=critical*")
    page.wait_for_selector(DRAWN, state="attached")
    assert page.locator("ol.sites > li").count() == 3
    assert counted(page) == 2, "one lies in a war"
    open_filters(page)
    assert page.get_by_label("critical", exact=True).is_checked()
    page.get_by_label("Country").select_option("Q34")
    page.get_by_role("button", name="Show these").click()
    page.wait_for_url("**country=Q34*")
    assert page.locator("ol.sites > li").count() == 2
    page.get_by_role("link", name="Show all sites").click()
    page.wait_for_url("**/risk")
    assert page.said == []


@at_a_desk
def test_a_mark_opens_by_keyboard_and_leads_to_the_site(page: Any, address: str) -> None:
    drawn(page, f"{address}/risk?country=Q1016")
    pin = page.get_by_role("button", name="Clock tower of Tripoli: lost")
    pin.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Clock tower of Tripoli").first.wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".maplibregl-popup").count() == 0
    assert pin.evaluate("pin => pin === document.activeElement")
    page.keyboard.press("Enter")
    page.locator(".told a").press("Enter")
    page.wait_for_url("**/risk/world_sample/w%2F2?country=Q1016")
    assert page.locator("h1").inner_text() == "Clock tower of Tripoli"


@at_a_desk
def test_what_was_chosen_stays_chosen_on_the_way_to_a_site_and_back(page: Any, address: str) -> None:
    page.goto(f"{address}/risk?level=at_risk&level=unknown&level=watch&level=vulnerable&country=Q34&page=2")
    first = page.locator("ol.sites a").first
    name = first.inner_text()
    first.click()
    page.wait_for_selector(".verdict")
    page.get_by_role("link", name="Back to the sites you chose").click()
    page.wait_for_url("**/risk?level=*country=Q34*")
    assert page.locator("ol.sites a").first.inner_text() == name
    page.go_back()
    page.go_back()
    assert page.locator("ol.sites a").first.inner_text() == name
    chosen = page.get_by_role("list", name="What you chose")
    assert chosen.get_by_role("link").all_inner_texts()[:-1] != []
    chosen.get_by_role("link", name="vulnerable").click()
    page.wait_for_url(lambda url: url.endswith("&country=Q34") and "vulnerable" not in url)
    assert page.said == []


def test_evidence_is_read_on_a_phone_without_moving_it_sideways(page: Any, address: str) -> None:
    page.goto(f"{address}/risk/world_sample/w%2F1")
    hidden = page.evaluate("""() => {
        const region = document.querySelector('[aria-label=Evidence]')
        return region.scrollWidth - region.clientWidth
    }""")
    assert hidden <= 0
    table = page.get_by_role("table", name="Evidence, what counts today first")
    assert table.get_by_role("columnheader").count() == 7, "a screen reader has the table still"
    assert table.get_by_role("cell").count() == 6


def test_what_a_mark_tells_is_whole_wherever_it_stands(page: Any, address: str) -> None:
    drawn(page, f"{address}/risk")
    for number in range(page.locator(".pin").count()):
        page.locator(".pin").nth(number).evaluate("pin => pin.click()")
        page.locator(".told").wait_for()
        cut = page.evaluate("""() => {
            const map = document.querySelector('#map').getBoundingClientRect()
            const box = document.querySelector('.maplibregl-popup-content').getBoundingClientRect()
            const aside = Math.max(map.left - box.left, box.right - map.right)
            return Math.max(aside, map.top - box.top, box.bottom - map.bottom)
        }""")
        assert cut < 1, page.locator(".told").inner_text()
        page.keyboard.press("Escape")


@at_a_desk
def test_a_mark_of_several_levels_shows_their_shares_and_the_worst(page: Any, address: str) -> None:
    drawn(page, f"{address}/risk")
    mixed = page.locator(".pin.mixed")
    assert mixed.count() >= 1
    for number in range(mixed.count()):
        one = mixed.nth(number)
        levels = one.locator(".ring circle:not(.inside)")
        told = one.get_attribute("aria-label").partition(": ")[2].split(", ")
        assert levels.count() == len(told) > 1
        assert levels.first.get_attribute("class") in one.locator(".mark").get_attribute("class")


@at_a_desk
def test_marks_come_apart_nearer_by(page: Any, address: str) -> None:
    drawn(page, f"{address}/risk")
    page.locator(".pin:has(span)").last.click()
    page.get_by_role("button", name="Show them nearer").click()
    page.wait_for_selector("#map:not([data-sites='58'])", state="attached")
    assert 1 < counted(page) < 58
    assert page.said == []


@pytest.mark.parametrize("number", ["world_sample/w%2F1", "world_sample/w%2F7", "se_guarded/g1"])
def test_the_page_of_a_site_is_open_to_everybody(page: Any, address: str, number: str) -> None:
    page.goto(f"{address}/risk/{number}")
    assert page.locator("h1").count() == 1
    assert page.get_by_role("region", name="Evidence").count() == 1
    assert barriers(page) == []
    assert broken_words(page) == []
    assert wider_than_the_window(page) <= 0
    assert [url for url in page.asked if not url.startswith((address, "data:"))] == []
    assert page.said == []


@at_a_desk
def test_an_id_that_looks_like_a_way_up_has_its_page(page: Any, address: str) -> None:
    page.goto(f"{address}/risk?dataset=xx_odd")
    page.get_by_role("link", name="Twice").click()
    page.wait_for_url("**/risk/xx_odd/%252e%252e?dataset=xx_odd")
    assert page.locator("h1").inner_text() == "Twice"


def test_without_webgl_the_page_says_so_and_the_list_is_whole(
    browser: Any, chromium: str, address: str
) -> None:
    plain = browser.browser_type.launch(
        executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-3d-apis"]
    )
    page = plain.new_page()
    page.goto(f"{address}/risk")
    page.wait_for_selector("#map.without")
    assert "The list below says the same" in page.locator("#map-note").inner_text()
    assert page.locator("ol.sites > li").count() == 25
    plain.close()


def test_without_script_the_filters_and_the_list_work(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/risk")
    assert page.get_by_text("The map needs JavaScript").is_visible()
    page.get_by_role("group", name="Doubts").get_by_label("all evidence has expired").check()
    page.get_by_role("button", name="Show these").click()
    assert page.locator("ol.sites > li").count() == 1
    context.close()


@at_a_desk
def test_no_site_fits(page: Any, address: str, tmp_path: Path) -> None:
    drawn(page, f"{address}/risk?country=Q1")
    assert counted(page) == 0
    assert "No site fits" in page.locator("#list").inner_text()
    with serving(
        create_app(
            Services(*[nothing] * 4, risk=Registers(tmp_path).services(), uploads=NO_UPLOADS), Amina, "x"
        )
    ) as empty:
        drawn(page, f"{empty}/risk")
        assert "No register has been flagged yet" in page.locator("#list").inner_text()
    assert page.said == []
