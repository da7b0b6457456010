"""Two registers speak of one item, and one of them protects its place: neither tells it there."""

import pyarrow as pa
import pytest
from proposal_case import ENTITIES, SPEC, Case

from heritage.errors import DecisionStale
from heritage.model.tables import MATCHES, PROTECTED, RISK
from heritage.statements.content_json import from_json
from heritage.steps.plan_upload import refuse_more_than_told
from register_examples import fetched, pulled
from wikibase_sandbox.testing import running

HERE = {"lat": 54.1, "lon": -1.5}
OTHER = "xx_caves"


@pytest.fixture
def case(tmp_path):
    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.seed(
            entities=[*ENTITIES, {"id": "P999", "datatype": "external-id", "labels": {"en": "P999"}}]
        )
        yield Case(tmp_path, sandbox.api_url), sandbox


def protect(case: Case, *, qid: str | None = None, disclosure: str = "S4", asked: bool = False) -> None:
    """A good snapshot of another register that protects its one record; `asked`: since it was flagged."""
    at = case.store.captured("xx_towers", case.snapshot).retrieved_at
    file = fetched("caves.csv", b"c1", "https://caves.example/caves.csv")
    snapshot = case.store.capture(SPEC.model_copy(update={"id": OTHER}), pulled(file), at)[0].snapshot
    case.store.mark_good(OTHER, snapshot, at)
    ruling = {"record_id": "c1", "level": "unknown", "explanation": "", "disclosure": disclosure}
    ruling |= {"disclosure_rules": ["R2"] if asked else ["R5"], "disclosure_reason": ""}
    kept = {"dataset": OTHER, "record_id": "c1", "property": "P999", "names": [], "disclosure": disclosure}
    match = {"record_id": "c1", "decision": "match" if qid else "new", "qid": qid, "reason": ""}
    for name, rows, schema in (
        ("risk", [ruling], RISK),
        ("protected", [] if asked else [kept], PROTECTED),
        ("matches", [match], MATCHES),
    ):
        case.store.write_table(OTHER, snapshot, name, pa.Table.from_pylist(rows, schema=schema), f"{name}-1")


def properties(case: Case) -> set[str]:
    return {s.property for row in case.table("edits") for s in from_json(row["additions"]).statements}


@pytest.mark.parametrize("asked", [False, True])
def test_the_place_is_not_added_to_an_item_that_another_register_protects(case, asked):
    case, _ = case
    case.hold({"record_id": "1", "qid": "Q11", "country": "Q145", **HERE})
    case.propose()
    assert "P625" in properties(case)
    protect(case, qid="Q11", asked=asked)
    assert case.propose().withheld == 1
    assert properties(case) == {"P1216", "P17"}
    assert case.table("edits")[0]["withheld"] == ["coordinates"]


def test_nor_to_one_that_carries_its_identifier(case):
    case, sandbox = case
    claim = {"snaktype": "value", "property": "P999", "datavalue": {"type": "string", "value": "c1"}}
    sandbox.seed(
        entities=[{"id": "Q77", "labels": {"en": "Item"}, "claims": {"P999": [{"mainsnak": claim}]}}]
    )
    case.hold({"record_id": "1", "qid": "Q77", "country": "Q145", **HERE})
    protect(case)
    case.propose()
    assert properties(case) == {"P1216", "P17"}


def test_of_what_must_not_be_known_nothing_is_added(case):
    case, _ = case
    case.hold({"record_id": "1", "qid": "Q11", **HERE})
    protect(case, qid="Q11", disclosure="S5")
    case.propose()
    assert case.table("edits") == []


def test_what_is_protected_since_it_was_proposed_is_not_sent(case):
    case, _ = case
    case.hold({"record_id": "1", "qid": "Q11", "country": "Q145", **HERE})
    case.propose()
    edits = case.store.read_table("xx_towers", case.snapshot, "edits")
    refuse_more_than_told("xx_towers", edits, case.store, "rules")
    protect(case, qid="Q11")
    with pytest.raises(DecisionStale, match="Disclosure has changed"):
        refuse_more_than_told("xx_towers", edits, case.store, "rules")
    case.propose()
    refuse_more_than_told(
        "xx_towers", case.store.read_table("xx_towers", case.snapshot, "edits"), case.store, "rules"
    )
