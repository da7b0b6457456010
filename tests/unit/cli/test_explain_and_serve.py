"""`heritage explain` tells a match in sentences; `heritage serve` says what it serves and to whom."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from heritage.cli import app
from match_examples import DATASET, SITES, register
from recon_examples import items
from register_examples import description

RUNNER = CliRunner()


def said(*arguments: str) -> str:
    result = RUNNER.invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str) -> str:
    result = RUNNER.invoke(app, list(arguments))
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    return result.stderr.splitlines()[-1].removeprefix("error: ")


@pytest.fixture
def matched(here: Path) -> Path:
    """An installation with the register of `match_examples`."""
    register(here)
    folder = here / "datasets" / "xx" / DATASET
    folder.mkdir(parents=True)
    spec = description(id=DATASET, title="Listed things")
    (folder / f"{DATASET}.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    return here


def test_a_match_is_told_in_sentences(matched: Path) -> None:
    text = said("explain", DATASET, "a/3")
    assert text.startswith(f"Dunmere Windmill ({DATASET}, a/3): matched.\n")
    assert "1. Dunmere Windmill (Q1031): 9" in text
    assert "For it:" in text


def test_of_what_is_kept_back_the_terminal_tells_no_more_than_a_page(matched: Path) -> None:
    assert "Which items come near is not told" in said("explain", DATASET, "a/4")
    withheld = refused("explain", DATASET, "a/6")
    assert withheld == refused("explain", DATASET, "no such number")
    assert withheld == f"{DATASET} has no such record, or none of which anything may be told"
    hostile = said("explain", DATASET, next(one.id for one in SITES if "script" in one.name))
    assert not any(ord(letter) < 32 and letter != "\n" for letter in hostile)


def test_what_has_to_run_first_is_said(here: Path, matched: Path) -> None:
    assert refused("explain", "xx_unknown", "1").startswith("there is no dataset 'xx_unknown'")
    for file in (here / "data" / DATASET).rglob("matches*"):
        file.unlink()
    assert refused("explain", DATASET, "a/3").endswith(f"`heritage run {DATASET} --until reconcile`")


def test_serving_needs_an_index_and_an_address(here: Path) -> None:
    assert "there is no index of items" in refused("serve")
    index(here)
    assert "is no address" in refused("serve", "--host", "my machine")


def test_it_serves_this_machine_and_logs_no_address(here: Path) -> None:
    index(here)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from heritage.cli import app; app()", "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        try:
            assert process.stdout
            told = [next(process.stdout) for _ in range(4)]
            found = asked(f"http://127.0.0.1:{port}/reconcile/0.2")
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.communicate(timeout=120)[0]
    assert found == "Q1033"
    assert f"OpenRefine: http://127.0.0.1:{port}/reconcile/0.2\n" in told
    assert told[-1] == "Only this machine can ask.\n"
    assert "Dunmere" not in rest


def index(here: Path) -> None:
    path = here / "data" / "wikidata" / "index" / "2026-11-21" / "items.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(items().replace_schema_metadata({"heritage.digest": "0123456789abcdef"}), path)


def asked(address: str) -> str:
    """What the first candidate of a query is."""
    transport = httpx.HTTPTransport(retries=6)  # until it listens
    with httpx.Client(transport=transport, timeout=30) as client:
        found = client.get(address, params={"queries": '{"q": {"query": "Dunmere Castle"}}'}).json()
    return str(found["q"]["result"][0]["id"])
