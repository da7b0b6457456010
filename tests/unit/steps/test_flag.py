"""The step on the real store: what stands in risk.parquet, and that a rerun is free and says the same."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.disclosure.gate import publishable
from heritage.errors import SourceChanged, SpecError
from heritage.model.tables import RECORDS, RISK
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.steps.flag import Flagged, flag
from heritage.steps.flagging import Flagging, touched
from register_examples import StoppedClock, fetched, pulled, world

RETRIEVED = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def spec(**changes: Any) -> LoadedSpec:
    facts = {
        "id": "world_list",
        "title": "A list of sites",
        "publisher": {"name": "A publisher"},
        "kind": "monument",
        "maintainers": ["somebody"],
        "sample": "synthetic",
        "licence": {"id": "LicenseRef-UNESCO-WHC", "evidence": "https://example.org/terms"},
        "harvest": {"protocol": "csv", "url": "https://example.org/list.csv"},
        "record": {"id": "id", "name": {"en": "name"}},
        "item": {"identifier": "P757"},
        "checks": {"rows": [0, 1_000_000]},
        "risk": [{"scheme": "unesco_danger", "field": "danger_list"}],
        **changes,
    }
    return LoadedSpec(DatasetSpec.model_validate(facts), Path("world_list.yaml"))


def row(record_id: str, danger: Any, **changes: Any) -> dict[str, Any]:
    return {
        "dataset": "world_list",
        "record_id": record_id,
        "kind": "monument",
        "name": f"Site {record_id}",
        "country": "Q145",
        "lat": 53.75716,
        "lon": -1.67751,
        "place_method": "given",
        "source_row": json.dumps({"id": record_id, "danger_list": danger}),
        **changes,
    }


Run = Callable[..., tuple[Flagged, dict[str, dict[str, Any]]]]


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "data"))


@pytest.fixture
def run(store: FileStore, repository: Path) -> Run:
    vocabularies = YamlVocabularies(repository / "datasets" / "_vocabularies")

    def run(rows: list[dict[str, Any]], loaded: LoadedSpec | None = None, at: datetime = RETRIEVED):
        loaded = loaded or spec()
        capture, _ = store.capture(loaded.spec, pulled(fetched("list.csv", b"id", "")), RETRIEVED)
        table = pa.Table.from_pylist(rows, schema=RECORDS)
        store.write_table("world_list", capture.snapshot, "records", table, inputs="mapped")
        given = Flagging(store, vocabularies, StoppedClock(at), world())
        flagged = flag(loaded, capture.snapshot, given)
        risk = store.read_table("world_list", capture.snapshot, "risk")
        assert risk.schema.equals(RISK)
        assert risk["record_id"].to_pylist() == sorted(r["record_id"] for r in rows)
        return flagged, {r["record_id"]: r for r in risk.to_pylist()}

    return run


def test_levels_come_from_the_registers_own_column(run, store):
    flagged, risk = run(
        [
            row("3", "Y 2013", url="https://example.org/3"),
            row("1", "P 1997-2005"),
            row("2", ""),
            row("4", "in danger!"),
        ]
    )
    assert flagged.at_risk == 1
    assert {level: n for level, n in flagged.by_level.items() if n} == {"unknown": 3, "at_risk": 1}
    assert (risk["3"]["level"], risk["3"]["support"], risk["3"]["confidence"]) == ("at_risk", 1.0, "high")
    assert risk["3"]["next_expiry"] == date(2028, 2, 21)
    assert "since 2013" in risk["3"]["explanation"]
    snapshot = store.last_capture("world_list").snapshot
    (evidence,) = store.read_table("world_list", snapshot, "evidence").to_pylist()
    assert (evidence["record_id"], evidence["url"]) == ("3", "https://example.org/3")
    assert (evidence["raw_value"], evidence["observed"]) == ("Y 2013", date(2026, 11, 21))
    assert "in the past" in risk["1"]["explanation"]
    assert "does not mean that it is safe" in risk["2"]["explanation"]


def test_a_value_unknown_to_the_scheme_is_one_issue_and_no_guess(run):
    flagged, risk = run([row("1", "true"), row("2", "true"), row("3", "Y 2013")])
    (issue,) = flagged.unmapped
    for part in ("record 1", "field danger_list", "unknown to us", "'true'", "2 records"):
        assert part in issue
    assert risk["1"]["level"] == "unknown"
    assert '"true"' in risk["1"]["explanation"]


def test_disclosure_is_decided_and_the_gate_obeys_it(run, store):
    rows = [row("1", "", restriction="Address Restricted"), row("2", "")]
    flagged, risk = run(rows)
    assert flagged.withheld == 1
    assert (risk["1"]["disclosure"], risk["1"]["disclosure_rules"]) == ("S4", ["R1"])
    assert (risk["2"]["disclosure"], risk["2"]["disclosure_rules"]) == ("S0", [])
    assert all(r["disclosure_reason"] and r["review_by"] == date(2028, 11, 21) for r in risk.values())
    records = pa.Table.from_pylist(rows, schema=RECORDS)
    left = publishable(records, pa.Table.from_pylist(list(risk.values()), schema=RISK))
    assert left["lat"].to_pylist() == [None, 53.75716]


def test_the_country_of_the_dataset_stands_in_for_the_rows(run):
    at_war = spec(item={"identifier": "P1216", "country": "Q212"})
    _, risk = run([row("1", "", country=None)], at_war)
    assert risk["1"]["disclosure_rules"] == ["R9"]


def test_evidence_expires_with_the_days_and_keeps_its_last_level(run):
    rows = [row("1", "Y 2013")]
    assert run(rows)[0].at_risk == 1
    flagged, risk = run(rows, at=datetime(2028, 2, 21, tzinfo=UTC))
    assert flagged.at_risk == 0
    assert (risk["1"]["level"], risk["1"]["flags"]) == ("unknown", ["stale"])
    assert risk["1"]["last_level"] == "at_risk"
    assert risk["1"]["review_by"] == date(2028, 11, 21)


def test_a_second_run_writes_nothing_and_counts_the_same(run, store, tmp_path):
    rows = [row("1", "Y 2013"), row("2", "nonsense"), row("3", "", restriction="Y")]
    first, _ = run(rows)
    files = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("risk*.parquet")}
    assert run(rows, at=RETRIEVED.replace(hour=23))[0] == first
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("risk*.parquet")} == files


def test_a_register_without_risk_columns_is_unknown_throughout(run):
    flagged, risk = run([row("1", "Y 2013")], spec(risk=[]))
    assert flagged.by_level["unknown"] == 1
    assert risk["1"]["support"] is None


def test_several_columns_and_lists_of_values_are_combined(run):
    loaded = spec(
        risk=[{"scheme": "unosat", "field": "damage"}, {"scheme": "eamena_condition", "field": "state"}]
    )
    cells = {"damage": "Destroyed", "state": '["Destroyed", null]'}
    _, risk = run([row("1", None, source_row=json.dumps(cells))], loaded)
    assert (risk["1"]["level"], risk["1"]["support"]) == ("lost", 0.890625)


def test_a_column_that_is_gone_closes_nothing(run):
    with pytest.raises(SourceChanged, match="'danger_list'"):
        run([row("1", None, source_row='{"id": "1"}')])


def test_an_unknown_scheme_is_a_fault_of_the_description(run):
    with pytest.raises(SpecError, match="unesco_danger"):
        run([row("1", "")], spec(risk=[{"scheme": "unesco_dangr", "field": "danger_list"}]))


def test_an_empty_snapshot_has_an_empty_table(run):
    flagged, risk = run([])
    assert (flagged.at_risk, flagged.withheld, risk) == (0, 0, {})


def test_the_log_tells_a_data_engineer_what_happened_without_a_coordinate(run, caplog):
    with caplog.at_level(logging.INFO, logger="heritage.steps.flag"):
        run([row("1", "Y 2013"), row("2", "", restriction="Y")])
    assert "Flagged 2 records: 1 at risk or worse, 1 not published exactly" in caplog.text
    assert "53.75" not in caplog.text


def good(store: FileStore) -> str:
    snapshot = store.last_capture("world_list")
    assert snapshot
    return snapshot.snapshot


def test_every_change_of_a_level_is_kept_with_its_day_and_its_reason(run, store):
    rows = [row("1", "Y 2013"), row("2", "")]
    run(rows)
    run(rows, at=datetime(2027, 1, 1, tzinfo=UTC))
    run(rows, at=datetime(2028, 2, 21, tzinfo=UTC))
    history = store.read_table("world_list", good(store), "history").to_pylist()
    assert [(h["record_id"], h["day"], h["before"], h["after"]) for h in history] == [
        ("1", date(2026, 11, 21), None, "at_risk"),
        ("2", date(2026, 11, 21), None, "unknown"),
        ("1", date(2028, 2, 21), "at_risk", "unknown"),
    ]
    assert "expired on 2028-02-21" in history[-1]["explanation"]


def test_an_open_question_keeps_its_day(run, store):
    rows = [row("1", "Y 2013")]
    run(rows)
    assert store.read_table("world_list", good(store), "tasks").num_rows == 0
    for at in (datetime(2028, 2, 21, tzinfo=UTC), datetime(2028, 5, 1, tzinfo=UTC)):
        flagged, _ = run(rows, at=at)
        [task] = store.read_table("world_list", good(store), "tasks").to_pylist()
        assert (flagged.tasks, task["kind"], task["since"]) == (1, "recheck", date(2028, 2, 21))
        assert "It was at risk, and nobody has looked since" in task["question"]


def test_a_question_about_disclosure_keeps_its_day_too(run, store):
    undecided = spec(kind="site", item={"identifier": "P1216"}, risk=[])
    rows = [row("1", "", kind="site"), row("2", "", kind="site", class_item="Q16970")]
    for at in (RETRIEVED, datetime(2027, 1, 1, tzinfo=UTC)):
        run(rows, undecided, at=at)
        [task] = store.read_table("world_list", good(store), "tasks").to_pylist()
        assert (task["record_id"], task["kind"], task["since"]) == ("1", "sensitive", RETRIEVED.date())


def test_what_stood_there_at_the_first_look_is_no_news_and_what_comes_later_is(run):
    lost = spec(risk=[{"scheme": "unosat", "field": "damage"}])

    def damaged(**states: str) -> list[dict[str, Any]]:
        return [row(n, None, source_row=json.dumps({"damage": text})) for n, text in states.items()]

    before = {"1": "Severely damaged", "2": "Moderately damaged", "3": ""}
    assert run(damaged(**before), lost)[0].worse == {}
    later = before | {"2": "Destroyed", "4": "Severely damaged"}
    tomorrow = RETRIEVED.replace(day=22)
    other = spec(risk=[{"scheme": "unosat", "field": "damage"}], title="Another reading")
    assert run(damaged(**later), other, at=tomorrow)[0].worse == {"critical": 2}
    assert run(damaged(**later), other, at=tomorrow)[0].worse == {"critical": 2}, (
        "the same day tells the same"
    )
    assert run(damaged(**later), other, at=RETRIEVED.replace(day=23))[0].worse == {}


def test_what_got_worse_on_the_very_day_of_the_first_look_is_told(run):
    def damaged(title: str, **states: str) -> dict[str, int]:
        rows = [row(n, None, source_row=json.dumps({"damage": text})) for n, text in states.items()]
        return run(rows, spec(risk=[{"scheme": "unosat", "field": "damage"}], title=title))[0].worse

    assert damaged("one", **{"1": "Moderately damaged", "2": "Severely damaged"}) == {}, "it stood there"
    assert damaged("two", **{"1": "Severely damaged", "2": "Severely damaged"}) == {"critical": 1}


def test_who_fell_and_rose_on_one_day_is_told_once_and_nobody_who_is_better_at_its_end(run):
    """Layers and lists come at any hour: each of them makes the register be flagged again."""

    def damaged(title: str, **states: str) -> dict[str, int]:
        rows = [row(n, None, source_row=json.dumps({"damage": text})) for n, text in states.items()]
        described = spec(risk=[{"scheme": "unosat", "field": "damage"}], title=title)
        return run(rows, described, at=RETRIEVED.replace(day=22))[0].worse

    fine = {"1": "Moderately damaged", "2": "Moderately damaged"}
    run(
        [row(n, None, source_row=json.dumps({"damage": text})) for n, text in fine.items()],
        spec(risk=[{"scheme": "unosat", "field": "damage"}]),
    )
    assert damaged("one", **fine | {"1": "Severely damaged"}) == {"critical": 1}
    assert damaged("two", **fine) == {}
    assert damaged("three", **fine | {"1": "Severely damaged"}) == {}, "told already"
    assert damaged("four", **fine | {"2": "Severely damaged"}) == {"critical": 1}, "another one"
    assert damaged("five", **fine) == {}, "better at the end of the day"


def test_only_what_can_say_something_else_is_touched(run, store, repository):
    vocabularies = YamlVocabularies(repository / "datasets" / "_vocabularies")
    rows = [row("1", "Y 2013")]

    def again(loaded: LoadedSpec, at: datetime) -> bool:
        return touched(loaded, good(store), Flagging(store, vocabularies, StoppedClock(at), world()))

    assert run(rows)
    assert not again(spec(), RETRIEVED.replace(day=28))
    assert again(spec(title="Another reading"), RETRIEVED)
    expiry = datetime(2028, 2, 21, tzinfo=UTC)
    assert not again(spec(), expiry.replace(day=20))
    assert again(spec(), expiry)
    run(rows, at=expiry)
    assert not again(spec(), expiry.replace(year=2040)), "there is nothing left to expire"


def test_a_register_that_still_says_the_same_says_it_from_today(run, store):
    rows = [row("1", "Y 2013")]
    run(rows)
    store.mark_seen("world_list", good(store), datetime(2027, 11, 21, tzinfo=UTC))
    _, risk = run(rows, at=datetime(2028, 3, 1, tzinfo=UTC))
    assert (risk["1"]["level"], risk["1"]["next_expiry"]) == ("at_risk", date(2029, 2, 21))
