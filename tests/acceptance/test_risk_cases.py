"""The acceptance cases 1 to 9 of the risk model, each with its numbers, over the real steps and schemes.

Registers come over HTTP from a server on loopback and pass every step: harvest, map, check, approve, flag.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from heritage.adapters.harvest import Reader
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.wikidata.dump import build_index
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.errors import SnapshotStopped
from heritage.spec.loader import LoadedLayer, LoadedSpec, load_layer, load_spec
from heritage.steps.features import features
from heritage.steps.flag import Flagged, flag
from heritage.steps.flag_register import flag_register
from heritage.steps.flagging import Flagging
from heritage.steps.gather import Others
from heritage.steps.harvest import harvest
from register_examples import VOCABULARIES, Publisher, Way, publisher, thresholds, world

TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
VOCABULARY = YamlVocabularies(VOCABULARIES)
A_TEXT = "A - Immediate risk of further rapid deterioration or loss of fabric; no solution agreed"
B_TEXT = "B - Action/strategy agreed but not yet implemented (where trend is declining or unknown)"


@dataclass
class Movable:
    """Port Clock."""

    at: datetime = TODAY

    def now(self) -> datetime:
        return self.at


def facts(name: str, kind: str, url: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": name.replace("_", " "),
        "publisher": {"name": "Publisher"},
        "kind": kind,
        "maintainers": ["somebody"],
        "sample": "synthetic",
        "licence": {"id": "CC0-1.0", "evidence": "https://example.org/terms"},
        "harvest": {"protocol": "csv", "url": url},
        **more,
    }


@dataclass
class Country:
    """One register of monuments (P1216), and whoever speaks of them."""

    folder: Path
    server: Publisher
    clock: Movable = field(default_factory=Movable)
    registers: list[LoadedSpec] = field(default_factory=list)
    layers: list[LoadedLayer] = field(default_factory=list)
    served: dict[str, bytes] = field(default_factory=dict)
    dumped: bool = False

    def __post_init__(self) -> None:
        self.way = Way.over_http(self.folder)
        self.way.fetcher._clock = self.clock
        self.store = self.way.store
        self.server.answer = lambda path, _: (200, {}, self.served[path.strip("/")])

    def describe(self, name: str, kind: str = "monument", **more: Any) -> LoadedSpec:
        record = {"id": "id", "name": {"en": "name"}, "point": {"x": "lon", "y": "lat"}}
        given = {"record": record, "checks": {"rows": [0, 1000]}} | more
        if kind != "at_risk":
            given = {"item": {"identifier": "P1216", "country": "Q145"}} | given
        content = facts(name, kind, f"{self.server.url}/{name}", **given)
        path = self.folder / "datasets" / "gb" / name / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        loaded = load_spec(path)
        assert isinstance(loaded, LoadedSpec), loaded
        return loaded

    def pull(self, loaded: LoadedSpec, rows: list[dict[str, Any]], approved: bool = True) -> str:
        """The rows through every step to the flagging; raises what the check raises."""
        self.served[loaded.spec.id] = as_csv(rows)
        snapshot = harvest(loaded, fetcher=self.way.fetcher, store=self.store, clock=self.clock).snapshot
        self.way.map(loaded, snapshot)
        self.way.check(loaded, snapshot, approved)
        if loaded.spec.kind == "at_risk":
            flag_register(loaded, snapshot, store=self.store, vocabularies=VOCABULARY, world=world())
            self.registers = [one for one in self.registers if one.spec.id != loaded.spec.id] + [loaded]
        return snapshot

    def flag(self, loaded: LoadedSpec) -> tuple[Flagged, dict[str, dict[str, Any]]]:
        """The counts, and what stands in `risk` by record."""
        good = self.store.last_good(loaded.spec.id)
        assert good
        index = FileItemIndex(str(self.folder / "data")) if self.dumped else None
        others = Others(self.registers, self.layers, index)
        flagged = flag(loaded, good, Flagging(self.store, VOCABULARY, self.clock, world(), others))
        return flagged, {row["record_id"]: row for row in self.table(loaded, "risk")}

    def table(self, loaded: LoadedSpec, name: str) -> list[dict[str, Any]]:
        good = self.store.last_good(loaded.spec.id)
        assert good
        return self.store.read_table(loaded.spec.id, good, name).to_pylist()

    def monuments(self, *ids: str) -> LoadedSpec:
        """A register of these monuments in England, pulled."""
        loaded = self.describe("gb_monuments")
        self.pull(loaded, [monument(number) for number in ids or ("1",)])
        return loaded

    def says(self, name: str, scheme: str, rows: list[dict[str, Any]], **listing: Any) -> LoadedSpec:
        """An at-risk register that says `value` of the monuments in `of`, pulled."""
        columns = sorted({key for row in rows for key in row})
        read = {"value", *(v for v in listing.values() if isinstance(v, str)), *listing.get("when", {})}
        loaded = self.describe(
            name,
            "at_risk",
            record={"id": "id", "name": {"en": "id"}},
            risk=[{"scheme": scheme, "field": "value"} | listing],
            subjects=[{"property": "P1216", "id": {"column": "of", "split": ";"}}],
            ignore=[column for column in columns if column not in read | {"id", "of"}],
        )
        self.pull(loaded, rows)
        return loaded


def monument(number: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Chapel {number}",
        "lon": f"-1.6{number}751",
        "lat": f"53.7{number}716",
    } | more


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def country(tmp_path: Path) -> Iterator[Country]:
    with publisher() as server:
        yield Country(tmp_path, server)


def test_case_1_a_building_with_priority_a_is_critical(country: Country) -> None:
    monuments = country.monuments("1", "2")
    country.says("gb_har", "he_har_building", [{"id": "e1", "of": "1", "value": A_TEXT}])
    _, risk = country.flag(monuments)
    assert (risk["1"]["level"], risk["1"]["support"], risk["1"]["confidence"]) == ("critical", 0.75, "medium")
    assert risk["2"]["level"] == "unknown"
    assert "does not mean that it is safe" in risk["2"]["explanation"]


def test_case_2_the_letter_of_a_park_says_nothing_its_condition_and_trend_do(country: Country) -> None:
    monuments = country.monuments("1", "2")
    park = {
        "id": "e1",
        "of": "1; 2",
        "kind": "Park and Garden",
        "priority": B_TEXT,
        "value": "Generally satisfactory but with significant localised problems",
        "trend": "Declining",
    }
    building = {"id": "e2", "of": "9", "kind": "Building", "priority": A_TEXT, "value": "", "trend": ""}
    listing = {"adjust": "trend", "when": {"kind": ["Park and Garden"]}}
    har = country.says("gb_har", "he_har_condition", [park, building], **listing)
    _, risk = country.flag(monuments)
    assert [risk[i]["level"] for i in "12"] == ["at_risk", "at_risk"]
    evidence = country.table(monuments, "evidence")
    assert [(item["record_id"], item["level"], item["entry"]) for item in evidence] == [
        ("1", 3, "e1"),
        ("2", 3, "e1"),
    ]

    with pytest.raises(SnapshotStopped) as stopped:
        country.pull(har, [park | {"value": "Mostly fine", "trend": "Sinking"}, building])
    assert "1 unknown terms in 1 places: 'Mostly fine' in value (1, he_har_condition)" in str(stopped.value)
    with pytest.raises(SnapshotStopped, match="'Sinking' in trend"):
        country.pull(har, [park | {"trend": "Sinking"}, building])
    assert country.flag(monuments)[1]["1"]["level"] == "at_risk", "the last good snapshot stays"


def test_case_3_a_site_off_the_danger_list_is_closed_and_asked_about(country: Country) -> None:
    sites = country.describe(
        "gb_whc",
        item={"identifier": "P757", "country": "Q145"},
        ignore=["danger"],
        risk=[{"scheme": "unesco_danger", "field": "danger_list"}],
    )
    listed = monument("1", danger="True", danger_list="Y 2013")
    country.pull(sites, [listed])
    _, risk = country.flag(sites)
    assert (risk["1"]["level"], risk["1"]["support"]) == ("at_risk", 1.0)
    assert "listed since 2013" in risk["1"]["explanation"].replace("on the list", "listed")

    country.clock.at += timedelta(days=31)
    country.pull(sites, [listed | {"danger": "False", "danger_list": ""}])
    flagged, risk = country.flag(sites)
    assert (risk["1"]["level"], flagged.closed) == ("unknown", 1)
    [evidence] = country.table(sites, "evidence")
    assert (evidence["status"], evidence["close_reason"]) == ("closed", "delisted_unknown")
    [task] = country.table(sites, "tasks")
    assert task["kind"] == "delisted"
    assert "Why: repaired, demolished" in task["question"]
    assert [(row["before"], row["after"]) for row in country.table(sites, "history")] == [
        (None, "at_risk"),
        ("at_risk", "unknown"),
    ]

    country.clock.at += timedelta(days=31)
    country.pull(sites, [listed | {"danger": "False", "danger_list": "P 2013-2026"}])
    country.flag(sites)
    assert [e["close_reason"] for e in country.table(sites, "evidence")] == ["delisted_unknown"]


def test_case_3_a_listing_that_the_source_itself_ends_is_removed_without_a_question(country: Country) -> None:
    sites = country.describe(
        "gb_whc",
        item={"identifier": "P757", "country": "Q145"},
        risk=[{"scheme": "unesco_danger", "field": "danger_list"}],
    )
    country.pull(sites, [monument("1", danger_list="Y 2013")])
    country.flag(sites)
    country.pull(sites, [monument("1", danger_list="P 2013-2026")])
    _, risk = country.flag(sites)
    [evidence] = country.table(sites, "evidence")
    assert (evidence["status"], evidence["close_reason"]) == ("closed", "removed")
    assert country.table(sites, "tasks") == []
    assert "in the past: P 2013-2026" in risk["1"]["explanation"]


def test_case_4_lost_takes_a_second_independent_source(country: Country) -> None:
    monuments = country.monuments()
    country.says("xx_unosat", "unosat", [{"id": "u1", "of": "1", "value": "Destroyed"}])
    _, risk = country.flag(monuments)
    assert (risk["1"]["level"], risk["1"]["flags"]) == ("critical", ["candidate_lost"])
    country.says("xx_reprint", "unosat", [{"id": "u2", "of": "1", "value": "Destroyed"}])
    assert country.flag(monuments)[1]["1"]["level"] == "critical"
    # A ministry, B2 and another root, said with EAMENA's words.
    country.says("xx_ministry", "eamena_condition", [{"id": "m1", "of": "1", "value": "Destroyed"}])
    flagged, risk = country.flag(monuments)
    assert (risk["1"]["level"], risk["1"]["support"], risk["1"]["flags"]) == ("lost", 0.890625, [])
    assert flagged.by_level["lost"] == 1


def test_case_5_a_red_alert_is_exposure_and_over_after_thirty_days(country: Country) -> None:
    monuments = country.monuments("1", "2")
    path = country.folder / "datasets" / "_layers" / "world_alerts" / "world_alerts.yaml"
    path.parent.mkdir(parents=True)
    layer = {
        "scheme": "gdacs_alert",
        "value": "alert",
        "point": {"x": "lon", "y": "lat"},
        "observed": "day",
        "reach_m": 1000,
        "features": [0, 100],
    }
    content = facts("world_alerts", "layer", f"{country.server.url}/world_alerts", layer=layer)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    loaded = load_layer(path)
    assert isinstance(loaded, LoadedLayer), loaded
    first = monument("1")
    alert = {"alert": "Red", "lon": first["lon"], "lat": first["lat"], "day": "2026-11-21"}
    country.served["world_alerts"] = as_csv([alert])
    snapshot = harvest(loaded, fetcher=country.way.fetcher, store=country.store, clock=country.clock).snapshot
    features(
        loaded,
        snapshot,
        reader=Reader(),
        store=country.store,
        vocabularies=VOCABULARY,
        world=world(),
        thresholds=thresholds(),
        clock=country.clock,
    )
    country.layers = [loaded]
    _, risk = country.flag(monuments)
    assert [risk[i]["level"] for i in "12"] == ["vulnerable", "unknown"]
    assert risk["1"]["next_expiry"] == date(2026, 12, 21)
    country.clock.at = TODAY + timedelta(days=29)
    assert country.flag(monuments)[1]["1"]["level"] == "vulnerable"
    country.clock.at = TODAY + timedelta(days=30)
    _, risk = country.flag(monuments)
    assert (risk["1"]["level"], risk["1"]["flags"]) == ("unknown", ["stale"])


def test_case_6_three_reports_count_as_many_as_their_roots(country: Country) -> None:
    monuments = country.monuments("1", "2")
    reports = [{"id": f"a{n}", "of": "1", "value": "at_risk", "who": "a blog"} for n in range(3)]
    reports += [{"id": f"b{n}", "of": "2", "value": "at_risk", "who": f"reporter {n}"} for n in range(3)]
    country.says("xx_reports", "community_report", reports, root="who")
    _, risk = country.flag(monuments)
    assert (risk["1"]["level"], risk["1"]["flags"], risk["1"]["support"]) == ("unknown", ["unverified"], 0.25)
    assert (risk["2"]["level"], risk["2"]["support"]) == ("vulnerable", 0.578125)
    assert [(task["record_id"], task["kind"]) for task in country.table(monuments, "tasks")] == [
        ("1", "unverified")
    ]


def test_case_7_what_expired_yesterday_is_unknown_stale_and_to_be_checked(country: Country) -> None:
    monuments = country.monuments()
    country.says("gb_har", "he_har_building", [{"id": "e1", "of": "1", "value": A_TEXT}])
    assert country.flag(monuments)[1]["1"]["next_expiry"] == date(2028, 5, 21)
    country.clock.at = datetime(2028, 5, 22, tzinfo=UTC)
    flagged, risk = country.flag(monuments)
    found = risk["1"]
    assert (found["level"], found["flags"], found["last_level"]) == ("unknown", ["stale"], "critical")
    assert [task["kind"] for task in country.table(monuments, "tasks")] == ["recheck"]
    assert (flagged.by_level["none_known"], flagged.by_level["unknown"]) == (0, 1)


def test_case_8_a_ruin_is_no_risk_and_an_unreferenced_danger_is_unverified(country: Country) -> None:
    monuments = country.monuments("1", "2", "3", "4")
    source = {"snaks": {"P854": [{"snaktype": "value", "property": "P854"}]}}
    states = {
        "1": ("Q56557159", [source]),
        "2": ("Q55555088", []),
        "3": ("Q55555088", [source]),
        "4": ("Q56556915", [source]),
    }
    lines = [
        json.dumps(
            {
                "type": "item",
                "id": f"Q{number}00",
                "labels": {},
                "claims": {
                    "P1216": [claim("P1216", number, datatype="external-id")],
                    "P5816": [claim("P5816", {"id": value}) | {"references": references}],
                },
            }
        )
        for number, (value, references) in states.items()
    ]
    (country.folder / "dump.jsonl").write_text("\n".join(lines))
    build_index(str(country.folder / "dump.jsonl"), str(country.folder / "data"), TODAY.date())
    country.dumped = True
    _, risk = country.flag(monuments)
    assert risk["1"]["level"] == "unknown"
    assert (risk["2"]["level"], risk["2"]["flags"], risk["2"]["support"]) == (
        "unknown",
        ["unverified"],
        0.125,
    )
    assert (risk["3"]["flags"], risk["3"]["support"]) == (["unverified"], 0.375)
    assert set(risk["4"]["flags"]) == {"unverified", "candidate_lost"}
    told = country.table(monuments, "evidence")
    assert {row["record_id"] for row in told} == {"2", "3", "4"}, "a ruin is evidence of nothing"
    [evidence] = [row for row in told if row["record_id"] == "2"]
    assert (evidence["reliability"], evidence["credibility"], evidence["level"]) == ("D", 3, 2)
    assert evidence["url"] == "https://www.wikidata.org/wiki/Q200#P5816"


def test_case_9_a_pull_of_sixty_percent_closes_nothing(country: Country) -> None:
    ids = [str(n) for n in range(1, 6)]
    monuments = country.monuments(*ids)
    rows = [{"id": f"e{i}", "of": i, "value": A_TEXT} for i in ids]
    har = country.says("gb_har", "he_har_building", rows)
    before = country.flag(monuments)[1]
    good = country.store.last_good("gb_har")
    with pytest.raises(SnapshotStopped, match="is not used"):
        country.pull(har, rows[:3], approved=False)
    assert country.store.last_good("gb_har") == good
    flagged, risk = country.flag(monuments)
    assert {i: row["level"] for i, row in risk.items()} == {i: row["level"] for i, row in before.items()}
    assert (flagged.at_risk, flagged.closed, country.table(monuments, "tasks")) == (5, 0, [])


def claim(property: str, value: Any, datatype: str = "") -> dict[str, Any]:
    snak = {"snaktype": "value", "property": property, "datavalue": {"value": value}, "datatype": datatype}
    return {"mainsnak": snak, "rank": "normal"}
