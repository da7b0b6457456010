"""The report and the pages in a real browser: silent, alone, readable on a phone, open to everybody."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import report_examples
from browsing import Amina, barriers, broken_words, nothing, serving, wider_than_the_window
from heritage.adapters.reports.html import HtmlReportWriter
from heritage.adapters.reports.preview_page import preview_page
from heritage.disclosure.gate import PUBLISHED_PLACES
from heritage.model.edit import EditState
from heritage.model.governance import LicenceAnswer
from heritage.ports.decisions import Batch
from heritage.ports.overview import BatchRow, DatasetRow, Stopped
from heritage.ports.preview import OpenTerm, Preview, Shown
from heritage.spec.dataset import DatasetSpec
from heritage.spec.tier import Tier
from heritage.steps import check_page
from heritage.web.app import create_app
from heritage.web.services import RiskServices, Services
from record_examples import records
from register_examples import description, suites
from report_examples import HOSTILE
from upload_examples import Uploads

pytestmark = pytest.mark.browser

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def writer(repository: Path) -> HtmlReportWriter:
    return HtmlReportWriter(repository / "datasets/_vocabularies/natural_earth/countries_110m.geojson")


@pytest.mark.parametrize("text", ["plain", "hostile"])
def test_the_report_opens_alone_and_is_open_to_everybody(
    page: Any, writer: HtmlReportWriter, tmp_path: Path, text: str
) -> None:
    report = report_examples.report() if text == "plain" else report_examples.hostile_report()
    address = writer.write(report, tmp_path)[0].as_uri()
    page.goto(address)
    assert page.asked == [address]
    assert page.said == []
    assert wider_than_the_window(page) <= 0
    assert page.locator("h1").count() == 1
    assert page.locator(".chart:visible").count() == 1
    assert barriers(page) == []
    assert text == "hostile" or broken_words(page) == []
    assert wider_than_the_window(page) <= 0, "with everything unfolded"


def test_a_preview_of_a_register_in_another_script_is_readable(
    page: Any, repository: Path, tmp_path: Path
) -> None:
    terms = [OpenTerm("admin", "MUNIC", f"მუნიციპალიტეტი {n}", 90 - n) for n in range(30)]
    fields = {"name (ka)": "ეკლესია", "point": "41.76577, 42.69699 ± 1 m", "place_method": "given"}
    seen = Preview(
        "ge_sites",
        "საქართველოს ძეგლები",
        "Drafted by machine; nobody has confirmed it.",
        False,
        "the bundled sample",
        180,
        {"id-missing": (3, HOSTILE)},
        {"date-unreadable": (1, "180 records, such as '01/01/2002'.")},
        [Shown(f"GE-{n:05}", fields, ["place"]) for n in range(10)],
        [OpenTerm("classes", "TIPI", HOSTILE * 3, 1234), *terms],
        PUBLISHED_PLACES.empty_table(),
    )
    path = tmp_path / "preview.html"
    atlas = repository / "datasets/_vocabularies/natural_earth/countries_110m.geojson"
    path.write_text(preview_page(seen, atlas), encoding="utf-8")
    page.goto(path.as_uri())
    assert page.asked == [path.as_uri()]
    assert page.locator("section").count() == 10
    assert "such as '01/01/2002'" in page.locator("body").inner_text()
    assert barriers(page) == []
    assert broken_words(page) == []
    assert wider_than_the_window(page) <= 0


SNAPSHOT = "0f3a9c21b7d4e685"
Checked = dict[tuple[str, str], str]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """The pages of a snapshot's checks, of a register whose words are hostile."""
    spec = DatasetSpec.model_validate(
        description(
            title=HOSTILE,
            kind="site",
            checks={
                "expectations": [
                    {
                        "type": "expect_column_values_to_not_be_null",
                        "kwargs": {"column": "designation"},
                        "severity": "note",
                        "why": HOSTILE,
                    }
                ]
            },
        )
    )
    examined = suites().check(spec, records(), {"point-outside": 1})
    report = {
        "title": HOSTILE,
        "snapshot": SNAPSHOT,
        "records": 20,
        "rejected": 1,
        "compared_with": None,
        "issues": [{"severity": "note", "message": HOSTILE}],
        "expectations": [asdict(one) for one in examined.results],
        "notes": {"counts": {"point-outside": 1}, "examples": {"point-outside": [HOSTILE]}},
    }
    pages = {"checks": check_page.page(report), "data_docs": examined.page}
    return {(SNAPSHOT, name): html for name, html in pages.items()}


