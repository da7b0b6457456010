"""What members are asked, how they answer, and what follows, in words for the PDF."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from heritage.adapters.reports.risk_words import many
from heritage.adapters.reports.words import capitalise
from heritage.governance.agenda import Part
from heritage.model.shown import shorten
from heritage.ports.reports import Ask, PriorityReport, ProposalView

PARTS = {
    Part.QUESTION: "question",
    Part.CONSENT: "consent",
    Part.BALLOT: "ballot",
    Part.LATER: "later",
}
"""One word for what becomes of a proposal, as the table on the first page explains it."""
_ORDER = (Part.CONSENT, Part.BALLOT, Part.QUESTION, Part.LATER)


def hours(value: float) -> str:
    """Reviewer-hours, short.

    >>> hours(0.02), hours(0.25), hours(3.04)
    ('< 0.1 h', '0.2 h', '3.0 h')
    """
    return f"{value:.1f} h" if value >= 0.05 or value <= 0 else "< 0.1 h"


def moment(at: datetime) -> str:
    """A point in time, in UTC.

    >>> moment(datetime(2026, 12, 2, 6, 5))
    'Wednesday 2 December 2026, 06:05 UTC'
    """
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M} UTC"


def asked(report: PriorityReport, ranked: Sequence[ProposalView]) -> dict[str, Any] | None:
    """The box on the first page; None where no round opens on the report, or it has nothing to decide."""
    ask = report.ask
    if ask is None or not ranked:
        return None
    together: dict[Part, list[ProposalView]] = {part: [] for part in Part}
    for view in ranked:
        together[ask.parts.get(view.proposal.proposal_id, Part.BALLOT)].append(view)
    return {
        "body": shorten(ask.body),
        "ends": moment(ask.closes_at),
        "when": _when(ask, report.made_at),
        "where": ask.address,
        "parts": list(_parts(ask, together)),
        "quorum": f"Nothing is decided unless {many(ask.quorum)} of the {many(ask.seats, 'member')} take "
        "part: please answer even if you agree with everything.",
        "budget": _budget(ask, together),
        "secretaries": ", ".join(shorten(name, 60) for name in ask.secretaries),
        "terms": ask.version,
    }


def _when(ask: Ask, made_at: datetime) -> str:
    days = ask.voting.total_seconds() / 86400
    if ask.opens_at <= made_at:
        told = f"The round opens with this report and lasts {days:g} days."
    else:
        told = (
            f"The round opens on {moment(ask.opens_at)}, or sooner if the secretary opens it, and lasts "
            f"{days:g} days; a sooner start means a sooner end."
        )
    reminded = f" You are reminded {many(ask.remind_days, 'day')} before it ends." if ask.remind_days else ""
    return f"{told} The message that announces it, and the page, give the exact end.{reminded}"


def _budget(ask: Ask, together: dict[Part, list[ProposalView]]) -> str:
    agreed = sum(view.proposal.reviewer_hours for view in together[Part.CONSENT])
    return (
        f"People must check what is uploaded. This round can spend {ask.budget_hours:g} hours of their "
        f"time: the consent agenda takes {agreed:.1f}, {max(0.0, ask.budget_hours - agreed):.1f} are left "
        f"for the ballot. {ask.kept_share:.0%} of each quarter's hours are kept for regions and groups "
        "that are covered least; what goes beyond is put off, unless you decide otherwise."
    )


def _parts(ask: Ask, together: dict[Part, list[ProposalView]]) -> Iterator[dict[str, str]]:
    """A line for each part of the agenda that has something in it."""
    words = {
        Part.CONSENT: (
            "These fit into the hours however the criteria are weighed. If you agree with all, say so once: "
            "“I agree with the consent agenda”. If one should be discussed, pull it: press “Put to the vote” "
            "beside it and give your reason. It moves to the ballot, for everybody.",
            "Approved without a vote, unless somebody puts it to the vote.",
        ),
        Part.BALLOT: (
            "Give each a score from 0 (not now) to 5 (first of all), or abstain. The hours that are left go "
            "to what has most support, shared so that a minority of members gets its part.",
            f"Approved as long as hours last. {capitalise(many(ask.votes_least))} scores are needed. Refused "
            "if all give 0; the rest comes back in the next round.",
        ),
        Part.QUESTION: (
            "Answer for, against, or abstain.",
            "More for than against carries it; a question that opens a gate needs "
            f"{ask.majority} of these votes. A tie comes back.",
        ),
        Part.LATER: (
            "Nothing. These hardly ever fit into the hours. If one must not wait, put it to the vote.",
            "Waits for the next round.",
        ),
    }
    for part in _ORDER:
        ranks = [view.ranked.rank for view in together[part] if view.ranked]
        if ranks:
            do, result = words[part]
            yield {
                "part": part.value,
                "name": capitalise(PARTS[part]),
                "items": _ranks(ranks),
                "do": do,
                "result": result,
            }


def _ranks(ranks: Sequence[int]) -> str:
    """Numbers with runs drawn together.

    >>> _ranks([1, 2, 3, 5, 7, 8])
    '1–3, 5, 7–8'
    """
    runs: list[list[int]] = []
    for rank in sorted(ranks):
        if runs and rank == runs[-1][-1] + 1:
            runs[-1].append(rank)
        else:
            runs.append([rank])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def after(ask: Ask | None) -> list[str]:
    """What happens when the vote is over, step by step."""
    if ask is None:
        return []
    return [
        "Voting ends at the deadline, or as soon as everybody has answered everything; answers cannot be "
        f"changed then. The secretary has {many(ask.confirm_days, 'day')} to confirm that it went by the "
        "rules, or to give it back to you with a reason. If the secretary does not answer in time, the vote "
        "counts as confirmed.",
        "Every decision becomes a line of the decision log, with votes and reasons. Nobody can change a "
        "line without everybody noticing.",
        "What you approved is uploaded week by week (page Uploads), what is at risk first: ten edits, then "
        "a person looks at them, then the rest. Only what is described here is written. If the register, "
        "the edits or the licence change before, your decision no longer holds and the proposal comes back "
        "to you.",
        f"For {many(ask.appeal_days, 'day')} those concerned (who asked for it, a community, the owner of "
        "the data) can appeal through the secretary. Uploading stops until people who did not vote have "
        "heard them.",
        f"What was uploaded can be undone. You look at each decision again after "
        f"{many(ask.review_months, 'month')}.",
    ]
