"""What members are asked, how they answer, and what follows, in words for the PDF."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from heritage.adapters.reports.risk_words import many
from heritage.adapters.reports.words import capitalise
from heritage.governance.agenda import Part
from heritage.model.governance import Ranked
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
    items = [*(view.ranked for view in ranked if view.ranked), *report.questions]
    if ask is None or not items:
        return None
    together: dict[Part, list[Ranked]] = {part: [] for part in Part}
    for one in items:
        together[ask.parts.get(one.proposal.proposal_id, Part.BALLOT)].append(one)
    return {
        "body": shorten(ask.body),
        "ends": moment(ask.closes_at),
        "opened": ask.opens_at <= report.made_at,
        "when": _when(ask, report.made_at),
        "where": ask.address,
        "parts": list(_parts(ask, together)),
        "questions": [
            {
                "number": one.rank,
                "title": shorten(one.proposal.title),
                "why": shorten(" ".join(one.proposal.reasons), 600),
            }
            for one in report.questions
        ],
        "quorum": f"Once {many(ask.quorum)} of the {many(ask.seats, 'member')} take part, silence of the "
        "others counts as consent. With fewer nothing is decided: everything waits for the next round, the "
        "consent agenda too: please answer even if you agree with all.",
        "work": _work(ask, together),
        "kept": _kept(ask),
        "secretaries": ", ".join(shorten(name, 60) for name in ask.secretaries),
        "terms": ask.version,
    }


def _when(ask: Ask, made_at: datetime) -> str:
    days = ask.voting.total_seconds() / 86400
    if ask.opens_at <= made_at:
        told = f"The round opens with this report and lasts {days:g} days."
    else:
        told = (
            f"The round has not opened yet. It opens by itself on {moment(ask.opens_at)} for {days:g} days; "
            "if the secretary opens it sooner, it ends sooner."
        )
    reminded = f" You are reminded {many(ask.remind_days, 'day')} before." if ask.remind_days else ""
    return (
        f"{told} The message that announces it gives the exact end, and the page gives it in your time zone."
        f"{reminded}"
    )


def _work(ask: Ask, together: dict[Part, list[Ranked]]) -> str:
    agreed = sum(one.proposal.reviewer_hours for one in together[Part.CONSENT])
    return (
        "Work: hours of people who check a sample of the edits, the first ten of every upload among them, "
        f"and look at each conflict. This round has {ask.budget_hours:g} of these hours; the consent agenda "
        f"takes {agreed:.1f}, {max(0.0, ask.budget_hours - agreed):.1f} are left for the ballot."
    )


def _kept(ask: Ask) -> str:
    return (
        f"{ask.kept_share:.0%} of the hours of every quarter are kept for what Wikidata covers least. All "
        f"other proposals together may use {1 - ask.kept_share:.0%}: what is approved beyond that waits for "
        "another round, unless you lift the limit (a question that the secretary puts to you)."
    )


def _parts(ask: Ask, together: dict[Part, list[Ranked]]) -> Iterator[dict[str, str]]:
    """A line for each part of the agenda that has something in it."""
    words = {
        Part.CONSENT: (
            "If you agree with all, say so once: “I agree with the consent agenda”. To discuss or refuse "
            "one, press “Put to the vote” beside it and give your reason, before voting ends. It moves to "
            "the ballot, where each member gives it a score from 0 (not now) to 5 (first of all).",
            "Approved without a vote, unless somebody puts it to the vote. Then it needs "
            f"{many(ask.votes_least)} scores and hours that are left, and is refused if all give 0.",
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
        ranks = [one.rank for one in together[part]]
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
        "What you approved is uploaded week by week (page Uploads), what is at risk first. Of every upload "
        "ten edits go first and a person checks them, then the rest goes. Only what is described here is "
        "written. If the register, "
        "the edits or the licence change before, your decision no longer holds and the proposal comes back "
        "to you.",
        f"For {many(ask.appeal_days, 'day')} from the day of a decision those concerned (who asked for it, "
        "a community, the owner of the data) can appeal through the secretary. Uploading stops at once, "
        "until the appeal panel has heard them: people named in the terms of reference who did not vote on "
        "it.",
        f"What was uploaded can be undone. You look at each decision again after "
        f"{many(ask.review_months, 'month')}.",
    ]
