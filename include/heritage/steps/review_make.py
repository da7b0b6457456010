"""Makes the tasks of a campaign from what the pipelines left, and lets go stale what is asked no more."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from heritage.disclosure.rules import DisclosureRules
from heritage.model.review import Outcome, ReviewKind, ReviewTask, Verdict
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.ports.reviews import Kept
from heritage.spec.campaign import Campaign
from heritage.steps.review_annotations import annotation_tasks, knowledge_tasks
from heritage.steps.review_answer import Reviews, recount
from heritage.steps.review_asked import task_id
from heritage.steps.review_dangers import danger_tasks
from heritage.steps.review_matches import match_tasks
from heritage.steps.review_terms import term_tasks
from heritage.steps.risk_sites import RegisterRisk

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """Tasks of one campaign about one register: new ones, those that are asked still, and those that went
    stale because what they asked on has changed."""

    campaign: str
    dataset: str
    new: int
    standing: int
    stale: int
    gold: int


def make_tasks(
    campaign: Campaign,
    register: RegisterRisk,
    reviews: Reviews,
    *,
    files: SnapshotStore,
    index: ItemIndex,
    rules: DisclosureRules,
    gold: Mapping[str, str],
) -> Made:
    """Makes the tasks of a campaign about a register; a rerun adds nothing. `gold` is what is known already:
    record id to choice. What an expert settled becomes a test for those who did not answer it.

    Raises FileNotFoundError when a table is missing that they are made from.
    """
    dataset = register.spec.id
    tasks = _tasks(campaign, register, reviews, files=files, index=index, rules=rules, gold=gold)
    kept = reviews.store.tasks(campaign=campaign.id, dataset=dataset)
    tasks += [_test(one, reviews) for one in kept if one.outcome.by_expert and _settled(one)]
    new = reviews.store.add(tasks)
    asked = {task.task_id for task in tasks}
    stale = {
        one.task.task_id: replace(one.outcome, verdict=Verdict.STALE)
        for one in kept
        if _asked_no_more(one, asked)
    }
    reviews.store.settle(stale, "What it was asked on has changed.", reviews.now)
    back = {
        one.task.task_id: Outcome(Verdict.OPEN, "", 0.5, 0)
        for one in kept
        if one.outcome.verdict is Verdict.STALE and one.task.task_id in asked
    }
    reviews.store.settle(back, "What it was asked on is as it was before.", reviews.now)
    recount(set(back), reviews)
    tests = sum(bool(task.gold) for task in tasks)
    made = Made(campaign.id, dataset, new, len(tasks) - new, len(stale), tests)
    log.info(
        "Campaign %s asks %d questions about %s: %d new, %d as before (%d test who answers); %d went stale.",
        *(campaign.id, len(tasks), dataset, made.new, made.standing, tests, made.stale),
    )
    return made


def _settled(one: Kept) -> bool:
    return one.outcome.verdict is Verdict.ACCEPTED and not one.task.gold


def _test(one: Kept, reviews: Reviews) -> ReviewTask:
    """The same question again, whose answer is known now."""
    task = one.task
    asked = (task.campaign, task.kind, task.dataset, task.record_id, task.choices, task.suggestion)
    number = task_id(*asked, task.content_hash, gold=True)
    return replace(task, task_id=number, gold=one.outcome.choice, made_at=reviews.now)


def _asked_no_more(one: Kept, asked: set[str]) -> bool:
    """Open questions that the data ask no more. What is settled stands until somebody uses it, and is looked
    at then; what a person suggested stands as well."""
    waits = one.outcome.verdict in (Verdict.OPEN, Verdict.EXPERT)
    from_people = one.task.proposed_by and not one.task.gold
    return waits and one.task.task_id not in asked and not from_people


def _tasks(
    campaign: Campaign,
    register: RegisterRisk,
    reviews: Reviews,
    *,
    files: SnapshotStore,
    index: ItemIndex,
    rules: DisclosureRules,
    gold: Mapping[str, str],
) -> list[ReviewTask]:
    now = reviews.now
    match campaign.kind:
        case ReviewKind.MATCH:
            return match_tasks(campaign, register, store=files, index=index, now=now, gold=gold)
        case ReviewKind.TERM:
            return term_tasks(campaign, register, store=files, index=index, now=now, gold=gold)
        case ReviewKind.ANNOTATION:
            rule = reviews.settings.rules
            return annotation_tasks(campaign, register, store=files, index=index, settings=rule, now=now)
        case ReviewKind.KNOWLEDGE:
            return knowledge_tasks(campaign, register, store=files, now=now)
        case ReviewKind.DANGER:
            return danger_tasks(campaign, register, store=files, rules=rules, now=now)
