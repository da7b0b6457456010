"""Proposals, rounds, votes and decisions (domain details, part d)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    ALL = "all"
    AT_RISK = "at_risk"


class LicenceAnswer(StrEnum):
    """What a licence allows towards one target (domain details, part c)."""

    ALLOW = "ALLOW"
    NEEDS_WAIVER = "NEEDS_WAIVER"
    BODY_DECISION = "BODY_DECISION"
    LINK_ONLY = "LINK_ONLY"
    DENY = "DENY"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would happen on the wiki if the proposal were approved; the body votes on this."""

    edits: int
    new_items: int
    statements: int
    references: int
    labels: int
    """Labels, descriptions and aliases."""
    conflicts: int
    withheld: int
    minutes: float
    stopped: tuple[tuple[str, int], ...] = ()
    """Edits of these that a run against a copy of the items would not send, by reason."""
    violations: tuple[tuple[str, int], ...] = ()
    """Findings about these edits that people on the wiki would object to, by code."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """Urgency, relevance, equity and coverage, readiness: each in [0, 1]."""

    urgency: float
    relevance: float
    equity: float
    readiness: float


@dataclass(frozen=True, slots=True)
class Gate:
    """What must hold before a proposal is ranked; what fails is listed with the missing step."""

    name: str
    passed: bool
    answer: str
    missing_step: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is ranked: a dataset, the kinds of information, a scope.

    `content_hash` covers the ids of all edits inside; `edits_digest` names the version of `edits.parquet`
    that was rehearsed; `licence` is the digest of what was known of the rights. A decision is bound to all
    three: other edits, or another licence, need another decision.
    """

    proposal_id: str
    dataset: str
    snapshot: str
    title: str
    kind: str
    scope: Scope
    content_hash: str
    edits_digest: str
    rehearsal: Rehearsal
    gates: tuple[Gate, ...]
    criteria: Criteria
    reviewer_hours: float
    reasons: tuple[str, ...] = ()
    licence: str = ""

    @property
    def admitted(self) -> bool:
        return all(gate.passed for gate in self.gates)

    @classmethod
    def question(
        cls,
        proposal_id: str,
        *,
        dataset: str,
        snapshot: str,
        title: str,
        kind: str,
        content_hash: str,
        gate: str,
        reasons: tuple[str, ...],
        licence: str = "",
    ) -> "Proposal":
        """A question whose answer edits nothing by itself: nothing is rehearsed, it costs no reviewer's time,
        and it is not scored, for what it opens is ranked by its own worth."""
        return cls(
            proposal_id=proposal_id,
            dataset=dataset,
            snapshot=snapshot,
            title=title,
            kind=kind,
            scope=Scope.ALL,
            content_hash=content_hash,
            edits_digest="",
            rehearsal=Rehearsal(0, 0, 0, 0, 0, 0, 0, 0.0),
            gates=(Gate(gate, True, LicenceAnswer.BODY_DECISION),),
            criteria=Criteria(0.0, 0.0, 0.0, 0.0),
            reviewer_hours=0.0,
            reasons=reasons,
            licence=licence,
        )


@dataclass(frozen=True, slots=True)
class Ranked:
    """A proposal with its place. `p_funded` is the share of sampled weightings under which it is funded."""

    proposal: Proposal
    rank: int
    score: float
    contributions: dict[str, float]
    p_funded: float
    robustness: str  # robust in | contested | robust out


class RoundState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Vote:
    """One member's answer on one proposal: for, against, abstain, or recused; changeable until closing."""

    member: str
    proposal_id: str
    answer: str
    cast_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    round_id: str
    opened_at: datetime
    closes_at: datetime
    state: RoundState
    seats: tuple[str, ...]
    proposals: tuple[Ranked, ...] = field(default=())


class Result(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the append-only, hash-chained log."""

    number: int
    round_id: str
    proposal_id: str
    dataset: str
    inputs_hash: str
    result: Result
    votes: dict[str, str]
    recusals: tuple[str, ...]
    quorum: int
    reasons: str
    decided_at: str
    prev_hash: str
    hash: str
