"""Takes an answer to a task: who may, what it changes for the task, and for the trust in who gave it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from heritage.errors import GovernanceError
from heritage.model.review import (
    DONT_KNOW,
    Answer,
    CampaignState,
    Outcome,
    ReviewKind,
    ReviewTask,
    Verdict,
)
from heritage.model.shown import printable, shorten
from heritage.ports.review_pages import Given, Taken
from heritage.ports.reviews import Judge, Kept, ReviewStore, Trust
from heritage.review.order import Asking, Waiting, why_not
from heritage.review.settings import ReviewSettings
from heritage.review.taking_part import staff_of, state_on, why_no_answer
from heritage.review.trust import Gold, gold_of, newest, weight
from heritage.review.verdict import judge
from heritage.spec.campaign import Campaign

LONGEST_COMMENT = 1000
_LONGEST_KEY = 64
_LONGEST_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Reviews:
    """What every step on reviews works with: the store, the campaigns by id, and the numbers in force.
    `pseudonym` draws a new one."""

    store: ReviewStore
    campaigns: Mapping[str, Campaign]
    settings: ReviewSettings
    now: datetime
    pseudonym: Callable[[], str]

    def campaign(self, campaign: str) -> Campaign:
        """Raises KeyError for one that there is not."""
        return self.campaigns[campaign]

    def state(self, campaign: Campaign) -> CampaignState:
        """How it stands today."""
        found = self.store.state(campaign.id)
        return state_on(campaign, found.state if found else None, self.now.date())

    def redundancy(self, campaign: str) -> int:
        """Answers that a task of the campaign needs at least, by the agreement in it."""
        found = self.store.health(campaign)
        return found.redundancy if found else self.settings.redundancy

    def judge(self, campaign: str, kind: ReviewKind) -> Judge:
        """How tasks are counted."""
        redundancy = self.redundancy(campaign)

        def counted(answers: Sequence[Answer], weights: Mapping[str, float]) -> Outcome:
            if kind is ReviewKind.KNOWLEDGE:
                return _asked(answers, redundancy)
            return judge(answers, weights, self.settings, redundancy)

        return counted

    def asking(self, user: str, reviewer: str, campaign: Campaign) -> Asking:
        """Who asks for tasks, or answers one."""
        part = self.store.participations(reviewer).get(campaign.id)
        return Asking(
            reviewer,
            expert=user in campaign.experts,
            staff_of=staff_of(campaign, user),
            gold_seen=part.gold if part else 0,
            answers=part.answers if part else 0,
        )


def give(
    user: str, given: Given, reviews: Reviews, *, correction: str = ""
) -> tuple[Taken, ReviewTask | None]:
    """Keeps an answer, or says why not; and the task, if the answer is a new one.

    Raises KeyError for a task that there is not. What is settled stays as it is: an answer that comes late
    is kept. One that is sent twice is kept once.
    """
    kept = reviews.store.task(given.task_id)
    if kept is None:
        raise KeyError(given.task_id)
    campaign = reviews.campaigns.get(kept.task.campaign)
    refusal = _refusal(user, given, kept.task, campaign, reviews)
    if refusal or campaign is None:
        return Taken(given.key, kept=False, reason=refusal), None
    reviewer = reviews.store.join(user, reviews.pseudonym(), reviews.now).pseudonym
    asking = reviews.asking(user, reviewer, campaign)
    answer = Answer(
        task_id=given.task_id,
        reviewer=reviewer,
        choice=given.choice,
        given_at=reviews.now,
        key=given.key,
        correction=correction,
        comment=shorten(printable(given.comment.strip()), LONGEST_COMMENT),
        seconds=_seconds(given.seconds),
        expert=asking.expert and (kept.outcome.stuck or kept.outcome.verdict is Verdict.EXPERT),
    )

    def check(standing: Kept, answered: bool) -> None:
        late = standing.outcome.verdict is Verdict.ACCEPTED and not answered and not answer.expert
        outcome = Outcome(Verdict.OPEN, "", 0.5, 0) if late else standing.outcome
        reason = why_not(Waiting(standing.task, outcome, (reviewer,) if answered else ()), asking)
        if reason:
            raise GovernanceError(reason)

    try:
        new, _ = reviews.store.answer(answer, reviews.judge(campaign.id, kept.task.kind), check)
    except GovernanceError as forbidden:
        return Taken(given.key, kept=False, reason=str(forbidden)), None
    if new and kept.task.gold:
        trust_anew(reviewer, reviews)
    return Taken(given.key, kept=True, known=not new), kept.task if new else None


def take_back(user: str, task_id: str, reviews: Reviews, key: str) -> bool:
    """Takes one's answer back; False when the task is settled already, or they did not answer it."""
    reviewer, kept = reviews.store.reviewer(user), reviews.store.task(task_id)
    if kept is None:
        raise KeyError(task_id)
    if reviewer is None:
        return False
    empty = Answer(task_id, reviewer.pseudonym, "", reviews.now, key)

    def check(standing: Kept, answered: bool) -> None:
        if not answered or standing.outcome.verdict is not Verdict.OPEN:
            raise GovernanceError("It cannot be taken back any more.")

    try:
        reviews.store.answer(empty, reviews.judge(kept.task.campaign, kept.task.kind), check)
    except GovernanceError:
        return False
    if kept.task.gold:
        trust_anew(reviewer.pseudonym, reviews)
    return True


