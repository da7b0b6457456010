"""The rules as they stand in the repository, asked one by one."""

import shutil
from dataclasses import replace
from datetime import date

import pytest

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.disclosure.decide import Subject, decide
from heritage.disclosure.people import NOBODY, Standing
from heritage.disclosure.rules import DisclosureRules
from heritage.disclosure.subject import COLUMNS, Register, Said, read_subject
from heritage.errors import SpecError
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Axis, Evidence, Level

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


@pytest.mark.parametrize("word", ["Y", "Address Restricted", "BC Restriction", "vertraulich"])
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
    with pytest.raises(SpecError, match=r"disclosure\.yaml: line \d+, review_months"):
        YamlVocabularies(tmp_path).disclosure()


def test_a_scheme_that_does_not_exist_is_refused_for_its_rule_would_never_apply(tmp_path, repository):
    vocabularies = tmp_path / "vocabularies"
    shutil.copytree(repository / "datasets" / "_vocabularies", vocabularies)
    rules = vocabularies / "disclosure.yaml"
    rules.write_text(rules.read_text().replace("[ucdp_event, conflict_area]", "[ucdp_events]"))
    with pytest.raises(SpecError, match=r"disclosure\.yaml: there is no scheme 'ucdp_events'"):
        YamlVocabularies(vocabularies).disclosure()


def test_r13_a_list_that_publishes_its_places_itself_is_no_secret(rules):
    unknown = {"kind": "site", "class_item": None, "type": "Cultural"}
    assert ruling(rules, **unknown).disclosure is Disclosure.S4
    assert ruling(rules, **unknown, identifier="P757").disclosure is Disclosure.S0


REGISTER = Register("P1216", "Q145", "gb")


def told(rules: DisclosureRules, register: Register = REGISTER, **said: object):
    """The ruling on a record as the register gives it, with its evidence and what people asked for."""
    heard = Said.of(said.pop("level", Level.UNKNOWN), said.pop("evidence", ()), rules, DECIDED)
    people = said.pop("people", NOBODY)
    public = said.pop("public", False)
    church = {
        "record_id": "1",
        "kind": "monument",
        "name": "St Mary",
        "type": "church",
        "class_item": "Q16970",
    }
    record = dict.fromkeys(COLUMNS) | church | {"place_method": "given", "precision_m": 10.0} | said
    subject = read_subject(record, register, rules, said=heard, people=people)
    return decide(replace(subject, public=public), rules, DECIDED)


def evidence(**said: object) -> Evidence:
    facts = {
        "record_id": "1",
        "axis": Axis.THREAT,
        "scheme": "eamena_threat",
        "raw_value": "Planned",
        "level": 3,
        "reliability": "B",
        "credibility": 2,
        "cap": 3,
        "observed": date(2020, 1, 1),
        "valid_until": date(2027, 1, 1),
        "source": "A survey",
        "url": "https://example.org",
        "independence_group": "survey",
    }
    return Evidence(**facts | said)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Bowl barrow 200m south of Hill House", "R4"),
        ("Gräberfeld am Bach", "R4"),
        ("Курган №3", "R4"),
        ("稲荷山古墳", "R4"),
        ("Castle Cave", "R5"),
        ("Grotte de la Roche", "R5"),
        ("The Bora Ring", "R6"),
        ("Bat roost in the old tunnel", "R7"),
    ],
)
def test_names_tell_what_a_type_does_not(rules, name, rule):
    assert rule in rule_ids(told(rules, name=name, type=None, class_item=None))
    assert rule in rule_ids(told(rules, name="x", names=[{"lang": "en", "text": name}]))


@pytest.mark.parametrize(
    "name",
    [
        "Archaeological Museum",
        "Musée archéologique",
        "Museum of the Cave",
        "Höhlenmuseum",
        "Cave Road",
        "Rue de la Grotte",
        "Burial Chapel",
        "大塚古墳資料館",
        "Barrow-in-Furness Town Hall",
    ],
)
def test_what_is_named_after_a_sensitive_place_is_none(rules, name):
    assert told(rules, name=name, type=None, class_item=None).disclosure is Disclosure.S0


@pytest.mark.parametrize(
    "open_to_visitors",
    [
        {"kind": "glam"},
        {"class_item": "Q3363945"},
        {"designation": "Show cave"},
        {"register": Register("P757", None, None)},
    ],
)
def test_r4_and_r5_pass_over_what_is_open_to_visitors(rules, open_to_visitors):
    for term in ("necropolis", "rock art"):
        assert told(rules, **{"type": term, **open_to_visitors}).disclosure is Disclosure.S0


