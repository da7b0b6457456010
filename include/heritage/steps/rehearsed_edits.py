"""What the rehearsal and the findings of a snapshot say about some of its edits."""

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from heritage.model.edit import Content
from heritage.model.finding import Severity
from heritage.ports.files import SnapshotStore
from heritage.steps.upload import counted

log = logging.getLogger(__name__)

Counts = tuple[tuple[str, int], ...]
_OBJECTED = frozenset({Severity.CRITICAL.value, Severity.IMPORTANT.value, Severity.WARNING.value})


@dataclass(frozen=True)
class RehearsedEdits:
    """By record id: why its edit would not be sent, and its findings (code, property or none)."""

    reasons: Mapping[str, str]
    findings: Mapping[str, Sequence[tuple[str, str | None]]]

    @classmethod
    def read(cls, dataset: str, snapshot: str, store: SnapshotStore, edits: pa.Table) -> "RehearsedEdits":
        """Empty, and said so, where `edits`, all of the snapshot, were not rehearsed as they are."""
        try:
            table = store.read_table(dataset, snapshot, "rehearsal")
        except FileNotFoundError:
            table = None
        if table is None or set(table["edit_id"].to_pylist()) != set(edits["edit_id"].to_pylist()):
            log.warning("The edits of %s were not rehearsed: let the dataset propose again.", dataset)
            return cls({}, {})
        reasons = {row["record_id"]: counted(row["stopped"]) for row in table.to_pylist() if row["stopped"]}
        findings: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
        columns = ["record_id", "code", "severity", "property"]
        for row in store.read_table(dataset, snapshot, "findings", columns=columns).to_pylist():
            if row["record_id"] is not None and row["severity"] in _OBJECTED:
                findings[row["record_id"]].append((row["code"], row["property"]))
        return cls(reasons, findings)

    def stopped(self, edits: pa.Table) -> Counts:
        """Edits that would not be sent, by reason, the most frequent first."""
        inside = map(str, edits["record_id"].to_pylist())
        return _ordered(Counter(self.reasons[record_id] for record_id in inside if record_id in self.reasons))

    def violations(self, edits: pa.Table, contents: Sequence[Content]) -> Counts:
        """Findings about what these edits add, by code; `contents` are theirs, in the same order."""
        found: Counter[str] = Counter()
        for record_id, content in zip(map(str, edits["record_id"].to_pylist()), contents, strict=True):
            stated = {statement.property for statement in content.statements}
            about = self.findings.get(record_id, ())
            found.update(code for code, pid in about if not pid or pid in stated)
        return _ordered(found)


def _ordered(counts: Counter[str]) -> Counts:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
