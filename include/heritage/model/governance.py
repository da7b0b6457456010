"""Proposals, rounds, votes and decisions (domain details, part d)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from heritage.model.said import UNSAID, Said


class Scope(StrEnum):
    ALL = "all"
    AT_RISK = "at_risk"
    REGION = "region"
    """What lies in one administrative area."""


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
    answer: Said
    missing_step: Said = UNSAID


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
    title: Said
    kind: str
    scope: Scope
    content_hash: str
    edits_digest: str
    rehearsal: Rehearsal
    gates: tuple[Gate, ...]
    criteria: Criteria
    reviewer_hours: float
    reasons: tuple[Said, ...] = ()
    licence: str = ""
    region: str = ""
    """Item of the administrative area, of a proposal for one region."""
    under_covered: bool = False
    """Less of it is on Wikidata than of all registers together, or its groups lag behind."""
    publisher: str = ""
    """Whose register it is: who has declared an interest in the publisher is recused."""
    supersedes: int | None = None
    """Number of the decision that a question is about."""
    weights: tuple[tuple[str, float], ...] = ()
    """Of the criteria, together 1: what a question on weights asks the body to take."""

    @property
    def scored(self) -> bool:
        """False for a question: it has no place of its own in the ranking."""
        return bool(self.edits_digest)

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
        title: Said,
        kind: str,
        content_hash: str,
        gate: str,
        reasons: tuple[Said, ...],
        licence: str = "",
        answer: str = LicenceAnswer.BODY_DECISION,
        publisher: str = "",
        supersedes: int | None = None,
        weights: tuple[tuple[str, float], ...] = (),
    ) -> "Proposal":
        """A question whose answer edits nothing by itself: nothing is rehearsed, it costs no reviewer's time,
        and it is not scored, for what it opens is ranked by its own worth. Unless `answer` says otherwise it
        takes a qualified majority."""
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
            gates=(Gate(gate, True, Said(answer)),),
            criteria=Criteria(0.0, 0.0, 0.0, 0.0),
            reviewer_hours=0.0,
            reasons=reasons,
            licence=licence,
            publisher=publisher,
            supersedes=supersedes,
            weights=weights,
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


class RoundKind(StrEnum):
    """What a round is for, and so who sits in it and what carries an item."""

    REGULAR = "regular"
    EMERGENCY = "emergency"
    """One proposal that cannot wait: the chair and some members, ratified by the body or void."""
    APPEAL = "appeal"
    """An appeal against one decision, heard by people who did not vote on it."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One member's answer on one proposal (`governance.ballot.Answer`, or a score); changeable until the
    round closes."""

    member: str
    proposal_id: str
    answer: str
    cast_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pull:
    """A member wants an item voted on that would pass, or wait, without a vote. It is not taken back."""

    member: str
    proposal_id: str
    reason: str
    pulled_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """`seats` are those who may vote in it, `terms` the terms of reference (JSON) that hold in it to its end,
    whatever is changed meanwhile; both empty strings and tuples come from before they were kept."""

    round_id: str
    opened_at: datetime
    closes_at: datetime
    state: RoundState
    seats: tuple[str, ...]
    proposals: tuple[Ranked, ...] = field(default=())
    kind: RoundKind = RoundKind.REGULAR
    pulls: tuple[Pull, ...] = ()
    terms: str = ""


class Result(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"
    DEFERRED = "deferred"


class DecisionType(StrEnum):
    """What a line of the log is about (domain details, part d)."""

    PRIORITY = "priority"
    EMERGENCY = "emergency"
    RATIFICATION = "ratification"
    """Approved: an emergency decision stands. `supersedes` is its number."""
    APPEAL = "appeal"
    """Approved: the appeal is upheld and the decision `supersedes` is void. Refused: it stands."""
    RETRACTION = "retraction"
    """Approved: the decision `supersedes` is withdrawn by the body itself."""
    WEIGHTS = "weights"
    SENSITIVITY = "sensitivity"
    LICENCE = "licence"
    PORTFOLIO = "portfolio"
    """Approved: the share of hours kept for what is covered least is waived, in this round."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the append-only, hash-chained log. What stands after the hashes was added later: it is
    hashed only where it says something, so that earlier lines keep their hash."""

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
    type: DecisionType = DecisionType.PRIORITY
    options: tuple[str, ...] = ()
    """What members could answer."""
    dissent: tuple[tuple[str, str], ...] = ()
    """Members who were of another mind, with the reason they gave."""
    paid: tuple[tuple[str, float], ...] = ()
    """Reviewer-hours that each supporter's share paid (equal shares)."""
    effective: str = ""
    """When it takes effect, ISO 8601."""
    review_by: str = ""
    """When it is looked at again, ISO date."""
    ratify_by: str = ""
    """An emergency decision lapses then unless the body has ratified it, ISO 8601."""
    supersedes: int | None = None
    """Number of the decision that this one is about."""
    basis: tuple[tuple[str, str], ...] = ()
    """What it was decided on beside its ballot (see `governance.basis`): what each thing is called, and its
    digest. The line's hash covers the digest of all of it."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Where the log ended at some time, kept outside the database: it misses what is cut off the log."""

    number: int
    hash: str
    kept_at: str
    """ISO 8601."""


@dataclass(frozen=True, slots=True)
class Appeal:
    """Somebody concerned contests a decision; until it is heard, nothing of the decision is uploaded."""

    appeal_id: str
    decision: int
    """Number of the decision."""
    by: str
    standing: str
    """Why they may: requester, community or data owner."""
    grounds: str
    filed_by: str
    """User name of who entered it."""
    filed_at: datetime


class RequestState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class HelpdeskRequest:
    """What somebody asks the Helpdesk for; open and accepted ones take capacity before the backlog does."""

    request_id: str
    title: str
    text: str
    asked_by: str
    urgency: int
    """1 (whenever) to 5 (it is being lost now)."""
    relevance: int
    """1 to 5."""
    hours: float
    """Reviewer-hours that it needs."""
    asked_at: datetime
    due: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The Expert Committee's checklist on a request, by one of its members: for each lens (technical, legal,
    risk, sustainability) yes, no or unclear, with a note; a later one of the same member takes its place."""

    request_id: str
    member: str
    answers: tuple[tuple[str, str], ...]
    note: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """One line of who did what and when, never changed; what was voted is not in it."""

    at: datetime
    user: str
    action: str
    subject: str
    """Id of the round, proposal, appeal or request."""
    detail: str = ""
