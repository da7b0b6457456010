"""Constraints as the entity of a property states them."""

import pytest

from constraint_examples import FORMAT, MANDATORY, claim, constrained, quantity, time
from heritage.model.constraint import ConstraintKind as K
from heritage.model.constraint import ConstraintStatus, Position, Relation
from heritage.statements.scrutiny.reading import constraints_of


def read(*claims):
    return constraints_of(constrained("P1", "external-id", *claims))


def test_a_format_with_its_status_and_exceptions():
    [found] = read(claim("P2302", FORMAT, P1793=[r"\d+"], P2316=[MANDATORY], P2303=["Q42", "Q43"]))
    assert (found.kind, found.status, found.pattern) == (K.FORMAT, ConstraintStatus.MANDATORY, r"\d+")
    assert found.exceptions == {"Q42", "Q43"}


def test_classes_with_their_relation():
    [found] = read(claim("P2302", "Q21503250", P2308=["Q811979", "Q4989906"], P2309=["Q30208840"]))
    assert (found.classes, found.relation) == (("Q811979", "Q4989906"), Relation.EITHER)


@pytest.mark.parametrize(
    ("item", "qualifier", "position"),
    [("Q53869507", "P5314", "Q54828450"), (FORMAT, "P4680", "Q46466805")],
)
def test_where_a_property_may_stand_and_where_a_constraint_is_checked(item, qualifier, position):
    [found] = read(claim("P2302", item, **{qualifier: [position, "Q54285143"]}))
    assert found.positions == (Position.REFERENCE,)


def test_properties_and_values_of_a_conflict():
    [found] = read(claim("P2302", "Q21502838", P2306=["P31"], P2305=["Q5", "Q4167410"]))
    assert (found.properties, found.items) == (("P31",), ("Q5", "Q4167410"))


@pytest.mark.parametrize(
    ("least", "years"),
    [
        (time("+1890-00-00T00:00:00Z"), 1890),
        (time("-0044-03-15T00:00:00Z", 11), -43 + 0.2),
        (quantity("+10", "http://www.wikidata.org/entity/Q577"), 10),
        (quantity("+73", "http://www.wikidata.org/entity/Q573"), 0.2),
        (quantity("-1"), -1),
    ],
)
def test_bounds_are_years(least, years):
    qualifier = "P2310" if least["type"] == "time" else "P2313"
    [found] = read(claim("P2302", "Q21510860", **{qualifier: [least]}))
    assert found.least == pytest.approx(years, abs=0.01)
    assert found.most is None


def test_bounds_in_other_units_are_none():
    [found] = read(
        claim("P2302", "Q21510860", P2313=[quantity("+1", "http://www.wikidata.org/entity/Q11573")])
    )
    assert found.least is None


def test_what_is_deprecated_or_not_known_counts_no_more():
    assert read(claim("P2302", FORMAT, "deprecated", P1793=["x"]), claim("P2302", "Q55819106")) == ()
    assert constraints_of({"id": "P1", "claims": []}) == ()


def test_every_kind_is_read():
    found = read(*(claim("P2302", kind.item) for kind in K))
    assert [one.kind for one in found] == list(K)
