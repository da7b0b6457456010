"""The words in the wiki's history."""

import re

import pytest

from heritage.model.edit import Content, ItemValue, Kind, Statement
from heritage.statements.summary import LIMIT, edit_summary

CONTENT = Content(
    labels={"en": "Secret Tower"}, statements=(Statement("P131", ItemValue("Q3"), Kind.PLACE, ()),)
)


def test_it_names_dataset_batch_decision_and_edit_and_ends_with_the_editgroups_link():
    text = edit_summary("Towers", CONTENT, "abcdef012345", [12, 13], "0123456789abcdef", new=False)
    assert text == (
        "Towers: add P131, names (batch abcdef012345, decision 12+13, edit 0123456789abcdef) "
        "([[:toolforge:editgroups/b/CB/abcdef012345|details]])"
    )


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize("title", ["T", "Register\n" * 60, "登録" * 200])
def test_it_fits_and_never_loses_its_tail_nor_tells_of_the_record(title, new):
    text = edit_summary(title, CONTENT, "abcdef012345", [9999, 10000, 10001], "0123456789abcdef", new=new)
    assert len(text) <= LIMIT
    assert "\n" not in text
    assert "Secret" not in text
    assert "edit 0123456789abcdef" in text
    assert re.search(r"\(\[\[:toolforge:editgroups/b/CB/[0-9a-f]{4,32}\|details\]\]\)$", text)
