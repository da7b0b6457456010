"""JSON of any shape becomes rows to the letter, or is refused with the place that is wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.adapters.harvest import Reader
from heritage.errors import SourceChanged
from heritage.model.issue import IssueCode
from heritage.spec.dataset import DatasetSpec
from register_examples import description, fetched


def read(content, *more, ignore=(), **harvest):
    given_harvest = {"protocol": "json", **harvest}
    spec = DatasetSpec.model_validate(
        description(harvest=given_harvest) | {"ignore": list(ignore), "personal": []}
    )
    files = [fetched(f"page-{n}.json", text.encode()) for n, text in enumerate((content, *more), start=1)]
    return [row for some in Reader().rows(spec, files) for row in some.each()]


def cells(content, **options):
    return [row.cells for row in read(content, **options)]


@pytest.mark.parametrize(
    ("content", "records"),
    [
        ('[{"nr": "1"}, {"nr": "2"}]', None),
        ('{"nr": "1"}\n\n{"nr": "2"}\n', None),
        (
            '{"n": 2, "result": {"records": [{"nr": "1"}, {"nr": "2"}], "more": [1]}, "x": {}}',
            "result.records",
        ),
        ('\ufeff [ {"nr":"1"}\r\n,\t{"nr":"2"} ] ', None),
    ],
)
def test_every_shape_of_a_list_is_read(content, records):
    assert cells(content, records=records) == [{"nr": "1"}, {"nr": "2"}]


def test_values_stay_to_the_letter():
    text = '[{"a": 1.50, "b": 007, "c": true, "d": false, "e": null, "f": 0, "g": 1e3, "h": "", "i": NaN}]'
    (row,) = cells(text.replace("007", '"007"'))
    assert row == dict(
        zip("abcdefghi", ["1.50", "007", "true", "false", "", "0", "1e3", "", "NaN"], strict=True)
    )


def test_what_is_nested_is_taken_apart():
    record = {"a": {"b": "x", "c": {"d": 1}}, "p": {"coordinates": [14.5, 59.3]}, "t": ["u", {"v": 2}]}
    assert cells(json.dumps([record])) == [
        {
            "a.b": "x",
            "a.c.d": "1",
            "p.coordinates[0]": "14.5",
            "p.coordinates[1]": "59.3",
            "t[0]": "u",
            "t[1].v": "2",
        }
    ]


def test_a_list_of_lists_stays_whole():
    (row,) = cells('[{"shape": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}]')
    assert json.loads(row["shape.coordinates"]) == [["1", "2"], ["3", "4"]]


def test_what_the_description_names_stays_whole():
    (row,) = cells('[{"tags": ["a", "b"], "more": {"x": [1]}}]', ignore=["tags", "more.x"])
    assert row == {"tags": '["a", "b"]', "more.x": '["1"]'}


def test_nothing_where_the_description_looks_inside_is_no_column():
    content = '[{"place": null}, {"place": {}}, {"place": {"lat": 1}}]'
    assert cells(content, ignore=["place.lat"]) == [{"place.lat": "1"}]
    assert cells(content)[0] == {"place": ""}


def test_a_key_with_a_dot_hides_no_other():
    assert cells('[{"a": {"b": 1}, "a.b": 2}]') == [{"a.b": "1", "a.b#2": "2"}]


def test_an_empty_page_among_others_is_no_fault_and_none_at_all_is():
    assert len(read('[{"nr": "1"}]', "[]")) == 1
    with pytest.raises(SourceChanged, match=r"page-2\.json: The file has no rows"):
        read("[]", "[]")


@pytest.mark.parametrize(
    "cut", ['[{"nr": "1"}, {"nr"', '[{"nr": "1"},', '[{"nr": "1"}', '[{"nr": "1', "[", '{"nr": "1"}\n{"nr": ']
)
def test_a_torn_file_is_told(cut):
    with pytest.raises(SourceChanged, match=r"page-1\.json: The file ends in the middle"):
        read(cut)


def test_a_torn_envelope_is_told_though_all_rows_came():
    with pytest.raises(SourceChanged, match="ends in the middle"):
        read('{"rows": [{"nr": "1"}], "next": ', records="rows")


@pytest.mark.parametrize(
    ("content", "records", "said"),
    [
        ('[{"nr": "1"} {"nr": "2"}]', None, "Expecting ','"),
        ('[{"nr": "1"}] x', None, "Extra data"),
        ('[{"nr": "1"},]', None, "breaks at character 13"),
        ('[{"nr": "1"}, 7]', None, "row 2: .*no object with keys, but '7'"),
        ('{"a": {"rows": [{}]}}', None, r"set harvest\.records to the list of records \(a\.rows\)"),
        ('{"a": {"rows": [{}], "n": 1}}', "a.row", r"'a\.row', is not there; there are rows, n\."),
        ('{"a": [{}]}', "a.rows", "on the way is no object"),
        ('{"a": {"b": 1}}', "a", "'a', is no list"),
        ("<html>", None, "It is an HTML page"),
        ("[" * 100_000, None, "nested too deeply"),
        ('{"a":' * 100_000, None, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_told(content, records, said):
    with pytest.raises(SourceChanged, match=said):
        read(content, records=records)


def test_the_line_of_json_lines_that_breaks_is_told():
    with pytest.raises(SourceChanged, match="in line 2"):
        read('{"nr": "1"}\n{"nr": 1,,}\n{"nr": "3"}\n')


def test_an_id_that_is_a_fraction_is_refused():
    with pytest.raises(SourceChanged, match=r"page-1\.json, row 2, field nr: .*It is the number 2\.0\."):
        read('[{"nr": 1}, {"nr": 2.0}]')


def test_a_million_keys_are_refused():
    content = json.dumps([{f"k{n}": 1 for n in range(6000)}])
    with pytest.raises(SourceChanged, match="It has 6000 columns"):
        read(content)
    rows = json.dumps([{f"k{n}": 1} for n in range(6000)])
    with pytest.raises(SourceChanged, match="It has 5001 columns"):
        read(rows)


@pytest.mark.parametrize("broken", ["\\ud800", "\\u0000", "1\\u00002"])
@pytest.mark.parametrize("key", ["nr", "namn"])
def test_what_is_no_character_is_the_fault_of_its_row(key, broken):
    rows = read(
        f'[{{"nr": "1", "namn": "x", "{key}": "{broken}"}}, {{"nr": "2", "namn": "x"}}]'.replace(
            *(('"nr": "1", ', "") if key == "nr" else ('"namn": "x", ', "")), 1
        )
    )
    assert [row.fault for row in rows] == [IssueCode.TEXT_BROKEN, None]
    assert "\N{REPLACEMENT CHARACTER}" in rows[0].cells[key]


@pytest.mark.parametrize(
    ("content", "records"),
    [
        ('[{"nr": "1"}, {"nr": "2", "namn": "x", "nr": "3"}]', None),
        ('{"nr": "1"}\n{"nr": "2", "nr": "2"}', None),
        ('[{"namn": [{"nr": 1, "nr": 2}]}]', None),
        ('{"nr": [{"namn": "1"}], "x": 1, "nr": [{"namn": "2"}]}', "nr"),
    ],
)
def test_a_key_that_stands_twice_in_one_object_is_refused(content, records):
    said = r"se_demo, page-1\.json: .*The key 'nr' stands more than once in one object, which has '(nr|namn)'"
    with pytest.raises(SourceChanged, match=said):
        read(content, records=records)


letters = st.text('ab.[]"\\ö\n', max_size=4)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | letters,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(letters, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(letters, values, max_size=3), min_size=1, max_size=4), st.booleans())
def test_every_list_of_objects_is_read_whole(records, as_lines):
    named = [{"nr": str(n), **record} for n, record in enumerate(records)]
    text = "\n".join(map(json.dumps, named)) if as_lines and len(named) > 1 else json.dumps(named)
    assert [row.number for row in read(text)] == list(range(1, len(named) + 1))
