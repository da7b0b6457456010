"""Addresses that stand for a record in annotations, made of what registers write."""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from heritage.model.masking import masked
from heritage.spec.closed import LOCAL_ITEM, QID

ENTITY = "http://www.wikidata.org/entity/"
"""What the URIs of items begin with: never https, never /wiki/."""
_ITEM = re.compile(QID)
_EUROPEANA = re.compile(
    r"https?://(?:data\.europeana\.eu/item|(?:www\.)?europeana\.eu/(?:[a-z]{2}/)?item)/"
    r"([A-Za-z0-9_]+/[A-Za-z0-9_]+)/?(?:[?#].*)?"
)
_SAFE = "%/:=&?~#+!$,;'@()*[]"


def entity(qid: str) -> str:
    """The URI of an item; empty for what is none, or is one on a local wiki only.

    >>> entity("Q64"), entity("Q9900001"), entity("none")
    ('http://www.wikidata.org/entity/Q64', '', '')
    """
    return ENTITY + qid if _ITEM.fullmatch(qid) and not LOCAL_ITEM.fullmatch(qid) else ""


def address(text: str) -> str:
    """A register's address as a URI; empty where it is none that leads anybody there.

    >>> address("https://reg.example/a b/é?x=1"), address("javascript:alert(1)"), address("reg.example")
    ('https://reg.example/a%20b/%C3%A9?x=1', '', '')
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or masked(text) != text:
        return ""
    return quote(text, safe=_SAFE)


def europeana_item(texts: Sequence[str]) -> str:
    """The URI of the first item at Europeana that one of the addresses leads to; empty without any.

    >>> europeana_item(["https://www.europeana.eu/en/item/9200/BIB_1?lang=en"])
    'http://data.europeana.eu/item/9200/BIB_1'
    """
    found = (_EUROPEANA.fullmatch(text.strip()) for text in texts)
    return next((f"http://data.europeana.eu/item/{one[1]}" for one in found if one), "")
