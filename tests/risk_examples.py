"""A few registers after the step `flag`, with sites of every level, class and doubt: for the pages on risk.

All of it is made up, places of towns apart.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from heritage.adapters.files import FileStore
from heritage.adapters.outlines import Outlines
from heritage.adapters.reports.world_map import Atlas
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.model.tables import EVIDENCE, HISTORY, MATCHES, RECORDS, RISK, TASKS
from heritage.ports.risk_pages import Chosen, Mark, RiskList, SitePage, View
from heritage.spec.dataset import DatasetSpec
from heritage.steps.risk_list import Sites, risk_list
from heritage.steps.risk_map import marks
from heritage.steps.risk_site import site_page
from heritage.steps.risk_sites import read_register
from heritage.web.services import RiskServices
from register_examples import VOCABULARIES, description, fetched, pulled

TODAY = date(2026, 11, 21)
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OUTLINES = VOCABULARIES / "natural_earth" / "countries_110m.geojson"
LEVELS = {"none_known": 0, "watch": 1, "vulnerable": 2, "at_risk": 3, "critical": 4, "lost": 5}


@dataclass
class Site:
    """A record with its ruling, what is said of it, and what is open about it."""

    id: str
    name: str
    level: str
    lat: float | None = None
    lon: float | None = None
    country: str | None = "Q34"
    disclosure: str = "S0"
    rules: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    seen: date = date(2026, 6, 1)
    said: str = "in very bad condition"
    source: str = "A survey of condition"
    url: str = "https://survey.example/report"
    distance_m: float | None = None
    task: str | None = None
    before: str | None = None
    qid: str | None = None
    record: dict[str, Any] = field(default_factory=dict)
    ruling: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass
class Registers:
    """A store with good snapshots, and the pages' services over it."""

    folder: Path
    specs: dict[str, DatasetSpec] = field(default_factory=dict)
    snapshots: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store = FileStore(str(self.folder / "data"))
        self.vocabularies = YamlVocabularies(VOCABULARIES)

    def add(
        self, dataset: str, title: str, sites: list[Site], *, older: bool = False, **spec: Any
    ) -> "Registers":
        """A register; an `older` one was flagged before evidence, history and tasks were kept."""
        self.specs[dataset] = DatasetSpec.model_validate(description(id=dataset, title=title, **spec))
        capture, _ = self.store.capture(
            self.specs[dataset], pulled(fetched("list.csv", f"{dataset} {len(sites)}".encode(), "")), AT
        )
        self.snapshots[dataset] = capture.snapshot
        risk = RISK if not older else pa.schema([f for f in RISK if f.name not in _NEW_COLUMNS])
        tables: dict[str, tuple[list[dict[str, Any]], pa.Schema]] = {
            "records": ([_record(dataset, s) for s in sites], RECORDS),
            "risk": ([_ruling(s) for s in sites], risk),
            "matches": ([_match(s) for s in sites if s.qid], MATCHES),
        }
        if not older:
            tables |= {
                "evidence": (
                    [_evidence(dataset, s) for s in sites if s.level != "unknown" or s.flags],
                    EVIDENCE,
                ),
                "history": ([line for s in sites for line in _history(s)], HISTORY),
                "tasks": ([_task(s) for s in sites if s.task], TASKS),
            }
        for name, (rows, schema) in tables.items():
            known = [{k: v for k, v in row.items() if k in schema.names} for row in rows]
            table = pa.Table.from_pylist(known, schema=schema)
            self.store.write_table(dataset, capture.snapshot, name, table, inputs=f"{name}-1")
        self.store.mark_good(dataset, capture.snapshot, AT)
        return self

    def sites(self) -> Sites:
        rules = self.vocabularies.disclosure()
        read = [
            read_register(spec, self.snapshots[dataset], store=self.store, rules=rules, today=TODAY)
            for dataset, spec in self.specs.items()
        ]
        return Sites.of(read, Atlas(OUTLINES).country_names, self.vocabularies.causes().names)

    def services(self) -> RiskServices:
        sites = self.sites()

        def listed(chosen: Chosen, page: int) -> RiskList:
            return risk_list(sites, chosen, page)

        def drawn(chosen: Chosen, view: View) -> list[Mark]:
            return marks(sites, chosen, view)

        def one(dataset: str, record_id: str) -> SitePage | None:
            rules = self.vocabularies.disclosure()
            return site_page(sites, dataset, record_id, store=self.store, rules=rules, today=TODAY)

        return RiskServices(listed, drawn, one, Outlines(OUTLINES.parent).geojson)


