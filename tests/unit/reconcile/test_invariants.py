"""What holds for any input."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from reconcile_cases import IDENTIFIER, Row, item, record, shipped, surroundings, tables
from reconcile_cases import NAMES as PLACED

from heritage.model.tables import MATCHES, RECONCILED
from heritage.reconcile import answers, prepare, reconcile, threads
from heritage.reconcile.core import compare
from heritage.reconcile.decide import Least, decide
from heritage.reconcile.rivals import rival_features

SLOW = hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
WORDS = st.sampled_from(
    [
        "Saint",
        "Mary",
        "Church",
        "Wall",
        "Mill",
        "Wolvercote",
        "ეკლესია",
        "церква",
        "مسجد",
        "3",
        "4",
        "🏰",
        "x" * 5000,
    ]
)
NAMES = st.lists(WORDS, max_size=3).map(" ".join)
TOWNS = st.sampled_from([None, "Wolvercote", "Otterton"])
COUNTRIES = st.sampled_from([None, "Q145", "Q142"])
LATS = st.none() | st.sampled_from([0.0, 52.4, 52.40001, 52.5, -90.0, 90.0])
LONS = st.sampled_from([-1.5, -1.49999, 180.0, -180.0])
CLASSES = st.lists(st.sampled_from(["Q4167410", "Q4167836", "Q5", "Q16970", "Q42948"]), max_size=2)
IDS = st.sampled_from(["a", "b", "c"])


@st.composite
def cases(draw: Any) -> tuple[list[Row], list[Row]]:
    records = [
        record(
            record_id,
            draw(NAMES),
            lat,
            draw(LONS) if lat is not None else None,
            municipality=draw(TOWNS),
            country=draw(COUNTRIES),
        )
        for record_id in draw(st.lists(IDS, max_size=3, unique=True))
        for lat in [draw(LATS)]
    ]
    items = []
    for k in range(draw(st.integers(0, 4))):
        more = {"classes": draw(CLASSES), "country": draw(COUNTRIES)}
        if draw(st.booleans()):
            more["identifier"] = draw(IDS)
        items.append(item(f"Q{k + 1}", draw(NAMES), draw(LATS), draw(LONS), **more))
    return records, items


@SLOW
@given(case=cases())
def test_the_rules_hold_whatever_comes(case: tuple[list[Row], list[Row]]) -> None:
    records, items = case
    matches = reconcile(*tables(records, items), shipped())
    assert matches.schema == MATCHES
    assert matches["record_id"].to_pylist() == sorted(r["record_id"] for r in records)
    by_qid = {i["qid"]: i for i in items}
    taken = [row["qid"] for row in matches.to_pylist() if row["decision"] == "match"]
    assert len(taken) == len(set(taken))
    for row in matches.to_pylist():
        assert (row["decision"] == "match") == (row["qid"] is not None)
        assert row["reason"].endswith(".")
        assert len(row["candidates"]) <= shipped().shown
        if row["decision"] == "match":
            found = by_qid[row["qid"]]
            values = {i["value"] for i in found["identifiers"]}
            assert not values or row["record_id"] in values
            assert not {"Q4167410", "Q4167836"} & set(found["classes"])


@SLOW
@given(case=cases(), seed=st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(case: tuple[list[Row], list[Row]], seed: int) -> None:
    records, items = case
    before = reconcile(*tables(records, items), shipped())
    random.Random(seed).shuffle(records)
    random.Random(seed + 1).shuffle(items)
    assert reconcile(*tables(records, items), shipped()).equals(before)


def test_it_makes_no_difference_in_how_many_parts_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    records, items = surroundings()
    whole = reconcile(*tables(records, items), shipped())
    monkeypatch.setattr(threads, "CHUNK", 3)
    parts = list(answers(*tables(records, items), shipped()).parts())
    assert [part.num_rows for part in parts[:-1]] == [3] * (len(parts) - 1)
    assert pa.concat_tables(parts).equals(whole)
    assert len(parts) > 3


STRANGERS = ["Zzyzx Observatory", "ქართული ძეგლი", "東大寺", "مرصد زيزكس", "Xyloqueo 77", "🛰"]


def strange(name: str, **more: Any) -> Row:
    return item("Q9000001", name, -40.0, 170.0, **more)


@pytest.mark.parametrize("namesake", PLACED)
def test_a_namesake_far_away_changes_no_decision_about_what_has_a_place(namesake: str) -> None:
    records, items = surroundings()
    before = reconcile(*tables(records, items), shipped())
    after = reconcile(*tables(records, [*items, strange(namesake)]), shipped())
    assert after.select(["record_id", "decision", "qid"]).equals(
        before.select(["record_id", "decision", "qid"])
    )


@SLOW
@given(
    case=cases(),
    others=st.integers(0, 70),
    name=st.sampled_from(STRANGERS),
    number=st.sampled_from([0, 9_000_001]),
)
def test_what_lies_far_away_under_another_name_changes_nothing(
    case: tuple[list[Row], list[Row]], others: int, name: str, number: int
) -> None:
    """In an index of any size and wherever its id stands; not even a probability moves."""
    records, items = case
    more_records, more_items = surroundings()
    records = records + more_records[: others // 4]
    items = items + more_items[:others]
    items += [
        item(f"Q{2000 + k}", f"{chr(97 + k % 26) * 3}{chr(97 + k // 26)}holt Mill", 51 + k * 0.1, 1.0)
        for k in range(others - len(more_items))
    ]
    stranger = item(f"Q{number or 5}", name, -40.0, 170.0)
    alone = reconcile(*tables(records, items), shipped())
    assert reconcile(*tables(records, [*items, stranger]), shipped()).equals(alone)


@SLOW
@given(case=cases(), seed=st.integers(0, 1000))
def test_no_score_overrules_what_is_never_matched(case: tuple[list[Row], list[Row]], seed: int) -> None:
    records, items = case
    ours, theirs, pairs = compare(
        tables(records, items)[0], prepare(tables(records, items)[1], shipped()), shipped()
    )
    draw = np.random.default_rng(seed)
    odds = draw.uniform(-20, 20, len(pairs.record))
    leads = rival_features(pairs, odds)
    final = draw.choice([0.0, 0.5, 1.0], len(odds))
    decided = decide(pairs, leads, final, ours, theirs, shipped(), Least(0.5, 0.5))
    matched = decided.best[decided.decision == "match"]
    assert len(set(pairs.item[matched].tolist())) == len(matched)
    ours_by_id = {row["record_id"]: row for row in records}
    theirs_by_qid = {row["qid"]: row for row in items}
    carriers = Counter(i["value"] for row in items for i in row["identifiers"])
    for pair in matched.tolist():
        columns = {name: float(column[pair]) for name, column in pairs.columns.items()}
        mine = ours_by_id[ours.ids[pairs.record[pair]]]
        other = theirs_by_qid[theirs.qids[pairs.item[pair]]]
        never_matched(mine, other, columns, float(pairs.distance[pair] - pairs.allowed[pair]), carriers)


def never_matched(
    mine: Row, other: Row, columns: dict[str, float], apart: float, carriers: Counter[str]
) -> None:
    """Section 6 of the domain rules, read from the rows; `apart` are metres beyond both precisions, NaN where
    a side has no place."""
    values = {i["value"] for i in other["identifiers"]}
    same = mine["record_id"] in values
    assert not values or same
    assert not {"Q4167410", "Q4167836"} & set(other["classes"])
    assert set(other["classes"]) != {"Q5"}
    alike = max(columns["words"], columns["spelling"])
    if same:
        assert carriers[mine["record_id"]] == 1
        assert not (apart > shipped().disagree_m and alike < shipped().like_name and not columns["kind"] > 0)
        return
    assert alike >= shipped().some_name  # nearness alone
    assert not apart > shipped().far_apart_m
    label = other["labels"][0]["text"] if other["labels"] else ""
    walls = [("Wall" in (text or "") or "Q42948" in classes) for text, classes in (
        (mine["name"], ()), (label, other["classes"]))]  # fmt: skip
    assert walls[0] == walls[1]
    numbers = [{w for w in (text or "").split() if w in ("3", "4")} for text in (mine["name"], label)]
    assert not (numbers[0] and numbers[1] and numbers[0] != numbers[1])
    countries = {mine["country"], other["country"]}
    assert len(countries - {None}) < 2 or apart <= shipped().same_spot_m
    if np.isnan(apart):
        rare = columns["information"] >= shipped().distinctive
        assert rare or columns["municipality"] >= shipped().named


CROSSES = [record(f"{k:04}", "Cross", 50 + k / 1e3, -1.0) for k in range(600)]
BAD = {
    "no names": ([record("1", None, 1.0, 2.0)], [item("Q1", None, 1.0, 2.0)]),
    "no coordinates": ([record("1", "Old Mill")], [item("Q1", "Old Mill")]),
    "one name": (CROSSES, [item(f"Q{k + 1}", "Cross", 50 + k / 1e3, -1.0) for k in range(600)]),
    "one point": (
        [record(f"{k}", f"House {k}", 1.0, 2.0) for k in range(200)],
        [item(f"Q{k + 1}", f"House {k}", 1.0, 2.0) for k in range(200)],
    ),
    "a hundred coordinates": (
        [record("1", "Wolvercote Paper Mill", 50.0, 1.0)],
        [item("Q1", "Wolvercote Wall", points=[{"lat": 50 + k / 100, "lon": 1.0} for k in range(100)])],
    ),
    "long, turned and pictured": (
        [record("1", "x" * 5000, 1.0, 2.0), record("2", "بيت \u202e الحكمة 🏰", 1.0, 2.0), record("3", "🏰")],
        [item("Q1", "x" * 5000, 1.0, 2.0), item("Q2", "بيت الحكمة", 1.0, 2.0), item("Q3", "🏰🏰")],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_decided_in_plain_words(case: str) -> None:
    records, items = BAD[case]
    matches = reconcile(*tables(records, items), shipped())
    assert matches.num_rows == len(records)
    assert all(reason.endswith(".") for reason in matches["reason"].to_pylist())
    found = [(row["record_id"], row["qid"]) for row in matches.to_pylist() if row["qid"]]
    if case == "one point":
        assert all(qid == f"Q{int(record_id) + 1}" for record_id, qid in found)
    elif case != "long, turned and pictured":
        assert found == []


def test_a_prepared_index_answers_every_register_as_a_fresh_one() -> None:
    records, items = surroundings()
    items[0]["identifiers"] = [{"property": "P1", "value": "s19"}, {"property": "P2", "value": "s18"}]
    for some in (records, records[:1], records[5:]):
        for identifier in ("P1", "P2", None):
            settings = replace(shipped(), identifier=identifier)
            ours, theirs = tables(some, items)
            prepared = prepare(theirs, shipped())
            reconcile(ours, prepared, replace(shipped(), identifier="P3"))
            assert reconcile(ours, prepared, settings).equals(reconcile(ours, theirs, settings))


def test_the_candidates_carry_features_that_add_up() -> None:
    records, items = surroundings()
    for row in reconcile(*tables(records, items), shipped()).to_pylist():
        for candidate in row["candidates"]:
            names = [feature["name"] for feature in candidate["features"]]
            assert set(shipped().pair_model.features) <= set(names)
            assert 0 <= candidate["probability"] <= 1


def test_empty_tables_are_fine() -> None:
    records, items = surroundings()
    assert reconcile(*tables([], items), shipped()).num_rows == 0
    alone = reconcile(*tables(records, []), shipped())
    assert set(alone["decision"].to_pylist()) == {"new"}
    assert isinstance(alone, pa.Table)


def test_exactly_the_columns_that_are_loaded_are_read() -> None:
    ours, theirs = surroundings()
    theirs[0] |= {"identifiers": [{"property": IDENTIFIER, "value": "s00"}], "classes": ["Q16970"]}
    records, items = tables(ours, theirs)
    rules = replace(shipped(), identifier=IDENTIFIER)
    few = items.select(list(RECONCILED))
    assert reconcile(records, few, rules).equals(reconcile(records, items, rules))
    for column in RECONCILED:
        with pytest.raises(KeyError, match=column):
            reconcile(records, few.drop_columns([column]), rules)
