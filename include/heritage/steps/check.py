"""Decides whether a snapshot may be used: marks it good, or stops and leaves the last good one."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from heritage.errors import SnapshotStopped
from heritage.model.digest import inputs_digest
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.ports.checks import Checker, ExpectationResult
from heritage.ports.clock import Clock
from heritage.ports.files import SnapshotStore
from heritage.quality import check_against_previous, check_snapshot
from heritage.spec.loader import LoadedSpec
from heritage.spec.thresholds import Thresholds
from heritage.steps.check_page import page

log = logging.getLogger(__name__)
_GRAVE = (Severity.STOP, Severity.ASK)


@dataclass(frozen=True, slots=True)
class Checked:
    """`severity` is the gravest that was found, None when all is well; `failed` counts checks by severity."""

    severity: str | None
    failed: Mapping[str, int]
    checks: int
    first_good: bool


def check(
    loaded: LoadedSpec,
    snapshot: str,
    *,
    store: SnapshotStore,
    checker: Checker,
    clock: Clock,
    thresholds: Thresholds,
    approved: bool = False,
) -> Checked:
    """Writes `checks.json` and a page beside it, and marks the snapshot good.

    Raises SnapshotStopped, with every reason, for a check of severity stop, and for one of severity ask
    unless an engineer `approved` the snapshot. An approval holds for what was checked: the DAG goes on with
    it, and asks again once records, description or checks are others.
    """
    spec = loaded.spec
    report = _report(loaded, snapshot, store, checker, thresholds)
    failed = {
        severity.value: sum(issue["severity"] == severity for issue in report["issues"])
        for severity in (*_GRAVE, Severity.NOTE)
    }
    gravest = next((severity for severity, number in failed.items() if number), None)
    reasons = [issue["message"] for issue in report["issues"] if issue["severity"] in _GRAVE]
    last = store.last_good(spec.id)
    ask = gravest == Severity.ASK
    if ask and approved and not report.get("approved"):
        report["approved"] = True
        store.write_json(spec.id, snapshot, "checks", report)
    if gravest == Severity.STOP or (ask and not report.get("approved")):
        raise SnapshotStopped(
            f"{spec.id}: snapshot {snapshot} is not used"
            + (" until an engineer approves it (the same run with --approve)" if ask else "")
            + (f"; {last} stays the last good one. " if last else "; there is no good one yet. ")
            + " ".join(f"{number}) {reason}" for number, reason in enumerate(reasons, start=1))
        )
    store.mark_good(spec.id, snapshot, clock.now())
    log.info(
        "Checked %s: %d checks, %s. Snapshot %s is the good one now.",
        spec.title,
        report["checks"],
        ", ".join(f"{n} {severity}" for severity, n in failed.items() if n) or "all passed",
        snapshot,
    )
    for message in (issue["message"] for issue in report["issues"] if issue["severity"] == Severity.NOTE):
        log.info("%s", message)
    return Checked(gravest, failed, report["checks"], last is None)


def _report(
    loaded: LoadedSpec, snapshot: str, store: SnapshotStore, checker: Checker, thresholds: Thresholds
) -> dict[str, Any]:
    """The content of `checks.json`; made anew only when something it depends on changed."""
    spec = loaded.spec
    try:
        earlier: dict[str, Any] = store.read_json(spec.id, snapshot, "checks")
    except FileNotFoundError:
        earlier = {}
    last = store.last_good(spec.id)
    # once this snapshot is the good one, it stays compared with the one before it
    previous = last if last != snapshot else earlier.get("compared_with")
    inputs = inputs_digest(
        "check",
        store.digest(spec.id, snapshot, "records"),
        spec.digest(),
        checker.digest(spec.kind),
        thresholds.digest(),
        previous or "",
        store.digest(spec.id, previous, "records") if previous else "",
    )
    if earlier.get("inputs") == inputs:
        return earlier
    records = store.read_table(spec.id, snapshot, "records")
    rejected = store.read_table(spec.id, snapshot, "rejected")
    issues = check_snapshot(spec, records, rejected, thresholds.snapshot)
    if previous:
        before = store.read_table(spec.id, previous, "records")
        issues += check_against_previous(spec, before, records, thresholds.snapshot)
    results = checker.check(spec.kind, records)
    issues += [_issue(spec.id, result) for result in results if not result.passed]
    report = {
        "inputs": inputs,
        "dataset": spec.id,
        "title": spec.title,
        "snapshot": snapshot,
        "compared_with": previous,
        "records": records.num_rows,
        "rejected": rejected.num_rows,
        "checks": len(results) + len(_OWN_CHECKS),
        "issues": [
            {"code": issue.code.value, "severity": issue.severity.value, "message": str(issue)}
            for issue in sorted(issues, key=lambda issue: list(Severity).index(issue.severity))
        ],
        "expectations": [asdict(result) for result in results],
        "notes": store.read_json(spec.id, snapshot, "notes"),
    }
    store.write_page(spec.id, snapshot, "checks", page(report))
    store.write_json(spec.id, snapshot, "checks", report)
    return report


_OWN_CHECKS = (
    IssueCode.TOO_MANY_REJECTED,
    IssueCode.ROWS_OUT_OF_BAND,
    IssueCode.FILL_TOO_LOW,
    IssueCode.ID_NOT_TEXT,
    IssueCode.POINT_SWAPPED,
    IssueCode.RECORDS_VANISHED,
    IssueCode.FILL_DROPPED,
    IssueCode.POINTS_MOVED,
)


def _issue(dataset: str, result: ExpectationResult) -> Issue:
    counted = f" It does not hold for {result.failed} records ({result.share:.1%})." if result.failed else ""
    return Issue(
        IssueCode.EXPECTATION_FAILED,
        result.severity,
        dataset,
        field=result.column,
        hint=f"{result.why}{counted}",
    )
