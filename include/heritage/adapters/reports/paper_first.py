"""The first page on paper: what this is about, what the criteria ask and weigh, why the first is first."""

from collections.abc import Mapping, Sequence
from typing import Any

from heritage.adapters.reports.paper_proposal import points_of, reasons_of, sums_of
from heritage.adapters.reports.ranking_chart import CRITERIA
from heritage.adapters.reports.risk_words import many
from heritage.adapters.reports.words import capitalise
from heritage.model.governance import Ranked
from heritage.model.shown import shorten
from heritage.ports.reports import PriorityReport, ProposalView

_MEANS = {
    "urgency": "how much is in danger (unknown counts a little)",
    "relevance": "who asked for it, who will use it",
    "equity": "what Wikidata lacks, and of whom",
    "readiness": "how complete and how sure the data is",
}
TIES = (
    "The order is by scores that are not rounded; of equal ones, what has more equity goes first, then what "
    "takes less work, then what comes first by its id."
)


def lead(report: PriorityReport, ranked: Sequence[ProposalView]) -> str:
    """What was compared, and what all of it together would do."""
    registers, together = len(report.datasets), report.together
    would = (
        f" All of them together would make {many(together.edits, 'edit')} there, "
        f"{many(together.new_items, 'new item')} among them; nothing that others wrote is changed or removed."
    )
    return (
        f"{capitalise(many(registers, 'register'))} of heritage {'was' if registers == 1 else 'were'} "
        f"compared with Wikidata, the free database that Wikipedia draws on. This report proposes what could "
        f"be added next; you decide what is. {capitalise(many(len(ranked), 'proposal'))} can be decided on "
        f"now, {many(len(report.gated))} cannot yet.{would if ranked else ''}"
    )


def criteria(report: PriorityReport) -> list[dict[str, str]]:
    """What is asked and what it weighs, with the sums of the first two proposals where there are so many."""
    sums = [sums_of(report, one) for one in _scored(report)[:2]]
    first, second = (*sums, {}, {})[:2]
    weights = report.weighed.weights if report.weighed else {}
    return [
        {
            "label": label,
            "colour": colour,
            "meaning": _MEANS[key],
            "weight": f"{weights[key]:.1%}".replace(".0%", "%") if key in weights else "",
            "first": first.get(key, ""),
            "second": second.get(key, ""),
        }
        for key, (label, colour) in CRITERIA.items()
    ]


def why_first(report: PriorityReport, changes: Mapping[str, str]) -> dict[str, Any] | None:
    """Why the first is first, and what would put another there; None where nothing is scored."""
    scored = _scored(report)
    if not scored:
        return None
    first = scored[0]
    told = [" ".join(reasons_of(first)[:3])]
    if len(scored) > 1:
        told[0] += f" {_against(first, scored[1])}"
    told.append(
        f"Weights are a choice. Where other weights were tried, {first.p_funded:.0%} of the times there were "
        "hours for it. Where one weight is changed in this report, the others grow or shrink in proportion."
    )
    if change := changes.get(first.proposal.proposal_id):
        told[-1] += f" {shorten(change, 400)}"
    return {
        "title": shorten(first.proposal.title, 150),
        "rank": first.rank,
        "score": f"{first.score:.3f}",
        "second": str(scored[1].rank) if len(scored) > 1 else "",
        "second_score": f"{scored[1].score:.3f}" if len(scored) > 1 else "",
        "told": told,
    }


def _against(first: Ranked, second: Ranked) -> str:
    gap = {key: points_of(first, key) - points_of(second, key) for key in CRITERIA}
    key = max(gap, key=lambda one: gap[one])
    number = f"number {second.rank}, “{shorten(second.proposal.title)}”"
    if gap[key] <= 0:
        return f"It has as many points as {number}. {TIES}"
    return f"It leads {number}, most of all in {CRITERIA[key][0].lower()}."


def _scored(report: PriorityReport) -> list[Ranked]:
    return [view.ranked for view in report.ranked if view.ranked and view.proposal.scored]
