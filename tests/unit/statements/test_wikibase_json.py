"""What is sent to `wbeditentity`."""

import json

import pytest

from heritage.model.edit import (
    UNKNOWN,
    Calendar,
    Content,
    ItemValue,
    Kind,
    ReferenceAddition,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.statements.live import parse_entity
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
