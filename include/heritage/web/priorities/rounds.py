"""Rounds: the list, the agenda of an open one with its forms, and the minutes of a closed one."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Path, Response
from starlette.datastructures import FormData

from heritage.governance.agenda import Part
from heritage.governance.settings import Role
from heritage.model.governance import Decision, Proposal, Result, Round, RoundKind, RoundState
from heritage.web.desk import PAGE_SIZE, Asker, form_of, page_number, text_of
from heritage.web.pages import REASON_LIMIT
from heritage.web.priorities.ballots import Ballot, Item, ballot_of
from heritage.web.priorities.desk import Desk
from heritage.web.priorities.minutes import minutes

NO_ROUND = "There is no such round."
_RESULTS = "results"
_VOTING = (Role.MEMBER, Role.APPEAL_PANEL)
_AT_ONCE = 200
"""Answers in one form; a page has fewer."""

RoundId = Annotated[str, Path(pattern=r"^[\w.-]+$", max_length=80)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of one part of the agenda."""

    items: Sequence[Item]
    all: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what a round comes to, which is not decided yet."""

    lines: Sequence[tuple[Proposal, Decision]]
    counts: Mapping[Result, int]
    """Of all of it."""
    page: int
    pages: int


def add_rounds(app: FastAPI, desk: Desk, asker: Any) -> None:
    """Adds the routes."""
    governance = desk.governance

    def within(asked: Asker, round_id: str, act: Callable[[], object]) -> Response:
        """Does what a form of a round asks for and leads back there; where a rule forbids it, the round says
        which."""
        there = f"priorities/rounds/{round_id}"
        return desk.attempt(asked, act, there, lambda why: draw_round(desk, asked, round_id, why=why))

    @app.get("/priorities/rounds")
    def rounds(asked: Annotated[Asker, Depends(asker)], page: str = "") -> Response:
        heads = governance.rounds()
        pages = max(1, -(-len(heads) // PAGE_SIZE))
        number = min(page_number(page), pages)
        shown = heads[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return desk.render(asked, "rounds", rounds=shown, now=governance.now(), at=number, pages=pages)

    @app.get("/priorities/rounds/{round_id}")
    def one(
        asked: Annotated[Asker, Depends(asker)], round_id: RoundId, part: str = "", page: str = ""
    ) -> Response:
        return draw_round(desk, asked, round_id, part, page_number(page))

    @app.post("/priorities/rounds/{round_id}/votes")
    def vote(
        asked: Annotated[Asker, Depends(asker)],
        round_id: RoundId,
        form: Annotated[FormData, Depends(form_of)],
    ) -> Response:
        desk.refuse_others(asked, text_of(form, "token"), _VOTING)
        given, new = _answers(form), []
        answer = within(
            asked, round_id, lambda: new.append(governance.cast_votes(round_id, asked.user.name, given))
        )
        return desk.told(answer, "voted" if any(new) else "unchanged")

    @app.post("/priorities/rounds/{round_id}/agree")
    def agree(
        asked: Annotated[Asker, Depends(asker)],
        round_id: RoundId,
        form: Annotated[FormData, Depends(form_of)],
    ) -> Response:
        desk.refuse_others(asked, text_of(form, "token"), _VOTING)
        return desk.told(
            within(asked, round_id, lambda: governance.agree(round_id, asked.user.name)), "agreed"
        )

    @app.post("/priorities/rounds/{round_id}/pulls")
    def pull(
        asked: Annotated[Asker, Depends(asker)],
        round_id: RoundId,
        form: Annotated[FormData, Depends(form_of)],
    ) -> Response:
        desk.refuse_others(asked, text_of(form, "token"), _VOTING)
        which, reason = text_of(form, "proposal_id"), text_of(form, "reason")
        return desk.told(
            within(asked, round_id, lambda: governance.pull(round_id, asked.user.name, which, reason)),
            "pulled",
        )

    @app.post("/priorities/rounds/{round_id}/end")
    def end(
        asked: Annotated[Asker, Depends(asker)],
        round_id: RoundId,
        form: Annotated[FormData, Depends(form_of)],
    ) -> Response:
        desk.refuse_others(asked, text_of(form, "token"), (Role.SECRETARY,))
        return desk.told(
            within(asked, round_id, lambda: governance.end_voting(round_id, asked.user.name)), "ended"
        )

    @app.post("/priorities/rounds/{round_id}/confirm")
    def confirm(
        asked: Annotated[Asker, Depends(asker)],
        round_id: RoundId,
        form: Annotated[FormData, Depends(form_of)],
    ) -> Response:
        desk.refuse_others(asked, text_of(form, "token"), (Role.SECRETARY,))
        what, reason = text_of(form, "answer"), text_of(form, "reason")
        if what not in ("confirmed", "returned"):
            raise HTTPException(422, "A round is confirmed, or returned to the body.")
        me, goes_back = asked.user.name, what == "returned"
        return desk.told(
            within(asked, round_id, lambda: governance.confirm(round_id, me, goes_back, reason)), what
        )


def draw_round(
    desk: Desk, asked: Asker, round_id: str, part: str = "", page: int = 1, why: str = ""
) -> Response:
    """The agenda of an open round, the minutes of a closed one; `why` something was refused."""
    governance = desk.governance
    found = governance.round(round_id)
    if found is None:
        raise HTTPException(404, asked.tongue.gettext(NO_ROUND))
    status = 409 if why else 200
    if found.state is RoundState.CLOSED:
        return _closed(desk, asked, found, page, why, status)
    votes = governance.votes(round_id)
    ballot = ballot_of(found, votes, asked.user.name, governance.now(), governance.terms())
    return desk.render(
        asked,
        "round",
        status,
        ballot=ballot,
        shows=_shown(ballot, part, page),
        results=_results(desk, asked, ballot, page if part == _RESULTS else 1),
        has_report=governance.ranking.report() is not None,
        refusal=why,
    )


def _results(desk: Desk, asked: Asker, ballot: Ballot, page: int) -> Results | None:
    """What the secretary is asked to confirm; None for others, and while votes can come in."""
    round_ = ballot.round
    regular = round_.kind is RoundKind.REGULAR
    if not (regular and ballot.over and Role.SECRETARY in desk.roles(asked)):
        return None
    comes_to = desk.governance.provisional(round_)
    pages = max(1, -(-len(comes_to) // PAGE_SIZE))
    page = min(page, pages)
    items = {one.proposal.proposal_id: one.proposal for one in round_.proposals}
    shown = comes_to[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    counts = Counter(one.result for one in comes_to)
    return Results([(items[one.proposal_id], one) for one in shown], counts, page, pages)


def _closed(desk: Desk, asked: Asker, found: Round, page: int, why: str, status: int) -> Response:
    decisions = [one for one in desk.governance.log.lines() if one.round_id == found.round_id]
    pages = max(1, -(-len(decisions) // PAGE_SIZE))
    page = min(page, pages)
    shown = decisions[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    hides = desk.hides(desk.roles(asked))
    told = minutes(found, decisions, shown, desk.governance.terms(), hides)
    hidden = {one.proposal.proposal_id for one in found.proposals if hides(one.proposal)}
    actions = [
        replace(one, detail="") if one.detail in hidden else one
        for one in desk.governance.actions(found.round_id)
    ]
    return desk.render(
        asked, "minutes", status, minutes=told, actions=actions, at=page, pages=pages, refusal=why
    )


def _shown(ballot: Ballot, part: str, page: int) -> dict[str, Shown | None]:
    """What of each part stands on the page: the first of all parts, or one page of one of them. What is
    unanswered comes first, else the order stays."""
    found: dict[str, Shown | None] = {}
    for one, items in ballot.parts.items():
        alone = part in list(Part)
        if not items or (alone and one != part):
            found[one.value] = None
            continue
        pages = -(-len(items) // PAGE_SIZE)
        number = min(page, pages) if alone else 1
        in_order = sorted(items, key=lambda item: not item.open) if ballot.member else items
        begin = (number - 1) * PAGE_SIZE
        found[one.value] = Shown(in_order[begin : begin + PAGE_SIZE], len(items), number, pages)
    return found


def _answers(form: FormData) -> list[tuple[str, str, str]]:
    """Proposal, answer and reason of each item that was answered."""
    given = []
    for number in range(1, _AT_ONCE + 1):
        proposal, answer = text_of(form, f"proposal_{number}"), text_of(form, f"answer_{number}")
        if proposal and answer:  # numbers are left out: there is no field where somebody is recused
            reason = text_of(form, f"reason_{number}")
            if len(reason) > REASON_LIMIT:
                raise HTTPException(422, f"Give a reason of at most {REASON_LIMIT:,} characters.")
            given.append((proposal, answer, reason))
    return given
