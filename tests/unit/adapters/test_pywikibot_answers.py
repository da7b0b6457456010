"""What an error answer means where the recordings say nothing; see tests/contract for those."""

import pytest

from heritage.adapters.wikibase.answers import classify, error_names, read_answer, retry_after
from heritage.errors import WikiStopped, WikiUnclear


@pytest.mark.parametrize(
    "names", [[], ["internal_api_error_DBQueryError"], ["failed-save"], ["brand-new-code"]]
)
def test_what_nobody_knows_may_have_been_saved(names):
    assert isinstance(classify(names, ""), WikiUnclear)


def test_messages_come_as_a_map_in_the_old_format():
    messages = {"0": {"name": "actionthrottledtext"}, "html": {"*": "…"}}
    names = error_names({"code": "failed-save", "messages": messages}, "")
    assert names == ["failed-save", "actionthrottledtext"]


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("1.5", 1.5), (None, None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)]
)
def test_retry_after_in_seconds(header, seconds):
    assert retry_after(header) == seconds


def test_a_tag_that_the_wiki_refuses_is_told_with_what_to_do():
    error = classify(["badtags"], 'The tag "heritage" is not allowed to be manually applied.')
    assert isinstance(error, WikiStopped)
    assert "leave it out of the target's `tags`" in str(error)


@pytest.mark.parametrize("text", ["", "<html>", "[]", '"ok"', "null"])
def test_what_is_no_object_of_json_is_unclear(text):
    with pytest.raises(WikiUnclear):
        read_answer(200, {}, text)
