"""`heritage upload --live` as a process that is killed, or whose wiki is: each approved edit is made once."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from heritage.model.edit import EditState
from heritage.wiring.settings import Settings
from heritage.wiring.stores import journal
from heritage.wiring.uploads import plan_batches
from heritage.wiring.wiki_account import WikiAccount
from installation import edits_made, settings_in
from wikibase_sandbox.testing import BOT, Sandbox, running, running_process

COMMAND = [sys.executable, "-c", "from heritage.cli import app; app()", "upload", "--live"]
EDIT = {"action": "wbeditentity"}
A_MOMENT = threading.Event()
"""Nobody sets it: whoever looks again and again leaves the processor to those it looks at."""


class Installation:
    """A copy of an installation with approved edits, and its environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = os.environ | settings_in(folder) | {"PYTHONPATH": os.pathsep.join(sys.path)}
        self.settings = Settings(
            data_url=self.env["HERITAGE_DATA_URL"],
            database_url=self.env["HERITAGE_DATABASE_URL"],
            sample=True,
        )
        self.journal = journal(self.settings)
        (folder / "password").write_text(BOT.password)

    def use(self, sandbox: Sandbox) -> None:
        self.env |= {
            "HERITAGE_WIKI_API": sandbox.api_url,
            "HERITAGE_WIKI_USER": f"{BOT.name}@heritage",
            "HERITAGE_WIKI_PASSWORD_FILE": str(self.folder / "password"),
            "HERITAGE_WIKI_TARGET": "sandbox",
        }

    def upload(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            COMMAND, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def approved(self) -> dict[str, int]:
        """Every edit id that the next upload would send, each with 1."""
        account = WikiAccount("http://127.0.0.1:9/api.php", "", "sandbox", "")
        batches = plan_batches(self.settings, account)
        assert len(batches) == 2
        return {edit: 1 for batch in batches for edit in batch.edits["edit_id"].to_pylist()}

    def states(self) -> Counter[EditState]:
        batches = self.journal.batches()
        return Counter(entry.state for batch in batches for entry in self.journal.entries(batch.batch_id))


@pytest.fixture
def installation(decided_installation: Path, tmp_path: Path) -> Installation:
    return Installation(Path(shutil.copytree(decided_installation, tmp_path / "copy")))


@pytest.fixture
def wiki(installation: Installation) -> Iterator[Sandbox]:
    with running(installation.folder / "wiki.sqlite") as sandbox:
        installation.use(sandbox)
        yield sandbox


def ends(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, _ = process.communicate(timeout=300)
    return process.returncode, out


def die_when(installation: Installation, moment: Callable[[], bool]) -> None:
    """An upload that is killed at a moment."""
    process = installation.upload()
    while not moment():
        assert process.poll() is None, ends(process)
        A_MOMENT.wait(0.02)
    process.kill()
    assert ends(process)[0] == -signal.SIGKILL


def test_killed_again_and_again_the_upload_makes_each_edit_once(
    installation: Installation, wiki: Sandbox
) -> None:
    approved = installation.approved()
    die_when(installation, lambda: installation.states()[EditState.CONFIRMED] >= 1)
    made = len(wiki.edits())
    wiki.fault("timeout", match=EDIT, after=3)  # the wiki saves the fourth, we never hear of it
    die_when(installation, lambda: len(wiki.edits()) == made + 4)
    wiki.fault("timeout", match=EDIT | {"new": "item"})
    die_when(installation, lambda: any("new item" in edit["comment"] for edit in wiki.edits()))
    code, told = ends(installation.upload())
    assert code == 0, told
    assert edits_made(wiki) == approved
    assert len(wiki.edits()) == len(approved)
    assert installation.states() == {EditState.CONFIRMED: len(approved)}


def test_an_upload_outlives_a_wiki_that_is_killed_and_started_again(installation: Installation) -> None:
    approved = installation.approved()
    database = installation.folder / "wiki.sqlite"
    account = ["--user", BOT.name, "--password-file", str(installation.folder / "password")]
    with running_process(database, arguments=account) as (sandbox, server):
        installation.use(sandbox)
        process = installation.upload()
        while installation.states()[EditState.CONFIRMED] < 5:
            assert process.poll() is None, ends(process)
            A_MOMENT.wait(0.02)
        server.kill()
        server.wait()
    with running_process(database, arguments=account, port=sandbox.port) as (sandbox, _):
        code, told = ends(process)
        assert code == 0, told
        assert edits_made(sandbox) == approved
        assert len(sandbox.edits()) == len(approved)
    assert "Traceback" not in told
    assert installation.states() == {EditState.CONFIRMED: len(approved)}
