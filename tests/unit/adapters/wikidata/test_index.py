"""The local index: what is read from a dump, what is left out, and what happens to a bad dump."""

import bz2
import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heritage.adapters.wikidata.dump import build_index
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.adapters.wikidata.index_reader import IndexReader
from heritage.errors import SourceChanged, SourceUnavailable, StoreDamaged
from heritage.model.tables import ITEMS, POINT
from heritage.spec.index_rules import Scope

DAY = date(2026, 11, 21)


def statement(property: str, value: Any, rank: str = "normal", datatype: str = "") -> dict[str, Any]:
    return {
        "mainsnak": {
            "snaktype": "value",
            "property": property,
            "datavalue": {"value": value},
            "datatype": datatype,
        },
        "rank": rank,
    }


def place(lat: float, lon: float, globe: str = "Q2") -> dict[str, Any]:
    globe = f"http://www.wikidata.org/entity/{globe}"
    return {"latitude": lat, "longitude": lon, "precision": 1 / 3600, "globe": globe}


def year(time: str, precision: int) -> dict[str, Any]:
    return {"time": time, "precision": precision, "calendarmodel": "http://www.wikidata.org/entity/Q1985727"}


ABOUT = {"P1480": [{"snaktype": "value", "property": "P1480", "datavalue": {"value": {"id": "Q5727902"}}}]}


CHURCH: dict[str, Any] = {
    "type": "item",
    "id": "Q42",
    "lastrevid": 77,
    "labels": {"ka": {"language": "ka", "value": "ეკლესია"}},
    "descriptions": {"en": {"language": "en", "value": "church"}},
    "aliases": {"en": [{"language": "en", "value": "the church"}, {"language": "en", "value": "old church"}]},
    "claims": {
        "P31": [statement("P31", {"id": "Q16970"}), statement("P31", {"numeric-id": 5}, "deprecated")],
        "P17": [statement("P17", {"id": "Q230"}), statement("P17", {"id": "Q15180"}, "deprecated")],
        "P131": [statement("P131", {"id": "Q1"}), statement("P131", {"id": "Q2"}, "preferred")],
        "P625": [statement("P625", place(41.8, 44.7)), statement("P625", place(1, 2, "Q111"))],
        "P1216": [
            statement("P1216", "123", datatype="external-id"),
            statement("P1216", "124", "preferred", "external-id"),
            statement("P1216", "125", "deprecated", "external-id"),
        ],
        "P856": [statement("P856", "https://example.org", datatype="url")],
        "P571": [
            statement("P571", year("+1890-00-00T00:00:00Z", 9)) | {"qualifiers": ABOUT},
            statement("P571", year("+1700-00-00T00:00:00Z", 7)),
            statement("P571", year("-13798000000-00-00T00:00:00Z", 3)),
        ],
        "P18": [statement("P18", "Church.jpg")],
        "P361": [{"mainsnak": {"snaktype": "novalue", "property": "P361"}, "rank": "normal"}],
    },
    "sitelinks": {"kawiki": {"site": "kawiki", "title": "x"}},
}
OTHER = {"type": "item", "id": "Q7", "labels": {}, "claims": []}
DUMP = (
    "[\n"
    + ",\n".join(
        json.dumps(entity)
        for entity in (
            CHURCH,
            OTHER,
            {"type": "item", "id": "Q8", "redirect": "Q42"},
            {"type": "property", "id": "P31", "labels": {}},
        )
    )
    + "\n]\n"
)


