"""Questions to people about what machines say of records, and what people know of them."""

from datetime import datetime

import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.review import (
    RIGHT,
    WRONG,
    AnnotationKind,
    ReviewKind,
    ReviewTask,
)
from heritage.model.tables import MATCHES, TO_RECONCILE
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.review.rules import suggest
from heritage.review.settings import RuleSettings
from heritage.review.suggestion_json import to_json
from heritage.spec.campaign import Campaign
from heritage.steps.explain import candidates_told
from heritage.steps.review_asked import ITEM_COLUMNS, asked_on, item_marks, record_marks, task_id
from heritage.steps.review_matches import covered_records
from heritage.steps.risk_sites import RegisterRisk, table_of

_ITEM = ("qid", "labels", "points", "classes", "admin", "context")


def annotation_tasks(
    campaign: Campaign,
    register: RegisterRisk,
    *,
    store: SnapshotStore,
    index: ItemIndex,
    settings: RuleSettings,
    now: datetime,
) -> list[ReviewTask]:
    """A task for each thing that a rule says of a record and its register does not: a name in one of the
    campaign's languages, what it is, the area that it lies in.

    Only of records whose candidates are told: what an item says tells which one it is. Raises
    FileNotFoundError when the register was not reconciled.
    """
    dataset, snapshot = register.spec.id, register.snapshot
    matches = table_of(store, dataset, snapshot, "matches", ["record_id", "decision", "qid"], MATCHES)
    matched = matches.filter(pc.equal(matches["decision"], "match"))
    covered = covered_records(campaign, register) & candidates_told(register.summary)
    qid_of = {row["record_id"]: row["qid"] for row in matched.to_pylist() if row["record_id"] in covered}
    records = store.read_table(dataset, snapshot, "records", columns=TO_RECONCILE)
    records = records.filter(pc.is_in(records["record_id"], value_set=pa.array(sorted(covered), pa.string())))
    items = index.items(list(dict.fromkeys((*_ITEM, *ITEM_COLUMNS))))
    kinds = campaign.annotations or tuple(AnnotationKind)
    suggested = suggest(records, qid_of, items, kinds, campaign.languages, settings)
    marks = record_marks(records, {one.record_id for one in suggested})
    item_of = item_marks(items, {one.item for one in suggested if one.item})
    tasks = []
    for one in suggested:
        content = asked_on(marks[one.record_id], item_of, [one.item] if one.item else [])
        if content:
            said = to_json(one.suggestion)
            asked = (
                campaign.id,
                ReviewKind.ANNOTATION,
                dataset,
                one.record_id,
                (RIGHT, WRONG),
                said,
                content,
            )
            tasks.append(ReviewTask(task_id(*asked), *asked[:6], "", content, now))
    return tasks


def knowledge_tasks(
    campaign: Campaign, register: RegisterRisk, *, store: SnapshotStore, now: datetime
) -> list[ReviewTask]:
    """A task for each record of which people are asked what they know; none of those whose place is kept
    back altogether."""
    dataset = register.spec.id
    sites = register.sites
    placed = {str(one) for one in sites.loc[sites["lat"].notna(), "record_id"]}
    records = store.read_table(dataset, register.snapshot, "records", columns=TO_RECONCILE)
    exact = candidates_told(register.summary)
    marks = record_marks(records, covered_records(campaign, register) & (placed | exact))
    tasks = []
    for record_id, mark in sorted(marks.items()):
        content = asked_on(mark, {}, ())
        asked = (campaign.id, ReviewKind.KNOWLEDGE, dataset, record_id, (), "", content)
        tasks.append(ReviewTask(task_id(*asked), *asked[:6], "", content, now))
    return tasks
