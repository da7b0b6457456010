"""What a register itself says of danger: of its own records, or, at risk, of those that its rows name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.mapping import World
from heritage.mapping.columns import Columns
from heritage.mapping.kept_rows import kept_columns
from heritage.model.arrow import pc, with_columns
from heritage.model.digest import digest_json
from heritage.model.evidence import Status
from heritage.model.figures import placeless
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.tables import EVIDENCE
from heritage.ports.files import SnapshotStore
from heritage.ports.vocabularies import Vocabularies
from heritage.risk.ledger import Pull, vanished
from heritage.risk.rows import with_ids
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.spec.thresholds import SnapshotRules
from heritage.steps.evidence import EvidenceRead, Fault, Means, read_evidence

_TOLD = 200  # unknown terms that a message names: all of them, unless the column is another one altogether
_SHOWN = 5  # texts of dates, as examples
_MARKS = {IssueCode.RISK_UNDATED: "without a date", IssueCode.RISK_FUTURE: "dated later than the pull"}


@dataclass(frozen=True, slots=True)
class OwnEvidence:
    """`table` has the schema EVIDENCE, `property` null for the register's own records; `unnamed` counts rows
    of an at-risk register that say something and name nobody."""

    table: pa.Table
    read: EvidenceRead
    pull: Pull
    unnamed: int


def own_evidence(
    loaded: LoadedSpec, snapshot: str, *, store: SnapshotStore, vocabularies: Vocabularies, world: World
) -> OwnEvidence:
    """Reads the evidence of a snapshot that is mapped. Raises SourceChanged when a column of it is gone."""
    spec = loaded.spec
    columns = ["record_id", "url", *(["source_row"] if spec.risk else [])]
    records = store.read_table(spec.id, snapshot, "records", columns)
    seen = store.last_seen(spec.id, snapshot).date()
    return evidence_in(spec, snapshot, records, seen, vocabularies=vocabularies, world=world)


def evidence_in(
    spec: DatasetSpec,
    snapshot: str,
    records: pa.Table,
    seen: date,
    *,
    vocabularies: Vocabularies,
    world: World,
) -> OwnEvidence:
    """The evidence in records with their id, url and source_row; the register said so last on the day `seen`.

    Raises SourceChanged when a column of it is gone, SpecError when there is no such scheme.
    """
    schemes = {listing.scheme: vocabularies.scheme(listing.scheme) for listing in spec.risk}
    means = Means(schemes, vocabularies.causes(), world.dates(spec.record.name), seen)
    names = [column for listing in spec.risk for column in listing.read()]
    names += [column for subject in spec.subjects for column in subject.id.read()]
    cells = kept_columns(records["source_row"] if names else [], names, spec.harvest.empty)
    read = read_evidence(spec, snapshot, records.select(["record_id", "url"]), cells, means)
    table, unnamed = read.table, 0
    if spec.kind == "at_risk":
        table, unnamed = _of_subjects(spec, records, cells, read.table)
    pull = Pull(
        snapshot,
        schemes=frozenset(schemes),
        closes=spec.absence == "closes",
        unread=read.unread,
        taken_back=read.taken_back,
    )
    return OwnEvidence(table, read, pull, unnamed)


def own_inputs(spec: DatasetSpec, snapshot: str, store: SnapshotStore, vocabularies: Vocabularies) -> str:
    """A digest of everything that the own evidence is made from."""
    schemes = [vocabularies.scheme(listing.scheme).model_dump(mode="json") for listing in spec.risk]
    causes = vocabularies.causes().model_dump(mode="json") if spec.risk else None
    seen = store.last_seen(spec.id, snapshot).date().isoformat() if spec.risk else ""
    return digest_json([store.digest(spec.id, snapshot, "records"), spec.digest(), schemes, causes, seen])


def previous_good(loaded: LoadedSpec, snapshot: str, store: SnapshotStore) -> str | None:
    """The good snapshot that this one was compared with; None for the first one, or where nothing was checked
    (a preview)."""
    try:
        found = store.read_json(loaded.spec.id, snapshot, "checks").get("compared_with")
    except FileNotFoundError:
        return None
    return str(found) if found else None


def earlier_evidence(spec: DatasetSpec, snapshot: str | None, store: SnapshotStore) -> pa.Table | None:
    """What stood in the table `evidence` of a snapshot; None when there is none."""
    if snapshot is None:
        return None
    try:
        return store.read_table(spec.id, snapshot, "evidence", EVIDENCE.names).cast(EVIDENCE)
    except FileNotFoundError:
        return None


def from_register(table: pa.Table | None, register: str) -> pa.Table | None:
    """The rows that one register, layer or wiki said."""
    return None if table is None else table.filter(pc.equal(table["register"], register))


def evidence_issues(
    spec: DatasetSpec, own: OwnEvidence, before: pa.Table | None, rules: SnapshotRules
) -> Iterator[Issue]:
    """What the check of a snapshot says of its evidence.

    A term that nobody knows stops an at-risk register: half understood, it would close what it still says.
    In another register, whose records are good without it, an engineer is asked when more rows are not
    understood than may be rejected. So it is with evidence that is refused for its date. Evidence that is
    gone without a word is asked about before it is closed. What the description names and no row says is
    told, for it may name the wrong thing.
    """
    listing, spoke = spec.kind == "at_risk", max(own.read.spoke, 1)
    unknown = [f for f in own.read.faults if f.code is IssueCode.RISK_UNMAPPED]
    if unknown:
        rows = sum(fault.records for fault in unknown)
        asks = Severity.ASK if rows / spoke > rules.rejected_ask else Severity.NOTE
        terms = [
            f"{placeless(f.value)!r} in {f.column} ({f.records}, {f.vocabulary})" for f in unknown[:_TOLD]
        ]
        more = f" and {len(unknown) - _TOLD} more" if len(unknown) > _TOLD else ""
        hint = (
            f"{len(unknown)} unknown terms in {rows} places: {', '.join(terms)}{more}. "
            f"{IssueCode.RISK_UNMAPPED.remedy}"
        )
        severity = Severity.STOP if listing else asks
        yield Issue(IssueCode.RISK_UNMAPPED, severity, spec.id, field=unknown[0].column, hint=hint)
    for code, words in _MARKS.items():
        refused = [fault for fault in own.read.faults if fault.code is code]
        rows = sum(fault.records for fault in refused)
        if rows:
            share = rows / spoke
            severity = Severity.ASK if share > rules.rejected_ask else Severity.NOTE
            if listing and share > rules.rejected_stop:
                severity = Severity.STOP
            hint = (
                f"{rows} of {spoke} rows with evidence ({share:.1%}) are {words}, the first of record "
                f"{refused[0].first}: {_texts(refused)}. {code.remedy}"
            )
            yield Issue(code, severity, spec.id, field=refused[0].column, hint=hint)
    yield from _nothing(spec, own)
    gone = vanished(own.table, before, own.pull) if before is not None else 0
    if gone and before is not None:
        live = int(pc.sum(pc.equal(before["status"], Status.LIVE.value)).as_py() or 0)
        severity = Severity.ASK if gone / live > rules.vanished_ask else Severity.NOTE
        hint = f"{gone} of {live} ({gone / live:.1%}). {IssueCode.RISK_VANISHED.remedy}"
        yield Issue(IssueCode.RISK_VANISHED, severity, spec.id, hint=hint)


def _texts(faults: Sequence[Fault]) -> str:
    """What stands in place of a date, the most frequent first."""
    shown = [
        f"{placeless(f.value)!r} ({f.records})" if f.value else f"empty ({f.records})"
        for f in faults[:_SHOWN]
    ]
    return ", ".join(shown) + (", …" if len(faults) > _SHOWN else "")


def _nothing(spec: DatasetSpec, own: OwnEvidence) -> Iterator[Issue]:
    """Listings that no row speaks to, and rows that speak of nobody. Of an at-risk register that says
    nothing at all, a person is asked."""
    read = own.read
    for listing in read.silent:
        of = " and ".join(f"{name} is {' or '.join(words)}" for name, words in listing.when.items())
        hint = f"{listing.scheme} is read of no row{f' of those where {of}' if of else ''}. "
        nobody = spec.kind == "at_risk" and not read.spoke
        yield Issue(
            IssueCode.RISK_SILENT,
            Severity.ASK if nobody else Severity.NOTE,
            spec.id,
            field=listing.field.name(),
            hint=hint + IssueCode.RISK_SILENT.remedy,
        )
    if own.unnamed:
        columns = ", ".join(dict.fromkeys(name for subject in spec.subjects for name in subject.id.read()))
        hint = f"{own.unnamed} of {read.spoke} rows with evidence. {IssueCode.RISK_UNNAMED.remedy}"
        severity = Severity.NOTE if own.table.num_rows else Severity.ASK
        yield Issue(IssueCode.RISK_UNNAMED, severity, spec.id, field=columns, hint=hint)


def told_faults(spec: DatasetSpec, own: OwnEvidence) -> Iterator[Issue]:
    """A note for each term that nobody knows and each refused date, with the first record that carries it."""
    for fault in own.read.faults:
        remedy = fault.code.remedy
        if fault.code is IssueCode.RISK_UNMAPPED:
            remedy = f"Add it to datasets/_vocabularies/risk/{fault.vocabulary}.yaml."
        hint = f"{fault.records} record{'s carry' if fault.records != 1 else ' carries'} it. {remedy}"
        yield Issue(
            fault.code,
            Severity.NOTE,
            spec.id,
            record_id=fault.first,
            field=fault.column,
            value=fault.value,
            hint=hint,
        )


def _of_subjects(
    spec: DatasetSpec, records: pa.Table, cells: Columns, read: pa.Table
) -> tuple[pa.Table, int]:
    """The evidence of the rows as evidence about those whom they name, and how many rows name nobody."""
    ids = records["record_id"].combine_chunks()
    named = []
    for subject in spec.subjects:
        parts = cells.parts(subject.id)
        frame = pd.DataFrame({"row": parts.rows, "subject": parts.texts.to_pylist()})
        named.append(frame.assign(property=subject.property, relation=subject.relation))
    subjects = pd.concat(named).drop_duplicates(["row", "property", "subject"])
    rows = pc.index_in(read["record_id"].combine_chunks(), value_set=ids).to_numpy(zero_copy_only=False)
    about = pd.DataFrame({"row": rows, "item": np.arange(len(rows))}).merge(subjects, on="row")
    unnamed = len(set(rows.tolist()) - set(about["row"]))
    table = read.take(about["item"].to_numpy(dtype=np.int64))
    columns: dict[str, Any] = {"entry": table["record_id"]}
    for name, given in (("record_id", "subject"), ("property", "property"), ("relation", "relation")):
        columns[name] = pa.array(about[given].tolist(), pa.string())
    return with_ids(with_columns(table, columns)), unnamed
