"""Starting a sandbox in a test and steering it.

with running(tmp_path / "wiki.sqlite") as sandbox:
    sandbox.seed(entities=[{"id": "Q5", "labels": {"en": "human"}}])
    sandbox.fault("lost-response", match={"action": "wbeditentity"})
    ...  # drive sandbox.api_url with the client under test
    assert len(sandbox.edits()) == 1
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from wikibase_sandbox.server import API_PATH, SandboxServer, open_wiki
from wikibase_sandbox.session import Account
from wikibase_sandbox.store import utc_now
from wikibase_sandbox.types import Json

OAUTH = ("consumer-token", "consumer-secret", "access-token", "access-secret")
BOT = Account("Bot", "bot-password", frozenset({"bot"}), oauth=OAUTH)
PERSON = Account("Person", "person-password")
ADMIN = Account("Admin", "admin-password", frozenset({"sysop"}))
ACCOUNTS = (BOT, PERSON, ADMIN)
"""The accounts of a sandbox in tests, unless others are given."""


class Sandbox:
    """The control handle of a running sandbox."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.api_url = base_url + API_PATH
        self._http = httpx.Client(base_url=base_url, trust_env=False, timeout=30)

    @property
    def port(self) -> int:
        return int(self.base_url.rpartition(":")[2])

    def seed(self, **given: Any) -> int:
        """Load entities, pages and settings (see `seed.seed`); return how many were new."""
        return int(self._control("POST", "/sandbox/seed", given)["created"])

    def fault(
        self,
        kind: str,
        *,
        times: int | None = 1,
        after: int = 0,
        match: Mapping[str, str] | None = None,
        seconds: float = 0.0,
    ) -> None:
        """Let a fault wait for matching requests; see `faults.KINDS`."""
        body = {
            "kind": kind,
            "times": times,
            "after": after,
            "match": dict(match or {}),
            "seconds": seconds,
        }
        self._control("POST", "/sandbox/faults", body)

    def waiting_faults(self) -> list[Json]:
        """Return the faults that have not struck as often as they were to."""
        found: list[Json] = self._control("GET", "/sandbox/faults")["faults"]
        return found

    def clear_faults(self) -> None:
        """Forget all faults that have not struck yet."""
        self._control("DELETE", "/sandbox/faults")

    def edits(self, since: int = 0) -> list[Json]:
        """Return the accepted edits after a revision, oldest first, without seeding."""
        found: list[Json] = self._control("GET", f"/sandbox/edits?since={since}")["edits"]
        return found

    def requests(self) -> Json:
        """Return how many requests the API got: `total`, by action in `actions`, and `writes`."""
        return self._control("GET", "/sandbox/requests")

    def entity(self, entity_id: str) -> Json:
        """Return what is stored for an entity now."""
        return self._control("GET", f"/sandbox/entities/{entity_id}")

    def close(self) -> None:
        self._http.close()

    def _control(self, method: str, path: str, body: Json | None = None) -> Json:
        response = self._http.request(method, path, json=body)
        if response.status_code != 200:
            raise ValueError(f"{method} {path}: {response.text}")
        answer: Json = response.json()
        return answer


@contextmanager
def running(
    db_path: Path,
    *,
    accounts: Iterable[Account] = ACCOUNTS,
    port: int = 0,
    now: Callable[[], str] = utc_now,
) -> Iterator[Sandbox]:
    """Run a sandbox in a thread of this process for the length of a `with` block; `now` is its clock."""
    ready = threading.Event()
    wiki = open_wiki(db_path, accounts, now)
    server = SandboxServer(wiki, port, lambda _url: ready.set())
    thread = threading.Thread(target=server.serve_until_stopped, name="sandbox", daemon=True)
    thread.start()
    if not ready.wait(30):
        raise RuntimeError("the sandbox did not start within 30 seconds")
    sandbox = Sandbox(server.base_url)
    try:
        yield sandbox
    finally:
        sandbox.close()
        server.should_exit = True
        thread.join()
        wiki.store.close()


@contextmanager
def running_process(
    db_path: Path, *, arguments: Iterable[str] = (), port: int = 0
) -> Iterator[tuple[Sandbox, "subprocess.Popen[str]"]]:
    """Run `python -m wikibase_sandbox` for the length of a `with` block; a test may kill it."""
    command = [sys.executable, "-m", "wikibase_sandbox", "--db", str(db_path), "--port", str(port)]
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(  # noqa: S603
        [*command, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith("sandbox ready "):
            raise RuntimeError(f"the sandbox did not start: {line!r}")
        sandbox = Sandbox(line.split()[-1].removesuffix(API_PATH))
        try:
            yield sandbox, process
        finally:
            sandbox.close()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)
        if process.stdout:
            process.stdout.close()
