"""What an error answer means, on answers recorded from a real Wikibase."""

import json

import pytest

from heritage.adapters.wikibase.answers import classify, error_names, retry_after
from heritage.errors import EditConflict, WikiBusy, WikiRefused, WikiStopped, WikiUnclear

RECORDED = {
    "error-ratelimited": WikiBusy,
    "error-maxlag-wdqs": WikiBusy,
    "error-readonly": WikiBusy,
    "error-editconflict-stale-baserevid": EditConflict,
    "error-failed-save-concurrent-edit": EditConflict,
    "error-edit-redirected-item": EditConflict,
    "error-blocked": WikiStopped,
    "error-blocked-newitem": WikiStopped,
    "error-permissiondenied-botpassword-grant": WikiStopped,
    "error-assertbotfailed": WikiStopped,
    "error-assertuserfailed": WikiBusy,
    "error-oauth1-invalid-consumer": WikiStopped,
    "error-protectedpage": WikiRefused,
    "error-label-description-conflict": WikiRefused,
    "error-abusefilter-disallowed": WikiRefused,
    "error-spamblacklist": WikiRefused,
    "error-oversize": WikiRefused,
    "error-no-such-entity-edit": WikiRefused,
    "error-not-recognized-language": WikiRefused,
    "error-new-item-with-id": WikiRefused,
    "error-tags-notallowed": WikiRefused,
    "error-unknown-action": WikiUnclear,
}


def recorded_error(shared_data, name):
    answer = json.loads((shared_data / "wikibase-recorded" / f"{name}.json").read_text())
    answer = answer[-1] if isinstance(answer, list) else answer
    names = error_names(answer["body"]["error"], answer["headers"]["MediaWiki-API-Error"])
    return classify(names, answer["body"]["error"].get("info", ""))


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "meaning"), RECORDED.items())
def test_every_answer_is_sorted_by_what_to_do(shared_data, name, meaning):
    assert type(recorded_error(shared_data, name)) is meaning


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("error-protectedpage", "protected"),
        ("error-label-description-conflict", "wikibase-validator-label-with-description-conflict"),
        ("error-abusefilter-disallowed", "abusefilter-disallowed"),
        ("error-string-too-long", "wikibase-validator-too-long"),
        ("error-data-id-mismatch", "param-invalid"),
    ],
)
def test_a_refusal_names_the_reason_that_says_most(shared_data, name, code):
    assert recorded_error(shared_data, name).code == code


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
