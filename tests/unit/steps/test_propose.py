"""What is proposed for a snapshot, against a live wiki."""

import logging
from dataclasses import replace

import pytest
from proposal_case import ENTITIES, LOADED, SPEC, Case

from heritage.model.edit import EditState, ItemValue, TextValue
from heritage.ports.decisions import JournalEntry
from heritage.statements.content_json import from_json
from wikibase_sandbox.testing import running

HERE = {"lat": 54.1, "lon": -1.5}


@pytest.fixture
def sandbox(tmp_path):
    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.seed(entities=ENTITIES)
        yield sandbox


@pytest.fixture
def case(tmp_path, sandbox):
    return Case(tmp_path, sandbox.api_url)


def additions(case):
    return {row["record_id"]: from_json(row["additions"]) for row in case.table("edits")}


def said(content):
    return {s.property: s.value for s in content.statements}


def identified(value):
    return {
        "mainsnak": {
            "snaktype": "value",
            "property": "P1216",
            "datavalue": {"type": "string", "value": value},
        }
    }


def test_matched_records_new_records_and_records_in_review(case):
    case.hold(
        {"record_id": "1", "qid": "Q11", "designation_item": "Q501", "level": "at_risk", **HERE},
        {"record_id": "2", "country": "Q145", "class_item": "Q502", "municipality": "Northtown"},
        {"record_id": "3", "qid": "Q12", "decision": "review"},
    )
    result = case.propose()
    assert (result.edits, result.new_items, result.conflicts, result.withheld) == (2, 1, 0, 0)
    assert result.statements == 3 + 3
    edits = {row["record_id"]: row for row in case.table("edits")}
    assert edits["1"]["kinds"] == ["designation", "identifiers", "names", "place"]
    assert (edits["1"]["qid"], edits["1"]["level"], edits["1"]["name"]) == ("Q11", "at_risk", "North Tower")
    assert (edits["2"]["qid"], edits["2"]["kinds"]) == (None, ["new_items"])
    new = additions(case)["2"]
    assert said(new) == {"P1216": TextValue("2"), "P17": ItemValue("Q145"), "P31": ItemValue("Q502")}
    assert new.descriptions == {"en": "listed tower, Northtown"}
    assert additions(case)["1"].aliases == {"en": ("North Tower",)}


def test_the_reference_is_dated_by_the_snapshot(case):
    case.hold({"record_id": "1", "qid": "Q11"})
    case.propose()
    [reference] = additions(case)["1"].statements[0].references
    assert reference[-1].value.time == "+2026-11-20T00:00:00Z"


def test_doing_it_again_asks_nobody_and_counts_the_same(case):
    case.hold({"record_id": "1", "qid": "Q11"}, {"record_id": "2"})
    first = case.propose()
    assert case.propose(reader=None) == first


def test_what_disclosure_keeps_back_is_in_no_column_of_an_edit(case):
    secret = {"address": "12 Hidden Lane", "url": "https://towers.example/secret", **HERE}
    case.hold(
        {
            "record_id": "1",
            "qid": "Q11",
            "disclosure": "S4",
            "municipality": "Nearby",
            "admin_item": "Q502",
            **secret,
        },
        {"record_id": "2", "qid": "Q12", "disclosure": "S5", "name": "Withheld Tower", **secret},
        {"record_id": "3", "qid": "Q13", **HERE},
    )
    assert case.propose().withheld == 2
    told = str([row for row in case.table("edits") + case.table("conflicts") if row["record_id"] != "3"])
    for word in ("54.1", "Hidden", "secret", "Nearby", "Q502", "Withheld"):
        assert word not in told
    assert "coordinates" in case.table("edits")[0]["withheld"]


def test_a_new_record_whose_identifier_stands_on_an_item_is_an_edit_of_that_item(case, sandbox):
    sandbox.seed(entities=[{"id": "Q77", "labels": {"en": "X"}, "claims": {"P1216": [identified("2")]}}])
    case.hold({"record_id": "2", "designation_item": "Q501"})
    assert case.propose().new_items == 0
    [edit] = case.table("edits")
    assert edit["qid"] == "Q77"
    assert len(from_json(edit["additions"]).references) == 1


def test_an_identifier_on_several_items_is_left_to_people(case, sandbox):
    for qid in ("Q77", "Q78"):
        sandbox.seed(entities=[{"id": qid, "labels": {"en": qid}, "claims": {"P1216": [identified("2")]}}])
    case.hold({"record_id": "2"})
    assert case.propose().edits == 0
    assert case.table("conflicts")[0]["reason"] == "several items carry this identifier: Q77, Q78"


