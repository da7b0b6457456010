import os
import re
from pathlib import Path

import pytest

from heritage.errors import SpecError
from heritage.model.issue import Severity
from heritage.spec.dataset import DatasetSpec
from record_examples import records
from register_examples import description, suites


def spec(kind="monument", identifier="P1260", **changes):
    return DatasetSpec.model_validate(description(kind=kind, item={"identifier": identifier}, **changes))


def check(table, kind="monument", noted=None, **changes):
    return suites().check(spec(kind, **changes), table, noted or {})


def failing(table, *given, **named):
    results = check(table, *given, **named).results
    return {(r.expectation, r.column, r.severity) for r in results if not r.passed}


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
            "expect_column_values_without_pattern",
            Severity.ASK,
        ),
        ("place_method", lambda v: ["shared"] * len(v), "expect_column_values_to_be_in_set", Severity.ASK),
    ],
)
def test_a_fault_fails_its_expectation(column, change, expectation, severity):
    assert (expectation, column, severity) in failing(records(**{column: change}))


def test_results_count_and_say_why_but_show_no_value():
    examined = check(records(lat=lambda v: [95.4321, *v[1:]]))
    (result,) = [r for r in examined.results if not r.passed]
    assert (result.failed, result.share, result.why) == (1, 0.05, "Latitudes lie on the globe.")
    assert "95.4321" not in str(examined)


def test_an_empty_table_can_be_checked():
    assert all(result.failed == 0 for result in check(records(0), "glam").results)


def test_nothing_is_reported_or_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    check(records())
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr() == ("", "")


MINE = {
    "centre": ("expect_points_not_municipality_centre", None, Severity.NOTE),
    "twins": ("expect_sites_to_be_distinct", None, Severity.NOTE),
    "outside": ("expect_points_inside_country", None, Severity.ASK),
    "swapped": ("expect_coordinates_not_swapped", None, Severity.NOTE),
    "markup": ("expect_names_without_markup", None, Severity.NOTE),
    "scripts": ("expect_names_of_one_script", "name", Severity.NOTE),
    "cut": ("expect_names_not_cut", "name", Severity.NOTE),
    "format": ("expect_identifiers_in_format", "record_id", Severity.ASK),
}


@pytest.mark.parametrize(
    ("table", "noted", "fails"),
    [
        (
            records(
                municipality=["Ed"] * 20, lat=lambda v: v[:1] * 3 + v[3:], lon=lambda v: v[:1] * 3 + v[3:]
            ),
            {},
            {"centre"},
        ),
        (
            records(
                name=lambda v: [v[0], v[0], *v[2:]],
                lat=lambda v: [v[0], v[0] + 1e-4, *v[2:]],
                lon=lambda v: v[:1] * 2 + v[2:],
            ),
            {},
            {"twins"},
        ),
        (records(), {"point-outside": 2}, {"outside"}),
        (records(), {"point-outside": 1, "point-swapped": 1}, {"swapped"}),
        (records(), {"name-markup": 1}, {"markup"}),
        (records(name=lambda v: ["Помнiк", *v[1:]]), {}, {"scripts"}),
        (records(40, name=lambda v: ["x" * n for n in range(10, 45)] + ["y" * 60] * 5), {}, {"cut"}),
    ],
    ids=["centre", "twins", "outside", "swapped", "markup", "scripts", "cut"],
)
def test_the_expectations_of_heritage(table, noted, fails):
    assert failing(table, noted=noted) == {MINE[name] for name in fails}


def test_ids_are_compared_with_the_format_of_the_property():
    assert failing(records(), identifier="P1216") == {MINE["format"]}
    seven = records(record_id=lambda v: [f"1{int(one):06}" for one in v])
    assert failing(seven, identifier="P1216") == set()
    assert check(seven, identifier="P1216").left_out == ()


def test_a_format_that_nobody_confirmed_is_told_and_not_applied():
    (told,) = check(records(), identifier="P1260").left_out
    assert told.endswith("Not checked: identifier_format of P1260 is not known.")


OWN = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "designation"}}
NAMED = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "name", "mostly": 0.95}}


def own(**changes):
    return {**OWN, "severity": "stop", "why": "All are listed.", **changes}


def with_own(**changes):
    return spec(checks={"expectations": [own(**changes)]})


def test_a_register_adds_an_expectation():
    found = failing(records(), checks={"expectations": [own()]})
    assert found == {(OWN["type"], "designation", Severity.STOP)}


