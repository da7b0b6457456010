import re
from itertools import pairwise

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from test_spec_loader import write

from heritage.spec.loader import LoadedSpec, SpecFailure, load_spec
from heritage.spec.yaml_text import LARGEST, read_yaml
from register_examples import description

BILLION = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghi"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id: x\ntitle: a\nid: y\n", "line 3, column 1: the key 'id' stands in line 1 already: keep one"),
        ("a: {b: 1,\n  c: 2,\n  'b': 3}", "line 3, column 3: the key 'b' stands in line 1 already"),
        ("- a: 1\n- a: 1\n  b: 2\n  a: 3", "line 4, column 3: the key 'a' stands in line 2 already"),
        ("id: x\nrecord: &all {id: a}", "line 2, column 9: anchors and aliases"),
        (BILLION, "line 1, column 4: anchors and aliases"),
        ("id: x\nitem: *all", "line 2, column 7: anchors and aliases"),
        ("a: 1\n<<: {b: 2}", "line 2, column 1: merging with << is not allowed"),
        ("a: 1\n? [b, c]\n: 2", "line 2, column 3: a key is a single text"),
        ("a: 1\nb: !!bool x", "line 2, column 4: tags such as tag:yaml.org,2002:bool"),
        ("a: !!python/object/apply:os.system [id]", "line 1, column 4: tags such as"),
        ("a:\n - " + "[" * 30 + "]" * 30, "line 2, column 22: nested more than 20 levels deep"),
        ("a: [1,\nb: 2", r"line 1, column 4: the \[ that opens here is never closed"),
        ("a: 1\n--- \nb: 2", "line 2, column 1: a second document begins here"),
        ("a: 1\nb: 2001-13-45", "line 2, column 4: 2001-13-45 goes in quotes .month must be in 1..12"),
        ("å: ö\nå: \x00", r"line 2, column 4: a character that no text may hold \(U\+0000\)"),
    ],
)
def test_what_is_refused_is_told_with_its_line(tmp_path, text, says):
    path = write(tmp_path, text)
    with pytest.raises(ValueError, match=says):
        read_yaml(path)
    answer = load_spec(path)
    assert isinstance(answer, SpecFailure)
    assert str(answer).startswith("se_demo.yaml: ")


