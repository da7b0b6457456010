"""The commands of whoever asks owners and keeps what they answer."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from heritage.cli import app
from register_examples import loaded

ADD = ["permission", "add", "se_demo", "--kind", "waiver", "--by", "Church Board", "--date", "2026-01-07"]


@pytest.fixture
def demo(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    loaded(here / "datasets", licence={"id": "CC-BY-4.0", "attribution": "Church Board of Sweden"})
    monkeypatch.setenv("HERITAGE_USER", "steward")
    (here / "answer.eml").write_text("Yes to question 1.")
    return here


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, " ".join(done.output.split())


def test_the_letter_asks_the_two_questions_and_names_the_columns(demo: Path) -> None:
    code, told = run("permission", "letter", "se_demo")
    assert code == 0
    for part in (
        "under the licence CC-BY-4.0",
        "1. May the following fields of your data be entered into Wikidata under CC0 1.0",
        "your right in the database",
        "- name (your column namn)",
        "- coordinates (your column ",
        '2. How shall we name you as the source? We propose: "Church Board of Sweden"',
    ):
        assert part in told
    assert "owner)" not in told


def test_a_waiver_is_kept_with_its_letter_shown_and_revoked(demo: Path) -> None:
    assert run("permission", "list") == (0, "No permission is on record.")
    code, told = run(
        *ADD, "--letter", str(demo / "answer.eml"), "--covers-database-right", "--role", "office"
    )
    assert code == 0
    assert (
        "se_demo, wikidata: waiver of 2026-01-07 by Church Board, office, for everything under CC-BY-4.0"
        in told
    )
    assert "with the database right" in told
    assert "wikidata: ALLOW." in told
    assert "export: ALLOW." in told
    letters = list((demo / "data" / "_permissions").iterdir())
    assert [one.read_text() for one in letters] == ["Yes to question 1."]

    kept = told.partition("Hash ")[2][:12]
    code, told = run("permission", "revoke", kept, "--reason", "the owner took it back")
    assert (code, "Revoked: se_demo" in told) == (0, True)
    code, told = run("permission", "list", "se_demo")
    assert "It opens nothing any more: revoked on" in told
    assert "by steward: the owner took it back" in told
    assert "wikidata: NEEDS_WAIVER." in told


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ([], "needs its letter in the archive"),
        (["--by", "anna@example.org"], "no person's name or address"),
        (["--fields", "owners"], "owners: no kind of information"),
        (["--date", "2999-01-01"], "has not come yet"),
        (["--until", "2025-01-01"], "it ends before it begins"),
        (["--kind", "VRT"], "needs the number of its ticket"),
        (["--kind", "statute"], "needs a legal note"),
        (["--kind", "body decision"], "it is voted on"),
        (["--letter", "nowhere.eml"], "error: nowhere.eml: No such file"),
        (["--rows", "nowhere.txt"], "error: nowhere.txt: No such file"),
    ],
)
def test_what_cannot_stand_as_a_permission_is_refused_in_a_sentence(
    demo: Path, more: list[str], says: str
) -> None:
    code, told = run(*ADD, *more)
    assert code == 1
    assert says in told
    assert "Traceback" not in told
    assert run("permission", "list") == (0, "No permission is on record.")


@pytest.mark.parametrize(
    ("option", "given", "says"),
    [
        ("--rows", b"", "The file of --rows names no record"),
        ("--rows", b" \n\n", "The file of --rows names no record"),
        ("--rows", b"\xff\xfe1", "not text in UTF-8"),
        ("--fields", b" , ", "--fields names no kind of information"),
    ],
)
def test_a_list_that_names_nothing_never_opens_everything(
    demo: Path, option: str, given: bytes, says: str
) -> None:
    rows = demo / "rows.txt"
    rows.write_bytes(given)
    what = str(rows) if option == "--rows" else given.decode()
    code, told = run(*ADD, "--letter", str(demo / "answer.eml"), option, what)
    assert (code, says in told) == (1, True)
    assert run("permission", "list") == (0, "No permission is on record.")


def test_a_list_of_permissions_is_of_a_dataset_that_is_described(demo: Path) -> None:
    code, told = run("permission", "list", "se_nothing")
    assert code == 1
    assert told.startswith("error: there is no dataset 'se_nothing'")


def test_the_body_is_asked_where_it_may_decide_and_only_with_a_legal_note(demo: Path) -> None:
    asked = ["permission", "ask", "se_demo", "--reasons", "Facts.", "--legal-note"]
    code, told = run(*asked, "Read by the office.", "--fields", "identifiers")
    assert code == 0
    assert "Asked: may identifiers of se_demo, which is under CC-BY-4.0, go to wikidata until" in told
    assert run(*asked, "Read by the office.", "--fields", "identifiers")[0] == 1
    for more, says in (
        ([" "], "legal note"),
        (["x", "--months", "25"], "24 months"),
        (["x", "--target", "export"], "ALLOW"),
    ):
        code, told = run(*asked, *more)
        assert (code, says in told) == (1, True)


def test_an_end_is_told_by_health_until_it_is_renewed_or_revoked(demo: Path) -> None:
    given = [*ADD, "--letter", str(demo / "answer.eml"), "--covers-database-right", "--until", "2026-02-01"]
    code, told = run(*given)
    assert code == 0
    number = told.partition("Hash ")[2][:12]
    ended = f"se_demo towards wikidata: The permission {number} (waiver) ended on 2026-02-01: nothing"
    code, told = run("health")
    assert (code, ended in told) == (1, True), told
    assert run("permission", "revoke", number, "--reason", "not to go on")[0] == 0
    assert "permission-ends" not in run("health")[1]
