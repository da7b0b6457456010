"""Content as text, and the edit id."""

from hypothesis import given
from hypothesis import strategies as st

from heritage.model.edit import (
    Content,
    CoordinateValue,
    ItemValue,
    Kind,
    MonolingualValue,
    QuantityValue,
    ReferenceAddition,
    Renewal,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.statements.content_json import edit_id, from_json, to_json

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.one_of(
    st.builds(ItemValue, st.sampled_from(["Q1", "Q22"])),
    st.builds(TextValue, TEXTS),
    st.builds(MonolingualValue, TEXTS, TEXTS),
    st.builds(CoordinateValue, st.floats(-90, 90), st.floats(-180, 180), st.floats(1e-6, 1)),
    st.builds(TimeValue, TEXTS, st.sampled_from([9, 10, 11])),
    st.builds(QuantityValue, TEXTS),
)
SNAKS = st.builds(Snak, st.sampled_from(["P1", "P813"]), VALUES)
REFERENCES = st.lists(SNAKS, max_size=3).map(tuple)
KINDS = st.sampled_from(Kind)
TERMS = st.dictionaries(TEXTS, TEXTS, max_size=2)
STATEMENTS = st.builds(Statement, TEXTS, VALUES, KINDS, st.tuples(REFERENCES), REFERENCES)
CONTENTS = st.builds(
    Content,
    TERMS,
    TERMS,
    st.dictionaries(TEXTS, st.lists(TEXTS, max_size=2).map(tuple), max_size=2),
    st.lists(STATEMENTS, max_size=2).map(tuple),
    st.lists(st.builds(ReferenceAddition, TEXTS, TEXTS, KINDS, REFERENCES), max_size=2).map(tuple),
    st.lists(st.builds(Renewal, TEXTS, STATEMENTS, STATEMENTS), max_size=2).map(tuple),
)


@given(CONTENTS)
def test_the_text_gives_the_content_again(content):
    text = to_json(content)
    assert from_json(text) == content
    assert to_json(from_json(text)) == text


def says(day, value="1"):
    reference = (Snak("P248", ItemValue("Q5")), Snak("P813", TimeValue(day, 11)))
    return Content(
        statements=(Statement("P1216", TextValue(value), Kind.IDENTIFIERS, (reference,)),),
        references=(ReferenceAddition("Q1$A", "P131", Kind.PLACE, reference),),
    )


def test_the_edit_id_is_the_same_whenever_the_register_says_the_same():
    day, later = "+2026-11-20T00:00:00Z", "+2027-01-01T00:00:00Z"
    first = edit_id("xx_towers", "1", "Q1", says(day))
    assert edit_id("xx_towers", "1", "Q1", says(later)) == first
    others = [
        edit_id("xx_towers", "1", "Q1", says(day, "2")),
        edit_id("xx_towers", "1", None, says(day)),
        edit_id("xx_towers", "2", "Q1", says(day)),
        edit_id("yy_towers", "1", "Q1", says(day)),
    ]
    assert len({first, *others}) == 5
    assert len(first) == 16
