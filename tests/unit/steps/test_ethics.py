"""Profiles of snapshots on the real store: what is counted, what is not told, and when it is drawn again."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.languages import language_name, spoken_in
from heritage.adapters.wikidata.dump import build_index
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.model.tables import MATCHES, RECORDS, RISK
from heritage.priority.ethics_rules import Dimension, EthicsRules
from heritage.priority.profile import Against, Covered, FlagCode
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.spec.yaml_model import read_model
from heritage.steps.ethics import EthicsProfile, Languages, draw_profiles, ethics_view
from heritage.steps.rank_gates import ethics_gate
from register_examples import VOCABULARIES, fetched, pulled

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RULES = read_model(VOCABULARIES / "ethics.yaml", EthicsRules)
INDIA = "Q668"


def spec(dataset: str, country: str | None = INDIA) -> LoadedSpec:
    facts = {
        "id": dataset,
        "title": "Places",
        "publisher": {"name": "A publisher"},
        "kind": "monument",
        "maintainers": ["somebody"],
        "sample": "synthetic",
        "licence": {"id": "CC0-1.0", "evidence": "https://example.org/terms"},
        "harvest": {"protocol": "csv", "url": "https://example.org/list.csv"},
        "record": {"id": "id", "name": {"en": "name"}},
        "item": {"country": country, "classes": {"temple": "Q842402"}, "admin": {"Goa": "Q1171"}},
        "checks": {"rows": [0, 1_000_000]},
    }
    return LoadedSpec(DatasetSpec.model_validate(facts), Path(f"{dataset}.yaml"))


class Registers:
    """Registers in a store, each snapshot made of rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = FileStore(str(folder))
        self.specs: list[LoadedSpec] = []

    def add(
        self, dataset: str, rows: list[dict[str, Any]], country: str | None = INDIA, matched: int = 0
    ) -> str:
        loaded = spec(dataset, country)
        if dataset not in [one.spec.id for one in self.specs]:
            self.specs.append(loaded)
        content = json.dumps([dataset, rows]).encode()
        files = pulled(fetched("list.csv", content, "https://example.org/"))
        name = self.store.capture(loaded.spec, files, NOW)[0].snapshot
        records, risk, matches = [], [], []
        for number, row in enumerate(rows, start=1):
            key = {"record_id": str(number)}
            langs = row.pop("langs", ["en"])
            disclosure = row.pop("disclosure", "S0")
            names = [{"lang": lang, "text": f"Place {number}"} for lang in langs]
            records.append({"dataset": dataset, "kind": "monument", "names": names, **key, **row})
            ruled = {"level": "unknown", "disclosure_reason": "", "explanation": ""}
            risk.append({**key, **ruled, "disclosure": disclosure})
            matches.append({**key, "decision": "match" if number <= matched else "new", "reason": ""})
        for table, schema, made in (
            ("records", RECORDS, records),
            ("risk", RISK, risk),
            ("matches", MATCHES, matches),
        ):
            self.store.write_table(
                dataset, name, table, pa.Table.from_pylist(made, schema=schema), f"in-{table}"
            )
        self.store.mark_good(dataset, name, NOW)
        return name

    def drawn(self, index: FileItemIndex | None = None) -> dict[str, EthicsProfile]:
        languages = Languages(spoken_in, language_name)
        return draw_profiles(self.specs, store=self.store, rules=RULES, languages=languages, index=index)


@pytest.fixture
def registers(tmp_path: Path) -> Registers:
    return Registers(tmp_path / "data")


def covered(found: EthicsProfile, dimension: Dimension) -> Covered:
    return next(one for one in found.profile.dimensions if one.dimension is dimension)


def counted(found: EthicsProfile, dimension: Dimension) -> dict[str, int]:
    return {group.name: group.records for group in covered(found, dimension).groups}


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    return [dict(more) for _ in range(count)]


def test_records_are_counted_by_period_kind_language_region_and_community(registers):
    temple = {"class_item": "Q842402", "type": "temple", "inception": "18XX", "admin_item": "Q1171"}
    plain = {
        "class_item": "Q2065736",
        "type": "house",
        "inception": "17XX/19XX",
        "langs": ["en", "hi-Latn", "und"],
    }
    registers.add("in_places", [*rows(12, **temple), *rows(8, **plain)], matched=3)
    found = registers.drawn()["in_places"]
    assert counted(found, Dimension.PERIOD) == {"1800 to 1899": 12}
    assert counted(found, Dimension.KIND) == {"Q842402": 12}, "cultural property is no kind"
    assert counted(found, Dimension.COMMUNITY) == {"Hindu": 12}
    assert counted(found, Dimension.REGION) == {"Q1171": 12}
    assert counted(found, Dimension.LANGUAGE) == {"en": 20, "hi": 8}
    assert covered(found, Dimension.PERIOD).unknown == 8, "three centuries are none"
    assert covered(found, Dimension.KIND).groups[0].on_wikidata == 0.25
    assert (found.words["Q842402"], found.words["hi"]) == ("temple", "Hindi")
    assert FlagCode.ONE_LANGUAGE not in [flag.code for flag in found.profile.flags]