_NEW_COLUMNS = {"last_level", "area_degrees", "disclosure_basis"}


def _record(dataset: str, site: Site) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "record_id": site.id,
        "kind": "monument",
        "name": site.name,
        "lang": "en",
        "names": [{"lang": "en", "text": site.name}],
        "country": site.country,
        "lat": site.lat,
        "lon": site.lon,
        "precision_m": 10.0,
        "url": "https://register.example/entry",
        **site.record,
    }


def _ruling(site: Site) -> dict[str, Any]:
    number = LEVELS.get(site.level, 0)
    words = site.level.replace("_", " ").capitalize()
    explanation = (
        "Unknown: no source speaks of it, which does not mean that it is safe."
        if site.level == "unknown"
        else f'{words} (high confidence): {site.said} ({site.source}, "Very bad", seen {site.seen}); '
        "holds until 2027-12-01."
    )
    return {
        "record_id": site.id,
        "level": site.level,
        "confidence": None if site.level == "unknown" else "high",
        "support": None if site.level == "unknown" else 0.7 + number / 100,
        "flags": list(site.flags),
        "explanation": explanation,
        "next_expiry": None if site.level == "unknown" else date(2027, 12, 1),
        "last_level": "at_risk" if "stale" in site.flags else None,
        "disclosure": site.disclosure,
        "disclosure_rules": list(site.rules),
        "disclosure_reason": "; ".join(f"{rule}: it must not be found" for rule in site.rules)
        or "No rule asks for less than the place as the register gives it.",
        "review_by": date(2028, 11, 21),
        "area_degrees": 0.5,
        "disclosure_basis": "rules",
        **site.ruling,
    }


def _evidence(dataset: str, site: Site) -> dict[str, Any]:
    ended = "stale" in site.flags
    return {
        "evidence_id": f"e-{site.id}",
        "record_id": site.id,
        "axis": "exposure" if site.distance_m is not None else "state",
        "scheme": "eamena_condition",
        "scheme_version": 1,
        "raw_value": "Very bad",
        "meaning": site.said,
        "level": LEVELS.get(site.level, 3),
        "reliability": "A",
        "credibility": 2,
        "cap": 5,
        "causes": list(site.causes),
        "observed": site.seen,
        "valid_until": TODAY - timedelta(days=9) if ended else date(2027, 12, 1),
        "source": site.source,
        "url": site.url,
        "register": dataset,
        "snapshot": "s",
        "licence": "CC0-1.0",
        "independence_group": "survey",
        "relation": "within" if site.distance_m is not None else "same",
        "distance_m": site.distance_m,
        "uncertainty_m": None if site.distance_m is None else 1200.0,
        "assessor": "",
        "status": "live",
        "close_reason": "",
        **site.evidence,
    }


def _history(site: Site) -> list[dict[str, Any]]:
    levels = [level for level in (site.before, site.level) if level]
    days = [date(2025, 3, 1), date(2026, 6, 2)][-len(levels) :]
    befores = [None, *levels]
    return [
        {"record_id": site.id, "day": day, "before": before, "after": after, "explanation": "As seen then."}
        for day, before, after in zip(days, befores, levels, strict=False)
    ]


def _task(site: Site) -> dict[str, Any]:
    about = {"task_id": f"t-{site.id}", "record_id": site.id, "kind": site.task}
    return about | {"question": f"How is {site.name} now?", "since": date(2026, 10, 1)}


def _match(site: Site) -> dict[str, Any]:
    return {"record_id": site.id, "decision": "match", "qid": site.qid, "probability": 0.999, "reason": "so"}


