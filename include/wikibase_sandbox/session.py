"""Who is asking: accounts, sessions in a cookie, tokens bound to a session.

Sessions are kept in the file of the sandbox, so that a restart does not log anybody out; accounts
are configuration and are given at each start.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from wikibase_sandbox.store import Store

COOKIE = "sandboxSession"
ANONYMOUS = "127.0.0.1"

_PAGE_RIGHTS = ["createaccount", "read", "edit", "createpage", "createtalk"]
_ITEM_RIGHTS = ["item-term", "property-term", "item-merge", "item-redirect"]
_MEMBER_RIGHTS = ["upload", "move", "minoredit", "editcontentmodel", "property-create"]
_MEMBER_RIGHTS += ["applychangetags", "changetags"]
_CONFIRMED_RIGHTS = ["autoconfirmed", "editsemiprotected"]
_BOT_RIGHTS = ["bot", "autopatrol", "suppressredirect", "apihighlimits", "noratelimit", "nominornewtalk"]
_ADMIN_RIGHTS = ["delete", "undelete", "protect", "editprotected", "block", "rollback", "apihighlimits"]


@dataclass(frozen=True)
class Account:
    """A user of the sandbox; `groups` may hold `bot` and `sysop`."""

    name: str
    password: str
    groups: frozenset[str] = frozenset()
    user_id: int = 0
    oauth: tuple[str, str, str, str] | None = None
    """Consumer token and secret, access token and secret of an owner-only consumer."""

    @property
    def all_groups(self) -> list[str]:
        """Its groups and those everybody is in."""
        return [*sorted(self.groups), "*", "user", "autoconfirmed"]

    @property
    def rights(self) -> list[str]:
        extra = _BOT_RIGHTS if "bot" in self.groups else []
        admin = _ADMIN_RIGHTS if "sysop" in self.groups else []
        own = [*_PAGE_RIGHTS, *_ITEM_RIGHTS, *_MEMBER_RIGHTS, *_CONFIRMED_RIGHTS]
        return list(dict.fromkeys([*extra, *admin, *own]))


ANONYMOUS_RIGHTS = [*_PAGE_RIGHTS, *_ITEM_RIGHTS]


class Accounts:
    """The accounts by name, numbered in the order given."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._by_name = {
            account.name: replace(account, user_id=number) for number, account in enumerate(accounts, 1)
        }

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_name.values())

    def get(self, name: str | None) -> Account | None:
        return self._by_name.get(name) if name else None

    def of_consumer(self, token: str) -> Account | None:
        """The account that an owner-only consumer belongs to."""
        return next((one for one in self if one.oauth and one.oauth[0] == token), None)

    def authenticate(self, login: str, password: str) -> Account | None:
        """Return the account for a name and password; `Name@suffix` is a bot password."""
        account = self.get(login.partition("@")[0].replace("_", " "))
        if account and hmac.compare_digest(account.password.encode(), password.encode()):
            return account
        return None


@dataclass(frozen=True)
class Session:
    """One browser or bot session; without an account it is anonymous."""

    session_id: str
    secret: str
    account: Account | None

    @property
    def user(self) -> str:
        return self.account.name if self.account else ANONYMOUS

    @property
    def rights(self) -> list[str]:
        return self.account.rights if self.account else ANONYMOUS_RIGHTS

    @property
    def high_limits(self) -> bool:
        return "apihighlimits" in self.rights

    def token(self, kind: str) -> str:
        """Return the token of a kind; the anonymous edit token is a constant, as in MediaWiki."""
        if self.account is None and kind != "login":
            return "+\\"
        digest = hashlib.sha1(f"{self.secret}:{kind}".encode(), usedforsecurity=False).hexdigest()
        return f"{digest}+\\"


class Sessions:
    """The sessions of a store."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    def resume(self, session_id: str | None) -> Session | None:
        """Return a stored session, None if the id is unknown."""
        row = self._store.db.execute("SELECT * FROM sessions WHERE session_id = ?", (session_id,)).fetchone()
        if row is None:
            return None
        return Session(row["session_id"], row["secret"], self._accounts.get(row["user"]))

    def start(self, account: Account | None, session_id: str | None = None) -> Session:
        """Store a new session and return it."""
        session = Session(session_id or secrets.token_hex(16), secrets.token_hex(16), account)
        name = account.name if account else None
        with self._store.writing() as db:
            db.execute("INSERT INTO sessions VALUES (?, ?, ?)", (session.session_id, name, session.secret))
        return session

    def end(self, session_id: str) -> None:
        """Forget a session: its cookie and tokens are worthless from now on."""
        with self._store.writing() as db:
            db.execute("DELETE FROM sessions WHERE session_id = ?", (session_id,))
