"""What rules suggest of records, and what they leave alone."""

from typing import Any

import pyarrow as pa
import pytest

from heritage.model.review import AnnotationKind
from heritage.model.tables import ITEMS, RECORDS
from heritage.review.rules import (
    LABELS,
    NEIGHBOURS,
    SAME_TERM,
    STATED,
    areas,
    stated,
    suggest,
    translations,
    types,
)
from heritage.review.settings import RuleSettings

SETTINGS = RuleSettings()
BERLIN, POTSDAM, CHURCH, CHAPEL = "Q64", "Q1711", "Q16970", "Q108325"


def records(*rows: dict[str, Any]) -> pa.Table:
    base = {"dataset": "d", "kind": "monument"}
    return pa.Table.from_pylist(
        [base | {"record_id": str(n)} | row for n, row in enumerate(rows)], schema=RECORDS
    )


def items(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"qid": f"Q{n}", "context": False} | row for n, row in enumerate(rows, 1)], schema=ITEMS
    )


def texts(**by_lang: str) -> list[dict[str, str]]:
    return [{"lang": lang.replace("_", "-"), "text": text} for lang, text in by_lang.items()]


def named(**by_lang: str) -> dict[str, Any]:
    return {"lang": next(iter(by_lang)), "names": texts(**by_lang)}


def translated(record: dict[str, Any], labels: list[dict[str, str]], *languages: str) -> dict[str, str]:
    said = translations(records(record), {"0": "Q1"}, items({"labels": labels}), languages)
    annotations = [one.suggestion.annotation for one in said]
    assert all(one and one.kind is AnnotationKind.TRANSLATION for one in annotations)
    return {one.lang: one.text for one in annotations if one}


def test_labels_in_languages_that_the_register_lacks_are_translations() -> None:
    labels = texts(de="Marienkirche", sv="Mariakyrkan", pl="Kościół Mariacki")
    record = named(de="St. Marien")
    assert translated(record, labels) == {"pl": "Kościół Mariacki", "sv": "Mariakyrkan"}
    assert translated(record, labels, "sv", "de") == {"sv": "Mariakyrkan"}
    [first, _] = translations(records(record), {"0": "Q1"}, items({"labels": labels}))
    assert (first.record_id, first.item, first.suggestion.generator) == ("0", "Q1", LABELS)


@pytest.mark.parametrize(
    "labels",
    [
        texts(fr="st.  MARIEN"),  # the name that the register has
        texts(de_at="Marienkirche"),  # a variant of its language
        texts(mul="Marienkirche"),
        texts(fr=""),
        texts(fr="x" * 251),
        [],
    ],
    ids=str,
)
def test_a_label_from_which_nobody_learns_anything_is_none(labels: list[dict[str, str]]) -> None:
    assert translated(named(de="St. Marien"), labels) == {}


def test_of_a_language_and_its_variants_the_language_itself_is_asked_about() -> None:
    labels = texts(sr="Црква", sr_ec="Црква", sr_el="Crkva", pt_br="Igreja")
    assert translated(named(de="Kirche"), labels) == {"sr": "Црква", "pt-br": "Igreja"}


def test_records_without_an_item_or_a_name_have_no_translation_or_any() -> None:
    labels = items({"labels": texts(sv="Kyrka")})
    assert list(translations(records(named(de="Kirche")), {}, labels)) == []
    assert list(translations(records(named(de="Kirche")), {"0": "Q99"}, labels)) == []
    assert [one.record_id for one in translations(records({}), {"0": "Q1"}, labels)] == ["0"]


def lying(lat: float, lon: float, *admin: str, **other: Any) -> dict[str, Any]:
    return {"points": [{"lat": lat, "lon": lon, "precision_m": 1.0}], "admin": list(admin)} | other


def around(*admin: str, lat: float = 52.5, lon: float = 13.4, step: float = 0.001) -> list[dict[str, Any]]:
    return [lying(lat + step * n, lon, one) for n, one in enumerate(admin)]


def located(*rows: dict[str, Any], record: dict[str, Any] | None = None) -> list[str]:
    place = {"lat": 52.5, "lon": 13.4, "precision_m": 10.0} | (record or {})
    said = [one.suggestion for one in areas(records(place), items(*rows), SETTINGS)]
    assert all(one.generator == NEIGHBOURS for one in said)
    return [one.annotation.item for one in said if one.annotation]


