"""Canaries: every secret of an installation is a text that stands nowhere else. Whatever goes wrong, with
everything logged, none of them leaves: not plain, not as an address writes it, not in base64."""

import base64
import json
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import yaml
from fastapi.testclient import TestClient

from heritage.adapters.commons.pictures import HttpPictures
from heritage.adapters.files import FileStore
from heritage.adapters.harvest import HttpSettings
from heritage.adapters.harvest.answer import Answer, Check
from heritage.adapters.harvest.session import Session
from heritage.adapters.webhook import post_text
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.spec.loader import load_spec
from heritage.web.app import create_app
from heritage.web.bound import services
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.wiki_account import WikiAccount, account_of
from priority_examples import Person, house
from register_examples import StoppedClock, description
from wikibase_sandbox.session import Account
from wikibase_sandbox.testing import running

SECRETS = {
    name: f"kanarie/{name}+{number:03}?7Zq"
    for number, name in enumerate(
        (
            *(
                "wiki-password",
                "wrong-password",
                "consumer-token",
                "consumer-secret",
                "access-token",
                "access-secret",
            ),
            *("webhook", "database", "s3", "forms", "source-key", "source-password"),
        ),
        start=101,
    )
}
OAUTH = tuple(
    SECRETS[name] for name in ("consumer-token", "consumer-secret", "access-token", "access-secret")
)


def forms_of(secret: str) -> set[str]:
    """How a secret may be written."""
    found = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}
    for shift in range(3):  # wherever it begins in what is encoded
        text = base64.b64encode(b" " * shift + secret.encode()).decode()
        found.add(text[4 if shift else 0 : -4])
    return found


