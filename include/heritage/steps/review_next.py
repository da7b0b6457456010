"""Which tasks somebody is shown, and how a campaign stands for them."""

from collections.abc import Sequence

from heritage.model.review import CampaignState, Outcome, Verdict
from heritage.ports.review_pages import QUEUE_PAGE, CampaignShown, Standing
from heritage.ports.reviews import Kept, Wanted
from heritage.review.leaders import standings
from heritage.review.order import Waiting, next_tasks
from heritage.review.taking_part import staff_of, why_no_answer
from heritage.review.trust import Gold
from heritage.spec.campaign import Campaign
from heritage.steps.review_answer import Reviews

_ABOUT = 3
"""Times as many tasks as asked for are looked at, so that each reviewer has an order of their own."""


def next_for(user: str, campaign: Campaign, count: int, reviews: Reviews, skip: frozenset[str]) -> list[Kept]:
    """The next tasks for a person who may answer, at most `count`, without those of `skip`; none for
    anybody else."""
    if why_no_answer(campaign, reviews.state(campaign), user, reviews.now.date()):
        return []
    reviewer = reviews.store.join(user, reviews.pseudonym(), reviews.now).pseudonym
    found = reviews.store.next(_wanted(user, reviewer, campaign), _ABOUT * count + len(skip))
    tests = {one.task.record_id for one in found if one.task.gold}
    met = reviews.store.met(reviewer, tests)  # a question is no test for who has seen it
    known = {
        one.task.task_id: one
        for one in found
        if one.task.task_id not in skip
        and not (one.task.gold and (one.task.dataset, one.task.record_id, one.task.suggestion) in met)
    }
    chosen = next_tasks(
        [Waiting(one.task, one.outcome, ()) for one in known.values()],
        reviews.asking(user, reviewer, campaign),
        reviews.settings,
        campaign.gold,
        count,
        reviews.redundancy(campaign.id),
    )
    return [known[task.task_id] for task in chosen]


def escalated_for(user: str, campaign: Campaign, page: int, reviews: Reviews) -> Sequence[Kept]:
    """A page of what an expert is to settle; nothing for anybody else."""
    if user not in campaign.experts:
        return []
    reviewer = reviews.store.join(user, reviews.pseudonym(), reviews.now).pseudonym
    return reviews.store.escalated(
        _wanted(user, reviewer, campaign), QUEUE_PAGE * (max(page, 1) - 1), QUEUE_PAGE
    )


def campaign_for(user: str, campaign: Campaign, reviews: Reviews, *, at_war: bool) -> CampaignShown:
    """How a campaign stands, and what this person may do in it. Where there is war nobody is ranked."""
    store, day = reviews.store, reviews.now.date()
    state = reviews.state(campaign)
    set_to, health = store.state(campaign.id), store.health(campaign.id)
    progress = store.progress(campaign.id)
    steers = user in campaign.coordinators
    paused = state is CampaignState.PAUSED and set_to is not None
    return CampaignShown(
        campaign,
        state,
        set_to.reason if paused and set_to else "",
        settled=progress.verdicts.get(Verdict.ACCEPTED, 0),
        waiting=progress.verdicts.get(Verdict.OPEN, 0),
        with_experts=progress.verdicts.get(Verdict.EXPERT, 0),
        answers=progress.answers,
        reviewers=progress.reviewers,
        alpha=health.alpha if health else None,
        leaders=_leaders(campaign.id, reviews) if campaign.leaderboard and not at_war else None,
        may_answer=not (why_not := why_no_answer(campaign, state, user, day)),
        may_settle=user in campaign.experts,
        may_steer=steers,
        why_not=why_not,
        patterns=_patterns(campaign.id, reviews) if steers else (),
    )


def hidden_outcome(kept: Kept) -> Outcome | None:
    """What may be told of a task's outcome to who has answered it: nothing of one that tests them."""
    return None if kept.task.gold else kept.outcome


def _wanted(user: str, reviewer: str, campaign: Campaign) -> Wanted:
    return Wanted(campaign.id, reviewer, user in campaign.experts, staff_of(campaign, user))


def _leaders(campaign: str, reviews: Reviews) -> tuple[Standing, ...]:
    """Of those who want to be ranked and whose answers weigh something, best first."""
    parts = [one for one in reviews.store.participants(campaign) if one.ranked and one.judged]
    trust = reviews.store.trust([one.reviewer for one in parts])
    counts = {
        one.reviewer: Gold(one.judged, one.agreed)
        for one in parts
        if trust[one.reviewer].weight and not trust[one.reviewer].pattern
    }
    return tuple(standings(counts, reviews.settings))


def _patterns(campaign: str, reviews: Reviews) -> tuple[str, ...]:
    trust = reviews.store.trust([one.reviewer for one in reviews.store.participants(campaign)])
    return tuple(f"{who}: {found.pattern}" for who, found in sorted(trust.items()) if found.pattern)
