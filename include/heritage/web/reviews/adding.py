"""What people add of their own: what they know of a record, and dangers. Others judge it."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, HTTPException, Response
from starlette.datastructures import FormData

from heritage.model.review import DangerReport, ReviewKind
from heritage.ports.risk_pages import SitePage
from heritage.web.desk import Asker, form_of, text_of
from heritage.web.reviews.desk import Desk, TaskId
from heritage.web.reviews.drawing import draw_task, task_of
from heritage.web.reviews.entered import suggestion_of
from heritage.web.reviews.words import NO_REPORTS, NO_TASK, _
from heritage.web.services import RiskServices

_SAID = ("kind", "about", "item", "text", "lang", "lat", "lon")
_REPORTED = ("condition", "observed", "evidence", "url")
_NO_SITE = _("There is no such site, or it is one that is not shown.")
_ID = 300


def add_adding(app: FastAPI, desk: Desk, asker: Any, risk: RiskServices) -> None:
    """Adds the routes."""

    @app.post("/reviews/tasks/{task_id}/add")
    def add(
        asked: Annotated[Asker, Depends(asker)],
        task_id: TaskId,
        form: Annotated[FormData, Depends(form_of)],
    ) -> Response:
        desk.check(asked, text_of(form, "token"))
        given = {name: text_of(form, name) for name in _SAID}
        shown = task_of(desk, asked, task_id)
        if shown.task.kind is not ReviewKind.KNOWLEDGE:
            raise HTTPException(404, asked.tongue.gettext(NO_TASK))
        if text_of(form, "search"):
            found = desk.reviews.terms(given["item"], given["about"], asked.tongue.code)
            return draw_task(desk, asked, shown, given=given | {"searched": "1"}, terms=found)
        task = shown.task
        answer = desk.attempt(
            asked,
            lambda: desk.reviews.suggest(
                asked.user.name, task.campaign, (task.dataset, task.record_id), suggestion_of(given)
            ),
            f"reviews/tasks/{task_id}",
            lambda why: draw_task(desk, asked, shown, 409, given=given, refusal=why),
        )
        return desk.told(answer, "suggested")

    @app.get("/reviews/danger")
    def danger(asked: Annotated[Asker, Depends(asker)], dataset: str = "", record: str = "") -> Response:
        return _form(desk, asked, _site(risk, asked, dataset, record))

    @app.post("/reviews/danger")
    def report(
        asked: Annotated[Asker, Depends(asker)], form: Annotated[FormData, Depends(form_of)]
    ) -> Response:
        desk.check(asked, text_of(form, "token"))
        site = _site(risk, asked, text_of(form, "dataset"), text_of(form, "record"))
        given: dict[str, Any] = {name: text_of(form, name) for name in _REPORTED}
        given["causes"] = [one for one in desk.reviews.causes() if one in form.getlist("cause")]
        record = (site.site.dataset, site.site.record_id)
        back = urlencode({"dataset": record[0], "record": record[1], "done": "reported"})
        return desk.attempt(
            asked,
            lambda: desk.reviews.report_danger(asked.user.name, record, _report(given)),
            f"reviews/danger?{back}",
            lambda why: _form(desk, asked, site, 409, given, why),
        )


def _report(given: dict[str, Any]) -> DangerReport:
    return DangerReport(
        given["condition"], tuple(given["causes"]), given["observed"], given["evidence"], given["url"]
    )


def _form(
    desk: Desk,
    asked: Asker,
    site: SitePage,
    status: int = 200,
    given: dict[str, Any] | None = None,
    why: str = "",
) -> Response:
    return desk.render(
        asked,
        "danger",
        status,
        site=site,
        given=given or {},
        conditions=desk.reviews.conditions(),
        causes=desk.reviews.causes(),
        today=desk.reviews.today(),
        taken=_takes_reports(desk, asked),
        no_reports=NO_REPORTS,
        refusal=why,
    )


def _takes_reports(desk: Desk, asked: Asker) -> bool:
    """Whether there is a campaign at all that this person can report to."""
    campaigns = desk.find(asked, lambda: desk.reviews.campaigns(asked.user.name))
    return any(one.campaign.kind is ReviewKind.DANGER and one.may_answer for one in campaigns)


def _site(risk: RiskServices, asked: Asker, dataset: str, record: str) -> SitePage:
    """The site that a report is about, as far as it may be told. Raises HTTPException 404."""
    found = risk.site(dataset, record) if 0 < len(dataset) <= _ID and 0 < len(record) <= _ID else None
    if found is None:
        raise HTTPException(404, asked.tongue.gettext(_NO_SITE))
    return found