def test_the_countrys_other_registers_say_who_is_missing(registers):
    registers.add("in_raj", rows(20, inception="1850", type="house", class_item="Q3947"))
    registers.add("in_old", [*rows(38, inception="12XX"), *rows(62, inception="19XX")])
    registers.add(
        "world_list",
        [*rows(30, inception="12XX", country="Q17"), *rows(3, inception="1850", country=INDIA)],
        None,
    )
    registers.add("jp_list", rows(500, inception="0900"), "Q17")
    raj = registers.drawn()["in_raj"]
    assert raj.profile.nothing_before.year == 1800
    assert raj.profile.nothing_before.share == pytest.approx(38 / 103), "Japan is another country"
    codes = [flag.code for flag in raj.profile.flags]
    assert codes[0] is FlagCode.COLONIAL
    gate = ethics_gate("", ["house", "villa"], raj.due)
    assert not gate.passed
    assert "100% of the dated records are from the colonial period (1757 to 1947)" in gate.answer
    assert gate.missing_step == "Say in ethics_note what the register leaves out."
    assert ethics_gate("Only houses of the Raj.", ["house"], raj.due).passed
    several = registers.drawn()["world_list"]
    assert (several.country, several.due) == (None, ())
    assert {one.against for one in several.profile.dimensions} == {Against.NOTHING}


def test_few_sites_that_are_not_shown_exactly_are_told_under_no_group(registers):
    secret = [*rows(4, admin_item="Q77", disclosure="S5"), *rows(5, admin_item="Q88", disclosure="S4")]
    mixed = rows(2, admin_item="Q1171", disclosure="S3")
    registers.add("in_places", [*secret, *mixed, *rows(20, admin_item="Q1171")])
    registers.add(
        "in_others", rows(30, admin_item="Q77") + rows(60, admin_item="Q1171") + rows(9, admin_item="Q88")
    )
    found = registers.drawn()["in_places"]
    assert counted(found, Dimension.REGION) == {"Q1171": 20, "Q88": 5, "Q77": 0}
    assert covered(found, Dimension.REGION).untold == 6
    assert any("No record that may be told of is placed in Q77" in text for text in found.sentences)


def test_wikidata_is_the_measure_where_no_other_register_is(registers, tmp_path):
    dump = tmp_path / "items.jsonl"

    def statement(pid: str, qid: str) -> dict[str, Any]:
        value = {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": qid}}
        return {
            pid: [
                {
                    "mainsnak": {"snaktype": "value", "property": pid, "datavalue": value},
                    "type": "statement",
                    "rank": "normal",
                    "id": f"x${pid}",
                }
            ]
        }

    lines = []
    for number in range(40):
        claims = statement("P31", "Q842402" if number % 2 else "Q32815") | statement("P17", INDIA)
        lines.append(
            {
                "type": "item",
                "id": f"Q{9000 + number}",
                "labels": {"en": {"language": "en", "value": "X"}},
                "claims": claims,
            }
        )
    lines.append(
        {
            "type": "item",
            "id": "Q32815",
            "labels": {"en": {"language": "en", "value": "mosque"}},
            "claims": {},
        }
    )
    dump.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    build_index(str(dump), str(registers.folder), NOW.date())
    registers.add("in_temples", rows(15, class_item="Q842402", type="temple"))
    found = registers.drawn(FileItemIndex(str(registers.folder)))["in_temples"]
    kinds = covered(found, Dimension.KIND)
    assert (kinds.against, kinds.missing) == (Against.ITEMS, (("Q32815", 0.5),))
    assert kinds.groups[0].quotient == 2
    assert any("No record is of the kind mosque (50%)" in text for text in found.sentences)
    assert covered(found, Dimension.COMMUNITY).missing == (("Muslim", 0.5),)
    assert covered(found, Dimension.PERIOD).missing == ()


def test_a_profile_is_drawn_again_only_when_something_of_its_country_has_changed(registers):
    registers.add("in_places", rows(12, inception="1850"))
    registers.add("jp_places", rows(12, inception="1850"), "Q17")
    first = registers.drawn()
    assert registers.drawn() == first
    for one in first.values():  # so that it shows which is read and which is drawn
        stored = registers.store.read_json(one.dataset, one.snapshot, "ethics")
        stored["profile"]["profile"]["records"] = 777
        registers.store.write_json(one.dataset, one.snapshot, "ethics", stored)
    registers.add("in_new", rows(12, inception="12XX"))
    again = registers.drawn()
    assert {name: one.profile.records for name, one in again.items()} == {
        "in_new": 12,
        "in_places": 12,
        "jp_places": 777,
    }
    assert again["in_places"].profile.nothing_before is not None


def test_what_was_not_flagged_yet_or_has_no_record_has_nothing_to_tell(registers):
    registers.add("in_none", [])
    registers.specs.append(spec("in_never"))
    found = registers.drawn()
    assert list(found) == ["in_none"]
    assert found["in_none"].profile.records == 0
    assert registers.drawn(FileItemIndex(str(registers.folder))).keys() == found.keys(), (
        "there is no index yet"
    )


def test_the_report_shows_periods_or_else_kinds(registers):
    registers.add("in_dated", rows(12, inception="1850", class_item="Q842402"))
    registers.add("in_kinds", rows(12, class_item="Q842402"))
    found = registers.drawn()
    dated, kinds = ethics_view(found["in_dated"]), ethics_view(found["in_kinds"])
    assert (dated.told_by, [bar.group for bar in dated.bars]) == ("period", ["1800 to 1899"])
    assert (kinds.told_by, [(bar.group, bar.share, bar.country) for bar in kinds.bars]) == (
        "kind",
        [("temple", 1.0, 1.0)],
    )
