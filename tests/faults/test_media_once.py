"""Images with their structured data on the sandbox: each once, whatever the wiki or the wire does."""

import json

import pytest

from heritage.adapters.commons.wiki import PywikibotCommons
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.errors import WikiStopped
from heritage.model.edit import EditState
from heritage.model.upload import Action
from heritage.steps.media_upload import rehearse_media
from media_examples import Shelf, described, jpeg, record, send, source
from wikibase_sandbox.testing import BOT, running

TITLE = "Tower 1 - Tower Office - 1.jpg"
PROPERTIES = {
    **dict.fromkeys(["P180", "P6243", "P170", "P6216", "P275", "P7482", "P137", "P195"], "wikibase-item"),
    "P571": "time",
    "P973": "url",
    "P2699": "url",
    "P2093": "string",
}
ITEMS = ("Q1", "Q2", "Q700", "Q701", "Q702", "Q20007257", "Q50423863", "Q74228490", "Q6938433", "Q88088423")


@pytest.fixture
def sandbox(tmp_path):
    with running(tmp_path / "wiki.sqlite") as found:
        found.seed(
            entities=[
                {"id": key, "datatype": kind, "labels": {"en": key}} for key, kind in PROPERTIES.items()
            ]
            + [{"id": key, "labels": {"en": key}} for key in ITEMS]
        )
        yield found


@pytest.fixture
def wiki(sandbox):
    access = WikiAccess(
        sandbox.api_url,
        "tests@example.org",
        f"{BOT.name}@media",
        BOT.password,
        timeout=60,
        patience=0.1,
        stop_page="User:Bot/stop",
    )
    return PywikibotCommons(access, chunk_bytes=4096)


@pytest.fixture
def shelf(tmp_path):
    with source({"1.jpg": jpeg(1), "2.jpg": jpeg(2)}) as served:
        found = Shelf(tmp_path, described(served.base))
        found.keep([record("1", "Tower 1", "1.jpg")])
        yield found


def versions(wiki, title=TITLE):
    asked = {"titles": f"File:{title}", "prop": "imageinfo|revisions", "iilimit": 10, "rvlimit": 20}
    [page] = wiki._read(action="query", **asked)["query"]["pages"]
    return len(page["imageinfo"]), len(page["revisions"])


def said(wiki):
    return wiki.read_media(wiki.by_title(TITLE).page)


def test_a_file_says_what_it_shows_whose_it_is_and_where_it_comes_from(sandbox, wiki, shelf):
    result = send(shelf, shelf.plan(), wiki)
    assert (result.confirmed, result.skipped) == (1, {})
    entity = said(wiki)
    assert entity["labels"] == {"en": {"language": "en", "value": "Tower 1"}}
    values = {key: group[0]["mainsnak"]["datavalue"]["value"] for key, group in entity["statements"].items()}
    assert {key: value["id"] for key, value in values.items() if "id" in value} == {
        "P180": "Q1",
        "P170": "Q702",
        "P6216": "Q50423863",
        "P275": "Q20007257",
        "P7482": "Q74228490",
        "P195": "Q701",
    }
    assert values["P571"]["time"] == "+2020-05-04T00:00:00Z"
    qualifiers = entity["statements"]["P7482"][0]["qualifiers"]
    assert qualifiers["P973"][0]["datavalue"]["value"].endswith("/page/1.jpg")
    assert qualifiers["P137"][0]["datavalue"]["value"]["id"] == "Q700"
    assert versions(wiki) == (1, 2)  # the upload, and one edit with all that it says
    assert sandbox.edits()[-1]["bot"]


def test_an_author_without_an_item_stands_there_by_name(wiki, shelf):
    shelf.keep([record("1", "Tower 1", "1.jpg", author="Nobody Known", rights="CC0")])
    send(shelf, shelf.plan(), wiki)
    [creator] = said(wiki)["statements"]["P170"]
    assert creator["mainsnak"]["snaktype"] == "somevalue"
    assert creator["qualifiers"]["P2093"][0]["datavalue"]["value"] == "Nobody Known"


FAULTS = {
    "first chunk": ("lost-response", "maxlag"),
    "last chunk": ("lost-response", "session-loss"),
    "publish": (
        "lost-response",
        "lost-request",
        "http-504-saved",
        "nonjson",
        "badtoken",
        "session-loss",
        "readonly",
    ),
    "describe": ("lost-response", "lost-request", "http-503", "http-429", "session-loss", "edit-conflict"),
}


