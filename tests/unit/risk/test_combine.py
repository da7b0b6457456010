"""The combination of evidence, with the acceptance cases of the domain details, part f."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import SpecError
from heritage.model.evidence import Axis, Evidence, Level, Relation, Status
from heritage.risk.combine import Combination, combine
from heritage.risk.explain import explain
from heritage.risk.reading import read_value

TODAY = date(2026, 11, 21)


@cache
def settings_of(repository) -> Combination:
    return YamlVocabularies(repository / "datasets" / "_vocabularies").combination()


@pytest.fixture(scope="module")
def settings(repository) -> Combination:
    return settings_of(repository)


def item(
    level: int,
    grade: str,
    group: str = "g",
    *,
    scheme: str = "s",
    cap: int = 5,
    axis: Axis = Axis.STATE,
    observed: date = TODAY,
    valid_until: date = TODAY + timedelta(days=300),
) -> Evidence:
    return Evidence(
        record_id="1",
        axis=axis,
        scheme=scheme,
        raw_value=f"level {level}",
        level=level,
        reliability=grade[0],
        credibility=int(grade[1]),
        cap=cap,
        observed=observed,
        valid_until=valid_until,
        source=f"source of {group}",
        url="https://example.org/1",
        independence_group=group,
    )


def test_case_1_one_reliable_register_reaches_critical(settings):
    found = combine([item(4, "A2")], TODAY, settings)
    assert (found.level, found.support, found.confidence, found.flags) == (Level.CRITICAL, 0.75, "medium", ())


def test_case_3_the_danger_list_alone_is_certain(repository, settings):
    scheme = YamlVocabularies(repository / "datasets" / "_vocabularies").scheme("unesco_danger")
    evidence = read_value(scheme, "Y 2013", record_id="1", observed=TODAY).evidence
    found = combine([evidence], TODAY, settings)
    assert (found.level, found.support, found.confidence) == (Level.AT_RISK, 1.0, "high")
    assert found.next_expiry == date(2028, 2, 21)
    sentence = explain(found)
    for part in ("since 2013", "World Heritage in Danger", "2026-11-21", "2028-02-21"):
        assert part in sentence


def test_case_4_lost_needs_a_second_independent_source(settings):
    unosat = item(5, "A2", "unosat")
    alone = combine([unosat], TODAY, settings)
    assert (alone.level, alone.flags) == (Level.CRITICAL, ("candidate_lost",))
    ministry = item(5, "B2", "ministry", scheme="m")
    both = combine([unosat, ministry], TODAY, settings)
    assert (both.level, both.support, both.flags) == (Level.LOST, 0.890625, ())
    reprint = replace(unosat, source="a newspaper", url="https://example.org/2")
    assert combine([unosat, reprint], TODAY, settings).level is Level.CRITICAL
    assert combine([item(5, "A1")], TODAY, settings).level is Level.LOST


def test_case_5_exposure_alone_stays_at_vulnerable_and_expires(settings):
    quake = item(5, "A1", axis=Axis.EXPOSURE, valid_until=TODAY + timedelta(days=30))
    assert combine([quake], TODAY, settings).level is Level.VULNERABLE
    assert combine([quake], TODAY + timedelta(days=30), settings).level is Level.UNKNOWN


def test_exposure_does_not_lift_damage_above_vulnerable(settings):
    flood = [item(4, "A1", f"flood {n}", axis=Axis.EXPOSURE) for n in range(5)]
    assert combine([item(3, "C3", "report"), *flood], TODAY, settings).level is Level.VULNERABLE


def test_case_6_reprints_of_a_blog_do_not_add_up(settings):
    reports = [item(3, "C3", "blog", cap=2) for _ in range(3)]
    found = combine(reports, TODAY, settings)
    assert (found.level, found.flags, found.support) == (Level.UNKNOWN, ("unverified",), 0.25)
    independent = [item(3, "C3", f"reporter {n}", cap=2) for n in range(3)]
    found = combine(independent, TODAY, settings)
    assert (found.level, found.support) == (Level.VULNERABLE, 0.578125)


def test_case_7_expired_evidence_is_stale_and_never_safe(settings):
    old = item(4, "A2", observed=date(2025, 1, 1), valid_until=TODAY - timedelta(days=1))
    found = combine([old], TODAY, settings)
    assert (found.level, found.flags, found.last_level) == (Level.UNKNOWN, ("stale",), Level.CRITICAL)
    assert found.recheck
    assert "critical" in explain(found)
    assert found.next_expiry is None


def test_a_stale_watch_needs_no_second_look(settings):
    found = combine([item(1, "A2", valid_until=TODAY)], TODAY, settings)
    assert (found.last_level, found.recheck) == (Level.WATCH, False)


def test_case_8_an_unreferenced_statement_is_unverified(settings):
    found = combine([item(2, "D3", cap=2)], TODAY, settings)
    assert (found.level, found.flags) == (Level.UNKNOWN, ("unverified",))
    assert "unverified" in explain(found)


def test_no_evidence_is_unknown_and_not_safe(settings):
    found = combine([], TODAY, settings)
    assert (found.level, found.support, found.flags) == (Level.UNKNOWN, None, ())
    assert "does not mean that it is safe" in explain(found)


def test_none_known_needs_one_good_source_and_no_other_voice(settings):
    assert combine([item(0, "A2")], TODAY, settings).level is Level.NONE_KNOWN
    assert combine([item(0, "C3"), item(0, "C3", "other")], TODAY, settings).level is Level.UNKNOWN
    assert combine([item(0, "A2"), item(2, "D3", "other")], TODAY, settings).level is Level.UNKNOWN


def test_newer_evidence_of_the_same_source_replaces_older_even_if_lower(settings):
    before = item(4, "A2", observed=date(2025, 11, 1))
    after = item(1, "A2", observed=date(2026, 11, 1))
    assert combine([before, after], TODAY, settings).level is Level.WATCH


def test_sources_two_levels_apart_on_one_axis_conflict(settings):
    apart = [item(4, "A2", "a"), item(1, "B2", "b")]
    assert "conflicting" in combine(apart, TODAY, settings).flags
    other_axis = [apart[0], replace(apart[1], axis=Axis.THREAT)]
    assert combine(other_axis, TODAY, settings).flags == ()


def test_a_hostile_value_stays_short_in_the_sentence(settings):
    found = combine([replace(item(3, "A1"), raw_value="x" * 5000)], TODAY, settings)
    assert len(explain(found)) < 400


items = st.builds(
    item,
    level=st.integers(0, 5),
    grade=st.builds("{}{}".format, st.sampled_from("ABCDEF"), st.integers(1, 6)),
    group=st.sampled_from(["a", "b", "c"]),
    scheme=st.sampled_from(["s", "t"]),
    cap=st.integers(1, 5),
    axis=st.sampled_from(list(Axis)),
    valid_until=st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=400)),
)


@given(evidence=st.lists(items, max_size=7), data=st.data())
def test_the_order_of_evidence_does_not_matter(repository, evidence, data):
    shuffled = data.draw(st.permutations(evidence))
    settings = settings_of(repository)
    assert combine(shuffled, TODAY, settings) == combine(evidence, TODAY, settings)


@given(evidence=st.lists(items, min_size=1, max_size=6), data=st.data())
def test_a_reprint_changes_nothing(repository, evidence, data):
    reprint = replace(data.draw(st.sampled_from(evidence)))
    settings = settings_of(repository)
    assert combine([*evidence, reprint], TODAY, settings) == combine(evidence, TODAY, settings)


@given(evidence=st.lists(items, max_size=6), more=items)
def test_another_independent_voice_never_lowers_a_level_of_concern(repository, evidence, more):
    settings = settings_of(repository)
    before = combine(evidence, TODAY, settings).level.number or 0
    heard = combine([*evidence, replace(more, independence_group="new")], TODAY, settings)
    assert before == 0 or (heard.level.number or 0) >= before


@given(evidence=st.lists(items, min_size=1, max_size=6))
def test_exposure_never_passes_vulnerable(repository, evidence):
    exposure = [replace(one, axis=Axis.EXPOSURE) for one in evidence]
    assert (combine(exposure, TODAY, settings_of(repository)).level.number or 0) <= 2


def test_an_incomplete_configuration_is_refused(tmp_path, repository):
    source = repository / "datasets" / "_vocabularies" / "risk" / "combination.yaml"
    (tmp_path / "risk").mkdir()
    (tmp_path / "risk" / "combination.yaml").write_text(source.read_text().replace("5: 0.85}", "}"))
    with pytest.raises(SpecError, match="thresholds"):
        YamlVocabularies(tmp_path).combination()


def test_what_its_source_has_ended_says_nothing_and_does_not_get_stale(settings):
    ended = [replace(item(4, "A2"), status=status) for status in (Status.CLOSED, Status.SUPERSEDED)]
    found = combine(ended, TODAY, settings)
    assert (found.level, found.flags, found.top) == (Level.UNKNOWN, (), None)
    assert combine([*ended, item(1, "A2", "other")], TODAY, settings).level is Level.WATCH


def test_one_part_may_fall_while_another_is_mended(settings):
    part = {"relation": Relation.PART_OF}
    tower = replace(item(4, "A2", observed=date(2025, 1, 1)), entry="tower", **part)
    porch = replace(item(0, "A2", observed=date(2026, 1, 1)), entry="porch", **part)
    found = combine([tower, porch], TODAY, settings)
    assert found.level is Level.CRITICAL
    assert "conflicting" not in found.flags, "they are two things"
    assert "of a part of it: " in explain(found)
    mended = replace(tower, level=1, observed=date(2026, 6, 1))
    assert combine([tower, mended, porch], TODAY, settings).level is Level.WATCH


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (Relation.SAME, '(medium confidence): "level 4" (source of g'),
        (Relation.CONTAINS, "of a whole that contains it: "),
        (Relation.WITHIN, "it lies in or near an area: "),
    ],
)
def test_the_sentence_says_what_the_source_speaks_of(settings, relation, words):
    assert words in explain(combine([replace(item(4, "A2"), relation=relation)], TODAY, settings))


def test_exposures_to_different_dangers_do_not_contradict_each_other(settings):
    near = [
        replace(item(level, "A2", group, axis=Axis.EXPOSURE, cap=2), relation=Relation.WITHIN)
        for level, group in ((0, "flood"), (2, "fire"))
    ]
    assert combine(near, TODAY, settings).flags == ()


@given(evidence=st.lists(items, min_size=1, max_size=6), days=st.integers(0, 500))
def test_a_level_never_becomes_safe_by_expiring(repository, evidence, days):
    later = combine(evidence, TODAY + timedelta(days=days), settings_of(repository))
    live = [one for one in evidence if TODAY + timedelta(days=days) < one.valid_until]
    if not live:
        assert (later.level, later.flags, later.next_expiry) == (Level.UNKNOWN, ("stale",), None)
    else:
        assert later.next_expiry is not None
        assert "stale" not in later.flags


@given(evidence=st.lists(items, min_size=1, max_size=6))
def test_lost_is_never_said_by_one_root_that_is_not_beyond_doubt(repository, evidence):
    found = combine(evidence, TODAY, settings_of(repository))
    saying = [one for one in evidence if one.level == 5 and one.cap == 5 and one.axis is not Axis.EXPOSURE]
    if found.level is Level.LOST:
        sure = any(one.reliability == "A" and one.credibility == 1 for one in saying)
        assert sure or len({one.independence_group for one in saying}) >= 2
