"""A task: read it, answer it, take the answer back, all by plain forms; scripts do the same faster."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from heritage.errors import EntryRefused, GovernanceError
from heritage.model.review import Suggestion
from heritage.ports.review_pages import Given, Taken, TaskShown
from heritage.web.desk import Asker, form_of, reason_of, text_of
from heritage.web.pages import relative_root
from heritage.web.reviews.desk import CampaignId, Desk, TaskId, fault_words, may_be_a_task
from heritage.web.reviews.drawing import draw_task, task_of
from heritage.web.reviews.entered import correction_of, seconds_since
from heritage.web.reviews.showing import words_of
from heritage.web.reviews.words import NO_TASK, _

FIELDS = ("item", "text", "lang", "lat", "lon", "comment", "choice")
_NOT_KEPT = _("Your answer was not kept.")


def add_answering(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""

    @app.get("/reviews/campaigns/{campaign}/next")
    def next_task(asked: Annotated[Asker, Depends(asker)], campaign: CampaignId, last: str = "") -> Response:
        desk.refuse_readers(asked)
        me = asked.user.name
        found = desk.find(asked, lambda: desk.reviews.campaign(me, campaign))
        tasks = desk.find(asked, lambda: desk.reviews.next(me, campaign, 1))
        if not tasks:
            return desk.render(asked, "done", found=found, last=_last(desk, asked, last))
        return draw_task(desk, asked, tasks[0], last=_last(desk, asked, last))

    @app.get("/reviews/tasks/{task_id}")
    def one(asked: Annotated[Asker, Depends(asker)], task_id: TaskId, queue: str = "") -> Response:
        return draw_task(desk, asked, task_of(desk, asked, task_id), queue=bool(queue))

    @app.post("/reviews/tasks/{task_id}")
    def answer(
        asked: Annotated[Asker, Depends(asker)],
        task_id: TaskId,
        form: Annotated[FormData, Depends(form_of)],
    ) -> Response:
        desk.check(asked, text_of(form, "token"))
        given = {name: text_of(form, name) for name in FIELDS}
        shown = task_of(desk, asked, task_id)
        queue = bool(text_of(form, "queue"))
        if text_of(form, "search"):
            judged = shown.suggestion and shown.suggestion.annotation
            about = judged.about if judged else ""
            terms = desk.reviews.terms(given["item"], about, asked.tongue.code)
            return draw_task(desk, asked, shown, given=given | {"searched": "1"}, queue=queue, terms=terms)
        seconds = seconds_since(text_of(form, "since"))
        taken = give(desk, asked, task_id, given, text_of(form, "key"), seconds, shown.suggestion)
        if not taken.kept and not taken.known:
            shown, why = task_of(desk, asked, task_id), taken.reason or _NOT_KEPT
            return draw_task(desk, asked, shown, 409, given=given, queue=queue, refusal=why)
        campaign = f"reviews/campaigns/{shown.task.campaign}"
        then = f"{campaign}/experts?done=kept" if queue else f"{campaign}/next?last={task_id}"
        return RedirectResponse(relative_root(asked.request) + then, 303)

    @app.post("/reviews/tasks/{task_id}/undo")
    def undo(
        asked: Annotated[Asker, Depends(asker)],
        task_id: TaskId,
        form: Annotated[FormData, Depends(form_of)],
    ) -> Response:
        desk.check(asked, text_of(form, "token"))
        back = desk.find(asked, lambda: desk.reviews.take_back(asked.user.name, task_id), NO_TASK)
        there = f"reviews/tasks/{task_id}?done={'undone' if back else 'settled'}"
        return RedirectResponse(relative_root(asked.request) + there, 303)


def give(
    desk: Desk,
    asked: Asker,
    task_id: str,
    given: Mapping[str, str],
    key: str,
    seconds: float | None,
    judged: Suggestion | None = None,
) -> Taken:
    """Gives an answer to the service, and tells what became of it; nothing that can be entered raises."""
    try:
        correction = correction_of(given, judged)
        answer = Given(task_id, given["choice"], key, correction, given["comment"], seconds)
        return desk.reviews.answer(asked.user.name, answer)
    except EntryRefused as refused:
        return Taken(key, kept=False, reason=fault_words(refused))
    except GovernanceError as refusal:
        return Taken(key, kept=False, reason=reason_of(refusal))
    except KeyError:
        return Taken(key, kept=False, reason=NO_TASK)


def _last(desk: Desk, asked: Asker, task_id: str) -> tuple[TaskShown, str] | None:
    """The task that was answered just now, and the answer in words."""
    if not may_be_a_task(task_id):
        return None
    try:
        shown = task_of(desk, asked, task_id)
    except HTTPException:
        return None
    return (shown, words_of(asked, shown, shown.yours)) if shown.yours else None
