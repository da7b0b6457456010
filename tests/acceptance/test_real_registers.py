"""Real registers of danger from their files to the levels of their places, by level and by cause.

pytest tests/acceptance/test_real_registers.py -m shared_data
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.harvest import FileFetcher, Reader
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.model.approval import Answer
from heritage.spec.loader import load_spec
from heritage.steps.approve import approve
from heritage.steps.check import check
from heritage.steps.flag import Flagging, flag
from heritage.steps.flag_register import flag_register
from heritage.steps.gather import Others
from heritage.steps.harvest import harvest
from heritage.steps.map import map_records
from register_examples import ROOT, VOCABULARIES, suites, thresholds, words, world

pytestmark = pytest.mark.shared_data
VOCABULARY = YamlVocabularies(VOCABULARIES)
REGISTERS = {
    "world_whc": ("_world", "world/unesco-whc-sites-2019.csv"),
    "ir_eamena_caravanserais": ("ir", "ir/eamena-caravanserais.geojson"),
    "nl_quake_monuments": ("nl", "nl/rijksmonumenten-earthquake.csv"),
}
TODAY = date(2026, 11, 21)


@dataclass
class Day:
    """Port Clock, at noon of one day."""

    at: date

    def now(self) -> datetime:
        return datetime(self.at.year, self.at.month, self.at.day, 12, tzinfo=UTC)


@dataclass
class Outcome:
    """What the step counts, and its tables."""

    counts: Any
    risk: list[dict[str, Any]]
    evidence: list[dict[str, Any]]

    def levels(self, column: str = "level") -> Counter[str]:
        return Counter(row[column] for row in self.risk if row[column])

    def causes(self) -> Counter[str]:
        return Counter(cause for item in self.evidence for cause in item["causes"])

    def said(self) -> Counter[tuple[str, int]]:
        return Counter((item["scheme"], item["level"]) for item in self.evidence)


@pytest.fixture
def flagged(shared_data: Path, tmp_path: Path):
    def run(name: str, day: date) -> Outcome:
        folder, file = REGISTERS[name]
        loaded = load_spec(ROOT / "datasets" / folder / name / f"{name}.yaml")
        store, clock = FileStore(str(tmp_path / day.isoformat())), Day(day)
        fetcher = FileFetcher(shared_data / "registers" / file)
        snapshot = harvest(loaded, fetcher=fetcher, store=store, clock=clock).snapshot
        given: dict[str, Any] = {"store": store, "world": world(), "thresholds": thresholds()}
        map_records(loaded, snapshot, reader=Reader(), words=words(), **given)
        check(loaded, snapshot, checker=suites(), clock=clock, vocabularies=VOCABULARY, **given)
        approve(loaded, snapshot, Answer(True, "Ada", "tests"), store=store, clock=clock)
        if loaded.spec.kind == "at_risk":
            counts = flag_register(loaded, snapshot, store=store, vocabularies=VOCABULARY, world=world())
            risk = []
        else:
            others = Others([], [], None)
            counts = flag(loaded, snapshot, Flagging(store, VOCABULARY, clock, world(), others))
            risk = store.read_table(name, snapshot, "risk").to_pylist()
        return Outcome(counts, risk, store.read_table(name, snapshot, "evidence").to_pylist())

    return run


def test_the_world_heritage_list_of_2019_has_53_sites_in_danger(flagged):
    done = flagged("world_whc", TODAY)
    assert done.levels() == {"at_risk": 53, "unknown": 1068}
    assert done.said() == {("unesco_danger", 3): 53}
    assert done.causes() == {}, "the list does not say what the danger is"
    assert done.counts.unmapped == ()


def test_caravanserais_are_judged_by_the_day_on_which_they_were_assessed(flagged):
    then = flagged("ir_eamena_caravanserais", date(2023, 3, 1))
    assert then.levels() == {"watch": 129, "vulnerable": 85, "unknown": 6, "none_known": 1}
    flags = Counter(flag for row in then.risk for flag in row["flags"])
    assert flags == {"candidate_lost": 37, "stale": 3, "unverified": 2}
    condition = {level: n for (scheme, level), n in then.said().items() if scheme == "eamena_condition"}
    threat = {level: n for (scheme, level), n in then.said().items() if scheme == "eamena_threat"}
    assert condition == {0: 15, 1: 79, 2: 40, 3: 48, 5: 37}
    assert threat == {1: 201, 2: 28, 3: 3}
    assert then.causes().most_common(4) == [
        ("natural", 386),
        ("management-and-institutional-factors", 219),
        ("tourism-visitor", 42),
        ("agricultural-pastoral", 41),
    ]
    assert then.counts.unmapped == ()


def test_caravanserais_that_nobody_has_looked_at_for_years_are_unknown_and_stale(flagged):
    now = flagged("ir_eamena_caravanserais", TODAY)
    assert now.levels() == {"unknown": 220, "vulnerable": 1}
    assert now.levels("last_level") == {"watch": 184, "vulnerable": 32, "unknown": 2, "none_known": 1}


def test_an_earthquake_of_2006_is_exposure_of_three_monuments_and_long_over(flagged):
    done = flagged("nl_quake_monuments", TODAY)
    assert done.said() == {("nl_induced_quake", 1): 3}
    assert done.causes() == {"natural": 3}
    assert {item["valid_until"] for item in done.evidence} == {date(2006, 4, 24)}
    assert (done.counts.unnamed, done.counts.unmapped) == (0, ())
