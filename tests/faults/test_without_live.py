"""`heritage upload` without --live never writes: a server between it and the wiki records every request."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from typer.testing import CliRunner

from heritage.cli import app
from heritage.errors import OrderRefused
from heritage.wiring.settings import Settings
from heritage.wiring.undo import order_undo, undo_batch
from heritage.wiring.wiki_account import WikiAccount
from installation import settings_in
from wikibase_sandbox.paraminfo import ACTIONS
from wikibase_sandbox.testing import BOT, Sandbox, running

OF_DATA = ("HERITAGE_DATA_URL", "HERITAGE_DATABASE_URL", "HERITAGE_CONTACT", "HERITAGE_SAMPLE")
WRITES = {name for name, module in ACTIONS.items() if module.writes}


@contextmanager
def recording(sandbox: Sandbox, asked: list[dict[str, str]]) -> Iterator[str]:
    """The wiki behind a server that keeps the parameters of every request; gives its address."""

    class Recorder(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = self.path.partition("?")[2]
            asked.append(dict(parse_qsl(query) + parse_qsl(body.decode())))
            passed = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
            url = f"{sandbox.base_url}{self.path}"
            answer = httpx.request(self.command, url, content=body, headers=passed, trust_env=False)
            self.send_response(answer.status_code)
            for name in ("content-type", "set-cookie", "mediawiki-api-error"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/w/api.php"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_no_command_writes_without_live(decided_installation: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(decided_installation, tmp_path / "copy"))
    (folder / "password").write_text(BOT.password)
    asked: list[dict[str, str]] = []
    with running(folder / "wiki.sqlite") as sandbox, recording(sandbox, asked) as api:
        env = settings_in(folder, pilot_edits="3") | {
            "HERITAGE_WIKI_API": api,
            "HERITAGE_WIKI_USER": f"{BOT.name}@heritage",
            "HERITAGE_WIKI_PASSWORD_FILE": str(folder / "password"),
            "HERITAGE_WIKI_TARGET": "sandbox",
        }

        def heritage(*arguments: str, code: int = 0) -> str:
            result = CliRunner(env=env).invoke(app, ["upload", *arguments])
            assert result.exit_code == code, (arguments, result.output)
            return result.stdout

        def read_only(*arguments: str, code: int = 0) -> str:
            before = len(sandbox.edits())
            asked.clear()
            told = heritage(*arguments, code=code)
            assert [one for one in asked if one.get("action") in WRITES] == [], arguments
            assert len(sandbox.edits()) == before
            return told

        assert ": a dry run; " in read_only()
        assert asked, "the wiki is asked"
        assert ": a dry run; " in read_only("run", "--limit", "1")
        [batch, *_] = [line.split()[0] for line in read_only("list").splitlines()]
        read_only("audit")
        heritage("run", "--live")
        assert [one for one in asked if one.get("action") in WRITES], "what is sent is recorded"
        assert "pilot to be looked at" in read_only("list")
        read_only("run")
        assert "edits are confirmed:" in read_only("show", batch)
        assert "A dry run: of batch" in read_only("undo", batch)
        assert "0 differ" in read_only("audit", batch)
        for order in ("release", "pause", "resume"):
            read_only(order, batch, "--reason", "to see what happens")
        read_only("release", batch, "--reason", "once more", code=1)
        read_only("undo", batch)
        read_only("cancel", batch, "--reason", "enough\n\x1b[2J\u202eof it")
        read_only("run")
        assert "cancelled" in read_only("show", batch)
        for told in (read_only("show", batch), read_only("list")):
            assert "enough" in told
            assert not {"\x1b", "\u202e"} & set(told), "nothing that a terminal obeys"
        settings = Settings(**{name.removeprefix("HERITAGE_").lower(): env[name] for name in OF_DATA})
        elsewhere = WikiAccount(api, env["HERITAGE_WIKI_USER"], "another_wiki", BOT.password)
        for live in (False, True):  # the items of another wiki have the same numbers
            with pytest.raises(OrderRefused, match=r"no batch .* for another_wiki"):
                undo_batch(settings, elsewhere, batch, live=live)
        with pytest.raises(OrderRefused, match=r"no batch .* for another_wiki"):
            order_undo(settings, elsewhere, batch, "by the wrong account")
        assert "undo by" not in read_only("show", batch)
        read_only("undo", "no-such-batch", code=1)
        assert "taken back" in heritage("undo", batch, "--live", "--reason", "wrong designations")
        assert "0 differ" in read_only("audit")


@pytest.mark.parametrize("order", ["release", "pause", "resume", "cancel"])
def test_an_order_needs_a_reason_and_a_batch(tmp_path: Path, order: str) -> None:
    env = settings_in(tmp_path)
    without = CliRunner(env=env).invoke(app, ["upload", order, "b1"])
    assert without.exit_code == 2
    result = CliRunner(env=env).invoke(app, ["upload", order, "b1", "--reason", "x"])
    assert (result.exit_code, "There is no batch b1 in the journal" in result.stderr) == (1, True)
