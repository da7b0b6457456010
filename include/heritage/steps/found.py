"""What a comparison of a snapshot with the items has found so far, as the tables that are written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from heritage.model.finding import Finding, Severity
from heritage.model.finding_code import FindingCode
from heritage.model.tables import EDITS, FINDINGS
from heritage.statements.scrutiny.core import forbidding
from heritage.steps.proposed_edit import Compared
from heritage.steps.scrutinise import Scrutiny, rows_of

CONFLICTS = pa.schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("qid", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
"""What is reported and not edited: an item says otherwise, is gone, or the value cannot be sent."""


@dataclass
class Found:
    """What one run has found so far."""

    edits: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    withheld: int = 0
    already: int = 0
    held_back: int = 0

    def take(self, record_id: str, qid: str | None, compared: Compared) -> None:
        """What came of one record, but for its edit."""
        self.already += compared.already
        self.refuse(record_id, qid, *compared.reasons)

    def refuse(self, record_id: str, qid: str | None, *reasons: str) -> None:
        self.conflicts += [{"record_id": record_id, "qid": qid, "reason": why} for why in reasons]

    def look(self, drafted: list[tuple[dict[str, Any], Compared]], scrutiny: Scrutiny) -> None:
        """Takes the edits that may be sent, and writes down what was found about all of them."""
        drafts = [compared.draft for _, compared in drafted if compared.draft]
        looked = iter(scrutiny.look(drafts))
        for row, compared in drafted:
            edit, findings = compared.edit, compared.findings
            qid = edit["qid"] if edit else None
            if compared.draft:
                findings = next(looked)
            self.findings += rows_of(row["record_id"], qid, findings)
            against = forbidding(findings)
            if edit and against:
                self.held_back += 1
                self.refuse(row["record_id"], qid, *(f"not sent: {why}" for why in against))
            elif edit:
                self.edits.append(edit)

    def tables(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        """Edits, conflicts and findings; of items that two records claim, nothing is proposed or found."""
        edits, doubled = _one_record_an_item(self.edits)
        nobodys = {conflict["record_id"] for conflict in doubled}
        findings = [row for row in self.findings if row["record_id"] not in nobodys]
        if not edits:
            nothing = Finding(FindingCode.NOTHING_TO_SEND, Severity.INFO, None, "nothing would be sent")
            findings += rows_of(None, None, [nothing])
        return (
            pa.Table.from_pylist(edits, schema=EDITS),
            pa.Table.from_pylist(self.conflicts + doubled, schema=CONFLICTS).sort_by("record_id"),
            pa.Table.from_pylist(sorted(findings, key=_place), schema=FINDINGS),
        )


def _place(finding: Mapping[str, Any]) -> tuple[str, str, str]:
    return finding["record_id"] or "", finding["code"], finding["text"]


def _one_record_an_item(edits: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Items that two records claim, by a redirect or by an identifier found live, are left to people."""
    claims = Counter(edit["qid"] for edit in edits if edit["qid"])
    conflicts = [
        {"record_id": e["record_id"], "qid": e["qid"], "reason": f"several records claim {e['qid']}"}
        for e in edits
        if claims[e["qid"]] > 1
    ]
    return [edit for edit in edits if claims[edit["qid"]] <= 1], conflicts
