"""Appeals: what was filed and how it stands, and the form of the secretary, who enters one."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, Path, Response

from heritage.governance.appeals import Standing, hearing_id, open_appeals
from heritage.governance.public import ACTING, hidden_numbers
from heritage.governance.settings import Role
from heritage.model.governance import Appeal, Decision
from heritage.web.desk import Asker, number_of
from heritage.web.priorities.desk import Desk

_HEARERS = (Role.SECRETARY, Role.CHAIR)


@dataclass(frozen=True, slots=True)
class Filed:
    """An appeal with the decision that it contests and, once it was heard, the one on it."""

    appeal: Appeal
    against: Decision | None
    ruling: Decision | None
    waits: bool
    hidden: bool
    """Whether whoever asks is told only that it is there, and how it stands."""


def add_appeals(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""
    governance = desk.governance

    @app.get("/priorities/appeals")
    def appeals(asked: Annotated[Asker, Depends(asker)], decision: str = "") -> Response:
        return _appeals(desk, asked, {"decision": decision})

    @app.post("/priorities/appeals")
    def file(
        asked: Annotated[Asker, Depends(asker)],
        decision: Annotated[str, Form()] = "",
        by: Annotated[str, Form()] = "",
        standing: Annotated[str, Form()] = "",
        grounds: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        desk.refuse_others(asked, token, (Role.SECRETARY,))
        given = {"decision": decision, "by": by, "standing": standing, "grounds": grounds}
        answer = desk.attempt(
            asked,
            lambda: governance.file_appeal(asked.user.name, number_of(decision) or 0, by, standing, grounds),
            "priorities/appeals",
            lambda why: _appeals(desk, asked, given, why),
        )
        return desk.told(answer, "appealed")

    @app.post("/priorities/appeals/{appeal_id}/hearing")
    def hear(
        asked: Annotated[Asker, Depends(asker)],
        appeal_id: Annotated[str, Path(pattern=r"^[\w.-]+$", max_length=60)],
        token: Annotated[str, Form()] = "",
    ) -> Response:
        desk.refuse_others(asked, token, _HEARERS)
        answer = desk.attempt(
            asked,
            lambda: governance.hear_appeal(asked.user.name, appeal_id),
            "priorities/appeals",
            lambda why: _appeals(desk, asked, {}, why),
        )
        return desk.told(answer, "opened")


def _appeals(desk: Desk, asked: Asker, given: dict[str, str], why: str = "") -> Response:
    log = desk.governance.log.lines()
    found = desk.governance.appeals()
    waiting = {one.appeal_id for one in open_appeals(found, log)}
    by_number = {one.number: one for one in log}
    rulings = {one.proposal_id: one for one in log}
    roles = desk.roles(asked)
    hidden = frozenset() if roles & ACTING else hidden_numbers(log)
    rows = [
        Filed(
            one,
            by_number.get(one.decision),
            rulings.get(hearing_id(one)),
            one.appeal_id in waiting,
            one.decision in hidden,
        )
        for one in reversed(found)
    ]
    return desk.render(
        asked,
        "appeals",
        409 if why else 200,
        rows=rows,
        standings=list(Standing),
        given=given,
        may_file=Role.SECRETARY in roles,
        may_hear=bool(roles & set(_HEARERS)),
        refusal=why,
    )
