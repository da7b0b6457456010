"""The pages on matches and on the reconciliation service in a real browser, and another site that asks it."""

from collections.abc import Iterator
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
from heritage.adapters.outlines import Outlines
from heritage.web.app import create_app
from heritage.web.recon.standalone import create_app as standalone
from heritage.web.services import ReconServices, RiskServices, Services
from match_examples import DATASET, services
from recon_examples import held
from risk_examples import OUTLINES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    risk = RiskServices(nothing, nothing, nothing, Outlines(OUTLINES.parent).geojson)
    unasked = [nothing] * 4
    matches = services(tmp_path_factory.mktemp("matches"))
    recon = ReconServices(held(), 50)
    app = create_app(
        Services(*unasked, risk=risk, uploads=NO_UPLOADS, matches=matches, reconciliation=recon),
        Amina,
        "a secret",
    )
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def alone() -> Iterator[str]:
    with serving(standalone(ReconServices(held(), 50))) as address:
        yield address


def fit(page: Any) -> None:
    assert barriers(page) == []
    assert broken_words(page) == []
    assert wider_than_the_window(page) <= 0


def test_a_record_is_found_in_the_list_and_its_match_explained(page: Any, address: str) -> None:
    page.goto(f"{address}/matches/{DATASET}?decision=match")
    fit(page)
    page.get_by_role("link", name="Dunmere Windmill").click()
    page.wait_for_url("**/a%2F3")
    page.wait_for_selector("#map[data-marks]", state="attached")
    assert page.locator("h1").inner_text() == "Dunmere Windmill"
    candidates = page.locator("article.candidate")
    assert candidates.count() >= 1
    assert "likely" in candidates.first.inner_text()
    assert candidates.first.locator("tbody tr").count() > 5
    page.get_by_role("button", name="Candidate 1: Dunmere Windmill").click()
    page.locator(".maplibregl-popup").wait_for()
    fit(page)
    assert [url for url in page.asked if not url.startswith((address, "data:", "blob:"))] == []
    assert page.said == []


def test_a_generalised_record_has_a_square_and_no_candidate(page: Any, address: str) -> None:
    page.goto(f"{address}/matches/{DATASET}/a%2F5")
    page.wait_for_selector("#map[data-marks='1']", state="attached")
    text = page.locator("main").inner_text()
    assert "shown as a square of 0.1 degrees" in text
    assert "is not told" in text
    assert page.locator("article.candidate").count() == 0
    assert "Q10" not in page.content()
    fit(page)
    assert page.said == []


@at_a_desk
def test_hostile_names_are_text(page: Any, address: str) -> None:
    page.goto(f"{address}/matches/{DATASET}/a%2F8")
    page.wait_for_selector("#map[data-marks]", state="attached")
    assert page.get_by_text("onerror").count() >= 1
    fit(page)
    assert page.said == []


def test_without_webgl_the_page_says_so(browser: Any, chromium: str, address: str) -> None:
    plain = browser.browser_type.launch(
        executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-3d-apis"]
    )
    page = plain.new_page()
    page.goto(f"{address}/matches/{DATASET}/a%2F3")
    page.wait_for_selector("#map.without")
    assert page.locator("article.candidate").count() >= 1
    plain.close()


@pytest.mark.parametrize("where", ["address", "alone"])
def test_the_page_of_the_service_is_open_to_everybody(
    page: Any, where: str, request: pytest.FixtureRequest
) -> None:
    served = request.getfixturevalue(where)
    page.goto(f"{served}/reconcile")
    assert f"{served}/reconcile/0.2" in page.locator("main").inner_text()
    fit(page)
    assert page.said == []


@at_a_desk
@pytest.mark.parametrize("version", ["0.2", "1.0"])
def test_a_preview_fits_the_frame_that_the_manifest_names(page: Any, alone: str, version: str) -> None:
    page.set_viewport_size({"width": 420, "height": 260})
    for item in ("Q2001", "Q2004", "Q2005"):
        page.goto(f"{alone}/reconcile/{version}/preview?id={item}")
        assert wider_than_the_window(page) <= 0
        assert barriers(page) == []
    page.goto(f"{alone}/reconcile/{version}/preview?id=Q2001")
    assert page.evaluate("document.documentElement.scrollHeight - window.innerHeight") <= 0
    assert page.said == []


@at_a_desk
def test_a_page_of_another_site_asks_both_versions(page: Any, alone: str, address: str) -> None:
    """As clients in a browser do: the page comes from one origin, the service from another."""
    page.goto(f"{address}/reconcile")
    asked = """async (address) => {
        const old = await fetch(address + '/reconcile/0.2', {method: 'POST', body: new URLSearchParams(
            {queries: JSON.stringify({q0: {query: 'Dunmere Castle'}})})})
        const now = await fetch(address + '/reconcile/1.0/match', {method: 'POST',
            headers: {'Content-Type': 'application/json', 'Accept-Language': 'de'},
            body: JSON.stringify({queries: [{conditions: [
                {matchType: 'name', propertyValue: 'Dunmere Castle'}]}]})})
        const refused = await fetch(address + '/reconcile/0.2?queries=x')
        return [(await old.json()).q0.result[0].id, (await now.json()).results[0].candidates[0].id,
            (await refused.json()).error]
    }"""
    # what the page itself may load is its own policy; a client's page has another
    blank = page.context.browser.new_context(bypass_csp=True).new_page()
    blank.goto(f"{address}/reconcile")
    assert blank.evaluate(asked, alone) == ["Q1033", "Q1033", "queries is not JSON."]
    blank.context.close()