def test_a_stricter_expectation_takes_the_place_of_that_of_the_suite():
    table = records(name=lambda v: [None, None, *v[2:]])
    assert failing(table) == set()
    stricter = own(**NAMED, why="Names.")
    assert failing(table, checks={"expectations": [stricter]}) == {(NAMED["type"], "name", Severity.STOP)}
    results = check(table, checks={"expectations": [stricter]}).results
    assert sum((one.expectation, one.column) == (NAMED["type"], "name") for one in results) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({**NAMED, "severity": "note"}, "severity may be looser than in monument.yaml"),
        ({**NAMED, "kwargs": {"column": "name", "mostly": 0.5}}, "mostly may be looser"),
        (
            {
                "type": "expect_column_value_lengths_to_be_between",
                "severity": "stop",
                "kwargs": {"column": "record_id", "min_value": 1, "max_value": 500},
            },
            "max_value may be looser than in common.yaml",
        ),
        (
            {
                "type": "expect_column_values_to_be_in_set",
                "severity": "stop",
                "kwargs": {"column": "place_method", "value_set": ["given"]},
            },
            "value_set may be looser",
        ),
        ({**NAMED, "loosens": "It has none."}, "loosens: nothing is looser"),
        (
            {"type": "expect_column_values_to_not_be_nul"},
            "did you mean 'expect_column_values_to_not_be_null'",
        ),
        ({"kwargs": {"column": "designaton"}}, "no column 'designaton' to check; did you mean 'designation'"),
        ({"kwargs": {"colum": "name"}}, "kwargs.column: field required; kwargs.colum: extra fields"),
        ({"kwargs": {"column": "url", "mostly": 2}}, "kwargs.mostly"),
        (
            {"type": "expect_names_not_cut", "kwargs": {"rules": {"$PARAMETER": "cuts"}}},
            "kwargs.rules: there is no parameter 'cuts'; known are: centre, cut",
        ),
        ({"type": "expect_sites_to_be_distinct", "kwargs": {"rules": {}}, "loosens": "x"}, "near_m"),
        ({"type": "expect_names_of_one_script", "kwargs": {"scripts": ["Latin", "Klingon"]}}, "Klingon"),
        (
            {"type": "expect_column_values_without_pattern", "kwargs": {"column": "url", "pattern": "(?=a)"}},
            "RE2",
        ),
    ],
)
def test_a_wrong_expectation_is_told_with_file_and_key_before_anything_runs(changes, says):
    with pytest.raises(SpecError, match=r"^se_demo\.yaml: checks\.expectations\[0\]") as raised:
        suites().verify(with_own(**changes))
    assert says in str(raised.value)


def test_a_looser_expectation_says_why():
    looser = own(**{**NAMED, "kwargs": {"column": "name", "mostly": 0.5}}, severity="ask", why="Some.")
    found = check(
        records(name=lambda v: [None] * 8 + v[8:]),
        checks={"expectations": [{**looser, "loosens": "Only finds of note are named."}]},
    )
    assert [one for one in found.results if not one.passed] == []


@pytest.mark.parametrize(
    ("type", "column"),
    [
        ("expect_column_max_to_be_between", "lat"),
        ("expect_column_most_common_value_to_be_in_set", "name"),
        ("expect_column_distinct_values_to_be_in_set", "name"),
    ],
)
def test_an_aggregate_shows_no_value_of_a_record(type, column):
    kwargs = {"column": column, **({"value_set": ["x"]} if column == "name" else {"max_value": 1})}
    examined = check(
        records(name=["Hemlig fornborg"] * 20, lat=[63.123456] * 20, lon=[18.1] * 20),
        checks={"expectations": [own(type=type, kwargs=kwargs)]},
    )
    assert (type, column) in {(one.expectation, one.column) for one in examined.results if not one.passed}
    for secret in ("Hemlig", "63.123", "18.1"):
        assert secret not in str(examined)


def test_what_cannot_be_computed_is_told_without_a_value():
    wrong = own(type="expect_column_values_to_be_between", kwargs={"column": "name", "min_value": 3})
    with pytest.raises(SpecError, match=r"checks\.expectations\[0\].*cannot be computed") as raised:
        check(records(name=["Hemlig fornborg"] * 20), checks={"expectations": [wrong]})
    assert "Hemlig" not in str(raised.value)


def test_data_docs_open_alone_and_say_what_was_expected():
    page = check(records(name=lambda v: ["Помнiк", *v[1:]])).page
    assert "No word of a name has letters of two scripts" in page
    assert "<meta charset" in page
    assert "Помнiк" not in page
    assert "Kyrka" not in page
    assert not re.search(r"https?://|<script|<link|<img|\son[a-z]+=|url\(", page)


def write(folder: Path, text: str):
    (folder / "common.yaml").write_text("name: common\nexpectations: []\n", encoding="utf-8")
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    return suites(folder)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: site\nexpectations: [{type: expect_x, kwargs: {}}]\n", "meta"),
        ("name: site\nexpectations: [{type: e, kwargs: {}, meta: {severity: loud, why: x}}]\n", "loud"),
        ("name: [", "site.yaml"),
        (
            "name: site\nexpectations: [{type: expect_column_values_to_not_be_null, kwargs: {column: nix}, "
            "meta: {severity: stop, why: x}}]\n",
            r"site.yaml: expectations\[0\]: records have no column 'nix'",
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
        write(tmp_path, text).check(spec("site"), records(), {})


def test_a_missing_suite_is_told(tmp_path):
    with pytest.raises(SpecError, match=r"common\.yaml"):
        suites(tmp_path).digest(spec("site"))


def test_the_digest_follows_what_is_demanded(tmp_path):
    demand = "name: site\nexpectations: [{type: x, kwargs: {}, meta: {severity: stop, why: x}}]\n"
    first = write(tmp_path, demand).digest(spec("site"))
    assert write(tmp_path, "# a comment\n" + demand).digest(spec("site")) == first
    assert write(tmp_path, demand.replace("stop", "ask")).digest(spec("site")) != first
    assert write(tmp_path, demand).digest(spec("site", identifier="P1216")) != first
    assert write(tmp_path, demand).digest(spec("site", checks={"expectations": [own()]})) != first
