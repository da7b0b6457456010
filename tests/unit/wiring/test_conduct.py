"""When a round opens by itself, who is told what, and what closes it when nobody else does."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from sqlalchemy import create_engine, text

import report_examples
from heritage.errors import DecisionMissing, GovernanceError
from heritage.governance.decide import decide
from heritage.model.governance import Result, RoundState
from heritage.steps.rank import Ranking
from heritage.wiring import conduct, governance, tidings
from heritage.wiring.settings import Settings
from heritage.wiring.stores import action_log, decision_store
from heritage.wiring.terms import governance_settings
from installation import settings_in
from terms_examples import EVER, terms_with

MEMBERS = ("Ada", "Bo", "Chidi", "Dana", "eun@heritage.example")


@dataclass
class House:
    folder: Path
    settings: Settings

    def terms(self, **changed: object) -> None:
        staff = {"secretary": [{"user": "Sol", **EVER}]}
        terms = terms_with(MEMBERS, **({"roles": staff, "portfolio": {"share": "1/1000"}} | changed))
        (self.folder / "governance.yaml").write_text(json.dumps(terms))

    def report(self, days_ago: float = 0) -> str:
        """A report of so many days ago with the proposals of the examples; gives its folder."""
        made = datetime.now(UTC) - timedelta(days=days_ago, seconds=1)
        folder = self.settings.reports_folder / made.strftime("%Y-%m-%dT%H%M%SZ")
        folder.mkdir(parents=True)
        ranked = tuple(view.ranked for view in report_examples.report().ranked if view.ranked)
        ranking = Ranking(ranked=ranked, gated=(), decided=0)
        (folder / "ranking.json").write_bytes(TypeAdapter(Ranking).dump_json(ranking))
        return str(folder)

    def move_deadline(self, days: float) -> None:
        """As if the rounds had been opened earlier."""
        closes = datetime.now(UTC) + timedelta(days=days)
        with create_engine(self.settings.database).begin() as connection:
            opened = {"opened_at": closes - timedelta(days=7), "closes_at": closes}
            connection.execute(
                text("UPDATE rounds SET opened_at = :opened_at, closes_at = :closes_at"),
                {name: at.strftime("%Y-%m-%d %H:%M:%S.%f") for name, at in opened.items()},
            )

    def all_answer(self, round_id: str) -> None:
        for member in MEMBERS:
            governance.agree_consent(self.settings, round_id, member)
            for proposal in governance.unanswered(self.settings, round_id).get(member, ()):
                governance.cast_vote(self.settings, round_id, member, proposal, "5", "")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    for name, value in settings_in(tmp_path).items():
        monkeypatch.setenv(name, value)
    made = House(tmp_path, Settings())
    made.terms()
    return made


def test_a_round_opens_by_itself_when_its_day_has_come(house: House) -> None:
    house.terms(open_after_days=3)
    assert conduct.open_when_due(house.settings, house.report(days_ago=2.9)) is None
    assert decision_store(house.settings).rounds() == []
    opened = conduct.open_when_due(house.settings, house.report(days_ago=3.1))
    assert [round_.round_id for round_ in decision_store(house.settings).rounds()] == [opened]


def test_the_round_that_the_secretary_opened_is_the_round_of_the_report(house: House) -> None:
    house.terms(open_after_days=3)
    folder = house.report()
    assert conduct.open_when_due(house.settings, folder) is None
    by_hand = governance.open_round(house.settings, by="Sol").round_id
    assert conduct.open_when_due(house.settings, folder) == by_hand
    house.all_answer(by_hand)
    assert conduct.voting_over(house.settings, by_hand)
    conduct.close(house.settings, by_hand)
    assert conduct.open_when_due(house.settings, folder) == by_hand, "a run that is repeated opens no other"


def test_what_was_decided_since_the_report_is_not_decided_again(house: House) -> None:
    round_id = str(conduct.open_when_due(house.settings, house.report()))
    house.all_answer(round_id)
    terms, now = governance_settings(house.settings), datetime.now(UTC)
    # No edits lie behind the examples, and a closing that looks for them would defer every one.
    written = decision_store(house.settings).close_round(
        round_id, lambda round_, votes, last: decide(round_, votes, terms, now, last)
    )
    settled = [line for line in written if line.result is not Result.DEFERRED]
    assert settled
    again = governance.open_round(house.settings, by="Sol")
    brought = {one.proposal.proposal_id for one in again.proposals}
    assert brought == {one.proposal_id for one in written} - {one.proposal_id for one in settled}
    with pytest.raises(GovernanceError, match="decided already"):
        governance.open_emergency(house.settings, "Sol", settled[0].proposal_id, "now", official=True)


def test_nothing_to_decide_is_said_at_once(house: House) -> None:
    house.terms(open_after_days=3)
    folder = Path(house.report())
    (folder / "ranking.json").write_bytes(TypeAdapter(Ranking).dump_json(Ranking((), (), 2)))
    with pytest.raises(DecisionMissing, match="2 proposals are decided already"):
        conduct.open_when_due(house.settings, str(folder))


def test_voting_ends_when_all_have_answered_and_only_then_before_the_deadline(house: House) -> None:
    round_id = str(conduct.open_when_due(house.settings, house.report()))
    assert not conduct.voting_over(house.settings, round_id)
    house.all_answer(round_id)
    assert conduct.voting_over(house.settings, round_id)
    assert conduct.voting_over(house.settings, round_id), "asked again"
    ended = [entry for entry in action_log(house.settings).about(round_id) if entry.action == "end voting"]
    assert len(ended) == 1
    with pytest.raises(GovernanceError, match="takes no votes any more"):
        governance.cast_vote(
            house.settings, round_id, "Ada", report_examples.report().ranked[2].proposal.proposal_id, "0", ""
        )


def test_those_who_have_not_answered_are_reminded_shortly_before_the_end(house: House) -> None:
    round_id = str(conduct.open_when_due(house.settings, house.report()))
    assert tidings.reminding(house.settings, round_id) is None, "the end is far"
    governance.agree_consent(house.settings, round_id, "Ada")
    for proposal in governance.unanswered(house.settings, round_id)["Ada"]:
        governance.cast_vote(house.settings, round_id, "Ada", proposal, "3", "")
    house.move_deadline(days=1.9)
    reminder = tidings.reminding(house.settings, round_id)
    assert reminder is not None
    assert reminder.members == MEMBERS[1:]
    assert "Answers are missing from Bo, Chidi, Dana, eun@heritage.example." in reminder.text
    house.move_deadline(days=-0.1)
    assert tidings.reminding(house.settings, round_id) is None, "it is over"


def test_what_is_told_is_told_once_by_each_way_and_names_nothing_of_a_register(house: House) -> None:
    round_id = str(conduct.open_when_due(house.settings, house.report()))
    message, sent = tidings.opened(house.settings, round_id), []

    def send() -> None:
        sent.append(message.text)

    assert tidings.tell_once(house.settings, message, "chat", send)
    assert not tidings.tell_once(house.settings, message, "chat", send)
    assert tidings.tell_once(house.settings, message, "chat_of_the_board", send)
    assert len(sent) == 2
    assert not tidings.tell_once(house.settings, message, "mail", lambda: "there is no connection")
    assert not tidings.tell_once(house.settings, message, "mail", lambda: "there is no connection")
    kept = [entry.detail for entry in action_log(house.settings).about(round_id) if entry.action == "tell"]
    assert kept == [
        "opened by chat",
        "opened by chat_of_the_board",
        "opened by mail: not told, there is no connection",
    ]
    assert [
        view.proposal.title for view in report_examples.report().ranked if view.proposal.title in sent[0]
    ] == []


def test_the_secretary_may_return_a_round_and_everything_is_put_off_with_the_reason(house: House) -> None:
    round_id = str(conduct.open_when_due(house.settings, house.report()))
    house.all_answer(round_id)
    assert conduct.voting_over(house.settings, round_id)
    asked = conduct.confirmation(house.settings, round_id)
    assert asked is not None
    assert (asked.took_part, asked.seats, asked.secretaries, asked.waits) == (
        5,
        5,
        ("Sol",),
        timedelta(days=3),
    )
    assert decision_store(house.settings).log() == [], "nothing is written before"
    settled = conduct.close(house.settings, round_id, "Sol", "Bo voted for Dana")
    assert {line.result for line in settled} == {Result.DEFERRED}
    assert all("Bo voted for Dana (Sol)" in line.reasons for line in settled)
    assert conduct.close(house.settings, round_id) == settled, "a run that is repeated decides nothing"


def test_where_no_secretary_is_named_nobody_is_asked(house: House) -> None:
    house.terms(roles={})
    round_id = str(conduct.open_when_due(house.settings, house.report()))
    assert conduct.confirmation(house.settings, round_id) is None


def test_a_round_that_nobody_looks_after_is_closed_when_the_days_to_confirm_are_over(house: House) -> None:
    round_id = str(conduct.open_when_due(house.settings, house.report()))
    house.move_deadline(days=-3.9)
    assert conduct.close_overdue(house.settings) == []
    house.move_deadline(days=-4.1)
    settled = conduct.close_overdue(house.settings)
    assert {line.result for line in settled} == {Result.DEFERRED}, "nobody took part"
    [round_] = decision_store(house.settings).rounds()
    assert (round_.round_id, round_.state) == (round_id, RoundState.CLOSED)
    assert conduct.close_overdue(house.settings) == []


def test_the_watch_tells_of_rounds_that_no_run_tells_of(house: House) -> None:
    conduct.open_when_due(house.settings, house.report())
    assert tidings.to_tell(house.settings) == [], "its run tells of it"
    house.move_deadline(days=1)
    assert [message.what for message in tidings.to_tell(house.settings)] == ["opened", "reminder"]


@pytest.mark.parametrize(("hours", "told"), [(0.5, []), (2, ["closed"]), (71, ["closed"]), (73, [])])
def test_the_watch_tells_again_what_a_round_came_to_for_some_days(
    house: House, hours: float, told: list[str]
) -> None:
    round_id = str(conduct.open_when_due(house.settings, house.report()))
    terms, at = governance_settings(house.settings), datetime.now(UTC) - timedelta(hours=hours)
    decision_store(house.settings).close_round(
        round_id, lambda round_, votes, last: decide(round_, votes, terms, at, last)
    )
    messages = tidings.to_tell(house.settings)
    assert [message.what for message in messages] == told
    assert all("is closed: 0 approved" in message.text for message in messages)
