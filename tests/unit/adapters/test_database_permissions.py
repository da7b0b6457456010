"""Permissions on real databases: kept as they were given, and never changed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.database.permissions import SqlPermissionStore
from heritage.adapters.letters import FileLetters
from heritage.errors import GovernanceError
from heritage.licence.permission import Permission, PermissionKind, Scope, Target
from heritage.licence.question import Question
from heritage.model.edit import Kind
from heritage.ports.decisions import Ground
from heritage.ports.permissions import GateResult

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
GIVEN = Permission(
    dataset="xx_churches",
    licence_id="CC-BY-4.0",
    target=Target.WIKIDATA,
    kind=PermissionKind.EMAIL,
    given_on=date(2026, 1, 7),
    by="Kyrkans arkiv åäö",
    scope=Scope((Kind.NAMES, Kind.PLACE), ("0017", "a/b")),
    covers_database_right=True,
    letter="ab" * 32,
    valid_until=date(2028, 1, 1),
)
ASKED = Question(
    "xx_churches", "OGL-UK-3.0", Target.EXPORT, Scope(), "Facts.", "Read.", date(2028, 1, 1), AT.date(), "Ada"
)
RESULT = GateResult(
    "xx_churches", "s1", Target.WIKIDATA, "ALLOW", "Because.", "CC-BY-4.0", "", "https://e.example", "Board",
    "de", True, "", "", ("owner",), "f" * 64, GIVEN.hash, "the licence was A and is B", ("b1",),
)  # fmt: skip


@pytest.fixture
def store(engine) -> SqlPermissionStore:
    return SqlPermissionStore(engine)


def test_what_was_put_on_record_comes_back_to_the_letter(store):
    assert store.add(GIVEN, AT, "steward")
    assert not store.add(GIVEN, AT, "another")
    assert store.permissions() == [GIVEN]
    assert store.permissions()[0].hash == GIVEN.hash != replace(GIVEN, by="Kyrkans arkiv").hash
    store.revoke(GIVEN.hash, "taken back", AT, "steward")
    store.revoke(GIVEN.hash, "again", AT, "steward")
    assert store.revocations()[GIVEN.hash].reason == "taken back"
    assert store.ask(ASKED, AT)
    assert not store.ask(ASKED, AT)
    assert store.questions() == [ASKED]
    store.note(RESULT, AT)
    assert store.results("xx_churches") == [(AT, RESULT)]
    assert store.results("xx_castles") == []


@pytest.mark.parametrize(
    "table", ["permissions", "permission_revocations", "licence_questions", "gate_results", "batch_grounds"]
)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET content = 'x'"])
def test_the_database_itself_refuses_to_change_them(store, engine, table, change):
    store.add(GIVEN, AT, "steward")
    store.revoke(GIVEN.hash, "x", AT, "steward")
    store.ask(ASKED, AT)
    store.note(RESULT, AT)
    ground = Ground("names", "CC-BY-4.0", "ALLOW", "f", GIVEN.hash)
    journal = SqlJournal(engine)
    for grounds in ([ground], [ground], [replace(ground, permission="")]):
        journal.plan("b1", [1], "wiki", [], AT, grounds)
    assert set(journal.batches()[0].grounds) == {ground, replace(ground, permission="")}
    change = change.replace("content", "reason") if table == "permission_revocations" else change
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(change.format(table)))


def test_a_row_that_was_changed_outside_is_told_and_not_believed(store, engine):
    store.add(GIVEN, AT, "steward")
    with engine.begin() as connection:
        sqlite = connection.dialect.name == "sqlite"
        trigger = "permissions_no_update" if sqlite else "permissions_append_only ON permissions"
        connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("UPDATE permissions SET content = replace(content, '2028', '2088')"))
    with pytest.raises(GovernanceError, match="permission 1 on record cannot be trusted"):
        store.permissions()


def test_letters_are_kept_by_their_bytes(tmp_path):
    letters = FileLetters(str(tmp_path / "data"))
    (tmp_path / "Answer (final).PDF").write_bytes(b"yes")
    kept = letters.keep(tmp_path / "Answer (final).PDF")
    assert letters.keep(tmp_path / "Answer (final).PDF") == kept
    [stored] = (tmp_path / "data" / "_permissions").iterdir()
    assert stored.name == f"{kept}.pdf"
    assert letters.holds(kept)
    stored.write_bytes(b"no")
    assert not letters.holds(kept)
    assert not letters.holds("*")
    (tmp_path / "empty.txt").touch()
    with pytest.raises(GovernanceError, match="empty"):
        letters.keep(tmp_path / "empty.txt")
