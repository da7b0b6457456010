"""What the pages on priorities ask and do; what is large is kept until it changes.

What is heavy is imported by the page that needs it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from heritage.errors import GovernanceError
from heritage.governance.settings import GovernanceSettings, Role
from heritage.model.governance import (
    ActionEntry,
    Appeal,
    Decision,
    DecisionType,
    Proposal,
    Ranked,
    Round,
    RoundKind,
    RoundState,
    Vote,
)
from heritage.wiring.helpdesk_pages import HelpdeskPages
from heritage.wiring.kept_rounds import KeptRounds, Ruled, Standing
from heritage.wiring.settings import Settings

if TYPE_CHECKING:
    from heritage.ports.actions import ActionLog
    from heritage.ports.decisions import DecisionStore
    from heritage.ports.drill import Drilled, Figure
    from heritage.priority.country import Answered
    from heritage.priority.settings import PrioritySettings
    from heritage.priority.trial import Trial
    from heritage.wiring.ranking import Records


class PriorityPages:
    """Reads and acts in the name of whoever a page says is logged in; who may is asked before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.helpdesk = HelpdeskPages(settings)
        self._lock = Lock()
        self._checked: tuple[object, list[str]] | None = None
        self._rulings: Ruled | None = None
        self._counted: tuple[object, Sequence[Decision]] | None = None
        self._standing = lru_cache(2)(self._read_standing)
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
        standing = self.standing()
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

    # Appeals, actions and the log

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

    def log(self) -> Sequence[Decision]:
        """All decisions, oldest first. Raises GovernanceError naming a line that cannot be read."""
        return self._decisions.log()

    def checked_log(self) -> tuple[Sequence[Decision], list[str]]:
        """All decisions, and what is broken in them or in what they were made on, as `heritage decisions
        verify` finds it. What was looked at before and has not changed since is not computed again."""
        from heritage.steps.govern_standing import check_log

        now = (self._decisions.fingerprint(), tuple(self._decisions.seals()))
        if self._checked is None or self._checked[0] != now:
            self._checked = now, check_log(self._decisions)
        return self._decisions.log(), self._checked[1]

    def exported(self, kind: str) -> str:
        """The log as everybody may read it, as `json` or `html`. Raises GovernanceError when it is broken."""
        from heritage.steps.govern_standing import public_log
        from heritage.wiring.governance import log_page

        faults = self.checked_log()[1]
        if faults:
            raise GovernanceError(f"The decision log is broken, nothing is published. {faults[0]}")
        lines = public_log(self._decisions, names=self.terms().names_public)
        if kind == "html":
            return log_page(lines)
        return json.dumps({"decisions": lines}, ensure_ascii=False, indent=1) + "\n"

    # Report and ranking

    def report(self) -> Path | None:
        """The folder of the newest report that may be shown."""
        from heritage.wiring.report import latest_report

        return latest_report(self._settings)

    def standing(self) -> Standing | None:
        """The newest ranking; None before the first."""
        from heritage.adapters.reports.shelf import LAST
        from heritage.wiring.report import report_shelf

        folder = report_shelf(self._settings).newest()
        if folder is None:
            return None
        found = folder / LAST
        weights = self._settings.vocabularies / "priority.yaml"
        with self._lock:
            return self._standing(found, found.stat().st_mtime_ns, weights.stat().st_mtime_ns)

    def weights(self) -> Mapping[str, float]:
        """Of the body, by criterion, together 1, as the newest ranking was made with them."""
        return self._figures().weights.model_dump()

    def weights_decision(self) -> int | None:
        """The number of the body's decision on these weights; None while they are those of the file."""
        return self._figures().weights_decision

    def weights_in_force(self) -> Mapping[str, float]:
        """Those of the next ranking, likewise."""
        from heritage.wiring.weights import priority_settings, with_decided

        figures = priority_settings(self._settings)
        return with_decided(figures, self._ruled().weights).weights.model_dump()

    def try_weights(self, given: Mapping[str, object]) -> "Trial":
        """See `priority.trial.trial`."""
        from heritage.priority.trial import trial

        standing = self.standing()
        return trial(tuple(standing.ranked.values()) if standing else (), self._figures(), given)

    def _figures(self) -> "PrioritySettings":
        from heritage.wiring.weights import priority_settings

        standing = self.standing()
        return standing.settings if standing else priority_settings(self._settings)

    def figures(self, proposal_id: str) -> Sequence["Figure"]:
        """Figures that open down to records; empty when what was rehearsed is gone."""
        return self._records.figures(proposal_id, self._known(proposal_id)) or ()

    def country(self, dataset: str) -> Sequence["Answered"]:
        """The nine questions about the country of a register, as the newest ranking has them answered."""
        standing = self.standing()
        return standing.ranking.country.get(dataset, ()) if standing else ()

    def records(self, proposal_id: str, figure: str, page: int) -> "Drilled | None":
        """See `wiring.ranking.Records.of`."""
        return self._records.of(proposal_id, figure, page, self._known(proposal_id))

    def _known(self, proposal_id: str) -> Proposal | None:
        standing = self.standing()
        if standing is None:
            return None
        ranked = standing.ranked.get(proposal_id)
        return ranked.proposal if ranked else standing.gated.get(proposal_id)

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

    @cached_property
    def _records(self) -> "Records":
        from heritage.wiring.ranking import Records

        return Records(self._settings)

    def _bound(self) -> dict[str, Any]:
        from heritage.adapters.clock import SystemClock

        bound = {"decisions": self._kept, "actions": self._actions}
        return {**bound, "clock": SystemClock(), "settings": self.terms()}

    def _read_terms(self, _: int) -> GovernanceSettings:
        from heritage.wiring.terms import governance_settings

        return governance_settings(self._settings)

    def _read_standing(self, path: Path, *_: int) -> Standing:
        from heritage.wiring.report import made_at, ranking_in
        from heritage.wiring.weights import settings_of

        ranking = ranking_in(path.parent)
        return Standing(made_at(path.parent), ranking, settings_of(ranking, self._settings))
