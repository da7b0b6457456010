"""How registers are asked for and unpacked here: what the settings say, and else the usual limits."""

import ipaddress
import logging
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from heritage.adapters.clock import SystemClock
from heritage.adapters.harvest import ArchiveLimits, FileFetcher, HttpFetcher, HttpSettings
from heritage.ports.files import Fetcher
from heritage.spec.source import SourceSpec
from heritage.wiring.settings import Settings

log = logging.getLogger(__name__)


def http_settings(settings: Settings, address: str, scratch: Path | None = None) -> HttpSettings:
    """How the register at `address` is asked for; warns when a publisher would not learn who asks."""
    host = _public_host(settings.mirror or address)
    if host and not settings.contact:
        log.warning(
            "%s is asked without saying who asks: set HERITAGE_CONTACT to an address or a page, so that the "
            "publisher can write to you.",
            host,
        )
    return HttpSettings(
        settings.user_agent,
        scratch or settings.scratch_folder,
        settings.mirror,
        settings.private_host_names,
        **_set(settings, "http_", HttpSettings),
    )


def fetcher(spec: SourceSpec, settings: Settings, source: Path | None) -> Fetcher:
    """What asks the publisher, or reads `source`, a file or folder, in its place."""
    if source is not None:
        return FileFetcher(source)
    return HttpFetcher(http_settings(settings, spec.harvest.url), SystemClock())


def archive_limits(settings: Settings) -> ArchiveLimits:
    """What an archive may hold."""
    return ArchiveLimits(**_set(settings, "archive_", ArchiveLimits))


def _set(settings: Settings, prefix: str, limits: type[Any]) -> dict[str, Any]:
    """The limits that the settings change."""
    said = {field.name: getattr(settings, f"{prefix}{field.name}", None) for field in fields(limits)}
    return {name: value for name, value in said.items() if value is not None}


def _public_host(address: str) -> str | None:
    """The host of an address, unless it says itself that it is none of the internet."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return None  # no address at all, as the pull will say
    if host is None or host == "localhost" or host.endswith(".invalid"):
        return None
    try:
        return host if ipaddress.ip_address(host).is_global else None
    except ValueError:
        return host
