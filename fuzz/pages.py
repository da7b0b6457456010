"""What browsers and clients send: queries of the reconciliation service, how they read; and images."""

import json
import struct
import zlib
from functools import cache
from typing import Any

from fastapi.testclient import TestClient

from fuzz.bending import bent
from fuzz.expected import Target
from heritage.media.kinds import kind_of
from heritage.media.stripping import JPEG, PNG, NotAPicture, stripped
from heritage.model.masking import masked
from heritage.web.desk import number_of, page_number
from heritage.web.recon.standalone import create_app
from heritage.web.services import ReconServices
from heritage.web.tongue import tongue_of
from recon_examples import held

QUERY = {
    "query": "St Mary",
    "type": "Q16970",
    "limit": 2,
    "properties": [{"pid": "P1216", "v": "1093011"}],
    "type_strict": "any",
}
CONDITION = {
    "matchType": "property",
    "propertyId": "P31",
    "propertyValue": [{"id": "Q16970"}],
    "required": True,
    "matchQuantifier": "any",
}
QUERIES_10 = {
    "queries": [
        {
            "conditions": [{"matchType": "name", "propertyValue": "St Mary"}, CONDITION],
            "limit": 1,
            "lang": "de",
        }
    ]
}
EXTEND = {"ids": ["Q2001"], "properties": [{"id": "P31", "settings": {"limit": 1}}]}
JPEG_GOOD = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00abc\xff\x00d\xff\xd9"
)


@cache
def _client() -> TestClient:
    return TestClient(
        create_app(ReconServices(held(), 10)), base_url="http://here.example", raise_server_exceptions=True
    )


def _sane(answer: Any) -> None:
    assert answer.status_code in (503, *range(200, 500)), answer.text[:300]
    assert "Traceback" not in answer.text


def _content(good: Any, data: bytes) -> str:
    if data[:1] and data[0] % 4 == 3:
        return data[1:].decode("utf-8", "replace")
    return json.dumps(bent(good, data[1:]))


def recon_0_2(data: bytes) -> None:
    """Queries and questions for values as OpenRefine sends them."""
    which = data[0] // 4 % 3 if data else 0
    fields = (
        {"queries": _content({"q0": QUERY}, data)},
        {"extend": _content(EXTEND, data)},
        {"queries": _content({"q0": {"query": "St Mary"}}, data)},
    )
    _sane(_client().post("/reconcile/0.2", data=fields[which]))


def recon_1_0(data: bytes) -> None:
    """The same in the draft of 1.0."""
    paths = (("match", QUERIES_10), ("extend", EXTEND))
    path, good = paths[data[0] // 4 % 2 if data else 0]
    headers = {"content-type": "application/json", "accept-language": "ar, en;q=0.8"}
    _sane(_client().post(f"/reconcile/1.0/{path}", content=_content(good, data), headers=headers))


def recon_address(data: bytes) -> None:
    """Words and numbers in the address."""
    words = data.decode("latin-1").split("\x00")
    names = ("prefix", "cursor", "callback", "id", "type", "limit", "queries", "extend")
    params = dict(zip(names, words, strict=False))
    for path in ("suggest/entity", "suggest/type", "preview", "flyout/entity", "extend/propose", ""):
        _sane(_client().get(f"/reconcile/0.2/{path}", params=params))


def recon_body(data: bytes) -> None:
    """A body that is anything."""
    kinds = (
        "application/x-www-form-urlencoded",
        "application/json",
        "multipart/form-data; boundary=b",
        "text/plain; charset=utf-7",
    )
    kind = kinds[data[0] % 4] if data else kinds[0]
    path = "/reconcile/0.2" if data[:1] and data[0] % 8 < 4 else "/reconcile/1.0/match"
    _sane(_client().post(path, content=data[1:], headers={"content-type": kind}))


def reading(data: bytes) -> None:
    """How somebody reads: addresses, cookies, headers, page numbers."""
    text = data.decode("utf-8", "replace")
    parts = (text.split("\x00") + [""] * 4)[:4]
    tongue_of(*parts).moment.__self__.language(parts[0])
    page_number(text)
    number_of(text)
    masked(text)


def image(data: bytes) -> None:
    """A picture: stripped of all that tells a place, or refused; what is left can be stripped again."""
    shape = data[0] if data else 0
    content = data[1:]
    if shape % 4 == 1:
        content = JPEG_GOOD[: 2 + shape] + content + JPEG_GOOD[2 + shape :]
    elif shape % 4 == 2:
        content = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(part) for part in content.split(b"\x00\x00"))
    kind_of(content[:64])
    for mime in (JPEG, PNG):
        try:
            left = stripped(content, mime)
        except NotAPicture:
            continue
        assert stripped(left, mime) == left
        assert (
            b"GPS" not in left
            or mime == PNG
            or b"ICC_PROFILE" in left
            or b"Adobe" in left
            or b"\xff\xda" in left
        )


def _chunk(part: bytes) -> bytes:
    kind = (b"IHDR", b"IDAT", b"IEND", b"tEXt", b"eXIf")[part[0] % 5] if part else b"IEND"
    body = kind + part[1:]
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


TARGETS: dict[str, Target] = {
    "recon_0_2": recon_0_2,
    "recon_1_0": recon_1_0,
    "recon_address": recon_address,
    "recon_body": recon_body,
    "reading": reading,
    "image": image,
}
