"""OAuth 1 with an owner-only consumer: every request is signed, no login is made (RFC 5849).

The session of such a client follows from its access token, so that a lost one comes back with the next
request, but with other secrets: the tokens of before are worthless then.
"""

import base64
import hashlib
import hmac
import re
import threading
from collections.abc import Mapping
from urllib.parse import quote, unquote

from wikibase_sandbox.errors import core
from wikibase_sandbox.session import Account, Accounts, Session, Sessions

_PART = re.compile(r'([a-z_]+)="([^"]*)"')


class Signatures:
    """Checks signed requests; each may be made once."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._used: set[str] = set()
        self._lock = threading.Lock()

    def account(self, header: str, method: str, uri: str, params: Mapping[str, str]) -> Account:
        """The account that signed a request, or raise what a real wiki answers
        (`error-oauth1-invalid-consumer`)."""
        if not header.startswith("OAuth "):
            raise _invalid("Invalid access token")
        given = {name: unquote(value) for name, value in _PART.findall(header)}
        account = self._accounts.of_consumer(given.get("oauth_consumer_key", ""))
        if account is None or account.oauth is None:
            raise _invalid("Invalid consumer")
        _, consumer_secret, token, secret = account.oauth
        if given.get("oauth_token") != token:
            raise _invalid("Invalid access token")
        signature = given.pop("oauth_signature", "")
        wanted = _signature(method, uri, {**params, **given}, consumer_secret, secret)
        if not hmac.compare_digest(signature, wanted):
            raise _invalid("Invalid signature")
        self._once(given.get("oauth_nonce", ""))
        return account

    def _once(self, nonce: str) -> None:
        with self._lock:
            if nonce in self._used:
                raise _invalid(f"Nonce already used: {nonce}")
            self._used.add(nonce)


def session_id(header: str) -> str:
    """The id of the session that a signed request has."""
    found = re.search(r'oauth_token="([^"]*)"', header)
    return hashlib.sha256((found[1] if found else "").encode()).hexdigest()[:32]


def signed_session(sessions: Sessions, account: Account, header: str) -> Session:
    """The session of whoever signed; a new one if the wiki has forgotten it."""
    number = session_id(header)
    return sessions.resume(number) or sessions.start(account, number)


def _signature(method: str, uri: str, params: Mapping[str, str], consumer: str, token: str) -> str:
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in params.items())
    parts = (method.upper(), uri, "&".join(f"{name}={value}" for name, value in pairs))
    text = "&".join(map(_encoded, parts))
    key = f"{_encoded(consumer)}&{_encoded(token)}"
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _encoded(text: str) -> str:
    return quote(text, safe="~")


def _invalid(what: str) -> Exception:
    info = f"The authorization headers in your request are not valid: {what}"
    return core("mwoauth-invalid-authorization", info)
