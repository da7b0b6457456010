"""Only what an item lacks is added, and nothing that stands there is touched."""

import copy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.model.edit import (
    Content,
    CoordinateValue,
    ItemValue,
    Kind,
    ReferenceAddition,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.statements.afterwards import lacking, without_delivered
from heritage.statements.difference import Diff, diff
from heritage.statements.live import parse_entity
from heritage.statements.wikibase_json import entity_data, snak_json

IDENTIFIER = "P1216"
OURS = (Snak("P248", ItemValue("Q500")), Snak("P813", TimeValue("+2026-11-20T00:00:00Z", 11)))
LAST_YEAR = (Snak("P248", ItemValue("Q500")), Snak("P813", TimeValue("+2025-01-01T00:00:00Z", 11)))
OTHER = (Snak("P143", ItemValue("Q328")),)
HERE = CoordinateValue(54.0, -1.5, 0.0001)


def saying(property, value, kind=Kind.PLACE, reference=OURS):
    return Statement(property, value, kind, (reference,))


def claim(property, value, rank="normal", references=(), guid="Q9$A"):
    snak = (
        snak_json(Snak(property, value))
        if value is not None
        else {"snaktype": "somevalue", "property": property}
    )
    return {
        "id": guid,
        "type": "statement",
        "rank": rank,
        "mainsnak": snak,
        "references": [{"snaks": {s.property: [snak_json(s)] for s in r}} for r in references],
    }


def item(*claims, **terms):
    grouped = {}
    for one in claims:
        grouped.setdefault(one["mainsnak"]["property"], []).append(one)
    return {"id": "Q9", "lastrevid": 7, "claims": grouped, **terms}


def term(lang, text):
    return {lang: {"language": lang, "value": text}}


def compare(content, entity):
    return diff(content, parse_entity(entity), IDENTIFIER)


def of(*statements, **terms):
    return Content(statements=statements, **terms)


def test_what_is_missing_is_added():
    statement = saying("P131", ItemValue("Q3"))
    assert compare(of(statement), item()).additions.statements == (statement,)


@pytest.mark.parametrize("entity", [{"claims": [], "labels": []}, {"claims": {}, "labels": {}}, {}])
def test_an_empty_item_comes_in_several_forms(entity):
    content = of(saying("P131", ItemValue("Q3")), labels={"en": "Tower"})
    assert compare(content, {"id": "Q9", **entity}).additions == content


def test_the_same_value_without_our_reference_gets_the_reference():
    result = compare(
        of(saying("P131", ItemValue("Q3"))), item(claim("P131", ItemValue("Q3"), references=[OTHER]))
    )
    assert result.additions == Content(references=(ReferenceAddition("Q9$A", "P131", Kind.PLACE, OURS),))


def test_dates_do_not_count_when_two_references_are_compared():
    entity = item(claim("P131", ItemValue("Q3"), references=[OTHER, LAST_YEAR]))
    assert compare(of(saying("P131", ItemValue("Q3"))), entity) == Diff(Content(), (), 1)


def test_a_reference_that_says_more_than_ours_is_enough_and_http_equals_https():
    url = Snak("P854", TextValue("https://towers.example/1"))
    fuller = (Snak("P248", ItemValue("Q500")), Snak("P854", TextValue("http://towers.example/1/")), *OTHER)
    statement = saying("P131", ItemValue("Q3"), reference=(*OURS, url))
    assert compare(of(statement), item(claim("P131", ItemValue("Q3"), references=[fuller]))).additions.empty


@pytest.mark.parametrize("property", ["P131", "P17"])
def test_another_value_of_a_single_property_is_a_conflict(property):
    result = compare(of(saying(property, ItemValue("Q3"))), item(claim(property, ItemValue("Q4"))))
    assert result.additions.empty
    assert result.conflicts == (f"{property}: the item says Q4, the register Q3",)


@pytest.mark.parametrize("value", [TextValue("2"), None])
def test_an_item_with_another_identifier_gets_nothing_at_all(value):
    content = of(
        saying("P131", ItemValue("Q3")),
        saying(IDENTIFIER, TextValue("1"), Kind.IDENTIFIERS),
        labels={"en": "Tower"},
    )
    result = compare(content, item(claim(IDENTIFIER, value)))
    assert result.additions.empty
    assert len(result.conflicts) == 1


def test_a_second_designation_is_added_and_a_class_of_any_sort_is_enough():
    content = of(
        saying("P1435", ItemValue("Q3"), Kind.DESIGNATION), saying("P31", ItemValue("Q3"), Kind.DESIGNATION)
    )
    result = compare(
        content, item(claim("P1435", ItemValue("Q4")), claim("P31", ItemValue("Q4"), guid="Q9$B"))
    )
    assert [s.property for s in result.additions.statements] == ["P1435"]
    assert result.already == 1


def test_a_deprecated_value_is_not_resurrected():
    result = compare(
        of(saying("P1435", ItemValue("Q3"))), item(claim("P1435", ItemValue("Q3"), "deprecated"))
    )
    assert result.additions.empty
    assert result.conflicts == ("P1435: Q3 is deprecated on the item",)


def test_a_deprecated_other_value_leaves_the_place_free():
    result = compare(of(saying("P131", ItemValue("Q3"))), item(claim("P131", ItemValue("Q4"), "deprecated")))
    assert result.additions.statements == (saying("P131", ItemValue("Q3")),)


def test_the_reference_goes_to_the_preferred_of_two_equal_statements():
    entity = item(claim("P131", ItemValue("Q3")), claim("P131", ItemValue("Q3"), "preferred", guid="Q9$B"))
    assert (
        compare(of(saying("P131", ItemValue("Q3"))), entity).additions.references[0].statement_guid == "Q9$B"
    )


@pytest.mark.parametrize(
    ("lat", "precision", "same"),
    [(54.0003, 0.0002, True), (54.00035, 0.0002, False), (54.002, 0.01, True), (54.0, 0.0, True)],
)
def test_points_within_the_sum_of_both_precisions_are_the_same(lat, precision, same):
    entity = item(claim("P625", CoordinateValue(lat, -1.5, precision)))
    result = compare(of(saying("P625", HERE)), entity)
    assert bool(result.additions.references) == same
    assert bool(result.conflicts) != same


def test_points_are_compared_across_the_date_line():
    entity = item(claim("P625", CoordinateValue(0.0, -179.9999, 0.0002)))
    assert not compare(of(saying("P625", CoordinateValue(0.0, 179.9999, 0.0002))), entity).conflicts


def test_a_name_that_differs_in_its_quotation_marks_alone_is_no_other_name():
    content = Content(labels={"de": "Stadtbibliothek „Bürger“"}, aliases={"de": ("Stadtbibliothek Burger",)})
    entity = item(labels=term("de", "Stadtbibliothek 'Bürger'"))
    assert compare(content, entity).additions == Content(aliases={"de": ("Stadtbibliothek Burger",)})


def test_a_label_is_added_only_where_the_language_has_none_and_becomes_an_alias_otherwise():
    content = Content(labels={"en": "Tower", "sv": "Torn", "de": "Turm"}, aliases={"en": ("The Tower",)})
    entity = item(
        labels=term("en", "North Tower") | term("sv", "TORN"),
        aliases={"en": [{"language": "en", "value": "the  tower"}]},
    )
    result = compare(content, entity)
    assert result.additions == Content(labels={"de": "Turm"}, aliases={"en": ("Tower",)})
    assert result.already == 2


def test_a_name_in_the_language_for_all_languages_is_not_repeated():
    assert compare(Content(labels={"en": "Tower"}), item(labels=term("mul", "Tower"))).additions.empty


def test_a_label_equal_to_the_description_is_a_conflict_because_the_wiki_refuses_it():
    result = compare(Content(labels={"en": "tower"}), item(descriptions=term("en", "tower")))
    assert result.additions.empty
    assert len(result.conflicts) == 1


def test_descriptions_of_an_existing_item_are_left_alone():
    assert compare(Content(descriptions={"en": "tower"}), item()).additions.empty


def test_a_reference_whose_statement_is_gone_or_deprecated_is_a_conflict():
    content = Content(references=(ReferenceAddition("Q9$A", "P131", Kind.PLACE, OURS),))
    assert "gone" in compare(content, item()).conflicts[0]
    assert "deprecated" in compare(content, item(claim("P131", ItemValue("Q3"), "deprecated"))).conflicts[0]


def test_what_we_added_once_and_a_person_removed_does_not_come_back():
    content = of(saying("P131", ItemValue("Q3")), saying("P1435", ItemValue("Q8")), labels={"en": "Tower"})
    once = of(saying("P131", ItemValue("Q3"), reference=LAST_YEAR), labels={"en": "TOWER"})
    kept, reasons = without_delivered(content, [once])
    assert kept == of(saying("P1435", ItemValue("Q8")))
    assert reasons == (
        "P131: we added it once and somebody removed it",
        "name in 'en': we added it once and somebody removed it",
    )


QIDS = st.sampled_from(["Q1", "Q2", "Q3"]).map(ItemValue)
POINTS = st.builds(
    CoordinateValue,
    st.floats(-90, 90).map(lambda x: round(x, 1)),
    st.floats(-180, 180).map(lambda x: round(x, 1)),
    st.sampled_from([0.0001, 0.1]),
)
REFERENCES = st.sampled_from([OURS, LAST_YEAR, OTHER])
FACTS = st.one_of(
    st.tuples(st.sampled_from(["P31", "P131", "P17", "P1435"]), QIDS),
    st.tuples(st.just("P625"), POINTS),
    st.tuples(st.just(IDENTIFIER), st.sampled_from(["1", "2"]).map(TextValue)),
)
LANGS = st.sampled_from(["en", "sv", "mul"])
NAMES = st.sampled_from(["Tower", "TOWER", "Torn", "straße", "STRASSE", "e\u0301", "é"])
CONTENTS = st.builds(
    lambda facts, labels, aliases: Content(
        labels=labels,
        aliases=aliases,
        statements=tuple(saying(pid, value) for pid, value in dict(facts).items()),
    ),
    st.lists(FACTS, max_size=5),
    st.dictionaries(LANGS, NAMES, max_size=2),
    st.dictionaries(LANGS, st.lists(NAMES, min_size=1, max_size=2, unique=True).map(tuple), max_size=2),
)
ENTITIES = st.builds(
    lambda facts, labels, aliases, descriptions: item(
        *(claim(p, v, rank, refs, f"Q9${i}") for i, ((p, v), rank, refs) in enumerate(facts)),
        labels={k: {"language": k, "value": v} for k, v in labels.items()},
        aliases={k: [{"language": k, "value": v} for v in vs] for k, vs in aliases.items()},
        descriptions={k: {"language": k, "value": v} for k, v in descriptions.items()},
    ),
    st.lists(
        st.tuples(
            FACTS | st.tuples(st.sampled_from(["P31", "P625"]), st.none()),
            st.sampled_from(["normal", "preferred", "deprecated"]),
            st.lists(REFERENCES, max_size=2),
        ),
        max_size=5,
    ),
    st.dictionaries(LANGS, NAMES, max_size=2),
    st.dictionaries(LANGS, st.lists(NAMES, min_size=1, max_size=2, unique=True), max_size=2),
    st.dictionaries(LANGS, NAMES, max_size=1),
)


def saved(entity, data):
    """The entity after `wbeditentity`: statements by id, aliases added."""
    after = copy.deepcopy(entity)
    after["labels"] |= data.get("labels", {})
    for lang, terms in data.get("aliases", {}).items():
        after["aliases"].setdefault(lang, []).extend({k: t[k] for k in ("language", "value")} for t in terms)
    for one in data.get("claims", []):
        group = after["claims"].setdefault(one["mainsnak"]["property"], [])
        group[:] = [c for c in group if c["id"] != one["id"]] + [one]
    return after


@given(CONTENTS, ENTITIES)
def test_once_added_nothing_is_left_to_add_and_nothing_was_changed(content, entity):
    first = compare(content, entity)
    after = saved(entity, entity_data(first.additions, "e", entity))
    again = compare(content, after)
    assert again.additions.empty
    assert set(again.conflicts) <= set(first.conflicts)
    assert lacking(first.additions, parse_entity(after)) == ()

    before, now = parse_entity(entity), parse_entity(after)
    assert before.labels.items() <= now.labels.items()
    assert before.descriptions == now.descriptions
    assert all(set(before.aliases[lang]) <= set(now.aliases[lang]) for lang in before.aliases)
    standing = {s.guid: s for s in now.statements}
    for statement in before.statements:
        same = standing[statement.guid]
        assert replace(same, references=statement.references) == statement
        assert same.references[: len(statement.references)] == statement.references
