"""Whether what people settled still fits the data that they were asked on."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

import pyarrow as pa

from heritage.model.review import ReviewKind, ReviewTask
from heritage.ports.files import ItemIndex
from heritage.steps.review_asked import ITEM_COLUMNS, asked_on, item_marks, record_marks


class Freshness:
    """The data of today, to hold tasks against; the index is read once, when an item is asked about."""

    def __init__(self, index: ItemIndex) -> None:
        self._index = index

    def fitting(
        self, tasks: Sequence[ReviewTask], records: pa.Table, matched: Mapping[str, str]
    ) -> frozenset[str]:
        """Ids of those tasks that would be asked on the same today. `records` has the columns TO_RECONCILE,
        `matched` is record id to item."""
        marks = record_marks(records, {one.record_id for one in tasks})
        choices = {qid for one in tasks for qid in one.choices if qid.startswith("Q")}
        items = self._item_marks(
            choices | {matched[one.record_id] for one in tasks if one.record_id in matched}
        )
        return frozenset(
            one.task_id
            for one in tasks
            if one.record_id in marks
            and one.content_hash in _today(one, marks[one.record_id], items, matched.get(one.record_id, ""))
        )

    def _item_marks(self, qids: Collection[str]) -> dict[str, str]:
        known = self._items
        return item_marks(known, qids) if qids and known is not None else {}

    @cached_property
    def _items(self) -> pa.Table | None:
        try:
            return self._index.items(ITEM_COLUMNS)
        except FileNotFoundError:
            return None


def _today(task: ReviewTask, mark: str, items: Mapping[str, str], item: str) -> set[str]:
    """What the task could have been asked on if it was asked today: a person speaks of the record alone, and
    a rule reads that, or the item that it is as well."""
    if task.kind is ReviewKind.MATCH:
        return {asked_on(mark, items, task.choices)} - {""}
    return {asked_on(mark, {}, ()), asked_on(mark, items, [item] if item else ())} - {""}
