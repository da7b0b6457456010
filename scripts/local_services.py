"""What the demo and `scripts/up` have around Airflow: the local wiki, the bundled registers, the settings."""

import json
import os
import re
import secrets
import sys
import time
from pathlib import Path

from local_airflow import HOST, ROOT
from processes import Processes

DEMO = ROOT / "demo"
BOT = "HeritageGuardBot"
USERS = (
    {"admin": "admin", "demo-secretary": "user", "demo-observer": "viewer"}
    | {f"demo-member-{number}": "user" for number in range(1, 8)}
    | {f"demo-panel-{number}": "user" for number in range(1, 4)}
)
"""Airflow users and their roles; what they are beside that says datasets/_demo/governance.yaml."""


def start_sandbox(processes: Processes) -> str:
    """Starts the local wiki and gives the Airflow connection to it."""
    password_file = DEMO / "bot-password"
    if not password_file.exists():
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_hex(16))
    demo_data = ROOT / "datasets" / "_demo"
    command = [sys.executable, "-m", "wikibase_sandbox", "--db", str(DEMO / "sandbox.sqlite"), "--port", "0"]
    command += ["--seed", str(demo_data / "properties.jsonl"), "--seed", str(demo_data / "items.jsonl")]
    command += ["--user", BOT, "--password-file", str(password_file)]
    env = os.environ | {"PYTHONPATH": str(ROOT / "include"), "PYTHONUNBUFFERED": "1"}
    log = processes.start("sandbox", command, env, ROOT)
    api = said(processes, log, r"sandbox ready (\S+)")
    account = {"login": BOT, "password": password_file.read_text(), "extra": {"target": "sandbox"}}
    return json.dumps({"conn_type": "generic", "host": api} | account)


def start_mirror(processes: Processes) -> str:
    """Serves the bundled register extracts over HTTP, so that harvesting does its real work."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", HOST]
    log = processes.start("registers", [*command, "--directory", str(ROOT / "datasets")], os.environ, ROOT)
    port = said(processes, log, r"port (\d+)")
    return f"http://{HOST}:{port}"


def said(processes: Processes, log: Path, pattern: str) -> str:
    """What a process printed when it was ready."""
    for _ in range(300):
        processes.check()
        found = re.search(pattern, log.read_text(errors="replace"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"{log.stem} did not become ready; see {log}")


def heritage_settings(mirror: str) -> dict[str, str]:
    """The product's settings for this machine."""
    return {
        "HERITAGE_DATA_URL": str(DEMO / "data"),
        "HERITAGE_DATABASE_URL": f"sqlite:///{DEMO / 'heritage.sqlite'}",
        "HERITAGE_MIRROR": mirror,
        "HERITAGE_WIKIDATA_DUMP": str(ROOT / "datasets" / "_demo" / "items.jsonl"),
        "HERITAGE_GOVERNANCE": str(ROOT / "datasets" / "_demo" / "governance.yaml"),
        "HERITAGE_CAMPAIGNS": str(ROOT / "datasets" / "_demo" / "campaigns"),
        "HERITAGE_REPORTS": str(DEMO / "reports"),
        "HERITAGE_CONTACT": "demo on a local machine",
        "HERITAGE_SAMPLE": "true",
        "HERITAGE_WIKI_EDITS_PER_MINUTE": "1200",
        "HERITAGE_ROUND_POLL_SECONDS": "5",
    }
