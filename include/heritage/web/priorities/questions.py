"""Questions that secretary or chair put to the body: other weights, the share waived, a withdrawal."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Response
from starlette.datastructures import FormData

from heritage.errors import EntryRefused
from heritage.governance.lengths import LINE
from heritage.model.governance import DecisionType
from heritage.steps.govern_questions import ASKED
from heritage.steps.govern_rounds import OPENERS
from heritage.web.desk import Asker, form_of, number_of, text_of
from heritage.web.priorities.desk import Desk
from heritage.web.priorities.words import CRITERIA

_FIELDS = ("kind", "title", "reason", "about", "alone", *CRITERIA)


def add_questions(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""
    governance = desk.governance

    @app.get("/priorities/questions")
    def questions(asked: Annotated[Asker, Depends(asker)], about: str = "") -> Response:
        kind = DecisionType.RETRACTION.value if about else ""
        return _questions(desk, asked, {"kind": kind, "about": about})

    @app.post("/priorities/questions")
    def put(asked: Annotated[Asker, Depends(asker)], form: Annotated[FormData, Depends(form_of)]) -> Response:
        desk.refuse_others(asked, text_of(form, "token"), OPENERS)
        given = {name: text_of(form, name) for name in _FIELDS}
        if given["kind"] not in list(ASKED):
            raise HTTPException(422, "There is no such question.")
        try:
            answer = desk.attempt(
                asked,
                lambda: governance.put_question(
                    asked.user.name,
                    DecisionType(given["kind"]),
                    given["title"],
                    given["reason"],
                    about=number_of(given["about"]),
                    weights={name: given[name] for name in CRITERIA},
                    alone=bool(given["alone"]),
                ),
                "priorities",
                lambda why: _questions(desk, asked, given, why),
            )
        except EntryRefused as refused:
            return _questions(desk, asked, given, faults=dict(refused.faults))
        return desk.told(answer, "opened")


def _questions(
    desk: Desk,
    asked: Asker,
    given: dict[str, str],
    why: str = "",
    faults: dict[str, str] | None = None,
) -> Response:
    """The forms, with what was `given` in one of them; `faults` are those of its weights."""
    governance = desk.governance
    in_force = governance.weights_in_force()
    return desk.render(
        asked,
        "questions",
        409 if why else 422 if faults else 200,
        asked=ASKED,
        given=given,
        weights=in_force,
        faults=faults or {},
        ready=len(governance.next_items()),
        title_limit=LINE,
        may_ask=bool(desk.roles(asked) & set(OPENERS)),
        refusal=why,
    )
