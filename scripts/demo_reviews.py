"""The demo's reviews: made-up reviewers answer what the machine leaves to people, as its pages let people do,
and what they settle changes the next batch. They know the bundled truth; one of them errs now and then."""

import csv
from dataclasses import dataclass
from typing import Any

from local_airflow import ROOT

CAMPAIGN = "demo_matches"
EXACT = ("demo-reviewer-1", "demo-reviewer-2", "demo-reviewer-3")
CARELESS = "demo-reviewer-4"
_EACH = 20
"""Answers of each: also when the demo was killed and runs again."""
_ERRS = 4
"""Each so many answers the careless one says something else."""


@dataclass(frozen=True)
class Reviewed:
    """What the demo's reviewers did. `before` is what was proposed of each register that they decided
    something of: record id to item, none for a new one."""

    answers: int
    settled: int
    before: dict[str, dict[str, str | None]]


def review(settings: Any) -> Reviewed:
    """Makes the tasks of the demo's campaign and lets its reviewers answer some."""
    from heritage.wiring.review_pages import ReviewPages
    from heritage.wiring.reviews import look_after_campaigns, make_review_tasks

    make_review_tasks(settings, CAMPAIGN)
    pages, truth = ReviewPages(settings), _truth()
    for user in (*EXACT, CARELESS):
        _answer_some(pages, user, truth)
    look_after_campaigns(settings, CAMPAIGN)
    shown = pages.campaign(EXACT[0], CAMPAIGN)
    decided = sorted({dataset for dataset, _ in _settled(settings)})
    before = {dataset: proposed(settings, dataset) for dataset in decided}
    return Reviewed(shown.answers, shown.settled, before)


def changed(settings: Any, reviewed: Reviewed) -> dict[str, Any]:
    """For the summary: what the answers came to, and which of the proposed edits there were not before."""
    decided = _settled(settings)
    new = {
        (dataset, record_id): qid
        for dataset, before in reviewed.before.items()
        for record_id, qid in proposed(settings, dataset).items()
        if (dataset, record_id) in decided and (record_id not in before or before[record_id] != qid)
    }
    return {
        "reviewers": "made up",
        "answers": reviewed.answers,
        "settled": reviewed.settled,
        "matched": sum(choice != "none" for choice in decided.values()),
        "none_of_the_candidates": sum(choice == "none" for choice in decided.values()),
        "edits_changed": len(new),
        "examples": [f"{dataset} {record}: {qid or 'a new item'}" for (dataset, record), qid in new.items()][
            :3
        ],
    }


def proposed(settings: Any, dataset: str) -> dict[str, str | None]:
    """Record id to item of what is proposed of a register now."""
    from heritage.wiring.stores import snapshot_store

    store = snapshot_store(settings)
    snapshot = store.last_good(dataset)
    if snapshot is None:
        return {}
    table = store.read_table(dataset, snapshot, "edits", columns=["record_id", "qid"])
    return {row["record_id"]: row["qid"] for row in table.to_pylist()}


def _answer_some(pages: Any, user: str, truth: dict[tuple[str, str], str]) -> None:
    from heritage.ports.review_pages import Given

    credit = pages.credit(user)
    given = credit.answers if credit else 0
    for one in pages.next(user, CAMPAIGN, max(0, _EACH - given)):
        task = one.task
        right = truth.get((task.dataset, task.record_id), "none")
        choice = right if right in task.choices else "none"
        given += 1
        if user == CARELESS and given % _ERRS == 0:
            choice = next(other for other in task.choices if other != choice)
        pages.answer(user, Given(task.task_id, choice, f"demo-{task.task_id}", seconds=4.0))


def _settled(settings: Any) -> dict[tuple[str, str], str]:
    """Record to the choice that was accepted of it."""
    from heritage.model.review import Verdict
    from heritage.wiring.stores import review_store

    tasks = review_store(settings).tasks(campaign=CAMPAIGN, verdicts=[Verdict.ACCEPTED], gold=False)
    return {(one.task.dataset, one.task.record_id): one.outcome.choice for one in tasks}


def _truth() -> dict[tuple[str, str], str]:
    with (ROOT / "datasets" / "_demo" / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {(row["dataset"], row["record_id"]): row["qid"] for row in csv.DictReader(file)}
