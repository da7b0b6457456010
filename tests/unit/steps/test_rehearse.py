"""Proposed edits on a copy of the items: it comes out as on the wiki, and what would stop is told."""

import logging
from pathlib import Path
from typing import Any

import pytest
from proposal_case import ENTITIES, LOADED, Case

from heritage.governance.log import inputs_hash
from heritage.model.constraint import ConstraintList
from heritage.model.edit import Kind
from heritage.model.governance import Criteria, Proposal, Ranked, Rehearsal, Scope
from heritage.statements.applied import applied
from heritage.statements.content_json import from_json
from heritage.statements.live import parse_entity
from heritage.statements.selection import select
from heritage.statements.wikibase_json import entity_data
from heritage.steps.rehearse import Rehearsed, rehearse
from heritage.steps.rehearsed_edits import RehearsedEdits
from wikibase_sandbox.testing import Sandbox, running

HERE = {"lat": 54.1, "lon": -1.5}


@pytest.fixture
def sandbox(tmp_path: Path) -> Any:
    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.seed(entities=ENTITIES)
        yield sandbox


@pytest.fixture
def case(tmp_path: Path, sandbox: Sandbox) -> Case:
    return Case(tmp_path, sandbox.api_url)


def run(case: Case, **changed: Any) -> Rehearsed:
    given = {
        "store": case.store,
        "reader": case.wiki,
        "target": "sandbox",
        "constraints": ConstraintList("none"),
    }
    return rehearse(LOADED, case.snapshot, **given | changed)


def test_every_edit_arrives_whole_on_the_copy_and_a_second_run_sends_nothing(
    case: Case, sandbox: Sandbox
) -> None:
    before = len(sandbox.edits())
    case.hold(
        {"record_id": "1", "qid": "Q11", "designation_item": "Q501", **HERE},
        {"record_id": "2", "country": "Q145", "class_item": "Q502", "municipality": "Northtown"},
        {"record_id": "3", "qid": "Q12", "names": [{"lang": "sv", "text": "Torn"}]},
    )
    case.propose()
    assert run(case) == Rehearsed(3, 3, {}, 0)
    assert [row["stopped"] for row in case.table("rehearsal")] == [None] * 3
    assert len(sandbox.edits()) == before, "nothing is written to the wiki"
    assert run(case, reader=None) == Rehearsed(3, 3, {}, 0), "done once for the same edits"


def shape(entity: Any) -> Any:
    """What an item says, without what the wiki alone gives: hashes, and the ids of new statements."""
    item = parse_entity(entity)
    statements = [(s.property, s.value, s.rank, s.references) for s in item.statements]
    return item.labels, item.descriptions, item.aliases, sorted(statements, key=repr)


def test_the_copy_is_what_the_wiki_has_after_the_upload(case: Case) -> None:
    """The application of an edit on a copy against what a Wikibase makes of it."""
    case.hold(
        {"record_id": "1", "qid": "Q11", "designation_item": "Q501", "country": "Q145", **HERE},
        {"record_id": "2", "country": "Q145", "municipality": "Northtown"},
        {
            "record_id": "3",
            "qid": "Q12",
            "names": [{"lang": "sv", "text": "Torn"}, {"lang": "sv", "text": "T"}],
        },
    )
    case.propose()
    for row in case.table("edits"):
        content, qid = from_json(row["additions"]), row["qid"]
        entity = case.wiki.read([qid])[qid] if qid else None
        data = entity_data(content, row["edit_id"], entity)
        copied = applied(entity, qid or "Q1", data)
        if entity:
            written = case.wiki.add(qid, data, int(entity["lastrevid"]), "as rehearsed")
        else:
            written = case.wiki.create(data, "as rehearsed")
        assert shape(copied) == shape(case.wiki.read([written.qid])[written.qid])


def test_what_would_not_be_sent_is_told_by_reason(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    case.hold(
        {"record_id": "1", "qid": "Q11"},
        {"record_id": "2", "qid": "Q12"},
        {"record_id": "3", "municipality": "Northtown", "names": [{"lang": "en", "text": "Twin"}]},
        {"record_id": "4", "municipality": "Northtown", "names": [{"lang": "en", "text": "Twin"}]},
    )
    case.propose()
    other = {"snaktype": "value", "property": "P1216", "datavalue": {"type": "string", "value": "77"}}
    entity = case.wiki.read(["Q12"])["Q12"]
    case.wiki.add("Q12", {"claims": [{"type": "statement", "mainsnak": other}]}, entity["lastrevid"], "other")
    with caplog.at_level(logging.INFO, logger="heritage"):
        result = run(case)
    assert result.stopped == {"conflict": 1}
    assert (result.edits, result.sent, result.again) == (4, 3, 0)
    edits = case.store.read_table("xx_towers", case.snapshot, "edits")
    told = RehearsedEdits.read("xx_towers", case.snapshot, case.store, edits)
    assert told.stopped(edits) == (("conflict", 1),)
    others = edits.slice(1)
    assert RehearsedEdits.read("xx_towers", case.snapshot, case.store, others).reasons == {}, "other edits"
    assert "3 would arrive whole; stopped: 1 conflict; a second run would send 0" in caplog.text


def test_what_the_rehearsal_found_is_told_of_the_proposals_edits_alone_and_binds_the_decision(
    case: Case,
) -> None:
    case.hold({"record_id": "1", "qid": "Q11", **HERE}, {"record_id": "2", "qid": "Q12", "country": "Q145"})
    case.propose()
    found = RehearsedEdits(
        {"2": "conflict"}, {"1": [("a-code", "P625"), ("a-code", "P1216")], "2": [("b-code", None)]}
    )
    edits = case.store.read_table("xx_towers", case.snapshot, "edits")
    identifiers = select(edits, [Kind.IDENTIFIERS], Scope.ALL)
    contents = [from_json(text) for text in identifiers["additions"].to_pylist()]
    assert found.stopped(identifiers) == (("conflict", 1),)
    assert found.violations(identifiers, contents) == (("a-code", 1), ("b-code", 1))
    assert found.violations(identifiers.slice(0, 0), []) == ()
    not_yet = RehearsedEdits.read("xx_towers", case.snapshot, case.store, edits)
    assert (not_yet.reasons, not_yet.findings) == ({}, {})

    def bound(**told: Any) -> str:
        proposal = Proposal(
            "p", "d", "s", "t", "names", Scope.ALL, "c", "e", Rehearsal(2, 0, 2, 0, 0, 0, 0, 0.1, **told), (),
            Criteria(0, 0, 0, 0), 1.0,
        )  # fmt: skip
        return inputs_hash(Ranked(proposal, 1, 0.5, {}, 0.9, "robust in"))

    assert len({bound(), bound(stopped=(("conflict", 1),)), bound(violations=(("a-code", 1),))}) == 3
