"""The page of a task, whatever its kind."""

from typing import Any

from fastapi import Response

from heritage.model.review import AnnotationKind, ReviewKind
from heritage.ports.review_pages import TaskShown
from heritage.web.desk import Asker
from heritage.web.pages import SCRIPT_POLICY
from heritage.web.reviews.desk import Desk
from heritage.web.reviews.script import script_parts
from heritage.web.reviews.showing import parts_of, title_of
from heritage.web.reviews.words import ASKED_ABOUT, NO_TASK


def task_of(desk: Desk, asked: Asker, task_id: str) -> TaskShown:
    """A task as this person may see it. Raises HTTPException 404, or 403 with the rule."""
    return desk.find(asked, lambda: desk.reviews.task(asked.user.name, task_id), NO_TASK)


def draw_task(desk: Desk, asked: Asker, shown: TaskShown, status: int = 200, **more: Any) -> Response:
    """Its page: to answer it, or to add what one knows of a record."""
    found = desk.find(asked, lambda: desk.reviews.campaign(asked.user.name, shown.task.campaign))
    told: dict[str, Any] = {"found": found, "title": title_of(shown), "queue": False, "last": None}
    told |= parts_of(asked, shown) | script_parts(asked)
    if shown.task.kind is ReviewKind.KNOWLEDGE:
        told |= {
            "asked_for": found.campaign.annotations or tuple(AnnotationKind),
            "asked_about": ASKED_ABOUT,
        }
        return desk.render(asked, "add", status, policy=SCRIPT_POLICY, **(told | more))
    return desk.render(asked, "review", status, policy=SCRIPT_POLICY, **(told | more))
