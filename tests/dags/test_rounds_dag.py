"""The DAG `rounds` over a body that decides on pages: nothing is lost, and nothing is said or done twice."""

import json
from typing import Any

import pytest
from dag_house import House, webhook

from body_examples import ROLES, SEATS, Body, ranked
from heritage.adapters.clock import SystemClock
from heritage.adapters.database.engine import connect, upgrade
from heritage.governance.settings import GovernanceSettings
from heritage.steps import govern_emergency
from heritage.wiring.settings import Settings
from heritage.wiring.stores import action_log
from installation import settings_in
from terms_examples import terms_with


@pytest.fixture
def body(house: House) -> Body:
    terms = terms_with(SEATS, roles=ROLES)
    (house.folder / "terms.json").write_text(json.dumps(terms))
    (house.folder / "datasets").mkdir()
    given = settings_in(house.folder, datasets=str(house.folder / "datasets"), governance_conns="tell")
    house.set(**given)
    house.set(HERITAGE_GOVERNANCE=str(house.folder / "terms.json"))
    upgrade(Settings().database)
    return Body(connect(Settings().database), GovernanceSettings.model_validate(terms), SystemClock())  # type: ignore[arg-type]


def decided_on_a_page(body: Body, item: str) -> str:
    """An emergency that is carried by its third vote."""
    round_ = govern_emergency.open_emergency(
        [ranked(item)], "Sekai", item, "the dam breaks", official=True, store=None, **body.bound
    )
    for member in SEATS[:3]:
        body.vote(round_, member, item, "for")
    body.close(round_)
    return round_.round_id


def handed_on() -> list[Any]:
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        found = select(AssetEvent.extra).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        return list(
            session.scalars(found.where(AssetModel.name == "heritage/decisions").order_by(AssetEvent.id))
        )


def told(round_id: str) -> list[str]:
    return [one.detail for one in action_log(Settings()).about(round_id) if one.action == "tell"]


def test_what_is_decided_on_a_page_is_handed_on_once_and_told_until_it_is(house: House, body: Body) -> None:
    before = handed_on()
    round_id = decided_on_a_page(body, "names-c1")
    with webhook(503) as chat:
        house.set(AIRFLOW_CONN_TELL=json.dumps({"conn_type": "http", "host": chat.url}))
        first = house.run("rounds")
    assert (first.state, set(first.states.values())) == ("success", {"success"})
    assert handed_on() == [*before, {"decisions": 1}]
    assert first.xcoms["close_overdue"] == {"names-c1": "approved"}
    assert told(round_id) == [], "a chat that is down has not been told"
    with webhook() as chat:
        house.set(AIRFLOW_CONN_TELL=json.dumps({"conn_type": "http", "host": chat.url}))
        second = house.run("rounds")
        decided_on_a_page(body, "place-c1")
        third = house.run("rounds")
    assert second.states == {"tell": "success", "close_overdue": "skipped"}
    assert handed_on() == [*before, {"decisions": 1}, {"decisions": 2}]
    assert third.xcoms["close_overdue"] == {"place-c1": "approved"}
    assert told(round_id) == ["closed by tell"]
    assert [content["text"].count("is closed: 1 approved") for _, _, content in chat.took] == [1, 1]
