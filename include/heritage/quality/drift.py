"""How the layout of a register changed since the last good snapshot, told before it breaks things."""

from collections.abc import Iterator

import pyarrow as pa

from heritage.model.issue import Issue, IssueCode, Severity
from heritage.spec.thresholds import SnapshotRules

DRIFT = (IssueCode.COLUMN_APPEARED, IssueCode.COLUMN_VANISHED, IssueCode.COLUMN_CHANGED)


def drift(dataset: str, previous: pa.Table, current: pa.Table, rules: SnapshotRules) -> Iterator[Issue]:
    """A note a column that appeared, vanished, or is filled otherwise; both tables in the schema COLUMNS."""
    before, after = ({line["column"]: line for line in table.to_pylist()} for table in (previous, current))
    for column in before:
        if column not in after:
            yield Issue(IssueCode.COLUMN_VANISHED, Severity.NOTE, dataset, field=column)
    for column, now in after.items():
        was = before.get(column)
        if was is None:
            yield Issue(IssueCode.COLUMN_APPEARED, Severity.NOTE, dataset, field=column)
            continue
        told = [
            f"{what} before {was[share]:.1%}, now {now[share]:.1%}"
            for share, what in (("filled", "filled"), ("numbers", "plain numbers"))
            if abs(was[share] - now[share]) > rules.fill_drop_ask and (share == "filled" or was["filled"])
        ]
        if told:
            hint = f"{'; '.join(told).capitalize()}. {IssueCode.COLUMN_CHANGED.remedy}"
            yield Issue(IssueCode.COLUMN_CHANGED, Severity.NOTE, dataset, field=column, hint=hint)
