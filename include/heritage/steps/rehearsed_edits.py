"""What the rehearsal and the findings of a snapshot say about some of its edits."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from heritage.model.edit import Content
from heritage.model.finding import Severity
from heritage.ports.files import SnapshotStore
from heritage.steps.upload import counted

Counts = tuple[tuple[str, int], ...]
_OBJECTED = frozenset({Severity.CRITICAL.value, Severity.IMPORTANT.value, Severity.WARNING.value})


@dataclass(frozen=True)
class RehearsedEdits:
    """By record id: why its edit would not be sent, and its findings (code, property or none)."""

    reasons: Mapping[str, str]
    findings: Mapping[str, Sequence[tuple[str, str | None]]]

    @classmethod
    def read(cls, dataset: str, snapshot: str, store: SnapshotStore) -> "RehearsedEdits":
        """Empty where edits were proposed before there were rehearsals."""
        try:
            rows = store.read_table(dataset, snapshot, "rehearsal", columns=["record_id", "stopped"])
        except FileNotFoundError:
            return cls({}, {})
        reasons = {row["record_id"]: counted(row["stopped"]) for row in rows.to_pylist() if row["stopped"]}
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
