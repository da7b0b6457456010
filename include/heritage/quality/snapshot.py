"""Checks of a snapshot as a whole: its size, its rejects, how full it is, and beside the last good one."""

import re
from collections import Counter
from collections.abc import Mapping

import pyarrow as pa

from heritage.model.issue import Issue, IssueCode, Severity
from heritage.quality.changes import FIELDS
from heritage.quality.plane import metres_between
from heritage.spec.dataset import DatasetSpec
from heritage.spec.thresholds import SnapshotRules


def check_snapshot(
    spec: DatasetSpec, records: pa.Table, rejected: pa.Table, rules: SnapshotRules, *, bundled: bool = False
) -> list[Issue]:
    """The snapshot by itself: rows rejected, bounds of its size, least shares of filled fields, ids as text,
    coordinates exchanged throughout. A `bundled` sample may be as small as it likes, but not empty."""
    return [
        *_rejected(spec, records.num_rows, rejected, rules),
        *_size(spec, records.num_rows, bundled),
        *_fill(spec, records),
        *_ids(spec, records),
        *_swapped(spec, records, rules),
    ]


def check_against_previous(
    spec: DatasetSpec, previous: pa.Table, current: pa.Table, rules: SnapshotRules
) -> list[Issue]:
    """The snapshot beside the last good one: ids that vanished, fields that emptied, points that moved."""
    if not previous.num_rows or not current.num_rows:
        return []
    return [
        *_vanished(spec, previous, current, rules),
        *_emptied(spec, previous, current, rules),
        *_moved(spec, previous, current, rules),
    ]


def _rejected(spec: DatasetSpec, records: int, rejected: pa.Table, rules: SnapshotRules) -> list[Issue]:
    if not rejected.num_rows:
        return []
    rows = records + rejected.num_rows
    share = rejected.num_rows / rows
    if share <= rules.rejected_ask:
        return []
    severity = Severity.STOP if share > rules.rejected_stop else Severity.ASK
    limit = rules.rejected_stop if severity is Severity.STOP else rules.rejected_ask
    reasons = ", ".join(f"{n} {code}" for code, n in Counter(rejected["code"].to_pylist()).most_common())
    hint = (
        f"{rejected.num_rows} of {rows} rows ({share:.1%}, limit {limit:.0%}): {reasons}. "
        f"The first: {_first(rejected)}"
    )
    return [Issue(IssueCode.TOO_MANY_REJECTED, severity, spec.id, hint=hint)]


def _first(rejected: pa.Table) -> str:
    """Where the first rejected row stands and why; its cells stay in the file."""
    row = rejected.slice(0, 1).to_pylist()[0]
    code = next(code for code in IssueCode if code.value == row["code"])
    return str(Issue(code, Severity.REJECT, row["dataset"], row["file"], row["row"], field=row["field"]))


def _size(spec: DatasetSpec, records: int, bundled: bool) -> list[Issue]:
    low, high = spec.checks.rows
    if bundled:
        low = min(low, 1)
    if low <= records <= high:
        return []
    hint = f"{records} records, expected {low} to {high}. {IssueCode.ROWS_OUT_OF_BAND.remedy}"
    return [Issue(IssueCode.ROWS_OUT_OF_BAND, Severity.STOP, spec.id, hint=hint)]


def _fill(spec: DatasetSpec, records: pa.Table) -> list[Issue]:
    issues = []
    shares = fill_shares(records)
    for field, least in spec.checks.fill.items():
        share = shares[field]
        if share < least:
            hint = (
                f"{share:.1%} of {records.num_rows} records, expected {least:.1%}. "
                + IssueCode.FILL_TOO_LOW.remedy
            )
            issues.append(Issue(IssueCode.FILL_TOO_LOW, Severity.STOP, spec.id, field=field, hint=hint))
    return issues


def fill_shares(records: pa.Table) -> Mapping[str, float]:
    """Share of records with each field; `point` for latitude and longitude together."""
    count = max(records.num_rows, 1)
    shares = {name: 1 - records[name].null_count / count for name in FIELDS if name not in ("lat", "lon")}
    return shares | {"point": 1 - records["lat"].null_count / count}


def _ids(spec: DatasetSpec, records: pa.Table) -> list[Issue]:
    numbers = sum(
        re.fullmatch(r"\d+\.0", key) is not None for key in map(str, records["record_id"].to_pylist())
    )
    if numbers * 2 <= records.num_rows:
        return []
    return [Issue(IssueCode.ID_NOT_TEXT, Severity.STOP, spec.id, field=spec.record.id.name())]


def _swapped(spec: DatasetSpec, records: pa.Table, rules: SnapshotRules) -> list[Issue]:
    swapped = records["place_method"].to_pylist().count("swapped")
    points = records.num_rows - records["lat"].null_count
    if not swapped or swapped <= rules.swapped_stop * points:
        return []
    hint = f"{swapped} of {points} points: x and y, or the order of the pair, are exchanged in record.point."
    return [Issue(IssueCode.POINT_SWAPPED, Severity.STOP, spec.id, hint=hint)]


def _vanished(spec: DatasetSpec, previous: pa.Table, current: pa.Table, rules: SnapshotRules) -> list[Issue]:
    still = set(current["record_id"].to_pylist())
    gone = [key for key in previous["record_id"].to_pylist() if key not in still]
    if not gone:
        return []
    share = len(gone) / previous.num_rows
    severity = Severity.ASK if share > rules.vanished_ask else Severity.NOTE
    hint = f"{len(gone)} of {previous.num_rows} ({share:.1%}). {IssueCode.RECORDS_VANISHED.remedy}"
    return [Issue(IssueCode.RECORDS_VANISHED, severity, spec.id, hint=hint)]


def _emptied(spec: DatasetSpec, previous: pa.Table, current: pa.Table, rules: SnapshotRules) -> list[Issue]:
    before, after = fill_shares(previous), fill_shares(current)
    return [
        Issue(
            IssueCode.FILL_DROPPED,
            Severity.ASK,
            spec.id,
            field=field,
            hint=f"{before[field]:.1%} before, {share:.1%} now. {IssueCode.FILL_DROPPED.remedy}",
        )
        for field, share in after.items()
        if before[field] - share > rules.fill_drop_ask
    ]


def _moved(spec: DatasetSpec, previous: pa.Table, current: pa.Table, rules: SnapshotRules) -> list[Issue]:
    columns = ["record_id", "lat", "lon"]
    both = current.select(columns).to_pandas().merge(previous.select(columns).to_pandas(), on="record_id")
    both = both.dropna()
    if both.empty:
        return []
    metres = metres_between(*both[["lat_x", "lon_x", "lat_y", "lon_y"]].to_numpy().T)
    moved = int((metres > rules.moved_m).sum())
    if not moved:
        return []
    share = moved / len(both)
    severity = Severity.ASK if share > rules.moved_ask else Severity.NOTE
    hint = f"{moved} of {len(both)} by more than {rules.moved_m:g} m. {IssueCode.POINTS_MOVED.remedy}"
    return [Issue(IssueCode.POINTS_MOVED, severity, spec.id, hint=hint)]
