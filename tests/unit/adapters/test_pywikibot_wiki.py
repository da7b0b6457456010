"""The wiki through the real pywikibot, against the sandbox on loopback."""

import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.reader import PywikibotReader
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.errors import EditConflict, SpecError, WikiBusy, WikiRefused, WikiStopped, WikiUnclear
from wikibase_sandbox.testing import OAUTH, running

CONTACT = "https://heritage.example/contact"
EDIT = {"action": "wbeditentity"}
ITEMS = [
    {"id": "P1216", "datatype": "external-id", "labels": {"en": "list number"}},
    {"id": "P18", "datatype": "commonsMedia", "labels": {"en": "image"}},
    {"id": "Q5", "labels": {"en": "North Tower"}},
    {"id": "Q6", "labels": {"en": "Old Tower"}, "redirect": "Q5"},
    {"id": "Q7", "labels": {"en": "Gone Tower"}, "deleted": True},
]


@pytest.fixture
def sandbox(tmp_path):
    with running(tmp_path / "wiki.sqlite") as sandbox:
        sandbox.seed(entities=ITEMS)
        yield sandbox


@pytest.fixture
def wiki(sandbox):
    return connect(sandbox)


def connect(sandbox, **changed):
    access = {"user": "Bot@heritage", "password": "bot-password", "timeout": 60.0, "patience": 0.0}
    return PywikibotWiki(WikiAccess(sandbox.api_url, CONTACT, **access | changed))


def label(text, lang="en"):
    return {"labels": {lang: {"language": lang, "value": text}}}


def identified(value):
    snak = {
        "snaktype": "value",
        "property": "P1216",
        "datavalue": {"type": "string", "value": value},
    }
    return {"claims": [{"type": "statement", "rank": "normal", "mainsnak": snak}]}


def soon():
    return datetime.now(UTC)


def test_reading_follows_redirects_and_leaves_out_what_is_not_there(wiki):
    found = wiki.read(["Q5", "Q6", "Q7", "Q8", "nonsense", "Q5|Q6"])
    assert {asked: entity["id"] for asked, entity in found.items()} == {"Q5": "Q5", "Q6": "Q5"}


def test_many_items_are_read_in_batches_of_fifty(sandbox, wiki):
    sandbox.seed(entities=[{"id": f"Q{n}", "labels": {"en": f"T{n}"}} for n in range(100, 220)])
    assert len(wiki.read([f"Q{n}" for n in range(100, 230)])) == 120


def test_a_new_item_is_found_by_identifier_and_by_the_token_in_its_summary(sandbox, wiki):
    before = soon()
    made = wiki.create(label("South Tower") | identified('1/a "b" c'), "Towers: new item, edit feed01")
    asked = ['1/a "b" c', "1/a", *(f"{number:040}" for number in range(20))]
    found = wiki.find_by_identifiers("P1216", asked)
    assert {value: qids for value, qids in found.items() if qids} == {'1/a "b" c': [made.qid]}
    assert list(found) == asked
    assert wiki.find_edit("edit feed01", before) == made
    assert wiki.find_edit("edit feed02", before) is None
    assert wiki.find_edit("edit feed01", before + timedelta(days=1)) is None
    [edit] = sandbox.edits()
    assert edit["bot"]
    assert edit["user"] == "Bot"


def test_an_edit_is_found_beyond_the_first_page_of_contributions(wiki):
    before = soon()
    made = wiki.create(label("T"), "edit feed01")
    revision = made.revision
    for number in range(60):
        revision = wiki.add(made.qid, label(f"T{number}"), revision, f"edit n{number}").revision
    assert wiki.find_edit("edit feed01", before) == made


def test_what_stands_there_already_is_no_change(wiki):
    revision = wiki.read(["Q5"])["Q5"]["lastrevid"]
    result = wiki.add("Q5", label("North Tower"), revision, "again")
    assert (result.qid, result.revision, result.changed) == ("Q5", revision, False)


def test_the_stop_page_speaks_only_with_text(sandbox):
    wiki = connect(sandbox, stop_page="User:Bot/Stop")
    assert wiki.stop_requested() is None
    sandbox.seed(pages={"User:Bot/Stop": "  \n"})
    assert wiki.stop_requested() is None
    sandbox.seed(pages={"User:Bot/Stopped": "Wrong designations, please stop. --Ada"})
    assert connect(sandbox, stop_page="User:Bot/Stopped").stop_requested() == (
        "Wrong designations, please stop. --Ada"
    )


