"""What was acknowledged is still there after the process was killed in the middle of many edits."""

import json
import signal
import threading
from pathlib import Path

import httpx
from sandbox_harness import label

from wikibase_sandbox.testing import Sandbox, running_process

ENOUGH = 25
"""Acknowledged edits after which the process is killed; the writers go on until they notice."""


def log_in(client: httpx.Client) -> str:
    """Return the edit token of a new session."""
    fixed = {"format": "json", "formatversion": "2"}

    def call(**params: str) -> dict[str, dict[str, dict[str, str]]]:
        answer: dict[str, dict[str, dict[str, str]]] = client.post("/w/api.php", data=fixed | params).json()
        return answer

    token = call(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
    call(action="login", lgname="Bot@tests", lgpassword="secret", lgtoken=token)
    return call(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]


def write_until_killed(
    sandbox: Sandbox, name: str, acknowledged: dict[str, str], full: threading.Event
) -> None:
    """Create items one after the other and note each that was answered."""
    with httpx.Client(base_url=sandbox.base_url, trust_env=False) as client:
        token = log_in(client)
        for number in range(10_000):
            text = f"{name} {number}"
            params = {"action": "wbeditentity", "new": "item", "data": json.dumps(label(text))}
            params |= {"token": token, "format": "json", "formatversion": "2"}
            try:
                entity = client.post("/w/api.php", data=params).json()["entity"]
            except httpx.TransportError:
                return
            acknowledged[entity["id"]] = text
            if len(acknowledged) >= ENOUGH:
                full.set()


def test_killed_in_the_middle_of_edits(tmp_path: Path) -> None:
    database, password = tmp_path / "wiki.sqlite", tmp_path / "password"
    password.write_text("secret\n")
    arguments = ["--user", "Bot", "--password-file", str(password)]
    acknowledged: dict[str, str] = {}
    full = threading.Event()
    with running_process(database, arguments=arguments) as (sandbox, process):
        writers = [
            threading.Thread(target=write_until_killed, args=(sandbox, name, acknowledged, full))
            for name in ("left", "right")
        ]
        for writer in writers:
            writer.start()
        assert full.wait(120)
        process.kill()
        for writer in writers:
            writer.join()
    with running_process(database, arguments=arguments) as (sandbox, process):
        stored = {edit["entity_id"]: edit for edit in sandbox.edits()}
        assert set(acknowledged) <= set(stored)
        assert len(stored) - len(acknowledged) <= len(writers)  # answers that were on their way
        for entity_id, text in acknowledged.items():
            assert sandbox.entity(entity_id)["labels"]["en"]["value"] == text
        with httpx.Client(base_url=sandbox.base_url, trust_env=False) as client:
            params = {"action": "wbeditentity", "new": "item", "data": json.dumps(label("after"))}
            params |= {"token": log_in(client), "format": "json"}
            made = client.post("/w/api.php", data=params).json()["entity"]["id"]
        assert made not in stored
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0


def test_command_line_seeds_once_and_keeps_what_was_uploaded(tmp_path: Path) -> None:
    seed = tmp_path / "items.jsonl"
    lines = [{"id": "Q5", "labels": {"en": "human"}}, {"id": "P31", "datatype": "wikibase-item"}]
    seed.write_text("\n".join(json.dumps(line) for line in lines))
    password = tmp_path / "password"
    password.write_text("secret\n")
    arguments = ["--seed", str(seed), "--user", "Bot", "--password-file", str(password)]
    database = tmp_path / "wiki.sqlite"
    with (
        running_process(database, arguments=arguments) as (sandbox, _process),
        httpx.Client(base_url=sandbox.base_url, trust_env=False) as client,
    ):
        params = {"action": "wbeditentity", "id": "Q5", "data": json.dumps(label("person"))}
        client.post("/w/api.php", data=params | {"token": log_in(client), "format": "json"})
    with running_process(database, arguments=arguments) as (sandbox, _process):
        assert sandbox.entity("Q5")["labels"]["en"]["value"] == "person"
        assert len(sandbox.edits()) == 1