@pytest.fixture
def address(writer: HtmlReportWriter, checked: Checked) -> Iterator[str]:
    """The pages on the loopback, logged in as a member, with one open round."""
    report = report_examples.report()
    rows = [
        DatasetRow(
            view.figures.dataset,
            view.title,
            view.publisher,
            view.source,
            view.licence,
            view.licence_evidence,
            view.figures,
            tier=Tier.SILVER,
            missing=("nobody has confirmed its source (made up)",),
            checked=SNAPSHOT,
        )
        for view in report.datasets
    ]
    batch = BatchRow(
        Batch("b-2026-11", "test.wikidata", (1, 2), NOW),
        {EditState.CONFIRMED: 118, EditState.SKIPPED: 2},
        {"the item is protected": 2},
    )
    stopped = BatchRow(
        Batch("b-2026-10", "test.wikidata", (1,), NOW),
        {EditState.PLANNED: 3, EditState.CONFIRMED: 1},
        {},
        Stopped(
            *("ge_monuments", "საქართველოს ძეგლების რეესტრი", 3, ("names", "new items")),
            LicenceAnswer.NEEDS_WAIVER,
            "CC-BY-4.0: It asks for attribution.",
            ("LicenseRef-public-domain-statute",),
            ("Ask the publisher: `heritage permission letter ge_monuments`.", "Then the body decides again."),
            NOW,
        ),
    )
    html = writer.render(report)
    services = Services(
        report=lambda: html,
        datasets=lambda: rows,
        batches=lambda: [batch, stopped],
        checks_page=lambda _, snapshot, name: checked.get((snapshot, name)),
        risk=RiskServices(nothing, nothing, nothing, nothing),
        uploads=Uploads().services(),
    )
    with serving(create_app(services, Amina, "a secret of the tests")) as address:
        yield address


def test_the_pages_of_the_checks_open_from_the_datasets_and_load_nothing(page: Any, address: str) -> None:
    page.goto(f"{address}/datasets")
    page.get_by_role("link", name="Checks").first.click()
    page.wait_for_url("**/checks.html")
    assert barriers(page) == []
    assert broken_words(page) == []
    assert wider_than_the_window(page) <= 0
    page.get_by_role("link", name="Data Docs of Great Expectations").click()
    page.wait_for_url("**/data_docs.html")
    assert page.locator("h1").count() == 1
    assert "Every record has the register's own id." in page.locator("body").inner_text()
    assert page.get_by_text("onerror").count() >= 1, "hostile text is there, as text"
    assert barriers(page) == []
    assert broken_words(page) == []
    assert wider_than_the_window(page) <= 0
    assert [url for url in page.asked if not url.startswith((address, "data:"))] == []
    assert page.said == []


def test_a_batch_that_the_licence_stopped_says_why_and_what_to_do(page: Any, address: str) -> None:
    page.goto(f"{address}/uploads")
    page.get_by_role("link", name="stopped by the licence").click()
    card = page.get_by_role("article", name="საქართველოს ძეგლების რეესტრი")
    told = card.inner_text()
    assert "Three edits of batch b-2026-10" in told
    assert "one edit of it was sent before and stays" in told
    assert "needs the publisher's written permission" in told
    assert "planned under public domain statute" in told
    assert card.locator("code").all_inner_texts() == ["heritage permission letter ge_monuments"]
    assert "`" not in page.locator("body").inner_text()
    assert page.get_by_role("table").get_by_role("row").count() == 3
    sideways = "() => [...document.querySelectorAll('.scroll')].map(one => one.scrollWidth - one.clientWidth)"
    assert max(page.evaluate(sideways)) <= 0, "nothing is cut off at the side"
