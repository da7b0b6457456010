"""Whole batches of images on a real MediaWiki: each file once, whatever happens in between."""

import subprocess
import sys
from pathlib import Path

import pytest

from heritage.errors import WikiStopped
from heritage.model.edit import EditState
from media_examples import Shelf, described, jpeg, record, send, source

TARGET = "commons"


@pytest.fixture(scope="module")
def wiki(real_wiki):
    return real_wiki.open()


def made(folder, base, *numbers):
    shelf = Shelf(folder, described(base))
    shelf.keep([record(number, f"Tower {number}", f"{number}.jpg") for number in numbers])
    return shelf


def states(shelf, batch):
    entries = shelf.journal.entries(TARGET, batch.files["edit_id"].to_pylist())
    return {entry.record_id: (entry.state, entry.reason.partition(":")[0]) for entry in entries}


def text_of(wiki, title):
    asked = {
        "prop": "revisions",
        "titles": f"File:{title}",
        "rvprop": ["content", "comment"],
        "rvslots": "main",
    }
    [page] = wiki._read(action="query", **asked)["query"]["pages"]
    [revision] = page["revisions"]
    return revision["slots"]["main"]["content"], revision["comment"]


def test_a_batch_arrives_whole_and_a_second_run_does_nothing(wiki, tmp_path):
    files = {"101.jpg": jpeg(101), "102.jpg": jpeg(102)}
    with source(files) as served:
        shelf = made(tmp_path, served.base, "101", "102", "103")
        batch = shelf.plan()
        first = send(shelf, batch, wiki)
        assert (first.confirmed, first.waiting, first.sent_now) == (2, 0, 2)
        assert first.skipped == {"the image cannot be had": 1}  # a page that says so, called image/jpeg
        asked = len(served.asked)
        assert send(shelf, batch, wiki).sent_now == 0
        assert len(served.asked) == asked
    assert wiki.by_title("Tower 101 - Tower Office - 101.jpg").user == "HeritageBot"
    text, comment = text_of(wiki, "Tower 101 - Tower Office - 101.jpg")
    assert "[[Category:Towers from the Tower Office]]" in text
    assert "{{Cc-by-4.0|1=Ada Known / Tower Office}}" in text
    assert f"[[:toolforge:editgroups-commons/b/CB/{batch.batch_id}|details]]" in comment
    assert shelf.journal.on_wiki(TARGET, "xx_towers") == {
        "101": "Tower 101 - Tower Office - 101.jpg",
        "102": "Tower 102 - Tower Office - 102.jpg",
    }


def test_what_is_on_the_wiki_already_is_linked_and_a_name_that_is_taken_gets_another(wiki, tmp_path):
    files = {"201.jpg": jpeg(201), "202.jpg": jpeg(202)}
    with source(files) as served:
        shelf = made(tmp_path, served.base, "201", "202")
        batch = shelf.plan()
        path = tmp_path / "theirs.jpg"
        for data, title in (
            (files["201.jpg"], "Theirs.jpg"),
            (jpeg(203), "Tower 202 - Tower Office - 202.jpg"),
        ):
            path.write_bytes(data)
            wiki.publish(wiki.stash(path, title, None, lambda _: None), title, "by another", "c")
        send(shelf, batch, wiki)
    assert states(shelf, batch) == {
        "201": (EditState.SKIPPED, "already on Commons"),
        "202": (EditState.CONFIRMED, ""),
    }
    titles = shelf.journal.on_wiki(TARGET, "xx_towers")
    assert titles["201"] == "Theirs.jpg"
    assert titles["202"].startswith("Tower 202 - Tower Office - 202 (")
    assert text_of(wiki, "Tower 202 - Tower Office - 202.jpg")[0] == "by another"


def test_a_pilot_stops_for_a_person_and_a_stop_page_stops_all(wiki, real_wiki, tmp_path):
    with source({f"{n}.jpg": jpeg(n) for n in (301, 302)}) as served:
        shelf = made(tmp_path, served.base, "301", "302")
        batch = shelf.plan()
        assert send(shelf, batch, wiki, pilot=1).confirmed == 1
        assert send(shelf, batch, wiki, pilot=1).sent_now == 0
        real_wiki.run("edit.php", "User:HeritageBot/stop", text="Please stop.")
        with pytest.raises(WikiStopped, match=r"Please stop\."):
            send(shelf, batch, wiki)
        real_wiki.run("deleteBatch.php", text="User:HeritageBot/stop")
        assert send(shelf, batch, wiki).confirmed == 2


@pytest.mark.parametrize(
    ("number", "dies"),
    [
        (401, "after 1 sending"),
        (402, "after 2 stashed"),  # between chunks
        (403, "before 1 publish"),
        (404, "after 1 publish"),  # the file is there, and we never heard of it
        (405, "before 1 confirmed"),
    ],
)
def test_a_run_that_is_killed_is_gone_on_with_and_the_file_is_there_once(
    wiki, real_wiki, tmp_path, number, dies
):
    data = jpeg(number, (220, 200))
    with source({f"{number}.jpg": data}) as served:
        shelf = made(tmp_path, served.base, str(number))
        batch = shelf.plan()
        worker = Path(__file__).parent / "media_worker.py"
        given = [real_wiki.api, real_wiki.password, str(tmp_path), served.base, dies]
        died = subprocess.run(
            [sys.executable, str(worker), *given], capture_output=True, text=True, check=False
        )
        assert died.returncode == -9, died.stderr
        result = send(shelf, batch, wiki)
    assert (result.confirmed, result.waiting, result.skipped) == (1, 0, {})
    title = f"Tower {number} - Tower Office - {number}.jpg"
    [entry] = shelf.journal.entries(TARGET, batch.files["edit_id"].to_pylist())
    assert [one.title for one in wiki.by_sha1(entry.sha1)] == [title]
    asked = wiki._read(action="query", titles=f"File:{title}", prop="imageinfo", iilimit=10, iiprop="sha1")
    assert len(asked["query"]["pages"][0]["imageinfo"]) == 1


def test_a_place_that_is_not_told_leaves_with_its_pixels_alone(wiki, tmp_path):
    with source({f"{n}.jpg": jpeg(n) for n in (501, 502, 503)}) as served:
        shelf = Shelf(tmp_path, described(served.base))
        rows = [record(str(number), f"Tower {number}", f"{number}.jpg") for number in (501, 502, 503)]
        shelf.keep(rows, {"501": "S0", "502": "S4", "503": "S5"})
        send(shelf, shelf.plan(), wiki)
        titles = shelf.journal.on_wiki(TARGET, "xx_towers")
        assert sorted(titles) == ["501", "502"]
        assert b"GPSLatitude" in served.files["502.jpg"]
    assert "zzplacezz" not in text_of(wiki, titles["502"])[0]
    meta = {number: _metadata(wiki, title) for number, title in titles.items()}
    assert "GPSLatitude" in meta["501"]
    assert not {"GPSLatitude", "Make", "ImageDescription", "JPEGFileComment"} & meta["502"]
    assert "Orientation" in meta["502"]


def _metadata(wiki, title):
    """What the wiki itself reads in the file."""
    asked = wiki._read(action="query", titles=f"File:{title}", prop="imageinfo", iiprop="metadata")
    return {one["name"] for one in asked["query"]["pages"][0]["imageinfo"][0]["metadata"]}
