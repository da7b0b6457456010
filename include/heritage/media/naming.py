"""Names of files that Commons takes and that people can tell apart (Commons:File naming)."""

import re
import unicodedata

LONGEST_BYTES = 240
"""With the extension; the wiki refuses more."""
_FORBIDDEN = re.compile(
    r"[#<>\[\]|{}/\\:_\x00-\x1f\x7f-\x9f\ufffd\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_ENCODED = re.compile(r"%(?=[0-9A-Fa-f]{2})|&(?=#?[A-Za-z0-9\x80-\U0010ffff]+;)")
_TILDES = re.compile(r"~{3,}")


def file_title(stem: str, extension: str, apart: str = "") -> str:
    """The name of a file without `File:`, as the wiki keeps it. `apart` stands at the end of the stem and is
    never cut: it tells the file from another of the same name.

    Forbidden signs become hyphens; the stem is cut to what the wiki takes, between whole characters.

    >>> file_title("kyrka {{x}} a/b  c", "jpg")
    'Kyrka --x-- a-b c.jpg'
    >>> file_title("...", "png", "1a2b")
    'Image (1a2b).png'
    """
    text = _FORBIDDEN.sub("-", " ".join(unicodedata.normalize("NFC", stem).split()))
    text = _TILDES.sub("~~", _ENCODED.sub("-", text))
    text = " ".join(text.split()).strip(" .-") or "Image"
    end = f" ({apart})" if apart else ""
    room = LONGEST_BYTES - len(f"{end}.{extension}".encode())
    text = _cut(text[:1].upper() + text[1:], room)
    return f"{text}{end}.{extension}"


def _cut(text: str, room: int) -> str:
    """At most so many bytes, without half a character or a mark without its letter."""
    if len(text.encode()) <= room:
        return text
    kept = text.encode()[:room].decode("utf-8", "ignore")
    while kept and (unicodedata.combining(text[len(kept)]) or text[len(kept)] == "\u200d"):
        kept = kept[:-1]
    return kept.rstrip(" .-")
