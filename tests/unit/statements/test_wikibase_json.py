"""What is sent to `wbeditentity`."""

import json

import pytest

from heritage.model.edit import (
    UNKNOWN,
    Calendar,
    Content,
    ItemValue,
    Kind,
    QuantityValue,
    ReferenceAddition,
    Renewal,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.statements.afterwards import lacking
from heritage.statements.live import parse_entity, snak_value
from heritage.statements.renewing import due, guid_of
from heritage.statements.undoing import undoing
from heritage.statements.wikibase_json import entity_data, snak_json, statement_guid

DAY = Snak("P813", TimeValue("+2026-11-20T00:00:00Z", 11))
IDENTIFIER = Statement("P1216", TextValue("1"), Kind.IDENTIFIERS, ((Snak("P248", ItemValue("Q5")), DAY),))
ADMIN = Statement("P131", ItemValue("Q3"), Kind.PLACE, ((DAY,),), (Snak("P1810", TextValue("as named")),))


def test_statement_ids_depend_on_edit_and_value_not_on_what_else_is_sent():
    both = entity_data(Content(statements=(IDENTIFIER, ADMIN)), "e1", {"id": "Q9"})["claims"]
    alone = entity_data(Content(statements=(ADMIN,)), "e1", {"id": "Q9"})["claims"]
    assert both[1]["id"] == alone[0]["id"] == statement_guid("Q9", "e1", ADMIN)
    assert alone[0]["id"].startswith("Q9$")
    assert entity_data(Content(statements=(ADMIN,)), "e2", {"id": "Q9"})["claims"][0]["id"] != alone[0]["id"]


def test_a_new_item_carries_no_ids():
    data = entity_data(Content(labels={"en": "Tower"}, statements=(IDENTIFIER,)), "e1", None)
    assert "id" not in data["claims"][0]
    assert data["labels"] == {"en": {"language": "en", "value": "Tower"}}


def test_what_is_sent_reads_back_as_what_was_meant():
    data = entity_data(Content(statements=(IDENTIFIER, ADMIN)), "e1", {"id": "Q9"})
    claims = {claim["mainsnak"]["property"]: [claim] for claim in data["claims"]}
    read = parse_entity({"id": "Q9", "claims": claims}).statements
    assert [(s.property, s.value, s.references) for s in read] == [
        (s.property, s.value, s.references) for s in (IDENTIFIER, ADMIN)
    ]
    assert data["claims"][1]["qualifiers-order"] == ["P1810"]


def test_a_reference_keeps_the_statement_of_others_whole():
    theirs = {
        "id": "Q9$A",
        "rank": "preferred",
        "mainsnak": {"snaktype": "somevalue", "property": "P131"},
        "qualifiers": {"P580": [{"snaktype": "novalue", "property": "P580"}]},
        "references": [{"hash": "x", "snaks": {}}],
    }
    entity = {"id": "Q9", "claims": {"P131": [theirs]}}
    before = json.dumps(entity)
    addition = ReferenceAddition("Q9$A", "P131", Kind.PLACE, (DAY,))
    other = ReferenceAddition("Q9$A", "P131", Kind.PLACE, (Snak("P248", ItemValue("Q5")),))
    [sent] = entity_data(Content(references=(addition, other)), "e1", entity)["claims"]
    assert sent | {"references": None} == theirs | {"references": None}
    assert [list(r["snaks"]) for r in sent["references"]] == [[], ["P813"], ["P248"]]
    assert json.dumps(entity) == before


def test_aliases_are_added_to_those_that_stand():
    data = entity_data(Content(aliases={"en": ("Keep",)}), "e1", {"id": "Q9"})
    assert data == {"aliases": {"en": [{"language": "en", "value": "Keep", "add": ""}]}}


@pytest.mark.shared_data
def test_a_recorded_entity_of_a_real_wikibase_is_read(shared_data):
    recorded = json.loads((shared_data / "wikibase-recorded" / "wbgetentities-full.json").read_text())
    [entity] = recorded["body"]["entities"].values()
    live = parse_entity(entity)
    assert live.qid == entity["id"]
    assert len(live.statements) == sum(len(group) for group in entity["claims"].values()) > 0


def test_a_date_of_the_julian_calendar_and_a_value_that_is_not_known():
    julian = snak_json(Snak("P571", TimeValue("+1405-00-00T00:00:00Z", 9, Calendar.JULIAN)))
    assert julian["datavalue"]["value"]["calendarmodel"] == "http://www.wikidata.org/entity/Q1985786"
    assert snak_json(Snak("P571", UNKNOWN)) == {"snaktype": "somevalue", "property": "P571"}


def test_a_number_and_what_only_a_target_has_read_back_as_they_were_meant():
    number = Snak("P1114", QuantityValue("+12"))
    assert snak_json(number)["datavalue"] == {"type": "quantity", "value": {"amount": "+12", "unit": "1"}}
    assert snak_value(snak_json(number)) == QuantityValue("+12")
    in_metres = {"amount": "+12", "unit": "http://www.wikidata.org/entity/Q11573"}
    between = {"amount": "+12", "unit": "1", "upperBound": "+13", "lowerBound": "+11"}
    for value in (in_metres, between):
        other = {"snaktype": "value", "property": "P1114", "datavalue": {"type": "quantity", "value": value}}
        assert snak_value(other) is None
    own = Snak("own:P5", ItemValue("own:Q7"))
    assert snak_json(own)["datavalue"]["value"] == {"entity-type": "item", "id": "own:Q7"}
    assert snak_value(snak_json(own)) == ItemValue("own:Q7")


def counted(amount):
    return Statement("P1114", QuantityValue(amount), Kind.IDENTIFIERS, ((DAY,),))


def standing(statement, **changed):
    [claim] = entity_data(Content(statements=(statement,)), "e1", {"id": "Q9"})["claims"]
    return {"id": "Q9", "claims": {"P1114": [claim | {"id": "Q9$A"} | changed]}}


def test_a_figure_of_ours_is_renewed_in_its_place_and_given_back():
    renewal = Renewal("Q9$A", counted("+1"), counted("+2"))
    before, after = standing(counted("+1")), standing(counted("+2"))
    assert guid_of(counted("+1"), before) == "Q9$A"
    assert due([renewal], before) == ((renewal,), ())
    assert due([renewal], after) == ((), ())
    [sent] = entity_data(Content(renewals=(renewal,)), "e2", before)["claims"]
    assert [sent] == after["claims"]["P1114"]
    assert lacking(Content(renewals=(renewal,)), parse_entity(before)) == ("P1114",)
    assert lacking(Content(renewals=(renewal,)), parse_entity(after)) == ()
    back = undoing(Content(renewals=(renewal,)), "e2", after)
    assert back.data == {"claims": before["claims"]["P1114"]}
    assert undoing(Content(renewals=(renewal,)), "e2", before).data == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"rank": "preferred"},
        {"references": []},
        {"mainsnak": snak_json(Snak("P1114", QuantityValue("+7")))},
        {"qualifiers": {"P1": [{"snaktype": "novalue", "property": "P1"}]}},
    ],
    ids=["rank", "references", "value", "qualifiers"],
)
def test_a_figure_that_a_person_touched_is_not_renewed_and_not_given_back(changed):
    renewal = Renewal("Q9$A", counted("+1"), counted("+2"))
    kept, told = due([renewal], standing(counted("+1"), **changed))
    assert (kept, len(told)) == ((), 1)
    assert guid_of(counted("+1"), standing(counted("+1"), **changed)) is None
    left = undoing(Content(renewals=(renewal,)), "e2", standing(counted("+2"), **changed))
    assert (left.data, left.left) == ({}, ("changed by others: what P1114 says now",))
    assert due([renewal], {"id": "Q9", "claims": {}})[0] == ()
