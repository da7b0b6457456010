"""Running the sandbox on the loopback interface."""

import asyncio
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from wikibase_sandbox.app import build
from wikibase_sandbox.faults import Faults
from wikibase_sandbox.index import StoredWorld
from wikibase_sandbox.oauth import Signatures
from wikibase_sandbox.session import Account, Accounts, Sessions
from wikibase_sandbox.store import Store, utc_now
from wikibase_sandbox.traffic import Traffic
from wikibase_sandbox.wiki import Wiki

LOOPBACK = "127.0.0.1"
API_PATH = "/w/api.php"


def open_wiki(path: Path, accounts: Iterable[Account], now: Callable[[], str] = utc_now) -> Wiki:
    """Open the file of a sandbox, making it if it is not there; `now` is its clock, for tests."""
    store = Store(path, now)
    known = Accounts(accounts)
    return Wiki(
        store, StoredWorld(store), known, Sessions(store, known), Faults(), Signatures(known), Traffic()
    )


class _Connections:
    """Open client connections by address, so that a fault can cut one in the middle."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        connections = self._open

        class Protocol(H11Protocol):
            """The usual protocol, which also says who is connected."""

            def connection_made(self, transport: Any) -> None:
                super().connection_made(transport)
                connections[transport.get_extra_info("peername")] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                connections.pop(self.transport.get_extra_info("peername"), None)

        return Protocol

    def cut(self, client: tuple[str, int]) -> None:
        transport = self._open.get(client)
        if transport is not None:
            transport.abort()


class SandboxServer(uvicorn.Server):
    """A server that says when it really answers."""

    def __init__(self, wiki: Wiki, port: int, ready: Callable[[str], None]) -> None:
        connections = _Connections()
        super().__init__(
            uvicorn.Config(
                build(wiki, connections.cut),
                http=connections.protocol(),
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,
                # Requests that a fault keeps waiting must not hold up the end.
                timeout_graceful_shutdown=1,
            )
        )
        self._socket = socket.create_server((LOOPBACK, port))
        self.base_url = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}"
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then tell."""
        await super().startup(sockets)
        self._ready(self.base_url + API_PATH)

    def serve_until_stopped(self) -> None:
        """Answer requests until a signal arrives or `should_exit` is set."""
        self.run(sockets=[self._socket])
