"""What Airflow does when a step fails: try again, or fail at once with a sentence that says what to do."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from airflow.sdk import RetryDecision
from dag_house import House

from canaries import canaries, files_in, leaks
from heritage.errors import SourceUnavailable
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store
from installation import settings_in
from register_examples import VOCABULARIES, Publisher, csv_bytes, description, good_rows, publisher

BUSY = (503, {"Retry-After": "0"}, b"")


@pytest.fixture(scope="module")
def register() -> Iterator[Publisher]:
    with publisher() as state:
        yield state


@pytest.fixture
def house(airflow_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, register: Publisher) -> House:
    """An installation with one register, which its publisher serves well until a test says otherwise."""
    path = tmp_path / "datasets" / "se" / "se_demo" / "se_demo.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(description(harvest={"url": f"{register.url}/list.csv"})))
    (tmp_path / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
    register.body, register.before = csv_bytes(good_rows()), []
    register.asked.clear()
    house = House(tmp_path, monkeypatch)
    house.set(**settings_in(tmp_path, datasets=str(tmp_path / "datasets")))
    monkeypatch.delenv("AIRFLOW_CONN_HERITAGE_WIKI", raising=False)
    (tmp_path / "items.jsonl").write_text('{"id": "Q1", "type": "item", "labels": {}}\n')
    house.set(HERITAGE_WIKIDATA_DUMP=str(tmp_path / "items.jsonl"))
    return house


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == "heritage.orchestration.failures"]


def test_a_source_that_is_away_is_asked_again_later(house: House, register: Publisher) -> None:
    house.run("wikidata_index")
    register.before = [BUSY] * 4
    ran = house.run("se_demo", retry_at_once=True)
    assert ran.state == "success"
    assert (ran.tries["harvest"], ran.tries["map"]) == (2, 1)
    assert len(register.asked) == 5
    assert snapshot_store(Settings()).last_good("se_demo") == ran.xcoms["propose"]["snapshot"]


def test_a_source_that_asks_us_to_wait_is_asked_again_when_it_said(house: House) -> None:
    harvest = house.bag().dags["se_demo"].task_dict["harvest"]
    told = SourceUnavailable("se_demo: it asks us to wait 5 hours", retry_after=5 * 3600)
    assert harvest.retry_policy.evaluate(told, 1, 3).retry_delay == timedelta(hours=5)
    assert harvest.retry_policy.evaluate(SourceUnavailable("away"), 1, 3) == RetryDecision.default()


def test_a_source_that_asks_for_more_than_a_day_is_left_to_the_next_run(
    house: House, register: Publisher
) -> None:
    register.before = [(429, {"Retry-After": "86401"}, b"")]
    ran = house.run("se_demo")
    assert (ran.states["harvest"], ran.tries["harvest"], len(register.asked)) == ("failed", 1, 1)


@pytest.mark.parametrize(
    ("body", "step", "says"),
    [
        (b"<!doctype html><title>Sign in</title>", "map", "se_demo, list.csv: .*It is an HTML page"),
        (
            csv_bytes(good_rows(), ["nr", "benamning", "lon", "lat", "sort", "note", "owner"]),
            "map",
            "se_demo, list.csv, field namn",
        ),
        (
            csv_bytes(good_rows(3)),
            "check",
            "se_demo: snapshot .* is not used; .*3 records, expected 5 to 200",
        ),
    ],
    ids=["HTML", "renamed column", "too few rows"],
)
def test_what_only_a_person_can_mend_fails_at_once_with_a_sentence(
    house: House, register: Publisher, caplog: pytest.LogCaptureFixture, body: bytes, step: str, says: str
) -> None:
    register.body = body
    ran = house.run("se_demo")
    assert ran.state == "failed"
    assert (ran.states[step], ran.tries[step]) == ("failed", 1)
    assert {ran.states[later] for later in ("flag", "reconcile", "propose")} == {"upstream_failed"}
    [told] = errors(caplog)
    assert re.match(says, told)
    assert snapshot_store(Settings()).last_good("se_demo") is None


def test_uploads_without_an_account_say_what_to_set_up(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    ran = house.run("uploads")
    failed, later = ("plan", "ordered"), ("upload", "verify", "undo")
    states = dict.fromkeys(failed, "failed") | dict.fromkeys(later, "upstream_failed")
    assert (ran.state, ran.states) == ("failed", states | {"publish": "skipped"})
    assert ran.tries["plan"] == 1
    assert set(errors(caplog)) == {
        "there is no Airflow connection 'heritage_wiki': an upload needs a target and an account"
    }


def test_nothing_approved_is_nothing_to_do(house: House) -> None:
    house.set(AIRFLOW_CONN_HERITAGE_WIKI='{"conn_type": "generic", "host": "http://127.0.0.1:9/api.php"}')
    ran = house.run("uploads")
    assert (ran.state, set(ran.states.values())) == ("success", {"skipped"})


def test_an_index_without_a_dump_says_what_to_set(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.set(HERITAGE_WIKIDATA_DUMP="")
    ran = house.run("wikidata_index")
    assert ran.states == {"plan": "failed", "pull": "upstream_failed", "build": "upstream_failed"}
    assert ran.tries["plan"] == 1
    assert errors(caplog) == [
        "no dump is named: set HERITAGE_WIKIDATA_DUMP to a file of Wikibase entities, or "
        "HERITAGE_WIKIDATA_SPARQL to the address of a query service"
    ]


def test_a_hub_that_is_away_fails_no_upload(
    house: House, caplog: pytest.LogCaptureFixture, airflow_home: Path
) -> None:
    secrets = canaries("password", "extra")
    facts = {"conn_type": "generic", "host": "http://127.0.0.1:9/api.php", "login": "Bot"}
    wiki = json.dumps(facts | {"password": secrets["password"], "extra": {"note": secrets["extra"]}})
    house.set(AIRFLOW_CONN_HERITAGE_WIKI=wiki, AIRFLOW_CONN_HERITAGE_METABASE=wiki)
    ran = house.run("uploads")
    assert (ran.state, ran.states["plan"], ran.states["publish"]) == ("success", "skipped", "success")
    [told] = [one.getMessage() for one in caplog.records if one.name == "heritage.orchestration.uploads"]
    assert told.startswith("The hub was not told everything, the next run goes on: Local sandbox is no hub")
    out = [*caplog.messages, str(ran), *files_in(house.folder), *files_in(airflow_home)]
    assert not leaks(secrets, out), "no log, no XCom, no database of Airflow has what connections hold"
