"""The parts of the report, each read from a snapshot's tables and cut to what may be shown."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from heritage.disclosure.evidence_gate import told
from heritage.disclosure.gate import for_wiki, place_for_export, publishable
from heritage.licence.leaving import LetOut
from heritage.model.disclosure import Disclosure
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
    PLACES,
    Addition,
    CountryCount,
    DatasetView,
    EditExample,
    Fact,
    ProtectedExample,
    Protection,
    RiskView,
    Together,
)
from heritage.ports.risk_pages import FLAGS
from heritage.spec.dataset import DatasetSpec
from heritage.statements.content_json import from_json
from heritage.statements.date_text import told as told_date
from heritage.statements.properties import START
from heritage.statements.selection import ENDANGERED, cuts_of, union
from heritage.steps.figures import dataset_figures
from heritage.steps.report_danger import Danger, text
from heritage.steps.risk_sites import RegisterRisk, ranked_levels

_WORST_FIRST = {level.value: -(level.number or 0) for level in Level}


@dataclass(frozen=True, slots=True)
class ReportSizes:
    """How much of long lists a report carries; counts are always of everything."""

    examples: int = 5
    endangered: int = 200


DEFAULT_SIZES = ReportSizes()


def shown_records(register: RegisterRisk) -> pd.DataFrame:
    """The records of a snapshot that may be shown, as the disclosure gate lets them out, by record id.

    Columns: name, lang, country, url, withheld, level, explanation, next_expiry, endangered, and lat, lon and
    cell_degrees in degrees (NaN where no place may be shown or none is known, and for no cell).
    """
    records, risk = register.records, register.summary
    columns = ["record_id", "name", "lang", "country", "url", "withheld"]
    shown = publishable(records, risk).select(columns).to_pandas().set_index("record_id")
    spots = place_for_export(records, risk).to_pandas().set_index("record_id")
    spots = spots[["lat", "lon", "cell_degrees"]]
    said = told(risk.select(["record_id", "level", "explanation", "next_expiry"]), records, risk)
    why = said.to_pandas().set_index("record_id")
    shown = shown.join(why, validate="one_to_one").join(spots, validate="one_to_one")
    return shown.assign(endangered=shown["level"].isin(ENDANGERED))


def risk_view(register: RegisterRisk, cause_names: Mapping[str, str]) -> RiskView:
    """Counts of the sites that may be shown, by level, cause and doubt."""
    sites = register.sites
    causes = Counter(cause for some in sites["causes"] for cause in some if cause in cause_names)
    doubts = {flag: int((sites["flags"] & 1 << bit).astype(bool).sum()) for bit, flag in enumerate(FLAGS)}
    return RiskView(
        levels=ranked_levels(sites["rank"]),
        causes=tuple((cause_names[cause], count) for cause, count in causes.most_common()),
        doubts={flag: count for flag, count in doubts.items() if count},
        questions=int((sites["tasks"] > 0).sum()),
        at_war=register.told_less,
    )


def places(dataset: str, shown: pd.DataFrame) -> pa.Table:
    """The points of a dataset's map, schema PLACES."""
    placed = shown.dropna(subset=["lat", "lon"])
    columns = placed[["lat", "lon", "endangered", "level"]].assign(dataset=dataset)
    return pa.Table.from_pandas(columns, schema=PLACES, preserve_index=False)


def country_counts(
    shown: Iterable[pd.DataFrame], let_out: Iterable[pd.DataFrame]
) -> tuple[CountryCount, ...]:
    """Counts by country over all datasets, most endangered records first; only what is let out is on the
    map."""
    frames = [
        frame[["country", "endangered"]].assign(lat=out["lat"].reindex(frame.index))
        for frame, out in zip(shown, let_out, strict=True)
    ]
    if not frames:
        return ()
    together = pd.concat(frames).assign(country=lambda f: f["country"].astype(object).fillna(""))
    counts = together.groupby("country").agg(
        records=("endangered", "size"), endangered=("endangered", "sum"), placed=("lat", "count")
    )
    counts = counts.sort_values(["endangered", "records"], ascending=False, kind="stable")
    return tuple(
        CountryCount(str(country) or None, int(row.records), int(row.endangered), int(row.placed))
        for country, row in counts.iterrows()
    )


