"""What is kept of one reviewer, shown to themselves alone, and what is left when they are forgotten."""

from collections.abc import Mapping
from dataclasses import asdict
from secrets import token_hex

from heritage.model.review import DONT_KNOW, Reviewer, Verdict
from heritage.ports.review_pages import Credit
from heritage.review.trust import newest
from heritage.steps.review_answer import Reviews, counts_for, take_back


def credit(reviewer: Reviewer, reviews: Reviews) -> Credit:
    """What somebody did until now."""
    store, who = reviews.store, reviewer.pseudonym
    trust = store.trust([who])[who]
    parts = store.participations(who)
    given = {one.task_id: one.choice for one in newest(store.answers_of(who))}
    settled = store.settled(given)
    suggested = store.suggested_by(who)
    return Credit(
        who,
        reviewer.ranked,
        reviewer.joined_at,
        answers=sum(one.answers for one in parts.values()),
        settled=len(settled),
        agreed=sum(given[task_id] == choice for task_id, choice in settled.items()),
        gold_seen=trust.gold_seen,
        gold_right=trust.gold_right,
        weight=counts_for(trust),
        by_campaign={campaign: one.answers for campaign, one in parts.items() if one.answers},
        suggestions=len(suggested),
        suggestions_accepted=sum(one.outcome.verdict is Verdict.ACCEPTED for one in suggested),
    )


def forget(reviewer: Reviewer, reviews: Reviews) -> None:
    """Cuts the tie between a person and their pseudonym for good.

    What was settled with their answers stays so. What is not settled yet does not wait with them: who is
    forgotten comes back as somebody new, and would be heard twice.
    """
    if reviewer.user is not None:
        for task_id in reviews.store.answered_by(reviewer.pseudonym):
            take_back(reviewer.user, task_id, reviews, token_hex(16))
    reviews.store.forget(reviewer.pseudonym)


def all_of(reviewer: Reviewer, reviews: Reviews) -> Mapping[str, object]:
    """All that is kept of a person, as JSON can say it: every answer, also those taken back, with what they
    wrote; not the right answers of tasks that test people."""
    store, who = reviews.store, reviewer.pseudonym
    return {
        "user": reviewer.user,
        "pseudonym": who,
        "on_leaderboards": reviewer.ranked,
        "joined_at": reviewer.joined_at.isoformat(),
        "trust": asdict(store.trust([who])[who]),
        "answers": [
            {**asdict(one), "given_at": one.given_at.isoformat()}
            | {"choice": one.choice or "taken back", "does_not_know": one.choice == DONT_KNOW}
            for one in store.answers_of(who)
        ],
        "suggestions": [
            {
                "task_id": one.task.task_id,
                "campaign": one.task.campaign,
                "dataset": one.task.dataset,
                "record_id": one.task.record_id,
                "suggestion": one.task.suggestion,
                "made_at": one.task.made_at.isoformat(),
                "stands": one.outcome.verdict.value,
            }
            for one in store.suggested_by(who)
        ],
        "campaigns_steered": [
            {"campaign": campaign, "state": one.state.value, "reason": one.reason, "at": one.at.isoformat()}
            for campaign, one in store.steered_by(who)
        ],
    }