def test_an_entity_becomes_a_row(tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(DUMP, encoding="utf-8")
    built = build_index(str(tmp_path / "dump.json"), str(tmp_path / "data"), DAY)
    index = FileItemIndex(str(tmp_path / "data"))
    items = index.items()
    assert (built.items, built.broken, built.lines) == (2, 0, 4)
    assert items.schema == ITEMS
    assert index.version() == built.version
    assert index.version().startswith("2026-11-21-")
    assert items["qid"].to_pylist() == ["Q7", "Q42"]
    assert items.to_pylist()[1] == {
        "qid": "Q42",
        "labels": [{"lang": "ka", "text": "ეკლესია"}],
        "aliases": [{"lang": "en", "text": "the church"}, {"lang": "en", "text": "old church"}],
        "descriptions": [{"lang": "en", "text": "church"}],
        "points": [{"lat": 41.8, "lon": 44.7, "precision_m": 30.9}],
        "classes": ["Q16970"],
        "superclasses": [],
        "subclass_of": [],
        "admin": ["Q2"],
        "admin_chain": [],
        "country": "Q230",
        "designations": [],
        "conservation": [],
        "identifiers": [{"property": "P1216", "value": "123"}, {"property": "P1216", "value": "124"}],
        "parts_of": [],
        "inception": ["1890~", "16XX"],
        "sitelinks": ["kawiki"],
        "image": "Church.jpg",
        "revision": 77,
        "context": False,
    }


def dated(property: str, time: str) -> dict[str, Any]:
    value = {"time": time, "precision": 11, "calendarmodel": "http://www.wikidata.org/entity/Q1985727"}
    return {property: [{"snaktype": "value", "property": property, "datavalue": {"value": value}}]}


def test_states_of_conservation_keep_their_day_and_whether_a_source_is_given(tmp_path: Path) -> None:
    url = {"P854": [{"snaktype": "value", "property": "P854", "datavalue": {"value": "https://example.org"}}]}
    imported = {"P143": [{"snaktype": "value", "property": "P143", "datavalue": {"value": {"id": "Q328"}}}]}
    said = [
        {"qualifiers": dated("P585", "+2024-05-00T00:00:00Z"), "references": [{"snaks": url}]},
        {"references": [{"snaks": imported | dated("P813", "+2025-02-30T00:00:00Z")}]},
        {"references": [{"snaks": url | dated("P813", "+2025-03-04T00:00:00Z")}]},
        {"qualifiers": dated("P582", "+2020-01-01T00:00:00Z")},
    ]
    item = CHURCH | {"claims": {"P5816": [statement("P5816", {"id": "Q55555088"}) | more for more in said]}}
    (tmp_path / "dump.jsonl").write_text(json.dumps(item), encoding="utf-8")
    build_index(str(tmp_path / "dump.jsonl"), str(tmp_path / "data"), DAY)
    [states] = FileItemIndex(str(tmp_path / "data")).items(["conservation"])["conservation"].to_pylist()
    assert states == [
        {"value": "Q55555088", "referenced": True, "observed": "2024-05-01"},
        {"value": "Q55555088", "referenced": False, "observed": None},
        {"value": "Q55555088", "referenced": True, "observed": "2025-03-04"},
    ]


def test_an_index_from_before_a_column_is_read_with_nulls(tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(DUMP, encoding="utf-8")
    build_index(str(tmp_path / "dump.json"), str(tmp_path / "data"), DAY)
    path = tmp_path / "data/wikidata/index/2026-11-21/items.parquet"
    today = pq.ParquetFile(path).read().drop_columns(["conservation"])
    before = pa.array([[{"lat": 41.8, "lon": 44.7}], []], pa.list_(POINT))
    pq.write_table(today.set_column(today.column_names.index("points"), "points", before), path)
    items = FileItemIndex(str(tmp_path / "data")).items()
    assert items.schema == ITEMS
    assert items["conservation"].to_pylist() == [None, None]
    assert items["points"].to_pylist() == [[{"lat": 41.8, "lon": 44.7, "precision_m": None}], []]


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_packed_dumps_give_the_same_index(tmp_path: Path, suffix: str, pack: Any) -> None:
    (tmp_path / "dump.json").write_text(DUMP, encoding="utf-8")
    (tmp_path / f"dump.json{suffix}").write_bytes(pack(DUMP.encode()))
    plain = build_index(str(tmp_path / "dump.json"), str(tmp_path / "a"), DAY)
    packed = build_index(str(tmp_path / f"dump.json{suffix}"), str(tmp_path / "b"), DAY)
    assert plain == packed


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(DUMP, encoding="utf-8")
    dump, data = str(tmp_path / "dump.json"), str(tmp_path / "data")
    assert build_index(dump, data, DAY, scope=Scope(("Q16970",), (), (), ())).items == 1
    assert build_index(dump, data, DAY, scope=Scope((), ("P1216",), (), ())).items == 1


def test_lines_that_are_no_entities_are_counted(tmp_path: Path) -> None:
    lines = [json.dumps(CHURCH), "{broken", "[1]", '{"type": "item", "id": "Qx"}', json.dumps(CHURCH)]
    (tmp_path / "dump.jsonl").write_text("\n".join(lines), encoding="utf-8")
    built = build_index(str(tmp_path / "dump.jsonl"), str(tmp_path / "data"), DAY)
    assert (built.items, built.broken) == (1, 3)


def test_a_bad_dump_leaves_the_old_index(tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(DUMP, encoding="utf-8")
    data = str(tmp_path / "data")
    before = build_index(str(tmp_path / "dump.json"), data, DAY).version
    (tmp_path / "cut.json.gz").write_bytes(gzip.compress(DUMP.encode() * 50)[:-30])
    (tmp_path / "empty.json").write_text("[\n]\n")
    for name in ("cut.json.gz", "empty.json"):
        with pytest.raises(SourceChanged, match=name):
            build_index(str(tmp_path / name), data, DAY)
    with pytest.raises(SourceUnavailable, match="nowhere"):
        build_index(str(tmp_path / "nowhere.json"), data, DAY)
    assert FileItemIndex(data).version() == before
    assert [p.name for p in (tmp_path / "data/wikidata/index/2026-11-21").iterdir()] == ["items.parquet"]


def test_without_an_index_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreDamaged, match="run the DAG wikidata_index"):
        FileItemIndex(str(tmp_path)).version()


def test_the_latest_index_counts(tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(DUMP, encoding="utf-8")
    for day in (date(2026, 11, 21), date(2026, 12, 1)):
        build_index(str(tmp_path / "dump.json"), str(tmp_path / "data"), day)
    assert FileItemIndex(str(tmp_path / "data")).version().startswith("2026-12-01-")


def test_a_rehearsal_reads_of_an_item_what_the_index_says(tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(DUMP, encoding="utf-8")
    build_index(str(tmp_path / "dump.json"), str(tmp_path / "data"), DAY)
    reader = IndexReader(FileItemIndex(str(tmp_path / "data")))
    [entity] = reader.read(["Q42", "Q404"]).values()
    assert entity["labels"]["ka"]["value"] == "ეკლესია"
    assert entity["lastrevid"] == 0
    assert [alias["value"] for alias in entity["aliases"]["en"]] == ["the church", "old church"]
    assert set(entity["claims"]) == {"P31", "P131", "P17", "P571", "P625", "P1216", "P18"}
    assert reader.find_by_identifiers("P1216", ["124", "none"]) == {"124": ["Q42"], "none": []}
    assert reader.latest(["Q42", "Q999999"]) == {"Q42": 0}