WORLD = [
    Site(
        "w/1",
        "Old mill of Visby",
        "critical",
        57.64,
        18.29,
        causes=("natural",),
        before="at_risk",
        qid="Q1000001",
        task="recheck",
    ),
    Site(
        "w/2",
        "Clock tower of Tripoli",
        "lost",
        32.9,
        13.18,
        "Q1016",
        causes=("military-armed-conflict",),
        before="critical",
    ),
    Site(
        "w/3",
        "Mud brick mosque",
        "critical",
        16.77,
        -3.0,
        "Q912",
        causes=("natural", "looting-illegal-activities"),
    ),
    Site("w/4", "Harbour baths", "at_risk", 45.44, 12.33, "Q38", causes=("natural", "tourism-visitor")),
    Site(
        "w/5",
        "Railway works",
        "at_risk",
        53.38,
        -1.47,
        "Q145",
        causes=("management-and-institutional-factors",),
        flags=("conflicting",),
        task="conflicting",
    ),
    Site("w/6", "Weavers' houses", "at_risk", 41.72, 44.78, "Q230", causes=("building-and-development",)),
    Site(
        "w/7",
        "Sugar mill",
        "vulnerable",
        -8.05,
        -34.9,
        "Q155",
        causes=("natural",),
        distance_m=820.0,
        said="flooded within the last month",
        source="A flood map",
    ),
    Site(
        "w/8",
        "Observatory",
        "vulnerable",
        19.43,
        -99.13,
        "Q96",
        causes=("natural",),
        distance_m=0.0,
        said="shaken by an earthquake",
        source="A map of shaking",
    ),
    Site("w/9", "Timber church", "watch", 61.3, 8.5, "Q20", causes=("natural",), seen=date(2024, 4, 1)),
    Site("w/10", "Bridge of the salt road", "none_known", 47.37, 8.54, "Q39", seen=date(2022, 4, 1)),
    Site("w/11", "Printing house", "unknown", 35.68, 139.69, "Q17"),
    Site(
        "w/12",
        "Lighthouse",
        "unknown",
        -33.92,
        18.42,
        "Q258",
        flags=("stale",),
        seen=date(2023, 1, 5),
        task="recheck",
    ),
    Site(
        "w/13",
        "Coral stone town",
        "at_risk",
        -6.16,
        39.19,
        "Q924",
        causes=("building-and-development",),
        flags=("candidate_lost",),
        task="candidate_lost",
    ),
    Site("w/14", "Terraced fields", "watch", 14.6, 121.0, "Q928", causes=("agricultural-pastoral",)),
    Site(
        "w/15", "Wooden synagogue", "unknown", 54.69, 25.28, "Q37", flags=("unverified",), task="unverified"
    ),
]
NORTH = [
    Site(
        f"n {n}",
        f"Farmstead {n}",
        level,
        58.0 + (n * 7 % 40) / 10,
        13.0 + (n * 11 % 45) / 10,
        causes=("natural",) if n % 2 else ("building-and-development",),
        seen=date(2026 - n % 5, 5, 1),
    )
    for n, level in enumerate(["at_risk", "watch", "unknown", "vulnerable", "none_known", "unknown"] * 7)
]
GUARDED = [
    Site(
        "g1",
        "Burial mounds",
        "critical",
        57.123456,
        12.345678,
        disclosure="S3",
        rules=("R4",),
        causes=("looting-illegal-activities",),
    ),
    Site(
        "g2",
        "Rock carvings",
        "at_risk",
        58.123456,
        11.345678,
        disclosure="S4",
        rules=("R5",),
        causes=("tourism-visitor",),
        qid="Q1000002",
    ),
    Site("g3", "Hidden shrine", "critical", 59.123456, 15.345678, disclosure="S5", rules=("R2",)),
]


def registers(folder: Path) -> Registers:
    """Three registers, one of which protects what it lists."""
    made = Registers(folder).add("world_sample", "Sample list of the world", WORLD)
    made.add("se_farms", "Sample register of farmsteads", NORTH)
    return made.add("se_guarded", "Sample register of remains", GUARDED)
