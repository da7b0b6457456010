"""What a question to people was asked on: record and items, so that an answer is known to be stale."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.digest import digest_json
from heritage.model.review import ReviewKind, ReviewTask
from heritage.model.tables import TO_RECONCILE

ITEM_COLUMNS = ("qid", "labels", "points", "classes", "country", "context")
_DEGREES = 3
"""Digits of an item's place that are looked at: some hundred metres."""


def record_marks(records: pa.Table, record_ids: Collection[str]) -> dict[str, str]:
    """A digest of all that is compared of each of these records; `records` has the columns TO_RECONCILE."""
    wanted = pa.array(sorted(record_ids), pa.string())
    rows = records.select(list(TO_RECONCILE)).filter(pc.is_in(records["record_id"], value_set=wanted))
    return {row["record_id"]: digest_json(_plain(row)) for row in rows.to_pylist()}


def item_marks(items: pa.Table, qids: Collection[str]) -> dict[str, str]:
    """A digest of what tells an item from others: an English or else its first label, where it lies, what it
    is, and its country. Not more: that somebody adds a label in another language changes no answer.

    An item that is not in the index any more, because it was merged or deleted, has none.
    """
    wanted = pa.array(sorted(qids), pa.string())
    rows = items.select(list(ITEM_COLUMNS)).filter(pc.is_in(items["qid"], value_set=wanted)).to_pylist()
    return {row["qid"]: digest_json(_item(row)) for row in rows if not row["context"]}


def asked_on(record: str, items: Mapping[str, str], choices: Iterable[str]) -> str:
    """The content hash of a question about a record, by its mark and those of the items among the choices;
    empty where one of them is there no more."""
    qids = sorted(choice for choice in choices if choice.startswith("Q"))
    if not all(qid in items for qid in qids):
        return ""
    return digest_json([record, [[qid, items[qid]] for qid in qids]])[:32]


def task_id(
    campaign: str,
    kind: ReviewKind,
    dataset: str,
    record_id: str,
    choices: Iterable[str],
    suggestion: str,
    content_hash: str,
    *,
    gold: bool = False,
) -> str:
    """The same question keeps its id; one that tests people has another than one that asks them."""
    asked = [campaign, kind.value, dataset, record_id, list(choices), suggestion, content_hash]
    return digest_json([*asked, "gold"] if gold else asked)[:32]


def items_of(tasks: Iterable[ReviewTask]) -> set[str]:
    """The items among the choices."""
    return {choice for task in tasks for choice in task.choices if choice.startswith("Q")}


def _item(row: dict[str, Any]) -> dict[str, Any]:
    labels = {one["lang"]: one["text"] for one in row["labels"] or ()}
    label = labels.get("en") or next((labels[lang] for lang in sorted(labels)), "")
    points = [[round(one["lat"], _DEGREES), round(one["lon"], _DEGREES)] for one in row["points"] or ()]
    return {
        "label": label,
        "points": sorted(points),
        "classes": sorted(row["classes"] or ()),
        "country": row["country"],
    }


def _plain(value: Any) -> Any:
    """JSON has no number that is not a number."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and value != value else value
