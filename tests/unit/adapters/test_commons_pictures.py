"""Images fetched from their sources: believed by their bytes, within the limits of a pull."""

from io import BytesIO

import pytest
from PIL import Image

from heritage.adapters.commons.pictures import HttpPictures
from heritage.adapters.harvest.limits import HttpSettings
from heritage.errors import SourceChanged, SourceUnavailable
from media_examples import FakeTime, jpeg, source


def png() -> bytes:
    out = BytesIO()
    Image.new("L", (4, 4)).save(out, "PNG")
    return out.getvalue()


def pictures(folder, **limits):
    settings = HttpSettings("tests", folder, **{"pause_s": 0, "wait_s": 0, "attempts": 2, **limits})
    return HttpPictures("xx_towers", settings, FakeTime())


def test_a_picture_is_what_its_bytes_say_whatever_the_server_calls_it(tmp_path):
    with source({"a.jpg": png(), "b.jpg": jpeg()}) as served:
        fetch = pictures(tmp_path).fetch
        first = fetch(f"{served.base}/a.jpg")
        assert (first.mime, first.path.read_bytes()) == ("image/png", png())
        assert fetch(f"{served.base}/b.jpg").mime == "image/jpeg"
        assert not first.path.exists()  # one at a time


def test_a_page_in_place_of_a_picture_is_told_with_what_to_do(tmp_path):
    with source({}) as served, pytest.raises(SourceChanged, match=r"'image/jpeg'.*media\.url"):
        pictures(tmp_path).fetch(f"{served.base}/no.jpg")


def test_a_picture_beyond_the_limit_is_not_taken(tmp_path):
    with source({"a.jpg": jpeg()}) as served, pytest.raises(SourceChanged):
        pictures(tmp_path, largest_bytes=1000).fetch(f"{served.base}/a.jpg")


def test_a_source_that_does_not_answer_is_asked_later(tmp_path):
    with source({}) as served:
        base = served.base
    with pytest.raises(SourceUnavailable):
        pictures(tmp_path).fetch(f"{base}/a.jpg")
