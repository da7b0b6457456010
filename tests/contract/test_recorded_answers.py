"""Every refusal that was recorded from a real Wikibase, as the client would read it, means what it has to."""

import json

import pytest

from heritage.adapters.wikibase.answers import error_of, read_answer
from heritage.errors import EditConflict, WikiBusy, WikiRefused, WikiStopped, WikiUnclear

pytestmark = pytest.mark.shared_data

BUSY = """
error-anon-token-plus error-assertuserfailed error-badtoken error-badtoken-errorformat-plaintext
error-edit-after-logout-badtoken error-edit-after-logout-badtoken-assert error-maxlag-get error-maxlag-wdqs
error-ratelimited error-readonly http-429
"""
CONFLICT = """
commons-edit-error-editconflict-baserevid commons-edit-error-old-basetimestamp
error-baserevid-nonexistent error-baserevid-otherpage error-edit-redirected-item error-editconflict-other-user
error-editconflict-stale-baserevid error-failed-save-concurrent-edit error-rollback-alreadyrolled
error-undo-failure
"""
STOPPED = """
error-assertbotfailed error-assertnameduserfailed error-blocked error-blocked-newitem
error-oauth1-invalid-consumer error-oauth2-invalid-token error-permissiondenied-botpassword-grant
error-permissiondenied-new-property-grant error-rollback-nopermission-or-alreadyrolled error-tags-notallowed
upload-error-permissiondenied
"""
UNCLEAR = "http-503 http-504-but-saved"
REFUSED = """
commons-edit-error-abusefilter                  abusefilter-disallowed
commons-edit-error-articleexists                articleexists
commons-edit-error-missingtitle                 missingtitle
error-abusefilter-disallowed                    abusefilter-disallowed
error-abusefilter-new-item                      abusefilter-disallowed
error-abusefilter-text                          abusefilter-disallowed
error-abusefilter-warning                       abusefilter-warning
error-bad-guid                                  modification-failed
error-bad-monolingual-lang                      wikibase-validator-not-a-language
error-bad-time                                  wikibase-validator-bad-value
error-bad-time-hours                            wikibase-validator-malformed-value
error-bad-time-precision-mismatch               wikibase-validator-malformed-value
error-bad-url                                   wikibase-validator-url-scheme-missing
error-bad-url-scheme                            wikibase-validator-bad-url-scheme
error-claim-other-entity-guid                   modification-failed
error-commonsmedia-missing                      wikibase-validator-no-such-media
error-coordinate-null-precision                 wikibase-validator-missing-field
error-data-id-mismatch                          param-invalid
error-duplicate-sitelink                        wikibase-validator-sitelink-conflict
error-edit-deleted-item                         no-such-entity
error-edit-main-ns-wikitext-new                 wikibase-no-direct-editing
error-invalid-entity-id                         invalid-entity-id
error-invalid-json                              invalid-json
error-label-description-conflict                wikibase-validator-label-with-description-conflict
error-label-equals-description                  wikibase-validator-label-equals-description
error-label-too-long                            wikibase-validator-label-too-long
error-missing-token                             missingparam
error-modification-failed-errorformat-plaintext wikibase-validator-label-too-long
error-modification-failed-formatversion1        wikibase-validator-label-too-long
error-move-item                                 immobile-source-namespace
error-mustpost                                  mustpostparams
error-new-item-with-id                          param-invalid
error-new-property-no-datatype                  param-illegal
error-no-such-entity-edit                       no-such-entity
error-not-recognized-language                   not-recognized-language
error-oversize                                  wikibase-error-entity-too-big
error-page-exists-edit-item-as-wikitext         wikibase-no-direct-editing
error-param-missing-wbgetentities               param-missing
error-property-label-conflict                   wikibase-validator-label-conflict
error-property-missing                          wikibase-validator-no-such-property
error-protectedpage                             protected
error-quantity-bad-unit                         wikibase-validator-not-allowed
error-remove-claim-by-guid-missing              modification-failed
error-sitelink-missing-page                     no-external-page
error-sitelink-unknown-site                     not-recognized-site
error-spamblacklist                             spamblacklist
error-string-empty                              wikibase-validator-too-short
error-string-too-long                           wikibase-validator-too-long
error-string-trailing-space                     wikibase-validator-illegal-string-chars
error-target-item-missing                       wikibase-validator-no-such-entity
error-target-wrong-entity-type                  wikibase-validator-bad-entity-type
error-toomanyvalues                             toomanyvalues
error-toomanyvalues-bot                         toomanyvalues
error-unit-other-site                           wikibase-validator-not-allowed
error-unknown-action                            badvalue
error-wbcreateclaim-bad-value                   invalid-snak
error-wbremoveclaims-missing                    invalid-guid
error-wbsetclaimvalue-missing-guid              no-such-claim
error-wbsetreference-dup                        no-such-claim
error-wrong-datavalue-type                      wikibase-validator-bad-value-type
mediainfo-error-descriptions                    wikibase-validator-label-equals-description
mediainfo-error-new                             no-automatic-entity-id
mediainfo-error-no-such-page                    no-such-entity
upload-by-url                                   http-bad-status
upload-error-abusefilter                        abusefilter-disallowed
upload-error-filetype-banned                    filetype-banned
upload-error-mime-mismatch                      verification-error
upload-error-nofile                             missingparam
wbgetentities-bad-id                            no-such-entity
"""
CODES = dict(line.split() for line in REFUSED.strip().splitlines())
MEANING = {
    **dict.fromkeys(BUSY.split(), WikiBusy),
    **dict.fromkeys(CONFLICT.split(), EditConflict),
    **dict.fromkeys(STOPPED.split(), WikiStopped),
    **dict.fromkeys(UNCLEAR.split(), WikiUnclear),
    **dict.fromkeys(CODES, WikiRefused),
}


