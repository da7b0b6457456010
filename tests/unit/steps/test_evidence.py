"""Evidence as registers write it: what is read, what is refused, and what the check of a snapshot says."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import SourceChanged
from heritage.mapping.columns import Columns
from heritage.mapping.kept_rows import kept_columns
from heritage.model.issue import IssueCode, Severity
from heritage.model.tables import EVIDENCE
from heritage.risk.ledger import Pull
from heritage.spec.dataset import DatasetSpec
from heritage.steps.evidence import EvidenceRead, Means, read_evidence
from heritage.steps.own_evidence import OwnEvidence, evidence_issues
from register_examples import VOCABULARIES, description, thresholds, world

SEEN = date(2026, 11, 21)
VOCABULARY = YamlVocabularies(VOCABULARIES)
LISTING = {"scheme": "eamena_condition", "field": "state", "certainty": "sure", "causes": "cause"}
DATED = LISTING | {"observed": "seen"}


def spec(*listings: dict[str, Any], **more: Any) -> DatasetSpec:
    return DatasetSpec.model_validate(description(risk=list(listings), **more))


def read(described: DatasetSpec, *rows: dict[str, Any]) -> EvidenceRead:
    names = [column for listing in described.risk for column in listing.read()]
    table = pa.table(
        {
            "record_id": [str(n) for n in range(1, len(rows) + 1)],
            "url": pa.array([row.get("url") for row in rows], pa.string()),
        }
    )
    sources = pa.chunked_array([pa.array([json.dumps(row) for row in rows], pa.string())])
    return read_evidence(
        described, "abc", table, kept_columns(sources, names, described.harvest.empty), means()
    )


@cache
def means() -> Means:
    scheme = VOCABULARY.scheme("eamena_condition")
    return Means({scheme.id: scheme}, VOCABULARY.causes(), world().dates(["sv"]), SEEN)


def state(value: str, **more: str) -> dict[str, str]:
    return {"state": value, "sure": "", "cause": "", "seen": "2026-01-31"} | more


def test_a_row_says_what_its_columns_say_and_where_it_was_read():
    found = read(
        spec(DATED),
        state("Very Bad", sure="Definite", cause="Natural", url="https://example.org/1"),
        state(" Good "),
    )
    assert found.table.schema.equals(EVIDENCE)
    one, other = found.table.sort_by("record_id").to_pylist()
    assert (one["level"], one["reliability"], one["credibility"]) == (3, "B", 1)
    assert (one["causes"], one["url"]) == (["natural"], "https://example.org/1")
    assert (one["observed"], one["valid_until"]) == (date(2026, 1, 31), date(2029, 1, 31))
    assert (one["register"], one["snapshot"], one["retrieved"]) == ("se_demo", "abc", SEEN)
    assert (one["licence"], one["status"], one["property"]) == ("CC0-1.0", "live", None)
    assert (other["level"], other["credibility"]) == (0, 2)
    assert (found.faults, found.spoke, found.unread) == ((), 2, frozenset())


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        ("2026-11-22", IssueCode.RISK_FUTURE),
        ("2062-01-01", IssueCode.RISK_FUTURE),
        ("", IssueCode.RISK_UNDATED),
        ("soon", IssueCode.RISK_UNDATED),
        ("31.02.2026", IssueCode.RISK_UNDATED),
    ],
)
def test_evidence_of_the_future_or_without_its_date_is_never_used(seen, code):
    found = read(spec(DATED), state("Destroyed", seen=seen), state("Poor"))
    assert found.table["raw_value"].to_pylist() == ["Poor"]
    [fault] = found.faults
    assert (fault.code, fault.column, fault.value, fault.records, fault.first) == (code, "seen", seen, 1, "1")
    assert found.unread == {("1", "eamena_condition")}


def test_a_value_that_says_nothing_now_needs_no_date():
    found = read(spec(DATED), state("Unknown", seen=""))
    assert (found.faults, found.taken_back) == ((), {("1", "eamena_condition")})


def test_without_a_column_of_dates_it_was_seen_when_it_was_pulled():
    [one] = read(spec(LISTING), state("Poor", seen="2062-01-01")).table.to_pylist()
    assert one["observed"] == SEEN


def test_unknown_words_are_counted_and_named_and_leave_no_level():
    found = read(
        spec(LISTING),
        state("Ghastly"),
        state("Ghastly"),
        state("Poor", sure="Quite"),
        state("Fair", cause="Martians"),
    )
    assert [row["raw_value"] for row in found.table.to_pylist()] == ["Fair"]
    told = {(fault.column, fault.value): (fault.records, fault.first) for fault in found.faults}
    assert told == {
        ("state", "Ghastly"): (2, "1"),
        ("sure", "Quite"): (1, "3"),
        ("cause", "Martians"): (1, "4"),
    }
    assert found.unread == {(n, "eamena_condition") for n in "1234"}


def test_only_rows_of_the_right_kind_are_read():
    listing = LISTING | {"when": {"kind": ["Park", "Battlefield"]}}
    rows = [state("Poor", kind=" Park "), state("Ghastly", kind="Building"), state("Poor")]
    found = read(spec(listing), *rows)
    assert (found.table["record_id"].to_pylist(), found.faults, found.spoke) == (["1"], (), 1)


def test_a_column_in_none_of_the_rows_is_a_changed_register():
    with pytest.raises(SourceChanged, match=r"'state', from which .* is in none of the 1 rows"):
        read(spec(LISTING), {"other": "x"})
    assert read(spec(LISTING), {"state": ""}).spoke == 0


def issues(
    found: EvidenceRead, described: DatasetSpec, before: pa.Table | None = None, unnamed: int = 0
) -> list[Any]:
    pull = Pull("abc", {"eamena_condition"}, True, found.unread, found.taken_back)
    own = OwnEvidence(found.table, found, pull, unnamed)
    return list(evidence_issues(described, own, before, thresholds().snapshot))


def at_risk() -> DatasetSpec:
    facts = description(kind="at_risk", risk=[DATED], subjects=[{"property": "P1216", "id": "nr"}])
    return DatasetSpec.model_validate({key: value for key, value in facts.items() if key != "item"})


def test_one_unknown_term_stops_an_at_risk_register_with_the_list_of_all():
    rows = [*[state("Poor")] * 999, state("Ghastly"), state("Poor", sure="Quite")]
    [issue] = issues(read(at_risk(), *rows), at_risk())
    assert (issue.code, issue.severity) == (IssueCode.RISK_UNMAPPED, Severity.STOP)
    assert "2 unknown terms in 2 places: 'Ghastly' in state (1, eamena_condition), 'Quite' in sure" in str(
        issue
    )


def test_an_unknown_term_is_named_with_the_file_it_belongs_to():
    rows = [state("Ghastly"), state("Poor", cause="Martians")]
    [issue] = issues(read(at_risk(), *rows), at_risk())
    assert "'Ghastly' in state (1, eamena_condition), 'Martians' in cause (1, causes)." in str(issue)


def test_a_place_in_an_unknown_term_or_date_stays_out_of_the_logs():
    for row in (state("fallen at 53.75716, -1.67751"), state("Poor", seen="SE 21429 29145")):
        [issue] = issues(read(at_risk(), row), at_risk())
        assert "#" in str(issue)
        assert not {"53.75716", "21429"} & set(re.split(r"[^\d.]+", str(issue)))


def test_all_unknown_terms_are_named_not_the_first_few():
    rows = [state(f"Word {n}") for n in range(60)]
    [issue] = issues(read(at_risk(), *rows), at_risk())
    assert all(f"'Word {n}' in state" in str(issue) for n in range(60))


def test_the_texts_that_are_no_dates_are_shown():
    rows = [*[state("Poor", seen="haust 2025")] * 2, state("Poor", seen="")]
    [issue] = issues(read(at_risk(), *rows), at_risk())
    assert "without a date, the first of record 1: 'haust 2025' (2), empty (1)." in str(issue)
    assert "date: dmy" in str(issue)


@pytest.mark.parametrize(
    ("kind", "values", "severity"),
    [
        (at_risk, ["Poor"], Severity.ASK),  # of a list that says nothing at all, a person is asked
        (at_risk, ["Poor", "Fair"], Severity.NOTE),
        (lambda: spec(DATED), ["Poor"], Severity.NOTE),
    ],
)
def test_a_rule_that_matches_no_row_is_told(kind: Callable[[], DatasetSpec], values, severity):
    listings = [DATED | {"when": {"kind": ["Park"]}}, *[DATED] * (len(values) - 1)]
    described = kind().model_copy(update={"risk": spec(*listings).risk})
    [issue] = issues(read(described, *(state(value, kind="Building") for value in values)), described)
    assert (issue.code, issue.severity) == (IssueCode.RISK_SILENT, severity)
    assert "eamena_condition is read of no row of those where kind is Park." in str(issue)


@pytest.mark.parametrize(("left", "severity"), [(3, Severity.NOTE), (0, Severity.ASK)])
def test_rows_that_speak_of_nobody_are_told(left, severity):
    found = read(at_risk(), *[state("Poor")] * 4)
    found = replace(found, table=found.table.slice(0, left))
    [issue] = issues(found, at_risk(), unnamed=4 - left)
    assert (issue.code, issue.severity) == (IssueCode.RISK_UNNAMED, severity)
    assert f"{4 - left} of 4 rows with evidence." in str(issue)


@pytest.mark.parametrize(("unknown", "severity"), [(2, Severity.NOTE), (3, Severity.ASK), (99, Severity.ASK)])
def test_in_another_register_a_person_is_asked_when_there_are_many(unknown, severity):
    rows = [*[state("Poor")] * (100 - unknown), *[state("Ghastly")] * unknown]
    [issue] = issues(read(spec(DATED), *rows), spec(DATED))
    assert (issue.code, issue.severity) == (IssueCode.RISK_UNMAPPED, severity)


@pytest.mark.parametrize(
    ("dated", "kind", "severity"),
    [
        (98, at_risk, Severity.NOTE),
        (97, at_risk, Severity.ASK),
        (79, at_risk, Severity.STOP),
        (79, lambda: spec(DATED), Severity.ASK),
    ],
)
def test_refused_dates_weigh_as_rejected_rows_do(dated, kind: Callable[[], DatasetSpec], severity):
    rows = [*[state("Poor")] * dated, *[state("Poor", seen="2062-01-01")] * (100 - dated)]
    [issue] = issues(read(kind(), *rows), kind())
    assert (issue.code, issue.severity) == (IssueCode.RISK_FUTURE, severity)
    assert f"{100 - dated} of 100 rows" in str(issue)


@pytest.mark.parametrize(("left", "severity"), [(95, Severity.NOTE), (94, Severity.ASK), (0, Severity.ASK)])
def test_evidence_that_is_gone_without_a_word_is_asked_about(left, severity):
    whole = read(spec(LISTING), *[state("Poor")] * 100).table
    whole = whole.set_column(
        whole.schema.get_field_index("snapshot"), EVIDENCE.field("snapshot"), pa.array(["before"] * 100)
    )
    rows = [*[state("Poor")] * left, *[state("")] * (100 - left)]
    found = issues(read(spec(LISTING), *rows), spec(LISTING), whole)
    [issue] = [issue for issue in found if issue.code is IssueCode.RISK_VANISHED]
    assert issue.severity == severity
    assert f"{100 - left} of 100" in str(issue)


words = st.sampled_from(["Poor", "Good", "Ghastly", "", '["Fair", null]', "Unknown"])
made = st.builds(
    lambda value, sure, seen: state(value, sure=sure, seen=seen),
    words,
    st.sampled_from(["Definite", "Low", "", "Quite"]),
    st.sampled_from(["2026-01-01", "2025", "", "2099-01-01", "nonsense"]),
)


@settings(deadline=None)  # Arrow takes its time to start
@given(rows=st.lists(made, min_size=1, max_size=12))
def test_rows_are_read_together_as_they_are_one_by_one(rows):
    """The columns are read once for each way of filling them; no row may see another one."""
    together = read(spec(DATED), *rows)
    alone = [read(spec(DATED), row) for row in rows]
    assert together.spoke == sum(one.spoke for one in alone)
    for number, one in enumerate(alone, start=1):
        own = together.table.filter(pa.compute.equal(together.table["record_id"], str(number)))
        assert own.num_rows == one.table.num_rows
        for left, right in zip(own.to_pylist(), one.table.to_pylist(), strict=True):
            assert left | {"record_id": "1", "evidence_id": right["evidence_id"]} == right


@settings(deadline=None)
@given(rows=st.lists(st.dictionaries(st.sampled_from(["a", "b"]), st.text()), max_size=6))
def test_columns_come_out_of_the_rows_to_the_letter(rows):
    texts = [json.dumps(row, ensure_ascii=False) for row in rows]
    cells = kept_columns(pa.chunked_array([texts], pa.string()), ["a", "b"], spec(LISTING).harvest.empty)
    assert isinstance(cells, Columns)
    for name in ("a", "b"):
        assert cells.raw(name).to_pylist() == [
            text if (text := row.get(name)) is not None and text.strip() else None for row in rows
        ]
