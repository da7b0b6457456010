"""What is said of a record's risk leaves by its rulings, column by column."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from heritage.disclosure.evidence_gate import FOR_THIEVES, NEAR, REPORTED, TELLING, told, told_evidence
from heritage.disclosure.rules import Reporters
from heritage.model.arrow import with_columns
from heritage.model.evidence import Axis, Evidence, Level, Relation
from heritage.model.tables import HISTORY, RISK
from heritage.risk.combine import Assessment
from heritage.risk.explain import explain
from heritage.risk.rows import evidence_table

TODAY = date(2026, 11, 21)
REPORTERS = Reporters(schemes=("reports",), delay_days=30)
RECORDS = pa.table(
    {"record_id": pa.array(["1", "2"]), "address": pa.array(["12 Grey Street, Newcastle", None])}
)
TELLS = "fallen in since the fire at 12 Grey Street"


def rulings(*said: tuple[str, str, list[str]]) -> pa.Table:
    empty = {"level": "watch", "explanation": "", "disclosure_reason": ""}
    rows = [
        {"record_id": record_id, "disclosure": disclosure, "disclosure_rules": rules, **empty}
        for record_id, disclosure, rules in said
    ]
    return pa.Table.from_pylist(rows, schema=RISK)


def history(*sentences: str) -> pa.Table:
    rows = [{"record_id": "1", "day": TODAY, "after": "watch", "explanation": one} for one in sentences]
    return pa.Table.from_pylist(rows, schema=HISTORY)


SAID = Evidence(
    record_id="1",
    axis=Axis.STATE,
    scheme="survey",
    raw_value="Poor",
    level=3,
    reliability="A",
    credibility=2,
    cap=5,
    observed=TODAY,
    valid_until=TODAY,
    source="A survey",
    url="https://example.org/1",
    independence_group="ada",
    entry="7",
    distance_m=3.0,
    uncertainty_m=9.0,
    assessor="pseudonym",
)


def evidence(**given: Any) -> pa.Table:
    return evidence_table([replace(SAID, **given)])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ([("1", "S0", [])], [TELLS, "poor"]),
        ([("1", "S3", [])], [TELLING, "poor"]),
        ([("1", "S0", ["R11"])], [FOR_THIEVES, FOR_THIEVES]),
        ([("1", "S3", ["R14"])], [REPORTED, REPORTED]),
        ([("1", "S0", ["R14"]), ("1", "S0", ["R11"])], [FOR_THIEVES, FOR_THIEVES]),
        ([("1", "S0", []), ("1", "S3", [])], [TELLING, "poor"]),
        ([("1", "S0", []), ("1", "S5", [])], []),
        ([("1", "S0", []), ("1", "S9", [])], []),
        ([("2", "S0", [])], []),
    ],
)
def test_sentences_leave_by_the_strictest_ruling_and_the_rules_of_all(
    said: list[tuple[str, str, list[str]]], left: list[str]
) -> None:
    table = told(history(TELLS, "poor"), RECORDS, rulings(*said))
    assert table["explanation"].to_pylist() == left
    assert table.schema == HISTORY


def test_a_sentence_does_not_name_an_area_that_is_withheld() -> None:
    records = RECORDS.append_column("municipality", pa.array(["Ödby", "Ödby"]))
    said = history("fallen in, as Ödby is")
    small = rulings(("1", "S3", []))
    for extent, left in ((None, TELLING), (0.05, TELLING), (0.2, "fallen in, as Ödby is")):
        at = small.schema.get_field_index("area_degrees")
        risk = small.set_column(at, small.schema.field(at), pa.array([extent], pa.float64()))
        assert told(said, records, risk)["explanation"].to_pylist() == [left]


NEARBY = replace(SAID, axis=Axis.EXPOSURE, relation=Relation.WITHIN, raw_value="Destroyed")


def test_which_areas_a_hidden_place_lies_in_is_not_told() -> None:
    """Laid over each other, they leave little room for it."""
    table = evidence_table([NEARBY, SAID])
    for disclosure, left in (("S0", ["Destroyed", "Poor"]), ("S1", ["Poor"]), ("S4", ["Poor"])):
        out = told_evidence(table, RECORDS, rulings(("1", disclosure, [])), REPORTERS, TODAY)
        assert sorted(out["raw_value"].to_pylist()) == left


def test_nor_is_it_in_the_sentence_beside_the_level() -> None:
    assessed = Assessment(Level.VULNERABLE, 0.75, "medium", (), NEARBY, TODAY, None, recheck=False)
    sentence = explain(assessed)
    assert "Destroyed" in sentence
    for disclosure, left in (("S0", (sentence, TODAY)), ("S1", (NEAR, None))):
        risk = rulings(("1", disclosure, []))
        risk = with_columns(risk, {"explanation": pa.array([sentence]), "next_expiry": pa.array([TODAY])})
        [row] = told(risk, RECORDS, risk).to_pylist()
        assert (row["explanation"], row["next_expiry"]) == left
    assert told(history(sentence), RECORDS, rulings(("1", "S3", [])))["explanation"].to_pylist() == [NEAR]


def test_nothing_is_said_of_a_record_whose_own_id_holds_its_place() -> None:
    [row] = history("poor").to_pylist()
    said = pa.Table.from_pylist([row | {"record_id": "57.1234,18.2"}], schema=HISTORY)
    records = pa.table({"record_id": ["57.1234,18.2"], "address": pa.array([None], pa.string())})
    for disclosure, left in (("S0", 1), ("S1", 0)):
        assert told(said, records, rulings(("57.1234,18.2", disclosure, []))).num_rows == left


def test_nobody_is_named_and_a_hidden_place_is_not_measured() -> None:
    [row] = told_evidence(evidence(), RECORDS, rulings(("1", "S3", [])), REPORTERS, TODAY).to_pylist()
    assert (row["assessor"], row["url"], row["entry"]) == ("", "", None)
    assert (row["distance_m"], row["uncertainty_m"]) == (None, None)
    [row] = told_evidence(evidence(), RECORDS, rulings(("1", "S0", [])), REPORTERS, TODAY).to_pylist()
    assert (row["assessor"], row["independence_group"], row["distance_m"]) == ("", "ada", 3.0)


@pytest.mark.parametrize("given", [{"scheme": "reports"}, {"assessor": "pseudonym"}])
def test_what_people_reported_from_a_war_waits(given: dict[str, Any]) -> None:
    at_war = rulings(("1", "S0", ["R14"]))

    def leaves(**days: date) -> bool:
        said = evidence(**{"assessor": ""} | given | days)
        return told_evidence(said, RECORDS, at_war, REPORTERS, TODAY).num_rows == 1

    last, long_ago = TODAY - timedelta(days=29), TODAY - timedelta(days=30)
    assert not leaves(observed=last)
    assert not leaves(observed=long_ago, published=last)
    assert leaves(observed=long_ago, published=long_ago)
