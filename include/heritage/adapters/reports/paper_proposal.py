"""A proposal on paper: its line in the ranking, and its section with what it would do in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from heritage.adapters.reports.paper_vote import PARTS, hours
from heritage.adapters.reports.ranking_chart import CRITERIA
from heritage.adapters.reports.risk_words import many
from heritage.adapters.reports.words import (
    LICENCE_ANSWERS,
    capitalise,
    duration,
    edit_sentences,
    plain_licences,
    word_list,
)
from heritage.governance.agenda import Part
from heritage.model.governance import Gate, Ranked, Rehearsal, Scope
from heritage.model.shown import shorten
from heritage.ports.reports import PriorityReport, ProposalView

_EXAMPLES, _SENTENCES, _REASONS = 2, 6, 4


def reasons_of(place: Ranked) -> list[str]:
    """What speaks for it, a sentence each; licence and version of the settings are told elsewhere."""
    said = place.proposal.reasons[:_REASONS] if place.proposal.scored else place.proposal.reasons
    return [shorten(plain_licences(reason), 300) for reason in said]


def points_of(place: Ranked, key: str) -> float:
    """What a criterion adds to its score: value times weight."""
    return place.contributions.get(key, 0.0)


def sums_of(report: PriorityReport, place: Ranked) -> dict[str, str]:
    """By criterion, how its points come about.

    Values and points have as many decimals as tell proposals apart that stand close together.
    """
    weights = report.weighed.weights if report.weighed else {}
    return {
        key: f"{getattr(place.proposal.criteria, key):.3f} × {weights[key]:.1%} = ".replace(".0%", "%")
        + f"{points_of(place, key):.3f}"
        if key in weights
        else f"{points_of(place, key):.3f}"
        for key in CRITERIA
    }


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


def whole_of(report: PriorityReport, view: ProposalView) -> int | None:
    """The number of the proposal whose edits take in all of this one's; None without one that is ranked.

    What is proposed for sites at risk, or for a region, is proposed for all sites too.
    """
    if view.proposal.scope is Scope.ALL or not view.proposal.scored:
        return None
    kind = view.proposal.dataset, view.proposal.kind
    for other in report.ranked:
        same = (other.proposal.dataset, other.proposal.kind) == kind
        if same and other.proposal.scope is Scope.ALL and other.ranked:
            return other.ranked.rank
    return None


def row(report: PriorityReport, view: ProposalView, detailed: set[str]) -> dict[str, Any]:
    """Its line in the ranking."""
    place, part, whole = place_of(view), part_of(report, view), whole_of(report, view)
    return {
        "rank": place.rank,
        "title": shorten(view.proposal.title, 150) + (f" (part of {whole})" if whole else ""),
        "label": label_of(place) if view.proposal.proposal_id in detailed else None,
        "part": part.value if part else "",
        "fate": PARTS[part] if part else place.robustness,
        "score": f"{place.score:.3f}" if view.proposal.scored else "–",
        "bars": [round(max(0.0, points_of(place, key)), 4) for key in CRITERIA],
        "chosen": f"{place.p_funded:.0%}" if view.proposal.scored else "–",
        "edits": f"{view.proposal.rehearsal.edits:,}",
        "hours": hours(view.proposal.reviewer_hours),
    }


def section(report: PriorityReport, view: ProposalView, items: Mapping[str, str]) -> dict[str, Any]:
    """What a member reads of it before the vote; `items` are names of items, such as countries."""
    place, part, scored = place_of(view), part_of(report, view), view.proposal.scored
    edits = view.proposal.rehearsal.edits
    shown = view.examples[:_EXAMPLES]
    sums = sums_of(report, place)
    return {
        "rank": place.rank,
        "label": label_of(place),
        "title": shorten(view.proposal.title, 200),
        "fate": PARTS[part] if part else place.robustness,
        "part": part.value if part else "",
        "score": f"{place.score:.3f}" if scored else "",
        "sum": ", ".join(f"{CRITERIA[key][0].lower()} {sums[key]}" for key in CRITERIA) if scored else "",
        "reasons": reasons_of(place),
        "to_be_first": shorten(report.to_be_first.get(view.proposal.proposal_id, ""), 400),
        "does": does(view.proposal.rehearsal, view.proposal.reviewer_hours) if scored else [],
        "whole": whole_of(report, view),
        "stopped": sum(count for _, count in view.proposal.rehearsal.stopped),
        "covered_least": view.proposal.under_covered,
        "kept_back": bool(view.dataset.kept_back),
        "shown": f"{len(shown)} of {edits:,} edits" if len(shown) < edits else "",
        "examples": [
            {
                "name": shorten(example.name, 120),
                "item": shorten(example.qid, 20) if example.qid else "a new item",
                "sentences": edit_sentences(example, word_list("properties"), items)[:_SENTENCES],
            }
            for example in shown
        ],
    }


def does(r: Rehearsal, reviewer_hours: float) -> list[str]:
    """What approving it would do, a sentence each; what would be none is not told."""
    old = r.edits - r.new_items
    edits = [many(old, "edit") + " of items that exist" if old else "", _new(r.new_items)]
    told = [f"{capitalise(' and '.join(filter(None, edits)) or 'no edit')}."]
    adds = []
    if r.statements:
        adds.append(f"{many(r.statements, 'fact')}, each with the register's own entry as its source")
    if r.references:
        adds.append(f"that source beside {many(r.references, 'fact')} already there")
    if r.labels:
        adds.append(many(r.labels, "name or description", "names and descriptions"))
    if adds:
        told.append(f"Added: {'; '.join(adds)}.")
    if r.conflicts:
        told.append(
            f"{capitalise(many(r.conflicts, 'conflict'))}, besides: there an item says something else than "
            "the register; what it says stays, and a person looks at each."
        )
    if r.withheld:
        told.append(f"{capitalise(many(r.withheld, 'fact'))} kept back to protect sites.")
    told.append(f"About {duration(r.minutes)} to upload, {hours(reviewer_hours)} of checking.")
    return told


def _new(items: int) -> str:
    return many(items, "new item") if items else ""


def gates_passed(views: Sequence[ProposalView]) -> list[str]:
    """What the gates answered to proposals of one register, each answer once."""
    told = (
        f"{shorten(gate.name, 40)}: {shorten(answer_of(gate), 160)}"
        for view in views
        for gate in view.proposal.gates
        if gate.passed
    )
    return list(dict.fromkeys(told))
