"""The page of one proposal, and from its figures down to records."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Response

from heritage.model.governance import Proposal, Ranked
from heritage.ports.risk_pages import Chosen
from heritage.web.chosen import site_address
from heritage.web.desk import Asker, page_number
from heritage.web.priorities.desk import Desk
from heritage.web.priorities.lenses import looks
from heritage.web.priorities.minutes import line_of
from heritage.web.priorities.words import PROTECTED
from heritage.web.priorities.world import draw
from heritage.web.services import RiskServices

_NO_PROPOSAL = "There is no such proposal, or it is gone: what the register says now is another one."
_NO_RECORDS = "The records behind this figure are not here any more."


def add_proposals(app: FastAPI, desk: Desk, asker: Any, risk: RiskServices) -> None:
    """Adds the routes; a proposal's id is no part of a path on the disk."""
    governance = desk.governance

    @app.get("/priorities/proposals/{proposal_id}")
    def proposal(asked: Annotated[Asker, Depends(asker)], proposal_id: str) -> Response:
        ranked, found, round_id = _found(desk, asked, proposal_id)
        hides = desk.hides(desk.roles(asked))
        if hides(found):
            raise HTTPException(403, asked.tongue.gettext(PROTECTED))
        standing = governance.ranking.standing()
        names = governance.terms().names_public
        decisions = [
            line_of(one, ranked, names, hides)
            for one in governance.log.lines()
            if one.proposal_id == proposal_id
        ]
        return desk.render(
            asked,
            "proposal",
            proposal=found,
            ranked=ranked,
            round_id=round_id,
            change=standing.changes.get(proposal_id) if standing else None,
            looks=list(looks(found)),
            figures=governance.ranking.figures(proposal_id) if found.edits_digest else (),
            decisions=decisions,
            country=governance.ranking.country(found.dataset),
            drawing=draw(risk, Chosen(dataset=found.dataset)),
        )

    @app.get("/priorities/proposals/{proposal_id}/records")
    def records(
        asked: Annotated[Asker, Depends(asker)], proposal_id: str, figure: str = "", page: str = ""
    ) -> Response:
        _found(desk, asked, proposal_id)
        drilled = governance.ranking.records(proposal_id, figure, page_number(page))
        if drilled is None:
            raise HTTPException(404, asked.tongue.gettext(_NO_RECORDS))
        return desk.render(
            asked, "records", found=drilled, proposal_id=proposal_id, site_address=site_address
        )


def _found(desk: Desk, asked: Asker, proposal_id: str) -> tuple[Ranked | None, Proposal, str]:
    """From the newest ranking, else from the newest round it was put to; with that round's id."""
    standing = desk.governance.ranking.standing()
    ranked = standing.ranked.get(proposal_id) if standing else None
    round_id = ""
    for head in desk.governance.rounds():
        inside = desk.governance.in_round(head.round_id, proposal_id)
        if inside:
            ranked, round_id = ranked or inside, head.round_id
            break
    if ranked:
        return ranked, ranked.proposal, round_id
    if standing and proposal_id in standing.gated:
        return None, standing.gated[proposal_id], round_id
    raise HTTPException(404, asked.tongue.gettext(_NO_PROPOSAL))
