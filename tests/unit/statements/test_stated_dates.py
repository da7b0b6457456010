"""Dates of registers as Wikibase can say them, and when two are the same."""

import pytest

from heritage.model.edit import (
    UNKNOWN,
    Calendar,
    Content,
    ItemValue,
    Kind,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.statements.dates import days, point, said
from heritage.statements.difference import diff
from heritage.statements.live import LiveItem, LiveStatement

REFERENCE = (Snak("P854", TextValue("https://towers.example/1")),)


def at(stamp, precision, calendar=Calendar.GREGORIAN):
    return TimeValue(f"{stamp}T00:00:00Z", precision, calendar)


def julian(stamp, precision):
    return at(stamp, precision, Calendar.JULIAN)


@pytest.mark.parametrize(
    ("edtf", "value", "qualifiers"),
    [
        ("1890", at("+1890-00-00", 9), {}),
        ("1890-05", at("+1890-05-00", 10), {}),
        ("1890-05-12", at("+1890-05-12", 11), {}),
        ("1405-05-12", julian("+1405-00-00", 9), {}),
        ("-0043", julian("-0044-00-00", 9), {}),
        ("0000", julian("-0001-00-00", 9), {}),
        ("Y-11999", julian("-12000-00-00", 9), {}),
        ("189X", at("+1890-00-00", 8), {}),
        ("18XX", at("+1801-00-00", 7), {}),
        ("-01XX", julian("-0200-00-00", 7), {}),
        ("../1850", UNKNOWN, {"P1326": at("+1850-00-00", 9)}),
        ("1850/..", UNKNOWN, {"P1319": at("+1850-00-00", 9)}),
        ("1890/1899", at("+1890-00-00", 8), {}),
        ("1800/1899", at("+1801-00-00", 7), {}),
        ("1890/1895", at("+1890-00-00", 8), {"P1319": at("+1890-00-00", 9), "P1326": at("+1895-00-00", 9)}),
        ("1700/1749", at("+1701-00-00", 7), {"P1319": at("+1700-00-00", 9), "P1326": at("+1749-00-00", 9)}),
        (
            "1890-03/1890-07",
            at("+1890-00-00", 9),
            {"P1319": at("+1890-03-00", 10), "P1326": at("+1890-07-00", 10)},
        ),
        ("1163/1345", UNKNOWN, {"P1319": julian("+1163-00-00", 9), "P1326": julian("+1345-00-00", 9)}),
        ("1890~", at("+1890-00-00", 9), {"P1480": ItemValue("Q5727902")}),
        ("1890?", at("+1890-00-00", 9), {"P1480": ItemValue("Q18122778")}),
        ("1890~/1899~", at("+1890-00-00", 8), {"P1480": ItemValue("Q5727902")}),
    ],
)
def test_a_date_is_said_as_exactly_as_it_is_known(edtf, value, qualifiers):
    found, beside = said(edtf)
    assert found == value
    assert {snak.property: snak.value for snak in beside} == qualifiers


def test_about_and_perhaps_are_both_said():
    assert [snak.value.qid for snak in said("1850%")[1]] == ["Q5727902", "Q18122778"]


@pytest.mark.parametrize("edtf", [None, "", "soon", "00XX", "-004X", "1890/soon"])
def test_what_is_no_date_or_cannot_be_said_is_none(edtf):
    assert said(edtf) is None


@pytest.mark.parametrize("edtf", ["../1850", "189X", "1983~", "1983/1985", None])
def test_a_qualifier_is_a_plain_date(edtf):
    assert point(edtf) is None
    assert point("1983") == at("+1983-00-00", 9)


def test_a_day_is_the_same_in_both_calendars():
    assert days(at("+1582-10-15", 11)) == days(julian("+1582-10-05", 11))
    assert days(at("+1918-02-14", 11)) == days(julian("+1918-02-01", 11))


def compared(ours, *theirs):
    """What is added for an inception to an item with others, and what is reported."""
    value, qualifiers = said(ours)
    standing = []
    for number, edtf in enumerate(theirs):
        told, beside = said(edtf)
        standing.append(LiveStatement(f"Q1${number}", "P571", told, "normal", (), beside))
    statement = Statement("P571", value, Kind.DESIGNATION, (REFERENCE,), qualifiers)
    return diff(Content(statements=(statement,)), LiveItem("Q1", 1, {}, {}, {}, tuple(standing)), None)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("1890", "1890"),
        ("1890-05-03", "1890"),
        ("1890", "189X"),
        ("1890", "18XX"),
        ("1820", "../1850"),
        ("../1850", "../1850"),
        ("1890~", "1890"),
    ],
)
def test_a_date_that_says_ours_or_less_exactly_the_same_gets_the_reference(ours, theirs):
    found = compared(ours, theirs)
    assert (len(found.additions.references), found.additions.statements, found.conflicts) == (1, (), ())


@pytest.mark.parametrize(
    ("ours", "theirs"), [("1890", "1890-05-03"), ("18XX", "1850"), ("../1850", "1820"), ("1800/1849", "1830")]
)
def test_a_date_that_says_more_stands_as_it_is(ours, theirs):
    found = compared(ours, theirs)
    assert (found.additions.empty, found.conflicts, found.already) == (True, (), 1)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("1890", "1891"),
        ("1890-05-03", "1890-05-04"),
        ("18XX", "17XX"),
        ("../1850", "1851"),
        ("1890", "1891~"),
    ],
)
def test_another_date_is_a_conflict_for_people(ours, theirs):
    found = compared(ours, theirs)
    assert found.additions.empty
    assert len(found.conflicts) == 1


def test_a_date_is_added_where_there_is_none():
    assert len(compared("1890").additions.statements) == 1
