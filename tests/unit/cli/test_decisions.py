"""`heritage decisions` as a person runs it, on a real database."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from body_examples import Body, ask
from body_examples import ranked as body_ranked
from heritage.adapters.database.decisions import SqlDecisionStore
from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.log_seals import FileSeals
from heritage.adapters.reports.log_page import log_page
from heritage.cli import app as cli
from heritage.cli.decisions import decisions_app
from heritage.errors import GovernanceError
from heritage.governance.decide import decide
from heritage.governance.public import lines_of
from heritage.governance.settings import GovernanceSettings
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
from heritage.steps.govern_standing import approved, check_log, keep_seal
from priority_examples import terms
from terms_examples import EVER, terms_of, terms_with

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
    expected = (
        f"The decision log is unbroken: 3 decisions, the last with the hash {last.hash}. Not covered: votes, "
        "pulls and terms behind 3 earlier decisions.\n"
    )
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


BO = "WHERE member = 'Bo' AND proposal_id = 'place-c1'"
OF_BO = "vote 1 of member Bo on proposal place-c1"
COLUMNS = "round_id, proposal_id, member, answer, reason, cast_at"
OTHER, GONE = ": not what was decided on.", " is gone."
BENT = [
    (f"UPDATE votes SET answer = '1' {BO}", OF_BO + OTHER),
    (f"UPDATE votes SET reason = 'bribed' {BO}", OF_BO + OTHER),
    (f"UPDATE votes SET cast_at = '2020-01-01 00:00:00' {BO}", OF_BO + OTHER),
    (f"UPDATE votes SET member = 'Zoe' {BO}", OF_BO + GONE),
    (f"DELETE FROM votes {BO}", OF_BO + GONE),
    (
        f"INSERT INTO votes ({COLUMNS}) SELECT {COLUMNS} FROM votes {BO}",
        "vote 2 of member Bo on proposal place-c1 was added after the decision.",
    ),
    (
        "DELETE FROM votes WHERE member = 'Ada' AND answer = '3'",
        "vote 1 of member Ada on proposal names-c1" + OTHER,
    ),
    ("UPDATE pulls SET reason = 'for fun'", "the pull of member Ada on proposal label-c1" + OTHER),
    ("DELETE FROM pulls", "the pull of member Ada on proposal label-c1" + GONE),
    ("UPDATE rounds SET terms = replace(terms, '100.0', '10.0')", "its terms of reference" + OTHER),
    ("UPDATE rounds SET terms = ''", "its terms of reference" + OTHER),
    ("""UPDATE rounds SET seats = '["Ada","Zoe"]'""", "its seats" + OTHER),
    ("UPDATE rounds SET closes_at = '2099-01-01 00:00:00'", "its kind and times" + OTHER),
    ("UPDATE rounds SET opened_at = '2020-01-01 00:00:00'", "its kind and times" + OTHER),
    ("UPDATE rounds SET kind = 'appeal'", "its kind and times" + OTHER),
    ("UPDATE round_proposals SET position = 9 WHERE proposal_id = 'names-c1'", "its agenda" + OTHER),
]


@pytest.fixture
def voted(engine):
    """A closed round on three proposals, with a pull and a vote that was changed."""
    body = Body(engine)
    items = body_ranked("names-c1"), body_ranked("place-c1"), body_ranked("label-c1", robustness="robust in")
    round_ = body.open(*items)
    body.pull(round_, "Ada", "label-c1")
    body.vote(round_, "Ada", "names-c1", "3")
    body.all_vote(round_)
    body.close(round_)
    with engine.begin() as connection:
        triggers = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for trigger in triggers:
            connection.execute(text(f"DROP TRIGGER {trigger}"))
    assert check_log(body.store) == []
    assert "Not covered" not in verified(body).stdout
    return body


@pytest.mark.parametrize(("bent", "told"), BENT)
def test_whatever_a_decision_was_made_on_is_named_when_it_is_bent(voted, bent, told):
    with voted.engine.begin() as connection:
        assert connection.execute(text(bent)).rowcount
    result = verified(voted)
    [round_] = voted.store.heads()
    assert result.exit_code == 1
    assert f"The decision log is broken. Round {round_.round_id}: {told}" in result.stderr
    with pytest.raises(GovernanceError, match="nothing is added to it"):
        voted.run(body_ranked("images-c1"))


@pytest.mark.parametrize(
    ("bent", "told"),
    [
        ("UPDATE votes SET cast_at = 'noon'", "A vote cannot be read: it was changed outside the product."),
        ("UPDATE votes SET reason = CAST(x'ff' AS TEXT)", "A vote cannot be read: it was changed"),
        ("UPDATE round_proposals SET ranked = '{'", "cannot be read: it was changed outside the product."),
        ("UPDATE rounds SET seats = '{'", "cannot be read: it was changed outside the product."),
        ("UPDATE rounds SET state = 'open'", "stands in the log as decided and was opened again."),
        ("UPDATE decisions SET basis = '[]' WHERE number = 1", "Not as it was written: basis."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_any_more_is_told_in_a_sentence(voted, bent, told):
    with voted.engine.begin() as connection:
        assert connection.execute(text(bent)).rowcount
    result = verified(voted)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert told in result.stderr


def cut_off_the_last_round(engine):
    """As somebody with the database file alone would who wants a decision never to have been."""
    with engine.begin() as connection:
        for trigger in ("decisions_no_delete", "rounds_no_update"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        last = connection.scalar(text("SELECT round_id FROM decisions ORDER BY number DESC LIMIT 1"))
        connection.execute(text("DELETE FROM decisions WHERE round_id = :last"), {"last": last})
        connection.execute(text("UPDATE rounds SET state = 'open' WHERE round_id = :last"), {"last": last})


def test_what_is_cut_off_the_end_with_its_round_is_missed_by_what_was_published(house, tmp_path):
    body, _ = house
    published(body, tmp_path)
    app = decisions_app(lambda: body.store)
    known = ["verify", "--published", str(tmp_path / "log.json")]
    assert CliRunner().invoke(app, known).exit_code == 0
    cut_off_the_last_round(body.engine)
    assert CliRunner().invoke(app, ["verify"]).exit_code == 0, "the file alone does not know"
    result = CliRunner().invoke(app, known)
    assert result.exit_code == 1
    assert "The decision log is shorter than what was published on 20" in result.stderr
    assert "it had 3 decisions then and has 2 now." in result.stderr
    (tmp_path / "log.json").write_text("[]")
    assert CliRunner().invoke(app, known).exit_code == 2


def test_the_seal_beside_the_snapshots_misses_what_is_cut_off_or_written_anew(engine, tmp_path):
    class Sealed(Body):
        @property
        def store(self):
            return SqlDecisionStore(self.engine, FileSeals(str(tmp_path / "data")))

    body = Sealed(engine)
    body.run(body_ranked("names-c1"))
    body.run(body_ranked("place-c1"))
    log = body.store.log()
    assert [(one.number, one.hash) for one in body.store.seals()] == [(1, log[0].hash), (2, log[1].hash)]
    keep_seal(body.store, NOW)
    assert len(body.store.seals()) == 2, "what is kept is not kept twice"
    cut_off_the_last_round(engine)
    told = "The decision log is shorter than what was published on 2026-11-21 12:00 UTC: it had 2 decisions"
    assert check_log(body.store)[0].startswith(told)
    with pytest.raises(GovernanceError, match="nothing stands approved: The decision log is shorter"):
        approved(body.store, NOW)
    with pytest.raises(GovernanceError, match="nothing is added to it: The decision log is shorter"):
        body.run(body_ranked("images-c1"))
    keep_seal(body.store, NOW)
    assert len(body.store.seals()) == 2, "a log that was cut is not sealed"
    anew = Body(engine)  # who writes without the seals
    (round_,) = anew.store.open_rounds()[:1]
    anew.clock.at += timedelta(days=30)
    anew.close(round_, "Sekai", "never mind")
    assert "Line 2 of the decision log is another one than was published" in check_log(body.store)[0]


def test_a_folder_that_takes_no_seal_stops_no_closing_and_is_tried_again(engine, tmp_path, caplog):
    (tmp_path / "data").write_text("no folder")
    body, book = Body(engine), FileSeals(str(tmp_path / "data"))
    body.run(body_ranked("names-c1"))
    keep_seal(SqlDecisionStore(engine, book), NOW)
    assert "could not be kept beside the snapshots" in caplog.text
    (tmp_path / "data").unlink()
    keep_seal(SqlDecisionStore(engine, book), NOW)
    assert len(book.seals()) == 1


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


@pytest.mark.parametrize("member", ["a", "e", "5", "Votes:", "recused", "of reference"])
def test_without_names_a_sentence_stays_whole_whatever_people_are_called(engine, member):
    seats = (member, "Bo", "Chidi", "Dana", "Eva")
    members = [{"user": seat, **EVER} for seat in seats]
    members[0]["interests"] = members[1]["interests"] = [{"why": "funder", "datasets": ["xx_churches"]}]
    body = Body(engine, GovernanceSettings.model_validate(terms_with(()) | {"members": members}))
    round_ = body.open(body_ranked("names-c1"))
    for seat in seats[2:]:
        body.vote(round_, seat, "names-c1", "5")
    body.clock.at = round_.closes_at
    body.close(round_)
    named, nameless = (lines_of(body.store.log(), {}, names)[0]["reasons"] for names in (True, False))
    both = ", ".join(sorted([member, "Bo"]))
    assert named.count(f"{both} recused.") == 1
    assert nameless == named.replace(f"{both} recused.", "2 recused.")


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


# --- Questions -------------------------------------------------------------------------------------------


def ask_body(tmp_path, monkeypatch, *given):
    (tmp_path / "governance.yaml").write_text(json.dumps(terms()))
    monkeypatch.setenv("HERITAGE_GOVERNANCE", str(tmp_path / "governance.yaml"))
    monkeypatch.setenv("HERITAGE_DATABASE_URL", f"sqlite:///{tmp_path}/heritage.db")
    monkeypatch.setenv("HERITAGE_REPORTS", str(tmp_path / "reports"))
    monkeypatch.setenv("HERITAGE_DATA_URL", str(tmp_path / "data"))
    return CliRunner(env={"COLUMNS": "200"}).invoke(cli, ["decisions", "ask", *given, "--why", "it is time"])


EQUAL = ("--urgency", "1", "--relevance", "1", "--equity", "1", "--readiness", "1")


def test_a_question_is_asked_at_the_command_line_with_the_same_checks(tmp_path, monkeypatch):
    asked = partial(ask_body, tmp_path, monkeypatch)
    for given, why in (
        (("weights", "Weigh", "--by", "Sami"), "urgency: Give this criterion a weight"),
        (("weights", "Weigh", "--by", "Sami", *EQUAL, "--equity=-2"), "equity: A weight cannot be below 0."),
        (("weights", "Weigh", "--by", "Amina", *EQUAL), "'Amina' cannot put a question to the body"),
        (("retraction", "Withdraw", "--by", "Sami", "--decision", "3"), "There is no decision 3"),
        (("retraction", "Withdraw", "--by", "Sami"), "Name the number"),
    ):
        done = asked(*given)
        assert done.exit_code != 0, given
        assert why in done.stderr
    done = asked("weights", "Weigh alike", "--by", "Sami", *EQUAL)
    assert done.exit_code == 0, done.output
    assert "Items on its agenda: 1." in done.stdout
    store = SqlDecisionStore(connect(f"sqlite:///{tmp_path}/heritage.db"))
    (round_,) = store.open_rounds()
    assert dict(round_.proposals[0].proposal.weights) == dict.fromkeys(
        ("urgency", "relevance", "equity", "readiness"), 0.25
    )