class Told(logging.Handler):
    """All that anybody logs, at every level, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {self.format(record)}")


@contextmanager
def everything_logged() -> Iterator[Told]:
    told, root = Told(), logging.getLogger()
    kept = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    level = root.level
    root.addHandler(told)
    root.setLevel(logging.DEBUG)
    for name in (
        *kept,
        "httpx",
        "httpcore.http11",
        "oauthlib.oauth1.rfc5849",
        "requests_oauthlib.oauth1_auth",
    ):
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield told
    finally:
        root.removeHandler(told)
        root.setLevel(level)
        for name, was in kept.items():
            logging.getLogger(name).setLevel(was)


@contextmanager
def echo() -> Iterator[str]:
    """A server that says back all that it was sent: as an error of a wiki, or by the status in its path."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0) or 0))
            said = (
                ""
                if "list" in self.path
                else f"{self.path} {dict(self.headers)} {body.decode('utf-8', 'replace')}"
            )
            status = next((int(s) for s in ("500", "403", "429") if f"/{s}" in self.path), 200)
            content = json.dumps({"error": {"code": "x", "info": said}}).encode()
            if "text" in self.path:
                content = said.encode()
            self.send_response(status, "No")
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = _answer

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Trial:
    """What came out: logs, errors as a task log shows them, and what was left in files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.errors = folder, list[str]()

    def fails(self, act: Callable[[], Any]) -> None:
        with suppress(StopIteration):
            try:
                act()
            except Exception as error:  # noqa: BLE001 - what it says is looked at
                # as it reaches a log: with all that led to it, unless that was left out on purpose
                self.errors.append("".join(traceback.format_exception(error)))
                return
            raise AssertionError("it was to fail")

    def files(self) -> Iterator[str]:
        for path in self.folder.rglob("*"):
            if path.is_file():
                yield f"{path}: {path.read_bytes().decode('latin-1')}"


def the_wiki(trial: Trial, at: str, wiki: str) -> None:
    def access(api: str, **more: Any) -> PywikibotWiki:
        return PywikibotWiki(
            WikiAccess(api, "ops@example.org", "Canary@heritage", patience=0, timeout=5, **more)
        )

    good = access(wiki, password=SECRETS["wiki-password"])
    made = good.create({"labels": {"en": {"language": "en", "value": "Church"}}}, "made")
    assert good.read([made.qid])
    trial.fails(lambda: good.create({"labels": {"en": {"language": "xx", "value": "x" * 300}}}, "refused"))
    trial.fails(
        lambda: access(wiki.replace("127.0.0.1", "localhost"), password=SECRETS["wrong-password"]).create(
            {}, "x"
        )
    )
    trial.fails(lambda: access(f"{at}/w/api.php", password=SECRETS["wiki-password"]).create({}, "x"))
    trial.fails(lambda: access(f"{at}/x/api.php", oauth=OAUTH).create({}, "x"))
    trial.errors += [repr(WikiAccess(wiki, "x", "Canary", SECRETS["wiki-password"], OAUTH))]
    trial.errors += [repr(WikiAccount(wiki, "Canary", "sandbox", SECRETS["wiki-password"], OAUTH))]
    half = dict(zip(("consumer_token", "consumer_secret"), OAUTH, strict=False))
    trial.fails(lambda: account_of(Settings(), api=wiki, user="x", password="", target="", oauth=half))


def refusing(session: Session) -> Check:
    def refuse(answer: Answer) -> None:
        raise session.changed(answer.url, "it is no register")

    return refuse


def described_in(path: Path, harvest: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(description(harvest=harvest)), encoding="utf-8")
    return path


def the_register(trial: Trial, at: str) -> None:
    key = quote(SECRETS["source-key"], safe="")
    password = quote(SECRETS["source-password"], safe="")
    host = at.removeprefix("http://")
    settings = HttpSettings("tests", trial.folder / "scratch", pause_s=0, attempts=1)
    for path in ("500", "403", "429", "list.csv"):
        session = Session("se_demo", trial.folder / path, settings, StoppedClock())
        url = f"http://me:{password}@{host}/{path}?api_key={key}"
        trial.fails(lambda session=session, url=url: session.ask(url, check=refusing(session)))
        session.close()
    spec = {"protocol": "csv", "url": f"{at}/list.csv?api_key={key}"}
    trial.errors.append(str(load_spec(described_in(trial.folder.parent / "se_demo.yaml", spec))))
    pictures = HttpPictures(
        "x", HttpSettings("x", trial.folder / "pictures", pause_s=0, attempts=1), StoppedClock()
    )
    trial.fails(lambda: pictures.fetch(f"{at}/500/a.jpg?token={key}"))


def the_webhook(trial: Trial, at: str) -> None:
    secret = quote(SECRETS["webhook"])
    post_text(f"{at}/services/{secret}", "told")
    for address in (
        f"{at}/500/{secret}",
        f"http://127.0.0.1:1/{secret}",
        f"http://evil.example/{secret}",
        f"http://[{secret}",
    ):
        trial.fails(lambda address=address: post_text(address, "told"))


def the_stores(trial: Trial, at: str) -> None:
    password = quote(SECRETS["database"], safe="")
    address = f"postgresql+psycopg://heritage:{password}@127.0.0.1:1/heritage?connect_timeout=1"
    settings = Settings(database_url=address, data_url=str(trial.folder / "data"))
    trial.fails(lambda: decision_store(settings).log())
    trial.errors += [repr(settings), str(settings), settings.model_dump_json(exclude={"database_url"})]
    with pytest.MonkeyPatch.context() as patch:
        given = {
            "ACCESS_KEY_ID": "key",
            "SECRET_ACCESS_KEY": SECRETS["s3"],
            "ENDPOINT_URL": f"{at}/403",
            "MAX_ATTEMPTS": "1",
        }
        for name, value in given.items():
            patch.setenv(f"AWS_{name}", value)
        trial.fails(lambda: FileStore("s3://bucket/data").captured("se_demo", "0" * 16))


def the_pages(trial: Trial) -> None:
    at = house(trial.folder)
    app = create_app(services(at.settings), lambda: Person("Amina"), SECRETS["forms"])
    with TestClient(app, base_url="http://pages.example", raise_server_exceptions=False) as client:
        for path in ("/priorities", "/priorities/helpdesk", "/uploads", "/nothing"):
            answer = client.get(path)
            trial.errors.append(f"{answer.headers} {answer.text}")
        answer = client.post(
            "/priorities/helpdesk", data={"token": "forged"}, headers={"origin": "http://pages.example"}
        )
        trial.errors.append(f"{answer.headers} {answer.text}")


@pytest.mark.filterwarnings("ignore")
def test_no_secret_leaves_whatever_goes_wrong(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "house")
    trial.folder.mkdir()
    account = Account("Canary", SECRETS["wiki-password"], frozenset({"bot"}), oauth=OAUTH)
    with (
        everything_logged() as told,
        echo() as at,
        running(tmp_path / "wiki.sqlite", accounts=[account]) as sandbox,
    ):
        the_wiki(trial, at, sandbox.api_url)
        the_register(trial, at)
        the_webhook(trial, at)
        the_stores(trial, at)
        the_pages(trial)
    assert len(told.lines) > 20, "nothing was logged, so nothing is shown"
    assert len(trial.errors) > 20
    out = [*told.lines, *trial.errors, *trial.files()]
    leaks = [
        f"{name} in {one[:60]!r} … {one[max(0, one.index(form) - 90) : one.index(form)]!r}"
        for name, secret in SECRETS.items()
        for form in forms_of(secret)
        for one in out
        if form in one
    ]
    assert not leaks, "\n".join(leaks[:20])