@pytest.mark.parametrize("fault", ["lost-response", "timeout", "http-504-saved"])
def test_a_lost_answer_is_unclear_and_the_write_is_not_repeated(sandbox, fault):
    # a busy machine may take its time; only who is never answered has to give up
    wiki = connect(sandbox, timeout=5.0 if fault == "timeout" else 60.0)
    sandbox.fault(fault, match=EDIT)
    with pytest.raises(WikiUnclear):
        wiki.create(label("South Tower"), "edit feed01")
    assert len(sandbox.edits()) == 1


@pytest.mark.parametrize("fault", ["lost-request", "nonjson", "http-503"])
def test_no_answer_at_all_is_unclear_too(sandbox, wiki, fault):
    sandbox.fault(fault, match=EDIT)
    with pytest.raises(WikiUnclear):
        wiki.create(label("South Tower"), "edit feed01")
    assert sandbox.edits() == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("maxlag", WikiBusy),
        ("readonly", WikiBusy),
        ("ratelimited", WikiBusy),
        ("http-429", WikiBusy),
        ("edit-conflict", EditConflict),
        ("abusefilter", WikiRefused),
        ("spamblacklist", WikiRefused),
        ("protect-page", WikiRefused),
        ("block-user", WikiStopped),
        ("missing-grant", WikiStopped),
    ],
)
def test_refusals_are_sorted_and_nothing_is_saved(sandbox, wiki, fault, error):
    sandbox.fault(fault, match=EDIT)
    with pytest.raises(error) as caught:
        wiki.add("Q5", label("Other"), wiki.read(["Q5"])["Q5"]["lastrevid"], "edit feed01")
    assert type(caught.value) is error
    assert sandbox.edits() == []


def test_a_busy_wiki_says_how_long_to_wait(sandbox, wiki):
    sandbox.fault("http-429", match=EDIT)
    with pytest.raises(WikiBusy) as caught:
        wiki.create(label("South Tower"), "edit feed01")
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("fault", ["badtoken", "session-loss"])
def test_a_lost_token_or_session_is_renewed_and_the_edit_made_once(sandbox, wiki, fault):
    wiki.create(label("First"), "edit feed01")
    sandbox.fault(fault, match=EDIT)
    wiki.create(label("Second"), "edit feed02")
    assert [edit["comment"].split()[-1] for edit in sandbox.edits()] == ["feed01", "feed02"]


def test_a_session_that_is_lost_while_the_token_is_asked_for_is_a_pause(sandbox):
    lost = connect(sandbox)
    sandbox.fault("session-loss", match={"meta": "tokens"}, after=1)  # the first is of the login
    with pytest.raises(WikiBusy, match="session was lost"):
        lost.create(label("First"), "edit feed01")
    lost.create(label("First"), "edit feed01")
    assert len(sandbox.edits()) == 1


def test_a_stale_base_revision_on_the_same_field_is_a_conflict(wiki):
    revision = wiki.read(["Q5"])["Q5"]["lastrevid"]
    wiki.add("Q5", label("Newer"), revision, "edit feed01")
    with pytest.raises(EditConflict):
        wiki.add("Q5", label("Other"), revision, "edit feed02")


def test_a_missing_item_cannot_be_edited(wiki):
    with pytest.raises(WikiRefused) as caught:
        wiki.add("Q7", label("Other"), 0, "edit feed01")
    assert caught.value.code.startswith(("no-such-entity", "cant-load"))


def test_a_read_is_repeated_when_the_network_fails_for_a_moment(sandbox, wiki):
    sandbox.fault("lost-request", times=2, match={"action": "wbgetentities"})
    assert "Q5" in wiki.read(["Q5"])


def test_a_wiki_that_does_not_answer_reads_is_busy(sandbox, wiki):
    sandbox.fault("http-503", times=None, match={"action": "wbgetentities"})
    with pytest.raises(WikiBusy):
        wiki.read(["Q5"])


