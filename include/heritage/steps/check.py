"""Decides whether a snapshot may be used: marks it good, leaves it to a person, or stops it."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from heritage.errors import SnapshotStopped
from heritage.mapping import World
from heritage.model.digest import inputs_digest
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.ports.checks import Checker, ExpectationResult
from heritage.ports.clock import Clock
from heritage.ports.files import SnapshotStore
from heritage.ports.vocabularies import Vocabularies
from heritage.quality import check_against_previous, check_snapshot
from heritage.spec.loader import LoadedSpec
from heritage.spec.thresholds import Thresholds
from heritage.steps.check_page import page
from heritage.steps.own_evidence import (
    earlier_evidence,
    evidence_issues,
    from_register,
    own_evidence,
    own_inputs,
)
from heritage.steps.trust import source_approved, unverified

log = logging.getLogger(__name__)
_GRAVE = (Severity.STOP, Severity.ASK)
CHECKS, DATA_DOCS = "checks", "data_docs"
"""The pages beside `checks.json`: ours, which links to the one of Great Expectations."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`severity` is the gravest that was found, None when all is well; `failed` counts checks by severity.

    `waits` says that the snapshot is not used until a person approves it (`steps.approve`).
    """

    severity: str | None
    failed: Mapping[str, int]
    checks: int
    first_good: bool
    waits: bool


def check(
    loaded: LoadedSpec,
    snapshot: str,
    *,
    store: SnapshotStore,
    checker: Checker,
    clock: Clock,
    thresholds: Thresholds,
    vocabularies: Vocabularies,
    world: World,
    bundled: bool = False,
) -> Checked:
    """Writes `checks.json` and two pages beside it, and marks the snapshot good unless a check asks.

    Of a `bundled` sample nobody is asked whether its publisher can be trusted; it is noted. The least
    number of records is for the whole register, not for it.

    Raises SnapshotStopped, with every reason, for a check of severity stop. An approval holds for what was
    checked: the snapshot waits again once records, description or checks are others.
    """
    spec = loaded.spec
    tools = _Tools(store, checker, thresholds, vocabularies, world)
    report = _report(loaded, snapshot, tools, bundled)
    failed = {
        severity.value: sum(issue["severity"] == severity for issue in report["issues"])
        for severity in (*_GRAVE, Severity.NOTE)
    }
    gravest = next((severity for severity, number in failed.items() if number), None)
    last = store.last_good(spec.id)
    if gravest == Severity.STOP:
        raise SnapshotStopped(not_used(report, last))
    waits = gravest == Severity.ASK and not report.get("approved")
    if not waits:
        store.mark_good(spec.id, snapshot, clock.now())
    log.info(
        "Checked %s: %d checks, %s. Snapshot %s %s.",
        spec.title,
        report["checks"],
        ", ".join(f"{n} {severity}" for severity, n in failed.items() if n) or "all passed",
        snapshot,
        "waits for an engineer's approval" if waits else "is the good one now",
    )
    for issue in report["issues"]:
        log.info("%s", issue["message"])
    return Checked(gravest, failed, report["checks"], last is None, waits)


def not_used(report: Mapping[str, Any], last: str | None, why: str = "") -> str:
    """Why the snapshot of a report is not used, which one is, and everything that was found."""
    reasons = [issue["message"] for issue in report["issues"] if issue["severity"] in _GRAVE]
    return (
        f"{report['dataset']}: snapshot {report['snapshot']} is not used{why}"
        + (f"; {last} stays the last good one. " if last else "; there is no good one yet. ")
        + " ".join(f"{number}) {reason}" for number, reason in enumerate(reasons, start=1))
    )


@dataclass(frozen=True, slots=True)
class _Tools:
    store: SnapshotStore
    checker: Checker
    thresholds: Thresholds
    vocabularies: Vocabularies
    world: World


def _report(loaded: LoadedSpec, snapshot: str, tools: _Tools, bundled: bool) -> dict[str, Any]:
    """The content of `checks.json`; made anew only when something it depends on changed."""
    spec, store, checker, thresholds = loaded.spec, tools.store, tools.checker, tools.thresholds
    try:
        earlier: dict[str, Any] = store.read_json(spec.id, snapshot, "checks")
    except FileNotFoundError:
        earlier = {}
    last = store.last_good(spec.id)
    # once this snapshot is the good one, it stays compared with the one before it
    previous = last if last != snapshot else earlier.get("compared_with")
    trusted = source_approved(spec, previous, store)
    inputs = inputs_digest(
        "check",
        store.digest(spec.id, snapshot, "records"),
        spec.digest(),
        checker.digest(spec),
        thresholds.digest(),
        previous or "",
        store.digest(spec.id, previous, "records") if previous else "",
        trusted,
        "bundled" if bundled else "",
        own_inputs(spec, snapshot, store, tools.vocabularies) if spec.risk else "",
    )
    if earlier.get("inputs") == inputs:
        return earlier
    records = store.read_table(spec.id, snapshot, "records")
    rejected = store.read_table(spec.id, snapshot, "rejected")
    issues = check_snapshot(spec, records, rejected, thresholds.snapshot, bundled=bundled)
    if previous:
        before = store.read_table(spec.id, previous, "records")
        issues += check_against_previous(spec, before, records, thresholds.snapshot)
    if spec.risk:
        issues += _evidence(loaded, snapshot, previous, tools)
    issues += unverified(spec, trusted, bundled)
    notes = store.read_json(spec.id, snapshot, "notes")
    examined = checker.check(spec, records, notes["counts"])
    issues += [_issue(spec.id, result) for result in examined.results if not result.passed]
    issues += [
        Issue(IssueCode.EXPECTATION_LEFT_OUT, Severity.NOTE, spec.id, hint=why) for why in examined.left_out
    ]
    report = {
        "inputs": inputs,
        "dataset": spec.id,
        "title": spec.title,
        "snapshot": snapshot,
        "compared_with": previous,
        "records": records.num_rows,
        "rejected": rejected.num_rows,
        "checks": len(examined.results) + len(_OWN_CHECKS) + (len(_EVIDENCE_CHECKS) if spec.risk else 0),
        "issues": [
            {"code": issue.code.value, "severity": issue.severity.value, "message": str(issue)}
            for issue in sorted(issues, key=lambda issue: list(Severity).index(issue.severity))
        ],
        "expectations": [asdict(result) for result in examined.results],
        "notes": notes,
        "source_approved": trusted,
    }
    store.write_page(spec.id, snapshot, DATA_DOCS, examined.page)
    store.write_page(spec.id, snapshot, CHECKS, page(report))
    store.write_json(spec.id, snapshot, "checks", report)
    return report


def _evidence(loaded: LoadedSpec, snapshot: str, previous: str | None, tools: _Tools) -> Iterable[Issue]:
    """What is wrong with the evidence of risk that the register's own columns hold."""
    own = own_evidence(
        loaded, snapshot, store=tools.store, vocabularies=tools.vocabularies, world=tools.world
    )
    before = from_register(earlier_evidence(loaded.spec, previous, tools.store), loaded.spec.id)
    return evidence_issues(loaded.spec, own, before, tools.thresholds.snapshot)


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
_EVIDENCE_CHECKS = (
    IssueCode.RISK_UNMAPPED,
    IssueCode.RISK_UNDATED,
    IssueCode.RISK_FUTURE,
    IssueCode.RISK_SILENT,
    IssueCode.RISK_UNNAMED,
    IssueCode.RISK_VANISHED,
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
