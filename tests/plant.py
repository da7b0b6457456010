"""The server of docker-compose.yaml without containers: the same commands with the same environment, as plain
processes over a real PostgreSQL and a real Redis.

What only a container has is put in its place: host names become ports of 127.0.0.1, /run/secrets, /opt and
volumes folders of a temporary one. `restart: unless-stopped` is kept by whoever waits (`Plant.check`).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from installation import ROOT

sys.path.append(str(ROOT / "scripts"))
from local_airflow import BIN, HOST, AirflowApi, free_port
from processes import Processes

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DEPOTS = ("postgres", "redis", "storage")


class Plant:
    """Its processes by name; `worker-1` and `worker-2` are the replicas of one service."""

    def __init__(self, folder: Path, processes: Processes, quicker: Mapping[str, str]) -> None:
        self.folder, self.logs = folder, processes.logs
        self.cluster = Path(tempfile.mkdtemp(prefix="heritage-pg-"))  # PostgreSQL's user must get there
        self.restarts: Counter[str] = Counter()
        self._processes, self._quicker = processes, dict(quicker)
        self._started: Counter[str] = Counter()
        named = ("postgres", "redis", "storage", "api-server", "health")
        self._ports = {name: free_port() for name in named}
        self._user = "postgres" if os.geteuid() == 0 else None
        self._programs = postgresql_programs()
        subprocess.run(
            [sys.executable, ROOT / "deploy" / "secrets", folder / "secrets"]
            + [f"--{name}={HOST}:{self._ports[name]}" for name in ("postgres", "redis")],
            check=True,
            capture_output=True,
        )

    @property
    def base(self) -> str:
        """Where the API server listens."""
        return f"http://{HOST}:{self._ports['api-server']}"

    def secret(self, name: str) -> str:
        return (self.folder / "secrets" / name).read_text()

    def secrets(self) -> dict[str, str]:
        """What may stand nowhere else, by what it is."""
        kept = self.folder / "secrets"
        files = (file for name in ("*_password", "*_key", "jwt_secret") for file in kept.glob(name))
        return {file.name: file.read_text() for file in files} | {
            "storage": self.secret("storage_credentials").rsplit("= ", 1)[1].strip()
        }

    def dump(self, database: str) -> str:
        """All that a database holds, as text."""
        env = os.environ | {"PGPASSWORD": self.secret("postgres_password")}
        where = ["-h", HOST, "-p", str(self._ports["postgres"]), "-U", "postgres", database]
        done = subprocess.run([self._programs / "pg_dump", *where], env=env, capture_output=True, check=True)
        return done.stdout.decode("utf-8", "replace")

    def storage(self) -> dict[str, str]:
        """The variables by which storage is found."""
        given = self._environment("worker-1")
        return {name: value for name, value in given.items() if name.startswith(("AWS_", "HERITAGE_DATA"))}

    def start(self, name: str) -> None:
        """Starts a service, or starts it again."""
        command, env = self._command(name), self._environment(name)
        self._started[name] += 1
        run = f"{name}.{self._started[name]}"
        if name == "postgres" and self._user:
            command = [
                "setpriv",
                f"--reuid={self._user}",
                "--clear-groups",
                f"--regid={self._user}",
                *command,
            ]
        self._processes.start(run, command, env, ROOT)

    def kill(self, name: str) -> None:
        """Kills a service with all of its processes at once."""
        self._processes.kill(f"{name}.{self._started[name]}")

    def check(self) -> None:
        """Starts again what has ended by itself, as `restart: unless-stopped` says."""
        for name, times in self._started.items():
            if self._processes.ended(f"{name}.{times}"):
                self._processes.kill(f"{name}.{times}")
                self.restarts[name] += 1
                self.start(name)

    def run(self, name: str, *command: str, **env: str) -> str:
        """Runs a service that ends, or another command in its place, to the end; gives what was printed."""
        done = subprocess.run(
            command or self._command(name),
            env=self._environment(name) | env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,
        )
        assert done.returncode == 0, f"{name} ended with {done.returncode}:\n{done.stdout[-3000:]}"
        return done.stdout

    def works(self, name: str) -> bool:
        """Whether a worker has a task in hand: one of its supervisors has made a process for it."""
        try:
            main = psutil.Process(self._processes.pid(f"{name}.{self._started[name]}"))
            return any(
                " ".join(one.cmdline()).startswith("airflow supervisor") and one.children()
                for one in main.children()
            )
        except psutil.NoSuchProcess:  # it ended while we looked
            return False

    def initdb(self) -> None:
        """What the image of PostgreSQL does at its first start."""
        own = Path(shutil.copy(self.folder / "secrets" / "postgres_password", self.cluster / "password"))
        if self._user:
            shutil.chown(self.cluster, self._user)
            shutil.chown(own, self._user)
        users = ("-U", "postgres", f"--pwfile={own}", "--auth=scram-sha-256")
        done = subprocess.run(
            [self._programs / "initdb", "-D", self.cluster / "data", *users, "-E", "UTF8", "--no-sync"],
            user=self._user,
            cwd=self.cluster,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"initdb: {done.stdout}{done.stderr}"

    def make_databases(self) -> None:
        """What it does then: the scripts that are given to it."""
        env = os.environ | {
            "PGHOST": HOST,
            "PGPORT": str(self._ports["postgres"]),
            "PGUSER": "postgres",
            "PGPASSWORD": self.secret("postgres_password"),
            "HERITAGE_SECRETS": str(self._secrets("postgres")),
        }
        subprocess.run(
            [ROOT / "deploy" / "postgresql" / "databases.sh"], env=env, check=True, capture_output=True
        )

    def answers(self, name: str) -> bool:
        """Whether PostgreSQL, Redis or the storage takes requests."""
        if name == "storage":
            with suppress(httpx.TransportError):
                return httpx.get(f"http://{HOST}:{self._ports[name]}/", trust_env=False).is_success
            return False
        if name == "postgres":
            where = ["--host", HOST, "--port", str(self._ports[name])]
            ready = [str(self._programs / "pg_isready"), "--quiet", *where]
            return subprocess.run(ready, check=False).returncode == 0
        asked = ["redis-cli", "-p", str(self._ports["redis"]), "ping"]
        env = os.environ | {"REDISCLI_AUTH": self.secret("redis_password")}
        return subprocess.run(asked, env=env, capture_output=True, text=True, check=False).stdout == "PONG\n"

    def _command(self, name: str) -> list[str]:
        service = service_of(name)
        command = [self._here(service, part) for part in SERVICES[service]["command"]]
        port = str(self._ports.get(service, 0))
        if service == "postgres":
            where = ["-D", str(self.cluster / "data"), "-k", str(self.cluster), "-p", port]
            where += ["-c", f"listen_addresses={HOST}"]
            return [str(self._programs / "postgres"), *command[1:], *where]
        if service == "redis":
            return [*command, "--port", port, "--bind", HOST]
        if service == "storage":  # moto speaks S3 as SeaweedFS does
            return [str(BIN / "moto_server"), "-H", HOST, "-p", port]
        if service == "worker":
            return [*command, "--celery-hostname", f"{name}@{HOST}"]
        return command

    def _secrets(self, service: str) -> Path:
        """/run/secrets of a service: the files that it is given, and no others."""
        here = self.folder / "run" / service
        if not here.exists():
            here.mkdir(parents=True)
            for one in SERVICES[service].get("secrets", []):
                given = one if isinstance(one, dict) else {"source": one, "target": one}
                shutil.copy(self.folder / "secrets" / given["source"], here / given["target"])
        return here

    def _environment(self, name: str) -> dict[str, str]:
        service = service_of(name)
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "HERITAGE_"))
        }
        if service in DEPOTS:
            return inherited
        home = self.folder / "home" / name
        (home / "tmp").mkdir(parents=True, exist_ok=True)
        given = {
            key: self._here(service, str(value)) for key, value in SERVICES[service]["environment"].items()
        }
        return (
            inherited
            | given
            | {
                "HOME": str(home),
                "TMPDIR": str(home / "tmp"),
                "AIRFLOW_HOME": str(home),
                "PATH": f"{BIN}:{os.environ.get('PATH', '')}",
                "PYTHONPATH": str(ROOT / "include"),
                "PYTHONUNBUFFERED": "1",
                "NO_PROXY": HOST,
                "AIRFLOW__API__HOST": HOST,
                "AIRFLOW__API__PORT": str(self._ports["api-server"]),
                "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": HOST,
                "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self._ports["health"]),
            }
            | self._quicker
        )

    def _here(self, service: str, text: str) -> str:
        """A value of docker-compose.yaml as it is in this folder."""
        text = re.sub(
            r"\$\{(\w+)(?::([-?])([^}]*))?\}",
            lambda found: self._quicker.get(found[1]) or (found[3] if found[2] == "-" else ""),
            text,
        )
        text = re.sub(r"//(api-server|storage):\d+", lambda found: f"//{HOST}:{self._ports[found[1]]}", text)
        for inside, here in {
            "/run/secrets": self._secrets(service),
            "/opt/airflow/logs": self.folder / "task-logs",
            "/opt/heritage": ROOT,
            "/etc/redis.conf": ROOT / "deploy" / "redis.conf",
            "/data": self.folder / "redis",
            "/backups": self.folder / "backups",
        }.items():
            text = re.sub(rf"^{inside}(?=/|$)|(?<=[\s\"]){inside}(?=/)", str(here), text)
        return text


@contextmanager
def plant(
    folder: Path, quicker: Mapping[str, str], connections: Mapping[str, Any]
) -> Iterator[tuple[Plant, AirflowApi]]:
    """The server, ready for work, with somebody logged in as its administrator."""
    for name in ("redis", "secrets"):
        (folder / name).mkdir(parents=True)
    (folder / "secrets" / "connections.json").write_text(json.dumps(connections))
    with Processes(folder / "logs", grace=3) as processes:
        made = Plant(folder, processes, quicker)
        airflow = AirflowApi(made.base, made)
        try:
            made.initdb()
            for name in DEPOTS:
                made.start(name)
            for _ in airflow.every(0.2, 120, "PostgreSQL, Redis or the storage does not answer"):
                if all(map(made.answers, DEPOTS)):
                    break
            made.make_databases()
            made.run("init")
            for name in ("api-server", "scheduler", "dag-processor", "triggerer", "worker-1", "worker-2"):
                made.start(name)
            airflow.wait_healthy(600)
            airflow.log_in("admin", made.secret("admin_password"))
            yield made, airflow
        finally:
            shutil.rmtree(made.cluster, ignore_errors=True)


def service_of(name: str) -> str:
    """The service of a process: `worker-2` is one of its replicas."""
    return re.sub(r"-\d+$", "", name)


def postgresql_programs() -> Path:
    """Where Debian keeps the newest PostgreSQL."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return debian[-1].parent


def missing() -> str:
    """What this machine lacks for a plant, in words."""
    lacks = [] if shutil.which("redis-server") else ["redis-server"]
    if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        lacks.append("PostgreSQL")
    return " and ".join(lacks)
