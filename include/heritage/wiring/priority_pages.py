"""What the pages on priorities ask and do; what is large is kept until it changes.

What is heavy is imported by the page that needs it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from heritage.governance.settings import GovernanceSettings, Role
from heritage.model.governance import (
    ActionEntry,
    Appeal,
    Decision,
    DecisionType,
    Ranked,
    Round,
    RoundKind,
    RoundState,
    Vote,
)
from heritage.wiring.helpdesk_pages import HelpdeskPages
from heritage.wiring.kept_rounds import KeptRounds, Ruled
from heritage.wiring.log_pages import LogPages
from heritage.wiring.ranking_pages import RankingPages
from heritage.wiring.settings import Settings

if TYPE_CHECKING:
    from heritage.ports.actions import ActionLog
    from heritage.ports.decisions import DecisionStore


class PriorityPages:
    """Reads and acts in the name of whoever a page says is logged in; who may is asked before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.helpdesk = HelpdeskPages(settings)
        self.ranking = RankingPages(settings)
        self.log = LogPages(settings)
        self._lock = Lock()
        self._rulings: Ruled | None = None
        self._counted: tuple[object, Sequence[Decision]] | None = None
        self._terms = lru_cache(2)(self._read_terms)

    def now(self) -> datetime:
        """The time of this machine."""
        return datetime.now(UTC)

    def terms(self) -> GovernanceSettings:
        """The terms of reference in force."""
        path = self._settings.governance or self._settings.vocabularies / "governance.yaml"
        return self._terms(path.stat().st_mtime_ns)

    def may(self, user: str, airflow_roles: Sequence[str], role: Role, terms: GovernanceSettings) -> bool:
        """Whether somebody acts in a role today."""
        from heritage.governance.acting import may

        return may(terms, user, role, self.now().date(), airflow_roles)

    # Rounds and votes

    def rounds(self) -> list[Round]:
        """All rounds, newest first, without the proposals in them."""
        return self._decisions.heads()[::-1]

    def round(self, round_id: str) -> Round | None:
        """A round with everything that is put to the vote."""
        return self._kept.round(round_id)

    def filled(self, head: Round) -> Round:
        """The round of which only the head is known."""
        return self._kept.filled(head)

    def in_round(self, round_id: str, proposal_id: str) -> Ranked | None:
        """An item as it was put to a round."""
        return self._kept.proposals(round_id).get(proposal_id)

    def votes(self, round_id: str) -> Sequence[Vote]:
        """The votes that count."""
        return self._decisions.votes(round_id)

    def cast_votes(self, round_id: str, member: str, given: Sequence[tuple[str, str, str]]) -> int:
        """Keeps those of the answers (proposal, answer, reason) that are new; gives how many. Raises
        GovernanceError saying which rule one of them breaks; those before it are kept."""
        from heritage.steps import govern_votes
        from heritage.wiring.governance import close_due

        stand = {
            vote.proposal_id: (vote.answer, vote.reason)
            for vote in self.votes(round_id)
            if vote.member == member
        }
        new = [one for one in given if stand.get(one[0]) != one[1:]]
        for proposal_id, answer, reason in new:
            govern_votes.cast_vote(round_id, member, proposal_id, answer, reason, **self._bound())
        round_ = self.round(round_id)
        if new and round_ and round_.kind is not RoundKind.REGULAR:
            close_due(self._settings)
        return len(new)

    def agree(self, round_id: str, member: str) -> object:
        """See `steps.govern_votes.agree_consent`."""
        from heritage.steps import govern_votes

        return govern_votes.agree_consent(round_id, member, **self._bound())

    def pull(self, round_id: str, member: str, proposal_id: str, reason: str) -> object:
        """See `steps.govern_votes.pull_item`."""
        from heritage.steps import govern_votes

        return govern_votes.pull_item(round_id, member, proposal_id, reason, **self._bound())

    def open_round(self, by: str) -> Round:
        """See `wiring.governance.open_round`."""
        from heritage.wiring import governance

        return governance.open_round(self._settings, by=by)

    def end_voting(self, round_id: str, by: str) -> Round:
        """See `wiring.governance.end_voting`."""
        from heritage.wiring import governance

        return governance.end_voting(self._settings, round_id, by)

    def provisional(self, round_: Round) -> Sequence[Decision]:
        """What a round whose voting is over comes to. It is counted once, until another round is closed: what
        has become stale meanwhile shows when it is confirmed, as in Airflow's required actions."""
        from heritage.wiring import governance

        asked = round_.round_id, round_.closes_at, self._closed()
        if self._counted is None or self._counted[0] != asked:
            self._counted = asked, governance.provisional(self._settings, round_.round_id)
        return self._counted[1]

    def confirm(self, round_id: str, by: str, goes_back: bool, reason: str) -> object:
        """See `wiring.governance.confirm_round`."""
        from heritage.wiring import governance

        return governance.confirm_round(self._settings, round_id, by, goes_back=goes_back, reason=reason)

    def undecided(self) -> list[Ranked]:
        """What the newest ranking holds and nobody has decided since, in order of rank."""
        standing = self.ranking.standing()
        settled = self._ruled().decided
        return [one for which, one in (standing.ranked.items() if standing else ()) if which not in settled]

    def next_items(self) -> list[Ranked]:
        """What a round would put to the vote if it were opened now: what is undecided, and emergencies that
        wait to be ratified; nothing that is on an open agenda."""
        from heritage.steps.govern_rounds import ratifications

        fresh = self.undecided()
        asked = ratifications(self._kept, fresh, self.now()) if self._ruled().to_ratify else ()
        items = [*fresh, *asked]
        on_agenda = {
            one.proposal.proposal_id for round_ in self._kept.open_rounds() for one in round_.proposals
        }
        return [one for one in items if one.proposal.proposal_id not in on_agenda]

    def weights_in_force(self) -> Mapping[str, float]:
        """Those of the next ranking, likewise."""
        from heritage.wiring.weights import priority_settings, with_decided

        figures = priority_settings(self._settings)
        return with_decided(figures, self._ruled().weights).weights.model_dump()

    def put_question(
        self,
        by: str,
        kind: DecisionType,
        title: str,
        reason: str,
        *,
        about: int | None,
        weights: Mapping[str, object],
        alone: bool,
    ) -> Round:
        """See `wiring.governance.put_question`."""
        from heritage.wiring import governance

        return governance.put_question(
            self._settings, by, kind, title, reason, about=about, weights=weights, alone=alone
        )

    def open_emergency(self, by: str, proposal_id: str, reason: str, official: bool) -> Round:
        """See `wiring.governance.open_emergency`."""
        from heritage.wiring import governance

        return governance.open_emergency(self._settings, by, proposal_id, reason, official=official)

    # Appeals and actions

    def appeals(self) -> list[Appeal]:
        """All appeals, oldest first."""
        return self._decisions.appeals()

    def file_appeal(self, by_user: str, number: int, by: str, standing: str, grounds: str) -> Appeal:
        """See `wiring.governance.file_appeal`."""
        from heritage.wiring import governance

        return governance.file_appeal(self._settings, by_user, number, by, standing, grounds)

    def hear_appeal(self, by: str, appeal_id: str) -> Round:
        """See `wiring.governance.hear_appeal`."""
        from heritage.wiring import governance

        return governance.hear_appeal(self._settings, by, appeal_id)

    def actions(self, subject: str) -> list[ActionEntry]:
        """Who did what about a round, appeal or request, oldest first."""
        return self._actions.about(subject)

    def _ruled(self) -> Ruled:
        closed, now = self._closed(), self.now()
        with self._lock:
            if self._rulings is None or self._rulings.closed != closed or now >= self._rulings.until:
                self._rulings = Ruled.read(closed, self._decisions, now)
            return self._rulings

    def _closed(self) -> tuple[str, ...]:
        return tuple(one.round_id for one in self._decisions.heads() if one.state is RoundState.CLOSED)

    @cached_property
    def _decisions(self) -> "DecisionStore":
        from heritage.wiring.stores import decision_store

        return decision_store(self._settings)

    @cached_property
    def _kept(self) -> KeptRounds:
        return KeptRounds(self._decisions)

    @cached_property
    def _actions(self) -> "ActionLog":
        from heritage.wiring.stores import action_log

        return action_log(self._settings)

    def _bound(self) -> dict[str, Any]:
        from heritage.adapters.clock import SystemClock

        bound = {"decisions": self._kept, "actions": self._actions}
        return {**bound, "clock": SystemClock(), "settings": self.terms()}

    def _read_terms(self, _: int) -> GovernanceSettings:
        from heritage.wiring.terms import governance_settings

        return governance_settings(self._settings)
