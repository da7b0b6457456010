"""An appeal holds an upload back at once, and what is void or has lapsed is removed, on a real wiki."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from heritage.adapters.clock import SystemClock
from heritage.errors import DecisionMissing, GovernanceError
from heritage.governance.settings import Role
from heritage.model.governance import Result, RoundState
from heritage.model.upload import Action
from heritage.ports.orders import BatchState
from heritage.wiring.batch_orders import batch_standing
from heritage.wiring.governance import (
    ask_helpdesk,
    cast_vote,
    close_round,
    file_appeal,
    latest_ranking,
    may,
    open_appeals,
    open_emergency,
    open_round,
    provisional,
    rank_and_report,
)
from heritage.wiring.schedule import capacity, set_capacity
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.uploads import plan_batches, upload_batch
from heritage.wiring.wiki_account import WikiAccount
from installation import TERMS, settings_in, vote
from terms_examples import EVER
from wikibase_sandbox.testing import BOT, Sandbox, running

PANEL = ("Pim", "Pia", "Per")
ROLES = {
    "chair": [{"user": "Ada", **EVER}],
    "secretary": [{"user": "Sekai", **EVER}],
    "appeal_panel": [{"user": name, **EVER} for name in PANEL],
}


@dataclass
class House:
    settings: Settings
    account: WikiAccount
    sandbox: Sandbox
    folder: Path

    def batch(self) -> str:
        """The batch of by_heritage."""
        return next(
            b.batch_id for b in plan_batches(self.settings, self.account) if b.dataset == "by_heritage"
        )

    def send(self, batch_id: str, limit: int | None = None) -> None:
        upload_batch(self.settings, self.account, batch_id, limit=limit)

    def datasets(self) -> list[str]:
        return [batch.dataset for batch in plan_batches(self.settings, self.account)]

    def decision(self, batch_id: str) -> int:
        batches = plan_batches(self.settings, self.account)
        return next(batch.decisions[0] for batch in batches if batch.batch_id == batch_id)


@pytest.fixture
def house(decided_installation: Path, tmp_path: Path) -> Iterator[House]:
    folder = shutil.copytree(decided_installation, tmp_path / "house")
    given = {name.removeprefix("HERITAGE_").lower(): value for name, value in settings_in(folder).items()}
    (folder / "governance.yaml").write_text(json.dumps(TERMS | {"roles": ROLES}))
    with running(folder / "wiki.sqlite") as sandbox:
        account = WikiAccount(sandbox.api_url, f"{BOT.name}@heritage", "sandbox", BOT.password)
        yield House(Settings.model_validate(given), account, sandbox, folder)


@pytest.fixture
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation as if its body had not decided yet: an emergency takes nothing up again."""
    monkeypatch.setattr("heritage.wiring.governance.decided", lambda *_: frozenset())


def hear(house: House, answer: str) -> None:
    """The panel answers; the last answer decides."""
    [round_] = decision_store(house.settings).open_rounds()
    for member in PANEL:
        cast_vote(
            house.settings, round_.round_id, member, round_.proposals[0].proposal.proposal_id, answer, ""
        )
    closed = decision_store(house.settings).round(round_.round_id)
    assert closed is not None
    assert closed.state is RoundState.CLOSED


def test_an_appeal_holds_what_waits_and_refused_it_goes_on(house: House) -> None:
    batch = house.batch()
    house.send(batch, limit=2)
    sent = len(house.sandbox.edits())
    number = house.decision(batch)
    appeal = file_appeal(house.settings, "Sekai", number, "Parish", "community", "Our shrine is in it.")
    assert open_appeals(house.settings) == [appeal]
    assert house.datasets() == ["de_libraries"]
    stands = batch_standing(house.settings, batch)
    assert (stands.state, stands.sends) == (BatchState.CONTESTED, False)
    assert f"Decision {number} is under appeal {appeal.appeal_id}" in stands.sentence
    assert stands.allowed == (Action.CANCEL, Action.UNDO)
    with pytest.raises(GovernanceError, match="nothing of it is sent before the appeal is heard"):
        house.send(batch)
    assert len(house.sandbox.edits()) == sent
    hear(house, "against")
    assert open_appeals(house.settings) == []
    house.send(batch)
    assert batch_standing(house.settings, batch).state is BatchState.DONE
    assert len(house.sandbox.edits()) > sent


def test_an_appeal_that_comes_while_edits_are_sent_stops_the_next_one(house: House) -> None:
    batch = house.batch()
    number = house.decision(batch)

    def appeal(done: int, _total: int) -> None:
        if done == 1:
            file_appeal(house.settings, "Sekai", number, "Parish", "data owner", "It is ours.")

    upload_batch(house.settings, house.account, batch, progress=appeal)
    stands = batch_standing(house.settings, batch)
    assert stands.state is BatchState.CONTESTED
    assert stands.confirmed < stands.confirmed + stands.waiting
    assert stands.confirmed <= 2


