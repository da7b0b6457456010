"""Keeps credentials that stand in addresses out of messages, logs and stored facts."""

import re

_USER = re.compile(r"(?<=://)[^/?#\s'\"@]*@")
_SECRET = re.compile(
    r"""(?ix) (?<=[?&;]) (
        (?: [\w$.-]* [_$.-] )? (?: token | accesstoken | authtoken | apitoken )
      | [\w$.-]* (?: secret | passwo?r?d | signature | credential | api_?-?key )
      | (?: access | subscription | app )?-?_? key | wskey | auth | sig | pwd
    ) = [^&;\#\s'"]*"""
)


def masked(text: str) -> str:
    """The text with every user name, password, key and token in an address replaced by three stars.

    Tokens by which a service pages, such as resumptionToken, are none of these.

    >>> masked("https://me:pw@example.org/list?api_key=17&page=2&resumptionToken=x was refused")
    'https://***@example.org/list?api_key=***&page=2&resumptionToken=x was refused'
    """
    return _SECRET.sub(r"\1=***", _USER.sub("***@", text))
