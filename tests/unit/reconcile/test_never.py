"""What is never matched by machine, whatever the scores (domain rules, section 6)."""

import pytest
from reconcile_cases import decided, item, record

LAT, LON = 52.41234, -1.51234


def test_a_good_name_and_place_match_and_say_why() -> None:
    found = decided(
        [record("1", "Wolvercote Paper Mill", LAT, LON)],
        [item("Q1", "Wolvercote Paper Mill", LAT + 0.0001, LON)],
    )["1"]
    assert (found["decision"], found["qid"]) == ("match", "Q1")
    assert found["reason"] == "Same name and 11 m away and both mill; no other item comes near."


def test_the_identifier_decides_before_everything_else() -> None:
    found = decided(
        [record("1", "Wolvercote Paper Mill", LAT, LON)],
        [
            item("Q1", "Wolvercote Paper Mill", LAT, LON),
            item("Q2", "Paper Mill of Wolvercote", LAT + 0.004, LON, identifier="1"),
        ],
    )["1"]
    assert (found["decision"], found["qid"]) == ("match", "Q2")


def test_an_item_with_another_value_of_the_identifier() -> None:
    found = decided(
        [record("1", "Wolvercote Paper Mill", LAT, LON)],
        [item("Q1", "Wolvercote Paper Mill", LAT, LON, identifier="2")],
    )["1"]
    assert found["decision"] == "review"
    assert "another id of this register" in found["reason"]


def test_an_item_claimed_by_two_records() -> None:
    twins = [record("1", "Wolvercote Paper Mill", LAT, LON), record("2", "Wolvercote Paper Mill", LAT, LON)]
    found = decided(twins, [item("Q1", "Wolvercote Paper Mill", LAT, LON)])
    assert [found[k]["decision"] for k in "12"] == ["review", "review"]


def test_one_id_on_two_items() -> None:
    found = decided(
        [record("1", "Wolvercote Paper Mill", LAT, LON)],
        [
            item("Q1", "Wolvercote Paper Mill", LAT, LON, identifier="1"),
            item("Q2", "Wolvercote Paper Mill", LAT, LON, identifier="1"),
        ],
    )["1"]
    assert found["decision"] == "review"
    assert "several items or records" in found["reason"]


def test_an_identifier_that_agrees_while_all_else_disagrees() -> None:
    found = decided(
        [record("1", "Wolvercote Paper Mill", LAT, LON)],
        [item("Q1", "Zoological Gardens", LAT + 1, LON, identifier="1")],
    )["1"]
    assert found["decision"] == "review"
    assert "name, kind and place all disagree" in found["reason"]


@pytest.mark.parametrize(
    ("label", "classes"),
    [
        ("Holy Trinity Church", ["Q4167410"]),
        ("Holy Trinity Church", ["Q4167836"]),
        ("Holy Trinity Church", ["Q5"]),
        ("Holy Trinity Church", ["Q79007"]),
        ("Holy Trinity Church", ["Q43229"]),
        ("Churchyard Wall of Holy Trinity Church", []),
        ("Holy Trinity Church Lychgate", []),
        ("Holy Trinity Church School", ["Q3914"]),
        ("Friends of Holy Trinity Church", ["Q48204"]),
    ],
)
def test_what_only_shares_the_name(label: str, classes: list[str]) -> None:
    """Pages about many things, a person, a street, an institution, a part of the whole."""
    found = decided(
        [record("1", "Holy Trinity Church", LAT, LON)], [item("Q1", label, LAT, LON, classes=classes)]
    )
    assert found["1"]["decision"] != "match"


def test_a_common_name_without_a_place() -> None:
    found = decided([record("1", "Old Church")], [item("Q1", "Old Church")])
    assert found["1"]["decision"] != "match"


def test_a_name_without_a_place_that_another_item_bears_too() -> None:
    found = decided(
        [record("1", "Wolvercote Paper Mill")],
        [item("Q1", "Wolvercote Paper Mill"), item("Q2", "Wolvercote Paper Mill", LAT, LON)],
    )
    assert found["1"]["decision"] != "match"


