import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.mapping import map_rows
from heritage.model.issue import IssueCode, Severity
from heritage.model.tables import CHANGES
from heritage.quality import check_against_previous, check_snapshot, compare
from heritage.spec.dataset import DatasetSpec
from register_examples import description, good_rows, source_rows, thresholds, world

SPEC = DatasetSpec.model_validate(description())
RULES = thresholds().snapshot


def mapped(rows):
    return map_rows(SPEC, source_rows(rows), world(), thresholds().places)


def found(rows):
    result = mapped(rows)
    return [(i.code, i.severity) for i in check_snapshot(SPEC, result.records, result.rejected, RULES)]


def test_a_good_snapshot_raises_nothing():
    assert found(good_rows(100)) == []


@pytest.mark.parametrize(
    ("bad", "severity"), [(2, None), (3, Severity.ASK), (20, Severity.ASK), (21, Severity.STOP)]
)
def test_rejected_rows_ask_and_stop(bad, severity):
    rows = good_rows(100)
    for row in rows[:bad]:
        row[3] = "norr"
    assert found(rows) == ([(IssueCode.TOO_MANY_REJECTED, severity)] if severity else [])


@pytest.mark.parametrize(("count", "stops"), [(4, True), (5, False), (200, False), (201, True)])
def test_the_band_of_the_description_holds(count, stops):
    assert ((IssueCode.ROWS_OUT_OF_BAND, Severity.STOP) in found(good_rows(count))) is stops


def test_a_snapshot_beside_itself_raises_nothing():
    records = mapped(good_rows()).records
    assert check_against_previous(SPEC, records, records, RULES) == []
    assert compare(records, records).num_rows == 0


def test_one_vanished_record_is_a_note():
    before, after = mapped(good_rows(100)).records, mapped(good_rows(100)[1:]).records
    (issue,) = check_against_previous(SPEC, before, after, RULES)
    assert (issue.code, issue.severity) == (IssueCode.RECORDS_VANISHED, Severity.NOTE)


NAMES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y", ""]), min_size=1)


@settings(deadline=None)
@given(NAMES, NAMES)
def test_changes_lead_from_one_snapshot_to_the_other(before, after):
    def records(names: dict[str, str]) -> pa.Table:
        return mapped([[key, name, "", "", "", "", ""] for key, name in names.items()]).records

    changes = compare(records(before), records(after))
    assert changes.schema.equals(CHANGES)
    state = dict(before)
    for change in changes.to_pylist():
        key = change["record_id"]
        if change["change"] == "removed":
            del state[key]
        elif change["change"] == "added":
            state[key] = after[key]
        elif change["field"] == "name":
            assert (change["before"] or "") == before[key]
            state[key] = change["after"] or ""
    assert state == after
