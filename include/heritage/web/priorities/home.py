"""What is asked of somebody now, and how they read: the first page on priorities."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from heritage.governance.settings import Role
from heritage.model.governance import RequestState, RoundState
from heritage.web.pages import HEADERS, relative_root
from heritage.web.priorities.ballots import ballot_of
from heritage.web.priorities.desk import ZONE, Asker, Desk, keep
from heritage.web.tongue import zones

_MINUTES = 5
"""Closed rounds that the first page names."""
_CHART = 10


def add_home(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""

    @app.get("/priorities")
    def home(asked: Annotated[Asker, Depends(asker)]) -> Response:
        return _home(desk, asked)

    @app.get("/priorities/report.pdf")
    def pdf(asked: Annotated[Asker, Depends(asker)]) -> Response:
        folder = desk.governance.report()
        file = folder / "report.pdf" if folder else None
        if folder is None or file is None or not file.exists():
            raise HTTPException(404, asked.tongue.gettext("There is no report as PDF yet."))
        name = f"heritage-priorities-{folder.name}.pdf"
        return FileResponse(file, media_type="application/pdf", filename=name, headers=HEADERS)

    @app.get("/priorities/reading")
    def reading(asked: Annotated[Asker, Depends(asker)], back: str = "") -> Response:
        return desk.render(asked, "reading", zones=zones(), back=back)

    @app.post("/priorities/reading")
    def read_like_this(
        request: Request,
        asked: Annotated[Asker, Depends(asker)],
        zone: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        desk.refuse_others(asked, token)
        zone = zone.strip()
        if zone not in zones():
            return desk.render(asked, "reading", 422, zones=zones(), unknown=zone)
        answer = RedirectResponse(f"{relative_root(request)}priorities?done=reading", 303)
        keep(answer, request, ZONE, zone)
        return answer


def _home(desk: Desk, asked: Asker) -> Response:
    governance, me = desk.governance, asked.user.name
    terms, now = governance.terms(), governance.now()
    heads = governance.rounds()
    open_ones = [head for head in heads if head.state is RoundState.OPEN]
    ballots = [
        ballot_of(governance.filled(head), governance.votes(head.round_id), me, now, terms)
        for head in open_ones
    ]
    ballots.sort(key=lambda ballot: (not ballot.waits_for_me, ballot.round.closes_at))
    roles = desk.roles(asked, terms)
    standing, folder = governance.standing(), governance.report()
    ranked = list(standing.ranked.values()) if standing else []
    on_ballot = {
        item.ranked.proposal.proposal_id for one in ballots for part in one.parts.values() for item in part
    }
    return desk.render(
        asked,
        "home",
        ballots=ballots,
        now=now,
        closed=[head for head in heads if head.state is RoundState.CLOSED][:_MINUTES],
        standing=standing,
        ranked=ranked[:_CHART],
        ready=sum(one.proposal.proposal_id not in on_ballot for one in ranked),
        report=folder,
        has_pdf=folder is not None and (folder / "report.pdf").exists(),
        to_assess=_to_assess(desk, me) if Role.EXPERT_COMMITTEE in roles else 0,
    )


def _to_assess(desk: Desk, me: str) -> int:
    """Open requests that this member of the Expert Committee has not looked at."""
    return sum(
        one.state is RequestState.OPEN and all(assessed.member != me for assessed in one.assessments)
        for one in desk.governance.helpdesk.requests()
    )
