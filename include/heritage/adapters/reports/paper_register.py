"""A register on paper: the four lenses, its ethics note, what it covers, and what may be objected to."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from heritage.adapters.reports.paper_proposal import answer_of, gates_passed
from heritage.adapters.reports.risk_words import day
from heritage.adapters.reports.words import WEIGHTS, licence_name, word_list
from heritage.model.finding import Severity
from heritage.model.finding_code import FindingCode
from heritage.model.shown import shorten
from heritage.ports.reports import DatasetView, ProposalView

_OBJECTIONS = 4
_PROPERTY = re.compile(r"\((P\d+)\)")


def register(dataset: DatasetView, views: Sequence[ProposalView]) -> dict[str, Any]:
    """What holds for all proposals of a register, of which `views` are told in full."""
    return {
        "title": shorten(dataset.title, 160),
        "publisher": shorten(dataset.publisher, 120),
        "lenses": list(_lenses(dataset, views[0])),
        "note": shorten(dataset.ethics_note, 600),
        "note_by": note_by(dataset),
        "covers": [shorten(one, 400) for one in dataset.ethics.sentences[:4]] if dataset.ethics else [],
        "objections": list(_objections(dataset)),
        "gates": gates_passed(views),
    }


def _lenses(dataset: DatasetView, view: ProposalView) -> Iterator[dict[str, str]]:
    f = dataset.figures
    answers = [answer_of(g) for g in view.proposal.gates if g.name == "licence"]
    for_wikidata = (
        f" For Wikidata, which is free of all rights: {shorten(answers[0], 120)}." if answers else ""
    )
    yield {
        "name": "Legal",
        "text": f"{shorten(dataset.publisher, 120)} publishes under "
        f"{shorten(licence_name(dataset.licence), 60)}.{for_wikidata}",
    }
    asked_for = " ".join(shorten(fact.text, 160) for fact in dataset.engagement)
    nobody = "No request by a community, no planned reuse and no partnership is on record."
    yield {"name": "Engagement", "text": asked_for or nobody}
    unknown = next((count for level, count in f.levels.items() if level.value == "unknown"), 0)
    danger = (
        f"{f.at_risk:,} of {f.records:,} records are known to be at risk."
        if f.at_risk
        else "No record is known to be at risk."
    )
    if unknown:
        danger += f" Nothing is known about {unknown:,}; that does not make them safe."
    yield {"name": "Risk", "text": danger}
    technology = f"Matched to an item of Wikidata: {f.match:,}. Not there yet: {f.new:,}. "
    technology += f"In doubt, for a person to say: {f.review:,}."
    if f.rejected:
        technology += f" Rows of the register that could not be used: {f.rejected:,}."
    yield {"name": "Technology", "text": technology}


def note_by(dataset: DatasetView) -> str:
    """Who wrote the ethics note and when, as far as that is on record."""
    who = shorten(dataset.ethics_note_by, 100) or "those who describe the register"
    return f"by {who}, {day(dataset.ethics_note_on)}" if dataset.ethics_note_on else f"by {who}"


def with_property_names(text: str) -> str:
    """A sentence with the names of the properties that it gives by their ids in brackets.

    >>> with_property_names("A new item would not say what it is (P31).")
    'A new item would not say what it is (class (instance of)).'
    """
    names = word_list("properties")
    return _PROPERTY.sub(lambda found: f"({names.get(found[1], found[1])})", text)


def _objections(dataset: DatasetView) -> Iterator[dict[str, str]]:
    lines = [
        line
        for line in dataset.findings
        if line.count.code is not FindingCode.NEW_ITEM and line.count.severity is not Severity.INFO
    ]
    for line in lines[:_OBJECTIONS]:
        yield {
            "weight": WEIGHTS[line.count.severity],
            "what": with_property_names(line.count.code.meaning),
            "records": f"{line.count.records:,}",
        }
