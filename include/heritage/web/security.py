"""Who may see, vote and order: every route asks here, because Airflow does not ask for plugin pages."""

import re
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from heritage.web.services import User

TOKEN_HOURS = 12
"""A page left open overnight has to be loaded again before voting."""


READING = frozenset({"GET", "HEAD", "OPTIONS"})
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but those of lines, and halves of characters."""

ORDERING = frozenset({"op", "admin"})
"""Roles of Airflow whose people order about uploads; the others read."""


_READERS = frozenset({"public", "viewer"})
"""Roles of Airflow whose people read only. Any other, also of another auth manager, may take part."""


def may_take_part(user: User) -> bool:
    """Whether this person may answer reviews and report danger."""
    return any(role.casefold() not in _READERS for role in user.roles)


def may_order(user: User) -> bool:
    """Whether this person may pause, release, cancel and undo uploads, and enter what can be done."""
    return (user.role or "").casefold() in ORDERING


def reader_of(current_user: Callable[..., Any]) -> Callable[..., User]:
    """The dependency that every route has: 401 without a login, 403 without a role."""

    def reader(user: Annotated[Any, Depends(current_user)]) -> User:
        if user is None:
            raise HTTPException(401, "Log in to Airflow first.")
        if not user.role:
            raise HTTPException(403, "Your account has no role here. Ask an administrator for one.")
        known: User = user
        return known

    return reader


def same_origin(request: Request) -> None:
    """The dependency that refuses what a page of another site sends: 403. Browsers say where a form came
    from; a client that says nothing is none, and has no cookie that another site could use."""
    if request.method in READING:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        ours = site == "same-origin"
    else:
        ours = origin is None or _host_of(origin) in _own_names(request)
    if not ours:
        raise HTTPException(403, "This was sent from a page of another site, and is not done.")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _own_names(request: Request) -> set[str]:
    """What this server is called, also through a proxy in front of it."""
    named = (request.headers.get("host", ""), request.headers.get("x-forwarded-host", ""))
    return {name for name in named if name}


class CsrfTokens:
    """Tokens for forms, signed and bound to a user, so that no other site can vote in a member's name."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("the pages need a secret to sign their forms with")
        self._signer = URLSafeTimedSerializer(secret, salt="heritage-forms")

    def token(self, user: User) -> str:
        """For a hidden field of a form that is shown to this user."""
        return self._signer.dumps(user.name)

    def check(self, token: str, user: User) -> None:
        """Raises HTTPException 403 when the token is missing, forged, too old or another user's."""
        try:
            name = self._signer.loads(token, max_age=TOKEN_HOURS * 3600)
        except BadSignature:
            name = None
        if name != user.name:
            raise HTTPException(403, "This form is no longer valid. Load the page again and repeat.")
