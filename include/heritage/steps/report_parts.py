"""The parts of the report, each read from a snapshot's tables and cut to what may be shown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from heritage.disclosure.evidence_gate import told
from heritage.disclosure.gate import place_for_export, publishable
from heritage.licence.leaving import LetOut
from heritage.model.arrow import pc
from heritage.model.disclosure import Disclosure
from heritage.ports.files import SnapshotStore
from heritage.ports.reports import (
    PLACES,
    CountryCount,
    DatasetView,
    Fact,
    ProtectedExample,
    Protection,
    RiskView,
)
from heritage.ports.risk_pages import FLAGS
from heritage.spec.dataset import DatasetSpec
from heritage.statements.selection import ENDANGERED
from heritage.steps.figures import dataset_figures
from heritage.steps.report_danger import Danger, text
from heritage.steps.risk_sites import RegisterRisk, ranked_levels


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
    risk = store.read_table(dataset, snapshot, "risk", columns=["disclosure", "disclosure_rules"])
    rulings = risk.filter(pc.not_equal(risk["disclosure"], Disclosure.S0.value))
    if not rulings.num_rows:
        return None
    classes = Counter(map(str, rulings["disclosure"].to_pylist()))
    rules = Counter(map(str, pc.list_flatten(rulings["disclosure_rules"]).to_pylist()))
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


def _engagement(spec: DatasetSpec) -> Iterator[Fact]:
    facts = spec.relevance
    if facts.community_request:
        yield Fact("A local community asked for this.", facts.community_request)
    if facts.planned_reuse:
        yield Fact("Its reuse is planned and dated.", facts.planned_reuse)
    if facts.partner_engaged:
        yield Fact("The owner of the data takes part.", facts.partner_engaged)
