"""What is found about proposed edits, with the constraints of a live wiki or of the list that comes along."""

import pytest
from proposal_case import ENTITIES, Case

from constraint_examples import (
    CONFLICTS,
    CONSTRAINT_PROPERTIES,
    DISTINCT,
    FORMAT,
    MANDATORY,
    SUBJECT_TYPE,
    claim,
    constrained,
)
from heritage.model.constraint import Constraint, ConstraintKind, ConstraintList, ConstraintStatus
from heritage.model.edit import Content
from heritage.statements.content_json import from_json
from heritage.statements.scrutiny.core import forbidding
from heritage.steps.scrutinise import Draft, Scrutiny
from wikibase_sandbox.testing import running

HERE = {"lat": 54.1, "lon": -1.5}
SEVEN = claim("P2302", FORMAT, P1793=[r"\d{7}"], P2316=[MANDATORY])


def statement(pid, qid):
    value = {"entity-type": "item", "id": qid, "numeric-id": int(qid[1:])}
    snak = {"snaktype": "value", "property": pid, "datavalue": {"type": "wikibase-entityid", "value": value}}
    return {pid: [{"mainsnak": snak}]}


@pytest.fixture
def sandbox(tmp_path):
    with running(tmp_path / "wiki.sqlite") as sandbox:
        yield sandbox


@pytest.fixture
def case(tmp_path, sandbox):
    """A wiki where P1216 has a mandatory format."""
    sandbox.seed(entities=[constrained("P1216", "external-id", SEVEN), *CONSTRAINT_PROPERTIES, *ENTITIES])
    return Case(tmp_path, sandbox.api_url)


def codes(case, record_id):
    return {row["code"]: row["severity"] for row in case.table("findings") if row["record_id"] == record_id}


def test_an_edit_that_a_mandatory_constraint_forbids_is_held_back_with_the_reason(case):
    case.hold({"record_id": "1234567", "qid": "Q11"}, {"record_id": "12", "qid": "Q12"})
    result = case.propose()
    assert [row["record_id"] for row in case.table("edits")] == ["1234567"]
    assert (result.edits, result.held_back, result.conflicts) == (1, 1, 1)
    [conflict] = case.table("conflicts")
    assert conflict["reason"] == r"not sent: P1216: '12' is not written like \d{7}"
    assert codes(case, "12")["add-statements-with-invalid-format"] == "critical"
    assert result.findings["add-statements-with-invalid-format"] == 1


def test_what_the_item_has_already_is_not_demanded(tmp_path, sandbox):
    country = claim("P2302", "Q21503247", P2306=["P17"])
    not_persons = claim("P2302", CONFLICTS, P2306=["P31"], P2305=["Q13"])
    sandbox.seed(
        entities=[
            constrained("P131", "wikibase-item", country, not_persons),
            *CONSTRAINT_PROPERTIES,
            *ENTITIES,
            {"id": "Q600", "labels": {"en": "x"}, "claims": statement("P17", "Q145")},
            {"id": "Q601", "labels": {"en": "x"}, "claims": statement("P31", "Q13")},
        ]
    )
    case = Case(tmp_path, sandbox.api_url)
    case.hold(
        {"record_id": "1234567", "qid": "Q600", "admin_item": "Q502"},
        {"record_id": "1234568", "qid": "Q601", "admin_item": "Q502"},
        {"record_id": "1234569", "qid": "Q12", "admin_item": "Q502", "country": "Q145"},
    )
    case.propose()
    assert codes(case, "1234567") == {}
    assert codes(case, "1234568") == {
        "existing-item-requires-certain-other-statement": "info",
        "having-conflicts-with-statements": "warning",
    }
    assert codes(case, "1234569") == {}


@pytest.fixture
def typed(tmp_path, sandbox):
    """A wiki where P1216 belongs on buildings (Q700), and Q701 is a kind of church, which is a building."""
    subject = claim("P2302", SUBJECT_TYPE, P2308=["Q700"], P2309=["Q21503252"])
    sandbox.seed(
        entities=[
            constrained("P1216", "external-id", subject),
            *CONSTRAINT_PROPERTIES,
            *ENTITIES,
            {"id": "P279", "datatype": "wikibase-item", "labels": {"en": "P279"}},
            {"id": "Q700", "labels": {"en": "building"}},
            {"id": "Q702", "labels": {"en": "church"}, "claims": statement("P279", "Q700")},
            {"id": "Q701", "labels": {"en": "chapel"}, "claims": statement("P279", "Q702")},
            {"id": "Q703", "labels": {"en": "village"}},
            {"id": "Q710", "labels": {"en": "x"}, "claims": statement("P31", "Q701")},
            {"id": "Q711", "labels": {"en": "x"}, "claims": statement("P31", "Q703")},
            {"id": "Q712", "labels": {"en": "x"}, "claims": statement("P31", "Q404")},
        ]
    )
    return Case(tmp_path, sandbox.api_url)


def test_classes_are_followed_upwards_on_the_wiki(typed):
    typed.hold(
        {"record_id": "1", "qid": "Q710"},
        {"record_id": "2", "qid": "Q711"},
        {"record_id": "3", "qid": "Q712"},  # of a class that is not there
        {"record_id": "4", "class_item": "Q701", "municipality": "Northtown"},
    )
    typed.propose()
    assert codes(typed, "1") == {}
    assert codes(typed, "2") == {"item-of-wrong-type": "important"}
    assert codes(typed, "3") == {}
    assert codes(typed, "4") == {"new-item-created": "info"}


