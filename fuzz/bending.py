"""Bends a good document as bytes say, so that what is wrong lies deep inside of what is right."""

import json
import pickle
import re
from copy import deepcopy
from typing import Any

DEEP: Any = []
for _ in range(60):
    DEEP = [DEEP]
ATOMS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**64), 10**30, 0.5, -0.0, 1e308, -1e-320, float("inf"),
    float("nan"), "", " ", "0", "-1", "1e9", "NaN", "Infinity", "x", "Q42", "Q0", "P31", "Q" + "9" * 30,
    "\x00", "\ud800", "\u202egpj.exe", "\ufeff", "é", "ﷺ", "a\tb\nc", "'; DROP TABLE x; --",
    "<script>alert(1)</script>", "{{x}}", "%s%n", "../../etc/passwd", "x" * 5000, "9" * 5000, "http://[", "http://",
    "javascript:alert(1)", "2026-02-30", "+0000-00-00T00:00:00Z", "+99999999999-01-01T00:00:00Z",
    "-13798000000-00-00T00:00:00Z",
    "9999-99-99T99:99:99Z", "91", "-181", "EPSG:0", "EPSG:4326", "urn:ogc:def:crs:EPSG::999999", [], {}, [[]],
    [None], [{}], {"": None}, {"x": []}, ["x"], [0], DEEP, {"id": None}, {"value": 1},
)  # fmt: skip
"""What stands in a place instead of what belongs there."""


def bent(document: Any, data: bytes) -> Any:
    """A copy of a JSON document, changed in a place for each four bytes: two choose the place, one what is
    done and one with what."""
    found = {"": pickle.loads(pickle.dumps(document))}  # noqa: S301 - ten times as fast as deepcopy, of our own
    for at in range(0, min(len(data), 40) - 3, 4):
        place, act, atom = int.from_bytes(data[at : at + 2], "big"), data[at + 2], data[at + 3]
        holders = list(_places(found))
        if not holders:
            break
        holder, key = holders[place % len(holders)]
        try:
            _act(
                holder,
                key,
                act,
                deepcopy(ATOMS[atom % len(ATOMS)]),
                holders[(place * 7 + atom) % len(holders)],
            )
        except RecursionError:  # too deep to be copied once more
            break
    return found.get("")


def whole(content: Any) -> Any:
    """The same without half characters, which no file can hold."""
    return json.loads(re.sub(r"\\ud[89a-f]..", "?", json.dumps(content, default=str)))


def finite(content: Any) -> Any:
    """The same without NaN and infinity: they are no JSON."""
    return json.loads(json.dumps(content), parse_constant=lambda _: None)


def bent_bytes(content: bytes, data: bytes) -> bytes:
    """JSON bent as a document, anything else as text; the byte 255 alone nests deeper than anybody reads."""
    if data == b"\xff":
        return b"[" * 100_000
    try:
        document = json.loads(content)
    except ValueError:
        return bent_text(content, data)
    if data[:1] and data[0] % 8 == 7:
        return bent_text(content, data[1:])
    return json.dumps(bent(document, data[1:])).encode("utf-8", "surrogatepass")


def _places(content: Any) -> Any:
    waiting = [content]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            yield holder, key
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])


def _act(holder: Any, key: Any, act: int, atom: Any, other: tuple[Any, Any]) -> None:
    match act % 6:
        case 0 | 1 | 2:
            holder[key] = atom
        case 3:
            del holder[key]
        case 4 if isinstance(holder, list):
            holder.append(deepcopy(holder[key]))
        case 4:
            holder[str(atom)[:40]] = holder.pop(key)
        case _:
            taken = other[0][other[1]] if _there(*other) else None
            holder[key] = deepcopy(taken)


def _there(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def bent_text(content: bytes, data: bytes) -> bytes:
    """A text in which a slice is cut, doubled or replaced for each six bytes."""
    for at in range(0, min(len(data), 60) - 5, 6):
        place = int.from_bytes(data[at : at + 3], "big") % (len(content) + 1)
        size, act, atom = data[at + 3], data[at + 4], ATOMS[data[at + 5] % len(ATOMS)]
        text = str(atom).encode("utf-8", "surrogatepass") if act % 2 else bytes((data[at + 5],))
        cut = size % 40 if act % 4 < 2 else 0
        if act % 8 == 7:
            text = content[place : place + size]
        content = content[:place] + text + content[place + cut :]
    return content
