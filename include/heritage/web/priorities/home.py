"""What is asked of somebody now, and how they read: the first page on priorities."""

from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from heritage.governance.settings import Role
from heritage.model.governance import RequestState, RoundState
from heritage.steps.govern_rounds import OPENERS
from heritage.web.desk import ZONE, Asker, keep
from heritage.web.pages import HEADERS, relative_root
from heritage.web.priorities.ballots import ballot_of
from heritage.web.priorities.desk import Desk
from heritage.web.priorities.words import _
from heritage.web.tongue import zones

_MINUTES = 5
"""Closed rounds that the first page names."""
_CHART = 10
_REPORTS = {"pdf": "application/pdf", "json": "application/json"}
_NO_FILE = _("There is no report in this form yet.")


def add_home(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""

    @app.get("/priorities")
    def home(asked: Annotated[Asker, Depends(asker)]) -> Response:
        return _home(desk, asked)

    @app.get("/priorities/report.{kind}")
    def report(asked: Annotated[Asker, Depends(asker)], kind: Literal["pdf", "json"]) -> Response:
        folder = desk.governance.ranking.report()
        file = folder / f"report.{kind}" if folder else None
        if folder is None or file is None or not file.exists():
            raise HTTPException(404, asked.tongue.gettext(_NO_FILE))
        name = f"heritage-priorities-{folder.name}.{kind}"
        return FileResponse(file, media_type=_REPORTS[kind], filename=name, headers=HEADERS)

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
    standing, folder = governance.ranking.standing(), governance.ranking.report()
    ranked = list(standing.ranked.values()) if standing else []
    return desk.render(
        asked,
        "home",
        ballots=ballots,
        now=now,
        closed=[head for head in heads if head.state is RoundState.CLOSED][:_MINUTES],
        standing=standing,
        ranked=ranked[:_CHART],
        ready=len(governance.next_items()) if roles & set(OPENERS) else 0,
        report=folder,
        forms=[kind for kind in _REPORTS if folder is not None and (folder / f"report.{kind}").exists()],
        to_assess=_to_assess(desk, me) if Role.EXPERT_COMMITTEE in roles else 0,
    )


def _to_assess(desk: Desk, me: str) -> int:
    """Open requests that this member of the Expert Committee has not looked at."""
    return sum(
        one.state is RequestState.OPEN and all(assessed.member != me for assessed in one.assessments)
        for one in desk.governance.helpdesk.requests()
    )
