"""The page on health: first what is wrong and what to do, then how things went; and the same for machines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from heritage.adapters.reports.risk_words import many
from heritage.errors import SpecError
from heritage.ports.health import Finding, Freshness, Gravity, Health, RegisterHealth, Trouble, WikiFacts
from heritage.steps.health import ago, size
from heritage.steps.health_rates import Period, over_time, share
from heritage.steps.health_text import as_json, remedy, verdict
from heritage.web.columns import Column, Piece, pieces
from heritage.web.pages import HEADERS, Pages, relative_root
from heritage.web.runbook import as_html
from heritage.web.security import may_order
from heritage.web.services import HealthServices, User

_NOT_YOURS = "This page is for the engineers of this installation (the roles Op and Admin)."
_TAGS: Mapping[Freshness, str] = {
    Freshness.FRESH: "",
    Freshness.DUE: "wait",
    Freshness.LATE: "bad",
    Freshness.UNREAD: "unread",
    Freshness.NEVER: "none",
}
_RUNS = 12
_LARGEST, _SHOWN = 8, 5


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its table; `rows` are what stands in that, a label and its figures."""

    key: str
    title: str
    lead: str
    drawing: tuple[Piece, ...]
    legend: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def add_health(app: FastAPI, pages: Pages, reader: Callable[..., User], services: HealthServices) -> None:
    """Adds the routes, for engineers alone."""

    def engineer(user: Annotated[User, Depends(reader)]) -> User:
        if not may_order(user):
            raise HTTPException(403, _NOT_YOURS)
        return user

    def looked() -> Health:
        try:
            return services.health()
        except SpecError as error:  # the rules of health themselves are broken
            raise HTTPException(503, f"What is healthy cannot be told: {error}") from error

    @app.get("/health", dependencies=[Depends(engineer)])
    def health(request: Request) -> Response:
        found = looked()
        away = services.runbook.startswith("https://")
        runbook = services.runbook if away else "runbook"
        return pages.render("health", root=relative_root(request), **_shown(found, runbook))

    @app.get("/runbook", dependencies=[Depends(engineer)])
    def runbook(request: Request) -> Response:
        text = services.runbook_text()
        if text is None:
            raise HTTPException(404, f"The runbook is not on this machine: see {services.runbook}.")
        return pages.render("runbook", root=relative_root(request), text=as_html(text))

    @app.get("/health.json", dependencies=[Depends(engineer)])
    def health_json() -> Response:
        return JSONResponse(as_json(looked()), headers=HEADERS)


def _shown(found: Health, runbook: str) -> dict[str, Any]:
    periods = over_time([one.facts for one in found.registers], found.facts.at)
    standing = [(one, sum(r.freshness is one for r in found.registers)) for one in Freshness]
    return {
        "found": found,
        "facts": found.facts,
        "verdict": verdict(found),
        "wrong": _groups(found.findings, Gravity.WRONG),
        "soon": _groups(found.findings, Gravity.SOON),
        "shown": _SHOWN,
        "remedy": remedy,
        "runbook": runbook,
        "standing": [(one, number, _TAGS[one]) for one, number in standing if number],
        "freshness": _freshness(standing),
        "charts": [*_rates(periods), *map(_edits, found.facts.wikis)],
        "spark": _spark,
        "tags": _TAGS,
        "ago": lambda when: ago(found.facts.at - when),
        "size": size,
        "many": many,
        "share": share,
        "largest": _largest(found.registers),
        "growth": periods[-1].size - periods[0].size if periods else None,
    }


def _groups(findings: Sequence[Finding], gravity: Gravity) -> list[tuple[Trouble, list[Finding]]]:
    """What is of one kind stands together: a hundred registers that are late are one trouble."""
    of_gravity = (one for one in findings if one.gravity is gravity)
    return [(trouble, list(ones)) for trouble, ones in groupby(of_gravity, key=lambda one: one.trouble)]


