"""Requests to the Helpdesk: ask, the ranked list, the Expert Committee's checklist, what became of one."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, HTTPException, Path, Response
from starlette.datastructures import FormData

from heritage.errors import GovernanceError
from heritage.governance.settings import Role
from heritage.model.governance import RequestState
from heritage.web.desk import Asker, form_of, paged, text_of
from heritage.web.priorities.desk import Desk

_NO_REQUEST = "There is no such request."
_DECIDERS = (Role.EXPERT_COMMITTEE, Role.SECRETARY)
_ASKED = ("title", "text", "asked_by", "urgency", "relevance", "hours", "due", "url")

RequestId = Annotated[str, Path(pattern=r"^[\w.-]+$", max_length=60)]


def add_helpdesk(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""
    governance = desk.governance

    @app.get("/priorities/helpdesk")
    def helpdesk(asked: Annotated[Asker, Depends(asker)], page: str = "") -> Response:
        return _list(desk, asked, page)

    @app.post("/priorities/helpdesk")
    def ask(asked: Annotated[Asker, Depends(asker)], form: Annotated[FormData, Depends(form_of)]) -> Response:
        desk.refuse_others(asked, text_of(form, "token"))
        given = {name: text_of(form, name) for name in _ASKED}
        answer = desk.attempt(
            asked,
            lambda: governance.helpdesk.ask(asked.user.name, **_request(given)),
            "priorities/helpdesk",
            lambda why: _list(desk, asked, "", given, why),
        )
        return desk.told(answer, "asked")

    @app.get("/priorities/helpdesk/{request_id}")
    def one(asked: Annotated[Asker, Depends(asker)], request_id: RequestId) -> Response:
        return _one(desk, asked, request_id)

    @app.post("/priorities/helpdesk/{request_id}/assessments")
    def assess(
        asked: Annotated[Asker, Depends(asker)],
        request_id: RequestId,
        form: Annotated[FormData, Depends(form_of)],
    ) -> Response:
        desk.refuse_others(asked, text_of(form, "token"), (Role.EXPERT_COMMITTEE,))
        answers = {lens: text_of(form, f"lens_{lens}") for lens in governance.helpdesk.checklist()}
        answer = desk.attempt(
            asked,
            lambda: governance.helpdesk.assess(asked.user.name, request_id, answers, text_of(form, "note")),
            f"priorities/helpdesk/{request_id}",
            lambda why: _one(desk, asked, request_id, why),
        )
        return desk.told(answer, "assessed")

    @app.post("/priorities/helpdesk/{request_id}/states")
    def state(
        asked: Annotated[Asker, Depends(asker)],
        request_id: RequestId,
        state: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        desk.refuse_others(asked, token, _DECIDERS)
        if state not in list(RequestState):
            raise HTTPException(422, "There is no such state.")
        answer = desk.attempt(
            asked,
            lambda: governance.helpdesk.set_state(
                asked.user.name, request_id, RequestState(state), reason.strip()
            ),
            f"priorities/helpdesk/{request_id}",
            lambda why: _one(desk, asked, request_id, why),
        )
        return desk.told(answer, "stated")


def _list(
    desk: Desk, asked: Asker, page: str, given: dict[str, str] | None = None, why: str = ""
) -> Response:
    shown, number, pages = paged(desk.governance.helpdesk.ranked(), page)
    settled = [one for one in desk.governance.helpdesk.requests() if not one.takes_capacity]
    return desk.render(
        asked,
        "helpdesk",
        409 if why else 200,
        rows=shown,
        settled=settled[::-1][:10],
        given=given or {},
        at=number,
        pages=pages,
        refusal=why,
    )


def _one(desk: Desk, asked: Asker, request_id: str, why: str = "") -> Response:
    found = next(
        (one for one in desk.governance.helpdesk.requests() if one.request.request_id == request_id), None
    )
    if found is None:
        raise HTTPException(404, asked.tongue.gettext(_NO_REQUEST))
    ranked = {one.file.request.request_id: one for one in desk.governance.helpdesk.ranked()}
    roles = desk.roles(asked)
    me = asked.user.name
    return desk.render(
        asked,
        "request",
        409 if why else 200,
        found=found,
        ranked=ranked.get(request_id),
        checklist=desk.governance.helpdesk.checklist(),
        own=next((dict(one.answers) for one in found.assessments if one.member == me), {}),
        own_note=next((one.note for one in found.assessments if one.member == me), ""),
        may_assess=Role.EXPERT_COMMITTEE in roles and found.takes_capacity,
        may_decide=bool(roles & set(_DECIDERS)),
        actions=desk.governance.actions(request_id),
        refusal=why,
    )


def _request(given: dict[str, str]) -> dict[str, Any]:
    """What the form says, as values. Raises GovernanceError naming what cannot be read."""
    try:
        return {
            "title": given["title"],
            "text": given["text"],
            "asked_by": given["asked_by"],
            "urgency": int(given["urgency"]),
            "relevance": int(given["relevance"]),
            "hours": float(given["hours"].replace(",", ".")),
            "due": date.fromisoformat(given["due"]) if given["due"] else None,
            "url": given["url"],
        }
    except ValueError as error:
        raise GovernanceError(
            "Give urgency, relevance and hours as numbers, and the day as 2026-12-31."
        ) from error
