"""What a wiki refuses or takes although it is wrong is never sent."""

import math

import pytest

from heritage.model.edit import (
    UNKNOWN,
    Calendar,
    Content,
    CoordinateValue,
    ItemValue,
    Kind,
    MonolingualValue,
    QuantityValue,
    ReferenceAddition,
    Snak,
    Statement,
    TextValue,
    TimeValue,
)
from heritage.statements.sendable import sendable

DAY = Snak("P813", TimeValue("+2026-11-20T00:00:00Z", 11))


def saying(value, property="P1", reference=(DAY,)):
    return Content(statements=(Statement(property, value, Kind.PLACE, (reference,)),))


@pytest.mark.parametrize(
    "content",
    [
        Content(labels={"en": "x" * 250}, descriptions={"zh-hant": "塔"}, aliases={"be-tarask": ("é",)}),
        saying(TextValue("x" * 400)),
        saying(TextValue("a  b\u200b")),
        saying(CoordinateValue(-90, 180, 0.1)),
        saying(TimeValue("+2024-02-29T00:00:00Z", 11)),
        saying(TimeValue("+1898-00-00T00:00:00Z", 9)),
        saying(TimeValue("+1898-04-00T00:00:00Z", 10)),
        saying(TimeValue("+1900-02-29T00:00:00Z", 11, Calendar.JULIAN)),
        saying(TimeValue("-0005-02-29T00:00:00Z", 11, Calendar.JULIAN)),
        saying(TimeValue("+1890-00-00T00:00:00Z", 8)),
        saying(TimeValue("-0200-00-00T00:00:00Z", 7, Calendar.JULIAN)),
        saying(UNKNOWN),
        saying(TextValue("North Tower (2019).jpg"), "P18"),
        saying(MonolingualValue("en", "Tower")),
        saying(QuantityValue("+12")),
        saying(QuantityValue("-1.50")),
        saying(ItemValue("metabase:Q5"), "metabase:P5"),
        saying(TextValue("https://towers.example/a?b=c#d"), "P854"),
    ],
)
def test_what_is_good_passes_unchanged(content):
    assert sendable(content) == (content, ())


@pytest.mark.parametrize(
    "value",
    [
        TextValue("x" * 401),
        TextValue(""),
        TextValue(" 1"),
        TextValue("1\t2"),
        ItemValue("Q0"),
        ItemValue("P1"),
        ItemValue("metabase:P1"),
        QuantityValue("12"),
        QuantityValue("+1e3"),
        QuantityValue("+007"),
        QuantityValue("+1 "),
        CoordinateValue(99.5, 0, 0.1),
        CoordinateValue(0, 181, 0.1),
        CoordinateValue(0, 0, 0),
        CoordinateValue(math.nan, 0, 0.1),
        TimeValue("+2026-02-30T00:00:00Z", 11),
        TimeValue("+2026-00-00T00:00:00Z", 11),
        TimeValue("+2026-02-03T12:00:00Z", 11),
        TimeValue("+2026-02-03T00:00:00Z", 12),
        TimeValue("+0000-01-01T00:00:00Z", 11),
        TimeValue("+2026-13-00T00:00:00Z", 10),
        TimeValue("+2026-00-05T00:00:00Z", 9),
        TimeValue("+2100-02-29T00:00:00Z", 11),
        TimeValue("-0004-02-29T00:00:00Z", 11, Calendar.JULIAN),
        TimeValue("+1500-00-00T00:00:00Z", 6),
        TimeValue("+1405-05-12T00:00:00Z", 11),
        TimeValue("+1582-10-15T00:00:00Z", 11),
        TextValue("e\u0301"),
        MonolingualValue("und", "Tower"),
        MonolingualValue("EN", "Tower"),
        MonolingualValue("en", "Tower "),
    ],
)
def test_a_bad_value_is_left_out_with_the_reason_wherever_it_stands(value):
    good = saying(ItemValue("Q1"))
    for bad in (saying(value), saying(ItemValue("Q1"), reference=(DAY, Snak("P2", value)))):
        kept, reasons = sendable(Content(statements=good.statements + bad.statements))
        assert kept == good
        assert len(reasons) == 1
    addition = ReferenceAddition("Q1$A", "P1", Kind.PLACE, (Snak("P2", value),))
    assert sendable(Content(references=(addition,)))[0].empty


@pytest.mark.parametrize(
    "url",
    [
        "towers.example",
        "https://towers.example/a b",
        "javascript:alert(1)",
        "https://",
        "https://[",
        "ftp://x.y",
    ],
)
def test_a_reference_url_must_be_one_that_the_wiki_takes(url):
    assert sendable(saying(TextValue(url), "P854"))[0].empty


@pytest.mark.parametrize("text", ["x" * 251, "", " x", "e\u0301", "a\nb"])
def test_names_that_the_wiki_refuses_or_changes_are_left_out(text):
    content = Content(
        labels={"en": text, "sv": "Torn"}, descriptions={"en": text}, aliases={"en": (text, "Keep")}
    )
    kept, reasons = sendable(content)
    assert kept == Content(labels={"sv": "Torn"}, aliases={"en": ("Keep",)})
    assert len(reasons) == 3


def test_a_description_equal_to_its_label_is_left_out():
    kept, _ = sendable(Content(labels={"en": "tower"}, descriptions={"en": "tower"}))
    assert kept == Content(labels={"en": "tower"})


def test_no_owner_is_ever_stated():
    owned = Content(statements=(Statement("P127", ItemValue("Q5"), Kind.DESIGNATION, ((DAY,),)),))
    kept, reasons = sendable(owned)
    assert kept.empty
    assert [one.text for one in reasons] == [
        "P127: the value is an owner, and only organisations may be named"
    ]


@pytest.mark.parametrize("name", ["https://towers.example/a.jpg", "File:Tower.jpg", "Tower", "a/b.jpg"])
def test_an_image_is_named_by_the_bare_name_of_its_file(name):
    assert sendable(saying(TextValue(name), "P18"))[0].empty


def test_the_same_statement_is_sent_once():
    one = saying(TextValue("1")).statements[0]
    kept, findings = sendable(Content(statements=(one, one)))
    assert kept.statements == (one,)
    assert [finding.text for finding in findings] == ["P1: the value is said twice"]