def exchanges(shared_data):
    """Name of a recording to its answers: status, headers, text."""
    for path in sorted((shared_data / "wikibase-recorded").glob("*.json")):
        if path.name == "INDEX.json":
            continue
        said = json.loads(path.read_text())
        for one in said if isinstance(said, list) else [said]:
            body = one.get("body", {})
            plain = isinstance(body, dict) and "_nonjson" in body
            yield path.stem, (one["status"], one["headers"], body["_nonjson"] if plain else json.dumps(body))


def refusals(shared_data):
    for name, (status, headers, text) in exchanges(shared_data):
        if status != 200 or "MediaWiki-API-Error" in headers:
            yield name, (status, headers, text)


def test_every_recorded_refusal_is_raised_as_what_the_caller_must_do(shared_data):
    wrong, seen = {}, set()
    for name, answer in refusals(shared_data):
        seen.add(name)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - which it is, is what is compared
            read_answer(*answer)
        if type(caught.value) is not MEANING.get(name):
            wrong[name] = caught.value
    assert wrong == {}
    assert seen == set(MEANING)


def test_every_refusal_for_good_names_the_reason_that_says_most(shared_data):
    told = {}
    for name, answer in refusals(shared_data):
        if name in CODES:
            with pytest.raises(WikiRefused) as caught:
                read_answer(*answer)
            told[name] = caught.value.code
    assert told == CODES


def test_how_long_to_wait_is_read_where_the_wiki_says_it(shared_data):
    asked = {}
    for name, answer in refusals(shared_data):
        if MEANING[name] is WikiBusy:
            with pytest.raises(WikiBusy) as caught:
                read_answer(*answer)
            if caught.value.retry_after is not None:
                asked[name] = caught.value.retry_after
    assert asked == {"http-429": 7, "error-maxlag-get": 5, "error-maxlag-wdqs": 5}


def test_no_recorded_success_is_taken_for_a_refusal(shared_data):
    taken = 0
    for _name, (status, headers, text) in exchanges(shared_data):
        if status == 200 and "MediaWiki-API-Error" not in headers:
            assert read_answer(status, headers, text) is not None
            assert error_of(json.loads(text)) is None
            taken += 1
    assert taken == 80
