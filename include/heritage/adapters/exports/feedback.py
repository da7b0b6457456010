"""Remarks for a register's owner as CSV and JSON, with what to know about them."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict

from heritage.adapters.spreadsheet import spreadsheet
from heritage.model.shown import printable
from heritage.ports.feedback import Feedback, Remark

_MEANINGS = {
    "record_id": "the id of your record",
    "about": "what the remark is about",
    "value": "what Wikidata says; a file of Wikimedia Commons where it is an image",
    "lang": "the language of a name, as a code: en is English",
    "detail": "how far apart two places are, or why two records are one",
    "how_sure": "what it rests on",
    "source": "the address that Wikidata names as its source, or the item of a book or register",
    "property": "what Wikidata calls it: https://www.wikidata.org/wiki/Property:P4007 says what P4007 is",
    "item": "the item of your record on Wikidata",
    "link": "the page of that item",
}
"""Of each column, for somebody who has never seen Wikidata."""
_COLUMNS = tuple(_MEANINGS)
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
        f"Compared with their items: {_many(told.compared)}. Remarks: {len(told.remarks):,}",
        *(f"  {number:,} {about}" for about, number in kinds),
        "",
        "feedback.csv opens in a spreadsheet; feedback.json says the same. A row is a remark on one record:",
        *(f"  {name:10} {means}" for name, means in _MEANINGS.items()),
        "",
        "All of it comes from Wikidata, whose data are free of all rights (CC0 1.0): use it without asking.",
        "Of the register the ids of its records are repeated, nothing else.",
        "Coordinates, dates and states are told only where Wikidata names a source that is not the register",
        "itself. Labels, identifiers and images need no source there: look before you use them.",
        "In feedback.csv an apostrophe stands before a text that a spreadsheet would run as a formula.",
    ]
    lines += [f"Not compared: {_many(count)} ({why})." for why, count in told.kept_back.items()]
    return "\n".join(lines) + "\n"


def _many(number: int) -> str:
    return f"{number:,} record{'' if number == 1 else 's'}"
