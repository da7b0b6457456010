"""What the maintainer of an at-risk register or of a layer is told before anything is pulled."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.cli import app
from layer_examples import layer

REGISTER = """
id: is_red_list
title: Red list
publisher: {name: Association}
kind: at_risk
maintainers: [ada]
licence: {id: CC0-1.0, evidence: "https://example.org/licence"}
sample: synthetic
harvest: {protocol: csv, url: "https://example.org/list.csv"}
record: {id: nr, name: {is: heiti}}
subjects: [{property: P1216, id: um}]
risk:
  - {scheme: eamena_condition, field: state, causes: cause, observed: seen}
checks: {rows: [1, 100]}
"""
HEADER = "nr,heiti,um,state,cause,seen"


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, " ".join(done.output.split())


@pytest.fixture
def register(here: Path) -> Path:
    folder = here / "datasets" / "is" / "is_red_list"
    (folder / "samples").mkdir(parents=True)
    sample(folder, "R1,A,1,Poor,Natural,2026-01-31", "R2,B,2,Good,,2026-01-31")
    (folder / "is_red_list.yaml").write_text(REGISTER)
    return folder / "is_red_list.yaml"


def sample(folder: Path, *rows: str) -> None:
    (folder / "samples" / "list.csv").write_text("\n".join([HEADER, *rows]) + "\n")


def checked(path: Path) -> tuple[int, str]:
    return run("source", "check", path, "--write-expected")


def test_a_check_tells_what_the_sample_says_of_danger(register: Path) -> None:
    code, told = checked(register)
    assert code == 0, told
    assert "maps to 2 records, 0 rejected, and says 2 things of danger of 2 places" in told


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("eamena_condition", "eamena_conditon", "line 13, risk.0.scheme: there is no scheme"),
        ("eamena_condition", "eamena_conditon", "did you mean 'eamena_condition'?"),
        ("property: P1216", "property: 1216", "line 11, subjects.0.property: '1216' is not a property"),
        ("property: P1216", "property: items", "or the word item"),
        ("P1216, id: um", "P1216, id: about", "field about: A column that the description maps is not in"),
    ],
)
def test_a_check_tells_what_is_wrong_with_the_description(
    register: Path, was: str, now: str, says: str
) -> None:
    register.write_text(REGISTER.replace(was, now))
    code, told = checked(register)
    assert (code, says in told) == (1, True), told
    assert "Input should be" not in told


def test_a_check_stops_with_every_unknown_term_of_the_sample_and_its_file(register: Path) -> None:
    sample(register.parent, "R1,A,1,Ghastly,Martians,2026-01-31")
    code, told = checked(register)
    assert code == 1
    assert "'Ghastly' in state (1, eamena_condition)" in told
    sample(register.parent, "R1,A,1,Poor,Martians,2026-01-31")
    assert "'Martians' in cause (1, causes)" in checked(register)[1]


def test_a_check_notes_what_a_run_would_ask_about(register: Path) -> None:
    sample(register.parent, "R1,A,,Poor,,2026-01-31", "R2,B,,Good,,2026-01-31")
    code, told = checked(register)
    assert code == 0
    assert "field um: Rows of an at-risk register say something and name nobody" in told
    assert "2 of 2 rows with evidence" in told


def test_a_preview_counts_no_level_above_the_cap_of_its_scheme(register: Path) -> None:
    register.write_text(REGISTER.replace("eamena_condition", "unosat"))
    sample(register.parent, "R1,A,1,Possibly damaged,,2026-10-31")
    assert "It says of others' records: 1 vulnerable." in run("source", "preview", register)[1]
    own = register.parents[2] / "_vocabularies"
    folder = own.resolve()
    own.unlink()
    shutil.copytree(folder, own)
    scheme = own / "risk" / "unosat.yaml"
    text = scheme.read_text()
    scheme.write_text(text.replace("Possibly damaged, level: 2", "Possibly damaged, level: 5"))
    assert "It says of others' records: 1 vulnerable." in run("source", "preview", register)[1]


@pytest.mark.parametrize("command", ["preview", "terms"])
def test_of_a_layer_the_commands_of_registers_say_that_it_has_no_records(here: Path, command: str) -> None:
    path = layer(here / "datasets" / "_layers").path
    code, told = run("source", command, path)
    assert code == 1
    assert "world_demo.yaml describes a layer, which has features and no records" in told
