"""Questions to people about matches: the records of which reconciliation could not decide."""

from collections.abc import Mapping
from datetime import datetime

import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.review import NONE_OF_THESE, ReviewKind, ReviewTask
from heritage.model.tables import MATCHES, TO_RECONCILE
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.spec.campaign import Campaign
from heritage.steps.explain import candidates_told
from heritage.steps.review_asked import ITEM_COLUMNS, asked_on, item_marks, record_marks, task_id
from heritage.steps.risk_sites import RegisterRisk, table_of


def match_tasks(
    campaign: Campaign,
    register: RegisterRisk,
    *,
    store: SnapshotStore,
    index: ItemIndex,
    now: datetime,
    gold: Mapping[str, str],
) -> list[ReviewTask]:
    """A task for each record in review that has candidates and may be told at all; `gold` (record id to item
    or NONE_OF_THESE) makes tests, also of records that are matched.

    Only experts see those of which candidates are not told to everybody. Raises FileNotFoundError when the
    register was not reconciled.
    """
    dataset, snapshot = register.spec.id, register.snapshot
    matches = table_of(store, dataset, snapshot, "matches", ["record_id", "decision", "candidates"], MATCHES)
    choices = _choices(matches, gold)
    covered = covered_records(campaign, register) & choices.keys()
    records = store.read_table(dataset, snapshot, "records", columns=TO_RECONCILE)
    marks = record_marks(records, covered)
    qids = {choice for record_id in covered for choice in choices[record_id]} - {NONE_OF_THESE}
    items = item_marks(index.items(ITEM_COLUMNS), qids)
    told, tasks = candidates_told(register.summary), []
    for record_id in sorted(covered):
        offered, right = choices[record_id], gold.get(record_id, "")
        content = asked_on(marks[record_id], items, offered)
        if not content or (record_id not in told and not campaign.experts):
            continue
        right = right if right in offered or not right else NONE_OF_THESE
        asked = (campaign.id, ReviewKind.MATCH, dataset, record_id, offered, "", content)
        tasks.append(
            ReviewTask(
                task_id(*asked, gold=bool(right)),
                *asked[:5],
                suggestion="",
                proposed_by="",
                content_hash=content,
                made_at=now,
                gold=right,
                experts_only=record_id not in told,
            )
        )
    return tasks


def covered_records(campaign: Campaign, register: RegisterRisk) -> set[str]:
    """The records that a campaign is about, of those that may be told at all."""
    records = register.records
    wanted = pa.array(register.sites["record_id"], pa.string())
    rows = pc.is_in(records["record_id"], value_set=wanted)
    if campaign.countries:
        country = pc.fill_null(records["country"], register.spec.item.country or "")
        rows = pc.and_(rows, pc.is_in(country, value_set=pa.array(campaign.countries, pa.string())))
    if campaign.languages:
        lang = pc.fill_null(records["lang"], campaign.languages[0])  # names without a language: anybody's
        rows = pc.and_(rows, pc.is_in(lang, value_set=pa.array(campaign.languages, pa.string())))
    return {str(one) for one in records["record_id"].filter(rows).to_pylist()}


def _choices(matches: pa.Table, gold: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """What is offered of each record that is asked about: its candidates, the likeliest first, and none."""
    asked = pc.or_(
        pc.equal(matches["decision"], "review"),
        pc.is_in(matches["record_id"], value_set=pa.array(sorted(gold), pa.string())),
    )
    rows = matches.filter(asked).select(["record_id", "candidates"]).to_pylist()
    offered = {row["record_id"]: [one["qid"] for one in row["candidates"] or ()] for row in rows}
    return {record_id: (*qids, NONE_OF_THESE) for record_id, qids in offered.items() if qids}
