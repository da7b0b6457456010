"""Names that say the same in other words, and names that only look alike."""

import pytest
from reconcile_cases import decided, item, named, record

LAT, LON = 52.41234, -1.51234


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("St Wolvercote's Church", "Saint Wolvercote's Church"),
        ("Sankt Wolvercote Kirche", "St. Wolvercote Kirche"),
        ("Kostel svatého Wolvercota", "Kostel sv. Wolvercota"),
        ("12 Wolvercote Road", "12 Wolvercote Rd"),
        ("Mount Wolvercote Fort", "Mt Wolvercote Fort"),
        ("вулиця Вишгородська 7", "вул. Вишгородська 7"),
    ],
)
def test_one_word_written_in_two_ways(ours: str, theirs: str) -> None:
    found = decided([record("1", ours, LAT, LON)], [item("Q1", theirs, LAT + 0.0001, LON)])["1"]
    assert (found["decision"], found["qid"]) == ("match", "Q1")
    assert found["reason"].startswith("Same words in the name")


@pytest.mark.parametrize(
    ("whole", "part", "names"),
    [
        ("სვეტიცხოვლის ტაძარი", "სვეტიცხოვლის ტაძრის გალავანი", "wall"),
        ("ბაგრატის ტაძარი", "ბაგრატის ტაძრის სამრეკლო", "belfry"),
        ("جامع الحاكم", "سور جامع الحاكم", "wall"),
        ("جامع الحاكم", "باب جامع الحاكم", "gate"),
        ("בית כנסת וולברקוט", "שער בית כנסת וולברקוט", "gate"),
        ("Ναός Αγίου Δημητρίου Ζαγοράς", "Καμπαναριό ναού Αγίου Δημητρίου Ζαγοράς", "belfry"),
        ("Μονή Ζαγοράς", "Πύλη Μονής Ζαγοράς", "gate"),
        ("Церква святого Юра Вишгород", "Дзвіниця церкви святого Юра Вишгород", "belfry"),
        ("Церква святого Юра Вишгород", "Огорожа церкви святого Юра Вишгород", "wall"),
        ("Церква святого Юра Вишгород", "Брама церкви святого Юра Вишгород", "gate"),
    ],
)
def test_a_part_is_not_the_whole_in_any_script(whole: str, part: str, names: str) -> None:
    for ours, theirs in ((whole, part), (part, whole)):
        found = decided([record("1", ours, LAT, LON)], [item("Q1", theirs, LAT, LON)])["1"]
        assert found["decision"] == "review"
        assert f"only a part of the other ({names})" in found["reason"]
    itself = decided([record("1", whole, LAT, LON)], [item("Q1", whole, LAT, LON)])["1"]
    assert (itself["decision"], itself["qid"]) == ("match", "Q1")


@pytest.mark.parametrize(
    "ours",
    [
        "Wolvercote Ropewalk and attached railings",
        "Wolvercote Ropewalk with outbuildings",
    ],
)
def test_what_belongs_to_a_thing_makes_it_no_other(ours: str) -> None:
    found = decided([record("1", ours, LAT, LON)], [item("Q1", "Wolvercote Ropewalk", LAT, LON)])["1"]
    assert (found["decision"], found["qid"]) == ("match", "Q1")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Lychgate of St Peter and St Wolvercote Church", "St Peter and St Wolvercote Church"),
        ("St Peter and Wolvercote Church gate", "St Peter and Wolvercote Church"),
        ("Gates and piers to Wolvercote Ropewalk", "Wolvercote Ropewalk"),
        ("Railings attached to Wolvercote Ropewalk", "Wolvercote Ropewalk"),
    ],
)
def test_a_part_is_one_whatever_else_is_joined(ours: str, theirs: str) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        found = decided([record("1", one, LAT, LON)], [item("Q1", other, LAT, LON)])["1"]
        assert found["decision"] == "review"
        assert "only a part of the other" in found["reason"]


@pytest.mark.parametrize(
    ("name", "of_item"),
    [
        ("Wolverminster Hall", "Q879050"),  # a place's name is no kind of thing
        ("Lodge of Wolvercote Ropewalk", "Q607241"),  # a part by another class is the same part
        ("Burial ground, Wolvercote Mill Lane", "Q39614"),
    ],
)
def test_a_class_matters_little_where_the_names_say_the_same(name: str, of_item: str) -> None:
    found = decided([record("1", name, LAT, LON)], [item("Q1", name, LAT, LON, classes=[of_item])])["1"]
    assert (found["decision"], found["qid"]) == ("match", "Q1")


@pytest.mark.parametrize("of_item", ["Q532", "Q42948", "Q48204", "Q4022"])
def test_a_village_or_a_wall_is_no_church_of_the_same_name(of_item: str) -> None:
    ours = record("1", "Wolvercote Church", LAT, LON, class_item="Q16970")
    for one in (ours, ours | {"class_item": None}):
        found = decided([one], [item("Q1", "Wolvercote Church", LAT, LON, classes=[of_item])])["1"]
        assert found["decision"] == "review"


