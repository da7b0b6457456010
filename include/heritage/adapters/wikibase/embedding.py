"""pywikibot as a library inside a worker: no prompt, no file in the working directory.

pywikibot reads the command line, the environment and the working directory when it is imported, so it is
imported here and nowhere else, with all three set. Its state (configuration, cookies, sites) belongs to the
process: two accounts on one host do not go together in one process.
"""

import atexit
import hashlib
import logging
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import psutil
from requests.utils import get_environ_proxies

from heritage.adapters.http_dates import http_date
from heritage.adapters.silent import silence
from heritage.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)
_FOLDER = "heritage-pywikibot-"


@dataclass(frozen=True, slots=True)
class WikiAccess:
    """Where a wiki is and who we are there.

    `user` is `Name@suffix` with a bot password, or `Name` with `oauth`: consumer token, consumer secret,
    access token, access secret of an owner-only consumer. Without a user the wiki can only be read.
    `contact` is an address or page where the operator is reached; Wikimedia demands it. Seconds: `timeout`
    for an answer, `patience` before a failed read is repeated, `maxlag` of the wiki's servers beyond which it
    refuses writes. `tags` mark every edit; `bot`: nothing is written without the bot flag.
    """

    api_url: str
    contact: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    oauth: tuple[str, str, str, str] | None = field(default=None, repr=False)
    stop_page: str | None = None
    timeout: float = 60.0
    patience: float = 5.0
    maxlag: int = 5
    tags: tuple[str, ...] = ()
    bot: bool = False

    @property
    def name(self) -> str | None:
        """The account without the suffix of its bot password."""
        return self.user.partition("@")[0] if self.user else None

    def hidden(self, text: str) -> str:
        """The text without the secrets of the account: what answers may say back what it was sent."""
        for secret in filter(None, (self.password, *(self.oauth or ()))):
            for written in (secret, quote(secret, safe="")):
                text = text.replace(written, "***")
        return text

    @property
    def can_log_in(self) -> bool:
        return bool(self.user and (self.password or self.oauth))


def open_site(access: WikiAccess) -> Any:
    """A pywikibot site of a family of its own, not yet logged in; pywikibot asks the wiki who we are."""
    parts = urlsplit(access.api_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.path.endswith("/api.php"):
        raise SpecError(f"{access.api_url!r} is not the address of an api.php; give that of the wiki")
    pywikibot = imported()
    config = pywikibot.config
    config.user_agent_description = access.contact
    config.socket_timeout = (min(10.0, access.timeout), access.timeout)
    config.retry_wait = access.patience
    config.retry_max = max(access.patience, 1) * 8
    if access.oauth:
        config.authenticate[parts.netloc] = access.oauth
    _reach(access.api_url)
    family = _family(access.api_url)
    if access.user and access.password:
        _keep_password(config, family.name, access)
    return pywikibot.Site(family.name, family, user=access.name if access.can_log_in else None)


@cache
def imported() -> Any:
    """pywikibot, in surroundings of its own."""
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))  # 0700, of this process alone
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # An empty user-config of our own: without it, one in the working directory would be executed.
    (folder / "user-config.py").touch(mode=0o600)
    with _surroundings(folder):
        import pywikibot
        import pywikibot.bot
        from pywikibot import config
        from pywikibot.comms import http
    config.base_dir = str(folder)  # also when somebody imported pywikibot before us
    config.family_files.clear()  # no wiki but those opened here can be reached by name, Commons included
    config.max_retries = 3  # of reads; writes are sent once
    config.put_throttle = 0  # the upload keeps its own pace, over all workers
    config.minthrottle = 0
    config.simulate = False
    pywikibot.bot.set_interface("buffer")
    pywikibot.bot.init_handlers()
    http.session.hooks["response"].append(seconds_to_wait)
    silence("oauthlib", "requests_oauthlib")
    theirs = logging.getLogger("pywiki")
    theirs.handlers[:] = [_Forward(logging.WARNING)]
    theirs.setLevel(logging.WARNING)  # what nobody is told need not be put together for every request
    return pywikibot


def _reach(api_url: str) -> None:
    """The way to a wiki as the environment says it, looked up once; nothing is taken from a .netrc, which
    requests would look into before every single request."""
    from pywikibot.comms import http

    parts = urlsplit(api_url)
    proxies = get_environ_proxies(api_url)
    if parts.scheme in proxies:
        http.session.proxies[f"{parts.scheme}://{parts.hostname}"] = proxies[parts.scheme]
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    http.session.verify = bundle or True
    http.session.trust_env = False


def seconds_to_wait(response: Any, *_: Any, **__: Any) -> None:
    """Retry-After may be a date, which pywikibot takes for a failure of the request (11.9)."""
    until = http_date(response.headers.get("Retry-After", ""))
    if until:
        answered = http_date(response.headers.get("Date", "")) or datetime.now(UTC)
        response.headers["Retry-After"] = str(max(0, round((until - answered).total_seconds())))


def _remove_leftovers() -> None:
    """A worker that was killed, or that Airflow ended, could not remove its folder with the password."""
    for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        owner = left.name.removeprefix(_FOLDER).partition("-")[0]
        with suppress(OSError):
            if left.stat().st_uid == os.getuid() and not (owner.isdigit() and psutil.pid_exists(int(owner))):
                shutil.rmtree(left)


@contextmanager
def _surroundings(folder: Path) -> "Iterator[None]":
    argv, sys.argv = sys.argv, ["heritage"]
    before = os.environ.get("PYWIKIBOT_DIR")
    os.environ["PYWIKIBOT_DIR"] = str(folder)
    try:
        yield
    finally:
        sys.argv = argv
        if before is None:
            del os.environ["PYWIKIBOT_DIR"]
        else:
            os.environ["PYWIKIBOT_DIR"] = before


class _Forward(logging.Handler):
    """Warnings of pywikibot in our log; requests and answers, which hold tokens, stay out of it, and so do
    tracebacks and what the API calls an error: it is told by the error that we raise, or passed when a
    repetition worked."""

    def emit(self, record: logging.LogRecord) -> None:
        first = record.getMessage().partition("\n")[0]
        if not first.startswith(("Traceback", "API error")):
            logger.log(record.levelno, "pywikibot: %s", first)


@cache
def _family(api_url: str) -> Any:
    from pywikibot import family

    parts = urlsplit(api_url)

    class OneWiki(family.SingleSiteFamily, family.DefaultWikibaseFamily):  # type: ignore[misc]
        name = "wiki" + hashlib.sha256(api_url.encode()).hexdigest()[:12]
        domain = parts.netloc

        # pywikibot looks for a parameter of the name `code`
        def protocol(self, code: str) -> str:  # noqa: ARG002
            return parts.scheme

        def scriptpath(self, code: str) -> str:  # noqa: ARG002
            return parts.path.removesuffix("/api.php")

    return OneWiki()


def _keep_password(config: Any, family: str, access: WikiAccess) -> None:
    """pywikibot takes passwords from a file, also when a session is lost and it logs in again."""
    path = Path(config.base_dir, "passwords")
    name, _, suffix = str(access.user).partition("@")
    secret = f"BotPassword({suffix!r}, {access.password!r})" if suffix else repr(access.password)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(f"({family!r}, {family!r}, {name!r}, {secret})\n")
    config.password_file = str(path)