def dataset_view(
    register: RegisterRisk,
    shown: pd.DataFrame,
    let_out: LetOut,
    listed: Danger,
    cause_names: Mapping[str, str],
    store: SnapshotStore,
) -> DatasetView:
    """Provenance, counts and endangered records of one dataset; `shown` are those that are let out."""
    spec, snapshot = register.spec, register.snapshot
    figures = dataset_figures(spec.id, snapshot, store=store)
    return DatasetView(
        title=spec.title,
        description=spec.description,
        publisher=spec.publisher.name,
        licence=spec.licence.id,
        licence_evidence=spec.licence.evidence,
        source=spec.harvest.url,
        engagement=tuple(_engagement(spec)),
        ethics_note=spec.ethics_note,
        ethics_note_by=spec.ethics_note_by.name if spec.ethics_note_by else "",
        ethics_note_on=spec.ethics_note_by.written if spec.ethics_note_by else None,
        figures=figures,
        endangered=listed.records,
        endangered_more=listed.more,
        kept_back=let_out.kept_back,
        credit=let_out.credit,
        risk=risk_view(register, cause_names),
        protection=_protection(spec.id, snapshot, shown, store),
    )


def _protection(dataset: str, snapshot: str, shown: pd.DataFrame, store: SnapshotStore) -> Protection | None:
    """What is not shown exactly and why, with one of the sites that are shown as a cell."""
    risk = store.read_table(dataset, snapshot, "risk", columns=["disclosure", "disclosure_rules"]).to_pylist()
    rulings = [row for row in risk if row["disclosure"] != Disclosure.S0]
    if not rulings:
        return None
    classes = Counter(row["disclosure"] for row in rulings)
    rules = Counter(rule for row in rulings for rule in row["disclosure_rules"] or ())
    cells = shown[shown["cell_degrees"].notna() & shown["name"].notna()].sort_index()
    example = None
    if len(cells):
        first = cells.iloc[0]
        left_out = tuple(map(str, first["withheld"]))
        cell = float(first["cell_degrees"])
        example = ProtectedExample(str(first["name"]), text(first["lang"]), cell, left_out)
    return Protection(
        cells=sum(classes[one] for one in (Disclosure.S1, Disclosure.S2, Disclosure.S3)),
        areas=classes[Disclosure.S4],
        withheld=classes[Disclosure.S5],
        reasons=tuple(rules.most_common()),
        example=example,
    )


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
    rehearsed = _rehearsed([proposal], store)
    rehearsed = rehearsed.filter(pc.is_in(rehearsed["record_id"], pa.array(shown.index, pa.string())))
    edits = _still_told(proposal, rehearsed, store).to_pandas()
    contents = edits["additions"].map(from_json)
    edits = edits.assign(
        content=contents,
        statements=contents.map(lambda content: -len(content.statements)),
        order=edits["level"].map(_WORST_FIRST),
    ).sort_values(["order", "statements", "edit_id"], kind="stable")
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


def _still_told(proposal: Proposal, edits: pa.Table, store: SnapshotStore) -> pa.Table:
    """Those of which disclosure keeps back today what it kept back when they were rehearsed."""
    ids = edits["record_id"].combine_chunks()
    columns = [name for name in RECORDS.names if name != "source_row"]
    records = store.read_table(proposal.dataset, proposal.snapshot, "records", columns=columns)
    risk = store.read_table(proposal.dataset, proposal.snapshot, "risk")
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
        rows = _rehearsed(proposals, store)
        edits += rows.num_rows
        new += rows["qid"].null_count
        minutes += rows.num_rows * max(
            (p.rehearsal.minutes / p.rehearsal.edits for p in proposals if p.rehearsal.edits), default=0.0
        )
    return Together(edits, new, minutes)


def _rehearsed(proposals: Sequence[Proposal], store: SnapshotStore) -> pa.Table:
    """The edits of proposals of one dataset and one rehearsal, one row an item."""
    first = proposals[0]
    edits = store.read_table(first.dataset, first.snapshot, "edits", inputs=first.edits_digest)
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


def _engagement(spec: DatasetSpec) -> Iterator[Fact]:
    facts = spec.relevance
    if facts.community_request:
        yield Fact("A local community asked for this.", facts.community_request)
    if facts.planned_reuse:
        yield Fact("Its reuse is planned and dated.", facts.planned_reuse)
    if facts.partner_engaged:
        yield Fact("The owner of the data takes part.", facts.partner_engaged)
