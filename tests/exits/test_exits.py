"""No exit tells more of a place than its class allows, alone or together; each has a gate that matters."""

import importlib
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from house import NOTATIONS, House, Leak, Place, leaks, place
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ways_out import EXITS, Exit

from heritage.disclosure import evidence_gate
from heritage.disclosure.gate import PUBLISHED_PLACES
from heritage.model.disclosure import Disclosure

LIGHT = [one for one in EXITS if not one.heavy]
within = st.floats(0.05, 0.95)
rules = st.sampled_from([(), ("R11",), ("R14",), ("R5",), ("R5", "R12")])
EVERY_CLASS = [place(i, d, 0.757163 - i / 90, 0.677517 - i / 70) for i, d in enumerate(map(str, Disclosure))]
EVERY_CLASS += [place(6, "S0", 0.31, 0.37, ("R11",)), place(7, "S0", 0.41, 0.47, ("R14",))]
_houses = itertools.count()


@st.composite
def many_places(draw: st.DrawFn) -> list[Place]:
    classes = draw(st.lists(st.sampled_from(list(map(str, Disclosure))), min_size=1, max_size=7))
    return [
        place(i, d, draw(within), draw(within), draw(rules), draw(st.sampled_from(NOTATIONS)))
        for i, d in enumerate(classes)
    ]


def found(house: House, exits: list[Exit]) -> list[Leak]:
    return [leak for one in exits for leak in leaks(one.name, one.take(house), house.places, wiki=one.wiki)]


def house_of(folder: Path, places: list[Place]) -> House:
    return House(folder / str(next(_houses)), places)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=many_places())
def test_nothing_more_than_allowed_leaves_by_any_exit(tmp_path: Path, places: list[Place]) -> None:
    house = house_of(tmp_path, places)
    assert found(house, LIGHT) == []


@pytest.mark.parametrize("notation", NOTATIONS)
def test_however_a_name_tells_the_place_it_does_not_leave(tmp_path: Path, notation: str) -> None:
    exits = [
        one for one in LIGHT if one.name in ("edits on a wiki", "a site's page", "preview in the terminal")
    ]
    house = house_of(tmp_path, [place(i, d, 0.61, 0.67, notation=notation) for i, d in enumerate(Disclosure)])
    assert found(house, exits) == []


def test_nothing_more_than_allowed_leaves_by_the_pages(tmp_path: Path) -> None:
    assert found(house_of(tmp_path, EVERY_CLASS), [one for one in EXITS if one.heavy]) == []


def test_all_exits_together_tell_one_place_and_no_finer_one(tmp_path: Path) -> None:
    """Nothing can be averaged: whatever exit a place leaves by, and however often, it is the same centre."""
    house = house_of(tmp_path, EVERY_CLASS)
    everything = "\n".join(one.take(house) for one in EXITS for _ in range(2))
    assert leaks("all together", everything, house.places) == []


def test_the_examples_tell_their_places_where_that_is_allowed(tmp_path: Path) -> None:
    """So that silence is no proof: what may leave does."""
    house = house_of(tmp_path, EVERY_CLASS)
    texts = {one.name: one.take(house) for one in LIGHT}
    assert str(EVERY_CLASS[0].lat) in texts["edits on a wiki"]
    assert f"the register {EVERY_CLASS[0].lat:.5f}" in texts["conflicts"]
    assert EVERY_CLASS[0].word("url") in texts["edits on a wiki"]
    assert EVERY_CLASS[4].word("name") in texts["edits on a wiki"]
    for word in ("said", "area"):
        assert EVERY_CLASS[0].word(word) in texts["risk, history and tasks on pages"]
        assert EVERY_CLASS[0].word(word) in texts["a site's page"]
    for word in ("told", "town"):
        assert EVERY_CLASS[0].word(word) in texts["edits on a wiki"]
    for way in ("reviews as annotations", "reviews as EDM"):
        for word in ("said", "told", "url"):
            assert EVERY_CLASS[0].word(word) in texts[way]
        assert str(EVERY_CLASS[0].lat) in texts[way]
    assert texts["map of the preview"].count('"lat": null') == 1


def test_what_another_register_protects_on_an_item_is_not_told_with_a_file_about_it(tmp_path: Path) -> None:
    one = place(0, "S0", 0.61, 0.67)
    house, stricter = house_of(tmp_path, [one]), replace(one, disclosure="S4")
    [commons] = [way for way in EXITS if way.name == "files on Commons"]
    assert leaks(commons.name, commons.take(house), [stricter], wiki=commons.wiki)  # nobody protects it yet
    house.protected_elsewhere(f"Q66000{one.number}", "S4")
    text = commons.take(house)
    assert leaks(commons.name, text, [stricter], wiki=commons.wiki) == []
    assert one.word("name") in text


_LETTING_THROUGH = {
    "told": lambda table, records, risk: table,
    "told_evidence": lambda evidence, records, risk, reporters, today: evidence,
    "_rewritten": lambda table, *_: table,
    "_without_reporter": lambda table, *_: table,
    "counted": lambda reason: reason,
    "by_cause": dict,
    "_known": lambda facets, known: facets,
    "_few": lambda members, rules: members["closed"] & False,
    "_shape": lambda code, value: value,
    "kept_back": lambda text, **_: "",
    "candidates_told": lambda ruling: set(ruling["record_id"].to_pylist()),
}


def _identity(module: str, name: str) -> Any:
    """What stands in place of a gate that was taken away: everything passes."""
    if name == "place_for_export":

        def everywhere(records: pa.Table, risk: pa.Table) -> pa.Table:
            rows = records.select(["record_id", "lat", "lon"]).to_pylist()
            return pa.Table.from_pylist([row | {"disclosure": "S0"} for row in rows], schema=PUBLISHED_PLACES)

        return everywhere
    if name in _LETTING_THROUGH:
        return _LETTING_THROUGH[name]
    if name == "_held":
        held = evidence_gate._held

        def everybody(records: pa.Table, risk: pa.Table) -> Any:
            as_they_are = risk.num_rows * [Disclosure.S0.value]
            exact = risk.select(["record_id"]).append_column("disclosure", pa.array(as_they_are, pa.string()))
            no_rules = pa.array([[]] * risk.num_rows, pa.list_(pa.string()))
            return held(records, exact.append_column("disclosure_rules", no_rules))

        return everybody

    def whole(records: pa.Table, risk: pa.Table) -> pa.Table:
        nothing = pa.array([[]] * records.num_rows, pa.list_(pa.string()))
        exact = pa.array(["S0"] * records.num_rows)
        return records.append_column("disclosure", exact).append_column("withheld", nothing)

    if name == "for_commons":

        def every_image(records: pa.Table, risk: pa.Table) -> pa.Table:
            return whole(records, risk).append_column("strip", pa.array([False] * records.num_rows))

        return every_image
    return whole


@pytest.mark.parametrize(
    ("way", "gate"),
    [(one, gate) for one in EXITS for gate in one.gates],
    ids=lambda x: getattr(x, "name", str(x)),
)
def test_without_its_gate_an_exit_leaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Exit, gate: tuple[str, str]
) -> None:
    """The test above would find it: taking any gate away makes it fail."""
    module, name = gate
    monkeypatch.setattr(importlib.import_module(module), name, _identity(module, name))
    assert found(house_of(tmp_path, EVERY_CLASS), [way])
