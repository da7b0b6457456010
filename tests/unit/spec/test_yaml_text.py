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
        ("id: x\ntitle: a\nid: y\n", "line 3: the key 'id' stands in line 1 already"),
        ("a: {b: 1,\n  c: 2,\n  'b': 3}", "line 3: the key 'b' stands in line 1 already"),
        ("- a: 1\n- a: 1\n  b: 2\n  a: 3", "line 4: the key 'a' stands in line 2 already"),
        ("id: x\nrecord: &all {id: a}", "line 2: anchors and aliases"),
        (BILLION, "line 1: anchors and aliases"),
        ("id: x\nitem: *all", "line 2: anchors and aliases"),
        ("a: 1\n<<: {b: 2}", "line 2: merging with << is not allowed"),
        ("a: 1\n? [b, c]\n: 2", "line 2: a key is a single text"),
        ("a: 1\nb: !!bool x", "line 2: tags such as tag:yaml.org,2002:bool"),
        ("a: !!python/object/apply:os.system [id]", "line 1: tags such as"),
        ("a:\n - " + "[" * 30 + "]" * 30, "line 2: nested more than 20 levels deep"),
        ("a: [1,\nb: 2", "not readable as YAML: .*line 3"),
        ("a: 1\n--- \nb: 2", "not readable as YAML: expected a single document"),
        ("a: 2001-13-45", "month must be in 1..12"),
        ("a: \x00", "not readable as YAML"),
    ],
)
def test_what_is_refused_is_told_with_its_line(tmp_path, text, says):
    path = write(tmp_path, text)
    with pytest.raises(ValueError, match=says):
        read_yaml(path)
    answer = load_spec(path)
    assert isinstance(answer, SpecFailure)
    assert str(answer).startswith("se_demo.yaml: ")


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


def test_a_description_of_the_demo_is_read(tmp_path):
    assert isinstance(load_spec(write(tmp_path, description())), LoadedSpec)
