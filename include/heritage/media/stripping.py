"""Takes out of a picture all that was written beside its pixels, which stay as they are, to the bit.

What a camera writes tells the place in many ways (GPS, XMP, IPTC, maker's notes, a second picture behind the
first), so nothing is looked for: only what a viewer needs to show the picture is kept.
"""

import struct
import zlib

JPEG, PNG = "image/jpeg", "image/png"
"""Other formats cannot be stripped without loss; with a hidden place they are not uploaded."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD",
    b"pHYs", b"cICP", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_SOS, _EOI = 0xDA, 0xD9
_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112


class NotAPicture(ValueError):
    """The bytes are not what they should be; the text says what is wrong."""


def stripped(data: bytes, mime: str) -> bytes:
    """The same picture without metadata. Raises NotAPicture for what is broken or of another format."""
    if mime == JPEG:
        return _jpeg(data)
    if mime == PNG:
        return _png(data)
    raise NotAPicture(f"{mime} cannot be freed of what is written beside its pixels without loss")


def _jpeg(data: bytes) -> bytes:
    if data[:2] != b"\xff\xd8":
        raise NotAPicture("it does not begin as a JPEG")
    out, at, oriented = [b"\xff\xd8"], 2, False
    while True:
        at, marker = _marker(data, at)
        if marker == _EOI:
            out.append(b"\xff\xd9")
            return b"".join(out)  # what lies behind is another picture, or whatever a maker put there
        if marker in _STANDALONE:
            out.append(bytes((0xFF, marker)))
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            raise NotAPicture("a segment of the JPEG is longer than the file")
        body, at = data[at + 2 : at + length], at + length
        if marker == 0xE0 and body.startswith(b"JFIF\x00"):
            out.append(_segment(marker, body[:12] + b"\x00\x00"))  # without its thumbnail
        elif _shows(marker, body):
            out.append(_segment(marker, body))
        elif marker == 0xE1 and body.startswith(_EXIF) and not oriented:
            oriented = True
            out.append(_turned(body[len(_EXIF) :]))
        if marker == _SOS:
            end = _scan_end(data, at)
            out.append(data[at:end])
            at = end


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The next marker and where it ends; fill bytes before it are passed over."""
    if data[at : at + 1] != b"\xff":
        raise NotAPicture("the JPEG ends early" if at >= len(data) else "a segment of the JPEG is broken")
    while data[at : at + 1] == b"\xff":
        at += 1
    if at >= len(data) or data[at] == 0:
        raise NotAPicture("the JPEG ends early")
    return at + 1, data[at]


def _shows(marker: int, body: bytes) -> bool:
    """Whether a viewer needs the segment: tables and frames, the colour profile, and Adobe's word on the
    colour transform."""
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\x00")
    if marker == 0xEE:
        return body.startswith(b"Adobe")
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _scan_end(data: bytes, at: int) -> int:
    """Where the entropy-coded data ends: at a marker that is neither stuffing nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise NotAPicture("the JPEG ends early")
        if data[at + 1] != 0 and data[at + 1] not in _STANDALONE:
            return at
        at += 2


def _turned(tiff: bytes) -> bytes:
    """An Exif segment that says how the picture is turned, and nothing else; none for one that is upright."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    turn = 1
    if order and len(tiff) >= 8:
        start = struct.unpack_from(f"{order}I", tiff, 4)[0]
        count = struct.unpack_from(f"{order}H", tiff, start)[0] if start + 2 <= len(tiff) else 0
        for entry in range(start + 2, min(start + 2 + 12 * count, len(tiff) - 11), 12):
            if struct.unpack_from(f"{order}H", tiff, entry)[0] == _ORIENTATION:
                turn = struct.unpack_from(f"{order}H", tiff, entry + 8)[0]
                break
    if not 2 <= turn <= 8:
        return b""
    directory = struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turn, 0, 0)
    return _segment(0xE1, _EXIF + b"MM\x00\x2a" + directory)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _png(data: bytes) -> bytes:
    if not data.startswith(_PNG):
        raise NotAPicture("it does not begin as a PNG")
    out, at = [_PNG], len(_PNG)
    while True:
        if at + 12 > len(data):
            raise NotAPicture("the PNG ends early")
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(
            data[end - 4 : end], "big"
        ):
            raise NotAPicture("a chunk of the PNG is broken")
        if kind in _PNG_KEPT:
            out.append(data[at:end])
        if kind == b"IEND":
            return b"".join(out)
        at = end
