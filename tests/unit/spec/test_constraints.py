"""The list of constraints that comes along."""

import pytest

from heritage.errors import SpecError
from heritage.model.constraint import ConstraintKind, ConstraintStatus
from heritage.spec.constraints import load_constraints


@pytest.fixture
def vocabularies(tmp_path):
    (tmp_path / "constraints").mkdir()
    (tmp_path / "properties.yaml").write_text(
        "properties:\n  - {property: P1216, format: '[1-9]\\d{6}', source: the register}\n"
    )

    def written(*lines: str):
        text = "\n".join(["version: v1", "properties:", *lines])
        (tmp_path / "constraints" / "wikidata.yaml").write_text(text)
        return tmp_path

    return written


def test_the_bundled_list_covers_what_every_register_says(repository):
    found = load_constraints(repository / "datasets" / "_vocabularies")
    assert {"P31", "P17", "P131", "P625", "P1435", "P571", "P18", "P580", "P854", "P813", "P248"} <= set(
        found.by_property
    )
    assert found.version


def test_a_line_is_read_and_identifiers_have_their_format_and_are_distinct(vocabularies):
    folder = vocabularies(
        "  - property: P31",
        "    source: its page",
        '    seen: "2026-11-22"',
        "    constraints: [{kind: none_of, items: [Q5], status: mandatory}]",
    )
    found = load_constraints(folder)
    [none_of] = found.by_property["P31"]
    assert (none_of.kind, none_of.items, none_of.status) == (
        ConstraintKind.NONE_OF,
        ("Q5",),
        ConstraintStatus.MANDATORY,
    )
    assert [one.kind for one in found.by_property["P1216"]] == [
        ConstraintKind.FORMAT,
        ConstraintKind.SINGLE_VALUE,
        ConstraintKind.DISTINCT_VALUES,
    ]


def test_what_nobody_has_seen_can_only_be_a_suggestion(vocabularies):
    line = ("  - property: P31", "    source: hearsay", "    constraints: [{kind: single_value%s}]")
    with pytest.raises(SpecError, match="say when it was seen"):
        load_constraints(vocabularies(*line[:2], line[2] % ""))
    assert load_constraints(vocabularies(*line[:2], line[2] % ", status: suggestion"))


def test_an_unknown_kind_is_told(vocabularies):
    with pytest.raises(SpecError, match="kind"):
        load_constraints(
            vocabularies("  - property: P31", "    source: x", "    constraints: [{kind: shape}]")
        )
