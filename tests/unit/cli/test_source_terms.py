"""What a maintainer completes after the draft: tables of terms, the licence, the id."""

import re

import pytest
from test_source_commands import drafted, run

from register_examples import csv_bytes, good_rows


def test_terms_without_an_item_are_added_to_the_table_once(here):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    path = drafted(run("source", "new", here / "churches.csv")).path
    table = path.parent / "types.csv"
    assert table.read_text(encoding="utf-8") == "term,item,mapped_by\nkyrka,,\n"
    rows = [[*row[:4], "slott, borg" if n % 2 else "kyrka", *row[5:]] for n, row in enumerate(good_rows())]
    (here / "newer.csv").write_bytes(csv_bytes(rows))
    answer = run("source", "terms", path, "--from", here / "newer.csv")
    assert "types.csv: 1 new term waits for an item" in answer.output
    assert table.read_text(encoding="utf-8") == 'term,item,mapped_by\nkyrka,,\n"slott, borg",,\n'
    assert "types.csv: 0 new terms" in run("source", "terms", path, "--from", here / "newer.csv").output


def with_terms(here, item):
    """The description of a register whose towns and kinds are mapped by `item`."""
    rows = [[*row[:4], ("kyrka", "borg", "kyrka")[n % 3], *row[5:]] for n, row in enumerate(good_rows(30))]
    (here / "churches.csv").write_bytes(csv_bytes(rows))
    path = drafted(run("source", "new", here / "churches.csv")).path
    (path.parent / "types.csv").unlink()
    text = path.read_text(encoding="utf-8").replace("  classes: types.csv\n", item)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_table_is_told_by_check_and_made_by_terms_with_the_most_frequent_first(here):
    path = with_terms(here, "  classes: types.csv\n")
    checked = run("source", "check", path)
    assert checked.exit_code == 1
    assert re.search(r"line \d+, item.classes: there is no types.csv beside the description", checked.output)
    assert "`heritage source terms se_churches.yaml`" in checked.output
    answer = run("source", "terms", path, "--from", here / "churches.csv")
    assert answer.exit_code == 0, answer.output
    assert "types.csv (made): 2 new terms wait for an item" in answer.output
    assert "bundled sample" not in answer.output
    assert f"heritage source check {path} --write-expected" in answer.output
    table = path.parent / "types.csv"
    assert table.read_text(encoding="utf-8") == "term,item,mapped_by\nkyrka,,\nborg,,\n"
    table.write_text("term,item,mapped_by\nkyrka,Q16970,anna\nborg,Q23413,anna\n", encoding="utf-8")
    assert run("source", "check", path, "--write-expected").exit_code == 0


def test_a_table_that_nothing_names_yet_is_made_with_the_line_to_write(here):
    path = with_terms(here, "")
    answer = run("source", "terms", path)
    assert "types.csv (made): 2 new terms wait" in answer.output
    assert "Write under item: in se_churches.yaml:  classes: types.csv" in answer.output
    assert "These are the terms of the bundled sample" in answer.output
    text = path.read_text(encoding="utf-8").replace("item:\n", "item:\n  classes: types.csv\n")
    path.write_text(text, encoding="utf-8")
    assert "types.csv: 0 new terms wait" in run("source", "terms", path).output


def test_no_table_is_made_when_the_register_cannot_be_read(here):
    path = with_terms(here, "  classes: types.csv\n  admin: ../admin.csv\n")
    assert "must lie beside the description" in run("source", "terms", path).output
    path.write_text(path.read_text(encoding="utf-8").replace("  admin: ../admin.csv\n", ""), encoding="utf-8")
    assert run("source", "terms", path, "--from", here / "nothing.csv").exit_code == 1
    assert not list(path.parent.glob("*.csv"))


def test_terms_of_a_lookup_within_the_description_are_told_and_not_taken_out(here):
    path = with_terms(here, "  classes: {kyrka: Q16970}\n")
    answer = run("source", "terms", path)
    assert re.search(r"item.classes has no item for 'borg' \(\d+ records\)", answer.output)
    assert not list(path.parent.glob("*.csv"))


@pytest.mark.parametrize(
    ("licence", "says"),
    [
        ("EUPL-1.2", "are listed in datasets/_vocabularies/licences.yaml"),
        ("CC-BY-5.0", "nobody has read what the licence 'CC-BY-5.0' allows, did you mean 'CC-BY-"),
        ("ODBL1.O", "did you mean 'ODbL-1.0'?"),
        ("Proprietary", "are listed in datasets/_vocabularies/licences.yaml"),
    ],
)
def test_a_licence_that_the_gate_does_not_know_is_told_with_its_line(here, licence, says):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    path = drafted(run("source", "new", here / "churches.csv")).path
    assert "no licence is named yet" in run("source", "check", path).output
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("LicenseRef-unknown", licence), encoding="utf-8")
    answer = run("source", "check", path)
    assert (answer.exit_code, says in answer.output) == (1, True), answer.output
    line = 1 + [line.split(":")[0] for line in text.splitlines()].index("licence")
    assert f"se_churches.yaml: line {line}, licence.id: " in answer.output
    path.write_text(text.replace("LicenseRef-unknown", "cc0-1.0"), encoding="utf-8")
    answer = run("source", "check", path)
    assert (answer.exit_code, "no licence is named yet" in answer.output) == (0, False)


def test_an_id_of_another_country_is_told_with_the_right_one(here):
    (here / "churches.csv").write_bytes(csv_bytes(good_rows()))
    answer = run("source", "new", here / "churches.csv", "--id", "ge_churches")
    assert answer.exit_code == 1
    assert (
        "the id 'ge_churches' begins with ge, and its folder is se: call it se_churches with --id, "
        "or give --country ge" in answer.output
    )
    assert [path.name for path in (here / "datasets").iterdir()] == ["_vocabularies"]
    assert run("source", "new", here / "churches.csv", "--id", "se_churches").exit_code == 0
    (here / "datasets" / "se").rename(here / "datasets" / "fi")
    answer = run("source", "check", here / "datasets" / "fi" / "se_churches" / "se_churches.yaml")
    assert answer.exit_code == 1
    assert "line 2, id: the id 'se_churches' begins with se, and its folder is fi" in answer.output


def test_notes_of_one_kind_are_summed_up(here):
    rows = [[*row[:4], f"sort {n}", *row[5:]] for n, row in enumerate(good_rows())]
    (here / "churches.csv").write_bytes(csv_bytes(rows))
    path = drafted(run("source", "new", here / "churches.csv")).path
    text = path.read_text(encoding="utf-8").replace("ignore: [", "ignore: [") + ""
    text = re.sub(r"(?m)^  type: .*\n", "", text)
    text = text.replace("record:\n", "record:\n  type: sort\n").replace(
        "item:\n", "item:\n  classes: {a: Q1}\n"
    )
    path.write_text(re.sub(r"ignore: \[.*?\]\n", "ignore: []\n", text), encoding="utf-8")
    answer = run("source", "check", path, "--write-expected")
    assert answer.exit_code == 0, answer.output
    assert answer.output.count("A term of the register has no item yet") == 3
    assert "note: … and 9 more term-unmapped" in answer.output