def test_an_identifier_that_another_item_carries_is_found(tmp_path, sandbox):
    carried = {"snaktype": "value", "property": "P1216", "datavalue": {"type": "string", "value": "7"}}
    sandbox.seed(
        entities=[
            constrained("P1216", "external-id", claim("P2302", DISTINCT)),
            *CONSTRAINT_PROPERTIES,
            *ENTITIES,
            {"id": "Q600", "labels": {"en": "7"}, "claims": {"P1216": [{"mainsnak": carried}]}},
        ]
    )
    case = Case(tmp_path, sandbox.api_url)
    case.hold({"record_id": "7", "qid": "Q11"}, {"record_id": "8", "qid": "Q12"})
    case.propose()
    assert codes(case, "7") == {"identical-values-for-distinct-valued-property": "important"}
    assert codes(case, "8") == {}


def test_two_new_items_of_one_name_and_description_are_not_both_proposed(case):
    content = Content(labels={"en": "Tower"}, descriptions={"en": "tower, Northtown"})
    scrutiny = Scrutiny(case.wiki, ConstraintList("none"))
    first, second = scrutiny.look([Draft("1", content, None), Draft("2", content, None)])
    assert not forbidding(first)
    assert forbidding(second) == ("the new item would have the name and description of that of 1 in 'en'",)


def test_the_list_that_comes_along_holds_where_the_wiki_states_nothing(tmp_path, sandbox):
    sandbox.seed(entities=ENTITIES)
    case = Case(tmp_path, sandbox.api_url)
    case.hold({"record_id": "12", "qid": "Q12"})
    seven = Constraint(ConstraintKind.FORMAT, ConstraintStatus.MANDATORY, pattern=r"\d{7}")
    assert case.propose(constraints=ConstraintList("v1", {"P1216": (seven,)})).held_back == 1
    [finding] = case.table("findings")[-1:]
    assert finding["text"].endswith("(by the list of v1)")
    assert case.propose(constraints=ConstraintList("v2")).held_back == 0  # another list: looked at again


def test_a_wiki_with_constraints_of_its_own_is_judged_by_them_alone(case):
    five = Constraint(ConstraintKind.FORMAT, ConstraintStatus.MANDATORY, pattern=r"\d{5}")
    case.hold({"record_id": "1234567", "qid": "Q12"})
    assert case.propose(constraints=ConstraintList("v1", {"P1216": (five,)})).held_back == 0


def test_what_is_left_out_or_changed_is_found_too(case):
    names = [{"lang": "en", "text": "x" * 251}, {"lang": "fr", "text": "e\u0301glise"}]
    case.hold({"record_id": "1234567", "qid": "Q11", "names": names})
    case.propose()
    assert codes(case, "1234567") == {"label-too-long": "important", "stored-unlike-sent": "info"}
    [edit] = case.table("edits")
    assert from_json(edit["additions"]).labels == {"fr": "église"}


def test_dates_that_are_said_less_exactly_or_not_at_all_are_found(case):
    case.hold(
        {"record_id": "1234567", "qid": "Q11", "inception": "1405-05-12"},
        {"record_id": "1234568", "qid": "Q12", "designation_item": "Q501", "designated": "1983/1985"},
        {"record_id": "1234569", "qid": "Q13", "inception": "1905-05-12", "designated": "1983~"},
    )
    case.propose()
    assert codes(case, "1234567") == {"early-gregorian-date": "warning"}
    assert codes(case, "1234568") == {"value-not-sendable": "info"}
    assert codes(case, "1234569") == {}


def test_a_snapshot_without_edits_says_so_once(case):
    case.hold({"record_id": "1234567", "decision": "review"})
    assert case.propose().findings == {"no-edit-generated": 1}
    [finding] = case.table("findings")
    assert finding["record_id"] is None


def test_a_date_of_building_the_day_of_protection_and_an_image_are_proposed(tmp_path, sandbox):
    dates = [{"id": p, "datatype": "time", "labels": {"en": p}} for p in ("P571", "P580", "P1326")]
    image = {"id": "P18", "datatype": "commonsMedia", "labels": {"en": "P18"}}
    sandbox.seed(entities=[*ENTITIES, *dates, image])
    case = Case(tmp_path, sandbox.api_url)
    photo = {
        "file": "https://commons.wikimedia.org/wiki/File:North_Tower.jpg",
        "licence": None,
        "author": None,
    }
    case.hold(
        {
            "record_id": "1",
            "qid": "Q11",
            "designation_item": "Q501",
            "inception": "../1850",
            "designated": "1983-11-03",
            "image": photo,
        }
    )
    case.propose()
    [edit] = case.table("edits")
    said = {s.property: s for s in from_json(edit["additions"]).statements}
    assert "images" in edit["kinds"]
    assert said["P18"].value.text == "North Tower.jpg"
    assert said["P1435"].qualifiers[0].value.time == "+1983-11-03T00:00:00Z"
    assert said["P571"].qualifiers[0].property == "P1326"
    assert all(s.references for s in said.values())


def test_our_own_file_goes_before_the_address_of_the_register(case):
    photo = {"file": "https://towers.example/1.jpg", "licence": "CC0-1.0", "author": None}
    case.hold({"record_id": "1234567", "qid": "Q11", "image": photo}, {"record_id": "1234568", "qid": "Q12"})
    case.propose(images={"1234567": "North Tower (Towers).jpg", "1234568": "Never told.jpg"})
    images = {
        row["record_id"]: [
            s.value.text for s in from_json(row["additions"]).statements if s.property == "P18"
        ]
        for row in case.table("edits")
    }
    assert images == {"1234567": ["North Tower (Towers).jpg"], "1234568": []}