def test_a_wrong_password_stops_without_a_prompt_and_without_telling_the_password(sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    wiki = connect(sandbox, user="Bot@wrong", password="open-sesame-1")
    with pytest.raises(WikiStopped) as caught:
        wiki.create(label("South Tower"), "edit feed01")
    chain = [caught.value, caught.value.__cause__, caught.value.__context__]
    told = caplog.text + "".join(repr(error) for error in chain) + repr(wiki._access)
    assert "open-sesame-1" not in told
    assert sandbox.edits() == []


def test_without_an_account_the_wiki_can_be_read_but_not_written(sandbox):
    wiki = connect(sandbox, user=None, password=None)
    assert "Q5" in wiki.read(["Q5"])
    with pytest.raises(WikiStopped):
        wiki.create(label("South Tower"), "edit feed01")


def test_two_wikis_in_turn_do_not_mix(sandbox, tmp_path, wiki):
    with running(tmp_path / "other.sqlite") as other:
        elsewhere = connect(other)
        wiki.create(label("Here"), "one")
        elsewhere.create(label("There"), "two")
        wiki.create(label("Here too"), "three")
        assert [edit["comment"].split()[-1] for edit in other.edits()] == ["two"]
    assert [edit["comment"].split()[-1] for edit in sandbox.edits()] == ["one", "three"]


@pytest.mark.parametrize("url", ["ftp://wiki.example/w/api.php", "https://wiki.example/w", "nonsense"])
def test_an_address_that_is_no_api_is_refused(url):
    with pytest.raises(SpecError, match=r"api\.php"):
        PywikibotWiki(WikiAccess(url, CONTACT)).read(["Q5"])


@pytest.mark.parametrize("user", [None, "Bot@heritage"])
def test_a_wiki_that_does_not_answer_is_told(user):
    url = "http://127.0.0.1:9/w/api.php"
    wiki = PywikibotWiki(WikiAccess(url, CONTACT, user=user, password="secret" if user else None, patience=0))
    for _ in range(2):  # also when pywikibot has met the wiki before
        with pytest.raises(WikiBusy, match=f"{url} does not answer"):
            wiki.read(["Q5"])


WORKER = """
import json, os, sys
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
access = WikiAccess(sys.argv[-1], "https://heritage.example", user="Bot@h", password="bot-password")
wiki = PywikibotWiki(access)
wiki.read(["Q5"])
wiki.create({"labels": {"en": {"language": "en", "value": "Tower"}}}, "edit feed01")
import pywikibot
from pathlib import Path
folder = Path(pywikibot.config.base_dir)
paths = (folder, folder / "passwords", folder / "user-config.py")
modes = [oct(path.stat().st_mode & 0o777) for path in paths]
families = list(pywikibot.config.family_files)
print(json.dumps({"modes": modes, "families": families, "folder": str(folder)}))
"""


def test_a_worker_leaves_no_file_asks_nothing_and_hears_no_arguments(sandbox, tmp_path):
    (tmp_path / "user-config.py").write_text(
        "raise SystemExit('a config from the working directory was read')"
    )
    (tmp_path / "user-config.py").chmod(0o600)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, "-verbose", "-dir:/nowhere", sandbox.api_url],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,  # open and silent: a prompt would hang
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with worker:
        code = worker.wait(60)
        out, err = worker.stdout.read(), worker.stderr.read()
    assert code == 0, err
    told = json.loads(out.splitlines()[-1])
    assert told["modes"] == ["0o700", "0o600", "0o600"]
    assert told["families"] == []
    assert not Path(told["folder"]).exists()
    assert sorted(path.name for path in tmp_path.iterdir() if "wiki.sqlite" not in path.name) == [
        "user-config.py"
    ]
    assert "bot-password" not in out + err


def test_a_worker_that_is_ended_without_a_word_leaves_its_password_to_nobody(sandbox, tmp_path):
    """Airflow ends its workers with os._exit, so nothing that was registered for the exit is done."""

    def folder_of(source: str) -> Path:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
        command = [sys.executable, "-c", source, sandbox.api_url]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return Path(json.loads(done.stdout.splitlines()[-1])["folder"])

    left = folder_of(WORKER + "sys.stdout.flush(); os._exit(0)")
    assert (left / "passwords").exists()
    folder_of(WORKER)
    assert not left.exists()


def signed(sandbox, **changed):
    return connect(sandbox, **{"user": "Bot", "password": None, "oauth": OAUTH} | changed)


def test_an_owner_only_consumer_writes_without_a_login(sandbox):
    made = signed(sandbox).create(label("Signed"), "edit feed01")
    [edit] = sandbox.edits()
    assert (edit["entity_id"], edit["user"], edit["bot"]) == (made.qid, "Bot", True)
    assert "login" not in sandbox.requests()["actions"]


@pytest.mark.parametrize("fault", ["badtoken", "session-loss", "http-429", "nonjson", "http-503"])
def test_with_oauth_too_a_fault_in_mid_batch_makes_no_edit_twice_and_none_is_lost(sandbox, fault):
    wiki = signed(sandbox)
    wiki.create(label("First"), "edit feed01")
    sandbox.fault(fault, match=EDIT)
    try:
        wiki.create(label("Second"), "edit feed02")
    except (WikiBusy, WikiUnclear):
        assert wiki.find_edit("edit feed02", soon()) is None
        wiki.create(label("Second"), "edit feed02")
    assert [edit["comment"].split()[-1] for edit in sandbox.edits()] == ["feed01", "feed02"]


