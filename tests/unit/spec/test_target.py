"""Descriptions of the wikis that batches go to."""

from pathlib import Path

import pytest

from heritage.errors import SpecError
from heritage.spec.target import load_target

SHIPPED = Path(__file__).parents[3] / "datasets" / "_vocabularies" / "targets"
GOOD = """
id: own
title: Our own wiki
api: https://own.example/w/api.php
entities: https://own.example/entity/
properties: {P31: P1, P17: P2}
items: same
edits_per_minute: 60
"""


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_target_can_be_read(path):
    target = load_target(SHIPPED, path.stem)
    assert target.id == path.stem
    assert target.edits_per_minute >= 1


def test_wikidata_speaks_for_itself_and_asks_for_the_flag():
    target = load_target(SHIPPED, "wikidata")
    assert (target.properties, target.items, target.translates, target.bot) == ("same", "same", False, True)
    assert "{batch}" in target.edit_groups


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("P17: P2", "P17: P1"), "P31 and P17 are both P1 there"),
        (("P17: P2", "P17: Q2"), "P17"),
        (("edits_per_minute: 60", "edits_per_minute: 0"), "edits_per_minute"),
        (("entities: https://own.example/entity/", "entities: https://own.example/entity"), "entities"),
        (("id: own", "id: other"), "must be the name of the file"),
        (("items: same", "items: same\nedit_groups: details"), "leads to no batch"),
        (("items: same", "items: same\nstop_page: 'User:{name}/stop'"), "only {user} can stand in it"),
        (("items: same", "items: same\npassword: x"), "password"),
        (("items: same", "items: same\nhub: {properties: {told: P1}}"), "told"),
        (
            ("items: same", "items: same\nhub: {properties: {begun: P1, ended: P1}}"),
            "begun and ended are both P1",
        ),
        (
            ("items: same", "items: same\nhub: {wikis: {w: {item: Q1, details: 'https://x.example/'}}}"),
            "details",
        ),
        (("https://own.example/w/api.php", "https://u:secret@own.example/w/api.php"), "leave it out"),
    ],
)
def test_a_fault_in_a_description_is_told(tmp_path, change, told):
    (tmp_path / "own.yaml").write_text(GOOD.replace(*change))
    with pytest.raises(SpecError) as caught:
        load_target(tmp_path, "own")
    assert told in str(caught.value)


def test_a_target_is_found_by_the_address_of_its_api(tmp_path):
    (tmp_path / "own.yaml").write_text(GOOD)
    assert load_target(tmp_path, "", "https://own.example/w/api.php").id == "own"


def test_an_unknown_target_is_told_with_what_to_do(tmp_path):
    (tmp_path / "own.yaml").write_text(GOOD)
    with pytest.raises(SpecError, match=r"describe the wiki as targets/<name>\.yaml.*did you mean 'own'"):
        load_target(tmp_path, "owm")


def test_an_account_on_another_wiki_than_the_target_says_is_refused(tmp_path):
    (tmp_path / "own.yaml").write_text(GOOD)
    with pytest.raises(SpecError, match=r"is at https://own\.example"):
        load_target(tmp_path, "own", "https://test.example/w/api.php")
