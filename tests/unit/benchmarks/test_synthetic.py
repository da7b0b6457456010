"""The synthetic sets: their answers are right, their shares are those that their modules state."""

import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import synthetic
from files import PROPERTY

from heritage.model.tables import ITEMS, RECORDS

MADE = ("one_language", "damage", "glam")


@dataclass
class Made:
    records: list[dict[str, Any]]
    items: dict[str, dict[str, Any]]
    truth: dict[str, str]
    areas: dict[str, str]
    """Names of municipalities, which the index holds as context alone."""

    @property
    def pairs(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Records beside their items."""
        return [(r, self.items[q]) for r in self.records if (q := self.truth[r["record_id"]])]


def made(folder: Path, *arguments: Any, **options: Any) -> Made:
    synthetic.write(folder, *arguments, **options)
    records, items = pq.read_table(folder / "records.parquet"), pq.read_table(folder / "items.parquet")
    assert records.schema.equals(RECORDS)
    assert items.schema.equals(ITEMS)
    with (folder / "truth.csv").open(encoding="utf-8") as lines:
        truth = {row["id"]: row["qid"] for row in csv.DictReader(lines)}
    things = {row["qid"]: row for row in items.to_pylist() if not row["context"]}
    areas = {row["qid"]: row["labels"][0]["text"] for row in items.to_pylist() if row["context"]}
    return Made(records.to_pylist(), things, truth, areas)


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """One set of each kind, and one in Polish."""
    root = tmp_path_factory.mktemp("synthetic")
    found = {kind: made(root / kind, 2000, 6000, kind, seed=1, identifiers=0.3) for kind in MADE}
    return found | {"pl": made(root / "pl", 1000, 3000, "one_language", ["pl"], seed=1)}


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def names(item: dict[str, Any]) -> list[str]:
    return [text["text"] for text in item["labels"] + item["aliases"]]


@pytest.mark.parametrize(("kind", "absent"), [("one_language", 0.2), ("damage", 0.3), ("glam", 0.25)])
def test_every_record_has_one_known_answer(sets: dict[str, Made], kind: str, absent: float) -> None:
    found = sets[kind]
    assert len(found.records) == len(found.truth) == 2000
    assert len(found.items) == 6000
    assert {r["record_id"] for r in found.records} == set(found.truth)
    present = [qid for qid in found.truth.values() if qid]
    assert len(present) == len(set(present)) == round(2000 * (1 - absent))
    assert set(present) <= set(found.items)


def test_the_answer_is_the_thing_itself(sets: dict[str, Made]) -> None:
    """Record and item of an answer speak of one thing, though not in the same words."""
    found = sets["one_language"]
    near = [
        abs(r["lat"] - i["points"][0]["lat"]) < 0.02 and abs(r["lon"] - i["points"][0]["lon"]) < 0.04
        for r, i in found.pairs
        if r["lat"] is not None and i["points"]
    ]
    assert share(near) > 0.96


@pytest.mark.parametrize("kind", synthetic.SETS)
def test_a_seed_draws_one_set_and_another_seed_another(tmp_path: Path, kind: str) -> None:
    first = made(tmp_path / "first", 60, 180, kind, seed=1)
    again = made(tmp_path / "again", 60, 180, kind, seed=1)
    other = made(tmp_path / "other", 60, 180, kind, seed=2)
    assert first == again
    towns, others = ({r["municipality"] for r in m.records if r["municipality"]} for m in (first, other))
    assert len(towns & others) <= 0.1 * len(towns)


def test_the_multilingual_set_stays_the_one_that_figures_were_published_for(tmp_path: Path) -> None:
    found = made(tmp_path, 200, 600)
    content = json.dumps([found.records, found.items, found.truth], sort_keys=True, ensure_ascii=False)
    assert hashlib.sha256(content.encode()).hexdigest() == (
        "2c5202a431775d9b3b1b390b7c8bb5e61f8f0335bae99dcee114f95afe676784"
    )


def test_villages_are_many(tmp_path: Path) -> None:
    found = made(tmp_path, 3000, 3000, "one_language", ["ka"], seed=3)
    towns = {r["municipality"] for r in found.records if r["municipality"]}
    assert len(towns) > 200


def test_only_the_languages_asked_for_are_spoken(sets: dict[str, Made]) -> None:
    found = sets["pl"]
    assert {r["lang"] for r in found.records} == {"pl"}
    assert {t["lang"] for i in found.items.values() for t in i["labels"] + i["aliases"]} == {"pl"}
    assert {r["country"] for r in found.records} == {"Q36"}
    assert any(" w " in name for i in found.items.values() for name in names(i))


def test_identifiers_are_carried_by_a_share_and_seldom_wrong(sets: dict[str, Made]) -> None:
    for kind in MADE:
        carried = [
            (entry["value"], r["record_id"])
            for r, i in sets[kind].pairs
            for entry in i["identifiers"]
            if entry["property"] == PROPERTY
        ]
        assert len(carried) / len(sets[kind].pairs) == pytest.approx(0.3, abs=0.04)
        wrong = [value != record_id for value, record_id in carried]
        assert 0 < share(wrong) < 0.05
        assert {value for value, _ in carried} <= set(sets[kind].truth)
    assert not any(i["identifiers"] for i in sets["pl"].items.values())


def test_shares_of_a_set_in_one_language(sets: dict[str, Made]) -> None:
    found = sets["one_language"]
    pairs = found.pairs
    same = [any(r["name"].lower() in name.lower() for name in names(i)) for r, i in pairs]
    assert 0.6 < share(same) < 0.8
    assert share([r["name"].isupper() for r, _ in pairs]) == pytest.approx(0.08, abs=0.03)
    assert share([r["municipality"] is not None for r, _ in pairs]) == pytest.approx(0.92, abs=0.03)
    assert share([r["lat"] is not None for r, _ in pairs]) == pytest.approx(0.96, abs=0.02)
    assert share([bool(i["points"]) for i in found.items.values()]) == pytest.approx(0.96, abs=0.02)
    assert share([bool(i["classes"]) for i in found.items.values()]) == pytest.approx(0.95, abs=0.02)
    named = [
        found.areas[i["admin"][0]] == r["municipality"] for r, i in pairs if i["admin"] and r["municipality"]
    ]
    assert len(named) / len(pairs) == pytest.approx(0.85 * 0.92, abs=0.04)
    assert all(named)
    assert all(r["municipality"] or r["lat"] is not None for r in found.records)
    walls = [r for r in found.records if r["name"].lower().startswith("boundary wall of ")]
    assert {bool(found.truth[r["record_id"]]) for r in walls} == {True, False}


def test_shares_of_a_list_of_damaged_heritage(sets: dict[str, Made]) -> None:
    found = sets["damage"]
    own = [r["lang"] in ("uk", "ka", "hy", "ar") for r in found.records]
    assert share(own) == pytest.approx(0.45, abs=0.04)
    assert share([r["lang"] == "en" for r in found.records]) == pytest.approx(0.3, abs=0.04)
    languages = [{t["lang"] for t in i["labels"]} for i in found.items.values()]
    assert share([few == {"en"} for few in languages]) == pytest.approx(0.25, abs=0.03)
    assert share([len(few) == 2 for few in languages]) == pytest.approx(0.45, abs=0.03)
    assert share([r["lat"] is None for r in found.records]) == pytest.approx(0.25, abs=0.03)
    rough = [round(r["lat"], 2) == r["lat"] for r in found.records if r["lat"] is not None]
    assert share(rough) == pytest.approx(0.4, abs=0.05)
    assert any("destroyed" in r["name"] for r in found.records)


def test_shares_of_museums_libraries_and_archives(sets: dict[str, Made]) -> None:
    found = sets["glam"]
    assert share([r["municipality"] is not None for r in found.records]) == pytest.approx(0.97, abs=0.02)
    assert share([r["lat"] is not None for r in found.records]) == pytest.approx(0.25, abs=0.04)
    assert share([bool(i["points"]) for i in found.items.values()]) == pytest.approx(0.35, abs=0.03)
    assert any("Zweigstelle" in name for i in found.items.values() for name in names(i))
    towns = [r["municipality"] for r in found.records if r["municipality"]]
    assert len(set(towns)) < 0.75 * len(towns)


def test_what_there_is_not_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no set 'archaeology'; there are multilingual"):
        synthetic.write(tmp_path, 10, 30, "archaeology")
    with pytest.raises(ValueError, match="no language 'xx'; there are en"):
        synthetic.write(tmp_path, 10, 30, "one_language", ["xx"])
    with pytest.raises(ValueError, match="no houses in ka"):
        synthetic.write(tmp_path, 10, 30, "glam", ["ka"])
