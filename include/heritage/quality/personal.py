"""Columns that look as if they told of living people, and are not dropped when a row is read."""

from collections.abc import Iterator

import pyarrow as pa

from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.row import DERIVED
from heritage.spec.columns import ColumnWords
from heritage.spec.dataset import DatasetSpec


def personal_columns(spec: DatasetSpec, columns: pa.Table, words: ColumnWords) -> Iterator[Issue]:
    """A note for each such column that is mapped, ignored or not accounted for; `columns` in the schema
    COLUMNS. No value is told: it may be somebody's."""
    for line in columns.to_pylist():
        name = line["column"]
        if name in spec.personal or name in DERIVED:
            continue
        why = words.speak_for_people(name, line["contacts"])
        if why:
            hint = f"{why[0].upper()}{why[1:]}. {IssueCode.COLUMN_PERSONAL.remedy}"
            yield Issue(IssueCode.COLUMN_PERSONAL, Severity.NOTE, spec.id, field=name, hint=hint)
