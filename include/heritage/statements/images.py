"""Names of files on Wikimedia Commons in the addresses that registers give."""

import re
from urllib.parse import unquote, urlsplit

from heritage.statements.text import stored

_HOSTS = ("commons.wikimedia.org", "commons.m.wikimedia.org")
_PAGE = re.compile(r"/wiki/(?:File|Image|Special:FilePath|Special:Redirect/file)[:/](?P<name>[^/]+)", re.I)
_ORIGINAL = re.compile(r"/wikipedia/commons/(?:thumb/)?[0-9a-f]/[0-9a-f]{2}/(?P<name>[^/]+)(?:/[^/]+)?")


def commons_name(address: str | None) -> str | None:
    """The bare name of the file that an address on Commons leads to; None for any other address.

    >>> commons_name("https://commons.wikimedia.org/wiki/File:North_Tower.jpg")
    'North Tower.jpg'
    """
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    if parts.hostname in _HOSTS:
        found = _PAGE.fullmatch(parts.path)
    elif parts.hostname == "upload.wikimedia.org":
        found = _ORIGINAL.fullmatch(parts.path)
    else:
        return None
    name = stored(unquote(found["name"]).replace("_", " ")) if found else ""
    return name[:1].upper() + name[1:] or None
