"""What holds for every edit and every item."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from heritage.model.constraint import Constraint, Position
from heritage.model.constraint import ConstraintKind as K
from heritage.model.edit import (
    Content,
    CoordinateValue,
    ItemValue,
    Kind,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.model.finding_code import FindingCode as C
from heritage.statements.afterwards import lacking
from heritage.statements.dates import days, inside, said
from heritage.statements.difference import diff
from heritage.statements.live import LiveItem, LiveStatement
from heritage.statements.scrutiny.constraints import Constraints
from heritage.statements.scrutiny.core import scrutinise
from heritage.statements.sendable import sendable

REFERENCE = (Snak("P248", ItemValue("Q500")), Snak("P854", TextValue("https://towers.example/1")))
ITEMS = st.sampled_from([ItemValue(f"Q{n}") for n in range(1, 6)])
YEARS = st.integers(1000, 2030).map(str)
EDTF = st.one_of(
    YEARS,
    st.dates().filter(lambda day: day.year > 999).map(lambda day: f"{day:%Y-%m-%d}"),
    st.integers(10, 20).map("{}XX".format),
    st.integers(100, 202).map("{}X".format),
    YEARS.map("../{}".format),
    YEARS.map("{}/..".format),
    YEARS.map("{}~".format),
    st.tuples(YEARS, YEARS).map(lambda two: f"{min(two)}/{max(two)}"),
)
POINTS = st.builds(
    CoordinateValue, st.floats(-80, 80), st.floats(-170, 170), st.sampled_from([1e-6, 0.001, 0.1])
)
LANGUAGES = st.sampled_from(["en", "de", "mul", "zh-hant"])
NAMES = st.text(st.sampled_from("aä b\u0301ß"), min_size=1, max_size=5).map(str.strip).filter(bool)


@st.composite
def statements(draw):
    pid = draw(st.sampled_from(["P31", "P131", "P1435", "P571", "P625", "P1216", "P18"]))
    kind, qualifiers = Kind.PLACE, ()
    if pid == "P571":
        value, qualifiers = said(draw(EDTF))
    elif pid == "P625":
        value = draw(POINTS)
    elif pid in ("P1216", "P18"):
        value = TextValue(draw(st.sampled_from(["1.jpg", "2.jpg", "3.jpg"])))
    else:
        value = draw(ITEMS)
    return Statement(pid, value, kind, (REFERENCE,), qualifiers)


@st.composite
def contents(draw):
    return Content(
        labels=draw(st.dictionaries(LANGUAGES, NAMES, max_size=2)),
        descriptions=draw(st.dictionaries(LANGUAGES, NAMES, max_size=1)),
        aliases=draw(
            st.dictionaries(LANGUAGES, st.lists(NAMES, min_size=1, max_size=2).map(tuple), max_size=2)
        ),
        statements=tuple(draw(st.lists(statements(), max_size=5))),
    )


@st.composite
def items(draw):
    found = draw(st.lists(st.tuples(statements(), st.sampled_from(["normal", "preferred", "deprecated"]))))
    told = tuple(
        LiveStatement(
            f"Q9${number}",
            s.property,
            s.value,
            rank,
            s.references if draw(st.booleans()) else (),
            s.qualifiers,
        )
        for number, (s, rank) in enumerate(found)
    )
    labels = draw(st.dictionaries(LANGUAGES, NAMES, max_size=2))
    return LiveItem("Q9", 1, labels, {}, {}, told)


def applied(live, content):
    """The item after the edit, as a wiki would have it."""
    referred = {a.statement_guid: a.reference for a in content.references}
    standing = [
        replace(s, references=(*s.references, referred[s.guid])) if s.guid in referred else s
        for s in live.statements
    ]
    made = [
        LiveStatement(f"Q9$new{n}", s.property, s.value, "normal", s.references, s.qualifiers)
        for n, s in enumerate(content.statements)
    ]
    aliases = {
        lang: (*live.aliases.get(lang, ()), *content.aliases.get(lang, ()))
        for lang in {*live.aliases, *content.aliases}
    }
    labels = {**live.labels, **content.labels}
    return replace(live, labels=labels, aliases=aliases, statements=(*standing, *made))


@given(contents(), items())
def test_what_was_added_is_not_added_again(content, live):
    content, _ = sendable(content)
    additions = diff(content, live, None).additions
    after = applied(live, additions)
    assert lacking(additions, after) == ()
    assert diff(content, after, None).additions.empty


@given(contents(), items())
def test_nothing_that_stands_there_is_changed(content, live):
    additions = diff(content, live, None).additions
    assert not set(additions.labels) & set(live.labels)
    assert not additions.descriptions
    standing = {s.guid for s in live.statements if s.rank != "deprecated"}
    assert {a.statement_guid for a in additions.references} <= standing


@given(contents())
def test_what_is_sendable_is_wholly_so(content):
    kept, _ = sendable(content)
    assert sendable(kept) == (kept, ())


DEMANDS = {
    K.ITEM_REQUIRES: {C.REQUIRES, C.REQUIRES_VALUE, C.REQUIRES_VALUES},
    K.MULTI_VALUE: {C.MULTI_VALUE},
    K.LABEL_IN_LANGUAGE: {C.LABEL_IN_LANGUAGE},
}


@given(contents(), items(), st.sampled_from(["P31", "P131", "P1435", "P571", "P625"]), st.booleans())
def test_an_item_that_has_what_is_demanded_is_never_flagged(content, live, property, valued):
    demanded = LiveStatement("Q9$17", "P17", ItemValue("Q145"), "normal", ())
    second = LiveStatement("Q9$p", property, ItemValue("Q99"), "normal", ())
    live = replace(live, statements=(*live.statements, demanded, second), labels={**live.labels, "cy": "Tŵr"})
    by_property = {
        property: (
            Constraint(K.ITEM_REQUIRES, properties=("P17",), items=("Q145",) if valued else ()),
            Constraint(K.MULTI_VALUE),
            Constraint(K.LABEL_IN_LANGUAGE, languages=("cy",)),
        )
    }
    codes = {finding.code for finding in scrutinise(content, live, Constraints(by_property))}
    assert not codes & set.union(*DEMANDS.values())


@given(contents(), items())
def test_an_edit_that_adds_nothing_raises_nothing(content, live):
    """Whatever is broken on the item already."""
    every = tuple(
        Constraint(kind, properties=("P17",), items=("Q404",), pattern="x", positions=())
        for kind in K
        if kind is not K.SCOPE
    )
    by_property = {s.property: every for s in (*live.statements, *content.statements)}
    assert scrutinise(Content(), live, Constraints(by_property)) == ()


@given(contents(), items())
def test_what_is_found_does_not_hang_on_the_order_of_statements(content, live):
    constraints = Constraints(
        {
            "P131": (Constraint(K.CONFLICTS_WITH, properties=("P31",)),),
            "P625": (Constraint(K.SCOPE, positions=(Position.REFERENCE,)),),
            "P31": (Constraint(K.ITEM_REQUIRES, properties=("P17",)),),
        }
    )
    turned = replace(content, statements=content.statements[::-1])
    one, other = ({(f.code, f.property) for f in scrutinise(c, live, constraints)} for c in (content, turned))
    assert one == other


@given(EDTF)
def test_a_date_says_no_more_and_no_less_than_the_register(edtf):
    value, qualifiers = said(edtf)
    span = days(value, qualifiers)
    assert span[0] <= span[1]
    if not any(mark in edtf for mark in "X/~"):
        [year, *_] = edtf.split("-")
        [first, last] = days(TimeValue(f"+{year}-00-00T00:00:00Z", 9))
        assert inside(span, (first, last))


@given(st.dates().filter(lambda day: day.year >= 1584))
def test_a_day_is_its_year_and_its_year_is_not_that_day(day):
    exact, year = said(f"{day:%Y-%m-%d}")[0], said(f"{day:%Y}")[0]
    assert inside(days(exact), days(year))
    assert not inside(days(year), days(exact))
