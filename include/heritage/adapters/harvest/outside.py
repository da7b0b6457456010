"""Keeps redirects and links of a publisher out of our own network."""

import ipaddress
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
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
    """Refuses what leads to an address that only this machine or its network can reach.

    Only a register whose description says so is there: its host is such an address itself, or localhost, or a
    name in `private`. It may redirect within that network; nobody else may lead into it, nor may a name that
    looks public turn out to be there (DNS rebinding).
    """

    def __init__(
        self, resolve: Callable[[str], Iterable[str]] = resolved, private: Collection[str] = ()
    ) -> None:
        self._resolve, self._private = resolve, {name.lower() for name in private}

    def judge(self, asked: str, host: str) -> None:
        """Raises Lasting when `host` is not public and the register at `asked` may not lead there."""
        inside = self._inside(host)
        if inside and not self._may_lead(asked, host):
            raise _refused(asked, host, inside)

    def watch(self, asked: str) -> Callable[[str, Mapping[str, Any]], None]:
        """A trace for httpx that judges the address that is connected to, before a byte is sent: a name may
        mean another address than a moment ago."""
        to = asked
        proxied = bool(getproxies())  # then the proxy looks names up, and is all that we connect to

        def trace(event: str, info: Mapping[str, Any]) -> None:
            nonlocal to
            if event == "connection.connect_tcp.started":
                to = info["host"]
            elif event == "connection.connect_tcp.complete" and not proxied:
                address = str(info["return_value"].get_extra_info("server_addr")[0]).partition("%")[0]
                if not _is_public(address) and not self._may_lead(asked, to):
                    raise _refused(asked, to, address)

        return trace

    def _may_lead(self, asked: str, host: str) -> bool:
        own = asked in self._private or asked == "localhost" or _is_address(asked)
        return own and (host == asked or self._inside(asked) is not None)

    def _inside(self, host: str) -> str | None:
        """An address of the host that is not public; None where all are."""
        return next((address for address in self._resolve(host) if not _is_public(address)), None)


def _refused(asked: str, host: str, address: str) -> Lasting:
    if host == asked:
        hint = f"if the register is on your own network, add {host} to HERITAGE_PRIVATE_HOSTS"
        return Lasting(f"{host} is {address}, no public address; {hint}")
    found = "which is" if host == address else f"which is {address} and"
    return Lasting(f"it leads to {host}, {found} no public address")


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_OF_V4 = tuple(map(ipaddress.ip_network, ("::/96", "2002::/16")))
"""Ways to write an address of IPv4 that nobody uses any more, and that lead wherever that address does."""


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address)
    if found in _NAT64:  # how a network that has IPv6 only reaches all others
        found = ipaddress.IPv4Address(found.packed[-4:])
    if found.is_multicast or getattr(found, "is_site_local", False) or any(found in one for one in _OF_V4):
        return False
    return found.is_global


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
