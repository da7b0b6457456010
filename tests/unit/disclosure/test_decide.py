"""The rules as they stand in the repository, asked one by one."""

from dataclasses import replace
from datetime import date

import pytest

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.disclosure.decide import Subject, decide
from heritage.disclosure.rules import DisclosureRules
from heritage.errors import SpecError
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Level

DECIDED = date(2026, 11, 21)
CHURCH = Subject(
    kind="monument",
    type="church",
    class_item="Q16970",
    country="Q145",
    restriction=None,
    place_method="given",
    precision_m=10.0,
    identifier="P1216",
)


@pytest.fixture(scope="module")
def rules(repository) -> DisclosureRules:
    return YamlVocabularies(repository / "datasets" / "_vocabularies").disclosure()


def ruling(rules: DisclosureRules, **changes: object):
    return decide(replace(CHURCH, **changes), rules, DECIDED)


def rule_ids(found) -> list[str]:
    return [hit.rule for hit in found.hits]


def test_an_ordinary_monument_is_exact_with_a_reason_and_a_review_date(rules):
    found = ruling(rules)
    assert (found.disclosure, found.hits) == (Disclosure.S0, ())
    assert found.reason
    assert found.review_by == date(2028, 11, 21)


@pytest.mark.parametrize("word", ["Y", "Address Restricted", "TK Secret / Sacred", "vertraulich"])
def test_r1_any_word_that_is_not_known_as_open_restricts(rules, word):
    found = ruling(rules, restriction=word)
    assert (found.disclosure, rule_ids(found)) == (Disclosure.S4, ["R1"])


@pytest.mark.parametrize("word", ["N", "no", " False ", "0", "", None])
def test_r1_words_for_open_restrict_nothing(rules, word):
    assert ruling(rules, restriction=word).disclosure is Disclosure.S0


def test_r1_a_ring_fenced_record_is_withheld(rules):
    assert ruling(rules, restriction="Ring-Fenced by request").disclosure is Disclosure.S5


@pytest.mark.parametrize(
    ("precision_m", "disclosure"),
    [
        (7.1, Disclosure.S0),
        (71.0, Disclosure.S1),
        (707.1, Disclosure.S2),
        (1000.0, Disclosure.S2),
        (7071.0, Disclosure.S3),
        (50_000.0, Disclosure.S4),
        (None, Disclosure.S4),
        (float("nan"), Disclosure.S4),
    ],
)
def test_r3_a_grid_reference_is_never_made_finer(rules, precision_m, disclosure):
    """The first half of acceptance case 11: four figures are 1 km, which stays at 0.01 degrees."""
    assert ruling(rules, place_method="grid", precision_m=precision_m).disclosure is disclosure


def test_r3_leaves_a_coarse_point_that_is_no_grid_reference_alone(rules):
    assert ruling(rules, place_method="centroid", precision_m=5000.0).disclosure is Disclosure.S0


@pytest.mark.parametrize(
    ("type", "class_item", "rule", "disclosure"),
    [
        ("Burial mound", None, "R4", Disclosure.S3),
        ("Tumulus de l'âge du Fer", None, "R4", Disclosure.S3),
        ("курган", None, "R4", Disclosure.S3),
        ("anything", "Q839954", "R4", Disclosure.S3),
        ("HÖHLE", None, "R5", Disclosure.S4),
        ("protected wreck site", None, "R5", Disclosure.S4),
        (None, "Q42195", "R5", Disclosure.S4),
        ("Sacred grove", None, "R6", Disclosure.S4),
        ("bat roost", None, "R7", Disclosure.S4),
    ],
)
def test_r4_to_r7_sensitive_kinds_are_known_by_word_or_item(rules, type, class_item, rule, disclosure):
    found = ruling(rules, kind="site", type=type, class_item=class_item)
    assert (found.disclosure, rule_ids(found)) == (disclosure, [rule])


@pytest.mark.parametrize("type", ["concave wall", "Nestorian church", "town house"])
def test_a_word_inside_another_is_not_a_hit(rules, type):
    assert ruling(rules, type=type).disclosure is Disclosure.S0


def test_r9_unmarked_monuments_in_countries_at_war_give_no_place(rules):
    found = ruling(rules, country="Q212")
    assert (found.disclosure, rule_ids(found)) == (Disclosure.S4, ["R9"])
    assert ruling(rules, country="Q212", identifier="P757").disclosure is Disclosure.S0


def test_r9_a_natural_site_is_a_target_once_it_is_at_risk(rules):
    park = {"kind": "natural", "country": "Q212", "type": "park", "class_item": "Q46169"}
    assert ruling(rules, **park).disclosure is Disclosure.S0
    assert ruling(rules, **park, level=Level.AT_RISK).disclosure is Disclosure.S4


def test_r13_an_unknown_country_fails_closed_unless_the_list_marks_its_places(rules):
    assert rule_ids(ruling(rules, country=None)) == ["R13"]
    assert ruling(rules, country=None, identifier="P757").disclosure is Disclosure.S0


@pytest.mark.parametrize("type", [None, "a term that nobody has mapped"])
@pytest.mark.parametrize("kind", ["site", "natural"])
def test_r13_an_unknown_type_in_a_sensitive_register_fails_closed(rules, kind, type):
    found = ruling(rules, kind=kind, type=type, class_item=None)
    assert (found.disclosure, rule_ids(found)) == (Disclosure.S4, ["R13"])


def test_case_13_burial_register_without_type_in_a_country_at_war(rules):
    found = ruling(rules, kind="site", type=None, class_item=None, country="Q858")
    assert found.disclosure is Disclosure.S4
    assert set(rule_ids(found)) == {"R9", "R13"}


def test_the_strictest_rule_wins_and_every_hit_is_kept(rules):
    found = ruling(rules, type="Burial ground", place_method="grid", precision_m=71.0, restriction="Y")
    assert found.disclosure is Disclosure.S4
    assert [(hit.rule, hit.disclosure) for hit in found.hits] == [
        ("R1", Disclosure.S4),
        ("R4", Disclosure.S3),
        ("R3", Disclosure.S1),
    ]
    assert all(hit.reason and hit.review_by == date(2028, 11, 21) for hit in found.hits)
    assert all(hit.reason in found.reason for hit in found.hits)


def test_a_review_period_beyond_two_years_is_refused(tmp_path, repository):
    text = (repository / "datasets" / "_vocabularies" / "disclosure.yaml").read_text()
    (tmp_path / "disclosure.yaml").write_text(text.replace("review_months: 24", "review_months: 36"))
    with pytest.raises(SpecError, match=r"disclosure\.yaml: review_months"):
        YamlVocabularies(tmp_path).disclosure()


def test_every_rule_is_applied_or_says_why_not(rules):
    applied = {"R1", "R3", "R9", "R13", *(category.rule for category in rules.categories)}
    assert applied | set(rules.not_applied) == {f"R{number}" for number in range(1, 15)}


def test_r13_a_list_that_publishes_its_places_itself_is_no_secret(rules):
    unknown = {"kind": "site", "class_item": None, "type": "Cultural"}
    assert ruling(rules, **unknown).disclosure is Disclosure.S4
    assert ruling(rules, **unknown, identifier="P757").disclosure is Disclosure.S0