@pytest.mark.parametrize(
    ("text", "where", "what", "write"),
    [
        ("id: x\n\ttitle: a\n", "2, column 1", "a tab", "title: a"),
        ("record:\n  id: a\n\tname: b\n", "3, column 1", "a tab", "  name: b"),
        ("id: x\ntitle: Church: old\n", "2, column 14", "a colon with a space", "title: 'Church: old'"),
        ("a: {title: Church: old, b: 1}\n", "1, column 18", "a colon with a space", ""),
        ("a: {b: 1,\n  url: c: d}\n", "2, column 9", "a colon with a space", ""),
        ("id: x\ntitle: 'Church\nkind: a\n", "2, column 8", "quote ' that opens", "title: 'Church'"),
        ('title: "Church\nkind: "a"\n', "1, column 8", 'quote " that opens', 'title: "Church"'),
        ("title: 'Bishop's house'\n", "1, column 16", "an apostrophe", "title: 'Bishop''s house'"),
        ('a: {regex: "^\\d{8}$"}\n', "1, column 14", "take single quotes", "a: {regex: '^\\d{8}$'}"),
        ("a: %x\n", "1, column 4", "begins with `%` goes in quotes", "a: '%x'"),
        ("a: > b\n", "1, column 4", "begins with `>` goes in quotes", "a: '> b'"),
        ("id:x\ntitle: y\n", "1, column 1", "no colon with a space", "id: x"),
        ("id: x\ntitle\nkind: a\n", "2, column 1", "no colon with a space", "title:"),
        ("id: x\n  title: y\n", "2, column 1", "begin it where that line begins", "title: y"),
        ("record:\n    id: x\n  name: y\n", "3, column 3", "the spaces of the keys it stands beside", ""),
        ("a: [b, c\nd: e\n", "1, column 4", "the [ that opens here is never closed", "a: [b, c]"),
        ("a: [b, {c: 'd['}\nd: e\n", "1, column 4", "the [ that opens here", "a: [b, {c: 'd['}]"),
        ("id: [", "1, column 5", "the [ that opens here is never closed", "id: []"),
        ("a: {b: c} d\n", "1, column 11", "put the whole value in quotes", ""),
        ("a:\n- b\nc\n", "3, column 1", "no colon with a space", "c:"),
        ("a: - b\n", "1, column 4", "begins in the line below its key", ""),
        ("a:\n  - b\n  c: d\n", "3, column 3", "a dash and a space", "  - c: d"),
        ("a: https://me:s3cr3t@x.org: b\n", "1, column 27", "a colon", "a: 'https://***@x.org: b'"),
    ],
)
def test_what_is_no_yaml_is_told_in_plain_words_with_the_line_and_what_to_write(
    tmp_path, text, where, what, write
):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"^line {where}: ") as told:
        read_yaml(path)
    said = str(told.value)
    assert what in said
    assert "`. Write: `" not in said if not write else said.endswith(f"Write: `{write}`")
    assert not re.search("scanning|parsing|block|flow|scalar|token|mapping|unicode string", said)
    assert "s3cr3t" not in said
    if write:
        lines = text.splitlines()
        lines[int(where.split(",")[0]) - 1] = write
        path.write_text("\n".join(lines))
        assert read_yaml(path), "what to write can be read"


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path):
    (tmp_path / "a.yaml").write_bytes("id: x\ntitle: Domkyrkan på ön\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"^line 2: not in UTF-8: save the file as UTF-8"):
        read_yaml(tmp_path / "a.yaml")


def test_the_same_key_may_stand_in_different_places(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("id: a\nb: {id: x, y: [{id: 1}, {id: 2}]}\nc: [id, id]\nd: id\n'<<': 1\n")
    assert read_yaml(path) == {
        "id": "a",
        "b": {"id": "x", "y": [{"id": 1}, {"id": 2}]},
        "c": ["id", "id"],
        "d": "id",
        "<<": 1,
    }


def test_a_file_too_large_is_not_read(tmp_path):
    answer = load_spec(write(tmp_path, "# " + "x" * LARGEST))
    assert isinstance(answer, SpecFailure)
    assert "262,146 bytes are more than the 262,144" in str(answer)


def test_what_is_nested_deeply_is_refused_before_it_is_read_whole(tmp_path):
    path = write(tmp_path, "a: " + "[" * 120_000 + "]" * 120_000)  # a minute of the parser
    with pytest.raises(ValueError, match="nested"):
        read_yaml(path)


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", exclude_categories="C")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(PLAIN)
def test_what_is_plain_is_read_as_it_was_written(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("y") / "a.yaml"
    path.write_text(yaml.dump(content, Dumper=NoAliases, allow_unicode=True), encoding="utf-8")
    assert read_yaml(path) == yaml.safe_load(path.read_text(encoding="utf-8"))


@settings(deadline=None)
@given(st.text(st.sampled_from("ab:'\"#-[]{}|>&*!%@\\,. \t\n\r\u2028\x00å?~0"), max_size=40))
def test_any_text_is_read_or_refused_with_its_line(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("y") / "a.yaml"
    path.write_bytes(text.encode())
    said = refusal(path)
    assert not said or said.startswith("line ")


def refusal(path):
    try:
        read_yaml(path)
    except ValueError as error:
        return str(error)
    return ""


def test_a_description_of_the_demo_is_read(tmp_path):
    assert isinstance(load_spec(write(tmp_path, description())), LoadedSpec)


def test_what_was_read_before_is_neither_stale_nor_shared(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: {b: [1]}")
    read_yaml(path)["a"]["b"].append(2)
    assert read_yaml(path) == {"a": {"b": [1]}}
    path.write_text("a: {b: [3]}")
    assert read_yaml(path) == {"a": {"b": [3]}}
