"""Pictures without all that was written beside their pixels."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from heritage.media.kinds import kind_of
from heritage.media.stripping import JPEG, PNG, NotAPicture, stripped
from media_examples import jpeg, pixels

TELLING = (b"zzplacezz", b"GPS", b"xmpmeta", b"Photoshop", b"Maker", b"2020:05:04")


def png(**chunks: bytes) -> bytes:
    out = BytesIO()
    Image.effect_noise((40, 30), 50).save(out, "PNG", dpi=(300, 300))
    data = out.getvalue()
    for kind, body in chunks.items():
        name = kind.encode()
        chunk = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        data = data[:33] + chunk + data[33:]
    return data + b"zzplacezz"


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_a_jpeg_keeps_its_pixels_and_how_it_is_turned_and_nothing_that_tells(turn, progressive):
    data = jpeg(turn, turn=turn, progressive=progressive)
    assert all(word in data for word in TELLING)
    bare = stripped(data, JPEG)
    assert pixels(bare) == pixels(data)
    assert not any(word in bare for word in TELLING)
    with Image.open(BytesIO(bare)) as image:
        assert dict(image.getexif()) == ({0x0112: turn} if turn != 1 else {})
        assert image.info["dpi"] == (300, 300)
    assert stripped(bare, JPEG) == bare


def test_the_colour_profile_of_a_jpeg_stays():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = BytesIO()
    Image.new("CMYK", (20, 20), (1, 2, 3, 4)).save(out, "JPEG", icc_profile=profile)
    with Image.open(BytesIO(stripped(out.getvalue(), JPEG))) as image:
        assert image.info["icc_profile"] == profile
        assert "adobe" in image.info


def test_a_thumbnail_inside_jfif_goes():
    data = jpeg(1)
    jfif = b"JFIF\x00\x01\x01\x01\x01\x2c\x01\x2c\x01\x01RGB"
    with_thumbnail = data[:2] + b"\xff\xe0" + struct.pack(">H", len(jfif) + 2) + jfif + data[2:]
    assert b"RGB" not in stripped(with_thumbnail, JPEG)[:60]


def test_a_png_keeps_its_pixels_and_nothing_that_tells():
    data = png(
        tEXt=b"Comment\x00zzplacezz", eXIf=b"MM\x00*GPS", iTXt=b"XML:com.adobe.xmp\x00GPS", tIME=b"2020:05"
    )
    bare = stripped(data, PNG)
    assert pixels(bare) == pixels(data)
    assert not any(word in bare for word in (b"zzplacezz", b"GPS", b"eXIf", b"iTXt", b"tIME"))
    assert b"pHYs" in bare


@pytest.mark.parametrize("mime", ["image/tiff", "image/webp", "image/gif"])
def test_other_formats_are_not_touched_but_refused(mime):
    with pytest.raises(NotAPicture, match=mime):
        stripped(b"II*\x00", mime)


@pytest.mark.parametrize("mime", [JPEG, PNG])
def test_every_cut_picture_is_refused(mime):
    data = stripped(jpeg(2, (40, 40)), JPEG) if mime == JPEG else stripped(png(), PNG)
    for end in range(len(data)):
        with pytest.raises(NotAPicture):
            stripped(data[:end], mime)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=6))
def test_damage_never_brings_back_what_tells_or_breaks_us(damage):
    data = bytearray(jpeg(3, (40, 40)))
    for at, value in damage:
        data[at % len(data)] = value
    try:
        bare = stripped(bytes(data), JPEG)
    except NotAPicture:
        return
    assert len(bare) <= len(data) + 64


def test_kinds_are_told_by_the_first_bytes():
    assert kind_of(jpeg()) == JPEG
    assert kind_of(png()) == PNG
    assert kind_of(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == "image/webp"
    assert kind_of(b"II*\x00") == "image/tiff"
    assert kind_of(b"%PDF-1.4") is None
    assert kind_of(b"") is None
