"""Looks after a campaign: how far its reviewers agree, whose answers form a pattern, and what is to stop."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from heritage.errors import GovernanceError
from heritage.model.review import Answer, CampaignState, Outcome, ReviewKind, Verdict
from heritage.ports.reviews import HealthFound, StateSet, Trust
from heritage.review.agreement import health
from heritage.review.patterns import patterns
from heritage.review.trust import Gold, weight
from heritage.spec.campaign import Campaign
from heritage.steps.review_answer import Reviews, counts_for, recount, set_trust

log = logging.getLogger(__name__)
_GROWN = 1.1
"""After so many times as many answers a campaign is looked at again, whoever gives them,"""
_AT_ONCE = 20_000
"""as long as it has no more than these: larger ones are looked at daily, not while somebody waits."""


@dataclass(frozen=True, slots=True)
class LookedAfter:
    """What was found of a campaign: `patterns` are reviewers whose answers weigh nothing from now on,
    `recounted` tasks that stand otherwise."""

    campaign: str
    answers: int
    alpha: float | None
    judged: int
    redundancy: int
    paused: bool
    patterns: int
    recounted: int


def look_after(campaign: Campaign, reviews: Reviews) -> LookedAfter:
    """Counts agreement and patterns anew, pauses a campaign whose reviewers agree too little, and counts
    tasks anew where trust or the number of answers that they need has changed.

    After a coordinator has resumed it, only answers from then on speak of agreement.
    """
    store = reviews.store
    state = store.state(campaign.id)
    resumed = state.at if state and state.state is CampaignState.OPEN else None
    given = store.answers(campaign=campaign.id)
    marked, recounted = _judge_patterns(campaign, given, reviews)
    people = {answer.reviewer for answer in given}
    weights = {who: counts_for(trust) for who, trust in store.trust(people).items()}
    recent = [answer for answer in given if resumed is None or answer.given_at > resumed]
    found = health([] if campaign.kind is ReviewKind.KNOWLEDGE else recent, weights, reviews.settings)
    before = reviews.redundancy(campaign.id)
    store.set_health(
        campaign.id, HealthFound(len(given), found.tasks, found.alpha, found.redundancy, reviews.now)
    )
    if found.redundancy != before:
        waiting = store.tasks(
            campaign=campaign.id, verdicts=[Verdict.OPEN, Verdict.EXPERT, Verdict.ACCEPTED], gold=False
        )
        recounted += recount({one.task.task_id for one in waiting if one.outcome.answers}, reviews)
    store.count_agreement(campaign.id)
    if found.paused and reviews.state(campaign) is CampaignState.OPEN:
        store.set_state(campaign.id, StateSet(CampaignState.PAUSED, found.why, "", reviews.now))
        log.warning("Campaign %s is paused: %s", campaign.id, found.why)
    return LookedAfter(
        campaign.id,
        len(given),
        found.alpha,
        found.tasks,
        found.redundancy,
        found.paused,
        marked,
        recounted,
    )


def due(campaign: str, reviews: Reviews) -> bool:
    """Whether a campaign has got so many answers since it was looked after that it is time again."""
    found = reviews.store.health(campaign)
    answers = reviews.store.progress(campaign).answers
    least = 2 * reviews.settings.alpha_from
    return least <= answers <= _AT_ONCE and (found is None or answers >= _GROWN * max(found.answers, 1))


def reopen(task_id: str, user: str, reason: str, reviews: Reviews) -> None:
    """An expert of the campaign gives a settled task back to the experts, also one that had an effect.

    Raises KeyError for a task that there is not, GovernanceError where they may not.
    """
    kept = reviews.store.task(task_id)
    if kept is None:
        raise KeyError(task_id)
    campaign = reviews.campaigns.get(kept.task.campaign)
    if campaign is None or user not in campaign.experts:
        raise GovernanceError("Only an expert of the campaign reopens what is settled.")
    if kept.outcome.verdict is not Verdict.ACCEPTED:
        raise GovernanceError("This task is not settled.")
    if not reason.strip():
        raise GovernanceError("Say why it is reopened.")
    outcome = kept.outcome
    again = Outcome(
        Verdict.EXPERT, outcome.choice, outcome.confidence, outcome.answers, "", outcome.up, outcome.down
    )
    reviews.store.settle({task_id: again}, f"reopened: {reason.strip()}", reviews.now)


def _judge_patterns(campaign: Campaign, given: Sequence[Answer], reviews: Reviews) -> tuple[int, int]:
    """Marks those whose answers form a pattern, and unmarks those whose do no more; how many are marked, and
    how many tasks stand otherwise for it. A mark of another campaign stays."""
    store = reviews.store
    asked = {one.task.task_id: one for one in store.tasks(campaign=campaign.id)}
    choices = {task_id: one.task.choices for task_id, one in asked.items()}
    known = {task_id: one.task.gold for task_id, one in asked.items() if one.task.gold}
    known |= {task_id: one.outcome.choice for task_id, one in asked.items() if one.outcome.by_expert}
    asks = campaign.kind is not ReviewKind.KNOWLEDGE
    found = patterns(given, choices, known, reviews.settings) if asks else {}
    before = store.trust({answer.reviewer for answer in given})
    prefix = f"{campaign.id}: "
    changed: dict[str, Trust] = {}
    for who, trust in before.items():
        ours = not trust.pattern or trust.pattern.startswith(prefix)
        told = f"{prefix}{found[who].why}" if who in found else ""
        if ours and told != trust.pattern:
            worth = weight(Gold(trust.gold_seen, trust.gold_right), reviews.settings)
            changed[who] = Trust(trust.gold_seen, trust.gold_right, worth, told)
            if told:
                log.warning("Answers of %s weigh nothing from now on. %s", who, told)
    return len(found), set_trust(changed, reviews)
