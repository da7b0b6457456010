"""Where reviews are kept: people under pseudonyms, tasks, answers and what they come to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from heritage.model.review import Answer, CampaignState, Outcome, Reviewer, ReviewKind, ReviewTask, Verdict

Judge = Callable[[Sequence[Answer], Mapping[str, float]], Outcome]
"""What the answers to one task come to, by the weights of who gave them."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A task and where it stands. `used` says that its outcome has had an effect: it is counted anew no
    more, unless an expert reopens it."""

    task: ReviewTask
    outcome: Outcome
    used: bool = False


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of how well somebody answers. A `pattern` is why their answers weigh nothing."""

    gold_seen: int
    gold_right: int
    weight: float
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """What one reviewer did in one campaign. `agreed` of the `judged` answers were as gold, or as what the
    task was settled with; both are counted with the campaign's health."""

    reviewer: str
    ranked: bool
    answers: int
    gold: int
    judged: int
    agreed: int


@dataclass(frozen=True, slots=True)
class StateSet:
    """That somebody opened, paused or closed a campaign; `by` is empty where the machine did."""

    state: CampaignState
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HealthFound:
    """How far the reviewers of a campaign agreed when that was counted last."""

    answers: int
    """Of the campaign, at that time."""
    judged: int
    """Tasks with two answers or more."""
    alpha: float | None
    redundancy: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is, without its gold tasks. `reviewers` are those who ever answered."""

    verdicts: Mapping[Verdict, int]
    answers: int
    reviewers: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks of a campaign somebody may be asked."""

    campaign: str
    reviewer: str
    experts: bool
    """Whether they see what only experts see."""
    not_of: frozenset[str] = frozenset()
    """Registers that they work for."""


class ReviewStore(Protocol):
    """Append-only where people spoke: answers, outcomes and states are added, never changed.

    Methods that change anything raise GovernanceError with the rule that is broken, KeyError for a task that
    there is not. Two people who answer one task at once are counted one after the other.
    """

    # People

    def join(self, user: str, pseudonym: str, at: datetime) -> Reviewer:
        """The reviewer that a user is; with this pseudonym, when they never were one."""
        ...

    def reviewer(self, user: str) -> Reviewer | None: ...

    def rank(self, pseudonym: str, ranked: bool) -> None: ...

    def forget(self, pseudonym: str) -> None:
        """Cuts the tie to the user and deletes comments; answers stay."""
        ...

    def trust(self, pseudonyms: Collection[str]) -> dict[str, Trust]: ...

    def set_trust(self, trust: Mapping[str, Trust]) -> None: ...

    # Tasks

    def add(self, tasks: Sequence[ReviewTask]) -> int:
        """Keeps those that are not kept yet; says how many."""
        ...

    def task(self, task_id: str) -> Kept | None: ...

    def tasks(
        self,
        *,
        campaign: str | None = None,
        dataset: str | None = None,
        verdicts: Collection[Verdict] | None = None,
        gold: bool | None = None,
    ) -> list[Kept]:
        """All that fit, by their id."""
        ...

    def next(self, wanted: Wanted, count: int) -> list[Kept]:
        """Open tasks that this person has not answered: those with most answers first, but those that are
        stuck last, among equals those that lie behind the one they answered last. Of gold ones as many
        again."""
        ...

    def escalated(self, wanted: Wanted, offset: int, count: int) -> list[Kept]:
        """What experts are to settle, and what they may settle at once because it is stuck."""
        ...

    def unused(self, kind: ReviewKind, used_for: str) -> list[str]:
        """The registers of which something was settled that was not used for this yet."""
        ...

    def settle(self, outcomes: Mapping[str, Outcome], reason: str, at: datetime) -> int:
        """Writes where tasks stand for another reason than an answer; says how many changed."""
        ...

    def use(self, task_ids: Collection[str], used_for: str, at: datetime) -> None:
        """Writes that outcomes have had an effect."""
        ...

    # Answers

    def answer(self, answer: Answer, judge: Judge, check: Callable[[Kept, bool], None]) -> tuple[bool, Kept]:
        """Keeps an answer and counts its task in one transaction; False for one that was kept before.

        `check` gets where the task stands and whether this person has answered it; it raises where they may
        not. What is settled stays as it is.
        """
        ...

    def answers(
        self,
        *,
        task_ids: Collection[str] | None = None,
        campaign: str | None = None,
        since: datetime | None = None,
    ) -> list[Answer]:
        """Every answer, in the order they came; without comments."""
        ...

    def answers_of(self, pseudonym: str) -> list[Answer]:
        """Every answer of a person, with comments."""
        ...

    def gold_answers(self, pseudonym: str) -> list[tuple[Answer, str]]:
        """Every answer of a person to gold tasks, without comments, and the right one."""
        ...

    def comments(self, task_id: str) -> list[str]:
        """Of the answers that stand, oldest first."""
        ...

    def recount(
        self, task_ids: Collection[str], judge: Callable[[str, ReviewKind], Judge], at: datetime
    ) -> int:
        """Counts tasks anew by today's weights, but those that are stale or had an effect; `judge` by
        campaign and kind. Says how many changed."""
        ...

    def answered_by(self, pseudonym: str) -> list[str]:
        """Tasks that a person answered, whose outcome had no effect yet."""
        ...

    def settled(self, task_ids: Collection[str]) -> dict[str, str]:
        """What was accepted of these tasks, by their id; nothing of tasks that test people."""
        ...

    def suggested_by(self, pseudonym: str) -> list[Kept]:
        """The tasks that judge what a person said, oldest first."""
        ...

    def met(self, pseudonym: str, record_ids: Collection[str]) -> set[tuple[str, str, str]]:
        """What of these records (or, where there is none, of terms) a person has answered about: dataset,
        record id and suggestion."""
        ...

    # Campaigns

    def steered_by(self, pseudonym: str) -> list[tuple[str, StateSet]]:
        """The campaigns whose state a person set, in order."""
        ...

    def progress(self, campaign: str) -> Progress: ...

    def participants(self, campaign: str) -> list[Participant]: ...

    def participations(self, pseudonym: str) -> dict[str, Participant]:
        """By campaign."""
        ...

    def count_agreement(self, campaign: str) -> None:
        """Counts each participant's agreement anew."""
        ...

    def state(self, campaign: str) -> StateSet | None: ...

    def set_state(self, campaign: str, state: StateSet) -> None: ...

    def health(self, campaign: str) -> HealthFound | None: ...

    def set_health(self, campaign: str, health: HealthFound) -> None: ...
