import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.mapping import map_rows
from heritage.model.issue import IssueCode, Severity
from heritage.model.tables import CHANGES, COLUMNS
from heritage.quality import check_against_previous, check_snapshot, compare, drift
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


@pytest.mark.parametrize(("count", "stops"), [(0, True), (1, False), (4, False), (200, False), (201, True)])
def test_a_bundled_sample_is_held_to_the_upper_bound_alone(count, stops):
    result = mapped(good_rows(201))
    issues = check_snapshot(SPEC, result.records.slice(0, count), result.rejected, RULES, bundled=True)
    assert (IssueCode.ROWS_OUT_OF_BAND in [issue.code for issue in issues]) is stops


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


def test_a_point_that_moved_beyond_both_precisions_is_told_with_its_metres():
    rows = good_rows(6)
    before = mapped(rows).records
    rows[1][3] = f"{float(rows[1][3]) + 0.01:.5f}"  # 1.1 km to the north
    rows[2][3] = f"{float(rows[2][3]) + 0.00001:.5f}"  # within both precisions
    rows[3][2] = rows[3][3] = ""
    changes = compare(before, mapped(rows).records).to_pylist()
    (moved,) = [change for change in changes if change["change"] == "moved"]
    assert (moved["record_id"], moved["field"]) == ("0002", "point")
    assert moved["metres"] == pytest.approx(1112, abs=1)
    assert [float(part) for part in moved["after"].split(", ")] == [float(rows[1][3]), float(rows[1][2])]
    others = {(c["record_id"], c["field"]) for c in changes if c["change"] == "changed"}
    assert others == {("0003", "lat"), *(("0004", f) for f in ("lat", "lon", "precision_m", "place_method"))}
    assert {change["metres"] for change in changes if change["change"] == "changed"} == {None}


def test_a_point_that_crosses_the_antimeridian_moves_a_little():
    def records(lon: float) -> pa.Table:
        table = mapped([[*good_rows(1)[0][:2], "", "", "", "", ""]]).records
        for name, value in (("lat", 0.0), ("lon", lon), ("precision_m", 1.0)):
            place = table.column_names.index(name)
            table = table.set_column(place, name, pa.array([value]))
        return table

    (change,) = compare(records(179.9999), records(-179.9999)).to_pylist()
    assert change["metres"] == pytest.approx(22.2, abs=0.1)


def test_names_images_and_links_are_compared_whole():
    before = mapped(good_rows(3)).records
    lists = {
        "names": [
            [{"lang": "sv", "text": "a"}],
            [{"lang": "sv", "text": "a"}, {"lang": "en", "text": "b"}],
            [],
        ],
        "links": [["https://a.se"], None, ["https://a.se", "https://b.se"]],
        "image": [{"file": "a", "licence": None, "author": None}, None, None],
    }
    after = before
    for name, values in lists.items():
        place = after.column_names.index(name)
        after = after.set_column(place, name, pa.array(values, before.schema.field(name).type))
    assert compare(after, after).num_rows == 0
    changed = [(c["record_id"], c["field"]) for c in compare(before, after).to_pylist()]
    first = [("0001", field) for field in ("image", "links", "names")]
    assert changed == [*first, ("0002", "names"), ("0003", "links"), ("0003", "names")]


def shapes(**columns):
    lines = [{"column": name, "filled": f, "numbers": n} for name, (f, n) in columns.items()]
    return pa.Table.from_pylist(lines, schema=COLUMNS)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"a": (1.0, 1.0), "b": (0.5, 0.0)}, []),
        ({"a": (0.95, 0.95), "b": (0.45, 0.0)}, []),
        ({"a": (1.0, 1.0)}, [("column-vanished", "b")]),
        ({"a": (1.0, 1.0), "b": (0.5, 0.0), "c": (0.1, 0.0)}, [("column-appeared", "c")]),
        ({"a": (1.0, 0.2), "b": (0.5, 0.0)}, [("column-changed", "a")]),
        ({"a": (1.0, 1.0), "b": (0.9, 0.0)}, [("column-changed", "b")]),
        ({"a": (0.0, 0.0), "b": (0.5, 0.0)}, [("column-changed", "a")]),
    ],
)
def test_a_layout_that_drifts_is_told(now, told):
    found = list(drift("se_demo", shapes(a=(1.0, 1.0), b=(0.5, 0.0)), shapes(**now), RULES))
    assert [(issue.code.value, issue.field) for issue in found] == told
    assert {issue.severity for issue in found} <= {Severity.NOTE}
