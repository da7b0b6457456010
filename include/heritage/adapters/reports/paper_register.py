"""The page of a register in the PDF: the four lenses, what it covers, and its proposals."""

from collections.abc import Iterator, Sequence
from typing import Any

from heritage.adapters.reports.paper_vote import PARTS, hours
from heritage.adapters.reports.ranking_chart import CRITERIA
from heritage.adapters.reports.words import (
    LICENCE_ANSWERS,
    WEIGHTS,
    duration,
    edit_sentences,
    licence_name,
    plain_licences,
    word_list,
)
from heritage.governance.agenda import Part
from heritage.model.finding import Severity
from heritage.model.finding_code import FindingCode
from heritage.model.governance import Gate, Ranked
from heritage.model.shown import shorten
from heritage.ports.reports import DatasetView, PriorityReport, ProposalView

_EXAMPLES, _SENTENCES, _OBJECTIONS, _REASONS = 2, 6, 4, 4


def reasons_of(place: Ranked) -> list[str]:
    """What speaks for it, a sentence each; licence and version of the settings are told elsewhere."""
    said = place.proposal.reasons[:_REASONS] if place.proposal.scored else place.proposal.reasons
    return [shorten(plain_licences(reason), 300) for reason in said]


def value_of(place: Ranked, key: str) -> float:
    """What a criterion adds to its score."""
    return place.contributions.get(key, 0.0)


def place_of(view: ProposalView) -> Ranked:
    """Its place, which only what is ranked has."""
    if view.ranked is None:
        raise ValueError(f"{view.proposal.proposal_id} has no place in the ranking")
    return view.ranked


def answer_of(gate: Gate) -> str:
    """What a gate answers, in words."""
    return {str(answer): words for answer, words in LICENCE_ANSWERS.items()}.get(gate.answer, gate.answer)


def label_of(place: Ranked) -> str:
    """Where its own lines are in the file."""
    return f"proposal-{place.rank}"


def part_of(report: PriorityReport, view: ProposalView) -> Part | None:
    """What becomes of it in the round."""
    return report.ask.parts.get(view.proposal.proposal_id) if report.ask else None


def register(report: PriorityReport, dataset: DatasetView, views: Sequence[ProposalView]) -> dict[str, Any]:
    """A register with those of its proposals that are told in full."""
    return {
        "title": shorten(dataset.title, 160),
        "publisher": shorten(dataset.publisher, 120),
        "lenses": list(_lenses(dataset, views[0])),
        "covers": [shorten(one, 400) for one in dataset.ethics.sentences[:4]] if dataset.ethics else [],
        "objections": list(_objections(dataset)),
        "proposals": [_proposal(report, view) for view in views],
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
    yield {"name": "Engagement", "text": f"{asked_for or nobody} {shorten(dataset.ethics_note, 400)}".strip()}
    unknown = next((count for level, count in f.levels.items() if level.value == "unknown"), 0)
    danger = (
        f"{f.at_risk:,} of {f.records:,} records are known to be at risk."
        if f.at_risk
        else "No record is known to be at risk."
    )
    if unknown:
        danger += f" Nothing is known about {unknown:,}; that does not make them safe."
    yield {"name": "Risk", "text": danger}
    technology = f"Found on Wikidata: {f.match:,}. Not there yet: {f.new:,}. "
    technology += f"Waiting for a person to say: {f.review:,}."
    if f.rejected:
        technology += f" Rows of the register that could not be used: {f.rejected:,}."
    yield {"name": "Technology", "text": technology}


def _objections(dataset: DatasetView) -> Iterator[dict[str, str]]:
    lines = [
        line
        for line in dataset.findings
        if line.count.code is not FindingCode.NEW_ITEM and line.count.severity is not Severity.INFO
    ]
    for line in lines[:_OBJECTIONS]:
        yield {
            "weight": WEIGHTS[line.count.severity],
            "what": line.count.code.meaning,
            "records": f"{line.count.records:,}",
            "remedy": line.count.code.remedy,
        }


def _proposal(report: PriorityReport, view: ProposalView) -> dict[str, Any]:
    place, r, part = place_of(view), view.proposal.rehearsal, part_of(report, view)
    question = not view.proposal.scored
    figures = [
        ("edits", f"{r.edits:,}"),
        ("of them new items", f"{r.new_items:,}"),
        ("statements", f"{r.statements:,}"),
        ("sources added to existing statements", f"{r.references:,}"),
        ("names", f"{r.labels:,}"),
        ("conflicts, not edited", f"{r.conflicts:,}"),
        ("withheld", f"{r.withheld:,}"),
        ("to upload", duration(r.minutes)),
        ("of reviewing", hours(view.proposal.reviewer_hours)),
    ]
    return {
        "rank": place.rank,
        "label": label_of(place),
        "title": shorten(view.proposal.title, 200),
        "fate": PARTS[part] if part else place.robustness,
        "part": part.value if part else "",
        "score": "" if question else f"{place.score:.2f}",
        "chosen": "" if question else f"{place.p_funded:.0%}",
        "bars": [] if question else [round(max(0.0, value_of(place, key)), 4) for key in CRITERIA],
        "values": [] if question else [f"{value_of(place, key):.2f}" for key in CRITERIA],
        "reasons": reasons_of(place),
        "to_be_first": shorten(report.to_be_first.get(view.proposal.proposal_id, ""), 400),
        "figures": [] if question else [{"what": what, "value": value} for what, value in figures],
        "stopped": sum(count for _, count in r.stopped),
        "gates": [f"{shorten(g.name, 40)}: {shorten(answer_of(g), 160)}" for g in view.proposal.gates],
        "covered_least": view.proposal.under_covered,
        "kept_back": bool(view.dataset.kept_back),
        "examples": [
            {
                "name": shorten(example.name, 120),
                "item": shorten(example.qid, 20) if example.qid else "a new item",
                "sentences": edit_sentences(example, word_list("properties"))[:_SENTENCES],
            }
            for example in view.examples[:_EXAMPLES]
        ],
    }
