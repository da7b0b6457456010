"""What every API module works with: the wiki, and one call to it."""

import json
from dataclasses import dataclass, field

from wikibase_sandbox.errors import ApiError, blocked, core, protected
from wikibase_sandbox.faults import Faults
from wikibase_sandbox.index import StoredWorld
from wikibase_sandbox.oauth import Signatures
from wikibase_sandbox.params import Params
from wikibase_sandbox.session import Accounts, Session, Sessions
from wikibase_sandbox.store import Page, Store
from wikibase_sandbox.traffic import Traffic
from wikibase_sandbox.types import Json


@dataclass(frozen=True)
class Wiki:
    """All parts of a running sandbox."""

    store: Store
    world: StoredWorld
    accounts: Accounts
    sessions: Sessions
    faults: Faults
    signatures: Signatures
    traffic: Traffic


@dataclass
class Call:
    """One request to the API; modules may replace the session and add warnings."""

    wiki: Wiki
    params: Params
    session: Session
    server: str
    warnings: dict[str, Json] = field(default_factory=dict)

    @property
    def action(self) -> str:
        return self.params.get("action", "help")

    @property
    def version(self) -> int:
        return 2 if self.params.get("formatversion") in ("2", "latest") else 1

    def check_may_edit(self, page: Page | None) -> None:
        """Raise if the account is blocked or the page is protected against it."""
        fault = self.wiki.faults.take("permission", self.params.given)
        if fault is not None:
            raise fault.error(self.params.given, self.session.user)
        if self.session.user in self.blocked_users():
            raise blocked(self.session.user)
        if page is not None and page.protected and "editprotected" not in self.session.rights:
            raise protected()

    def blocked_users(self) -> list[str]:
        """Return the names seeded as blocked."""
        names: list[str] = json.loads(self.wiki.store.get_meta("blocked_users", "[]"))
        return names

    def check_save(self) -> None:
        """Raise what a fault or a missing tag makes fail at the moment of saving."""
        fault = self.wiki.faults.take("save", self.params.given)
        if fault is not None:
            raise fault.error(self.params.given, self.session.user)

    def tags(self) -> tuple[str, ...]:
        """Return the tags wanted, or raise if one of them is not defined on this wiki."""
        wanted = self.params.values("tags")
        known: list[str] = json.loads(self.wiki.store.get_meta("tags", "[]"))
        unknown = [tag for tag in wanted if tag not in known]
        if unknown:
            raise _bad_tags(unknown)
        return tuple(wanted)

    def is_bot_edit(self) -> bool:
        return self.params.flag("bot") and "bot" in self.session.rights


def _bad_tags(tags: list[str]) -> ApiError:
    if len(tags) == 1:
        info = f'The tag "{tags[0]}" is not allowed to be manually applied.'
    else:
        info = f"The following tags are not allowed to be manually applied: {', '.join(tags)}"
    return core("badtags", info, disallowedtags=tags)
