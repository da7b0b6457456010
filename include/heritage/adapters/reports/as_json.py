"""The report for machines: the same figures and sentences as for people, in a shape that is kept.

`docs/report-json.md` describes the shape; a test holds it to that. What is added raises nothing, what is
taken away or means something else raises VERSION.
"""

import json
import os
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from heritage.adapters.reports.summary import summary
from heritage.model.governance import Ranked
from heritage.ports.reports import Ask, PriorityReport, ProposalView

FORMAT = "heritage-guard/priority-report"
VERSION = 1


def as_json(report: PriorityReport) -> bytes:
    """The content of `report.json`."""
    text = json.dumps(_figures(report), ensure_ascii=False, indent=2, default=_plain)
    return f"{text}\n".encode()


def _figures(report: PriorityReport) -> dict[str, Any]:
    parts = report.ask.parts if report.ask else {}

    def proposal(view: ProposalView) -> dict[str, Any]:
        place = view.ranked
        return {
            **asdict(view.proposal),
            "rank": place.rank if place else None,
            "part": parts.get(view.proposal.proposal_id),
            "score": place.score if place else None,
            "contributions": place.contributions if place else None,
            "p_funded": place.p_funded if place else None,
            "robustness": place.robustness if place else None,
            "to_be_first": report.to_be_first.get(view.proposal.proposal_id),
            "examples": [asdict(example) for example in view.examples],
        }

    return {
        "format": FORMAT,
        "version": VERSION,
        "title": report.title,
        "made_at": report.made_at,
        "sample": report.sample,
        "summary": summary(report),
        "ask": _asked(report.ask) if report.ask else None,
        "questions": [_question(one) for one in report.questions],
        "weighed": asdict(report.weighed) if report.weighed else None,
        "uncounted": report.uncounted,
        "totals": totals(report),
        "ranked": [proposal(view) for view in report.ranked],
        "gated": [proposal(view) for view in report.gated],
        "datasets": [
            {**asdict(view), "at_risk": view.figures.at_risk, "id": view.figures.dataset}
            for view in report.datasets
        ],
        "countries": [asdict(row) for row in report.countries],
        "credits": [asdict(credit) for credit in report.credits],
    }


def _asked(ask: Ask) -> dict[str, Any]:
    return {
        "body": ask.body,
        "terms": ask.version,
        "opens_at": ask.opens_at,
        "closes_at": ask.closes_at,
        "seats": ask.seats,
        "quorum": ask.quorum,
        "votes_least": ask.votes_least,
        "majority": ask.majority,
        "budget_hours": ask.budget_hours,
    }


def _question(asked: Ranked) -> dict[str, Any]:
    return {
        "proposal_id": asked.proposal.proposal_id,
        "number": asked.rank,
        "title": asked.proposal.title,
        "reasons": asked.proposal.reasons,
        "supersedes": asked.proposal.supersedes,
    }


def totals(report: PriorityReport) -> dict[str, int]:
    """Sums over all registers of the report."""
    counts = [view.figures for view in report.datasets]
    return {
        "records": sum(f.records for f in counts),
        "at_risk": sum(f.at_risk for f in counts),
        "withheld": sum(f.withheld for f in counts),
        "edits": report.together.edits,
    }


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that nobody reads half of it, also when two do so at once."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not belong in report.json")
