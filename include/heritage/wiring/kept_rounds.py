"""What the pages on priorities keep in memory: the newest ranking, and what was put to each round."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from heritage.model.governance import Proposal, Ranked, Round, RoundState
from heritage.model.said import Said

if TYPE_CHECKING:
    from heritage.ports.decisions import DecisionStore
    from heritage.priority.settings import PrioritySettings
    from heritage.steps.govern_standing import Approved
    from heritage.steps.rank import Ranking

_ROUNDS_KEPT = 16


@dataclass(frozen=True)
class Standing:
    """The newest ranking; `settings` are the figures that it was made with."""

    made_at: datetime
    ranking: "Ranking"
    settings: "PrioritySettings"

    @cached_property
    def ranked(self) -> Mapping[str, Ranked]:
        """By id, in order of rank."""
        in_order = sorted(self.ranking.ranked, key=lambda one: one.rank)
        return {one.proposal.proposal_id: one for one in in_order}

    @cached_property
    def gated(self) -> Mapping[str, Proposal]:
        """What waits for a missing step, likewise."""
        return {one.proposal_id: one for one in self.ranking.gated}

    @cached_property
    def changes(self) -> Mapping[str, Said]:
        """What would have to change for each to be first."""
        from heritage.priority.sensitivity import what_would_change

        return dict(
            zip(self.ranked, what_would_change(list(self.ranked.values()), self.settings), strict=True)
        )


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the log says as long as no other round closes than the `closed`, and until an emergency lapses."""

    closed: tuple[str, ...]
    until: datetime
    decided: frozenset[str]
    """Ids of proposals."""
    weights: "Approved | None"
    """The decision on them, if there is one."""
    to_ratify: bool
    """Whether an emergency waits for the body."""

    @classmethod
    def read(cls, closed: tuple[str, ...], store: "DecisionStore", now: datetime) -> "Ruled":
        """As of now. Raises GovernanceError when the log is broken."""
        from heritage.governance.emergency import to_ratify
        from heritage.steps.govern_standing import approved_weights, decided

        waiting = [datetime.fromisoformat(one.ratify_by) for one in to_ratify(store.log(), now)]
        until = min(waiting, default=datetime.max.replace(tzinfo=UTC))
        return cls(closed, until, decided(store, now), approved_weights(store, now), bool(waiting))


class KeptRounds:
    """A decision store that reads what was put to a round once: it never changes."""

    def __init__(self, store: "DecisionStore") -> None:
        self._store = store
        self.proposals = lru_cache(_ROUNDS_KEPT)(self._read)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def round(self, round_id: str) -> Round | None:
        """See `ports.decisions.DecisionStore`."""
        head = next((one for one in self._store.heads() if one.round_id == round_id), None)
        return self.filled(head) if head else None

    def open_rounds(self) -> list[Round]:
        """Likewise."""
        return [self.filled(head) for head in self._store.heads() if head.state is RoundState.OPEN]

    def filled(self, head: Round) -> Round:
        """The round of which only the head is known."""
        return replace(head, proposals=tuple(self.proposals(head.round_id).values()))

    def _read(self, round_id: str) -> Mapping[str, Ranked]:
        found = self._store.round(round_id)
        return {one.proposal.proposal_id: one for one in found.proposals} if found else {}
