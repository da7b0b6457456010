"""Review tasks, answers and what they come to (domain details, section 6)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReviewKind(StrEnum):
    """What people are asked."""

    MATCH = "match"
    """Is this record the same place as one of these items?"""
    TERM = "term"
    """Which item does this term of a register stand for?"""
    ANNOTATION = "annotation"
    """Is what a machine or a person says of this record right?"""
    KNOWLEDGE = "knowledge"
    """What do you know of this record? What is said becomes an annotation that others judge."""
    DANGER = "danger"
    """Does this report, or this source, show that the record is in such danger?"""


RIGHT, WRONG = "right", "wrong"
"""The choices where one thing is judged."""
NONE_OF_THESE = "none"
"""The choice where several items are offered, and none is it."""
DONT_KNOW = "unknown"
"""Offered always. It counts as an answer that was given, and speaks for nothing."""


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """A question to people. It holds ids and what is suggested, never what a register says: the pages draw
    the record through the disclosure gate each time that they show it.

    `content_hash` is the digest of what was asked on: a record or an item that changed makes another task.
    """

    task_id: str
    campaign: str
    kind: ReviewKind
    dataset: str
    record_id: str
    """Empty for a term, which is asked once for all of a register's records."""
    choices: tuple[str, ...]
    """Ids of items and NONE_OF_THESE, or RIGHT and WRONG; none for KNOWLEDGE. DONT_KNOW is not among them."""
    suggestion: str
    """JSON of what is judged: a `Suggestion`, or a term with its column; empty for a match."""
    proposed_by: str
    """Pseudonym of the person whose suggestion is judged; empty where a machine made it."""
    content_hash: str
    made_at: datetime
    gold: str = ""
    """The right choice, where it is known and the task tests who answers; never shown before they did."""
    experts_only: bool = False
    """Where what is asked about is kept from the public."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reviewer says. The newest of a reviewer to a task counts; an empty `choice` takes it back."""

    task_id: str
    reviewer: str
    """Pseudonym."""
    choice: str
    given_at: datetime
    key: str
    """Made by the page, so that an answer sent twice (offline, a lost reply) is kept once."""
    correction: str = ""
    """What would be right, where the suggestion is wrong: itself a suggestion for others to judge."""
    comment: str = ""
    seconds: float | None = None
    """From the task's showing to its answer, as the page tells it."""
    expert: bool = False
    """Given by an expert of the campaign to a task that was escalated: it settles the task."""


class Verdict(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    """People agree on a choice: `Outcome.choice`, which may be WRONG or NONE_OF_THESE."""
    EXPERT = "expert"
    """People disagree, or do not know: an expert answers."""
    STALE = "stale"
    """What it was asked on has changed: its answers are kept and count for nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answers to a task come to."""

    verdict: Verdict
    choice: str
    """The likeliest; empty where nobody spoke for any."""
    confidence: float
    """Probability that more than half of all would say so, 0 to 1."""
    answers: int
    """That count, with those who do not know."""
    by_expert: str = ""
    """Pseudonym of the expert who settled it."""
    up: float = 0.0
    """Summed weights of the answers for the choice,"""
    down: float = 0.0
    """and of those for any other."""
    stuck: bool = False
    """Whether it is open, and no answers that may still be asked for can settle it: people are asked last,
    and an expert may settle it at once."""


class AnnotationKind(StrEnum):
    """What an annotation says of a record."""

    TERM = "term"
    """A term of a vocabulary, by its item: type, material, colour, style."""
    PLACE = "place"
    """A point, or the item of an administrative area."""
    TRANSLATION = "translation"
    """A name in another language."""
    TAG = "tag"
    """Free text, at most 64 characters."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something said of a record that is not in its register. One of `item`, `text` and the point is set."""

    kind: AnnotationKind
    about: str = ""
    """Property whose value it would be on Wikidata (P31, P186, P462, P131, P625), if any."""
    item: str = ""
    text: str = ""
    lang: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class DangerReport:
    """A person's report that a place is in danger. Nobody but reviewers sees it before it is confirmed."""

    condition: str
    """A value of the scheme community_report."""
    causes: tuple[str, ...]
    observed: str
    """ISO day."""
    evidence: str
    """What was seen, in words, without the names of persons."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is judged. `generator` names the rule or the model that made it, and `confidence` what that says
    of itself: shown to nobody before they answered, and never a vote."""

    annotation: Annotation | None = None
    danger: DangerReport | None = None
    term: str = ""
    column: str = ""
    generator: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person as reviews know them. `user` is None once they asked to be forgotten."""

    pseudonym: str
    user: str | None
    ranked: bool
    """Whether they want to stand on leaderboards."""
    joined_at: datetime


class CampaignState(StrEnum):
    """Whether a campaign takes answers."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
