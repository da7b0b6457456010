"""The pages on reviews: campaigns, tasks, what people add, and what is kept of them."""

from collections.abc import Callable

from fastapi import FastAPI

from heritage.ports.review_pages import ReviewPages
from heritage.web.desk import asker_of
from heritage.web.pages import Pages
from heritage.web.reviews.adding import add_adding
from heritage.web.reviews.answering import add_answering
from heritage.web.reviews.desk import Desk
from heritage.web.reviews.device import add_device
from heritage.web.reviews.home import add_home
from heritage.web.reviews.mine import add_mine
from heritage.web.security import CsrfTokens
from heritage.web.services import RiskServices, User


def add_reviews(
    app: FastAPI,
    pages: Pages,
    reader: Callable[..., User],
    reviews: Callable[[], ReviewPages],
    tokens: CsrfTokens,
    risk: RiskServices,
) -> None:
    """Adds the routes; that somebody is logged in is settled for the whole app, what they may do by the
    service."""
    desk = Desk(pages, reviews, tokens)
    asker = asker_of(reader)
    add_home(app, desk, asker)
    add_answering(app, desk, asker)
    add_adding(app, desk, asker, risk)
    add_mine(app, desk, asker)
    add_device(app, desk, asker)
