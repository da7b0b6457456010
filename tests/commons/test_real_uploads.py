"""Uploads to a real MediaWiki: in chunks, once, and never over anybody's file."""

import hashlib
from pathlib import Path

import pytest

from heritage.errors import WikiRefused
from heritage.ports.media import FileOnWiki, Stashed, Warned
from media_examples import jpeg


@pytest.fixture(scope="module")
def wiki(real_wiki):
    return real_wiki.open()


def kept(folder: Path, data: bytes, name: str = "a.jpg") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def sent(wiki, path, title, text="== x ==", steps=None):
    stashed = wiki.stash(path, title, None, steps.append if steps is not None else lambda _: None)
    return wiki.publish(stashed, title, text, "a comment")


def test_a_file_comes_in_chunks_to_the_byte_and_is_found_by_name_and_digest(wiki, tmp_path):
    data = jpeg(1) + b"\r\r\n\n\r"  # line ends that a mail would change
    data += b"\r" * (4096 - len(data) % 4096)  # and a last chunk that is full and ends so
    steps: list[Stashed] = []
    found = sent(wiki, kept(tmp_path, data), "Tower å.jpg", steps=steps)
    assert isinstance(found, FileOnWiki)
    assert (found.title, found.sha1, found.user) == ("Tower å.jpg", sha1(data), "HeritageBot")
    assert [one.offset for one in steps] == [*range(4096, len(data), 4096), len(data)]
    assert [one.title for one in wiki.by_sha1(sha1(data))] == ["Tower å.jpg"]
    assert wiki.by_title("tower å.jpg") == found
    assert wiki.by_title("No such tower.jpg") is None
    assert not wiki.structured()


def test_chunks_go_on_where_the_wiki_has_them_and_come_anew_where_it_has_not(wiki, tmp_path):
    data = jpeg(2, (200, 200))
    path, steps = kept(tmp_path, data), []

    class Cut(Exception):
        pass

    def cut(stashed):
        steps.append(stashed)
        if len(steps) == 2:
            raise Cut

    with pytest.raises(Cut):
        wiki.stash(path, "Cut.jpg", None, cut)
    resumed: list[Stashed] = []
    behind = Stashed(steps[1].filekey, steps[0].offset)  # a chunk came of which we did not hear
    done = wiki.stash(path, "Cut.jpg", behind, resumed.append)
    assert resumed[0].offset == 3 * 4096
    assert wiki.publish(done, "Cut.jpg", "x", "c").sha1 == sha1(data)
    other = jpeg(3, (200, 200))
    gone = wiki.stash(kept(tmp_path, other), "Gone.jpg", Stashed("1abcdef.12345.9.jpg", 4096), lambda _: None)
    assert wiki.publish(gone, "Gone.jpg", "x", "c").sha1 == sha1(other)


def test_warnings_are_told_and_nothing_is_overwritten(wiki, real_wiki, tmp_path):
    first, second = jpeg(4), jpeg(5)
    assert sent(wiki, kept(tmp_path, first), "Same.jpg").sha1 == sha1(first)
    double = sent(wiki, kept(tmp_path, first), "Other name.jpg")
    assert isinstance(double, Warned)
    assert list(double.warnings["duplicate"]) == ["Same.jpg"]
    bad = sent(wiki, kept(tmp_path, second), "Bad[x].jpg")
    assert isinstance(bad, Warned)
    assert bad.warnings["badfilename"] == "Bad-x-.jpg"
    with pytest.raises(WikiRefused) as told:  # an account without the right to overwrite
        sent(wiki, kept(tmp_path, second), "Same.jpg")
    assert told.value.code == "fileexists-forbidden"
    with real_wiki.overwriting():
        again = sent(wiki, kept(tmp_path, first), "Same.jpg")
        taken = sent(wiki, kept(tmp_path, second), "Same.jpg")
    assert isinstance(again, Warned)
    assert {"exists", "nochange"} <= set(again.warnings)
    assert isinstance(taken, Warned)
    assert taken.warnings["exists"] == "Same.jpg"
    assert wiki.by_title("Same.jpg").sha1 == sha1(first)
    assert wiki.by_sha1(sha1(second)) == []


def test_what_the_wiki_refuses_for_good_is_refused(wiki, tmp_path):
    for data, title in ((b"<!DOCTYPE html><p>" + b"x" * 5000, "Page.jpg"), (jpeg(6), "Program.exe")):
        with pytest.raises(WikiRefused):
            sent(wiki, kept(tmp_path, data), title)
    with pytest.raises(WikiRefused, match="did not pass file verification"):
        sent(wiki, kept(tmp_path, jpeg(6)), "Mismatch.png")
