"""Remarks for a register's owner as CSV and JSON, with what to know about them."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict

from heritage.adapters.spreadsheet import spreadsheet
from heritage.model.shown import printable
from heritage.ports.feedback import Feedback, Remark

_COLUMNS = ("record_id", "about", "value", "lang", "detail", "how_sure", "source", "property", "item", "link")
_ITEM = "https://www.wikidata.org/wiki/"


def feedback_files(told: Feedback) -> dict[str, str]:
    """File name to text: `feedback.csv`, `feedback.json` and `README.txt`."""
    rows = [_row(one) for one in told.remarks]
    return {
        "feedback.csv": spreadsheet(_COLUMNS, rows),
        "feedback.json": json.dumps(rows, ensure_ascii=False, indent=1) + "\n",
        "README.txt": _readme(told),
    }


def _row(remark: Remark) -> Mapping[str, str]:
    said = {name: printable(value) for name, value in asdict(remark).items()}
    link = f"{_ITEM}{said['item']}" if said["item"][1:].isdecimal() else ""
    return {name: said[name] for name in _COLUMNS if name in said} | {"how_sure": said["sure"], "link": link}


def _readme(told: Feedback) -> str:
    kinds = Counter(remark.about.value for remark in told.remarks).most_common()
    lines = [
        f"What Wikidata knows of the records of {printable(told.title)} ({printable(told.publisher)})",
        "that the register does not say, or says otherwise.",
        f"{told.compared:,} records were compared with their items; {len(told.remarks):,} remarks:",
        *(f"  {number:,} {about}" for about, number in kinds),
        "",
        "All of it comes from Wikidata, whose data are free of all rights (CC0 1.0): use it without asking.",
        "Of the register the ids of its records are repeated, nothing else.",
        "Coordinates, dates and states are told only where Wikidata names a source that is not the register",
        "itself. Labels, identifiers and images need no source there: look before you use them.",
        "In feedback.csv an apostrophe stands before a text that a spreadsheet would run as a formula.",
    ]
    lines += [f"Not compared: {count:,} records ({why})." for why, count in told.kept_back.items()]
    return "\n".join(lines) + "\n"
