"""A person's answer to a snapshot that a check asks about; it is written down with who gave it and when."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heritage.errors import SnapshotStopped
from heritage.model.approval import Answer, Question
from heritage.model.issue import IssueCode, Severity
from heritage.ports.clock import Clock
from heritage.ports.files import SnapshotStore
from heritage.spec.loader import LoadedSource
from heritage.steps.check import not_used
from heritage.steps.trust import source_digest

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Approved:
    """`by` gave the approval, `via` which door; both None when nothing had to be approved."""

    by: str | None
    via: str | None


def question(loaded: LoadedSource, snapshot: str, *, store: SnapshotStore) -> Question | None:
    """What is to be asked, None when the snapshot is in use already or was approved before."""
    spec = loaded.spec
    report = store.read_json(spec.id, snapshot, "checks")
    asking = [issue for issue in report["issues"] if issue["severity"] == Severity.ASK]
    if report.get("approved") or not asking:
        return None
    return Question(
        spec.id,
        spec.title,
        snapshot,
        store.last_good(spec.id),
        report["records"],
        report["rejected"],
        tuple(issue["message"] for issue in asking),
        sum(issue["severity"] == Severity.NOTE for issue in report["issues"]),
        report.get("what", "records"),
    )


def approve(
    loaded: LoadedSource, snapshot: str, answer: Answer | None, *, store: SnapshotStore, clock: Clock
) -> Approved:
    """Writes the answer into `checks.json` and marks an approved snapshot good.

    Without a question nothing is written. Raises SnapshotStopped, with every reason, when the answer is
    no, when nobody answered, or when there is no answer yet (None).
    """
    spec = loaded.spec
    report = store.read_json(spec.id, snapshot, "checks")
    if question(loaded, snapshot, store=store) is None:
        given: Mapping[str, Any] = report.get("approved") or {}
        return Approved(given.get("by"), given.get("via"))
    if answer is None:
        why = " until an engineer approves it (the same run with --approve)"
        raise SnapshotStopped(not_used(report, store.last_good(spec.id), why))
    said = {"by": answer.by, "via": answer.via, "at": clock.now().isoformat()}
    if not answer.approved:
        report["refused"] = said
        store.write_json(spec.id, snapshot, "checks", report)
        why = f": {answer.by} refused it" if answer.by else ": nobody approved it in time"
        raise SnapshotStopped(not_used(report, store.last_good(spec.id), why))
    report["approved"] = said
    if any(issue["code"] == IssueCode.SOURCE_UNVERIFIED for issue in report["issues"]):
        report["source_approved"] = source_digest(spec)
    store.write_json(spec.id, snapshot, "checks", report)
    store.mark_good(spec.id, snapshot, clock.now())
    log.info("%s approved snapshot %s of %s; it is the good one now.", answer.by, snapshot, spec.title)
    return Approved(answer.by, answer.via)
