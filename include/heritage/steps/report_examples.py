"""Edits of a proposal as the report shows and counts them, cut to what may be told."""

import math
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from heritage.disclosure.gate import for_wiki
from heritage.model.edit import (
    Content,
    CoordinateValue,
    ItemValue,
    MonolingualValue,
    QuantityValue,
    Statement,
    TextValue,
    TimeValue,
    UnknownValue,
    Value,
)
from heritage.model.evidence import Level
from heritage.model.governance import Proposal
from heritage.model.tables import RECORDS
from heritage.ports.files import SnapshotStore
from heritage.ports.reports import (
    Addition,
    EditExample,
    Together,
)
from heritage.spec.dataset import DatasetSpec
from heritage.statements.content_json import from_json
from heritage.statements.date_text import told as told_date
from heritage.statements.properties import START
from heritage.statements.selection import cuts_of, union
from heritage.steps.report_danger import text
from heritage.steps.report_parts import ReportSizes

_WORST_FIRST = {level.value: -(level.number or 0) for level in Level}


def edit_examples(
    proposal: Proposal,
    spec: DatasetSpec,
    shown: pd.DataFrame,
    store: SnapshotStore,
    sizes: ReportSizes,
    labels: Mapping[str, str],
) -> tuple[EditExample, ...]:
    """A few of the proposal's edits in full: the most endangered records and the richest edits first, with a
    new item among them if there is any. `labels` name items better than the register's own terms do."""
    edits = _richest(proposal, shown, store, sizes.examples)
    chosen = edits.head(sizes.examples)
    new = edits[edits["qid"].isna()]
    if len(new) and not chosen["qid"].isna().any():
        chosen = pd.concat([chosen.head(sizes.examples - 1), new.head(1)])
    words = {**_words(spec), **labels}
    return tuple(
        EditExample(
            name=text(row["name"]) or row["record_id"],
            qid=text(row["qid"]),
            additions=tuple(_additions(row["content"], words)),
        )
        for _, row in chosen.iterrows()
    )


def _richest(proposal: Proposal, shown: pd.DataFrame, store: SnapshotStore, most: int) -> pd.DataFrame:
    """So many edits at least and one new item, if there are: of the most endangered records first, and the
    richest of them. One level after the other, for to cut edits to a proposal takes a while."""
    edits = _edits(proposal, store)
    edits = edits.filter(pc.is_in(edits["record_id"], pa.array(shown.index, pa.string())))
    columns = [name for name in RECORDS.names if name != "source_row"]
    records = store.read_table(proposal.dataset, proposal.snapshot, "records", columns=columns)
    risk = store.read_table(proposal.dataset, proposal.snapshot, "risk")
    order = edits["level"].to_pandas().map(_WORST_FIRST)
    found, enough = pd.DataFrame({name: [] for name in (*edits.column_names, "content")}), False
    for level in sorted(order.unique()):
        wanted = order == level
        if enough:
            wanted &= edits["qid"].to_pandas().isna()
        some = _still_told(_cut_to([proposal], edits.filter(pa.array(wanted))), records, risk).to_pandas()
        contents = some["additions"].map(from_json)
        some = some.assign(
            content=contents, statements=contents.map(lambda content: -len(content.statements))
        ).sort_values(["statements", "edit_id"], kind="stable")
        found = pd.concat([found, some]) if len(found) else some
        enough = len(found) >= most
        if enough and found["qid"].isna().any():
            break
    return found


def _still_told(edits: pa.Table, records: pa.Table, risk: pa.Table) -> pa.Table:
    """Those of which disclosure keeps back today what it kept back when they were rehearsed."""
    ids = edits["record_id"].combine_chunks()
    today = for_wiki(records.filter(pc.is_in(records["record_id"], ids)), risk)
    kept_back = dict(zip(today["record_id"].to_pylist(), today["withheld"].to_pylist(), strict=True))
    then = zip(ids.to_pylist(), edits["withheld"].to_pylist(), strict=True)
    return edits.filter(
        pa.array([kept_back.get(one) == (withheld or []) for one, withheld in then], pa.bool_())
    )


def together(ranked: Sequence[Proposal], store: SnapshotStore) -> Together:
    """What approving all of these would do, each item counted once."""
    edits, new, minutes = 0, 0, 0.0
    for dataset in sorted({p.dataset for p in ranked}):
        proposals = [p for p in ranked if p.dataset == dataset]
        rows = _cut_to(proposals, _edits(proposals[0], store))
        edits += rows.num_rows
        new += rows["qid"].null_count
        minutes += rows.num_rows * max(
            (p.rehearsal.minutes / p.rehearsal.edits for p in proposals if p.rehearsal.edits), default=0.0
        )
    return Together(edits, new, minutes)


def _edits(proposal: Proposal, store: SnapshotStore) -> pa.Table:
    """All that were rehearsed with it, of every kind."""
    return store.read_table(proposal.dataset, proposal.snapshot, "edits", inputs=proposal.edits_digest)


def _cut_to(proposals: Sequence[Proposal], edits: pa.Table) -> pa.Table:
    """The edits of proposals of one dataset and one rehearsal, one row an item."""
    rows = union(edits, cuts_of(proposals))
    return rows.filter(pc.not_equal(rows["additions"], pa.scalar("{}")))  # what would add nothing is no edit


def _additions(content: Content, words: Mapping[str, str]) -> Iterator[Addition]:
    for lang, said in content.labels.items():
        yield Addition("label", lang, said)
    for lang, said in content.descriptions.items():
        yield Addition("description", lang, said)
    for lang, texts in content.aliases.items():
        yield from (Addition("alias", lang, said) for said in texts)
    for statement in content.statements:
        yield Addition("statement", statement.property, _said(statement, words))
    for reference in content.references:
        yield Addition("reference", reference.property, "")


def _said(statement: Statement, words: Mapping[str, str]) -> str:
    value, beside = statement.value, statement.qualifiers
    if isinstance(value, TimeValue | UnknownValue):
        return told_date(value, beside)
    since = (s.value for s in beside if s.property == START and isinstance(s.value, TimeValue))
    return ", since ".join([_in_words(value, words), *map(told_date, since)])


def _in_words(value: Value, words: Mapping[str, str]) -> str:
    match value:
        case ItemValue(qid):
            return f"{words[qid]} ({qid})" if qid in words else qid
        case TextValue(said) | MonolingualValue(_, said):
            return said
        case CoordinateValue(lat, lon, precision):
            digits = max(0, round(-math.log10(precision))) if precision > 0 else 6
            return f"{lat:.{digits}f}, {lon:.{digits}f}"
        case QuantityValue(amount):
            return amount.removeprefix("+")
        case TimeValue() | UnknownValue():
            return told_date(value)


def _words(spec: DatasetSpec) -> dict[str, str]:
    """Items to the register's own terms for them."""
    item = spec.item
    terms: dict[str, str] = {}
    designation = item.designation if isinstance(item.designation, dict) else {}
    for lookup in (item.countries, item.classes, designation, item.admin):
        for term, qid in lookup.items():
            terms.setdefault(qid, term)
    if isinstance(item.designation, str):
        terms.setdefault(item.designation, spec.title)
    if item.register_item:
        terms.setdefault(item.register_item, spec.title)
    return terms
