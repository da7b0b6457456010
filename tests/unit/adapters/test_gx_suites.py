import os
from pathlib import Path

import pyarrow as pa
import pytest

from heritage.adapters.gx import ExpectationSuites
from heritage.errors import SpecError
from heritage.mapping import map_rows
from heritage.model.issue import Severity
from heritage.spec.dataset import DatasetSpec
from register_examples import ROOT, description, good_rows, source_rows, thresholds, world

SUITES = ExpectationSuites(ROOT / "expectations")


def records(**columns):
    table = map_rows(
        DatasetSpec.model_validate(description()), source_rows(good_rows(20)), world(), thresholds().places
    ).records
    for name, change in columns.items():
        place = table.column_names.index(name)
        values = change(table[name].to_pylist())
        table = table.set_column(
            place, table.schema.field(name), pa.array(values, table.schema.field(name).type)
        )
    return table


def failing(table, kind="monument"):
    return {(r.expectation, r.column, r.severity) for r in SUITES.check(kind, table) if not r.passed}


@pytest.mark.parametrize("kind", ["monument", "site", "natural"])
def test_good_records_meet_every_expectation(kind):
    assert failing(records(), kind) == set()


@pytest.mark.parametrize(
    ("column", "change", "expectation", "severity"),
    [
        (
            "record_id",
            lambda v: [*["1", *v[:-1]][:18], "1", "1"],
            "expect_column_values_to_be_unique",
            Severity.STOP,
        ),
        ("lat", lambda v: [95.0, *v[1:]], "expect_column_values_to_be_between", Severity.STOP),
        ("precision_m", lambda v: [0.0, *v[1:]], "expect_column_values_to_be_between", Severity.STOP),
        ("class_item", lambda v: ["kyrka", *v[1:]], "expect_column_values_to_match_regex", Severity.STOP),
        ("url", lambda v: ["javascript:x", *v[1:]], "expect_column_values_to_match_regex", Severity.STOP),
        (
            "name",
            lambda v: [f"KyrkÃ¥ {n}" for n in v],
            "expect_column_values_to_not_match_regex",
            Severity.ASK,
        ),
        ("place_method", lambda v: ["shared"] * len(v), "expect_column_values_to_be_in_set", Severity.ASK),
    ],
)
def test_a_fault_fails_its_expectation(column, change, expectation, severity):
    assert (expectation, column, severity) in failing(records(**{column: change}))


def test_results_count_and_say_why_but_show_no_value():
    results = SUITES.check("monument", records(lat=lambda v: [95.4321, *v[1:]]))
    (result,) = [r for r in results if not r.passed]
    assert (result.failed, result.share, result.why) == (1, 0.05, "Latitudes lie on the globe.")
    assert "95.4321" not in str(results)


def test_an_empty_table_can_be_checked():
    assert all(result.failed == 0 for result in SUITES.check("glam", records().slice(0, 0)))


def test_nothing_is_reported_or_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    SUITES.check("monument", records())
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr() == ("", "")


def write(folder: Path, text: str) -> ExpectationSuites:
    (folder / "common.yaml").write_text("name: common\nexpectations: []\n", encoding="utf-8")
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    return ExpectationSuites(folder)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: site\nexpectations: [{type: expect_x, kwargs: {}}]\n", "meta"),
        ("name: site\nexpectations: [{type: e, kwargs: {}, meta: {severity: loud, why: x}}]\n", "loud"),
        ("name: [", "site.yaml"),
        (
            "name: site\nexpectations: [{type: expect_column_values_to_not_be_null, kwargs: {column: nix}, "
            "meta: {severity: stop, why: x}}]\n",
            "cannot be computed: .*nix",
        ),
        (
            "name: site\nexpectations: [{type: expect_the_unexpected, kwargs: {column: name}, "
            "meta: {severity: stop, why: x}}]\n",
            "site.yaml.*expect_the_unexpected",
        ),
    ],
)
def test_a_bad_suite_is_told_with_its_file(tmp_path, text, says):
    with pytest.raises(SpecError, match=says):
        write(tmp_path, text).check("site", records())


def test_a_missing_suite_is_told(tmp_path):
    with pytest.raises(SpecError, match=r"common\.yaml"):
        ExpectationSuites(tmp_path).digest("site")


def test_the_digest_follows_every_word(tmp_path):
    first = write(tmp_path, "name: site\nexpectations: []\n").digest("site")
    assert write(tmp_path, "name: site\nexpectations: []\n# more\n").digest("site") != first
