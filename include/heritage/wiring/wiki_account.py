"""The account that reads from and writes to the target wiki."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from heritage.errors import SpecError
from heritage.spec.target import load_target
from heritage.wiring.settings import Settings

OAUTH_KEYS = ("consumer_token", "consumer_secret", "access_token", "access_secret")
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class WikiAccount:
    """`api` is the address of `api.php`. Either `user` and `password` are a bot password (`Bot@suffix`), or
    `user` is the account's name and `oauth` the four secrets of an owner-only consumer, as in OAUTH_KEYS.

    `target` is the wiki's name in the upload journal; it stays when the wiki moves to another address.
    """

    api: str
    user: str
    target: str
    password: str = field(repr=False)
    oauth: tuple[str, str, str, str] | None = field(default=None, repr=False)


def account_of(
    settings: Settings,
    *,
    api: str,
    user: str,
    password: str,
    target: str,
    oauth: dict[str, object] | None = None,
) -> WikiAccount:
    """An account as it was entered somewhere: the target may be left out where its address tells it, the
    address where the target's description tells it. Raises SpecError for half of the secrets of OAuth."""
    try:
        here = urlsplit(api).hostname in THIS_MACHINE
    except ValueError:
        raise SpecError("the address of the wiki cannot be read: give that of its api.php") from None
    if not target and here:
        target = "sandbox"
    described = load_target(settings.vocabularies / "targets", target, api)
    return WikiAccount(
        api=api or described.api or "",
        user=user,
        target=described.id,
        password=password,
        oauth=_secrets(oauth or {}),
    )


def account_from_environment(settings: Settings, prefix: str = "HERITAGE_WIKI") -> WikiAccount | None:
    """The account of the command line, None when none is set. Secrets stand in files, so that no process list
    shows them. Raises OSError for a file that cannot be read."""
    given = {name: os.environ.get(f"{prefix}_{name}", "") for name in ("API", "USER", "TARGET")}
    if not (given["API"] or given["TARGET"]):
        return None
    password, oauth = (os.environ.get(f"{prefix}_{name}", "") for name in ("PASSWORD_FILE", "OAUTH_FILE"))
    return account_of(
        settings,
        api=given["API"],
        user=given["USER"],
        target=given["TARGET"],
        password=_read_password(Path(password)) if password else "",
        oauth=_read_oauth(Path(oauth)) if oauth else None,
    )


def _read_password(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise SpecError(f"{path}: no text in UTF-8; write the password into it, and nothing else") from None


def _read_oauth(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SpecError(f"{path}: no JSON object with {', '.join(OAUTH_KEYS)}") from None
    return found


def _secrets(given: dict[str, object]) -> tuple[str, str, str, str] | None:
    found = [str(given.get(key) or "").strip() for key in OAUTH_KEYS]
    if not any(found):
        return None
    missing = [key for key, value in zip(OAUTH_KEYS, found, strict=True) if not value]
    if missing:
        raise SpecError(f"An owner-only OAuth consumer has four secrets; missing: {', '.join(missing)}")
    one, two, three, four = found
    return one, two, three, four
