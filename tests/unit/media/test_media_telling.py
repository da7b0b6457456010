"""Titles, pages and structured data of files."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heritage.media.naming import LONGEST_BYTES, file_title
from heritage.media.shown import Mark, Shown
from heritage.media.structured import captions_of, claims_of, time_of
from heritage.media.wikitext import file_page, plain
from heritage.model.edit import UNKNOWN, ItemValue, Snak, TextValue, TimeValue
from heritage.spec.media import Media

BY = Mark("Cc-by-4.0", "Q20007257", "Q50423863", attribution=True)
ZERO = Mark("Cc-zero", "Q6938433", "Q88088423", attribution=False)
_ILLEGAL = re.compile(r"[#<>\[\]|{}/\\:_\x00-\x1f\x7f]|~~~|%[0-9A-Fa-f]{2}|&[A-Za-z0-9#]+;")


def media(**more):
    return Media.model_validate({"categories": ["Towers"], **more})


def shown(**more):
    given = {
        "qid": "Q11", "caption": "South Tower", "lang": "en", "publisher": "Tower Office", "mark": BY,
        "author": "Ada Known", "date": "2020-05-04", "page": "https://t.example/1", "address": "https://t.example/1.jpg",
    }  # fmt: skip
    return Shown(**{**given, **more})


@given(st.text(max_size=400), st.sampled_from(["jpg", "png"]), st.sampled_from(["", "1a2b3c"]))
@example("e\u0301" * 300, "jpg", "")
@example("~~~~ %41 &amp; {{x}} \u202egpj", "jpg", "1a2b3c")
@example("ß" * 300, "jpg", "1a2b3c")
def test_titles_are_such_as_the_wiki_takes(stem, extension, apart):
    title = file_title(stem, extension, apart)
    assert not _ILLEGAL.search(title)
    assert len(title.encode()) <= LONGEST_BYTES
    assert title == unicodedata.normalize("NFC", title) == " ".join(title.split())
    assert title.endswith(f"({apart}).{extension}" if apart else f".{extension}")
    assert title[:1] not in (" ", ".", "-", "")
    assert file_title(title.removesuffix(f".{extension}"), extension) == title


def test_a_title_keeps_its_script_and_its_id():
    assert file_title("Церковь Св. Марии - Реестр - 12/3", "jpg") == "Церковь Св. Марии - Реестр - 12-3.jpg"


@given(st.text())
@example("{{delete}}|[[Category:Spam]] ~~~~ <script> __NOTOC__ ''x'' http://spam.example &lt;")
@example("\n= Heading =\n* list")
def test_a_text_of_a_register_calls_nothing_and_begins_no_line(text):
    said = plain(text)
    entities = re.sub(r"&#\d+;", "", said)
    assert not re.search(r"[\[\]{}|<>~&\n]|__|''|://", entities)


def test_the_page_of_a_photograph_of_a_place():
    page = file_page(shown(), media(partnership="Tower cooperation", institution="Tower Office"))
    assert page == (
        "{{Information\n"
        "|description={{en|1=South Tower}}\n"
        "|date=2020-05-04\n"
        "|source=[https://t.example/1 Tower Office]\n"
        "|author=Ada Known\n"
        "|other fields={{Information field|name=Institution|value={{Institution:Tower Office}}}}\n"
        "}}\n"
        "\n"
        "=={{int:license-header}}==\n"
        "{{Cc-by-4.0|1=Ada Known / Tower Office}}\n"
        "{{Tower cooperation}}\n"
        "\n"
        "[[Category:Towers]]\n"
    )


def test_the_page_of_a_reproduction_leaves_the_work_to_its_item():
    page = file_page(shown(mark=ZERO, author=None), media(template="artwork", institution="Tower Office"))
    assert page.startswith(
        "{{Artwork\n|wikidata=Q11\n|title={{en|1=South Tower}}\n|institution={{Institution:Tower Office}}\n"
    )
    assert "{{Cc-zero}}" in page
    photograph = file_page(shown(author=None), media(template="photograph"))
    assert "|photographer={{unknown|author}}" in photograph


def test_a_hostile_register_cannot_leave_its_field():
    bad = "}}[[Category:Spam]]{{delete}}"
    page = file_page(
        shown(caption=bad, author=bad, publisher=bad, page="https://t.example/]]{{x}} |y"), media()
    )
    assert page.count("[[") == page.count("]]") == 1
    assert "{{delete}}" not in page
    assert "https://t.example/%5D%5D%7B%7Bx%7D%7D%20%7Cy " in page


def test_a_file_says_what_commons_asks_for():
    claims = claims_of(shown(), media(institution_item="Q701", creators={"Ada Known": "Q702"}), "Q700")
    said = {claim.property: claim for claim in claims}
    assert [claim.property for claim in claims] == ["P180", "P170", "P571", "P6216", "P275", "P7482", "P195"]
    assert said["P180"].value == ItemValue("Q11")
    assert said["P170"].value == ItemValue("Q702")
    assert said["P571"].value == TimeValue("+2020-05-04T00:00:00Z", 11)
    assert (said["P6216"].value, said["P275"].value) == (ItemValue("Q50423863"), ItemValue("Q20007257"))
    assert said["P7482"].value == ItemValue("Q74228490")
    assert said["P7482"].qualifiers == (
        Snak("P973", TextValue("https://t.example/1")),
        Snak("P2699", TextValue("https://t.example/1.jpg")),
        Snak("P137", ItemValue("Q700")),
    )


def test_an_author_without_an_item_is_named_and_a_reproduction_represents():
    claims = claims_of(shown(page=None, address=None), media(shows="work", operator="Q9"), "Q700")
    said = {claim.property: claim for claim in claims}
    assert said["P170"].value == UNKNOWN
    assert said["P170"].qualifiers == (Snak("P2093", TextValue("Ada Known")),)
    assert said["P6243"].value == said["P180"].value == ItemValue("Q11")
    assert said["P7482"].qualifiers == (Snak("P137", ItemValue("Q9")),)


@pytest.mark.parametrize("edtf", ["../1850", "1890~", "1890/1895", "18XX-05", "0000", ""])
def test_a_date_that_would_be_a_guess_is_not_stated(edtf):
    assert time_of(edtf) is None


def test_a_caption_is_as_long_as_one_may_be():
    assert captions_of(shown(caption=" a\n b ")) == {"en": "a b"}
    assert len(captions_of(shown(caption="x" * 400))["en"]) == 250
    assert captions_of(shown(caption="  ")) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://x.example/{file}"},
        {"url": "https://x.example/{path}"},
        {"title": "{name} {{x}}"},
        {"categories": ["a]]b"]},
        {"categories": []},
        {"partnership": "a|b"},
        {"colour": "red"},
    ],
)
def test_the_section_is_closed(wrong):
    with pytest.raises(ValueError, match="validation error"):
        media(**wrong)


def test_addresses_are_made_without_reading_what_the_register_writes():
    one = media(url="https://x.example/{id}/{file}")
    assert one.address("a b{id}?x#y.jpg", "7/8") == "https://x.example/7/8/a%20b%7Bid%7D%3Fx%23y.jpg"
    assert media().address("https://y.example/a.jpg", "7") == "https://y.example/a.jpg"
    assert one.called("{id}", "P", "7") == "{id} - P - 7"
