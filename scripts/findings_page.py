"""Writes the table of docs/findings.md from the catalogue; run it after a change of the codes."""

import re
from pathlib import Path

from heritage.model.finding import Severity
from heritage.model.finding_code import FindingCode

PAGE = Path(__file__).resolve().parents[1] / "docs" / "findings.md"
_TABLE = re.compile(r"(?<=<!-- codes: scripts/findings_page.py -->\n).*?(?=\n<!-- end -->)", re.DOTALL)


def page(stands: str) -> str:
    """The page with the table as it has to be."""
    rows = [
        f"| `{code.value}` | {Severity(code.weight).value} | {code.meaning} | {code.remedy} |"
        for code in FindingCode
    ]
    table = "\n".join(["| code | weight | what it means | what to do |", "|---|---|---|---|", *rows])
    return _TABLE.sub(lambda _: table, stands)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
