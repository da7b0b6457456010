"""Every figure of a proposal down to its records, as far as they may be told at all; the rest is counted."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import pyarrow as pa

from heritage.disclosure.evidence_gate import told
from heritage.disclosure.gate import publishable
from heritage.model.arrow import pc
from heritage.model.edit import Content, Kind
from heritage.model.evidence import Level
from heritage.model.governance import Proposal, Scope
from heritage.model.said import Said
from heritage.model.shown import printable, shorten
from heritage.ports.drill import Drilled, DrillRow, Figure
from heritage.ports.files import SnapshotStore
from heritage.statements.content_json import from_json
from heritage.statements.selection import ENDANGERED, select
from heritage.steps.explain import candidates_told, reason_told
from heritage.steps.rehearsed_edits import RehearsedEdits
from heritage.steps.risk_sites import RegisterRisk

Parts = Mapping[str, Mapping[str, int]]
"""Figures by key, each made up of what each record counts in it, by record id."""
_PAGE = 50
_LONGEST = 600
_STOPPED, _FOUND, _LEVEL, _GROUP = "stopped/", "found/", "level/", "group/"
_WORDS = {
    "edits": "edits",
    "new_items": "new items",
    "statements": "statements",
    "references": "references",
    "labels": "labels, descriptions and aliases",
    "conflicts": "conflicts, reported and not edited",
    "withheld": "pieces of information that are kept back",
    "unmatched": "records without an item",
    "doubtful": "records whose match is in doubt",
}


@dataclass(frozen=True)
class Behind:
    """What stands behind the figures of one proposal: its edits and what they add, by record id, and of what
    it is drawn from (the records at risk, or all) the level of risk and what reconciliation decided."""

    proposal: Proposal
    edits: pa.Table
    contents: Mapping[str, Content]
    rehearsed: RehearsedEdits
    levels: Mapping[str, str]
    decisions: Mapping[str, str]

    @classmethod
    def read(cls, proposal: Proposal, *, store: SnapshotStore) -> "Behind":
        """Raises FileNotFoundError when what was rehearsed is gone."""
        dataset, snapshot = proposal.dataset, proposal.snapshot
        whole = store.read_table(dataset, snapshot, "edits", inputs=proposal.edits_digest)
        edits = select(whole, [Kind(proposal.kind)], proposal.scope, proposal.region)
        texts = zip(edits["record_id"].to_pylist(), edits["additions"].to_pylist(), strict=True)
        matches = store.read_table(dataset, snapshot, "matches", columns=["record_id", "decision"])
        risk = store.read_table(dataset, snapshot, "risk", columns=["record_id", "level"])
        levels = {str(row["record_id"]): str(row["level"]) for row in risk.to_pylist()}
        decisions = {str(row["record_id"]): str(row["decision"]) for row in matches.to_pylist()}
        if proposal.scope is Scope.AT_RISK:
            decisions = {one: what for one, what in decisions.items() if levels.get(one) in ENDANGERED}
        return cls(
            proposal,
            edits,
            {str(record_id): from_json(str(text)) for record_id, text in texts},
            RehearsedEdits.read(dataset, snapshot, store, whole),
            levels,
            decisions,
        )

    @cached_property
    def parts(self) -> Parts:
        """The figures by key, each made up of what each record counts in it."""
        rows = self.edits.select(["record_id", "qid", "conflicts", "withheld"]).to_pylist()
        ids = [str(row["record_id"]) for row in rows]
        contents = self.contents
        found: dict[str, Counter[str]] = {key: Counter() for key in _WORDS}
        found["edits"].update(ids)
        found["new_items"].update(str(row["record_id"]) for row in rows if row["qid"] is None)
        found["statements"].update({one: len(contents[one].statements) for one in ids})
        found["references"].update({one: len(contents[one].references) for one in ids})
        found["labels"].update({one: _texts(contents[one]) for one in ids})
        for key in ("conflicts", "withheld"):
            found[key].update({str(row["record_id"]): len(row[key] or ()) for row in rows})
        for one, reason in self.rehearsed.reasons.items():
            if one in contents:
                found.setdefault(_STOPPED + reason, Counter())[one] += 1
        for one in ids:
            found.setdefault(_LEVEL + self.levels.get(one, Level.UNKNOWN), Counter())[one] += 1
            stated = {statement.property for statement in contents[one].statements}
            for code, pid in self.rehearsed.findings.get(one, ()):
                if not pid or pid in stated:
                    found.setdefault(_FOUND + code, Counter())[one] += 1
        found["unmatched"].update(one for one, what in self.decisions.items() if what != "match")
        found["doubtful"].update(one for one, what in self.decisions.items() if what == "review")
        return {key: +counts for key, counts in found.items()}

    def by_group(self, register: RegisterRisk, column: str) -> Parts:
        """The edits by what a column of the records says of them, as far as that may be told today; all
        others together under no name."""
        ids = self.edits["record_id"].combine_chunks()
        records = register.records.filter(pc.is_in(register.records["record_id"], value_set=ids))
        ruling = register.summary.filter(pc.is_in(register.summary["record_id"], value_set=ids))
        rows = publishable(records, ruling).select(["record_id", column]).to_pylist()
        named = {str(row["record_id"]): str(row[column] or "") for row in rows}
        found: dict[str, Counter[str]] = {}
        for one in map(str, ids.to_pylist()):
            found.setdefault(_GROUP + named.get(one, ""), Counter())[one] += 1
        return found

    def figures(self, groups: Parts = MappingProxyType({})) -> tuple[Figure, ...]:
        """Every figure that opens, also those that are 0; `groups` as `by_group` gives them."""
        parts = {**self.parts, **groups}
        return tuple(Figure(key, _words(key), sum(some.values())) for key, some in parts.items())

    def drilled(
        self,
        figure: str,
        page: int,
        *,
        store: SnapshotStore,
        register: RegisterRisk,
        groups: Parts = MappingProxyType({}),
    ) -> Drilled | None:
        """A page of the records behind a figure, None for a figure that there is not.

        `register` is the last good snapshot as it may be told today: what is in it no more, or may not be
        told at all, is counted.
        """
        parts = {**self.parts, **groups}.get(figure)
        if parts is None:
            return None
        known = set(register.sites["record_id"])
        listed = sorted(known.intersection(parts))
        hidden = parts.keys() - known
        pages = max(1, math.ceil(len(listed) / _PAGE))
        page = min(max(page, 1), pages)
        chosen = listed[(page - 1) * _PAGE : page * _PAGE]
        rows = self._rows(figure, {one: parts[one] for one in chosen}, store, register)
        return Drilled(
            proposal_id=self.proposal.proposal_id,
            title=self.proposal.title,
            figure=Figure(figure, _words(figure), sum(parts.values())),
            rows=tuple(rows),
            listed=len(listed),
            listed_count=sum(parts[one] for one in listed),
            hidden=len(hidden),
            hidden_count=sum(parts[one] for one in hidden),
            page=page,
            pages=pages,
        )

    def _rows(
        self, figure: str, counts: Mapping[str, int], store: SnapshotStore, register: RegisterRisk
    ) -> list[DrillRow]:
        ids = list(counts)
        chosen = pa.array(ids, pa.string())
        records = register.records.filter(pc.is_in(register.records["record_id"], value_set=chosen))
        ruling = register.summary.filter(pc.is_in(register.summary["record_id"], value_set=chosen))
        shown = {str(row["record_id"]): row for row in publishable(records, ruling).to_pylist()}
        exact = candidates_told(ruling)
        why = self._why(figure, ids, records, ruling, store, register)
        own = self.edits.filter(pc.is_in(self.edits["record_id"], value_set=chosen))
        items = {str(row["record_id"]): row["qid"] for row in own.select(["record_id", "qid"]).to_pylist()}
        return [
            DrillRow(
                self.proposal.dataset,
                one,
                shown[one]["name"] or "",
                shown[one]["lang"],
                items.get(one) if one in exact else None,
                counts[one],
                why.get(one) if one in exact or not _quotes(figure) else None,
            )
            for one in ids
        ]

    def _why(
        self,
        figure: str,
        ids: list[str],
        records: pa.Table,
        ruling: pa.Table,
        store: SnapshotStore,
        register: RegisterRisk,
    ) -> dict[str, Said]:
        """A sentence for each of the records; those of a figure that `_quotes` are for records that are told
        exactly."""
        chosen = pa.array(ids, pa.string())
        if figure.startswith(_LEVEL):
            said = told(ruling.select(["record_id", "explanation"]), records, ruling).to_pylist()
            return {str(row["record_id"]): _text(row["explanation"]) for row in said}
        if figure in ("unmatched", "doubtful"):
            matches = store.read_table(
                register.spec.id, register.snapshot, "matches", columns=["record_id", "reason"]
            )
            rows = matches.filter(pc.is_in(matches["record_id"], value_set=chosen)).to_pylist()
            found = {str(row["record_id"]): reason_told(register, row) for row in rows}
            return {one: _text(reason) for one, reason in found.items() if reason}
        if figure.startswith(_STOPPED):
            return {one: _text(figure.removeprefix(_STOPPED)) for one in ids}
        if figure in ("conflicts", "withheld"):
            own = self.edits.filter(pc.is_in(self.edits["record_id"], value_set=chosen))
            rows = own.select(["record_id", figure]).to_pylist()
            return {str(row["record_id"]): _text("; ".join(row[figure] or ())) for row in rows}
        return {
            one: Said(
                "It adds {statements} statements, {references} references and {labels} texts.",
                {
                    "statements": len(content.statements),
                    "references": len(content.references),
                    "labels": _texts(content),
                },
            )
            for one in ids
            if (content := self.contents.get(one))
        }


def _quotes(figure: str) -> bool:
    """Whether the sentence repeats what an item or a candidate says, which tells where the record lies."""
    return figure in ("conflicts", "unmatched", "doubtful")


def _texts(content: Content) -> int:
    return len(content.labels) + len(content.descriptions) + sum(map(len, content.aliases.values()))


def _words(key: str) -> Said:
    if key in _WORDS:
        return Said(_WORDS[key])
    for prefix, template in (
        (_STOPPED, "edits that would not be sent: {what}"),
        (_FOUND, "findings that people on the wiki would object to: {what}"),
        (_LEVEL, "records of the level {what}"),
        (_GROUP, "edits of the group {what}"),
    ):
        if key == _GROUP:
            return Said("edits whose group is not known or not told")
        if key.startswith(prefix):
            return Said(template, {"what": key.removeprefix(prefix)})
    raise KeyError(key)


def _text(text: str) -> Said:
    return Said(shorten(printable(text), _LONGEST))