def test_r4_is_raised_by_looting_of_the_last_ten_years_and_by_lawless_searching(rules):
    looted = evidence(causes=("looting-illegal-activities",))
    assert told(rules, type="burial mound").disclosure is Disclosure.S3
    assert told(rules, type="burial mound", evidence=[looted]).disclosure is Disclosure.S4
    old = evidence(causes=("looting-illegal-activities",), observed=date(2016, 11, 20))
    assert told(rules, type="burial mound", evidence=[old]).disclosure is Disclosure.S3
    assert told(rules, evidence=[looted]).disclosure is Disclosure.S0
    assert told(rules, type="burial mound", country="Q38").disclosure is Disclosure.S4


def test_r6_needs_consent_and_restricted_knowledge_is_told_to_nobody(rules):
    assert told(rules, type="sacred grove").disclosure is Disclosure.S4
    assert told(rules, type="sacred grove", people=Standing(consent=True)).disclosure is Disclosure.S0
    assert told(rules, restriction="TK Secret / Sacred").disclosure is Disclosure.S5
    assert told(rules, type="men's business", people=Standing(consent=True)).disclosure is Disclosure.S5


@pytest.mark.parametrize(("category", "disclosure"), [(1, "S4"), (2, "S3"), (3, "S2"), (4, "S1")])
def test_r7_reads_the_category_that_the_source_states(rules, category, disclosure):
    for said in (f"GBIF category {category}", f"Sensitive species, cat. {category}"):
        found = told(rules, kind="natural", type="nest site", restriction=said)
        assert (found.disclosure.value, rule_ids(found)) == (disclosure, ["R7"])


def test_r8_a_hidden_address_hides_the_dwelling(rules):
    assert rule_ids(told(rules, address="Address Restricted")) == ["R8"]
    assert told(rules, address="12 Chapel Lane").disclosure is Disclosure.S0


def test_r9_events_on_record_count_like_the_list_until_they_expire(rules):
    near = evidence(scheme="ucdp_event", axis=Axis.EXPOSURE)
    assert rule_ids(told(rules, evidence=[near])) == ["R9"]
    assert told(rules, evidence=[evidence(scheme="ucdp_event", valid_until=DECIDED)]).hits == ()


def test_r9_spares_what_is_marked_but_not_what_shelters_in_it_and_never_a_moved_collection(rules):
    at_war = {"country": "Q212", "designation": "Enhanced protection"}
    assert told(rules, **at_war).disclosure is Disclosure.S0
    assert told(rules, **at_war, name="Cellar, temporary storage").disclosure is Disclosure.S4
    assert told(rules, name="Evacuated collection of the museum").disclosure is Disclosure.S5


def test_r9_a_territory_stands_in_for_a_country_that_nobody_names(rules):
    assert rule_ids(told(rules, Register(None, None, "ua"))) == ["R9"]
    assert told(rules, Register(None, None, "hk")).hits == ()
    assert rule_ids(told(rules, Register(None, None, None))) == ["R13"]


def test_r2_holds_what_was_asked_and_r12_makes_it_a_case_for_people_where_the_place_is_public(rules):
    asked = {"people": Standing(asked=Disclosure.S5)}
    assert rule_ids(told(rules, **asked)) == ["R2"]
    public = told(rules, **asked, public=True)
    assert (public.disclosure, rule_ids(public)) == (Disclosure.S5, ["R2", "R12"])
    assert told(rules, public=True).hits == ()
    assert told(rules, type="burial mound", public=True).disclosure is Disclosure.S3, "nothing is loosened"


def test_r11_and_r14_leave_the_place_alone_and_name_what_is_left_out(rules):
    found = told(rules, evidence=[evidence(raw_value="Doors unlocked, no alarm")])
    assert (found.disclosure, rule_ids(found)) == (Disclosure.S0, ["R11"])
    report = evidence(scheme="community_report")
    assert told(rules, evidence=[report]).hits == ()
    assert set(rule_ids(told(rules, evidence=[report], country="Q212"))) == {"R9", "R14"}


def test_what_the_body_relaxed_comes_down_and_no_further_rule_with_it(rules):
    relaxed = Standing(relaxed=(("R4", Disclosure.S1),))
    assert told(rules, type="burial mound", people=relaxed).disclosure is Disclosure.S1
    assert told(rules, type="burial mound", people=relaxed, country="Q212").disclosure is Disclosure.S4


def test_r10_raises_a_record_beside_a_protected_one(rules):
    found = told(rules).beside(Disclosure.S4)
    assert (found.disclosure, rule_ids(found)) == (Disclosure.S4, ["R10"])
