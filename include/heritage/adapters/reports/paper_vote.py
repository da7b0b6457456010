"""What members are asked, how they answer, and what follows, in words for the PDF."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from heritage.adapters.reports.risk_words import many
from heritage.adapters.reports.words import duration
from heritage.model.shown import shorten
from heritage.ports.reports import Ask, Part, PriorityReport, ProposalView

FATES = {
    Part.QUESTION: "for or against",
    Part.CONSENT: "passes unless pulled",
    Part.BALLOT: "score 0 to 5",
    Part.LATER: "waits unless pulled",
}


def hours(value: float) -> str:
    """Reviewer-hours as a person says them.

    >>> hours(0.25), hours(3.04)
    ('15 minutes', '3.0 hours')
    """
    return f"{value:.1f} hours" if value >= 1 else duration(value * 60)


def moment(at: datetime) -> str:
    """A point in time, in UTC.

    >>> moment(datetime(2026, 12, 2, 6, 5))
    'Wednesday 2 December 2026, 06:05 UTC'
    """
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M} UTC"


def asked(report: PriorityReport, ranked: Sequence[ProposalView]) -> dict[str, Any] | None:
    """The box on the first page; None where no round opens on the report."""
    ask = report.ask
    if ask is None:
        return None
    together: dict[Part, list[ProposalView]] = {part: [] for part in Part}
    for view in ranked:
        together[ask.parts.get(view.proposal.proposal_id, Part.BALLOT)].append(view)
    agreed = sum(view.proposal.reviewer_hours for view in together[Part.CONSENT])
    return {
        "body": shorten(ask.body),
        "ends": moment(ask.closes_at),
        "when": _when(ask),
        "parts": list(_parts(ask, together)),
        "quorum": f"Nothing is decided unless {many(ask.quorum)} of the {many(ask.seats, 'member')} take "
        "part, so answer even if you agree with everything.",
        "budget": f"This round can commit {ask.budget_hours:g} hours of reviewing. The consent agenda takes "
        f"{agreed:.1f} of them, {max(0.0, ask.budget_hours - agreed):.1f} are left for the ballot.",
        "terms": ask.version,
    }


def _when(ask: Ask) -> str:
    days = ask.voting.total_seconds() / 86400
    reminded = f" You are reminded {many(ask.remind_days, 'day')} before the end." if ask.remind_days else ""
    if ask.round_id:
        return f"Round {ask.round_id} is open since {moment(ask.opens_at)}.{reminded}"
    return (
        f"The round opens on {moment(ask.opens_at)} at the latest, earlier if the secretary opens it, "
        f"and lasts "
        f"{days:g} days. The message that tells you of its opening gives the exact end.{reminded}"
    )


def _parts(ask: Ask, together: dict[Part, list[ProposalView]]) -> Iterator[dict[str, str]]:
    """A line for each part of the agenda that has something in it."""
    words = {
        Part.CONSENT: (
            "Consent agenda",
            "Chosen whatever the weights. If you agree, press “Agree” once for all of them. If you want "
            "to discuss one, "
            "press “Pull” beside it and say why: it then moves to the ballot, for everybody.",
            "Passes without a vote, if nobody pulls it.",
        ),
        Part.BALLOT: (
            "Ballot",
            "Give each a score from 0 (not now) to 5 (first of all), or abstain. The hours that are "
            "left go to the "
            "proposals with the most support, so that every group of members gets its share.",
            f"What gets hours is approved; a score of 0 by all refuses it; the rest comes back. "
            f"{many(ask.votes_least).capitalize()} "
            "scores are needed for each.",
        ),
        Part.QUESTION: (
            "Questions",
            "Answer for, against or abstain.",
            f"More for than against carries it; what opens a gate needs {ask.majority} of these votes. "
            f"A tie comes back.",
        ),
        Part.LATER: (
            "Later",
            "Nothing. They fit into the hours under hardly any weights. Pull one that must not wait, "
            "and say why.",
            "Waits for the next round.",
        ),
    }
    for part in (Part.CONSENT, Part.BALLOT, Part.QUESTION, Part.LATER):
        views = together[part]
        if views:
            name, do, result = words[part]
            ranks = [view.ranked.rank for view in views if view.ranked]
            yield {"part": part.value, "name": name, "items": _ranks(ranks), "do": do, "result": result}


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
    confirm, appeal, review = (
        (many(ask.confirm_days, "day"), many(ask.appeal_days, "day"), many(ask.review_months, "month"))
        if ask
        else ("some days", "some days", "some months")
    )
    return [
        f"Voting ends at the deadline, or as soon as everybody has answered everything. The secretary "
        f"then has {confirm} to "
        "confirm that it went by the rules, or to return it to you with a reason; silence confirms.",
        "Each decision becomes a line of the decision log, with its votes and reasons. Nobody can "
        "change a line unnoticed.",
        "What you approved goes into the calendar on the page Uploads, what is at risk first. Ten edits "
        "go first; a person "
        "looks at them before the rest follows. Nothing is written that is not described here: if the "
        "register, the edits or "
        "the licence change, your decision no longer holds and the proposal comes back to you.",
        f"For {appeal}, whoever asked for it, a community concerned or the owner of the data can "
        f"appeal. Uploading stops "
        "until people who did not vote have heard the appeal.",
        f"What was uploaded can be undone. Every decision is looked at again after {review}.",
    ]
