"""The real pywikibot drives the sandbox, one process per scenario (see `sandbox_bot.py`)."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sandbox_harness import WORLD, Json, statement

from wikibase_sandbox.testing import Sandbox, running

Run = Callable[[str], Json]
CREATION = {"action": "wbeditentity", "new": "item"}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("wiki") / "wiki.sqlite") as sandbox:
        image = {"id": "Q6", "claims": {"P18": [statement("P18", "Chapel.jpg")]}}
        redirect = {"id": "Q8", "redirect": "Q5"}
        sandbox.seed(entities=[*WORLD, image, redirect])
        yield sandbox


@pytest.fixture
def sandbox(started: Sandbox) -> Iterator[Sandbox]:
    yield started
    started.clear_faults()


@pytest.fixture
def run(sandbox: Sandbox, tmp_path: Path) -> Run:
    def scenario(name: str) -> Json:
        command = [sys.executable, str(Path(__file__).with_name("sandbox_bot.py")), str(sandbox.port), name]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 0, done.stderr
        result: Json = json.loads(done.stdout.splitlines()[-1])
        return result

    return scenario


def newest(sandbox: Sandbox) -> int:
    return max((edit["rev_id"] for edit in sandbox.edits()), default=0)


def test_everyday_work(run: Run) -> None:
    seen = run("everyday")
    item = seen["id"]
    assert seen == {
        "user": "Bot",
        "id": "Q9900001",
        "labels": {"en": "Chapel", "de": "Kapelle"},
        "references": 1,
        "image": "File:Chapel.jpg",
        "image site": "commons",
        "history": [
            "/* wbeditentity-update-languages-short:0||de */ rename",
            "/* wbsetreference-add:2| */ source",
            "/* wbsetclaim-update:1||1 */ add",
            "/* wbeditentity-create-item:0| */ create",
        ],
        "by statement": [item],
        "by name": [item],
        "contributions": ["User:Bot/stop", *[item] * 4],
        "changes": ["User:Bot/stop", *[item] * 4],
        "users": ["Bot", "Person"],
        "stop page": [False, "run"],
        "missing": False,
        "redirect": True,
        "batch": ["Q5", item],
    }


def test_refusals_and_merges(run: Run) -> None:
    assert run("refusals") == {
        "overlap": "APIError editconflict",
        "apart": "done",
        "double": "APIError modification-failed",
        "null edit": "",
    }


def test_lag_is_waited_out(run: Run, sandbox: Sandbox) -> None:
    sandbox.fault("maxlag", times=2, match={"action": "wbeditentity"})
    seen = run("lagging")
    assert seen["done"] == "done"
    assert seen["waited"] >= 2


@pytest.mark.parametrize("fault", ["lost-response", "http-504-saved"])
def test_lost_answer_makes_one_item_if_sent_once(run: Run, sandbox: Sandbox, fault: str) -> None:
    before = newest(sandbox)
    sandbox.fault(fault, match=CREATION)
    assert run("lost_once")["outcome"] != "done"
    assert len(sandbox.edits(before)) == 1


def test_lost_answer_makes_two_items_if_repeated(run: Run, sandbox: Sandbox) -> None:
    """The trap an uploader must avoid is here too; a sandbox without it would prove nothing."""
    before = newest(sandbox)
    sandbox.fault("http-504-saved", match=CREATION)
    assert run("lost_and_repeated")["outcome"] == "done"
    assert len(sandbox.edits(before)) == 2


def test_lost_session_costs_one_edit(run: Run, sandbox: Sandbox) -> None:
    """pywikibot logs in again, but sends the old token first."""
    sandbox.fault("session-loss", match={"action": "wbeditentity"})
    seen = run("logged_out")
    assert seen["second"] == "done"


def test_main_account_logs_in(run: Run) -> None:
    assert run("main_account") == {"user": "Bot", "in": True}
