"""The page of codes says what the catalogue says."""

import runpy
from pathlib import Path

from heritage.model.finding_code import FindingCode

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_codes_is_as_the_catalogue_makes_it():
    stands = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    made = runpy.run_path(str(ROOT / "scripts" / "findings_page.py"))["page"](stands)
    assert stands == made, "run scripts/findings_page.py"
    assert all(code.meaning in stands for code in FindingCode)
