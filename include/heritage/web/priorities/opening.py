"""The next agenda, for the secretary and the chair, who open the round; and the emergency lane."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, Response

from heritage.governance.agenda import Part, agenda_of
from heritage.governance.settings import GovernanceSettings
from heritage.governance.terms import as_text
from heritage.model.governance import Ranked, Round, RoundState
from heritage.steps.govern_rounds import OPENERS
from heritage.web.desk import PAGE_SIZE, Asker
from heritage.web.priorities.desk import Desk


def add_opening(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""
    governance = desk.governance

    @app.get("/priorities/agenda")
    def agenda(asked: Annotated[Asker, Depends(asker)]) -> Response:
        return _agenda(desk, asked)

    @app.post("/priorities/rounds")
    def open_round(asked: Annotated[Asker, Depends(asker)], token: Annotated[str, Form()] = "") -> Response:
        desk.refuse_others(asked, token, OPENERS)
        opened: list[Round] = []
        answer = desk.attempt(
            asked,
            lambda: opened.append(governance.open_round(asked.user.name)),
            "priorities",
            lambda why: _agenda(desk, asked, why),
        )
        return desk.told(answer, "opened")

    @app.post("/priorities/emergencies")
    def emergency(
        asked: Annotated[Asker, Depends(asker)],
        proposal_id: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
        official: Annotated[str, Form()] = "",
        token: Annotated[str, Form()] = "",
    ) -> Response:
        desk.refuse_others(asked, token, OPENERS)
        answer = desk.attempt(
            asked,
            lambda: governance.open_emergency(asked.user.name, proposal_id, reason.strip(), bool(official)),
            "priorities",
            lambda why: _agenda(desk, asked, why),
        )
        return desk.told(answer, "opened")


def _agenda(desk: Desk, asked: Asker, why: str = "") -> Response:
    governance = desk.governance
    standing, terms = governance.ranking.standing(), governance.terms()
    fresh = governance.next_items()
    parts = _parts(fresh, desk, terms)
    return desk.render(
        asked,
        "agenda",
        409 if why else 200,
        standing=standing,
        fresh=len(fresh),
        parts_of={part.value: items[:PAGE_SIZE] for part, items in parts.items()},
        counts={part.value: len(items) for part, items in parts.items()},
        hours={
            part.value: sum(one.proposal.reviewer_hours for one in items) for part, items in parts.items()
        },
        seats=terms.seats(governance.now().date()),
        choices=[one for one in governance.undecided() if one.proposal.scored][:_CHOICES],
        may_open=bool(desk.roles(asked, terms) & set(OPENERS)),
        refusal=why,
    )


_CHOICES = 300
"""Proposals that the form of an emergency offers, the first in rank."""


def _parts(fresh: list[Ranked], desk: Desk, terms: GovernanceSettings) -> dict[Part, list[Ranked]]:
    """The agenda that a round would have if it were opened now."""
    now = desk.governance.now()
    round_ = Round("", now, now, RoundState.OPEN, (), tuple(fresh), terms=as_text(terms))
    found: dict[Part, list[Ranked]] = {part: [] for part in Part}
    for part, ranked in agenda_of(round_).parts():
        found[part].append(ranked)
    return found
