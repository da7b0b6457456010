"""`heritage decisions` as a person runs it, on a real database."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from heritage.adapters.database.decisions import SqlDecisionStore
from heritage.adapters.database.engine import connect, upgrade
from heritage.cli.decisions import decisions_app
from heritage.governance.decide import decide
from heritage.model.governance import Criteria, Proposal, Ranked, Rehearsal, Scope, Vote
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
