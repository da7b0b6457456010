"""What the profiles of real registers say: of India, Tokyo and Bosnia, and of Bosnia beside another register.

pytest tests/acceptance/test_ethics_profiles.py -m shared_data
"""

from pathlib import Path
from typing import Any

import pytest

import shared_registers
from heritage.adapters.files import FileStore
from heritage.adapters.harvest import FileFetcher
from heritage.adapters.languages import language_name, spoken_in
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.priority.ethics_rules import Dimension, EthicsRules
from heritage.priority.profile import Against, FlagCode
from heritage.spec.loader import LoadedSpec
from heritage.spec.yaml_model import read_model
from heritage.steps.ethics import EthicsProfile, Languages, draw_profiles
from heritage.steps.flag import Flagging, flag
from register_examples import VOCABULARIES, StoppedClock, Way, loaded, world

pytestmark = pytest.mark.shared_data
RULES = read_model(VOCABULARIES / "ethics.yaml", EthicsRules)

INDIA = {**shared_registers.INDIA, "id": "in_asi_map", "checks": {"rows": [3000, 4500], "fill": {}}}
TOKYO = {
    **shared_registers.TOKYO,
    "id": "jp_tokyo",
    "harvest": {"url": "https://example.org/tokyo.csv"},
    "ignore": [*shared_registers.TOKYO["ignore"], "主な遺構/概要"],
    "checks": {"rows": [2000, 6000], "fill": {}},
}
BOSNIA = {
    "harvest": {"url": "https://example.org/bosnia.csv"},
    "record": {
        "id": {"column": "URL", "extract": r"show/(\d+)"},
        "name": {"bs": ["Short name", "Official name"], "en": "English name"},
        "point": None,
        "type": "Object type",
        "inception": "Construction year",
        "municipality": "Municipality",
        "address": "Address",
    },
    "ignore": ["Coordinates", "Designated", "Criteria", "Description", "Short description", "Architect"],
    "personal": [],
    "item": {
        "country": "Q225",
        "classes": {
            f"Sakralni {thing} ({kind})": item
            for thing in ("objekat", "objekt")
            for kind, item in (("džamija", "Q32815"), ("crkva", "Q16970"), ("sinagoga", "Q34627"))
        },
    },
    "checks": {"rows": [1, 500], "fill": {}},
}


def taken_in(folder: Path, path: Path, description: dict[str, Any]) -> LoadedSpec:
    """The register up to its flags, in the store of the folder."""
    way = Way.over_http(folder)
    way.fetcher = FileFetcher(path)
    spec = loaded(folder, **description)
    snapshot = way.run(spec, approved=True)
    flag(spec, snapshot, Flagging(way.store, YamlVocabularies(VOCABULARIES), StoppedClock(), world()))
    return spec


def drawn(folder: Path, *specs: LoadedSpec) -> dict[str, EthicsProfile]:
    return draw_profiles(
        specs,
        store=FileStore(str(folder / "data")),
        rules=RULES,
        languages=Languages(spoken_in, language_name),
    )


def groups(found: EthicsProfile, dimension: Dimension) -> dict[str, int]:
    (covered,) = (one for one in found.profile.dimensions if one.dimension is dimension)
    return {found.words.get(group.name, group.name): group.records for group in covered.groups}


def test_india_names_its_monuments_in_english_alone_and_says_neither_when_nor_what(tmp_path, shared_data):
    india = taken_in(tmp_path, shared_data / "registers/in/asi-monuments.csv", INDIA)
    found = drawn(tmp_path, india)["in_asi_map"]
    assert found.due == (
        "Names are in English, none is in Hindi, which Unicode's CLDR names as official in the country or a "
        "part of it.",
    )
    assert "The date, kind and region of no record is known here: nothing is said of it." in found.sentences
    assert groups(found, Dimension.LANGUAGE) == {"English": 3699}
    assert found.profile.nothing_before is None, "a colonial period is known, and no date"
    assert all(not covered.missing for covered in found.profile.dimensions)


def test_tokyo_tells_kinds_apart_that_nobody_has_named_yet(tmp_path, shared_data):
    tokyo = taken_in(tmp_path, shared_data / "registers/jp/13Tokyo_total.csv", TOKYO)
    found = drawn(tmp_path, tokyo)["jp_tokyo"]
    assert found.due == ()
    assert groups(found, Dimension.KIND) == {"Q839954": 5310}, "many sites are not shown exactly, and counted"
    assert found.sentences[0] == "The date and region of no record is known here: nothing is said of it."


def test_bosnia_is_compared_town_by_town(tmp_path, shared_data):
    towns = [
        taken_in(tmp_path, shared_data / f"registers/ba/bosnia_{name}.csv", {**BOSNIA, "id": dataset})
        for name, dataset in (
            ("City_of_Sarajevo", "ba_sarajevo"),
            ("Mostar", "ba_mostar"),
            ("Jajce", "ba_jajce"),
        )
    ]
    found = drawn(tmp_path, *towns)
    sarajevo, jajce = found["ba_sarajevo"], found["ba_jajce"]
    assert groups(sarajevo, Dimension.COMMUNITY) == {"Muslim": 10, "Christian": 5, "Jewish": 1}
    assert [flag.code for one in found.values() for flag in one.profile.flags] == [FlagCode.ONE_LANGUAGE] * 3
    assert "none is in Croatian or Serbian, which" in sarajevo.due[0]
    assert any(
        text.startswith("No record that may be told of is dated to 1400 to 1499 (6%) or 1600 to 1699 (6%)")
        for text in sarajevo.sentences
    )
    assert "Of 108 records, the date of 44 and the kind of 90 is not known; that is no absence." in (
        sarajevo.sentences
    )
    by_period = {one.dimension: one.against for one in jajce.profile.dimensions}
    assert by_period[Dimension.PERIOD] is Against.NOTHING, "4 of its 24 records are dated"
