"""Decides whether the features of a pull may be used, or are left to a person."""

import logging
from collections import Counter
from typing import Any

from heritage.model.issue import Issue, IssueCode, Severity
from heritage.ports.files import SnapshotStore
from heritage.spec.layer import LayerSpec
from heritage.spec.thresholds import SnapshotRules
from heritage.steps.check import CHECKS
from heritage.steps.check_page import page
from heritage.steps.trust import source_approved, unverified

log = logging.getLogger(__name__)


def may_be_used(
    spec: LayerSpec,
    snapshot: str,
    *,
    features: int,
    read: int,
    store: SnapshotStore,
    rules: SnapshotRules,
    bundled: bool,
) -> bool:
    """Writes `checks.json` and its page beside the tables; False when a person has to be asked first
    (`steps.approve`).

    `features` can be laid over records, of those that were `read` in this pull. What was approved stays
    approved as long as the same is to be asked.
    """
    try:
        earlier: dict[str, Any] = store.read_json(spec.id, snapshot, "checks")
    except FileNotFoundError:
        earlier = {}
    last = store.last_good(spec.id)
    previous = last if last != snapshot else earlier.get("compared_with")
    trusted = source_approved(spec, previous, store)
    rejected = store.read_table(spec.id, snapshot, "rejected", ["code", "reason"])
    issues = unverified(spec, trusted, bundled)
    if rejected.num_rows > rules.rejected_ask * read:
        reasons = Counter(rejected["code"].to_pylist()).most_common()
        told = ", ".join(f"{count} {code}" for code, count in reasons)
        hint = (
            f"{rejected.num_rows} of {read} features ({rejected.num_rows / read:.1%}, limit "
            f"{rules.rejected_ask:.0%}): {told}. The first: {rejected['reason'][0].as_py()}"
        )
        issues.insert(0, Issue(IssueCode.TOO_MANY_REJECTED, Severity.ASK, spec.id, hint=hint))
    issues += _vanished(spec, read, previous, store, rules)
    report: dict[str, Any] = {
        "dataset": spec.id,
        "title": spec.title,
        "snapshot": snapshot,
        "compared_with": previous,
        "what": "features",
        "records": features,
        "read": read,
        "rejected": rejected.num_rows,
        "issues": [
            {"code": one.code.value, "severity": one.severity.value, "message": str(one)} for one in issues
        ],
        "expectations": [],
        "notes": {"counts": {}, "examples": {}},
        "source_approved": trusted,
    }
    if earlier.get("issues") == report["issues"]:
        report |= {name: earlier[name] for name in ("approved", "source_approved") if name in earlier}
    store.write_page(spec.id, snapshot, CHECKS, page(report))
    store.write_json(spec.id, snapshot, "checks", report)
    for one in issues:
        log.info("%s", one)
    return bool(report.get("approved")) or all(one.severity is not Severity.ASK for one in issues)


def _vanished(
    spec: LayerSpec, read: int, previous: str | None, store: SnapshotStore, rules: SnapshotRules
) -> list[Issue]:
    """Where what a pull brings no longer is over, many fewer features are a question: a partial answer would
    end danger everywhere."""
    if previous is None or spec.layer.absence != "closes":
        return []
    try:
        before = int(store.read_json(spec.id, previous, "checks").get("read", 0))
    except FileNotFoundError:  # used before anybody was asked
        return []
    if read >= before * (1 - rules.vanished_ask):
        return []
    hint = (
        f"{read} features came, {before} in the last good snapshot (limit {rules.vanished_ask:.0%} fewer). "
        "Look whether the layer is whole. Used as it is, what is gone is over."
    )
    return [Issue(IssueCode.RISK_VANISHED, Severity.ASK, spec.id, hint=hint)]
