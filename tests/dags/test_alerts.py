"""Engineers are told once what needs them, with where and what to do, and nothing else."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from airflow.sdk.execution_time.callback_supervisor import execute_callback
from dag_house import House, webhook

from heritage.model.alert import Alert
from heritage.ports.health import Finding, Gravity, Health, HealthFacts, Trouble
from heritage.wiring.settings import Settings
from installation import settings_in
from register_examples import VOCABULARIES

SECRET = "T0/s3cr3t"


@pytest.fixture
def chat() -> Iterator[Any]:
    with webhook() as server:
        yield server


@pytest.fixture
def house(airflow_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chat: Any) -> House:
    """An installation with two descriptions that cannot be used, and a chat of its engineers."""
    for name in ("se_demo", "se_other"):
        path = tmp_path / "datasets" / "se" / name / f"{name}.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(f"id: {name}\nowner_of_the_house: Somebody Private\n")
    (tmp_path / "datasets" / "_vocabularies").symlink_to(VOCABULARIES)
    house = House(tmp_path, monkeypatch)
    house.set(**settings_in(tmp_path, datasets=str(tmp_path / "datasets"), alert_conns="tell"))
    house.set(AIRFLOW_CONN_TELL=json.dumps({"conn_type": "http", "host": chat.url, "password": SECRET}))
    return house


def told(chat: Any) -> list[str]:
    return [content["text"] for _, _, content in chat.took]


def test_the_first_of_a_kind_is_told_at_once_the_others_together_and_what_is_late(
    house: House, chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [house.run(name).state for name in ("se_demo", "se_other")] == ["failed", "failed"]
    [first] = told(chat)
    assert first.startswith("Heritage Guard: spec-error at se_demo.description. A dataset description is")
    assert "/tasks/description" in first
    assert "docs/runbook.md#spec-error" in first
    later = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr("heritage.wiring.alerts.SystemClock.now", lambda self: later)
    xcoms = house.run("alerts").xcoms
    assert (xcoms["tell"], xcoms["look"]) == (1, {"broken-description": 2})
    [together] = [text for text in told(chat) if text.startswith("Heritage Guard: 1 more alert since ")]
    assert [text for text in told(chat) if "broken-description, 2 on the page Health" in text]
    assert "spec-error: 1, in se_other.description. What to do: docs/runbook.md#spec-error" in together

    late, called = queued_and_missed("se_demo")
    assert late == timedelta(days=1)
    done = execute_callback(called["path"], called["kwargs"], "datasets.py", None, structlog.get_logger())
    assert done == (True, None)
    text = told(chat)[-1]
    assert text.startswith("Heritage Guard: late-run at se_demo. A run has not ended by its time. Run r1.")
    assert "/dags/se_demo/runs/r1 " in text

    assert "Private" not in "".join(told(chat)), "what a file says stays in the log"
    assert SECRET not in "".join(told(chat))
    assert {path for path, _, _ in chat.took} == {f"/{SECRET}"}


def queued_and_missed(dag_id: str) -> tuple[timedelta, Any]:
    """A run that is queued as the scheduler does it, and misses its deadline; gives how long it had, and what
    the scheduler hands to the executor."""
    from airflow.models.dagbag import DBDagBag
    from airflow.models.deadline import Deadline
    from airflow.models.taskinstance import clear_task_instances
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType, DagRunType
    from sqlalchemy import select

    with create_session() as session:
        now = datetime.now(UTC)
        run = (
            DBDagBag()
            .get_latest_version_of_dag(dag_id, session=session)
            .create_dagrun(
                run_id="r1",
                logical_date=now,
                data_interval=(now, now),
                run_after=now,
                run_type=DagRunType.MANUAL,
                state=DagRunState.QUEUED,
                triggered_by=DagRunTriggeredByType.TEST,
                session=session,
            )
        )
        session.flush()
        clear_task_instances(run.get_task_instances(session=session), session)  # as engineers do in Airflow
        [deadline] = session.scalars(select(Deadline).where(Deadline.dagrun_id == run.id)).all()
        deadline.handle_miss(session)
        return deadline.deadline_time - run.queued_at, deadline.callback.data


def test_ninety_failures_at_once_are_one_message_and_a_count(house: House, chat: Any) -> None:
    from heritage.orchestration.watch import send_to_engineers
    from heritage.wiring.alerts import tell_or_keep, tell_together

    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    alerts = [Alert("wiki-busy", f"dag_{n}.upload", "<!channel> r1", at) for n in range(90)]
    assert sum(tell_or_keep(Settings(), one, send_to_engineers) for one in alerts) == 1
    assert not tell_or_keep(Settings(), alerts[7], send_to_engineers), "a callback that is repeated"
    assert tell_together(Settings(), send_to_engineers) == 89
    first, together = told(chat)
    assert "Run __channel__r1." in first, "what somebody wrote into a run's name calls nobody"
    assert "wiki-busy: 89, in dag_1.upload, dag_10.upload," in together
    assert "and 79 others" in together
    assert len(together) < 1000
    assert list((house.folder / "data" / "_alerts").iterdir()) == [], "what is told is not kept"


def test_what_could_not_be_told_is_told_later(house: House, chat: Any) -> None:
    from heritage.wiring.alerts import tell_or_keep, tell_together

    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    one = Alert("storage-full", "se_demo.map", "r1", at)
    assert not tell_or_keep(Settings(), one, lambda subject, text: False)
    assert tell_together(Settings(), lambda subject, text: False) == 0
    heard: list[str] = []
    assert tell_together(Settings(), lambda subject, text: bool(heard.append(text)) or True) == 1
    assert "storage-full: 1, in se_demo.map." in heard[0]


def test_a_store_that_is_away_is_told_once_a_machine(
    house: House, chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heritage.orchestration.watch import send_to_engineers
    from heritage.wiring.alerts import tell_or_keep

    blocked = house.folder / "blocked"
    blocked.write_text("no folder")
    house.set(HERITAGE_DATA_URL=str(blocked / "data"), HERITAGE_SCRATCH=str(house.folder / "scratch"))
    alerts = [Alert("store-unavailable", f"d{n}.map", "r1", "2026-11-22T10:00:00+00:00") for n in range(3)]
    assert [tell_or_keep(Settings(), one, send_to_engineers) for one in alerts] == [True, False, False]
    assert len(chat.took) == 1


def test_what_health_finds_is_told_once_a_day_and_the_rest_of_its_sentence_stays_there(
    house: House, chat: Any
) -> None:
    from dataclasses import replace

    from heritage.orchestration.watch import send_to_engineers
    from heritage.wiring.alerts import tell_findings, tell_together

    at = datetime.now(UTC)
    finding = Finding(Trouble.LOG_BROKEN, Gravity.WRONG, "Decision log", "Number 3 of Private Person")
    later = replace(finding, gravity=Gravity.SOON, trouble=Trouble.BACKLOG_REVIEWS)
    found = Health(HealthFacts(at), (), (finding, finding, later))
    for _ in range(2):
        assert tell_findings(Settings(), found, send_to_engineers) == {"log-broken": 2}
    assert tell_together(Settings(), send_to_engineers) == 0
    [text] = told(chat)
    assert text.startswith("Heritage Guard: log-broken, 2 on the page Health. Upload nothing.")
    assert text.endswith("docs/runbook.md#log-broken")
    tomorrow = replace(found, facts=HealthFacts(at + timedelta(days=1)))
    tell_findings(Settings(), tomorrow, send_to_engineers)
    assert len(chat.took) == 2
