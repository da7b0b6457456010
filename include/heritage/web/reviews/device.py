"""What scripts ask for: tasks ahead and to take along, a place to send answers to, and what works offline."""

import hashlib
import json
from functools import cache
from importlib import resources
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel

from heritage.errors import GovernanceError
from heritage.model.review import Suggestion
from heritage.web.assets import asset
from heritage.web.desk import Asker
from heritage.web.pages import HEADERS, SCRIPT_POLICY
from heritage.web.reviews.answering import FIELDS, give
from heritage.web.reviews.desk import CampaignId, Desk, may_be_a_task
from heritage.web.reviews.script import owner_of, script_parts
from heritage.web.reviews.showing import as_sent, offline
from heritage.web.reviews.words import NO_TASK
from heritage.web.security import NO_TEXT

_AT_ONCE = 50
"""Tasks given, and answers taken, in one request."""
_STYLES = ("pages.css", "levels.css", "match.css", "reviews.css", "maplibre-gl.css")
_SCRIPTS = (
    *("reviews-bag.mjs", "reviews-desk.mjs", "reviews-store.mjs", "reviews-outbox.mjs", "record-map.mjs"),
    *("land.mjs", "maplibre-gl.mjs", "maplibre-gl-worker.mjs"),
)
"""Files that the page for what was taken along needs. Its scripts are below the address of the service
worker: one that starts a worker of its own is out of its reach elsewhere."""
_WORKER = {
    **HEADERS,
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
}


class SentAnswer(BaseModel):
    """An answer as a script sends it: everything in it is checked as that of a form is."""

    task_id: str
    choice: str = ""
    key: str = ""
    comment: str = ""
    correction: dict[str, str] = {}
    seconds: float | None = None


class Sent(BaseModel):
    """What a script sends."""

    token: str = ""
    answers: list[SentAnswer] = []
    task_id: str = ""


def add_device(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""

    @app.get("/reviews/campaigns/{campaign}/tasks.json")
    def tasks(
        asked: Annotated[Asker, Depends(asker)], campaign: CampaignId, count: int = 1, along: str = ""
    ) -> Response:
        desk.refuse_readers(asked)
        count = min(max(count, 1), _AT_ONCE)
        found = desk.find(asked, lambda: desk.reviews.next(asked.user.name, campaign, count))
        chosen = [one for one in found if offline(one)] if along else found
        return _json({"tasks": [as_sent(desk, asked, one) for one in chosen]})

    @app.get("/reviews/me.json")
    def me(asked: Annotated[Asker, Depends(asker)]) -> Response:
        return _json({"owner": owner_of(asked), "token": desk.token(asked)})

    @app.post("/reviews/answers.json")
    def answers(asked: Annotated[Asker, Depends(asker)], sent: Sent) -> Response:
        desk.check(asked, sent.token)
        if len(sent.answers) > _AT_ONCE:
            raise HTTPException(413, "Send fewer answers at once.")
        return _json({"taken": [_take(desk, asked, one) for one in sent.answers]})

    @app.post("/reviews/undo.json")
    def undo(asked: Annotated[Asker, Depends(asker)], sent: Sent) -> Response:
        desk.check(asked, sent.token)
        if not may_be_a_task(sent.task_id):
            raise HTTPException(404, asked.tongue.gettext(NO_TASK))
        back = desk.find(asked, lambda: desk.reviews.take_back(asked.user.name, sent.task_id), NO_TASK)
        return _json({"undone": back})

    @app.get("/reviews/bag")
    def bag(asked: Annotated[Asker, Depends(asker)]) -> Response:
        return desk.render(asked, "bag", policy=SCRIPT_POLICY, **script_parts(asked))

    @app.get("/reviews/assets/{name}")
    def script(name: str) -> Response:
        found = asset(name) if name in _SCRIPTS else None
        if found is None:
            raise HTTPException(404, "There is no such file.")
        return found

    @app.get("/reviews/worker.js")
    def worker() -> Response:
        return Response(_worker(), media_type="text/javascript; charset=utf-8", headers=_WORKER)


def _take(desk: Desk, asked: Asker, one: SentAnswer) -> dict[str, Any]:
    sent = (one.choice, one.key, one.comment, *one.correction.values())
    if not may_be_a_task(one.task_id) or any(NO_TEXT.search(text) for text in sent):
        return {"key": one.key, "kept": False, "reason": asked.tongue.gettext(NO_TASK)}
    entered = dict.fromkeys(FIELDS, "") | one.correction | {"choice": one.choice, "comment": one.comment}
    judged = _judged(desk, asked, one.task_id) if one.correction else None
    taken = give(desk, asked, one.task_id, entered, one.key, one.seconds, judged)
    reason = desk.said(asked, taken.reason) if taken.reason else ""
    return {"key": one.key, "kept": taken.kept or taken.known, "reason": reason}


def _judged(desk: Desk, asked: Asker, task_id: str) -> Suggestion | None:
    try:
        return desk.reviews.task(asked.user.name, task_id).suggestion
    except (GovernanceError, KeyError):
        return None


def _json(content: dict[str, Any]) -> Response:
    headers = {**HEADERS, "Content-Security-Policy": "default-src 'none'"}
    return Response(json.dumps(content, ensure_ascii=False), media_type="application/json", headers=headers)


@cache
def _worker() -> str:
    """The service worker, with the files that it keeps; when one of them changes, so does it."""
    version = hashlib.sha256()
    for name in (*_STYLES, *_SCRIPTS):
        file = asset(name)
        version.update(bytes(file.body) if file else b"")
    text = resources.files("heritage.web").joinpath("static", "reviews-worker.js").read_text("utf-8")
    files = [*(f"../assets/{name}" for name in _STYLES), *(f"assets/{name}" for name in _SCRIPTS)]
    kept = {"version": version.hexdigest()[:16], "files": files}
    return f"self.KEPT = {json.dumps(kept)};\n{text}"