@pytest.mark.parametrize(("step", "kind"), [(step, kind) for step, kinds in FAULTS.items() for kind in kinds])
def test_a_fault_on_the_way_leaves_one_file_that_says_all_once(sandbox, wiki, shelf, step, kind):
    chunks = -(-len(jpeg(1)) // 4096)
    after = {"first chunk": 0, "last chunk": chunks - 1, "publish": chunks, "describe": 0}[step]
    action = "wbeditentity" if step == "describe" else "upload"
    sandbox.fault(kind, after=after, match={"action": action})
    result = send(shelf, shelf.plan(), wiki)
    assert sandbox.waiting_faults() == []
    assert (result.confirmed, result.waiting, result.skipped) == (1, 0, {})
    assert versions(wiki) == (1, 2)
    assert all(len(group) == 1 for group in said(wiki)["statements"].values())


def test_a_block_stops_and_what_waits_goes_on_when_it_is_lifted(sandbox, wiki, shelf):
    sandbox.seed(blocked_users=[BOT.name])
    with pytest.raises(WikiStopped):
        send(shelf, shelf.plan(), wiki)
    sandbox.seed(blocked_users=[])
    assert send(shelf, shelf.plan(), wiki).confirmed == 1


def test_what_others_said_about_the_file_in_between_stays(sandbox, wiki, shelf):
    class Interrupted(Exception):
        pass

    class Journal:
        def __init__(self, inner):
            self._inner = inner

        def __getattr__(self, name):
            if name == "placed":
                return self._placed
            return getattr(self._inner, name)

        def _placed(self, *given):
            self._inner.placed(*given)
            raise Interrupted

    batch = shelf.plan()
    with pytest.raises(Interrupted):
        send(shelf, batch, wiki, Journal(shelf.journal))
    page = wiki.by_title(TITLE).page
    theirs = {"mainsnak": _item("P180", "Q2"), "type": "statement", "rank": "normal"}
    caption = {"en": {"language": "en", "value": "Theirs"}}
    wiki.describe(page, {"claims": [theirs], "labels": caption}, None, "by a person")
    assert send(shelf, batch, wiki).confirmed == 1
    entity = said(wiki)
    assert entity["labels"]["en"]["value"] == "Theirs"
    assert [one["mainsnak"]["datavalue"]["value"]["id"] for one in entity["statements"]["P180"]] == ["Q2"]
    assert "P170" in entity["statements"]


class Overtaken:
    """A wiki on which somebody else publishes a file after we looked and before ours comes."""

    def __init__(self, inner, path, title):
        self._inner, self._theirs = inner, [(path, title)]

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def stash(self, *given):
        for path, title in self._theirs:
            key = self._inner.stash(path, title, None, lambda _: None)
            self._inner.publish(key, title, "by another", "c")
        self._theirs = []
        return self._inner.stash(*given)


@pytest.mark.parametrize(("number", "title"), [(1, "Theirs.jpg"), (7, TITLE), (1, TITLE)])
def test_who_is_faster_than_we_are_keeps_what_is_theirs(wiki, shelf, tmp_path, number, title):
    theirs = tmp_path / "theirs.jpg"
    theirs.write_bytes(jpeg(number))
    batch = shelf.plan()
    result = send(shelf, batch, Overtaken(wiki, theirs, title))
    found = shelf.journal.on_wiki("commons", "xx_towers")["1"]
    if number == 1 and title != TITLE:  # the same picture under another name: linked
        assert (result.skipped, found) == ({"already on Commons": 1}, title)
        assert wiki.by_title(TITLE) is None
    elif number == 1:  # the very file: it says what we say, and is not sent again
        assert (result.confirmed, found) == (1, TITLE)
        assert versions(wiki) == (1, 2)
    else:  # our name with another picture: ours gets another name
        assert result.confirmed == 1
        assert found.startswith(TITLE.removesuffix(".jpg"))
        assert found != TITLE
        assert versions(wiki) == (1, 1)


def _item(pid, qid):
    value = {"entity-type": "item", "id": qid, "numeric-id": int(qid[1:])}
    return {"snaktype": "value", "property": pid, "datavalue": {"type": "wikibase-entityid", "value": value}}


def test_a_rehearsal_writes_nothing_anywhere(sandbox, wiki, shelf):
    shelf.keep([record("1", "Tower 1", "1.jpg"), record("2", "Tower 2", "2.jpg"), record("3", "T", "no.jpg")])
    found = rehearse_media(shelf.plan(), wiki=wiki, pictures=shelf.pictures)
    assert (found.waiting, found.skipped) == (2, {"the image cannot be had": 1})
    assert sandbox.edits() == []
    assert shelf.journal.entries("commons", shelf.plan().files["edit_id"].to_pylist()) == []


def test_what_is_not_planned_any_more_is_not_sent(sandbox, wiki, shelf):
    shelf.keep([record("1", "Tower 1", "1.jpg"), record("2", "Tower 2", "2.jpg")])
    both = shelf.plan()
    assert send(shelf, both, wiki, pilot=1).confirmed == 1
    shelf.keep([record("1", "Tower 1", "1.jpg"), record("2", "Tower 2", "2.jpg")], {"2": "S5"})
    fewer = shelf.plan()
    assert fewer.batch_id != both.batch_id
    assert fewer.kept_back == {"disclosure keeps it back": 1}
    assert send(shelf, fewer, wiki).sent_now == 0
    states = {
        one.record_id: one.state
        for one in shelf.journal.entries("commons", both.files["edit_id"].to_pylist())
    }
    assert states == {"1": EditState.CONFIRMED, "2": EditState.PLANNED}
    assert "Tower 2" not in json.dumps(sandbox.edits())


@pytest.mark.parametrize("action", [Action.PAUSE, Action.CANCEL])
def test_a_file_obeys_the_orders_of_the_batch_that_it_was_planned_in(sandbox, wiki, shelf, action):
    rows = [record("1", "Tower 1", "1.jpg"), record("2", "Tower 2", "2.jpg")]
    shelf.keep(rows[:1])
    older = shelf.plan()
    sandbox.seed(blocked_users=[BOT.name])
    with pytest.raises(WikiStopped):
        send(shelf, older, wiki)
    sandbox.seed(blocked_users=[])
    shelf.order(older.batch_id, action, "not these")
    shelf.keep(rows)
    newer = shelf.plan()
    assert newer.batch_id != older.batch_id
    result = send(shelf, newer, wiki)
    assert (result.confirmed, result.waiting) == (1, 1)
    assert "not these" in result.held[0]
    assert wiki.by_title(TITLE) is None
    assert shelf.journal.on_wiki("commons", "xx_towers") == {"2": "Tower 2 - Tower Office - 2.jpg"}


def test_a_description_that_is_refused_is_told_and_the_next_files_go_on(sandbox, wiki, shelf):
    shelf.keep([record("1", "Tower 1", "1.jpg"), record("2", "Tower 2", "2.jpg")])
    sandbox.fault("abusefilter", match={"action": "wbeditentity"})
    batch = shelf.plan()
    result = send(shelf, batch, wiki)
    assert (result.confirmed, result.waiting, result.undescribed) == (2, 0, 1)
    entries = shelf.journal.entries("commons", batch.files["edit_id"].to_pylist())
    assert [one.state for one in entries] == [EditState.CONFIRMED] * 2
    assert entries[0].reason.startswith("its structured data was refused, abusefilter")
    assert send(shelf, batch, wiki).sent_now == 0


class StoppedAfter:
    """A wiki on which somebody writes a stop page while we make one write."""

    def __init__(self, inner, name):
        self._inner, self._name, self._said = inner, name, None

    def __getattr__(self, name):
        method = getattr(self._inner, name)

        def call(*given):
            result = method(*given)
            if name == self._name:
                self._said = "Stop at 53.75716, -1.67716"
            return result

        return call

    def stop_requested(self):
        return self._said


@pytest.mark.parametrize(("during", "there"), [("stash", False), ("publish", True)])
def test_a_stop_page_stops_before_the_next_write_of_a_file(sandbox, wiki, shelf, during, there):
    with pytest.raises(WikiStopped, match="Stop at") as stopped:
        send(shelf, shelf.plan(), StoppedAfter(wiki, during))
    assert "53.75" not in str(stopped.value)
    standing = wiki.by_title(TITLE)
    assert (standing is not None) == there
    assert standing is None or wiki.read_media(standing.page) is None
    assert send(shelf, shelf.plan(), wiki).confirmed == 1
    assert versions(wiki) == (1, 2)
