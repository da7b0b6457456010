"""The ranking with a map, weights that somebody tries out, and what waits for a missing step."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Response

from heritage.errors import EntryRefused
from heritage.ports.risk_pages import Chosen
from heritage.web.desk import Asker, paged
from heritage.web.priorities.desk import Desk
from heritage.web.priorities.words import CRITERIA, ROBUSTNESS
from heritage.web.priorities.world import draw
from heritage.web.services import RiskServices


def add_ranking(app: FastAPI, desk: Desk, asker: Any, risk: RiskServices) -> None:
    """Adds the routes."""
    governance = desk.governance

    @app.get("/priorities/ranking")
    def ranking(asked: Annotated[Asker, Depends(asker)], page: str = "", only: str = "") -> Response:
        standing = governance.ranking.standing()
        everything = list(standing.ranked.values()) if standing else []
        only = only if only in ROBUSTNESS else ""
        chosen = [one for one in everything if one.robustness == only] if only else everything
        shown, number, pages = paged(chosen, page)
        return desk.render(
            asked,
            "ranking",
            standing=standing,
            ranked=shown,
            top=max((one.score for one in everything), default=1.0),
            counts={name: sum(one.robustness == name for one in everything) for name in ROBUSTNESS},
            all=len(everything),
            gated=len(standing.gated) if standing else 0,
            only=only,
            at=number,
            pages=pages,
            drawing=draw(risk, Chosen()) if number == 1 and not only and everything else None,
        )

    @app.get("/priorities/trial")
    def trial(
        asked: Annotated[Asker, Depends(asker)],
        page: str = "",
        urgency: str = "",
        relevance: str = "",
        equity: str = "",
        readiness: str = "",
    ) -> Response:
        given = {"urgency": urgency, "relevance": relevance, "equity": equity, "readiness": readiness}
        body = governance.ranking.weights()
        faults: dict[str, str] = {}
        found = None
        if any(given.values()):
            try:
                found = governance.ranking.try_weights(given)
            except EntryRefused as refused:
                faults = dict(refused.faults)
        else:
            given = {name: f"{100 * body[name]:g}" for name in CRITERIA}
        shown, number, pages = paged(found.rows if found else (), page)
        return desk.render(
            asked,
            "trial",
            422 if faults else 200,
            given=given,
            body=body,
            decision=governance.ranking.weights_decision(),
            faults=faults,
            found=found,
            moved=sum(row.up != 0 for row in found.rows) if found else 0,
            rows=shown,
            at=number,
            pages=pages,
        )

    @app.get("/priorities/waiting")
    def waiting(asked: Annotated[Asker, Depends(asker)], page: str = "") -> Response:
        standing = governance.ranking.standing()
        shown, number, pages = paged(list(standing.gated.values()) if standing else [], page)
        return desk.render(
            asked,
            "waiting",
            gated=shown,
            all=len(standing.gated) if standing else 0,
            at=number,
            pages=pages,
        )
