"""Canaries: every secret of an installation is a text that stands nowhere else. Whatever goes wrong, with
everything logged, none of them leaves: not plain, not as an address writes it, not in base64."""

import json
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from fastapi.testclient import TestClient

from canaries import canaries, echo, everything_logged, files_in, leaks
from heritage.adapters.backup.databases import load
from heritage.adapters.commons.pictures import HttpPictures
from heritage.adapters.files import FileStore
from heritage.adapters.harvest import HttpSettings
from heritage.adapters.harvest.answer import Answer, Check
from heritage.adapters.harvest.session import Session
from heritage.adapters.webhook import post_text
from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.adapters.wikibase.wiki import PywikibotWiki
from heritage.spec.loader import load_spec
from heritage.steps.health_text import as_json
from heritage.web.app import create_app
from heritage.web.bound import services
from heritage.wiring.backup import AIRFLOW, take_backup
from heritage.wiring.health import installation_health
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.wiki_account import WikiAccount, account_of
from priority_examples import Person, house
from register_examples import StoppedClock, description
from wikibase_sandbox.session import Account
from wikibase_sandbox.testing import running

SECRETS = canaries(
    *(
        "wiki-password",
        "wrong-password",
        "consumer-token",
        "consumer-secret",
        "access-token",
        "access-secret",
    ),
    *("webhook", "database", "airflow-database", "s3", "forms", "source-key", "source-password"),
    *("fernet-key", "jwt-secret", "api-secret-key"),
)
OAUTH = tuple(
    SECRETS[name] for name in ("consumer-token", "consumer-secret", "access-token", "access-secret")
)


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
    service = f"https://me:{quote(SECRETS['source-password'], safe='')}@query.example/sparql"
    settings = Settings(database_url=address, data_url=str(trial.folder / "data"), wikidata_sparql=service)
    trial.fails(lambda: decision_store(settings).log())
    trial.errors += [
        repr(settings),
        str(settings),
        settings.model_dump_json(exclude={"database_url", "wikidata_sparql"}),
    ]
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


def the_watch(trial: Trial, patch: pytest.MonkeyPatch) -> None:
    """What those get who watch, and who keep: with databases that let nobody in, and with one that does."""
    for name in ("fernet-key", "jwt-secret", "api-secret-key"):
        patch.setenv(f"AIRFLOW__CANARY__{name.upper().replace('-', '_')}", SECRETS[name])
    ours, airflows = (quote(SECRETS[name], safe="") for name in ("database", "airflow-database"))
    away = "127.0.0.1:1/heritage?connect_timeout=1"
    data = str(trial.folder / "data")
    refused = Settings(data_url=data, database_url=f"postgresql://heritage:{ours}@{away}")
    trial.errors.append(json.dumps(as_json(installation_health(refused))))
    programs = trial.folder.parent / "programs"
    programs.mkdir()
    for name in (
        "pg_dump",
        "pg_restore",
    ):  # tell what a list of processes shows
        (programs / name).write_text('#!/bin/sh\necho "$0 $*" >&2\nexit 1\n')
        (programs / name).chmod(0o755)
    patch.setenv("PATH", str(programs), prepend=":")
    kept = trial.folder / "kept"
    patch.setenv(AIRFLOW, f"postgresql+psycopg2://airflow:{airflows}@{away}")
    trial.fails(lambda: take_backup(refused, str(kept)))
    trial.fails(lambda: load(refused.database, trial.folder / "dump"))
    patch.setenv(AIRFLOW, f"postgresql://airflow:{airflows}@[")
    trial.fails(lambda: take_backup(refused, str(kept)))
    patch.delenv(AIRFLOW)
    patch.setenv(f"{AIRFLOW}_CMD", f"sh -c 'echo {SECRETS['airflow-database']} >&2; exit 1'")
    trial.fails(lambda: take_backup(refused, str(kept)))
    patch.delenv(f"{AIRFLOW}_CMD")
    alone = Settings(data_url=data)
    decision_store(alone).log()
    trial.errors.append(str(take_backup(alone, str(kept))))


@pytest.mark.filterwarnings("ignore")
def test_no_secret_leaves_whatever_goes_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        the_watch(trial, monkeypatch)
    assert len(told.lines) > 20, "nothing was logged, so nothing is shown"
    assert len(trial.errors) > 20
    assert not leaks(SECRETS, [*told.lines, *trial.errors, *files_in(trial.folder)])
