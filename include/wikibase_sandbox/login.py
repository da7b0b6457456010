"""Logging in and out: bot passwords by `login`, main accounts by `clientlogin`."""

import hmac

from wikibase_sandbox.errors import bad_token, core
from wikibase_sandbox.session import Account
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Call

_WRONG = "Incorrect username or password entered. Please try again."


def _token_ok(call: Call, given: str) -> bool:
    return hmac.compare_digest(given.encode(), call.session.token("login").encode())


def _enter(call: Call, account: Account) -> None:
    # A new session id at login: tokens of the anonymous session end here.
    call.wiki.sessions.end(call.session.session_id)
    call.session = call.wiki.sessions.start(account)


def login(call: Call) -> Json:
    """Log in with a name and password, as `Name@suffix` or as a plain account."""
    token = call.params.get("lgtoken")
    if not token:
        return {"login": {"result": "NeedToken", "token": call.session.token("login")}}
    if not _token_ok(call, token):
        return {"login": {"result": "WrongToken"}}
    name, password = call.params.get("lgname"), call.params.get("lgpassword")
    account = call.wiki.accounts.authenticate(name, password)
    if account is None:
        return {"login": {"result": "Failed", "reason": _WRONG}}
    _enter(call, account)
    return {"login": {"result": "Success", "lguserid": account.user_id, "lgusername": account.name}}


def clientlogin(call: Call) -> Json:
    """Log in with a main account, the way interactive clients do."""
    if not _token_ok(call, call.params.required("logintoken")):
        raise bad_token()
    name, password = call.params.get("username"), call.params.get("password")
    account = None if "@" in name else call.wiki.accounts.authenticate(name, password)
    if account is None:
        return {"clientlogin": {"status": "FAIL", "message": _WRONG, "messagecode": "wrongpassword"}}
    _enter(call, account)
    return {"clientlogin": {"status": "PASS", "username": account.name}}


def logout(call: Call) -> Json:
    """End the session; the client's tokens are worthless afterwards."""
    call.wiki.sessions.end(call.session.session_id)
    call.session = call.wiki.sessions.start(None)
    return {}


def check_asserts(call: Call) -> None:
    """Raise if the client is not who it assumes to be; runs before the token is looked at."""
    wanted, session = call.params.get("assert"), call.session
    if wanted == "user" and session.account is None:
        raise core(
            "assertuserfailed",
            "You are no longer logged in, so the action could not be completed.",
        )
    if wanted == "bot" and "bot" not in session.rights:
        raise core(
            "assertbotfailed",
            'You do not have the "bot" right, so the action could not be completed.',
        )
    if wanted == "anon" and session.account is not None:
        raise core("assertanonfailed", "You are logged in, so the action could not be completed.")
    name = call.params.get("assertuser")
    if name and name != session.user:
        raise core(
            "assertnameduserfailed",
            f'You are no longer logged in as "{name}", so the action could not be completed.',
        )
