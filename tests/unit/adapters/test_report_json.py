"""The shape of `report.json` is the one that docs/report-json.md describes, field by field."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import report_examples
from heritage.adapters.reports.as_json import FORMAT, VERSION, as_json
from heritage.licence.leaving import Credit, KeptBack
from heritage.ports.reports import LicenceLine, PriorityReport, ProtectedExample, Protection

BY_NAME = {"contributions", "levels", "doubts", "weights"}
"""Objects whose keys are data."""


def fields(value: Any, at: str = "") -> Iterator[str]:
    """Every place of a JSON value, as `ranked[].gates[].name`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            path = f"{at}.{key}" if at else key
            yield path
            if key not in BY_NAME:
                yield from fields(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{at}[]")


def everything() -> PriorityReport:
    """The example with nothing left out."""
    base = report_examples.asked()
    credit = Credit(
        "A register", "A register, its publisher", "CC-BY-4.0", "https://reg.example/licence", False
    )
    kept = Protection(3, 1, 1, (("R4", 5),), ProtectedExample("A mound", "en", 0.01, ("its place",)))
    first, *others = base.datasets
    full = replace(
        first,
        protection=kept,
        licence_answers=(LicenceLine("wikidata", "ALLOW", "It is free."),),
        kept_back=(KeptBack(2, "All rights are reserved.", "Ask the publisher."),),
        credit=credit,
    )
    return replace(base, datasets=(full, *others), credits=(credit,))


def test_the_fields_are_those_that_are_described(repository: Path) -> None:
    content = json.loads(as_json(everything()))
    page = (repository / "docs" / "report-json.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)
    assert len(set(described)) == len(described)
    found = set(fields(content))
    gated = {path for path in found if path.startswith("gated[]")}
    assert {path.replace("gated[]", "ranked[]") for path in gated} <= set(described)
    assert sorted(described) == sorted(found - gated)
    assert (content["format"], content["version"]) == (FORMAT, VERSION)
    assert f'version {VERSION} of its shape, `"{FORMAT}"`' in " ".join(page.split())


def test_what_is_asked_is_in_it() -> None:
    content = json.loads(as_json(report_examples.asked()))
    assert content["ask"]["closes_at"].startswith("2026-12-01T09:30")
    assert [one["part"] for one in content["ranked"]] == ["consent", "consent", "ballot", "later"]
    assert content["ranked"][2]["to_be_first"] == "It would be first if equity weighed 60% instead of 30%."
    assert content["weighed"]["decision"] == 7
    assert [(one["number"], one["supersedes"]) for one in content["questions"]] == [(5, 4)]
    without = json.loads(as_json(report_examples.report()))
    assert without["ask"] is None
    assert {one["part"] for one in without["ranked"]} == {None}