def test_the_area_of_all_items_nearby_is_that_of_the_place() -> None:
    assert located(*around(*[BERLIN] * 5)) == [BERLIN]
    both = [lying(52.5, 13.4 + n / 1000, BERLIN, f"Q90{n}") for n in range(5)]
    assert located(*both) == [BERLIN]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (around(BERLIN, BERLIN, BERLIN, BERLIN, POTSDAM), "at a border"),
        (around(*[BERLIN] * 4), "too few"),
        (around(*[BERLIN] * 5, step=0.01), "too far"),
        ([one | {"context": True} for one in around(*[BERLIN] * 5)], "areas and classes themselves"),
        ([one | {"points": one["points"] * 2} for one in around(*[BERLIN] * 5)], "of several places"),
        ([lying(52.5, 13.4, BERLIN, POTSDAM) for _ in range(5)], "of two areas"),
        ([], "none"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_items_that_do_not_tell_the_area_suggest_none(rows: list[dict[str, Any]], why: str) -> None:
    assert located(*rows) == [], why


@pytest.mark.parametrize(
    "record",
    [{"admin_item": BERLIN}, {"lat": None}, {"lon": None}, {"precision_m": 5000.0}],
    ids=str,
)
def test_a_record_whose_area_is_known_or_whose_place_is_not_is_left_alone(record: dict[str, Any]) -> None:
    assert located(*around(*[BERLIN] * 5), record=record) == []


def test_the_nearest_items_are_found_across_180_degrees() -> None:
    rows = [lying(-17.0, lon, "Q712") for lon in (179.999, -179.999, 179.998, -179.998, 180.0)]
    assert located(*rows, record={"lat": -17.0, "lon": -179.9995}) == ["Q712"]


def typed(
    term: str | None, classes: list[list[str]], *, more: int = 1, **settings: Any
) -> list[tuple[str, str]]:
    """Matched records of the term with these classes, and some that are not matched."""
    known = records(*({"type": term} for _ in classes), *({"type": term} for _ in range(more)))
    matched = {str(n): f"Q{n + 1}" for n in range(len(classes))}
    of = items(*({"classes": one} for one in classes))
    said = list(types(known, matched, of, SETTINGS))
    assert all(one.suggestion.generator == SAME_TERM for one in said)
    return [(one.record_id, one.suggestion.annotation.item) for one in said if one.suggestion.annotation]


def test_records_of_a_term_are_what_those_of_it_are_that_are_matched() -> None:
    assert typed("Kirche", [[CHURCH]] * 5) == [("5", CHURCH)]
    assert typed("Kirche", [[CHURCH, "Q1"], *[[CHURCH]] * 8, [CHAPEL]]) == [("9", CHURCH), ("10", CHURCH)]


@pytest.mark.parametrize(
    ("term", "classes"),
    [
        ("Kirche", [[CHURCH]] * 4),  # too few
        ("Kirche", [*[[CHURCH]] * 4, [CHAPEL]]),  # not of one mind
        ("Kirche", [[CHURCH, CHAPEL]] * 5),  # which of the two?
        ("Kirche", [[]] * 5),
        (None, [[CHURCH]] * 5),
    ],
)
def test_where_matched_records_do_not_agree_nothing_is_suggested(
    term: str | None, classes: list[list[str]]
) -> None:
    assert typed(term, classes) == []


def test_a_term_that_somebody_has_mapped_is_left_alone() -> None:
    known = records(*({"type": "Kirche", "class_item": CHURCH} for _ in range(6)))
    of = items(*({"classes": [CHURCH]} for _ in range(5)))
    assert list(types(known, {str(n): f"Q{n + 1}" for n in range(5)}, of, SETTINGS)) == []


def test_the_same_tables_suggest_the_same_in_the_same_order() -> None:
    table = records(*({"type": "Kirche"} for _ in range(8)))
    of = items(*({"classes": [CHURCH]} for _ in range(5)))
    matched = {str(n): f"Q{n + 1}" for n in range(5)}
    assert list(types(table, matched, of, SETTINGS)) == list(
        types(table, dict(reversed(matched.items())), of, SETTINGS)
    )


def test_what_an_item_alone_states_is_suggested_where_the_register_lacks_it() -> None:
    table = records({}, {"admin_item": BERLIN, "class_item": CHURCH}, {}, {})
    of = items({"admin": [BERLIN], "classes": [CHURCH]}, {"admin": [BERLIN, POTSDAM], "classes": []})
    found = list(stated(table, {"0": "Q1", "1": "Q1", "2": "Q2"}, of))
    said = [(one.record_id, one.suggestion.annotation) for one in found]
    assert [(record_id, one.item) for record_id, one in said if one] == [("0", BERLIN), ("0", CHURCH)]
    assert {one.suggestion.generator for one in found} == {STATED}


def test_all_rules_together_say_one_thing_of_each_sort_and_what_the_item_states_first() -> None:
    place = {"lat": 52.5, "lon": 13.4, "precision_m": 1.0, "type": "Kirche"}
    table = records(place | named(de="St. Marien"), place)
    of = items(
        lying(0, 0, POTSDAM, classes=[CHAPEL], labels=texts(sv="Mariakyrkan", pl="x")), *around(*[BERLIN] * 5)
    )
    kinds = tuple(AnnotationKind)
    found = suggest(table, {"0": "Q1"}, of, kinds, ("sv",), SETTINGS)
    said = [(one.record_id, one.suggestion.annotation) for one in found]
    assert [(record_id, one.item or one.text) for record_id, one in said if one] == [
        ("0", "Mariakyrkan"), ("0", POTSDAM), ("0", CHAPEL), ("1", BERLIN),
    ]  # fmt: skip
    only = suggest(table, {"0": "Q1"}, of, (AnnotationKind.TERM,), (), SETTINGS)
    assert [one.suggestion.annotation.item for one in only if one.suggestion.annotation] == [CHAPEL]
