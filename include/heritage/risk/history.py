"""What changed about records since they were last looked at, and what people have to find out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from heritage.model.arrow import pc
from heritage.model.digest import digest_json
from heritage.model.evidence import Level
from heritage.model.tables import HISTORY, TASKS
from heritage.model.task import TaskKind

Question = tuple[TaskKind, str]


def levels_now(history: pa.Table) -> dict[str, str]:
    """The last level of each record."""
    ids: list[Any] = history["record_id"].to_pylist()
    return dict(zip(ids, map(str, history["after"].to_pylist()), strict=True))


def history_since(
    before: pa.Table | None, ids: Sequence[str], levels: Sequence[str], explanations: Sequence[str], day: date
) -> pa.Table:
    """The history (schema HISTORY) with a line more for each record whose level is another one now."""
    past = HISTORY.empty_table() if before is None else before
    known = levels_now(past)
    changed = [i for i, record in enumerate(ids) if known.get(record) != levels[i]]
    lines: dict[str, list[Any]] = {
        "record_id": [ids[i] for i in changed],
        "day": [day] * len(changed),
        "before": [known.get(ids[i]) for i in changed],
        "after": [levels[i] for i in changed],
        "explanation": [explanations[i] for i in changed],
    }
    return pa.concat_tables([past, pa.table(lines, schema=HISTORY)])


def worsened(history: pa.Table, day: date) -> dict[str, str]:
    """The records that became critical or lost in the course of that day, with their level at its end, of
    those that were known before or have come since: what stood there when the register was first looked at is
    no news."""
    today = history.filter(pc.equal(history["day"], pa.scalar(day, pa.date32())))
    first = bool(history.num_rows) and history["day"][0].as_py() == day
    grave = (Level.CRITICAL.value, Level.LOST.value)
    began: dict[str, str | None] = {}
    for record, before in zip(today["record_id"].to_pylist(), today["before"].to_pylist(), strict=True):
        began.setdefault(str(record), before)
    return {
        record: level
        for record, level in levels_now(today).items()
        if level in grave
        and began[record] not in (Level.LOST.value, level)
        and (began[record] is not None or not first)
    }


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