def test_a_generic_word_more_or_less_is_no_other_name() -> None:
    # so many that other words are known to be rare
    many = [item(f"Q{5000 + k}", f"Bridleway {k}") for k in range(250)]
    ours = record("1", "Zandvoorde Farm", LAT, LON, municipality="Zandvoorde")
    same = item("Q1", "Zandvoorde Farmhouse", LAT, LON, classes=["Q489357"])
    assert decided([ours], [same, *many])["1"]["qid"] == "Q1"
    other = decided([ours], [item("Q1", "Zandvoorde Ropewalk", LAT, LON), *many])["1"]
    assert "nearness alone never decides" in other["reason"]


@pytest.mark.parametrize("other", ["War memorial in Foxmermouth", "Foxmermouth Obelisk"])
def test_the_municipality_is_no_part_of_a_name_that_has_more_to_say(other: str) -> None:
    for ours in ("Foxmermouth Farmhouse", "Foxmermouth Ropewalk"):
        farm = record("1", ours, LAT, LON, municipality="Foxmermouth")
        assert decided([farm], [item("Q1", other, LAT, LON)])["1"]["decision"] == "review"
        assert decided([farm], [item("Q1", ours, LAT, LON)])["1"]["qid"] == "Q1"


def test_a_name_that_is_the_municipality_is_compared_as_it_stands() -> None:
    abbey = record("1", "Foxmermouth", LAT, LON, municipality="Foxmermouth")
    found = decided([abbey], [item("Q1", "Foxmermouth", LAT, LON)])["1"]
    own = {f["name"]: f["value"] for f in found["candidates"][0]["features"]}["own_words"]
    assert own == 1.0


@pytest.mark.parametrize(
    "spelled", ["Wolvercote Hostel 3", "Wolvercote Hostel III", "Wolvercote Hostel No. 3"]
)
def test_numbers_agree_in_any_notation(spelled: str) -> None:
    ours = [record("1", "Wolvercote Hostel 3", LAT, LON)]
    found = decided(ours, [item("Q1", spelled, LAT, LON)])["1"]
    assert (found["decision"], found["qid"]) == ("match", "Q1")


@pytest.mark.parametrize("spelled", ["Wolvercote Hostel 4", "Wolvercote Hostel IV", "Wolvercote Hostel 3-5"])
def test_other_numbers_are_never_matched(spelled: str) -> None:
    ours = [record("1", "Wolvercote Hostel 3", LAT, LON)]
    found = decided(ours, [item("Q1", spelled, LAT, LON)])["1"]
    assert (found["decision"], "the numbers in the names differ" in found["reason"]) == ("review", True)


def test_a_house_number_without_a_town_goes_to_a_person() -> None:
    for name in ("3 High Street", "3 Wolvercote Street"):
        found = decided([record("1", name)], [item("Q1", name)])["1"]
        assert found["decision"] == "review"
        assert "a name without a place to compare is not enough here" in found["reason"]
    ours = record("1", "3 Wolvercote Street", municipality="Zandvoorde")
    found = decided([ours], [item("Q1", "3 Wolvercote Street, Zandvoorde")])["1"]
    assert (found["decision"], found["qid"]) == ("match", "Q1")


@pytest.mark.parametrize("place", [(LAT, LON), ()])
@pytest.mark.parametrize("others", [30, 100, 300])
def test_a_record_of_hundreds_of_words_is_known_by_the_one_name_that_the_index_has(
    place: tuple[float, ...], others: int
) -> None:
    aliases = named(*(f"Name{k}a Name{k}b Name{k}c" for k in range(others)), "Wolvercote Ropewalk")
    ours = record("1", "Wolvercote Ropewalk", *place, names=aliases)
    found = decided([ours], [item("Q1", "Wolvercote Ropewalk", *place)])["1"]
    assert found["candidates"][0]["qid"] == "Q1"
    assert found["decision"] == ("match" if place else "review")
    assert "same name" in found["reason"].lower()


def test_words_left_out_still_count_against_a_name() -> None:
    aliases = named(*(f"Old Name{k}a Name{k}b Name{k}c" for k in range(100)))
    ours = record("1", "Old Ropewalk", LAT, LON, names=aliases)
    found = decided([ours], [item("Q1", "Old Mill", LAT, LON)])["1"]
    own = {f["name"]: f["value"] for f in found["candidates"][0]["features"]}["own_words"]
    assert own < 0.5
    assert found["decision"] != "match"


@pytest.mark.parametrize("place", [(LAT, LON), ()])
@pytest.mark.parametrize("which", [0, 20, 39])
def test_a_record_of_more_names_than_are_compared_is_not_new(place: tuple[float, ...], which: int) -> None:
    names = [f"{chr(97 + k % 26) * 2}{chr(97 + k * 7 % 26) * 2}{chr(97 + k // 26) * 2}" for k in range(40)]
    ours = record("1", names[0], *place, municipality="Otterton", names=named(*names))
    found = decided([ours], [item("Q1", names[which], *place)])["1"]
    assert found["decision"] != "new"
    assert found["candidates"][0]["qid"] == "Q1"
