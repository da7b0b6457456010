"""What a licence keeps inside leaves by no exit that goes beyond the installation; each has a gate that
matters."""

import importlib
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from house import House, leaks, place
from ways_out import EXITS, Exit

from heritage.licence.leaving import LetOut, Quoted

PLACES = [place(i, "S0", 0.757163 - i / 90, 0.677517 - i / 70) for i in range(3)]
PUBLISHED = [one for one in EXITS if one.outside]
_houses = itertools.count()


def house_of(folder: Path, **licences: str) -> House:
    return House(folder / str(next(_houses)), PLACES, **licences)


def told(house: House, exits: list[Exit]) -> list[Any]:
    """Whatever is told of a record at all: as if each were withheld."""
    withheld = [replace(one, disclosure="S5") for one in house.places]
    return [leak for one in exits for leak in leaks(one.name, one.take(house), withheld)]


@pytest.mark.parametrize("licence", ["CC-BY-NC-4.0", "", "CC-BY-3.0"])
def test_what_the_licence_keeps_here_is_counted_and_told_by_no_exit(tmp_path: Path, licence: str) -> None:
    house = house_of(tmp_path, licence=licence, image_licence="CC-BY-NC-4.0")
    assert told(house, PUBLISHED) == []
    report = next(one.take(house) for one in PUBLISHED if one.name == "report")
    assert "<strong>Counted, and not shown:</strong> three records" in report
    assert "pens it" in report
    assert '"critical": 3' in report


def test_what_the_licence_allows_is_told_with_its_attribution(tmp_path: Path) -> None:
    house = house_of(tmp_path, licence="CC-BY-SA-4.0")
    texts = {one.name: one.take(house) for one in PUBLISHED}
    assert PLACES[0].word("name") in texts["report"]
    assert str(PLACES[0].lat) in texts["map of the report"]
    assert "Named because their licences ask for it" in texts["report"]
    assert 'A register</bdi>, <a href="https://reg.example/licence"' in texts["report"]
    assert "stays under this licence and apart from the rest" in texts["report"]


def test_evidence_that_may_not_be_published_gives_its_level_and_a_link_alone(tmp_path: Path) -> None:
    house = house_of(tmp_path, evidence_licence="LicenseRef-UNOSAT")
    text = next(one.take(house) for one in PUBLISHED if one.name == "report")
    for one in PLACES:
        assert one.word("name") in text
        assert one.word("said") not in text
        assert f'https://reg.example/{one.word("url")}" rel' in text
    assert "We derived the level from A survey; the licence does not let us repeat what it says." in text
    assert PLACES[0].word("said") in next(
        one.take(house_of(tmp_path)) for one in PUBLISHED if one.name == "report"
    )


def _open(name: str) -> Any:
    if name == "let_out":
        return lambda records, source, leaves: LetOut(records)
    return lambda said, evidence, leaves: Quoted(said, {}, ())


@pytest.mark.parametrize(
    ("way", "gate"), [(one, gate) for one in PUBLISHED for gate in one.licences], ids=lambda x: str(x)[:40]
)
def test_without_its_gate_an_exit_tells_what_the_licence_keeps_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Exit, gate: tuple[str, str]
) -> None:
    module, name = gate
    monkeypatch.setattr(importlib.import_module(module), name, _open(name))
    if name == "let_out":
        assert told(house_of(tmp_path, licence="CC-BY-NC-4.0"), [way])
    else:
        text = way.take(house_of(tmp_path, evidence_licence="CC-BY-NC-4.0"))
        assert PLACES[0].word("said") in text
