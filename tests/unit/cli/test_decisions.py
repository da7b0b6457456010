"""`heritage decisions` as a person runs it, on a real database."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from body_examples import Body, ask
from body_examples import ranked as body_ranked
from heritage.adapters.database.decisions import SqlDecisionStore
from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.reports.log_page import log_page
from heritage.cli.decisions import decisions_app
from heritage.governance.decide import decide
from heritage.governance.public import lines_of
from heritage.model.governance import (
    Criteria,
    DecisionType,
    LicenceAnswer,
    Proposal,
    Ranked,
    Rehearsal,
    Scope,
    Vote,
)
from terms_examples import terms_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SEATS = ("Ada", "Bo", "Chidi", "Dana")
SETTINGS = terms_of(SEATS, version="[red]test[/red]", budget_hours=10)


def ranked(proposal_id: str) -> Ranked:
    rehearsal = Rehearsal(1, 0, 1, 0, 0, 0, 0, 0.1)
    proposal = Proposal(
        *(proposal_id, "xx_churches", "s1", "t", "names", Scope.ALL, "c", "e", rehearsal, ()),
        Criteria(0, 0, 0, 0),
        1.0,
    )
    return Ranked(proposal, 1, 0.5, {}, 0.9, "robust in")


@pytest.fixture
def engine(tmp_path):
    url = f"sqlite:///{tmp_path}/heritage.db"
    upgrade(url)
    return connect(url)


@pytest.fixture
def run(engine):
    store = SqlDecisionStore(engine)
    store.open_round("r1", [ranked("p1"), ranked("p2"), ranked("p3")], SEATS, NOW, NOW)
    for member in SEATS:
        for proposal in ("p1", "p2"):
            store.cast("r1", Vote(member, proposal, "for", NOW))
    app = decisions_app(lambda: SqlDecisionStore(engine))
    return lambda *arguments: CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)


def close(engine):
    SqlDecisionStore(engine).close_round("r1", lambda r, votes, last: decide(r, votes, SETTINGS, NOW, last))


def test_verify_says_in_one_sentence_that_the_log_is_unbroken(run, engine):
    assert run("verify").stdout == "The decision log is unbroken: 0 decisions.\n"
    close(engine)
    result = run("verify")
    last = SqlDecisionStore(engine).log()[-1]
    expected = f"The decision log is unbroken: 3 decisions, the last with the hash {last.hash}.\n"
    assert (result.exit_code, result.stdout) == (0, expected)


@pytest.mark.parametrize("change", ["result = 'refused'", "votes = '{'", "reasons = ''", "number = 9"])
def test_verify_fails_and_names_the_first_broken_line(run, engine, change):
    close(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER decisions_no_update"))
        connection.execute(text(f"UPDATE decisions SET {change} WHERE number = 2"))
    result = run("verify")
    assert result.exit_code == 1
    assert result.stderr.startswith("The decision log is broken. Line 2 ")
    assert result.stderr.count("\n") == 1


def test_list_shows_every_decision(run, engine):
    close(engine)
    result = run("list")
    assert result.exit_code == 0
    assert result.stdout.count("approved") == 2
    assert "deferred" in result.stdout
    assert "4 of 4 members took part" in " ".join(result.stdout.split())
    assert "[red]test[/red]" in result.stdout


def test_list_of_an_unreadable_log_fails_with_a_sentence(run, engine):
    close(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER decisions_no_update"))
        connection.execute(text("UPDATE decisions SET votes = '{' WHERE number = 3"))
    result = run("list")
    assert result.exit_code == 1
    assert "Line 3 of the decision log cannot be read" in result.stderr


# --- One byte, and what everybody may read ---------------------------------------------------------------


@pytest.fixture
def house(tmp_path):
    """A database with three closed rounds of a body, and its file."""
    url = f"sqlite:///{tmp_path}/heritage.db"
    upgrade(url)
    body = Body(connect(url))
    body.run(body_ranked("names-c1", title="<script>alert(1)</script> Kirchen"))
    body.run(body_ranked("place-c1", title="Kirchen: places"), yes=False)
    body.run(ask("sensitivity-secret", LicenceAnswer.BODY_DECISION, DecisionType.SENSITIVITY))
    with closing(sqlite3.connect(tmp_path / "heritage.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return body, tmp_path / "heritage.db"


def change_byte(file, before: bytes, after: bytes) -> None:
    content = file.read_bytes()
    assert content.count(before) >= 1
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
    at = content.rindex(before) if content.count(before) > 1 else content.index(before)
    file.write_bytes(content[:at] + after + content[at + len(before) :])


def verified(body):
    return CliRunner(env={"COLUMNS": "200"}).invoke(decisions_app(lambda: body.store), ["verify"])


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (b"Refused: every score", b"refused: every score", "reasons"),
        (b"Refused: every score", b"Refused: every s\xffore", "reasons"),
        (b'{"Ada":"0","Bo":"0"', b'{"Ada":"9","Bo":"0"', "votes"),
        (b'{"Ada":"0","Bo":"0"', b'["Ada":"0","Bo":"0"', "votes"),
    ],
)
def test_one_byte_of_one_decision_changed_in_the_file_is_found_and_named(house, before, after, field):
    body, file = house
    assert verified(body).exit_code == 0
    change_byte(file, before, after)
    result = verified(body)
    assert result.exit_code == 1
    assert "Line 2 of the decision log" in result.stderr
    assert f"Not as it was written: {field}." in result.stderr


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("result = 'approved'", "result"),
        ("quorum = 1", "quorum"),
        ("dataset = 'yy_other'", "dataset"),
        ("hash = '0' || substr(hash, 2, 62) || 'x'", "hash"),
        ("prev_hash = '0'", "prev_hash"),
        ("decided_at = '2026-11-21T12:00:01+00:00'", "decided_at"),
        ("review_by = '2099-01-01'", "review_by"),
        ("supersedes = 1", "supersedes"),
    ],
)
def test_the_field_that_was_changed_is_named(house, change, field):
    body, _ = house
    with body.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER decisions_no_update"))
        connection.execute(text(f"UPDATE decisions SET {change} WHERE number = 2"))
    result = verified(body)
    assert result.stderr.startswith("The decision log is broken. Line 2 ")
    assert f"Not as it was written: {field}" in result.stderr


def published(body, tmp_path, names=True):
    app = decisions_app(lambda: body.store, lambda: names, log_page)
    files = [tmp_path / "log.json", tmp_path / "log.html"]
    done = CliRunner().invoke(app, ["export", "--json", str(files[0]), "--html", str(files[1])])
    assert done.exit_code == 0, done.output
    assert done.stdout == "3 decisions are written for everybody to read.\n"
    return files[0].read_text(), files[1].read_text()


def test_what_is_published_hides_protected_places_and_nothing_else(house, tmp_path):
    body, _ = house
    told, page = published(body, tmp_path)
    first, second, third = json.loads(told)["decisions"]
    assert (first["title"], first["votes"]["Ada"]) == ("<script>alert(1)</script> Kirchen", "5")
    assert (third["number"], third["type"], third["result"]) == (3, "sensitivity", "approved")
    assert third["title"] == third["reasons"] == "hidden: it is about a place that is protected"
    assert third["prev_hash"] == second["hash"]
    for text_ in (told, page):
        assert "sensitivity-secret" not in text_
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Kirchen" in page


def test_whatever_follows_a_hidden_decision_is_hidden_like_it(house, tmp_path):
    body, _ = house
    hidden = body.store.log()[-1]
    follow = [
        replace(hidden, number=number, type=kind, supersedes=number - 1, proposal_id="secret-place")
        for number, kind in ((4, DecisionType.RETRACTION), (5, DecisionType.APPEAL))
    ]
    told = json.dumps(lines_of([*body.store.log(), *follow], {}, names=True))
    assert "secret" not in told
    assert told.count("hidden: it is about a place") == 6


def test_names_are_left_out_where_the_terms_say_so(house, tmp_path):
    body, _ = house
    told, page = published(body, tmp_path, names=False)
    for member in ("Ada", "Chidi", "Gil"):
        assert member not in told
        assert member not in page
    assert json.loads(told)["decisions"][0]["votes"] == {"5": 7}


def test_a_broken_log_is_not_published(house, tmp_path):
    body, file = house
    change_byte(file, b"Refused: every score", b"refused: every score")
    app = decisions_app(lambda: body.store)
    done = CliRunner().invoke(app, ["export", "--json", str(tmp_path / "log.json")])
    assert done.exit_code == 1
    assert "nothing is published" in done.stderr
    assert not (tmp_path / "log.json").exists()
    assert CliRunner().invoke(app, ["export"]).exit_code == 2


def test_every_decision_is_counted_again_from_its_votes(house):
    body, _ = house
    run = lambda *given: CliRunner().invoke(decisions_app(lambda: body.store), ["replay", *given])  # noqa: E731
    assert run().stdout == "3 decisions are what their votes come to by the terms of their rounds.\n"
    assert run("2").stdout.startswith("1 decisions are")
    assert "There is no decision 9" in run("9").stderr
    with body.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER votes_no_update"))
        connection.execute(text("UPDATE votes SET answer = '5' WHERE proposal_id = 'place-c1'"))
    result = run()
    assert (result.exit_code, result.stderr.count("Decision 2 is not what its votes come to")) == (1, 1)
