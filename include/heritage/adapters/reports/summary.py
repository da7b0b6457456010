"""The report's first paragraph, in plain words."""

from collections.abc import Sequence

from heritage.adapters.reports.ranking_chart import CRITERIA
from heritage.adapters.reports.risk_words import many
from heritage.adapters.reports.words import duration, without_commands
from heritage.model.shown import shorten
from heritage.ports.reports import PriorityReport, ProposalView, Together

_REASONS = 3


def summary(report: PriorityReport) -> str:
    """What is on the table, what cannot go forward and why, and what approving the rest would do."""
    total = len(report.ranked) + len(report.gated)
    if not total:
        nothing = "No proposal is on the table: no register offers anything that could be added now."
        return f"{nothing} {_decided(report.decided)}".strip()
    registers = many(len(report.datasets), "register")
    sentences = [f"{many(total, 'proposal').capitalize()} from {registers}."]
    if report.gated:
        sentences.append(_why_not(report.gated, all_of_them=not report.ranked))
    if report.ranked:
        sentences.append(_first(report.ranked[0]))
        sentences.append(_effect(report.together, len(report.ranked)) + overlap(report))
    if report.decided:
        sentences.append(_decided(report.decided))
    endangered = sum(view.figures.at_risk for view in report.datasets)
    records = sum(view.figures.records for view in report.datasets)
    sentences.append(f"{endangered:,} of the {records:,} records in these registers are known to be at risk.")
    return " ".join(sentences)


def overlap(report: PriorityReport) -> str:
    """Why approving all makes fewer edits than the proposals add up to; empty where it does not."""
    apart = sum(view.proposal.rehearsal.edits for view in report.ranked)
    if apart <= report.together.edits:
        return ""
    return (
        f" Proposals overlap: one by one they come to {apart:,} edits, but what is approved together is "
        "written to an item in one edit."
    )


def weighed(report: PriorityReport) -> str:
    """What the criteria weigh and who says so; empty for a report that was made without."""
    of = report.weighed
    if of is None:
        return ""
    shares = ", ".join(f"{CRITERIA[key][0].lower()} {share:.1%}" for key, share in of.weights.items())
    if of.decision is None:
        return f"The criteria weigh: {shares.replace('.0%', '%')}."
    return f"The criteria weigh, as decision {of.decision} of the body has it: {shares.replace('.0%', '%')}."


def _decided(proposals: int) -> str:
    if not proposals:
        return ""
    were, are = ("was", "is") if proposals == 1 else ("were", "are")
    return (
        f"{many(proposals, 'more proposal').capitalize()} {were} decided before and {are} not brought again."
    )


def _why_not(gated: Sequence[ProposalView], all_of_them: bool) -> str:
    steps = dict.fromkeys(  # each once: proposals of one register usually miss the same step
        f"{shorten(view.dataset.title, 80)}: {shorten(without_commands(gate.missing_step), 160).rstrip('.')}"
        for view in gated
        for gate in view.proposal.gates
        if not gate.passed
    )
    many_of_them = "None of them can" if all_of_them else f"{many(len(gated)).capitalize()} cannot"
    return f"{many_of_them} go forward yet, because a step is missing ({'; '.join(list(steps)[:_REASONS])})."


def _first(view: ProposalView) -> str:
    first = f"“{shorten(view.proposal.title)}” comes first"
    if view.ranked is None:
        return f"{first}."
    return f"{first}; there are hours for it under {view.ranked.p_funded:.0%} of the weightings tried."


def _effect(together: Together, proposals: int) -> str:
    return (
        f"Approving {'it' if proposals == 1 else 'all that can go forward'} would make "
        f"{many(together.edits, 'edit')} on Wikidata, {many(together.new_items, 'new item')} among them, "
        f"in about {duration(together.minutes)}; nothing that others wrote would be changed or removed."
    )
