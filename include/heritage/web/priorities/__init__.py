"""The pages on priorities: what is asked now, rounds, ranking, log, appeals, Helpdesk, and who is who."""

from collections.abc import Callable

from fastapi import FastAPI

from heritage.web.desk import asker_of
from heritage.web.pages import Pages
from heritage.web.priorities.appeals import add_appeals
from heritage.web.priorities.desk import Desk
from heritage.web.priorities.helpdesk import add_helpdesk
from heritage.web.priorities.home import add_home
from heritage.web.priorities.log import add_log
from heritage.web.priorities.opening import add_opening
from heritage.web.priorities.proposals import add_proposals
from heritage.web.priorities.questions import add_questions
from heritage.web.priorities.ranking import add_ranking
from heritage.web.priorities.rounds import add_rounds
from heritage.web.security import CsrfTokens
from heritage.web.services import RiskServices, User
from heritage.wiring.priority_pages import PriorityPages


def add_priorities(
    app: FastAPI,
    pages: Pages,
    reader: Callable[..., User],
    governance: PriorityPages,
    tokens: CsrfTokens,
    risk: RiskServices,
) -> None:
    """Adds the routes; that somebody is logged in is settled for the whole app, in what role here."""
    desk, asker = Desk(pages, governance, tokens), asker_of(reader)
    add_home(app, desk, asker)
    add_rounds(app, desk, asker)
    add_ranking(app, desk, asker, risk)
    add_proposals(app, desk, asker, risk)
    add_opening(app, desk, asker)
    add_questions(app, desk, asker)
    add_log(app, desk, asker)
    add_appeals(app, desk, asker)
    add_helpdesk(app, desk, asker)
