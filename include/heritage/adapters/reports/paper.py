"""What the PDF says, in words: a page for everybody, then the proposals in order, then their registers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from heritage.adapters.reports.glossary import glossary
from heritage.adapters.reports.paper_first import TIES, criteria, lead, why_first
from heritage.adapters.reports.paper_proposal import answer_of, part_of, row, section
from heritage.adapters.reports.paper_register import register
from heritage.adapters.reports.paper_vote import after, asked, moment
from heritage.adapters.reports.risk_words import many
from heritage.adapters.reports.summary import overlap, summary
from heritage.adapters.reports.words import (
    RULES,
    capitalise,
    licence_name,
    plain_licences,
    without_commands,
)
from heritage.governance.agenda import Part
from heritage.model.governance import Gate
from heritage.model.shown import shorten
from heritage.ports.reports import DatasetView, PriorityReport, ProposalView

FIRST, _LEAST, _A_PART, _A_QUESTION = 14, 5, 4, 2
"""Proposals of the ranking on the first page: fewer, the more is asked, for the first is explained there."""
LISTED = 40
"""Proposals in the whole list; how many there are beside them is said."""
DETAILED = 24
"""Proposals that are told in full, the first in order of rank; all are in the HTML report."""
_COUNTRIES, _RULES, _STEPS, _UNCOUNTED = 8, 4, 8, 5
WHO = {
    "licence": "the secretary",
    "sensitivity": "the sensitivity steward",
    "quality": "the data steward",
    "ethics note": "the data steward",
}
"""Who takes the step that a gate asks for."""


def paper(
    report: PriorityReport, country: Callable[[str | None], str], items: Mapping[str, str]
) -> dict[str, Any]:
    """Everything that is on the pages, for the template; `country` gives the name of an item, `items` are the
    names of those that examples may speak of."""
    ranked = [view for view in report.ranked if view.ranked]
    detailed = [view for view in ranked if part_of(report, view) is not Part.LATER][:DETAILED]
    in_full = {one.proposal.proposal_id for one in detailed}
    agenda = [row(report, view, in_full) for view in ranked[:LISTED]]
    ask = asked(report, ranked)
    parts, questions = (len(ask["parts"]), len(ask["questions"])) if ask else (1, 0)
    first = max(_LEAST, FIRST - _A_PART * (parts - 1) - _A_QUESTION * questions)
    told = {
        "title": shorten(report.title),
        "made": moment(report.made_at),
        "sample": report.sample,
        "lead": lead(report, ranked),
        "summary": summary(report),
        "ask": ask,
        "first": why_first(report, report.to_be_first),
        "decided": _decided(report),
        "criteria": criteria(report),
        "ties": TIES,
        "agenda": agenda[:first],
        "agenda_rest": agenda[first:],
        "agenda_more": max(0, len(ranked) - LISTED),
        "waiting": list(_waiting(report.gated))[:_STEPS],
        "waiting_total": len(report.gated),
        "uncounted": [shorten(one, 300) for one in report.uncounted[:_UNCOUNTED]],
        "uncounted_more": max(0, len(report.uncounted) - _UNCOUNTED),
        "kept_back": sum(one.count for view in report.datasets for one in view.kept_back),
        "protected": [line for view in report.datasets for line in _protected(view)],
        "countries": [
            {"name": shorten(country(row.country), 60), "records": row.records, "at_risk": row.endangered}
            for row in report.countries[:_COUNTRIES]
        ],
        "countries_more": max(0, len(report.countries) - _COUNTRIES),
        "after": after(report.ask),
        "overlap": overlap(report).strip(),
        "proposals": [section(report, view, items) for view in detailed],
        "registers": [
            register(dataset, [one for one in detailed if one.dataset is dataset])
            for dataset in _in_order(detailed)
        ],
        "not_detailed": len(ranked) - len(detailed),
        "credits": [f"{shorten(one.text, 300)}, {licence_name(one.licence)}" for one in report.credits],
    }
    return told | {"glossary": glossary(told)}


def _decided(report: PriorityReport) -> str:
    number = report.weighed.decision if report.weighed else None
    return f"The weights are those of the body's decision {number}." if number else ""


def _waiting(gated: Sequence[ProposalView]) -> Iterator[dict[str, Any]]:
    """Each register's missing steps once, with how many proposals wait for them."""
    waits: dict[tuple[str, str], tuple[ProposalView, Gate, int]] = {}
    for view in gated:
        for gate in view.proposal.gates:
            if not gate.passed:
                key = (view.proposal.dataset, gate.name + gate.missing_step)
                waits[key] = (view, gate, waits[key][2] + 1 if key in waits else 1)
    for view, gate, count in waits.values():
        yield {
            "register": shorten(view.dataset.title, 100),
            "gate": shorten(gate.name, 40),
            "why": shorten(answer_of(gate), 160),
            "step": shorten(without_commands(gate.missing_step), 260),
            "who": WHO.get(gate.name, "the secretary"),
            "count": count,
        }


def _protected(dataset: DatasetView) -> Iterator[dict[str, Any]]:
    kept = dataset.protection
    if kept is None and not dataset.kept_back:
        return
    told = []
    if kept and kept.cells:
        told.append(f"{many(kept.cells, 'site')}: the map shows a square of land, not the spot")
    if kept and kept.areas:
        told.append(f"{many(kept.areas, 'site')}: a large area is named, the map shows nothing")
    if kept and kept.withheld:
        told.append(f"{many(kept.withheld, 'site')}: nothing is said anywhere")
    told += [f"{many(one.count, 'record')}: counted here, not shown" for one in dataset.kept_back]
    why = (
        [f"{RULES.get(rule, rule)} ({many(count, 'site')})" for rule, count in kept.reasons[:_RULES]]
        if kept
        else []
    )
    why += [
        shorten(f"the licence: {plain_licences(one.reason)}", 260).rstrip(".") for one in dataset.kept_back
    ]
    yield {
        "register": shorten(dataset.title, 100),
        "what": capitalise(f"{'; '.join(told)}."),
        "why": capitalise(f"{'; '.join(why)}."),
    }


def _in_order(detailed: Sequence[ProposalView]) -> list[DatasetView]:
    """Registers in the order of the best of their proposals."""
    return list({view.proposal.dataset: view.dataset for view in detailed}.values())
