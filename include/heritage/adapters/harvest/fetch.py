"""Downloads a register's file politely, or takes one from disk."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from heritage.errors import SourceChanged, SourceUnavailable
from heritage.ports.clock import Clock
from heritage.ports.files import FetchedFile
from heritage.spec.loader import LoadedSpec

_KEPT_HEADERS = ("content-type", "content-length", "content-encoding", "etag", "last-modified", "date")
_LATER = (408, 425, 429)


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How patient we are with a publisher. `user_agent` names us and how to reach us.

    `mirror` is a base address that holds `<country>/<dataset>/samples/<file>` and is asked instead.
    """

    user_agent: str
    mirror: str | None = None
    attempts: int = 4
    wait_s: float = 2.0
    longest_wait_s: float = 120.0
    silence_s: float = 60.0
    download_s: float = 3600.0
    largest_bytes: int = 2 << 30


def resolved(host: str) -> list[str]:
    """The addresses of a host; none when it has no name here, as behind a proxy."""
    try:
        return [str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(host, None)]
    except OSError:
        return []


class HttpFetcher:
    """Port Fetcher over http(s). Waits as the server asks (Retry-After), up to a limit, and tries again."""

    def __init__(
        self,
        settings: HttpSettings,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
        resolve: Callable[[str], Iterable[str]] = resolved,
    ) -> None:
        self._settings, self._clock, self._sleep, self._resolve = settings, clock, sleep, resolve

    def fetch(self, loaded: LoadedSpec) -> list[FetchedFile]:
        """The register's one file.

        Raises SourceUnavailable after the last attempt, SourceChanged when there is nothing to fetch.
        """
        spec, settings = loaded.spec, self._settings
        url = spec.harvest.url
        if settings.mirror:
            place = f"{loaded.folder.parent.name}/{spec.id}/samples/{spec.harvest.file_name}"
            url = f"{settings.mirror.rstrip('/')}/{place}"
        if urlsplit(url).scheme not in ("http", "https"):
            raise SourceChanged(f"{spec.id}: {url} is not an http(s) address; change harvest.url")
        retrying = Retrying(
            stop=stop_after_attempt(settings.attempts),
            wait=self._pause,
            retry=retry_if_exception_type(_Passing),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            content, headers = retrying(self._download, url)
        except _Passing as error:
            raise SourceUnavailable(
                f"{spec.id}, {spec.harvest.file_name}: {url} could not be fetched in {settings.attempts} "
                f"attempts: {error}. The last good snapshot stays; try again later."
            ) from error
        except _Lasting as error:
            raise SourceChanged(
                f"{spec.id}, {spec.harvest.file_name}: {url}: {error}. Look at the register's page and "
                "change harvest.url; the last good snapshot stays."
            ) from error
        return [FetchedFile(spec.harvest.file_name, content, url, headers)]

    def _download(self, url: str) -> tuple[bytes, dict[str, str]]:
        settings, began = self._settings, time.monotonic()
        headers = {"User-Agent": settings.user_agent}
        try:
            with (
                httpx.Client(
                    headers=headers,
                    timeout=settings.silence_s,
                    follow_redirects=True,
                    max_redirects=5,
                    event_hooks={"request": [self._keeps_outside(httpx.URL(url).host)]},
                ) as client,
                client.stream("GET", url) as answer,
            ):
                self._judge(answer)
                chunks, size = [], 0
                for chunk in answer.iter_bytes():
                    chunks.append(chunk)
                    size += len(chunk)
                    if size > settings.largest_bytes:
                        raise _Lasting(f"the file is larger than {settings.largest_bytes} bytes")
                    if time.monotonic() - began > settings.download_s:
                        raise _Passing(f"the download took longer than {settings.download_s:g} s")
                kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
                return b"".join(chunks), kept
        except httpx.TimeoutException as error:
            raise _Passing(f"no answer within {settings.silence_s:g} s") from error
        except httpx.RemoteProtocolError as error:
            raise _Passing(f"the file was cut short: {error}") from error
        except (
            httpx.TooManyRedirects,
            httpx.UnsupportedProtocol,
            httpx.InvalidURL,
            httpx.DecodingError,
        ) as error:
            raise _Lasting(str(error)) from error
        except httpx.TransportError as error:
            raise _Passing(f"not reachable ({error or type(error).__name__})") from error

    def _keeps_outside(self, asked: str) -> Callable[[httpx.Request], None]:
        """Refuses what leads from a public address into our own network: a publisher's redirect must not
        read what only this machine can reach."""

        def check(request: httpx.Request) -> None:
            host = request.url.host
            if host != asked and not self._public(host) and self._public(asked):
                raise _Lasting(f"it leads to {host}, which is no public address")

        return check

    def _public(self, host: str) -> bool:
        return all(ipaddress.ip_address(address).is_global for address in self._resolve(host))

    def _judge(self, answer: httpx.Response) -> None:
        if answer.status_code == 200:
            return
        said = f"the server answered {answer.status_code} {answer.reason_phrase}".strip()
        if answer.status_code in _LATER or answer.status_code >= 500:
            raise _Passing(said, self._asked_wait(answer.headers.get("retry-after", "")))
        raise _Lasting(said)

    def _asked_wait(self, text: str) -> float | None:
        """Seconds of a Retry-After header, which holds seconds or a date; None without a readable one."""
        if text.strip().isdigit():
            return float(text)
        try:
            until = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - self._clock.now()).total_seconds())

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, _Passing) else None
        backoff = self._settings.wait_s * 2 ** (state.attempt_number - 1)
        return float(min(asked if asked is not None else backoff, self._settings.longest_wait_s))


class FileFetcher:
    """Port Fetcher that takes a file from disk instead of asking the publisher."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fetch(self, loaded: LoadedSpec) -> list[FetchedFile]:
        """The file under its own name. Raises SourceUnavailable naming what is missing."""
        name = self._path.name
        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise SourceUnavailable(
                f"{loaded.spec.id}: the file {self._path} cannot be read: {error.strerror or error}"
            ) from error
        changed = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        return [
            FetchedFile(name.lstrip("."), content, f"file:{name}", {"last-modified": changed.isoformat()})
        ]


class _Passing(Exception):
    """Worth another attempt, after `wait` seconds when the server named them."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class _Lasting(Exception):
    """Another attempt would end the same."""
