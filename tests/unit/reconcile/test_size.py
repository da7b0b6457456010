"""Bad input in such numbers that work or memory that grows with their product would show."""

import re
from collections.abc import Sequence

import pytest
from reconcile_cases import Row, item, record, shipped, tables

from heritage.reconcile import reconcile

MANY = 10_000
LAT, LON = 50.0, 1.0


def decided_plainly(records: Sequence[Row], items: Sequence[Row]) -> list[Row]:
    """Reconciled, every record with one sentence that names neither features nor flags."""
    rows: list[Row] = reconcile(*tables(list(records), list(items)), shipped()).to_pylist()
    assert [row["record_id"] for row in rows] == sorted(row["record_id"] for row in records)
    for row in rows:
        assert row["reason"].endswith(".")
        assert not re.search(r"_|nan|None|inf\b", row["reason"])
        assert len(row["candidates"]) <= shipped().shown
    return rows


def test_one_name_for_all_with_places() -> None:
    records = [record(f"{k:05}", "Cross", 50 + k / 1e3, LON) for k in range(MANY)]
    items = [item(f"Q{k + 1}", "Cross", 50 + k / 1e3, LON) for k in range(MANY)]
    rows = decided_plainly(records, items)
    assert {row["decision"] for row in rows} == {"review"}
    first = [row["candidates"][0]["qid"] for row in rows]
    assert sum(qid == f"Q{k + 1}" for k, qid in enumerate(first)) > 0.99 * MANY


@pytest.mark.parametrize("lat", [LAT, None])
def test_one_name_for_all_at_one_point_or_without_any(lat: float | None) -> None:
    place = (lat, LON) if lat is not None else ()
    records = [record(f"{k:05}", "Cross", *place) for k in range(MANY)]
    items = [item(f"Q{k + 1}", "Cross", *place) for k in range(MANY)]
    assert {row["decision"] for row in decided_plainly(records, items)} == {"review"}


def test_names_of_their_own_all_at_one_point() -> None:
    records = [record(f"{k:05}", f"Wolvercote House {k}", LAT, LON) for k in range(MANY)]
    items = [item(f"Q{k + 1}", f"Wolvercote House {k}", LAT, LON) for k in range(MANY)]
    rows = decided_plainly(records, items)
    assert [row["qid"] for row in rows] == [f"Q{k + 1}" for k in range(MANY)]


def test_more_items_at_one_point_than_are_looked_at() -> None:
    """The point says nothing then, but a name still does."""
    named = ["Zandvoorde Ropewalk", "Foxmermouth Kiln", "Ottery Lighthouse"]
    items = [item(f"Q{k + 1}", f"House {k}", LAT, LON) for k in range(70_000)]
    items += [item(f"Q{100_000 + k}", name, LAT, LON) for k, name in enumerate(named)]
    records = [record(f"{k}", name, LAT, LON) for k, name in enumerate(named)]
    records.append(record("9", "Zebra Obelisk", LAT, LON))
    rows = decided_plainly(records, items)
    assert [row["qid"] for row in rows] == ["Q100000", "Q100001", "Q100002", None]


def test_one_id_on_all_items() -> None:
    records = [record(f"{k:05}", "Cross", LAT, LON) for k in range(1_000)]
    items = [item(f"Q{k + 1}", "Cross", LAT, LON, identifier="00000") for k in range(1_000)]
    rows = decided_plainly(records, items)
    assert {row["decision"] for row in rows} == {"review"}
    assert "this id stands on several items or records" in rows[0]["reason"]
    assert "another id of this register" in rows[1]["reason"]


def test_an_empty_index() -> None:
    rows = decided_plainly([record(f"{k:05}", "Cross", LAT, LON) for k in range(MANY)], [])
    assert {row["decision"] for row in rows} == {"new"}
    assert {row["reason"] for row in rows} == {"No item of the index comes near in name or place."}


@pytest.mark.parametrize(
    "name", ["x" * 5000, " ".join(f"w{k}" for k in range(1500)), "🏰" * 5000, "\u202eبيت" * 1000]
)
def test_names_of_thousands_of_characters(name: str) -> None:
    records = [record(f"{k:03}", f"{name} {k}", 50 + k / 10, LON) for k in range(300)]
    items = [item(f"Q{k + 1}", f"{name} {k}", 50 + k / 10, LON) for k in range(300)]
    rows = decided_plainly(records, items)
    assert all(row["qid"] in (None, f"Q{k + 1}") for k, row in enumerate(rows))
    assert all(row["candidates"][0]["qid"] == f"Q{k + 1}" for k, row in enumerate(rows))


def test_turned_texts_match_as_others_do() -> None:
    records = [record(f"{k:03}", f"بيت \u202e الحكمة {k}", 50 + k / 10, LON) for k in range(300)]
    items = [item(f"Q{k + 1}", f"بيت الحكمة {k}", 50 + k / 10, LON) for k in range(300)]
    assert [row["qid"] for row in decided_plainly(records, items)] == [f"Q{k + 1}" for k in range(300)]


def test_items_of_a_hundred_coordinates() -> None:
    """One of them on the spot is enough; one of another thing is not."""
    records = [record(f"{k:03}", f"Wolvercote House {k}", 50 + k / 1e3, LON) for k in range(500)]
    items = [
        item(
            f"Q{k + 1}",
            f"Wolvercote House {k}",
            points=[{"lat": 50 + k / 1e3, "lon": LON + j / 100} for j in range(100)],
        )
        for k in range(500)
    ]
    rows = decided_plainly(records, items)
    assert [row["qid"] for row in rows] == [f"Q{k + 1}" for k in range(500)]
    walls = [row | {"labels": [{"lang": "en", "text": "Otterton Wall"}]} for row in items]
    assert not any(row["qid"] for row in decided_plainly(records, walls))
