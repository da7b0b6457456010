"""What a record says about its item."""

from datetime import date

import pytest

from heritage.model.edit import CoordinateValue, ItemValue, Snak, TextValue, TimeValue
from heritage.statements.desired import described_alike, desired, precision_degrees

RETRIEVED = date(2026, 11, 20)
DAY = Snak("P813", TimeValue("+2026-11-20T00:00:00Z", 11))
PLACED = {"lat": 54.1234567, "lon": -1.5, "precision_m": 30.0, "place_method": "given"}


def by_property(content):
    return {s.property: s for s in content.statements}


def test_a_full_record_says_what_it_is_where_it_is_and_how_it_is_protected(spec, record):
    row = record(class_item="Q1", designation_item="Q2", country="Q145", admin_item="Q3", **PLACED)
    said = by_property(desired(row, spec, RETRIEVED, new=False))
    assert {p: s.value for p, s in said.items()} == {
        "P1216": TextValue("0001/A"),
        "P31": ItemValue("Q1"),
        "P1435": ItemValue("Q2"),
        "P17": ItemValue("Q145"),
        "P131": ItemValue("Q3"),
        "P625": CoordinateValue(54.123457, -1.5, 0.00027),
    }


def test_every_statement_refers_to_the_entry_of_the_register(spec, record):
    row = record(designation_item="Q2", url="https://towers.example/0001")
    expected = (Snak("P248", ItemValue("Q500")), Snak("P854", TextValue("https://towers.example/0001")), DAY)
    content = desired(row, spec, RETRIEVED, new=False)
    assert [s.references for s in content.statements] == [(expected,), (expected,)]


@pytest.mark.parametrize(
    "url", [None, "", "no scheme", "https://towers.example/a b", "ftp://towers.example/1"]
)
def test_without_a_usable_url_the_reference_carries_the_identifier(spec, record, url):
    content = desired(record(url=url), spec, RETRIEVED, new=False)
    assert content.statements[0].references[0][1] == Snak("P1216", TextValue("0001/A"))


@pytest.mark.parametrize(
    "withheld",
    [
        {"lat": None},
        {"lon": None},
        {"precision_m": None},
        {"place_method": "shared"},
        {"place_method": "swapped"},
    ],
)
def test_a_point_that_is_withheld_or_not_the_sites_own_is_not_said(spec, record, withheld):
    content = desired(record(**PLACED | withheld), spec, RETRIEVED, new=True)
    assert "P625" not in by_property(content)


def test_what_stands_for_a_name_but_is_none_becomes_neither_label_nor_alias(spec, record):
    names = [{"lang": "zxx", "text": "Sample, John, House"}, {"lang": "en", "text": "John Sample House"}]
    content = desired(record(names=names), spec, RETRIEVED, new=False)
    assert (content.labels, content.aliases) == ({"en": "John Sample House"}, {})
    assert desired(record(names=names[:1]), spec, RETRIEVED, new=False).labels == {}


def test_names_become_one_label_a_language_and_aliases_in_the_form_the_wiki_stores(spec, record):
    names = [
        ("en", " Tower\nof e\u0301 "),
        ("en", "Old Tower"),
        ("en", "Old Tower"),
        ("zh-Hant", "塔樓"),
        ("en", ""),
    ]
    row = record(names=[{"lang": lang, "text": text} for lang, text in names])
    content = desired(row, spec, RETRIEVED, new=False)
    assert content.labels == {"en": "Tower of é", "zh-hant": "塔樓"}
    assert content.aliases == {"en": ("Old Tower",)}


def test_descriptions_are_for_new_items_and_name_the_municipality(spec, record):
    row = record(municipality="Northtown")
    assert desired(row, spec, RETRIEVED, new=False).descriptions == {}
    made = desired(row, spec, RETRIEVED, new=True)
    assert made.descriptions == {"en": "listed tower, Northtown", "zh-hant": "塔, Northtown"}


def test_records_of_one_name_and_place_are_told_apart_by_the_registers_id(spec, record):
    rows = [record(record_id=i, municipality="Northtown") for i in ("1", "2")]
    rows.append(record(record_id="3", municipality="Southtown"))
    alike = described_alike(rows, spec)
    made = [desired(row, spec, RETRIEVED, new=True, alike=alike) for row in rows]
    assert [content.descriptions["en"] for content in made] == [
        "listed tower, Northtown (1)",
        "listed tower, Northtown (2)",
        "listed tower, Southtown",
    ]


@pytest.mark.parametrize("metres", [0.01, 1, 9.99, 11.132, 30, 111.32, 999, 1113.2, 111_320, 500_000])
def test_precision_is_never_finer_than_the_radius_nor_much_coarser(metres):
    degrees = precision_degrees(metres)
    assert max(metres, 0.111) / 111_320 <= degrees * 1.000001
    assert degrees <= max(metres / 111_320 * 1.11, 2e-6)


def test_a_register_without_a_property_of_its_own_states_what_its_address_supports_and_no_identifier(
    spec, record
):
    own = spec.model_copy(update={"item": spec.item.model_copy(update={"identifier": None})})
    url = "https://towers.example/0001"
    said = by_property(desired(record(designation_item="Q2", url=url), own, RETRIEVED, new=True))
    assert {p: s.references[0][1] for p, s in said.items()} == {"P1435": Snak("P854", TextValue(url))}
    nothing = desired(record(designation_item="Q2", url=None), own, RETRIEVED, new=True)
    assert nothing.statements == ()


def test_the_date_of_building_and_the_day_of_protection_are_said(spec, record):
    row = record(designation_item="Q2", designated="1983-11-03", inception="18XX", class_item="Q1")
    statements = by_property(desired(row, spec, RETRIEVED, new=False))
    assert statements["P571"].value == TimeValue("+1801-00-00T00:00:00Z", 7)
    assert statements["P1435"].qualifiers == (Snak("P580", TimeValue("+1983-11-03T00:00:00Z", 11)),)
    assert statements["P31"].qualifiers == ()
    assert all(s.references for s in statements.values())


def test_a_day_of_protection_that_is_not_known_exactly_is_left_out(spec, record):
    row = record(designation_item="Q2", designated="1983~", inception="soon")
    statements = by_property(desired(row, spec, RETRIEVED, new=False))
    assert statements["P1435"].qualifiers == ()
    assert "P571" not in statements


def test_an_image_is_said_by_its_name(spec, record):
    content = desired(record(), spec, RETRIEVED, new=False, image="Cafe\u0301.jpg")
    assert by_property(content)["P18"].value == TextValue("Café.jpg")


def test_identifiers_are_said_as_the_wiki_stores_them(spec, record):
    content = desired(record(record_id="e\u0301-1"), spec, RETRIEVED, new=False)
    assert by_property(content)["P1216"].value == TextValue("é-1")
