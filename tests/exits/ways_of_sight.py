"""What those who watch get: lineage events and alerts."""

import json
from datetime import UTC, datetime
from typing import Any

from house import DATASET, LOADED, House
from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from openlineage.client.facet_v2 import error_message_run, source_code_job
from openlineage.client.serde import Serde

from heritage.errors import HeritageError, SnapshotStopped
from heritage.model.alert import Alert, kind_of
from heritage.orchestration.lineage import datasets_of
from heritage.orchestration.lineage_gate import WithoutWords
from heritage.ports.health import Finding, Gravity, Health, HealthFacts, Trouble
from heritage.wiring.alerts import tell_findings, tell_or_keep, tell_together
from heritage.wiring.lineage import lineage_of
from heritage.wiring.settings import Settings

STEPS = ("harvest", "map", "check", "flag", "reconcile", "propose")


def _errors(house: House) -> list[HeritageError]:
    """Of each place one that quotes all of it."""
    return [
        SnapshotStopped(f"{one.record_id}: {one.word('name')} at {one.lat}, {one.lon}")
        for one in house.places
    ]


def lineage_events(house: House) -> str:
    """Of every step with what was read and written, checks that quote records, and errors that do."""
    quoted = [str(error) for error in _errors(house)]
    report = {
        "issues": [{"code": "MOVED", "severity": "ask", "message": text} for text in quoted],
        "expectations": [
            {"expectation": "unique", "column": "name", "severity": "note", "passed": False, "why": text}
            for text in quoted
        ],
    }
    house.store.write_json(DATASET, house.snapshot, "checks", report)
    settings = Settings(data_url=str(house.folder / "data"))
    events = [_event(*datasets_of(lineage_of(step, LOADED, settings, house.snapshot))) for step in STEPS]
    events += [_event([], [], text) for text in quoted]
    gate = WithoutWords({})
    return "\n".join(Serde.to_json(gate.transform(event)) for event in events)


def _event(inputs: list[Any], outputs: list[Any], error: str = "") -> RunEvent:
    said = {"errorMessage": error_message_run.ErrorMessageRunFacet(error, "python", error)} if error else {}
    code = {"sourceCode": source_code_job.SourceCodeJobFacet("python", error)} if error else {}
    return RunEvent(
        eventTime=datetime(2026, 11, 22, tzinfo=UTC).isoformat(),
        eventType=RunState.FAIL if error else RunState.RUNNING,
        run=Run("01a202d6-3ccc-7b6d-a4f0-b5792439f0d2", said),
        job=Job("heritage", f"{DATASET}.map", code),
        producer="https://github.com/apache/airflow",
        inputs=inputs,
        outputs=outputs,
    )


def alerts(house: House) -> str:
    """Alone, together, and of what Health finds."""
    sent: list[str] = []
    settings = Settings(data_url=str(house.folder / "alerts"), alert_conns="chat")

    def send(subject: str, text: str) -> bool:
        sent.append(f"{subject}\n{text}")
        return True

    at = datetime(2026, 11, 22, tzinfo=UTC)
    for number, error in enumerate(_errors(house)):
        tell_or_keep(settings, Alert(kind_of(error), f"{DATASET}.check", f"r{number}", at.isoformat()), send)
        finding = Finding(Trouble.CHECKS_FAILED, Gravity.WRONG, str(error), str(error), str(error))
        tell_findings(settings, Health(HealthFacts(at), (), (finding,)), send)
    tell_together(settings, send)
    return json.dumps(sent, ensure_ascii=False)
