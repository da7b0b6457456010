"""The nine questions that are asked of a country, and what is on record."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from heritage.priority.country import CountryFacts, Question, answers

NOTHING = CountryFacts(
    records=10,
    at_risk=0,
    unknown=10,
    rejected=2,
    protocol="csv",
    breadth=None,
    licences={},
    community_request=None,
    planned_reuse=None,
    partner_engaged=None,
    ethics_note="",
)
urls = st.one_of(st.none(), st.just("https://example.org/"))
facts = st.builds(
    CountryFacts,
    records=st.just(10),
    at_risk=st.integers(0, 5),
    unknown=st.integers(0, 5),
    rejected=st.integers(0, 5),
    protocol=st.just("csv"),
    breadth=st.one_of(st.none(), st.floats(0, 1)),
    licences=st.sampled_from([{}, {"wikidata": "ALLOW"}, {"wikidata": "ALLOW", "commons": "DENY"}]),
    community_request=urls,
    planned_reuse=urls,
    partner_engaged=urls,
    ethics_note=st.sampled_from(["", "No {mosques}."]),
)


def test_what_nobody_has_entered_is_not_answered():
    told = answers(NOTHING)
    assert [one.question for one in told] == list(Question)
    assert [one.known for one in told] == [False, True, *[False] * 7]
    assert told[1].answer == "It is published as csv; 2 of 12 rows could not be used."
    assert told[0].answer == "Nothing is on record."


def test_what_is_documented_answers_with_its_page():
    found = replace(
        NOTHING,
        unknown=6,
        at_risk=3,
        breadth=0.4,
        licences={"wikidata": "ALLOW", "commons": "DENY"},
        community_request="https://example.org/asked",
        partner_engaged="https://example.org/partner",
        ethics_note="No {mosques}.",
    )
    told = {one.question.text: (one.answer.text, one.url) for one in answers(found)}
    assert told[Question.THREAT] == (
        "3 of 10 records are at risk or worse; nothing is known about 6.",
        None,
    )
    assert told[Question.EXTENT][0].startswith("40% of the country's other known records")
    assert told[Question.FREEDOM][0] == (
        "The licence gate answers may be used for Wikidata and may not be used for Commons."
    )
    assert told[Question.REQUEST] == ("Yes.", "https://example.org/asked")
    assert told[Question.DECIDERS][1] == "https://example.org/partner"
    assert told[Question.CONTEST][0] == "Nothing is on record."
    assert told[Question.BESIDES][0] == "No {mosques}."


@given(facts)
def test_there_are_always_nine_and_none_is_empty(found):
    told = answers(found)
    assert len(told) == 9
    assert all(one.answer and one.known == (one.answer != "Nothing is on record.") for one in told)
