"""Campaigns as cards, and one campaign: what it is for, how far it is, how well people agree."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, HTTPException, Response

from heritage.model.review import CampaignState
from heritage.ports.review_pages import QUEUE_PAGE, CampaignShown
from heritage.review.settings import ReviewSettings
from heritage.web.desk import Asker, page_number
from heritage.web.reviews.desk import CampaignId, Desk
from heritage.web.reviews.showing import title_of
from heritage.web.reviews.words import _

NOT_KNOWN = _("It cannot be said yet how far people agree: too few tasks have answers of two people.")
GOOD = _("People agree well with each other.")
FAIR = _("People agree only in part. So each task is put to more people.")
BAD = _("People disagree too often. The guidelines have to be written anew before it goes on.")


def add_home(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""

    @app.get("/reviews")
    def home(asked: Annotated[Asker, Depends(asker)]) -> Response:
        found = desk.find(asked, lambda: desk.reviews.campaigns(asked.user.name))
        return desk.render(asked, "home", campaigns=found, today=desk.reviews.today())

    @app.get("/reviews/campaigns/{campaign}")
    def one(asked: Annotated[Asker, Depends(asker)], campaign: CampaignId) -> Response:
        return _one(desk, asked, campaign)

    @app.post("/reviews/campaigns/{campaign}/state")
    def steer(
        asked: Annotated[Asker, Depends(asker)],
        campaign: CampaignId,
        state: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        desk.check(asked, token)
        if state not in (CampaignState.OPEN, CampaignState.PAUSED):
            raise HTTPException(422, asked.tongue.gettext("There is no such state."))
        answer = desk.attempt(
            asked,
            lambda: desk.reviews.steer(asked.user.name, campaign, CampaignState(state), reason),
            f"reviews/campaigns/{campaign}",
            lambda why: _one(desk, asked, campaign, why),
        )
        return desk.told(answer, "steered")

    @app.get("/reviews/campaigns/{campaign}/experts")
    def experts(asked: Annotated[Asker, Depends(asker)], campaign: CampaignId, page: str = "") -> Response:
        number = page_number(page)
        found = desk.find(asked, lambda: desk.reviews.campaign(asked.user.name, campaign))
        if not found.may_settle:
            raise HTTPException(403, asked.tongue.gettext("Only experts of this campaign see this."))
        tasks = desk.find(asked, lambda: desk.reviews.escalated(asked.user.name, campaign, number))
        return desk.render(
            asked, "experts", found=found, tasks=tasks, at=number, page_size=QUEUE_PAGE, title_of=title_of
        )


def agreement(found: CampaignShown, settings: ReviewSettings) -> str:
    """How well people agree, in plain words."""
    if found.alpha is None:
        return NOT_KNOWN
    if found.alpha < settings.alpha_least:
        return BAD
    return GOOD if found.alpha >= settings.alpha_good else FAIR


def _one(desk: Desk, asked: Asker, campaign: str, why: str = "") -> Response:
    found = desk.find(asked, lambda: desk.reviews.campaign(asked.user.name, campaign))
    settings = desk.reviews.settings()
    credit = desk.find(asked, lambda: desk.reviews.credit(asked.user.name))
    return desk.render(
        asked,
        "campaign",
        409 if why else 200,
        found=found,
        settings=settings,
        agreement=agreement(found, settings),
        credit=credit,
        refusal=why,
    )