def test_nearness_alone() -> None:
    found = decided([record("1", "Wolvercote Paper Mill", LAT, LON)], [item("Q1", "Zebra Obelisk", LAT, LON)])
    assert found["1"]["decision"] != "match"


def test_another_number() -> None:
    found = decided(
        [record("1", "Wolvercote Hostel 3", LAT, LON)], [item("Q1", "Wolvercote Hostel 4", LAT, LON)]
    )
    assert found["1"]["decision"] != "match"


def test_names_meet_across_scripts() -> None:
    found = decided(
        [record("1", "სვეტიცხოვლის ტაძარი მცხეთა", 41.8420, 44.7211)],
        [item("Q1", "Svet'itskhovlis T'adzari Mtskheta", 41.8421, 44.7210)],
    )["1"]
    assert found["candidates"][0]["qid"] == "Q1"
    assert found["candidates"][0]["probability"] > 0.5


def test_nothing_near_is_new() -> None:
    found = decided([record("1", "Qasr al-Azraq", 31.88, 36.83)], [])["1"]
    assert found["decision"] == "new"
    assert found["qid"] is None


def test_the_area_that_a_record_lies_in_is_no_candidate() -> None:
    found = decided(
        [record("1", "Two Wings", LAT, LON, municipality="Wolvercote", admin_item="Q9", country="Q145")],
        [item("Q9", "Wolvercote", LAT, LON), item("Q145", "Two Wings", LAT, LON)],
    )["1"]
    assert not {"Q9", "Q145"} & {candidate["qid"] for candidate in found["candidates"]}


def test_what_the_index_holds_for_its_name_alone_is_no_candidate() -> None:
    town = item("Q9", "Qasr al-Azraq", 31.88, 36.83, context=True)
    found = decided([record("1", "Qasr al-Azraq", 31.88, 36.83)], [town])["1"]
    assert (found["decision"], found["candidates"]) == ("new", [])


def test_the_reason_names_what_decided() -> None:
    found = decided(
        [record("1", "Wolvercote Paper Mill", LAT, LON)], [item("Q1", "Paper Mill", LAT + 0.02, LON)]
    )["1"]
    assert found["decision"] == "review"
    assert "Paper Mill (Q1)" in found["reason"]
    assert "2.2 km away" in found["reason"]


def test_a_branch_without_a_place() -> None:
    ours = record("1", "Public Library Wolvercote", municipality="Wolvercote")
    found = decided([ours], [item("Q1", "Public Library Wolvercote Zandvoort")])["1"]
    assert found["decision"] != "match"


def test_two_items_as_likely_as_each_other() -> None:
    found = decided(
        [record("1", "Wolvercote Paper Mill", LAT, LON)],
        [
            item("Q1", "Wolvercote Paper Mill", LAT, LON),
            item("Q2", "Wolvercote Paper Mill", LAT + 0.0001, LON),
        ],
    )["1"]
    assert found["decision"] == "review"


def test_a_common_name_some_way_off() -> None:
    found = decided(
        [record("1", "St Mary's Church", LAT, LON)], [item("Q1", "St Mary's Church", LAT + 0.05, LON)]
    )["1"]
    assert found["decision"] == "review"
    assert "the name is common" in found["reason"]


def test_a_class_is_no_single_thing() -> None:
    found = decided(
        [record("1", "Nature Reserve", LAT, LON)],
        [item("Q1", "Nature Reserve", LAT, LON), item("Q2", "Zebra Moor", 10.0, 10.0, classes=["Q1"])],
    )["1"]
    assert found["decision"] == "new"


def test_the_label_of_a_known_class_adds_no_other_kind() -> None:
    """A Kirchengebäude is a church, not a building beside one."""
    found = decided(
        [record("1", "Oystermouth Rotunda Church", LAT, LON)],
        [
            item("Q1", "Oystermouth Rotunda Church", LAT, LON, classes=["Q16970"]),
            item("Q16970", "Kirchengebäude"),
        ],
    )["1"]
    assert (found["decision"], found["qid"]) == ("match", "Q1")
