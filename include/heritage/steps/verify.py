"""Looks at what became of the edits of a batch."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from heritage.model.edit import EditState
from heritage.ports.decisions import Journal, JournalEntry
from heritage.ports.wiki import READ_TOGETHER, Entity, WikiReader
from heritage.statements.afterwards import lacking
from heritage.statements.content_json import from_json
from heritage.statements.live import parse_entity

log = logging.getLogger(__name__)


class Fate(StrEnum):
    """What became of an edit."""

    PRESENT = "present"
    MERGED = "merged"
    """The item is a redirect now; all that was added stands on the item it leads to."""
    REVERTED = "reverted"
    """Something that was added is gone, changed or deprecated."""
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Finding:
    """An edit that is not as it was made; `lacks` says in words what is gone."""

    edit_id: str
    record_id: str
    qid: str
    fate: Fate
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """Counts of the confirmed edits of a batch; `findings` are all that are not present."""

    present: int
    merged: int
    reverted: int
    deleted: int
    findings: tuple[Finding, ...]


def verify(
    batch_id: str,
    *,
    journal: Journal,
    reader: WikiReader,
    progress: Callable[[int, int], None] | None = None,
) -> Verified:
    """Reads every confirmed edit of a batch back from the wiki. Nothing is repaired: people decide.

    Raises WikiBusy when the wiki does not answer.
    """
    entries = [entry for entry in journal.entries(batch_id) if entry.state is EditState.CONFIRMED]
    findings: list[Finding] = []
    for start in range(0, len(entries), READ_TOGETHER):
        findings += _judge(entries[start : start + READ_TOGETHER], reader)
        if progress:
            progress(min(start + READ_TOGETHER, len(entries)), len(entries))
    count = {fate: sum(finding.fate is fate for finding in findings) for fate in Fate}
    result = Verified(
        present=len(entries) - len(findings),
        merged=count[Fate.MERGED],
        reverted=count[Fate.REVERTED],
        deleted=count[Fate.DELETED],
        findings=tuple(findings),
    )
    log.info(
        "Batch %s: of %d edits %d stand as they were made, %d on a merged item, %d were reverted in part or "
        "whole, the items of %d are deleted.",
        *(batch_id, len(entries), result.present, result.merged, result.reverted, result.deleted),
    )
    return result


def _judge(entries: Sequence[JournalEntry], reader: WikiReader) -> list[Finding]:
    live = reader.read([entry.qid for entry in entries if entry.qid])
    findings = []
    for entry in entries:
        qid = entry.qid or ""
        fate, lacks = _fate(entry, qid, live.get(qid))
        if fate is not Fate.PRESENT:
            findings.append(Finding(entry.edit_id, entry.record_id, qid, fate, lacks))
    return findings


def _fate(entry: JournalEntry, qid: str, entity: Entity | None) -> tuple[Fate, tuple[str, ...]]:
    if entity is None:
        return Fate.DELETED, ()
    lacks = lacking(from_json(entry.content), parse_entity(entity))
    if lacks:
        return Fate.REVERTED, lacks
    return (Fate.PRESENT if entity["id"] == qid else Fate.MERGED), ()