@pytest.mark.parametrize("wrong", range(4))
def test_wrong_secrets_stop_without_being_told(sandbox, caplog, wrong):
    caplog.set_level(logging.DEBUG)
    secrets = [*OAUTH[:wrong], "open-sesame-1", *OAUTH[wrong + 1 :]]
    wiki = signed(sandbox, oauth=tuple(secrets))
    with pytest.raises((WikiStopped, WikiBusy)) as caught:
        wiki.create(label("South Tower"), "edit feed01")
    told = caplog.text + repr(caught.value) + repr(caught.value.__cause__) + repr(wiki._access)
    assert not [secret for secret in ("open-sesame-1", OAUTH[1], OAUTH[3]) if secret in told]
    assert sandbox.edits() == []


def test_the_wiki_says_who_we_are_and_what_may_be_done(sandbox, wiki):
    sandbox.seed(tags=["heritage-guard", "other"])
    facts = wiki.facts()
    assert (facts.user, facts.blocked, facts.read_only) == ("Bot", "", "")
    assert {"edit", "createpage", "bot"} <= facts.rights
    assert facts.tags == {"heritage-guard", "other"}
    assert facts.searches_statements
    sandbox.seed(blocked_users=["Bot"])
    assert connect(sandbox).facts().blocked.endswith(": test block")


def test_a_reader_cannot_write_even_what_it_is_made_to_ask(sandbox):
    reader = PywikibotReader(WikiAccess(sandbox.api_url, CONTACT, user="Bot"))
    assert not {"create", "add", "remove"} & set(dir(reader))
    assert reader.facts().user is None
    with pytest.raises((WikiStopped, WikiBusy)):
        reader._read(action="wbeditentity", new="item", data="{}", token="+\\")
    assert sandbox.requests()["writes"] == 0


def test_edits_carry_the_tags_that_are_set_and_a_refused_one_stops_with_what_to_do(sandbox):
    sandbox.seed(tags=["heritage-guard"])
    connect(sandbox, tags=("heritage-guard",)).create(label("One"), "edit feed01")
    assert [edit["tags"] for edit in sandbox.edits()] == [["heritage-guard"]]
    with pytest.raises(WikiStopped, match="leave it out of the target's `tags`"):
        connect(sandbox, tags=("unknown",)).create(label("Two"), "edit feed02")


def test_without_the_bot_flag_nothing_is_written_where_it_is_asked_for(sandbox):
    person = {"user": "Person", "password": "person-password"}
    with pytest.raises(WikiStopped, match="no bot flag"):
        connect(sandbox, bot=True, **person).create(label("One"), "edit feed01")
    connect(sandbox, bot=True).create(label("Two"), "edit feed02")
    sandbox.fault("session-loss", match=EDIT)
    connect(sandbox, bot=True).create(label("Three"), "edit feed03")
    connect(sandbox, **person).create(label("Four"), "edit feed04")
    assert [edit["bot"] for edit in sandbox.edits()] == [True, True, False]


def test_the_revision_of_an_item_is_had_without_reading_it(sandbox, wiki):
    before = wiki.latest(["Q5", "Q6", "Q7", "Q8"])
    assert before == {"Q5": wiki.read(["Q5"])["Q5"]["lastrevid"], "Q6": before["Q5"]}
    assert wiki.latest([]) == {}
    assert wiki.datatypes(["P1216", "P18", "P99"]) == {"P1216": "external-id", "P18": "commonsMedia"}


def test_many_identifiers_are_looked_up_in_few_requests(sandbox, wiki):
    values = [f"NHLE-{number}" for number in range(40)]
    made = {value: wiki.create(label(value) | identified(value), "made").qid for value in values[:3]}
    before = sandbox.requests()["total"]
    found = wiki.find_by_identifiers("P1216", values)
    assert {value: qids for value, qids in found.items() if qids} == {v: [qid] for v, qid in made.items()}
    assert sandbox.requests()["total"] - before <= 6


def test_a_wait_until_a_date_is_a_wait_of_seconds(sandbox, wiki):
    wiki.read(["Q5"])
    import requests
    from pywikibot.comms import http

    response = requests.Response()
    response.headers.update(
        {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT", "Date": "Wed, 21 Oct 2026 07:27:15 GMT"}
    )
    for hook in http.session.hooks["response"]:
        hook(response)
    assert response.headers["Retry-After"] == "45"
