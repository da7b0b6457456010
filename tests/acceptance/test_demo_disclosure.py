"""The bundled archaeological sites, as the demo takes them: the report says what it keeps back, and why."""

import re
from pathlib import Path

from heritage.model.disclosure import By, Disclosure
from heritage.wiring.governance import rank_and_report
from heritage.wiring.item_index import refresh_index
from heritage.wiring.pipeline import Run, load_dataset, run_step
from heritage.wiring.settings import Settings
from heritage.wiring.way import Step
from heritage.wiring.withhold import withhold
from installation import settings_in

SENSITIVE, WITHHELD = "gb_nhle_scheduled", "9910002"


def test_the_report_shows_squares_and_says_that_a_site_is_withheld(tmp_path: Path) -> None:
    given = {k.removeprefix("HERITAGE_").lower(): v for k, v in settings_in(tmp_path).items()}
    settings = Settings.model_validate(given)
    refresh_index(settings)
    loaded = load_dataset(SENSITIVE, settings)
    [source] = (loaded.folder / "samples").iterdir()
    snapshot = None
    for step in Step:
        told = run_step(step, Run(loaded, settings, None, source), snapshot)
        snapshot = told["snapshot"]
    assert told["new_items"] > 0, "what waits for review alone has no place in the report"
    withhold(settings, SENSITIVE, WITHHELD, Disclosure.S5, By.OWNER, "a letter", "a steward")
    [page] = Path(rank_and_report(settings).folder).glob("*.html")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")))
    why = text[text.rindex("Sites that are not shown exactly, and why") :]
    assert "Four sites are on the map as a square of land, not as a spot." in why
    assert "One site is shown nowhere, and only counted here" in why
    assert "One site: those who may ask for it have asked" in why
    assert WITHHELD not in text
