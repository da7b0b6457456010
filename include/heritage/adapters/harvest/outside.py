"""Keeps redirects and links of a publisher out of our own network."""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.request import getproxies

from heritage.adapters.harvest.faults import Lasting


def resolved(host: str) -> list[str]:
    """The addresses of a host; none when it has no name here, as behind a proxy."""
    try:
        return [str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(host, None)]
    except (OSError, UnicodeError):
        return []


class Outside:
    """Refuses what leads from a public address to one that only this machine can reach.

    A register on our own network may redirect within it.
    """

    def __init__(self, resolve: Callable[[str], Iterable[str]] = resolved) -> None:
        self._resolve = resolve

    def judge(self, asked: str, host: str) -> None:
        """Raises Lasting when `asked` is public and `host` is not."""
        if host != asked and self._public(asked) and not self._public(host):
            raise Lasting(f"it leads to {host}, which is no public address")

    def watch(self, asked: str) -> Callable[[str, Mapping[str, Any]], None]:
        """A trace for httpx that judges the address a redirect or link is connected to, before a byte is
        sent: a name may mean another address than a moment ago (DNS rebinding)."""
        to = asked
        proxied = bool(getproxies())  # then the proxy looks names up, and is all that we connect to

        def trace(event: str, info: Mapping[str, Any]) -> None:
            nonlocal to
            if event == "connection.connect_tcp.started":
                to = info["host"]
            elif event == "connection.connect_tcp.complete" and not proxied and to != asked:
                address = str(info["return_value"].get_extra_info("server_addr")[0]).partition("%")[0]
                if self._public(asked) and not ipaddress.ip_address(address).is_global:
                    raise Lasting(f"it leads to {to}, which is {address} and no public address")

        return trace

    def _public(self, host: str) -> bool:
        return all(ipaddress.ip_address(address).is_global for address in self._resolve(host))