def _freshness(standing: list[tuple[Freshness, int]]) -> list[tuple[str, float, float]]:
    """Kind, beginning and width in per cent of one bar."""
    whole, begins, found = sum(number for _, number in standing) or 1, 0.0, []
    for one, number in standing:
        width = 100 * number / whole
        if width:
            found.append((_TAGS[one] or "good", round(begins, 2), round(width, 2)))
        begins += width
    return found


_DECIDED = (("match", "matched"), ("review", "to review"), ("new", "new"))


def _rates(periods: list[Period]) -> list[Chart]:
    if not periods:
        return []
    decided = [
        Column(
            one.label,
            one.label,
            tuple((name, share(getattr(one, name), one.decided)) for name, _ in _DECIDED),
        )
        for one in periods
    ]
    rejected = [Column(one.label, one.label, (("bad", one.rejected_share),)) for one in periods]
    stored = [Column(one.label, one.label, (("match", one.size),)) for one in periods]
    last = periods[-1]
    return [
        Chart(
            "decided",
            "What became of records",
            f"Of {last.decided:,} records {share(last.match, last.decided):.0%} are matched, "
            f"{share(last.review, last.decided):.0%} wait for review and {share(last.new, last.decided):.0%} "
            "are new.",
            tuple(pieces(decided, 1)),
            _DECIDED,
            ("Until", "Registers", "Matched", "To review", "New"),
            tuple(
                (p.label, f"{p.registers:,}", f"{p.match:,}", f"{p.review:,}", f"{p.new:,}") for p in periods
            ),
        ),
        Chart(
            "rejected",
            "Rows that were rejected",
            f"{last.rejected:,} rows, {last.rejected_share:.1%} of what the registers sent.",
            tuple(pieces(rejected)),
            (),
            ("Until", "Rows", "Rejected", "Share"),
            tuple(
                (p.label, f"{p.records + p.rejected:,}", f"{p.rejected:,}", f"{p.rejected_share:.1%}")
                for p in periods
            ),
        ),
        Chart(
            "stored",
            "What is stored",
            f"{size(last.size)} of {many(last.registers, 'register')}, as their last runs left it.",
            tuple(pieces(stored)),
            (),
            ("Until", "Stored"),
            tuple((p.label, size(p.size)) for p in periods),
        ),
    ]


def _edits(wiki: WikiFacts) -> Chart:
    """Every day from the first to the last with an edit, also those with none."""
    by_day = dict(wiki.days)
    first, last = (min(by_day), max(by_day)) if by_day else (None, None)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)] if first and last else []
    columns = [Column(f"{day:%d %b}", f"{day:%d %b}", (("match", by_day.get(day, 0)),)) for day in days]
    rows = [(f"{day:%d %b %Y}", f"{by_day.get(day, 0):,}") for day in days]
    told = f"{sum(by_day.values()):,} edits; {wiki.last_hour:,} in the hour of the last one"
    pace = f", of {60 * wiki.per_minute:,.0f} that are allowed." if wiki.per_minute else "."
    return Chart(
        f"edits-{wiki.target}",
        f"Edits on {wiki.target}",
        told + pace,
        tuple(pieces(columns)),
        (),
        ("Day", "Edits"),
        tuple(rows),
    )


def _spark(one: RegisterHealth) -> list[Piece]:
    """What became of a register's records, run by run."""
    runs = one.facts.figures[-_RUNS:]
    columns = [
        Column(
            "",
            "",
            tuple(
                (name, share(getattr(run, name), run.match + run.review + run.new)) for name, _ in _DECIDED
            ),
        )
        for run in runs
    ]
    return list(pieces(columns, 1))


def _largest(registers: tuple[RegisterHealth, ...]) -> list[tuple[str, int, float]]:
    """Title, bytes and share of the largest one of those that take most room."""
    sizes = sorted(
        ((one.facts.title, one.facts.figures[-1].size) for one in registers if one.facts.figures),
        key=lambda pair: -pair[1],
    )[:_LARGEST]
    most = max((count for _, count in sizes), default=1) or 1
    return [(title, count, round(100 * count / most, 2)) for title, count in sizes]