def trust_anew(reviewer: str, reviews: Reviews) -> None:
    """Weighs a reviewer by their gold tasks; where that changes what their answers count for, counts anew
    what they answered."""
    pairs = reviews.store.gold_answers(reviewer)
    known = {answer.task_id: right for answer, right in pairs}
    gold = gold_of((answer for answer, _ in pairs), known).get(reviewer, Gold())
    before = reviews.store.trust([reviewer])[reviewer]
    found = Trust(gold.seen, gold.right, weight(gold, reviews.settings), before.pattern)
    set_trust({reviewer: found}, reviews)


def set_trust(trust: Mapping[str, Trust], reviews: Reviews) -> int:
    """Writes what is known of reviewers, and counts anew what those answered whose answers count for more or
    less now. Says how many tasks stand otherwise."""
    before = reviews.store.trust(list(trust))
    changed = {who: found for who, found in trust.items() if found != before[who]}
    reviews.store.set_trust(changed)
    otherwise = {who for who, found in changed.items() if counts_for(found) != counts_for(before[who])}
    tasks = {task for who in otherwise for task in reviews.store.answered_by(who)}
    return recount(tasks, reviews)


def recount(tasks: set[str], reviews: Reviews) -> int:
    """Counts tasks anew by today's weights; says how many stand otherwise."""
    return reviews.store.recount(tasks, cache(reviews.judge), reviews.now) if tasks else 0


def counts_for(trust: Trust) -> float:
    """What one answer weighs."""
    return 0.0 if trust.pattern else trust.weight


def _refusal(user: str, given: Given, task: ReviewTask, campaign: Campaign | None, reviews: Reviews) -> str:
    if campaign is None:
        return "This campaign is not there any more."
    if not 0 < len(given.key) <= _LONGEST_KEY:
        return "The page sent no usable key with this answer; load it again."
    if given.choice != DONT_KNOW and given.choice not in task.choices:
        return "This is not among the choices of the task; load the page again."
    return why_no_answer(campaign, reviews.state(campaign), user, reviews.now.date())


def _seconds(told: float | None) -> float | None:
    """What a page says of the time; nothing where that cannot be."""
    if told is None or not math.isfinite(told) or told < 0:
        return None
    return min(told, _LONGEST_S)


def _asked(answers: Sequence[Answer], redundancy: int) -> Outcome:
    """A task that only asks what people know is done when enough of them were asked."""
    count = len(newest(answers))
    verdict = Verdict.ACCEPTED if count >= redundancy else Verdict.OPEN
    return Outcome(verdict, DONT_KNOW if count else "", 0.5, count)
