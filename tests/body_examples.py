"""A governance body for tests: proposals, and rounds on a real database, with a clock moved by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from heritage.adapters.database.actions import SqlActionLog
from heritage.adapters.database.decisions import SqlDecisionStore
from heritage.governance.agenda import Part, agenda_of
from heritage.governance.settings import GovernanceSettings
from heritage.model.governance import (
    Appeal,
    Criteria,
    Decision,
    DecisionType,
    Gate,
    LicenceAnswer,
    Proposal,
    Ranked,
    Rehearsal,
    Round,
    Scope,
    Vote,
)
from heritage.model.said import Said
from heritage.steps import govern_appeals, govern_rounds, govern_votes
from terms_examples import EVER, terms_of

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
SEATS = ("Ada", "Bo", "Chidi", "Dana", "Eva", "Fay", "Gil")
ROLES = {
    "chair": [{"user": "Ada", **EVER}],
    "secretary": [{"user": "Sekai", **EVER}],
    "expert_committee": [{"user": name, **EVER} for name in ("Eno", "Emre", "Ewa")],
    "appeal_panel": [{"user": name, **EVER} for name in ("Pim", "Pia", "Per")],
}
TERMS = terms_of(SEATS, roles=ROLES, budget_hours=100)


def proposal(
    proposal_id: str, hours: float = 1.0, licence: str = LicenceAnswer.ALLOW, **changed: Any
) -> Proposal:
    """A proposal of a register `xx_churches`."""
    made = Proposal(
        proposal_id=proposal_id,
        dataset="xx_churches",
        snapshot="s1",
        title=proposal_id,
        kind=proposal_id.partition("-")[0],
        scope=Scope.ALL,
        content_hash="c1",
        edits_digest="e1",
        rehearsal=Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1),
        gates=(Gate("licence", True, Said(licence)),),
        criteria=Criteria(0.1, 0.2, 0.3, 0.4),
        reviewer_hours=hours,
        under_covered=True,
    )
    return replace(made, **changed)


def ranked(
    proposal_id: str, hours: float = 1.0, robustness: str = "contested", rank: int = 1, **changed: Any
) -> Ranked:
    """The same with a place in the ranking: contested, so that it is on the ballot."""
    return Ranked(proposal(proposal_id, hours, **changed), rank, 0.5, {"urgency": 0.5}, 0.5, robustness)


def ask(item: str = "q", answer: str = "asked", kind: DecisionType = DecisionType.WEIGHTS) -> Ranked:
    """A question to the body."""
    asked = Proposal.question(
        item,
        dataset="",
        snapshot="",
        title=item,
        kind=kind,
        content_hash=item,
        gate="it",
        reasons=(),
        answer=answer,
    )
    return Ranked(asked, 1, 0.0, {}, 0.5, "contested")


class Clock:
    """Port Clock, moved by hand."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass
class Body:
    """A body on a database: what its people do, in short words."""

    engine: Engine
    terms: GovernanceSettings = TERMS
    clock: Clock = field(default_factory=Clock)
    stale: Mapping[str, str] = field(default_factory=dict)

    @property
    def store(self) -> SqlDecisionStore:
        return SqlDecisionStore(self.engine)

    @property
    def actions(self) -> SqlActionLog:
        return SqlActionLog(self.engine)

    @property
    def bound(self) -> dict[str, Any]:
        return {
            "decisions": self.store,
            "actions": self.actions,
            "clock": self.clock,
            "settings": self.terms,
        }

    def open(self, *items: Ranked, by: str = "") -> Round:
        return govern_rounds.open_round(items, by=by, **self.bound)

    def vote(self, round_: Round, member: str, item: str, answer: str, reason: str = "") -> Vote:
        return govern_votes.cast_vote(round_.round_id, member, item, answer, reason, **self.bound)

    def all_vote(self, round_: Round, yes: bool = True, members: tuple[str, ...] = ()) -> None:
        """Every member for all that can be answered, or against."""
        for part, item in agenda_of(self.now(round_)).parts():
            answer = ("5" if yes else "0") if part is Part.BALLOT else ("for" if yes else "against")
            for member in members or round_.seats:
                if part is not Part.LATER:
                    self.vote(round_, member, item.proposal.proposal_id, answer)

    def pull(self, round_: Round, member: str, item: str, reason: str = "let us talk") -> None:
        govern_votes.pull_item(round_.round_id, member, item, reason, **self.bound)

    def now(self, round_: Round) -> Round:
        """The round as it stands now."""
        found = self.store.round(round_.round_id)
        assert found is not None
        return found

    def closable(self, round_: Round) -> bool:
        bound = self.bound
        del bound["actions"]
        return govern_rounds.closable(round_.round_id, **bound)

    def end(self, round_: Round) -> Round:
        return govern_rounds.end_voting(round_.round_id, **self.bound)

    def close(self, round_: Round, confirmed_by: str = "", returned: str = "") -> list[Decision]:
        return govern_rounds.close_round(
            round_.round_id, stale=self.stale, confirmed_by=confirmed_by, returned=returned, **self.bound
        )

    def run(self, *items: Ranked, yes: bool = True) -> list[Decision]:
        """A round on the items from its opening to its decisions."""
        round_ = self.open(*items)
        self.all_vote(round_, yes)
        return self.close(round_)

    def appeal(self, number: int, by: str = "Parish", standing: str = "community") -> Appeal:
        return govern_appeals.file_appeal("Sekai", number, by, standing, "It is our shrine.", **self.bound)

    def hear(self, appeal: Appeal) -> Round:
        return govern_appeals.hear_appeal("Sekai", appeal.appeal_id, **self.bound)
