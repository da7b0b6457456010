"""What others say of a dataset's records, joined by identifier or by item, and who can touch what."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heritage.adapters.files import FileStore
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.wikidata.dump import build_index
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.model.evidence import Axis, Evidence, Relation, Status
from heritage.model.tables import EVIDENCE, MATCHES
from heritage.risk.rows import evidence_table
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.steps.gather import Others, from_registers, from_wikidata, items_of
from register_examples import VOCABULARIES, description, fetched, pulled

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
VOCABULARY = YamlVocabularies(VOCABULARIES)
IDS = pa.array(["1", "2", "3"])


def described(name: str, **changes: Any) -> LoadedSpec:
    facts = description(id=name, **changes)
    if facts["kind"] == "at_risk":
        del facts["item"]
    return LoadedSpec(DatasetSpec.model_validate(facts), Path(f"se/{name}/{name}.yaml"))


def lister(name: str, *properties: str) -> LoadedSpec:
    subjects = [{"property": one, "id": "nr"} for one in properties]
    risk = [{"scheme": "unosat", "field": "note"}]
    return described(name, kind="at_risk", risk=risk, subjects=subjects, ignore=[])


def item(record: str, **changes: Any) -> Evidence:
    given: dict[str, Any] = {
        "record_id": record,
        "axis": Axis.STATE,
        "scheme": "unosat",
        "raw_value": "Destroyed",
        "level": 5,
        "reliability": "A",
        "credibility": 2,
        "cap": 5,
        "observed": date(2026, 11, 1),
        "valid_until": date(2028, 11, 1),
        "source": "UNOSAT",
        "url": "https://example.org",
        "independence_group": "unosat",
        "register": "xx_list",
    }
    return Evidence(**given | changes)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / "data"))


def keep(store: FileStore, loaded: LoadedSpec, *tables: pa.Table) -> None:
    capture, _ = store.capture(loaded.spec, pulled(fetched("list.csv", loaded.spec.id.encode())), NOW)
    store.mark_good(loaded.spec.id, capture.snapshot, NOW)
    if tables:
        store.write_table(loaded.spec.id, capture.snapshot, "evidence", pa.concat_tables(tables), "made")


def index(tmp_path: Path, *items: dict[str, Any]) -> FileItemIndex:
    (tmp_path / "dump.jsonl").write_text("\n".join(json.dumps(one) for one in items))
    build_index(str(tmp_path / "dump.jsonl"), str(tmp_path / "data"), NOW.date())
    return FileItemIndex(str(tmp_path / "data"))


def entity(qid: str, record: str | None = None, *states: dict[str, Any]) -> dict[str, Any]:
    claims: dict[str, Any] = {"P5816": list(states)}
    if record:
        claims["P1260"] = [statement("P1260", record) | {}]
        claims["P1260"][0]["mainsnak"]["datatype"] = "external-id"
    return {"type": "item", "id": qid, "labels": {}, "claims": claims}


def statement(property: str, value: Any, **more: Any) -> dict[str, Any]:
    snak = {"snaktype": "value", "property": property, "datavalue": {"value": value}}
    return {"mainsnak": snak, "rank": "normal"} | more


def test_what_a_register_says_of_an_identifier_is_said_of_the_record_with_it(store):
    ours, theirs = described("se_ours"), lister("xx_list", "P1260", "P999")
    closed = {"status": Status.CLOSED, "close_reason": "delisted_unknown", "raw_value": "Severely damaged"}
    keep(
        store,
        theirs,
        evidence_table([item("1"), item("9"), item("2", entry="e1", relation=Relation.PART_OF)], "P1260"),
        evidence_table([item("1", raw_value="Possibly damaged")], "P999"),
        evidence_table([item("1", **closed)], "P1260"),
    )
    [found] = from_registers(ours, IDS, {}, Others([theirs]).of(ours), store)
    assert found.schema.equals(EVIDENCE)
    said = sorted((r["record_id"], r["raw_value"], r["status"], r["relation"]) for r in found.to_pylist())
    assert said == [
        ("1", "Destroyed", "live", "same"),
        ("1", "Severely damaged", "closed", "same"),
        ("2", "Destroyed", "live", "part_of"),
    ]
    assert found["property"].null_count == 3


@pytest.mark.parametrize(
    ("named", "level", "told"),
    [
        (["1", "9"], "INFO", "1 of the 2 places that Demo names by P1260 are no records of Demo."),
        (
            ["x1", "1 and 2"],
            "WARNING",
            "2 of the 2 places that Demo names by P1260 are no records of Demo: are",
        ),
        (["1", "2"], "", ""),
    ],
)
def test_places_that_are_no_records_are_counted_and_all_of_them_are_a_mistake(
    store, caplog, named, level, told
):
    ours, theirs = described("se_ours", title="Demo"), lister("xx_list", "P1260")
    theirs = LoadedSpec(theirs.spec.model_copy(update={"title": "Demo"}), theirs.path)
    gone = item("7", status=Status.CLOSED, close_reason="removed")
    keep(store, theirs, evidence_table([*map(item, named), gone], "P1260"))
    with caplog.at_level("INFO", logger="heritage.steps.gather"):
        list(from_registers(ours, IDS, {}, Others([theirs]).of(ours), store))
    found = [
        (one.levelname, one.getMessage()) for one in caplog.records if "no records of" in one.getMessage()
    ]
    assert [(name, text.startswith(told)) for name, text in found] == ([(level, True)] if told else [])


def test_what_a_register_says_of_an_item_is_said_of_every_record_of_that_item(store):
    ours, theirs = described("se_ours"), lister("xx_list", "item")
    keep(store, theirs, evidence_table([item("Q5"), item("Q6")], "item"))
    [found] = from_registers(ours, IDS, {"1": "Q5", "2": "Q5", "3": "Q7"}, Others([theirs]).of(ours), store)
    assert found["record_id"].to_pylist() == ["1", "2"]
    assert len(set(found["evidence_id"].to_pylist())) == 2


def test_a_register_that_speaks_of_other_ids_or_is_not_flagged_yet_says_nothing(store):
    ours, others, unflagged = described("se_ours"), lister("xx_list", "P999"), lister("xx_new", "P1260")
    keep(store, others, evidence_table([item("1")], "P999"))
    keep(store, unflagged)
    listed = Others([others, unflagged]).of(ours)
    assert [one.spec.id for one in listed.registers] == ["xx_new"]
    assert list(from_registers(ours, IDS, {}, listed, store)) == []
    assert listed.versions(store) == {}


def test_a_new_version_of_a_register_is_another_version(store):
    theirs = lister("xx_list", "P1260")
    keep(store, theirs, evidence_table([item("1")], "P1260"))
    before = Others([theirs]).versions(store)
    assert before.keys() == {"xx_list"}
    assert Others([theirs]).versions(store) == before
    good = store.last_good("xx_list")
    store.write_table("xx_list", good, "evidence", evidence_table([item("2")], "P1260"), "made anew")
    assert Others([theirs]).versions(store) != before


def test_without_an_index_wikidata_is_not_asked(tmp_path):
    assert Others(index=FileItemIndex(str(tmp_path))).versions(FileStore(str(tmp_path))) == {}


def test_records_are_known_by_their_identifier_or_by_what_they_were_matched_with(store, tmp_path):
    ours = described("se_ours")
    keep(store, ours)
    good = store.last_good("se_ours")
    found = index(tmp_path, entity("Q1", "1"), entity("Q2", "7"), entity("Q3"))
    assert items_of(ours, good, IDS, found, store) == {"1": "Q1"}
    rows = [
        {"record_id": "2", "decision": "match", "qid": "Q3", "reason": "r"},
        {"record_id": "3", "decision": "review", "qid": None, "reason": "r"},
    ]
    store.write_table("se_ours", good, "matches", pa.Table.from_pylist(rows, schema=MATCHES), "made")
    assert items_of(ours, good, IDS, found, store) == {"1": "Q1", "2": "Q3"}


def at(time: str) -> dict[str, Any]:
    snak = {"snaktype": "value", "property": "P585", "datavalue": {"value": {"time": time}}}
    return {"qualifiers": {"P585": [snak]}}


DANGER, RUIN, ODD = {"id": "Q55555088"}, {"id": "Q56557159"}, {"id": "Q42"}


def test_states_of_conservation_count_from_their_day_and_never_from_the_future(tmp_path):
    found = index(
        tmp_path,
        entity("Q1", "1", statement("P5816", DANGER, **at("+2025-06-00T00:00:00Z"))),
        entity("Q2", "2", statement("P5816", DANGER, **at("+2030-01-01T00:00:00Z"))),
        entity("Q3", "3", statement("P5816", DANGER), statement("P5816", ODD)),
    )
    said = from_wikidata({"1": "Q1", "2": "Q2", "3": "Q3"}, None, found, VOCABULARY)
    told = {row["record_id"]: (row["observed"], row["valid_until"]) for row in said.table.to_pylist()}
    assert told == {
        "1": (date(2025, 6, 1), date(2027, 6, 1)),
        "3": (date(2026, 11, 21), date(2028, 11, 21)),
    }
    assert said.unknown == {"Q42": 1}


def test_a_statement_that_was_taken_off_an_item_is_closed_and_of_unknown_items_nothing_is_said(tmp_path):
    items = {"1": "Q1", "2": "Q2"}
    before = from_wikidata(
        items,
        None,
        index(tmp_path, *(entity(f"Q{n}", str(n), statement("P5816", DANGER)) for n in (1, 2))),
        VOCABULARY,
    ).table
    earlier = before.set_column(
        EVIDENCE.get_field_index("snapshot"), EVIDENCE.field("snapshot"), pa.array(["older"] * 2)
    )
    now = index(tmp_path, entity("Q1", "1", statement("P5816", RUIN)))
    ended = from_wikidata({"1": "Q1"}, earlier, now, VOCABULARY).table
    assert sorted((r["record_id"], r["status"], r["close_reason"]) for r in ended.to_pylist()) == [
        ("1", "closed", "removed"),
        ("2", "live", ""),
    ]
