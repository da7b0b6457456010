"""What the PDF says, in words: first two pages for everybody, then each register with its proposals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from heritage.adapters.reports.paper_register import (
    answer_of,
    label_of,
    part_of,
    place_of,
    reasons_of,
    register,
    value_of,
)
from heritage.adapters.reports.paper_vote import PARTS, after, asked, hours, moment
from heritage.adapters.reports.ranking_chart import CRITERIA
from heritage.adapters.reports.risk_words import many
from heritage.adapters.reports.summary import summary
from heritage.adapters.reports.words import (
    RULES,
    capitalise,
    licence_name,
    plain_licences,
    without_commands,
    word_list,
)
from heritage.governance.agenda import Part
from heritage.model.governance import Gate
from heritage.model.shown import shorten
from heritage.ports.reports import DatasetView, PriorityReport, ProposalView

_MEANS = {
    "urgency": "how much of it is in danger",
    "relevance": "who asked for it, who will use it",
    "equity": "what Wikidata lacks, and of whom",
    "readiness": "how complete and how sure the data is",
}
LISTED = 40
"""Proposals in the list of the agenda; how many there are beside them is said."""
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


def paper(report: PriorityReport, country: Callable[[str | None], str]) -> dict[str, Any]:
    """Everything that is on the pages, for the template; `country` gives the name of an item."""
    ranked = [view for view in report.ranked if view.ranked]
    detailed = [view for view in ranked if part_of(report, view) is not Part.LATER][:DETAILED]
    return {
        "title": shorten(report.title),
        "made": moment(report.made_at),
        "sample": report.sample,
        "lead": _lead(report, len(ranked)),
        "summary": summary(report),
        "ask": asked(report, ranked),
        "first": _first(ranked, report.to_be_first),
        "criteria": [
            {"label": label, "colour": colour, "meaning": _MEANS[key]}
            for key, (label, colour) in CRITERIA.items()
        ],
        "agenda": [
            _row(report, view, {one.proposal.proposal_id for one in detailed}) for view in ranked[:LISTED]
        ],
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
        "registers": [
            register(
                report,
                dataset,
                [view for view in detailed if view.proposal.dataset == dataset.figures.dataset],
            )
            for dataset in _in_order(detailed)
        ],
        "not_detailed": len(ranked) - len(detailed),
        "credits": [f"{shorten(one.text, 300)}, {licence_name(one.licence)}" for one in report.credits],
        "glossary": word_list("glossary"),
    }


def _lead(report: PriorityReport, ranked: int) -> str:
    together = report.together
    would = (
        f" All of it together would make {many(together.edits, 'edit')} there, "
        f"{many(together.new_items, 'new item')} among them; nothing that others wrote is changed or removed."
        if ranked
        else ""
    )
    return (
        f"{capitalise(many(len(report.datasets), 'register'))} of heritage "
        f"{'was' if len(report.datasets) == 1 else 'were'} compared with Wikidata, the free database that "
        f"Wikipedia draws on. This report proposes what could be added next; you decide what is. "
        f"{capitalise(many(ranked, 'proposal'))} can be decided on now, {many(len(report.gated))} cannot "
        f"yet.{would}"
    )


def _first(ranked: Sequence[ProposalView], changes: Mapping[str, str]) -> list[str]:
    """Why the first is first, and what would put another there."""
    scored = [view.ranked for view in ranked if view.ranked and view.proposal.scored]
    if not scored:
        return []
    first = scored[0]
    parts = [f"{label.lower()} gives {value_of(first, key):.2f}" for key, (label, _) in CRITERIA.items()]
    by = ", ".join(parts)
    told = [
        f"“{shorten(first.proposal.title)}” has {first.score:.2f} points of 1.00: {by}.",
        " ".join(reasons_of(first)[:3]),
        f"The weights of the four criteria were varied many times: there were hours for it in "
        f"{first.p_funded:.0%} of them. That is not how often it kept its place.",
    ]
    if len(scored) > 1:
        second = scored[1]
        gap = {key: value_of(first, key) - value_of(second, key) for key in CRITERIA}
        key = max(gap, key=lambda one: gap[one])
        if gap[key] > 0:
            told.append(
                f"The second, “{shorten(second.proposal.title)}”, has {second.score:.2f}; the greatest "
                f"difference is "
                f"in {CRITERIA[key][0].lower()}: {value_of(first, key):.2f} against "
                f"{value_of(second, key):.2f}."
            )
    change = changes.get(first.proposal.proposal_id)
    return [*told, shorten(change, 400)] if change else told


def _row(report: PriorityReport, view: ProposalView, detailed: set[str]) -> dict[str, Any]:
    place, part = place_of(view), part_of(report, view)
    return {
        "rank": place.rank,
        "title": shorten(view.proposal.title, 150),
        "label": label_of(place) if view.proposal.proposal_id in detailed else None,
        "part": part.value if part else "",
        "fate": PARTS[part] if part else place.robustness,
        "score": f"{place.score:.2f}" if view.proposal.scored else "–",
        "bars": [round(max(0.0, value_of(place, key)), 4) for key in CRITERIA],
        "chosen": f"{place.p_funded:.0%}" if view.proposal.scored else "–",
        "edits": f"{view.proposal.rehearsal.edits:,}",
        "hours": hours(view.proposal.reviewer_hours),
    }


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
        told.append(
            f"{many(kept.cells, 'site')} in the middle of a square, not where "
            f"{'it is' if kept.cells == 1 else 'they are'}"
        )
    if kept and kept.areas:
        told.append(f"{many(kept.areas, 'site')} with a large area only, on no map")
    if kept and kept.withheld:
        told.append(f"{many(kept.withheld, 'site')} nowhere at all")
    told += [f"{many(one.count, 'record')} only counted, not shown" for one in dataset.kept_back]
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
