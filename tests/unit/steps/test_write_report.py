"""The step over the real store: the report says what the tables say, and no more than the gate allows."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heritage.adapters.files import FileStore
from heritage.adapters.reports.html import HtmlReportWriter
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.disclosure.grid import snap
from heritage.licence.leaving import Leaves
from heritage.licence.permission import Target
from heritage.model.disclosure import Disclosure
from heritage.model.edit import Content, ItemValue, Kind, Statement, TextValue
from heritage.model.governance import Criteria, Gate, Proposal, Ranked, Rehearsal, Scope
from heritage.model.tables import EDITS, EVIDENCE, MATCHES, RECORDS, REJECTED, RISK
from heritage.ports.reports import PriorityReport
from heritage.spec.dataset import DatasetSpec
from heritage.statements.content_json import to_json
from heritage.steps.figures import dataset_figures
from heritage.steps.judge_licence import facts_of
from heritage.steps.report import write_report
from heritage.steps.report_examples import together
from register_examples import VOCABULARIES, fetched, pulled

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SPEC = DatasetSpec.model_validate(
    {
        "id": "world_list",
        "title": "A list of sites",
        "publisher": {"name": "A publisher"},
        "kind": "site",
        "maintainers": ["somebody"],
        "sample": "synthetic",
        "licence": {"id": "CC0-1.0", "evidence": "https://register.example/terms"},
        "harvest": {"protocol": "csv", "url": "https://register.example/list.csv"},
        "record": {"id": "id", "name": {"en": "name"}},
        "item": {"identifier": "P757", "designation": {"Inscribed": "Q9259"}},
        "checks": {"rows": [0, 1000]},
        "relevance": {"community_request": "https://meta.example/request"},
    }
)
LAT, LON = 34.846941, 67.825252


class StoppedClock:
    def now(self) -> datetime:
        return AT


def risk(
    record_id: str, level: str, disclosure: str, explanation: str = "On the list in danger."
) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "level": level,
        "explanation": explanation,
        "next_expiry": date(2027, 11, 21),
        "disclosure": disclosure,
        "disclosure_reason": "as the test says",
    }


def record(record_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "dataset": "world_list",
        "record_id": record_id,
        "kind": "site",
        "name": f"Site {record_id}",
        "lang": "en",
        "country": "Q28",
        "lat": LAT,
        "lon": LON,
        "url": f"https://register.example/entry/{record_id}",
        **changes,
    }


def edit(record_id: str, number: int, qid: str | None, level: str) -> dict[str, Any]:
    content = Content(
        statements=(
            Statement("P757", TextValue(record_id), Kind.IDENTIFIERS, ()),
            Statement("P1435", ItemValue("Q9259"), Kind.DESIGNATION, ()),
        )
    )
    return {
        "edit_id": f"edit{number:04}",
        "dataset": "world_list",
        "snapshot": "s",
        "record_id": record_id,
        "name": f"Site {record_id}",
        "qid": qid,
        "level": level,
        "kinds": ["designation", "identifiers"] if qid else ["new_items"],
        "content": to_json(content),
        "additions": to_json(content),
    }


def said(record_id: str) -> dict[str, Any]:
    """Evidence by the register itself."""
    facts = {field.name: "" for field in EVIDENCE if field.type == pa.string()} | {"property": None}
    days = dict.fromkeys(("observed", "published", "retrieved", "valid_until"), date(2027, 11, 21))
    known = {"register": "world_list", "licence": "CC0-1.0", "source": "A publisher"}
    figures = {"scheme_version": 1, "level": 4, "credibility": 2, "cap": 5}
    return facts | days | known | figures | {"record_id": record_id, "evidence_id": record_id}


def leaves() -> Leaves:
    licences = YamlVocabularies(VOCABULARIES).licences()
    return Leaves(Target.EXPORT, licences, (), AT.date(), {SPEC.id: facts_of(SPEC, "")}.get)


class Bench:
    """A store with one reconciled snapshot, and the report of it."""

    def __init__(self, folder: Path, repository: Path) -> None:
        self.store = FileStore(str(folder / "data"))
        self.out = folder / "report"
        self.writer = HtmlReportWriter(
            repository / "datasets/_vocabularies/natural_earth/countries_110m.geojson"
        )

    def reconcile(
        self, records: list[dict[str, Any]], rulings: list[dict[str, Any]], edits: list[dict[str, Any]]
    ) -> str:
        key = json.dumps([records, rulings], default=str).encode()
        snapshot = self.store.capture(SPEC, pulled(fetched("list.csv", key, "")), AT)[0].snapshot
        rejected = [
            {"dataset": "world_list", "code": "id-duplicate", "reason": "twice"},
            {"dataset": "world_list", "code": "id-duplicate", "reason": "twice"},
            {"dataset": "world_list", "code": "point-impossible", "reason": "lat 99"},
        ]
        decisions = ["match", "review", "new"]
        matches = [
            {"record_id": r["record_id"], "decision": decisions[min(i, 2)], "reason": "so"}
            for i, r in enumerate(records)
        ]
        for name, rows, schema in (
            ("records", records, RECORDS),
            ("rejected", rejected, REJECTED),
            ("risk", rulings, RISK),
            ("matches", matches, MATCHES),
            ("edits", edits, EDITS),
            ("evidence", [said(r["record_id"]) for r in rulings], EVIDENCE),
        ):
            table = pa.Table.from_pylist(rows, schema=schema)
            self.store.write_table("world_list", snapshot, name, table, inputs=f"{name}-1")
        return snapshot

    def write(self, snapshot: str, **what: Any) -> tuple[str, dict[str, Any]]:
        page, data = self.report(snapshot, **what)
        return page.read_text(encoding="utf-8"), json.loads(data.read_text(encoding="utf-8"))

    @staticmethod
    def proposal(snapshot: str, kind: Kind = Kind.IDENTIFIERS, scope: Scope = Scope.ALL) -> Proposal:
        return Proposal(
            f"world_list-{kind}-{scope}", "world_list", snapshot, "A list of sites", kind, scope,
            "c" * 64, "edits-1", Rehearsal(3, 1, 4, 4, 1, 0, 0, 0.5), (Gate("licence", True, "ALLOW"),),
            Criteria(0.5, 0.4, 0.3, 0.9), 0.2, ("Two of four are at risk.",),
        )  # fmt: skip

    def report(self, snapshot: str, **what: Any) -> tuple[Path, Path]:
        proposal = self.proposal(snapshot, **what)
        waits = Proposal(
            "world_list-names-all", "world_list", snapshot, "A list of sites: names", Kind.NAMES, Scope.ALL,
            "d" * 64, "edits-1", Rehearsal(0, 0, 0, 0, 0, 0, 0, 0.0),
            (Gate("ethics note", False, "missing", "Say in ethics_note what the register leaves out."),),
            Criteria(0.5, 0.4, 0.3, 0.9), 0.0,
        )  # fmt: skip
        parts = {"urgency": 0.15, "relevance": 0.1, "equity": 0.09, "readiness": 0.135}
        return write_report(
            [Ranked(proposal, 1, 0.475, parts, 0.97, "robust in")],
            [waits],
            specs={"world_list": SPEC},
            store=self.store,
            vocabularies=YamlVocabularies(VOCABULARIES),
            writer=self.writer,
            clock=StoppedClock(),
            leaves=leaves(),
            sample=False,
            out=self.out,
        )


@pytest.fixture
def bench(tmp_path: Path, repository: Path) -> Bench:
    return Bench(tmp_path, repository)


def small(bench: Bench) -> str:
    records = [record(str(n), country="Q28" if n < 4 else None) for n in range(1, 5)]
    rulings = [
        risk("1", "critical", "S0"),
        risk("2", "at_risk", "S0"),
        risk("3", "unknown", "S0"),
        risk("4", "watch", "S0"),
    ]
    edits = [edit("1", 1, "Q1", "critical"), edit("2", 2, None, "at_risk"), edit("3", 3, "Q3", "unknown")]
    return bench.reconcile(records, rulings, edits)


def test_the_report_says_what_the_tables_say(bench: Bench) -> None:
    page, data = bench.write(small(bench))
    [dataset] = data["datasets"]
    figures = dataset["figures"]
    assert [figures[k] for k in ("records", "rejected", "match", "review", "new")] == [4, 3, 1, 1, 2]
    assert dataset["at_risk"] == 2
    assert [(r["code"], r["rows"]) for r in figures["reasons"]] == [
        ("id-duplicate", 2),
        ("point-impossible", 1),
    ]
    assert [r["name"] for r in dataset["endangered"]] == ["Site 1", "Site 2"]
    assert data["countries"] == [
        {"country": "Q28", "records": 3, "endangered": 2, "placed": 3},
        {"country": None, "records": 1, "endangered": 0, "placed": 1},
    ]
    assert "Hungary" in page
    assert "2: Several rows carry this id" in page
    assert "21 November 2026" in page
    assert data["summary"] in page.replace("&#39;", "'")
    assert data["summary"].startswith("Two proposals from one register. One cannot go forward yet")
    assert "Say in ethics_note what the register leaves out" in data["summary"]


def test_examples_show_only_what_the_proposal_is_about(bench: Bench) -> None:
    snapshot = small(bench)
    page, data = bench.write(snapshot)
    assert [e["name"] for e in data["ranked"][0]["examples"]] == ["Site 1", "Site 3"]
    assert "Adds the World Heritage Site ID 1." in page
    assert "heritage designation" not in page
    page, data = bench.write(snapshot, kind=Kind.DESIGNATION, scope=Scope.AT_RISK)
    assert [e["name"] for e in data["ranked"][0]["examples"]] == ["Site 1"]
    assert "Adds the heritage designation Inscribed (Q9259)." in page
    page, data = bench.write(snapshot, kind=Kind.NEW_ITEMS)
    assert [e["qid"] for e in data["ranked"][0]["examples"]] == [None]
    assert "a new item" in page


def test_examples_come_from_the_edits_that_were_rehearsed(bench: Bench) -> None:
    snapshot = small(bench)
    later = pa.Table.from_pylist([edit("4", 9, "Q4", "watch")], schema=EDITS)
    bench.store.write_table("world_list", snapshot, "edits", later, inputs="edits-2")
    _, data = bench.write(snapshot)
    assert [e["name"] for e in data["ranked"][0]["examples"]] == ["Site 1", "Site 3"]


def test_an_item_that_two_proposals_touch_is_one_edit(bench: Bench) -> None:
    snapshot = small(bench)
    proposals = [
        bench.proposal(snapshot, kind=kind) for kind in (Kind.IDENTIFIERS, Kind.DESIGNATION, Kind.NEW_ITEMS)
    ]
    at_risk = bench.proposal(snapshot, kind=Kind.IDENTIFIERS, scope=Scope.AT_RISK)
    found = together([at_risk, *proposals], bench.store)
    assert (found.edits, found.new_items) == (3, 1)
    assert found.minutes == pytest.approx(3 * 0.5 / 3)
    assert together([at_risk], bench.store).edits == 1


def test_the_same_inputs_make_the_same_bytes(bench: Bench) -> None:
    snapshot = small(bench)
    assert bench.write(snapshot) == bench.write(snapshot)


def test_a_report_without_proposals_says_so(bench: Bench) -> None:
    page, data = write_report(
        [],
        [],
        specs={},
        store=bench.store,
        vocabularies=YamlVocabularies(VOCABULARIES),
        writer=bench.writer,
        clock=StoppedClock(),
        leaves=leaves(),
        sample=False,
        out=bench.out,
    )
    assert "No proposal is on the table" in page.read_text(encoding="utf-8")
    assert json.loads(data.read_text(encoding="utf-8"))["ranked"] == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    disclosure=st.sampled_from(Disclosure),
    lat=st.floats(-55, 80).map(lambda v: round(v, 6)),
    lon=st.floats(-179, 179).map(lambda v: round(v, 6)),
    endangered=st.booleans(),
)
def test_nothing_leaves_that_the_disclosure_decision_keeps_back(
    bench: Bench, disclosure: Disclosure, lat: float, lon: float, endangered: bool
) -> None:
    level = "critical" if endangered else "unknown"
    told = f"Seen at {lat:.6f}, {lon:.6f}."
    secret = record(
        "SECRET-7", name="The hidden shrine", lat=lat, lon=lon, address="Shrine Lane 7", country="Q28"
    )
    other = record("1", lat=0.5, lon=0.5)
    snapshot = bench.reconcile(
        [secret, other],
        [risk("SECRET-7", level, disclosure, told), risk("1", "unknown", "S0")],
        [edit("1", 1, "Q1", "unknown"), edit("SECRET-7", 2, "Q2", level)],
    )
    page, data = bench.write(snapshot)
    text = page + json.dumps(data)
    exact = disclosure is Disclosure.S0
    assert "Shrine Lane" not in text
    assert ("entry/SECRET-7" in text) == (exact and endangered)
    assert (f"{lat:.6f}" in text) == (exact and endangered)
    told_of = endangered or disclosure.cell_degrees is not None  # a cell is an example of what is protected
    assert ("hidden shrine" in text) == (told_of and disclosure is not Disclosure.S5)
    assert ("Site SECRET-7" in text) == exact  # the example edit's own name; it was made before the ruling
    [placed] = [row["placed"] for row in data["countries"]]
    assert placed == 1 + (disclosure not in (Disclosure.S4, Disclosure.S5))
    assert data["datasets"][0]["figures"]["withheld"] == (disclosure is Disclosure.S5)


def test_the_map_gets_the_centre_of_the_cell(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[PriorityReport] = []
    monkeypatch.setattr(
        bench.writer, "write", lambda report, folder: drawn.append(report) or (folder, folder)
    )
    snapshot = bench.reconcile([record("1")], [risk("1", "unknown", "S3")], [edit("1", 1, "Q1", "unknown")])
    bench.report(snapshot)
    lat, lon = snap(np.array([LAT]), np.array([LON]), Disclosure.S3)
    [report] = drawn
    assert report.places.to_pylist() == [
        {"dataset": "world_list", "lat": lat[0], "lon": lon[0], "endangered": False, "level": "unknown"}
    ]


def test_figures_are_counted_from_the_tables(bench: Bench) -> None:
    figures = dataset_figures("world_list", small(bench), store=bench.store)
    assert (figures.records, figures.rejected, figures.at_risk) == (4, 3, 2)
    assert figures.retrieved_at == AT


def test_the_report_counts_by_level_and_by_cause_what_may_be_shown(bench: Bench) -> None:
    page, data = bench.write(small(bench))
    [dataset] = data["datasets"]
    assert dataset["risk"]["levels"] == {"critical": 1, "at_risk": 1, "watch": 1, "unknown": 1}
    assert "By level" in page
    assert "Sites in danger: A list of sites" in page


def test_in_a_war_the_report_names_no_endangered_site_below_its_municipality(bench: Bench) -> None:
    at_war = [record(n, country="Q212", lat=50.123457, lon=30.654321) for n in ("1", "2")]
    rulings = [risk("1", "critical", "S0"), risk("2", "unknown", "S0")]
    page, data = bench.write(bench.reconcile(at_war, rulings, []))
    assert data["countries"] == [{"country": "Q212", "records": 2, "endangered": 1, "placed": 1}]
    assert "entry/1" not in page
    assert "One endangered site lies where there is war" in page
    assert data["datasets"][0]["endangered"][0]["url"] is None
