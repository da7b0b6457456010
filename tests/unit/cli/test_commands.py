"""The command `heritage`: what it does, and that it fails with a sentence, exit code 1 and no secret."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from heritage.adapters.wikibase.embedding import WikiAccess
from heritage.cli import app
from installation import settings_in
from wikibase_sandbox.testing import BOT, Sandbox, running

Command = Callable[..., Result]


def command(folder: Path, **env: str) -> Command:
    """`heritage` over the installation in a folder."""
    given = settings_in(folder) | env
    return lambda *arguments: CliRunner(env=given).invoke(app, list(arguments))


@pytest.fixture
def fresh(tmp_path: Path) -> Command:
    """Over an installation that has done nothing yet."""
    return command(tmp_path)


@pytest.fixture
def decided(decided_installation: Path, tmp_path: Path) -> Path:
    """An installation with approved edits."""
    return Path(shutil.copytree(decided_installation, tmp_path / "copy"))


@pytest.fixture
def sandbox(decided: Path) -> Iterator[Sandbox]:
    with running(decided / "wiki.sqlite") as sandbox:
        yield sandbox


def account(folder: Path, api: str, password: str = BOT.password) -> dict[str, str]:
    file = folder / "password"
    file.write_text(password)
    return {
        "HERITAGE_WIKI_API": api,
        "HERITAGE_WIKI_USER": f"{BOT.name}@heritage",
        "HERITAGE_WIKI_PASSWORD_FILE": str(file),
        "HERITAGE_WIKI_TARGET": "sandbox",
    }


def told(result: Result) -> str:
    """The one sentence of a command that failed as it should."""
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.stderr.splitlines()[-1].startswith("error: ")
    return result.stderr.splitlines()[-1].removeprefix("error: ")


def test_without_a_command_it_helps(fresh: Command) -> None:
    result = fresh()
    assert all(name in result.output for name in ("run", "report", "upload", "decisions", "evaluate"))


def test_an_unknown_dataset_is_told_with_the_one_that_may_be_meant(fresh: Command) -> None:
    assert "there is no dataset 'by_heritge'" in told(fresh("run", "by_heritge"))
    assert "did you mean by_heritage" in told(fresh("run", "by_heritge"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "x_y.yaml: No such file or directory"),
        ("id: [", "x_y.yaml: line 1, column 5: the [ that opens here is never closed"),
        ("id: x_y\ntitel: X", "titel: unknown key, did you mean 'title'?"),
    ],
    ids=["no file", "no YAML", "unknown key"],
)
def test_a_broken_description_is_told(fresh: Command, tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "x_y" / "x_y.yaml"
    path.parent.mkdir()
    if content is not None:
        path.write_text(content)
    assert says in told(fresh("run", str(path)))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "HERITAGE_WIKI_EDITS_PER_MINUTE",
            "fast",
            "HERITAGE_WIKI_EDITS_PER_MINUTE is 'fast': write a number, as 2.5",
        ),
        (
            "HERITAGE_MIRROR",
            "file:///etc",
            "HERITAGE_MIRROR is 'file:///etc': a mirror is an http(s) address",
        ),
        ("HERITAGE_DATABASE_URL", "mysql://db/x", "only sqlite and postgresql are supported"),
    ],
)
@pytest.mark.parametrize("arguments", [["decisions", "verify"], ["report"]], ids=" ".join)
def test_a_wrong_setting_is_told(
    tmp_path: Path, name: str, value: str, says: str, arguments: list[str]
) -> None:
    assert says in told(command(tmp_path, **{name: value})(*arguments))


def test_a_run_stops_where_it_is_told(fresh: Command, tmp_path: Path, repository: Path) -> None:
    source = repository / "datasets" / "by" / "by_heritage" / "samples" / "exhibits.csv"
    result = fresh("run", "by_heritage", "--from", str(source), "--until", "map")
    assert result.exit_code == 0
    folder = result.stdout.rstrip().rpartition(" ")[2]
    assert result.stdout.startswith("by_heritage: done until map; the tables are in ")
    assert Path(folder).parent == tmp_path / "data" / "by_heritage"
    assert {path.stem for path in Path(folder).glob("*.parquet")} == {
        *("records", "rejected", "changes", "terms", "columns")
    }
    assert "no index of items" in told(fresh("run", "by_heritage", "--from", str(source)))


def test_an_upload_needs_a_wiki(fresh: Command) -> None:
    assert told(fresh("upload")).startswith("set HERITAGE_WIKI_API, HERITAGE_WIKI_USER and")


def test_an_upload_needs_the_password_file(tmp_path: Path) -> None:
    given = account(tmp_path, "http://127.0.0.1:9/api.php") | {"HERITAGE_WIKI_PASSWORD_FILE": "/nowhere/pw"}
    assert "/nowhere/pw" in told(command(tmp_path, **given)("upload"))


def test_an_upload_without_decisions_has_nothing_to_do(tmp_path: Path) -> None:
    result = command(tmp_path, **account(tmp_path, "http://127.0.0.1:9/api.php"))("upload", "--live")
    assert (result.exit_code, result.stdout) == (0, "Nothing is approved that is not on the wiki already.\n")


def test_an_upload_is_a_dry_run_unless_it_is_told_to_send(decided: Path, sandbox: Sandbox) -> None:
    upload = partial(command(decided, **account(decided, sandbox.api_url)), "upload")
    result = upload()
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line for line in lines if ": a dry run; " in line] == lines != []
    assert sandbox.edits() == []
    result = upload("--live", "--limit", "1")
    assert result.exit_code == 0, result.output
    assert result.stdout.count(": 1 confirmed, 1 of them now; ") == len(sandbox.edits()) == 2, "one a batch"


def test_a_wrong_password_is_told_without_it(decided: Path, sandbox: Sandbox) -> None:
    result = command(decided, **account(decided, sandbox.api_url, "wrong-secret-word"))("upload", "--live")
    assert "log" in told(result).lower()
    assert "wrong-secret-word" not in result.output
    assert sandbox.edits() == []


@pytest.mark.parametrize(
    ("api", "says"),
    [
        ("http://127.0.0.1:9/w/api.php", "http://127.0.0.1:9/w/api.php does not answer (ApiTimeoutError)."),
        ("http://127.0.0.1:9/w", "'http://127.0.0.1:9/w' is not the address of an api.php; give that of the"),
        ("https://www.wikidata.org/w/api.php", "extracts go to a wiki on this machine only"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--live"]], ids=["dry run", "send"])
def test_a_wiki_that_cannot_be_used_is_told(
    decided: Path, monkeypatch: pytest.MonkeyPatch, api: str, says: str, options: list[str]
) -> None:
    monkeypatch.setattr("heritage.wiring.wiki.WikiAccess", partial(WikiAccess, patience=0.0))
    result = command(decided, **account(decided, api))("upload", *options)
    assert says in told(result)
    assert BOT.password not in result.output


def test_the_decision_log_is_verified_and_tampering_is_found(decided: Path) -> None:
    verify = partial(command(decided), "decisions", "verify")
    result = verify()
    assert result.exit_code == 0
    assert result.stdout.startswith("The decision log is unbroken: ")
    with closing(sqlite3.connect(decided / "heritage.sqlite")) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f"DROP TRIGGER {name}")
        otherwise = "CASE result WHEN 'approved' THEN 'refused' ELSE 'approved' END"
        database.execute(f"UPDATE decisions SET result = {otherwise} WHERE number = 3")
        changed = database.execute("SELECT count(*) FROM decisions WHERE number = 3").fetchone()
        database.commit()
    assert (bool(triggers), changed) == (True, (1,))
    result = verify()
    assert result.exit_code == 1
    assert result.stderr.startswith("The decision log is broken. Line 3 ")
    result = command(decided, **account(decided, "http://127.0.0.1:9/api.php"))("upload", "--live")
    assert "nothing stands approved" in told(result)


def test_a_vote_is_cast_by_a_seat_only(decided: Path) -> None:
    assert "There is no round 'r9'" in told(command(decided)("vote", "r9", "p", "for", "--member", "Ada"))
