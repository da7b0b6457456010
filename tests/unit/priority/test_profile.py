"""What a profile says, and what it never may: that what is unknown is covered, or that it is absent."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from heritage.priority.counts import Counts, Tally, Years, together
from heritage.priority.criteria import Coverage, equity, representation
from heritage.priority.criteria import Group as Share
from heritage.priority.ethics_rules import Colonial, Dimension, EthicsRules, Spoken
from heritage.priority.periods import period, periods, years
from heritage.priority.profile import (
    Against,
    FlagCode,
    Profile,
    breadth,
    cover,
    profile,
)
from heritage.priority.profile_words import sentences
from heritage.priority.settings import PrioritySettings

VOCABULARIES = Path(__file__).parents[3] / "datasets" / "_vocabularies"


def read(name: str) -> dict[str, Any]:
    return yaml.safe_load((VOCABULARIES / name).read_text(encoding="utf-8"))


RULES = EthicsRules.model_validate(read("ethics.yaml"))
PRIORITY = PrioritySettings.model_validate(read("priority.yaml"))
INDIA = (Spoken("hi", "Hindi", 0.41, "official"), Spoken("en", "English", 0.19, "official"))
COLONIAL = Colonial(since=1757, until=1947, source="https://example.org/")

NAMES = periods(RULES.years)[:6]  # any words will do, but for periods
groups = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 200))
tallies = st.builds(Tally, groups=groups, unknown=st.integers(0, 1000), untold=st.integers(0, 4))
dimensions = st.sampled_from(Dimension)


def counts(dimension: Dimension, tally: Tally, **more: Any) -> Counts:
    return Counts(tally.known + tally.unknown, {dimension: tally}, **more)


def dated(*spans: tuple[Years, int]) -> Counts:
    found = dict(spans)
    tally: dict[str, int] = {}
    for span, count in found.items():
        if name := period(span, RULES.years):
            tally[name] = tally.get(name, 0) + count
    return Counts(sum(found.values()), {Dimension.PERIOD: Tally(tally)}, found)


def told(found: Profile) -> str:
    return " ".join(sentences(found, lambda _, group: group))


@given(tallies, tallies, dimensions)
def test_shares_add_up_to_one_or_nothing_is_known(own, other, dimension):
    covered = cover(dimension, counts(dimension, own), counts(dimension, other), Counts(), RULES)
    assert sum(group.share for group in covered.groups) == pytest.approx(1 if own.known else 0)
    theirs = [group.country_share for group in covered.groups if group.country_share is not None]
    assert sum(theirs) == pytest.approx(1 if covered.against is not Against.NOTHING else 0)
    assert all(group.coverage is None or 0 <= group.coverage <= 1 for group in covered.groups)


@given(tallies, tallies, dimensions, st.integers(0, 10_000), st.integers(0, 10_000))
def test_what_is_unknown_never_raises_coverage(own, other, dimension, more, theirs):
    before = cover(dimension, counts(dimension, own), counts(dimension, other), Counts(), RULES)
    vaguer = Tally(own.groups, unknown=own.unknown + more, untold=own.untold)
    country = Tally(other.groups, unknown=other.unknown + theirs)
    after = cover(dimension, counts(dimension, vaguer), counts(dimension, country), Counts(), RULES)
    assert after.groups == before.groups
    assert after.breadth == before.breadth
    assert after.missing == before.missing, "nor is it absence"


@given(tallies, tallies, st.sampled_from(NAMES), st.integers(1, 500))
def test_records_of_a_group_that_was_missing_never_narrow_a_register(own, other, group, count):
    missing = Tally({**own.groups, group: 0})
    found = Tally({**own.groups, group: count})
    before, after = breadth(missing, other), breadth(found, other)
    assert (before is None) == (after is None)
    assert before is None or after >= before


@given(tallies, tallies, dimensions)
def test_a_group_that_nobody_counted_in_the_country_has_no_denominator_and_is_no_zero(own, other, dimension):
    covered = cover(dimension, counts(dimension, own), counts(dimension, other), Counts(), RULES)
    for group in covered.groups:
        listed = group.name in covered.missing_denominator
        assert listed == (group.coverage is None) == (group.quotient is None)
    assert not {name for name, _ in covered.missing} & set(covered.missing_denominator)


def test_case_16_the_shares_of_a_profile_are_those_of_the_criterion():
    own = Tally({"vernacular": 900, "colonial": 400}, matched={"vernacular": 90, "colonial": 380})
    by_name = {
        group.name: group
        for group in cover(Dimension.KIND, counts(Dimension.KIND, own), Counts(), Counts(), RULES).groups
    }
    assert (by_name["vernacular"].on_wikidata, by_name["colonial"].on_wikidata) == (0.1, 0.95)

    def e(name: str, proposed: int) -> float:
        registered, matched = own.groups[name], (own.matched or {})[name]
        share = Share(name, proposed, matched, registered)
        return equity(Coverage(matched, registered, representation([share], 0.331)), PRIORITY)

    assert e("vernacular", 810) == pytest.approx(0.80, abs=0.005)
    assert e("colonial", 20) == pytest.approx(0.025, abs=0.0005)


def test_coverage_and_location_quotient():
    own, other = Tally({"church": 30, "barn": 10}), Tally({"church": 30, "barn": 30, "mill": 60})
    covered = cover(
        Dimension.KIND, counts(Dimension.KIND, own), counts(Dimension.KIND, other), Counts(), RULES
    )
    church, barn, mill = covered.groups
    assert (church.name, church.coverage, church.quotient) == ("church", 0.5, pytest.approx(0.75 / 0.25))
    assert (barn.coverage, barn.quotient) == (0.25, 1)
    assert (mill.records, mill.coverage, mill.quotient) == (0, 0, 0)
    assert covered.missing == (("mill", 0.5),)
    assert covered.breadth == 0.5


def test_nothing_is_compared_that_is_grouped_otherwise():
    own, other = Tally({"Q1": 30}), Tally({"Q2": 30})
    by_kind = cover(
        Dimension.KIND, counts(Dimension.KIND, own), counts(Dimension.KIND, other), Counts(), RULES
    )
    assert (by_kind.against, by_kind.missing) == (Against.NOTHING, ())
    assert by_kind.missing_denominator == ("Q1",)
    items = counts(Dimension.KIND, Tally({"Q1": 50, "Q3": 50}))
    wiki = cover(Dimension.KIND, counts(Dimension.KIND, own), counts(Dimension.KIND, other), items, RULES)
    assert (wiki.against, wiki.missing) == (Against.ITEMS, (("Q3", 0.5),))
    community = Dimension.COMMUNITY
    faiths = cover(
        community,
        counts(community, Tally({"Christian": 10})),
        counts(community, Tally({"Muslim": 10})),
        Counts(),
        RULES,
    )
    assert faiths.missing == (("Muslim", 1.0),)


def test_a_register_without_dates_is_not_said_to_leave_out_a_time():
    undated = Counts(900, {Dimension.PERIOD: Tally(unknown=900)})
    found = profile(undated, dated(((1200, 1299), 50), ((1800, 1899), 50)), Counts(), RULES)
    assert found.nothing_before is None
    assert not found.flags
    assert "No dated record" not in told(found)
    assert "date" in told(found)
    assert "of no record is known here" in told(found)


def test_nothing_from_before_1500_although_the_country_has_it():
    own = dated(((1520, 1520), 10), ((1800, 1899), 90))
    found = profile(own, dated(((1200, 1299), 38), ((1850, 1850), 62)), Counts(), RULES)
    assert (found.nothing_before.year, found.nothing_before.share) == (1500, 0.38)
    assert "No dated record is from before 1500, although 38% of those in" in told(found)
    perhaps_older = dated(((None, 1600), 1), ((1800, 1899), 90))
    assert profile(perhaps_older, own, Counts(), RULES).nothing_before is None


@pytest.mark.parametrize(
    ("spans", "flagged"),
    [
        ([((1800, 1899), 95), ((1950, 1950), 5)], True),
        ([((1800, 1899), 95), ((1600, 1699), 1)], False),  # something is from before
        ([((1800, 1899), 80), ((1950, 1950), 20)], False),  # much is from after
        ([((1700, 1799), 100)], False),  # a century that begins before says nothing
        ([((1800, 1899), 9)], False),  # nine records show nothing
        ([], False),
    ],
)
def test_a_register_of_colonial_sites_only(spans, flagged):
    found = profile(dated(*spans), Counts(), Counts(), RULES, colonial=COLONIAL)
    assert (FlagCode.COLONIAL in [flag.code for flag in found.flags]) == flagged
    assert ("from the colonial period (1757 to 1947)" in told(found)) == flagged
    without = profile(dated(*spans), Counts(), Counts(), RULES)
    assert FlagCode.COLONIAL not in [flag.code for flag in without.flags]


@pytest.mark.parametrize(
    ("names", "flagged"),
    [
        ({"en": 50}, True),
        ({"en": 50, "fr": 20}, True),  # French is no language of the country
        ({"en": 50, "hi": 1}, False),
        ({"en": 9}, False),
        ({}, False),
    ],
)
def test_one_language_of_a_country_with_several(names, flagged):
    own = counts(Dimension.LANGUAGE, Tally(names))
    found = profile(own, Counts(), Counts(), RULES, spoken=INDIA)
    assert ([flag.code for flag in found.flags] == [FlagCode.ONE_LANGUAGE]) == flagged
    assert ("none is in hi, which Unicode's CLDR names" in told(found)) == flagged
    assert not profile(own, Counts(), Counts(), RULES, spoken=INDIA[:1]).flags


def test_one_group_only_unless_the_register_tells_more_apart():
    own = counts(Dimension.KIND, Tally({"Q16970": 20}), terms=1)
    assert [flag.code for flag in profile(own, Counts(), Counts(), RULES).flags] == [FlagCode.ONE_GROUP]
    varied = counts(Dimension.KIND, Tally({"Q16970": 20}), terms=7)
    assert not profile(varied, Counts(), Counts(), RULES).flags
    hidden = counts(Dimension.KIND, Tally({"Q16970": 20}, untold=2), terms=1)
    assert not profile(hidden, Counts(), Counts(), RULES).flags


def test_where_something_may_not_be_told_nothing_is_said_to_be_absent():
    own, other = Tally({"Q1": 20}, untold=2), Tally({"Q1": 20, "Q2": 20})
    region = Dimension.REGION
    found = profile(counts(region, own), counts(region, other), Counts(), RULES)
    assert "No record that may be told of is placed in Q2 (50%)" in told(found)


@given(st.lists(tallies, max_size=4), dimensions)
def test_registers_together_have_what_each_has(several, dimension):
    both = together([counts(dimension, one) for one in several]).tally(dimension)
    assert both.known == sum(one.known for one in several)
    assert both.unknown == sum(one.unknown + one.untold for one in several)


@given(st.integers(-3000, 2100), st.integers(0, 900))
def test_a_period_holds_its_years(first, length):
    name = period((first, first + length), RULES.years)
    assert name is None or name in periods(RULES.years)
    assert (name is None) == any(first < year <= first + length for year in RULES.years)


@pytest.mark.parametrize(
    "text", ["", "..", "../..", "/", "1850/", "/1850", "x", "1850-13-99-1", "１８５０", None]
)
def test_what_is_no_date_says_nothing(text):
    assert years(text) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"years": [1500, 1500]}, "must rise"),
        ({"communities": {"a": ["Q1"], "b": ["Q1"]}}, "stand under two names"),
        ({"colonial": {"xx": {"since": 1900, "until": 1900, "source": "https://example.org"}}}, "before"),
        ({"colonial": {"xx": {"since": 1900, "until": 1910}}}, "source"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(change, message):
    with pytest.raises(ValidationError, match=message):
        EthicsRules.model_validate(read("ethics.yaml") | change)