def test_upheld_the_decision_is_void_its_batch_is_removed_and_the_proposal_comes_back(house: House) -> None:
    batch = house.batch()
    house.send(batch, limit=2)
    file_appeal(house.settings, "Sekai", house.decision(batch), "Parish", "requester", "Not as it was shown.")
    hear(house, "for")
    assert house.datasets() == ["de_libraries"]
    stands = batch_standing(house.settings, batch)
    assert (stands.state, stands.waiting, stands.confirmed) == (BatchState.CANCELLED, 0, 2)
    assert "is void: an appeal against it was upheld" in stands.sentence
    assert stands.allowed == (Action.UNDO,), "taking back is offered, not done"
    rank_and_report(house.settings)
    ranking = latest_ranking(house.settings)
    assert ranking is not None
    assert "by_heritage" in {one.proposal.dataset for one in ranking.ranked}
    opened = open_round(house.settings, by="Sekai")
    vote(house.settings, ("by_heritage-designation",))
    close_round(house.settings, opened.round_id, confirmed_by="Sekai")
    again = house.batch()
    assert again != batch
    house.send(again)
    assert batch_standing(house.settings, again).state is BatchState.DONE


def test_case_18_an_emergency_that_nobody_ratifies_has_its_batch_removed(
    house: House, undecided: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranking = latest_ranking(house.settings)
    assert ranking is not None
    item = next(one.proposal for one in ranking.ranked if one.proposal.kind == "place")
    with pytest.raises(GovernanceError, match="critical with high confidence"):
        open_emergency(house.settings, "Ada", item.proposal_id, "the dam breaks")
    opened = open_emergency(house.settings, "Ada", item.proposal_id, "the ministry asks", official=True)
    before = {b.batch_id for b in plan_batches(house.settings, house.account)}
    for member in ("Ada", "Bo", "Chidi"):
        cast_vote(house.settings, opened.round_id, member, item.proposal_id, "for", "")
    [batch] = {b.batch_id for b in plan_batches(house.settings, house.account)} - before
    house.send(batch, limit=1)
    later = datetime.now().astimezone() + timedelta(days=14)
    monkeypatch.setattr(SystemClock, "now", lambda _: later)
    assert batch not in {b.batch_id for b in plan_batches(house.settings, house.account)}
    stands = batch_standing(house.settings, batch)
    assert (stands.state, stands.waiting) == (BatchState.CANCELLED, 0)
    assert "has lapsed: the body did not ratify the emergency" in stands.sentence
    with pytest.raises(GovernanceError, match="has lapsed"):
        house.send(batch)


def test_a_proposal_that_vanished_while_voting_is_not_uploaded_and_its_votes_are_kept(
    house: House, undecided: None
) -> None:
    ranking = latest_ranking(house.settings)
    assert ranking is not None
    item = next(one for one in ranking.ranked if one.proposal.kind == "place")
    opened = open_emergency(house.settings, "Sekai", item.proposal.proposal_id, "asked", official=True)
    for member in ("Ada", "Bo"):
        cast_vote(house.settings, opened.round_id, member, item.proposal.proposal_id, "for", "")
    of = item.proposal
    for table in Path(house.settings.data_url, of.dataset, of.snapshot).glob("edits*"):
        table.unlink()
    assert [one.result for one in provisional(house.settings, opened.round_id)] == [Result.DEFERRED]
    cast_vote(house.settings, opened.round_id, "Chidi", of.proposal_id, "for", "")
    decision = decision_store(house.settings).log()[-1]
    assert (decision.result, set(decision.votes)) == (Result.DEFERRED, {"Ada", "Bo", "Chidi"})
    assert decision.reasons.startswith("Stale: what was voted on is not there any more")


def test_who_may_act_is_named_in_the_terms_and_has_the_role_in_airflow(house: House) -> None:
    assert may(house.settings, "Sekai", Role.SECRETARY, "User")
    assert may(house.settings, "Ada", Role.CHAIR, ["viewer", "op"])
    assert may(house.settings, "Bo", Role.MEMBER, "admin")
    assert not may(house.settings, "Sekai", Role.SECRETARY, "viewer")
    assert not may(house.settings, "Bo", Role.CHAIR, "admin")
    assert not may(house.settings, "admin", Role.SECRETARY, "admin")
    assert not may(house.settings, "Pim", Role.MEMBER, "admin")
    assert may(house.settings, "Pim", Role.APPEAL_PANEL, "viewer")


def test_requests_of_the_helpdesk_count_in_the_calendar_unless_somebody_enters_another_number(
    house: House,
) -> None:
    for hours in (2.0, 6.0):
        ask_helpdesk(
            house.settings, "Sekai", "Scans", "", asked_by="Parish", urgency=3, relevance=3, hours=hours
        )
    desk = capacity(house.settings).in_force.helpdesk
    assert (desk.open_requests, desk.mean_hours) == (2, 4.0)
    content = capacity(house.settings).capacity.model_dump(mode="json")
    entered = set_capacity(house.settings, "Sekai", content | {"helpdesk": {"open_requests": 9}})
    assert entered.capacity.helpdesk.mean_hours is None
    desk = capacity(house.settings).in_force.helpdesk
    assert (desk.open_requests, desk.mean_hours) == (9, 4.0)


def test_nothing_new_to_decide_says_so(house: House) -> None:
    rank_and_report(house.settings)
    with pytest.raises(DecisionMissing, match=r"There is nothing new to decide: [1-9]"):
        open_round(house.settings)
