"""What the pages on reviews show and do, as frozen values: nothing in them is wider than the gate allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from heritage.model.review import CampaignState, DangerReport, Outcome, ReviewTask, Suggestion
from heritage.ports.matching import Explained
from heritage.ports.reconciliation import Named
from heritage.review.leaders import Standing as Standing
from heritage.review.settings import ReviewSettings
from heritage.spec.campaign import Campaign

QUEUE_PAGE = 20
"""Tasks on a page of what experts are to settle."""


@dataclass(frozen=True, slots=True)
class CampaignShown:
    """A campaign and how far it is. `why_paused` is for people; `alpha` is None while too little is known."""

    campaign: Campaign
    state: CampaignState
    why_paused: str
    settled: int
    waiting: int
    """Tasks that take answers."""
    with_experts: int
    answers: int
    reviewers: int
    alpha: float | None
    leaders: tuple[Standing, ...] | None
    """None where there is no leaderboard."""
    may_answer: bool
    may_settle: bool
    """Whether whoever asks is one of its experts."""
    may_steer: bool
    """Whether whoever asks is one of its coordinators."""
    why_not: str
    """Why they may not answer; empty if they may."""
    patterns: tuple[str, ...] = ()
    """For its coordinators alone: whose answers weigh nothing, by pseudonym, and why."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A choice, as a page shows it: of an item what the record's page tells of the candidate."""

    choice: str
    label: str
    description: str = ""
    image: str = ""
    """File name on Commons, for the alternative text and a link; nothing is loaded from there."""
    distance_m: float | None = None
    reason: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class TaskShown:
    """A task for one reviewer. `record` is None for a term, and where nothing of it may be told."""

    task: ReviewTask
    """Without its gold answer, and without the confidence of a machine."""
    record: Explained | None
    suggestion: Suggestion | None
    offered: tuple[Offered, ...]
    examples: tuple[str, ...] = ()
    """Names of records that carry a term, as far as they may be told."""
    yours: str = ""
    """What this reviewer answered, if they did; then `outcome` and the comments of others are shown."""
    outcome: Outcome | None = None
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as a page sends it."""

    task_id: str
    choice: str
    key: str
    correction: Suggestion | None = None
    comment: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a sent answer: kept, or refused with the reason; `known` when it was kept before."""

    key: str
    kept: bool
    known: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Credit:
    """What one person did: shown to themselves only."""

    pseudonym: str
    ranked: bool
    joined_at: datetime
    answers: int
    settled: int
    """Of them to tasks that are settled."""
    agreed: int
    gold_seen: int
    gold_right: int
    weight: float
    by_campaign: Mapping[str, int]
    suggestions: int
    suggestions_accepted: int


class ReviewPages(Protocol):
    """Bound to the stores. `user` is always the logged-in user's name; pages show pseudonyms only.

    Methods raise GovernanceError with a sentence where a rule forbids what is asked, KeyError for an unknown
    campaign or task.
    """

    def campaigns(self, user: str) -> list[CampaignShown]:
        """Featured ones first, then those that end soonest; closed ones last."""
        ...

    def campaign(self, user: str, campaign: str) -> CampaignShown: ...

    def next(self, user: str, campaign: str, count: int = 1) -> Sequence[TaskShown]:
        """The next tasks for this person, `count` for a batch that is answered without a network. A task of
        kind KNOWLEDGE is left by DONT_KNOW, whether or not something was suggested before."""
        ...

    def task(self, user: str, task_id: str) -> TaskShown: ...

    def answer(self, user: str, given: Given) -> Taken: ...

    def take_back(self, user: str, task_id: str) -> bool:
        """Takes one's answer back; False when the task is settled already."""
        ...

    def escalated(self, user: str, campaign: str, page: int) -> Sequence[TaskShown]:
        """For experts: what they are to settle. They answer by `answer`."""
        ...

    def suggest(self, user: str, campaign: str, record: tuple[str, str], suggestion: Suggestion) -> str:
        """Adds what somebody knows of a record (dataset, record id); answers the id of the task that judges
        it. Others judge it, never whoever said so."""
        ...

    def report_danger(self, user: str, record: tuple[str, str], report: DangerReport) -> str:
        """Like `suggest`; it needs an open campaign of kind danger that covers the record."""
        ...

    def steer(self, user: str, campaign: str, state: CampaignState, reason: str) -> None:
        """A coordinator pauses or resumes it."""
        ...

    def credit(self, user: str) -> Credit | None:
        """None for somebody who never took part."""
        ...

    def rank_me(self, user: str, ranked: bool) -> None: ...

    def my_data(self, user: str) -> Mapping[str, object]:
        """All that is kept of a person, for a JSON file."""
        ...

    def forget_me(self, user: str) -> None:
        """Cuts the tie between the person and the pseudonym and deletes their comments; results stay."""
        ...

    def settings(self) -> ReviewSettings:
        """The numbers in force, to say in words what an agreement means."""
        ...

    def conditions(self) -> Sequence[str]:
        """What a report of danger can say, the mildest first: the values of the scheme community_report."""
        ...

    def causes(self) -> Mapping[str, str]:
        """Id to English name of what can endanger a place."""
        ...

    def terms(self, text: str, about: str, lang: str) -> Sequence[Named]:
        """Items of the index that begin with a text, or have that id: classes where `about` is P31. Nothing
        until the index is in memory."""
        ...

    def name(self, item: str, lang: str) -> str:
        """What an item is called, as far as the index knows, else its id."""
        ...

    def today(self) -> date: ...
