"""What changed about records since they were last looked at, and what people have to find out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from heritage.model.arrow import Array, pc
from heritage.model.digest import digest_json
from heritage.model.evidence import Level
from heritage.model.tables import HISTORY, TASKS
from heritage.model.task import TaskKind

Question = tuple[TaskKind, str]


def history_since(before: pa.Table | None, risk: pa.Table, day: date) -> pa.Table:
    """The history (schema HISTORY) with a line more for each record whose level is another one now.

    `risk` has record_id, level and explanation.
    """
    past = HISTORY.empty_table() if before is None else before
    known = _last(past, "after", risk["record_id"])
    changed = pc.fill_null(pc.not_equal(known, risk["level"]), True)
    now, known = risk.filter(changed), known.filter(changed)
    days = pa.repeat(pa.scalar(day, pa.date32()), now.num_rows)
    lines = [now["record_id"], days, known, now["level"], now["explanation"]]
    return pa.concat_tables([past, pa.table(lines, schema=HISTORY)])


def _last(history: pa.Table, column: str, records: Array) -> Array:
    """What the last line on each of the records says, null where there is none."""
    newest_first = history.take(np.arange(history.num_rows)[::-1])
    return newest_first[column].take(
        pc.index_in(records, value_set=newest_first["record_id"].combine_chunks())
    )


def worsened(history: pa.Table, day: date) -> dict[str, str]:
    """The records that became critical or lost in the course of that day, with their level at its end, of
    those that were known before or have come since: what stood there when the register was first looked at is
    no news."""
    today = history.filter(pc.equal(history["day"], pa.scalar(day, pa.date32())))
    first = bool(history.num_rows) and history["day"][0].as_py() == day
    records: Any = today["record_id"].unique()
    line = pc.index_in(records, value_set=today["record_id"].combine_chunks())
    began = today["before"].take(line)
    if first:
        began = pc.coalesce(began, today["after"].take(line))
    ends = _last(today, "after", records)
    worse = pc.is_in(ends, value_set=pa.array([Level.CRITICAL.value, Level.LOST.value]))
    for better in (pc.equal(began, Level.LOST.value), pc.equal(began, ends)):
        worse = pc.and_not(worse, pc.fill_null(better, False))
    return dict(zip(records.filter(worse).to_pylist(), ends.filter(worse).to_pylist(), strict=True))


def task_table(
    dataset: str, asked: Sequence[tuple[str, Question]], before: pa.Table | None, day: date
) -> pa.Table:
    """The open questions about records (schema TASKS), sorted; a question asked before keeps its day."""
    since: dict[Any, Any] = {}
    if before is not None:
        since = dict(zip(before["task_id"].to_pylist(), before["since"].to_pylist(), strict=True))
    rows = []
    for record, (kind, question) in asked:
        name = digest_json([dataset, record, kind])[:16]
        row = {"task_id": name, "record_id": record, "kind": kind.value, "question": question}
        rows.append(row | {"since": since.get(name, day)})
    rows.sort(key=lambda row: (row["record_id"], row["kind"]))
    return pa.Table.from_pylist(rows, schema=TASKS)
