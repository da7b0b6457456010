"""What every at-risk register owes, whoever described it: its sample runs through every step to evidence, and
there is no word in it that nobody knows."""

from functools import cache
from pathlib import Path

import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.harvest import FileFetcher
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.model.evidence import Status
from heritage.spec.loader import LoadedSpec, load_specs
from heritage.steps.flag_register import flag_register
from register_examples import ROOT, VOCABULARIES, Way, world

SPECS, _ = load_specs(ROOT / "datasets")
AT_RISK = {loaded.spec.id: loaded for loaded in SPECS if loaded.spec.kind == "at_risk"}
VOCABULARY = YamlVocabularies(VOCABULARIES)
SCHEMES = sorted(
    path.stem for path in (VOCABULARIES / "risk").glob("*.yaml") if path.stem not in ("causes", "combination")
)
NEVER_PULLED = "scotland_barr"

each = pytest.mark.parametrize("loaded", AT_RISK.values(), ids=AT_RISK)


def run(loaded: LoadedSpec, folder: Path):
    way = Way(FileStore(str(folder)), FileFetcher(loaded.folder / "samples"))
    snapshot = way.run(loaded, approved=True)
    listed = flag_register(loaded, snapshot, store=way.store, vocabularies=VOCABULARY, world=world())
    return way.store.read_table(loaded.spec.id, snapshot, "evidence").to_pylist(), listed


@pytest.fixture(scope="module")
def said_by(tmp_path_factory):
    """By the id of a register: the evidence that its bundled sample comes to, and the counts of the step."""
    return cache(lambda name: run(AT_RISK[name], tmp_path_factory.mktemp(name)))


def levels(evidence, record: str, property: str = "P1216"):
    return {
        (item["scheme"], item["level"])
        for item in evidence
        if (item["property"], item["record_id"]) == (property, record)
    }


@each
def test_the_sample_runs_to_evidence_and_every_word_of_it_is_known(loaded, said_by):
    evidence, listed = said_by(loaded.spec.id)
    assert listed.unmapped == ()
    assert evidence
    assert {item["property"] for item in evidence} <= {subject.property for subject in loaded.spec.subjects}
    assert {item["status"] for item in evidence} == {Status.LIVE}
    assert {item["licence"] for item in evidence} == {loaded.spec.licence.id}
    known = VOCABULARY.causes().ids
    assert {cause for item in evidence for cause in item["causes"]} <= known
    assert all(item["level"] in range(6) and item["valid_until"] > item["observed"] for item in evidence)


@each
def test_levels_and_caps_are_those_of_the_scheme(loaded, said_by):
    for item in said_by(loaded.spec.id)[0]:
        scheme = VOCABULARY.scheme(item["scheme"])
        meaning, _ = scheme.meaning_of(item["raw_value"])
        moved = scheme.adjust is not None
        assert moved or item["level"] == meaning.level
        assert item["cap"] == (scheme.cap if meaning.cap is None else meaning.cap)


@each
def test_who_only_makes_a_choice_says_nothing_of_those_it_leaves_out(loaded):
    advocates = {"monuments_watch", "seven_most_endangered", "us_most_endangered"}
    if advocates & {listing.scheme for listing in loaded.spec.risk}:
        assert loaded.spec.absence == "says_nothing"


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scheme_says_who_says_so_and_where_the_words_are_from(name):
    scheme = VOCABULARY.scheme(name)
    assert all((scheme.mapping_source, scheme.source, scheme.licence))
    exposure = scheme.axis == "exposure"
    assert not exposure or all(
        min(m.level or 0, scheme.cap if m.cap is None else m.cap) <= 2 for m in scheme.values
    )


def test_the_paused_register_of_scotland_is_never_pulled():
    assert NEVER_PULLED in SCHEMES
    assert [s.spec.id for s in SPECS if NEVER_PULLED in {one.scheme for one in s.spec.risk}] == []


def test_letters_of_england_are_read_by_their_text_and_only_of_buildings(said_by):
    evidence, listed = said_by("gb_eng_heritage_at_risk")
    assert levels(evidence, "9900001") == {("he_har_building", 4)}  # A - Immediate risk …
    assert levels(evidence, "9900006") == {("he_har_condition", 3)}  # significant, declining; B is not read
    assert levels(evidence, "9900008") == {("he_har_condition", 0)}  # minor, improving
    assert levels(evidence, "9900009") == {("he_har_condition", 3)}  # D - Action/strategy … is not read
    named = [levels(evidence, number) for number in ("9900003", "9900004", "9900005")]
    assert named == [{("he_har_building", 1)}] * 3, "one entry speaks of several list entries"
    assert listed.unnamed == 1, "a conservation area has no number in the National Heritage List"
    causes = {item["record_id"]: item["causes"] for item in evidence}
    assert (causes["9900007"], causes["9900008"]) == (["natural"], ["agricultural-pastoral"])


def test_an_entry_without_its_condition_adds_nothing_to_one_with_it(said_by):
    evidence, listed = said_by("gb_eng_har_planning_data")
    assert levels(evidence, "9900001") == {("he_har_listing", 1)}
    assert (listed.subjects, listed.unnamed) == (5, 1), "a conservation area has no number of that list"
    groups = {VOCABULARY.scheme(name).independence_group for name in SCHEMES if name.startswith("he_har")}
    assert groups == {"historic-england"}


def test_the_portal_of_unesco_writes_texts_and_says_nothing_of_sites_off_the_list(said_by):
    evidence, _ = said_by("world_whc_danger")
    assert levels(evidence, "20", "P757") == {("unesco_danger", 3)}
    assert {item["record_id"] for item in evidence} == {"20", "76", "148", "196", "208"}
    [again] = [item for item in evidence if item["record_id"] == "196"]
    assert (again["raw_value"], again["meaning"]) == ("Y 2011 P 1996-2007", "on the list since 2011")
    assert (again["reliability"], again["credibility"]) == ("A", 1)
