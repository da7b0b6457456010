"""What one person did, and what is kept of them: credit, leaderboards, a file, being forgotten."""

import json
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, HTTPException, Response
from pydantic_core import to_jsonable_python

from heritage.web.desk import Asker
from heritage.web.pages import HEADERS
from heritage.web.reviews.desk import Desk
from heritage.web.reviews.words import _

_NOT_SURE = _("Say that you are sure: tick the box.")


def add_mine(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""

    @app.get("/reviews/mine")
    def mine(asked: Annotated[Asker, Depends(asker)]) -> Response:
        me = asked.user.name
        credit = desk.find(asked, lambda: desk.reviews.credit(me))
        campaigns = desk.find(asked, lambda: desk.reviews.campaigns(me)) if credit else []
        titles = {one.campaign.id: one.campaign.title for one in campaigns}
        return desk.render(asked, "mine", credit=credit, titles=titles)

    @app.post("/reviews/mine/ranked")
    def rank(
        asked: Annotated[Asker, Depends(asker)],
        ranked: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        desk.check(asked, token)
        return desk.told(
            desk.attempt(
                asked,
                lambda: desk.reviews.rank_me(asked.user.name, bool(ranked)),
                "reviews/mine",
                lambda why: _refused(desk, asked, why),
            ),
            "ranked",
        )

    @app.get("/reviews/mine.json")
    def file(asked: Annotated[Asker, Depends(asker)]) -> Response:
        found = desk.find(asked, lambda: desk.reviews.my_data(asked.user.name))
        content = json.dumps(to_jsonable_python(found), ensure_ascii=False, indent=1)
        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="my-reviews.json"'}
        return Response(content, media_type="application/json", headers=headers)

    @app.get("/reviews/mine/forget")
    def ask(asked: Annotated[Asker, Depends(asker)]) -> Response:
        return _forget(desk, asked)

    @app.post("/reviews/mine/forget")
    def forget(
        asked: Annotated[Asker, Depends(asker)],
        sure: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        desk.check(asked, token)
        if sure != "yes":
            return _forget(desk, asked, _NOT_SURE)
        return desk.told(
            desk.attempt(
                asked,
                lambda: desk.reviews.forget_me(asked.user.name),
                "reviews/mine",
                lambda why: _forget(desk, asked, why),
            ),
            "forgotten",
        )


def _forget(desk: Desk, asked: Asker, why: str = "") -> Response:
    credit = desk.find(asked, lambda: desk.reviews.credit(asked.user.name))
    return desk.render(asked, "forget", 409 if why else 200, credit=credit, refusal=why)


def _refused(desk: Desk, asked: Asker, why: str) -> Response:
    raise HTTPException(409, desk.said(asked, why))
