"""Which items a record is compared with at all, and in which company."""

import pytest
from reconcile_cases import decided, item, record, shipped, surroundings, tables

from heritage.reconcile import reconcile

LAT, LON = 52.41234, -1.51234


def test_the_municipality_in_a_description_finds_an_item_among_its_namesakes() -> None:
    namesakes = [item(f"Q{k}", "Old Library") for k in range(2, 102)]
    ours = record("1", "Old Library", municipality="Zandvoorde")
    there = item("Q1", "Old Library", descriptions=["library in Zandvoorde"])
    found = decided([ours], [*namesakes, there])["1"]
    assert found["candidates"][0]["qid"] == "Q1"
    assert found["decision"] != "new"


@pytest.mark.parametrize("country", [None, "Q145", "Q21"])
def test_texts_of_the_same_country_or_of_none_are_found(country: str | None) -> None:
    """Q21 is a part of Q145."""
    others = [item(f"Q{k}", f"Zebra Obelisk {k}", country="Q142") for k in range(2, 12)]
    ours = record("1", "Wolvercote Paper Mill", country="Q145")
    theirs = item("Q1", "Wolvercote Paper Mill", country=country)
    found = decided([ours], [*others, theirs])["1"]
    assert (found["decision"], found["qid"]) == ("match", "Q1")


def test_a_text_of_several_countries_is_found() -> None:
    ours = record("1", "Wolvercote Paper Mill", country="Q145")
    both = [item(f"Q{k}", "Wolvercote Paper Mill", country=c) for k, c in ((1, "Q145"), (2, "Q142"))]
    found = decided([ours], both)["1"]
    assert found["candidates"][0]["qid"] == "Q1"
    assert found["decision"] == "review"


def test_an_item_across_the_border_goes_to_a_person() -> None:
    ours = record("1", "Wolvercote Paper Mill", LAT, LON, country="Q145")
    theirs = item("Q1", "Wolvercote Paper Mill", LAT + 0.02, LON, country="Q142")
    found = decided([ours], [theirs])["1"]
    assert found["decision"] == "review"
    assert "it lies in another country" in found["reason"]
    on_the_spot = item("Q1", "Wolvercote Paper Mill", LAT, LON, country="Q142")
    assert decided([ours], [on_the_spot])["1"]["qid"] == "Q1"


def test_two_items_of_one_name_within_the_precision_go_to_a_person() -> None:
    ours = [record("1", "Wolvercote Paper Mill", LAT, LON)]
    twins = [
        item("Q1", "Wolvercote Paper Mill", LAT, LON),
        item("Q2", "Wolvercote Paper Mill", LAT + 0.0004, LON),
    ]
    found = decided(ours, twins)["1"]
    assert found["decision"] == "review"
    assert "another item is nearly as likely" in found["reason"]
    apart = [twins[0], item("Q2", "Wolvercote Paper Mill", LAT + 0.01, LON)]
    assert decided(ours, apart)["1"]["qid"] == "Q1"
    rough = [record("1", "Wolvercote Paper Mill", LAT, LON, precision_m=2000.0)]
    assert decided(rough, apart)["1"]["decision"] == "review"


def test_the_records_come_by_id_wherever_they_lie() -> None:
    records, items = surroundings()
    for k, row in enumerate(records):  # south to north, against the order of the ids
        row |= {"lat": 60.0 - k, "lon": (-1.0) ** k * k}
        items[k]["points"] = [{"lat": 60.0 - k, "lon": (-1.0) ** k * k}]
    rows = reconcile(*tables(records, items), shipped()).to_pylist()
    assert [row["record_id"] for row in rows] == sorted(r["record_id"] for r in records)
    assert [row["qid"] for row in rows] == [i["qid"] for i in items]
    assert all(row["candidates"][0]["qid"] == row["qid"] for row in rows)


@pytest.mark.parametrize(("name", "bearers"), [("Wolvercote Ropewalk", 31), ("Cross", 31), ("Cross", 9_000)])
def test_a_name_that_many_items_bear_is_never_new(name: str, bearers: int) -> None:
    found = decided([record("1", name)], [item(f"Q{k}", name) for k in range(1, bearers + 1)])["1"]
    assert found["decision"] == "review"
    assert found["candidates"]
