"""A real Airflow API server on loopback, in processes of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from installation import ROOT, settings_in

sys.path.append(str(ROOT / "scripts"))
from local_airflow import BIN, HOST, AirflowApi, environment, free_port
from processes import Processes


class Server:
    """Where it listens, and the environment of its processes."""

    def __init__(self, base: str, env: dict[str, str], home: Path) -> None:
        self.base, self.env, self._home = base, env, home

    @contextmanager
    def client(self, user: str | None = None) -> Iterator[httpx.Client]:
        """Somebody who is logged in with the token of Airflow's simple auth manager, or a stranger."""
        with httpx.Client(base_url=self.base, trust_env=False, timeout=120) as client:
            if user:
                password = json.loads((self._home / "passwords.json").read_text())[user]
                answer = client.post("/auth/token", json={"username": user, "password": password})
                token = answer.raise_for_status().json()["access_token"]
                client.headers["Authorization"] = f"Bearer {token}"
            yield client

    def said(self) -> str:
        """Everything that it has written into its logs."""
        logs = (self._home.parent / "logs").rglob("*")
        return "\n".join(path.read_text(errors="replace") for path in logs if path.is_file())

    def airflow(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs `airflow …` beside the server."""
        command = [str(BIN / "airflow"), *arguments]
        return subprocess.run(
            command, env=self.env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1200
        )


@contextmanager
def serving(database: Path, folder: Path, users: dict[str, str], **settings: str) -> Iterator[Server]:
    """Runs the server over a copy of a migrated database, until the block is left."""
    home = folder / "airflow"
    port = free_port()
    env = environment(home, port, users, settings_in(folder, **settings))
    shutil.copyfile(database, home / "airflow.db")
    with Processes(folder / "logs", grace=1) as processes:
        processes.start("api-server", [str(BIN / "airflow"), "api-server"], env, ROOT)
        base = f"http://{HOST}:{port}"
        for _ in AirflowApi(base, processes).every(0.2, 300, "The API server does not answer"):
            try:
                httpx.get(f"{base}/api/v2/monitor/health", trust_env=False)
                break
            except httpx.TransportError:
                continue
        yield Server(base, env, home)
