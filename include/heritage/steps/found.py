"""What a comparison of a snapshot with the items has found so far, as the tables that are written."""

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from heritage.model.arrow import pc
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


_AT_HAND = 5_000


@dataclass
class _Rows:
    """The rows of a table as they come: all but the last ones as columns, which take far less memory."""

    schema: pa.Schema
    _past: list[pa.Table] = field(default_factory=list)
    _last: list[dict[str, Any]] = field(default_factory=list)

    def add(self, *rows: dict[str, Any]) -> None:
        self._last += rows
        if len(self._last) >= _AT_HAND:
            self._past, self._last = [*self._past, self._columns()], []

    def table(self) -> pa.Table:
        return pa.concat_tables([*self._past, self._columns()])

    def _columns(self) -> pa.Table:
        return pa.Table.from_pylist(self._last, schema=self.schema)


@dataclass
class Found:
    """What one run has found so far."""

    edits: _Rows = field(default_factory=lambda: _Rows(EDITS))
    conflicts: _Rows = field(default_factory=lambda: _Rows(CONFLICTS))
    findings: _Rows = field(default_factory=lambda: _Rows(FINDINGS))
    withheld: int = 0
    already: int = 0
    held_back: int = 0

    def take(self, record_id: str, qid: str | None, compared: Compared) -> None:
        """What came of one record, but for its edit."""
        self.already += compared.already
        self.refuse(record_id, qid, *compared.reasons)

    def refuse(self, record_id: str, qid: str | None, *reasons: str) -> None:
        self.conflicts.add(*({"record_id": record_id, "qid": qid, "reason": why} for why in reasons))

    def look(self, drafted: list[tuple[dict[str, Any], Compared]], scrutiny: Scrutiny) -> None:
        """Takes the edits that may be sent, and writes down what was found about all of them."""
        drafts = [compared.draft for _, compared in drafted if compared.draft]
        looked = iter(scrutiny.look(drafts))
        for row, compared in drafted:
            edit, findings = compared.edit, compared.findings
            qid = edit["qid"] if edit else None
            if compared.draft:
                findings = next(looked)
            self.findings.add(*rows_of(row["record_id"], qid, findings))
            against = forbidding(findings)
            if edit and against:
                self.held_back += 1
                self.refuse(row["record_id"], qid, *(f"not sent: {why}" for why in against))
            elif edit:
                self.edits.add(edit)

    def tables(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        """Edits, conflicts and findings; of items that two records claim, nothing is proposed or found."""
        edits, doubled = _one_record_an_item(self.edits.table())
        nobodys = pc.is_in(self.findings.table()["record_id"], doubled["record_id"].combine_chunks())
        findings = self.findings.table().filter(pc.invert(nobodys))
        if not edits.num_rows:
            nothing = Finding(FindingCode.NOTHING_TO_SEND, Severity.INFO, None, "nothing would be sent")
            told = pa.Table.from_pylist(rows_of(None, None, [nothing]), schema=FINDINGS)
            findings = pa.concat_tables([findings, told])
        conflicts = pa.concat_tables([self.conflicts.table(), doubled])
        return edits, conflicts.sort_by("record_id"), _in_order(findings)


def _in_order(findings: pa.Table) -> pa.Table:
    """By record, code and text; what is said of no record comes first."""
    place = findings.select(["code", "text"]).append_column("of", pc.fill_null(findings["record_id"], ""))
    order = pc.sort_indices(place, sort_keys=[(name, "ascending") for name in ("of", "code", "text")])
    return findings.take(order)


def _one_record_an_item(edits: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The edits, and conflicts: items that two records claim, by a redirect or by an identifier found live,
    are left to people."""
    claims = pc.value_counts(edits["qid"].drop_null())
    several = pc.filter(claims.field("values"), pc.greater(claims.field("counts"), 1))
    doubled = pc.is_in(edits["qid"], several)
    both = edits.filter(doubled).select(["record_id", "qid"])
    why = pc.binary_join_element_wise("several records claim ", both["qid"], "")
    return edits.filter(pc.invert(doubled)), both.append_column("reason", why).cast(CONFLICTS)
