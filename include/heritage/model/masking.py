"""Keeps credentials that stand in addresses out of messages, logs and stored facts."""

import re

_USER = re.compile(r"(?<=://)[^/?#\s'\"]*@")
_SECRET = re.compile(
    r"""(?ix) (?<=[?&;#]) (
        (?: [\w$.-]* [_$.-] )? (?: token | accesstoken | authtoken | apitoken )
      | [\w$.-]* (?: secret | passwo?r?d | signature | credential | api_?-?key )
      | (?: access | subscription | app | user )?-?_? key | wskey | auth | authorization | sig | pwd | pw
      | pass (?: phrase )? | jwt | session_?-?id
    ) = [^&;\#\s'"]*"""
)


def masked(text: str) -> str:
    """The text with every user name, password, key and token in an address replaced by three stars.

    Tokens by which a service pages, such as resumptionToken, are none of these.

    >>> masked("https://me:pw@example.org/list?api_key=17&page=2&resumptionToken=x was refused")
    'https://***@example.org/list?api_key=***&page=2&resumptionToken=x was refused'
    >>> masked("ftp://me:p@ss@example.org/ https://x.example/?jwt=ey.J#access_token=1")
    'ftp://***@example.org/ https://x.example/?jwt=***#access_token=***'
    """
    return _SECRET.sub(r"\1=***", _USER.sub("***@", text))