def test_a_redirect_is_followed_and_two_records_on_one_item_are_left_to_people(case, sandbox):
    sandbox.seed(entities=[{"id": "Q11", "redirect": "Q13"}])
    case.hold({"record_id": "1", "qid": "Q11"}, {"record_id": "4", "qid": "Q12"})
    case.propose()
    assert {row["record_id"]: row["qid"] for row in case.table("edits")} == {"1": "Q13", "4": "Q12"}
    case.hold({"record_id": "1", "qid": "Q11"}, {"record_id": "3", "qid": "Q13"}, version="v2")
    assert case.propose().edits == 0
    assert [row["reason"] for row in case.table("conflicts")] == ["several records claim Q13"] * 2


def test_a_deleted_item_and_another_identifier_are_reported_and_not_edited(case, sandbox):
    sandbox.seed(entities=[{"id": "Q11", "deleted": True}])
    sandbox.seed(entities=[{"id": "Q77", "labels": {"en": "X"}, "claims": {"P1216": [identified("9")]}}])
    case.hold({"record_id": "1", "qid": "Q11"}, {"record_id": "2", "qid": "Q77", "designation_item": "Q501"})
    result = case.propose()
    assert (result.edits, result.conflicts) == (0, 2)
    reasons = [row["reason"] for row in case.table("conflicts")]
    assert "deleted" in reasons[0]
    assert "P1216: the item says '9', the register '2'" in reasons[1]


@pytest.mark.parametrize(
    "faulty", [{"record_id": " 5"}, {"record_id": "5" * 500}, {"record_id": "5", "name": None, "names": []}]
)
def test_a_new_item_without_a_name_or_identifier_that_can_be_sent_is_not_made(case, faulty):
    case.hold(faulty)
    result = case.propose()
    assert (result.edits, result.conflicts >= 1, result.unidentified) == (0, True, 0)
    [lacking] = [row["reason"] for row in case.table("conflicts") if "new item" in row["reason"]]
    assert lacking in [f"a new item needs {what} that can be sent" for what in ("a name", "an identifier")]


def test_without_an_identifier_property_no_item_is_new_and_that_is_counted_and_told(case, caplog):
    profile = SPEC.item.model_copy(update={"identifier": None})
    nameless = replace(LOADED, spec=SPEC.model_copy(update={"item": profile}))
    case.hold({"record_id": "1"}, {"record_id": "2"}, {"record_id": "3", "qid": "Q11"})
    with caplog.at_level(logging.INFO, logger="heritage"):
        result = case.propose(nameless)
    assert (result.new_items, result.unidentified, result.conflicts) == (0, 2, 2)
    said = "2 records of Towers get no new item, because the description names no identifier property."
    assert said in caplog.messages
    assert case.propose(nameless, reader=None) == result


def test_hostile_text_becomes_text_or_a_reason(case):
    names = [{"lang": "en", "text": "<script>alert(1)</script>"}, {"lang": "sv", "text": "x" * 300}]
    case.hold({"record_id": "1'; DROP TABLE", "qid": "Q11", "names": names, "url": "javascript:alert(1)"})
    case.propose()
    [row] = case.table("edits")
    assert from_json(row["additions"]).aliases == {"en": ("<script>alert(1)</script>",)}
    assert "the label in 'sv' is longer than 250 characters" in row["conflicts"]
    assert "javascript" not in row["additions"]


def test_what_we_delivered_and_a_person_removed_is_not_proposed_again(case):
    case.hold({"record_id": "1", "qid": "Q11", "designation_item": "Q501"}, {"record_id": "2"})
    case.propose()
    at = case.store.captured("xx_towers", case.snapshot).retrieved_at
    for record_id, qid in (("1", "Q11"), ("2", "Q12")):
        content = next(r["additions"] for r in case.table("edits") if r["record_id"] == record_id)
        planned = (EditState.PLANNED, "", content, None, None, 0)
        case.journal.plan(
            f"b{record_id}",
            [1],
            "sandbox",
            [JournalEntry(record_id, f"b{record_id}", "xx_towers", record_id, qid, *planned)],
            at,
        )
        [entry] = case.journal.pending(f"b{record_id}")
        case.journal.confirmed(case.journal.sending(entry, content, at), qid, 5, at)
    case.hold({"record_id": "1", "qid": "Q11", "designation_item": "Q501"}, {"record_id": "2"}, version="v2")
    result = case.propose()
    assert (result.edits, result.new_items) == (0, 0)
    assert {row["reason"] for row in case.table("conflicts")} >= {
        "P1435: we added it once and somebody removed it"
    }


def test_a_new_version_does_not_depend_on_what_was_uploaded(case):
    case.hold({"record_id": "1"}, {"record_id": "2"})
    case.propose()
    before = {row["record_id"]: row["edit_id"] for row in case.table("edits")}
    case.hold({"record_id": "1", "qid": "Q11"}, {"record_id": "2"}, version="v2")
    case.propose()
    assert {row["record_id"]: row["edit_id"] for row in case.table("edits")}["2"] == before["2"]


def test_progress_is_told(case):
    case.hold({"record_id": "1", "qid": "Q11"})
    told = []
    case.propose(progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]
