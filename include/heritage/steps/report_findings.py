"""What the report says of the findings about a dataset's edits."""

from collections import defaultdict
from typing import Any

import pandas as pd

from heritage.model.finding import FindingCount, Severity
from heritage.model.finding_code import BY_CODE
from heritage.ports.files import SnapshotStore
from heritage.ports.reports import FindingExample, FindingLine
from heritage.steps.report_danger import text

EXAMPLES = 10
"""Records that are named under a code; counts are always of everything."""


def finding_lines(
    dataset: str, snapshot: str, shown: pd.DataFrame, store: SnapshotStore
) -> tuple[FindingLine, ...]:
    """A line a code and severity, the heaviest and then the most frequent first. `shown` are the records that
    may be shown, by id; what a finding quotes is not shown, because it may have been withheld since."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in counted(dataset, snapshot, store):
        groups[row["severity"], row["code"]].append(row)
    lines = [
        FindingLine(
            FindingCount(
                BY_CODE[code],
                Severity(severity),
                findings=len(rows),
                records=len({row["record_id"] for row in rows}),
            ),
            tuple(_examples(rows, shown)),
        )
        for (severity, code), rows in groups.items()
    ]
    return tuple(sorted(lines, key=_place))


def counted(dataset: str, snapshot: str, store: SnapshotStore) -> list[dict[str, Any]]:
    """The findings of a snapshot about records; none where edits were proposed before there were any."""
    columns = ["record_id", "qid", "code", "severity", "property"]
    try:
        rows = store.read_table(dataset, snapshot, "findings", columns=columns).to_pylist()
    except FileNotFoundError:
        return []
    return [row for row in rows if row["record_id"] is not None]


def _examples(rows: list[dict[str, Any]], shown: pd.DataFrame) -> list[FindingExample]:
    by_record = {row["record_id"]: row for row in rows if row["record_id"] in shown.index}
    found = []
    for record_id, row in list(by_record.items())[:EXAMPLES]:
        record = shown.loc[record_id]
        name = text(record["name"]) or record_id
        found.append(FindingExample(name, text(record["lang"]), row["qid"], row["property"]))
    return found


def _place(line: FindingLine) -> tuple[int, int, str]:
    return list(Severity).index(line.count.severity), -line.count.records, line.count.code.value
