import json
from dataclasses import replace
from datetime import UTC, datetime

import boto3
import geopandas
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heritage.adapters.files import FileStore
from heritage.adapters.letters import FileLetters
from heritage.adapters.log_seals import FileSeals
from heritage.adapters.reports.shelf import LAST, ReportShelf
from heritage.adapters.wikidata.index import FileItemIndex, State, write_index
from heritage.adapters.wikidata.parts import Parts
from heritage.errors import HeritageError, SourceChanged, StoreDamaged, StoreRefused, StoreUnavailable
from heritage.mapping import map_rows
from heritage.model.governance import Seal
from heritage.model.tables import RECORDS
from heritage.spec.dataset import DatasetSpec
from object_store import SECRET, object_store, without_keys
from register_examples import description, fetched, good_rows, pulled, source_rows, thresholds, world

SPEC = DatasetSpec.model_validate(description())
AT = datetime(2026, 11, 21, tzinfo=UTC)
FILES = [
    fetched("b.csv", b"2", "http://x/b", {"etag": "2"}),
    fetched("a.csv", b"1", "http://x/a"),
]


@pytest.fixture(params=["folder", "memory", "bucket"])
def data_url(request, tmp_path):
    if request.param == "bucket":
        return f"{request.getfixturevalue('bucket')}/{tmp_path.name}/data"
    return str(tmp_path / "data") if request.param == "folder" else f"memory://{tmp_path.name}"


@pytest.fixture
def store(data_url):
    return FileStore(data_url)


def table(*values):
    return pa.table({"x": list(values)})


def records():
    return map_rows(SPEC, source_rows(good_rows(5)), world(), thresholds().places).records


def test_the_same_bytes_are_the_same_snapshot(store):
    first, new = store.capture(SPEC, pulled(*FILES), AT)
    again, new_again = store.capture(SPEC, pulled(*reversed(FILES)), datetime(2027, 1, 1, tzinfo=UTC))
    assert (new, new_again) == (True, False)
    assert again == first
    assert len(first.snapshot) == 16
    assert first.retrieved_at == AT
    other, _ = store.capture(SPEC, pulled(fetched("a.csv", b"12", ""), fetched("b.csv", b"", "")), AT)
    assert other.snapshot != first.snapshot


def test_a_capture_comes_back_as_it_was(store):
    capture, _ = store.capture(SPEC, pulled(*FILES), AT)
    read = store.captured("se_demo", capture.snapshot)
    assert read == capture
    with store.capture_files("se_demo", capture.snapshot) as files:
        said = [(file.name, file.content, file.url, file.headers) for file in files]
    assert said == [("a.csv", b"1", "http://x/a", {}), ("b.csv", b"2", "http://x/b", {"etag": "2"})]


def test_a_capture_that_was_touched_is_refused(tmp_path):
    store = FileStore(str(tmp_path))
    capture, _ = store.capture(SPEC, pulled(*FILES), AT)
    (tmp_path / "se_demo" / capture.snapshot / "capture" / "a.csv").write_bytes(b"X")
    with pytest.raises(SourceChanged, match=r"se_demo, a\.csv: the captured file was damaged"):
        store.capture_files("se_demo", capture.snapshot).__enter__()


@pytest.mark.parametrize("name", ["../x", "", ".hidden", "capture.json", "a/b"])
def test_names_that_lead_elsewhere_are_refused(store, name):
    with pytest.raises(SourceChanged, match="safe file name"):
        store.capture(SPEC, pulled(replace(fetched("a.csv", b"1"), name=name)), AT)


def test_a_capture_is_whole_or_not_there(tmp_path, monkeypatch):
    store = FileStore(str(tmp_path))
    capture, _ = store.capture(SPEC, pulled(*FILES), AT)
    (
        tmp_path / "se_demo" / capture.snapshot / "capture" / "capture.json"
    ).unlink()  # killed before the last file
    with pytest.raises(FileNotFoundError, match="there is no capture"):
        store.capture_files("se_demo", capture.snapshot).__enter__()
    assert store.capture(SPEC, pulled(*FILES), AT)[1] is True


def test_a_table_with_other_inputs_supersedes_and_stays_beside(store):
    store.write_table("d", "s", "t", table(1), "one")
    store.write_table("d", "s", "t", table(2), "two")
    store.write_table("d", "s", "t", table(3), "three")
    assert store.read_table("d", "s", "t") == table(3)
    assert [store.read_table("d", "s", "t", inputs=i) for i in ("one", "two", "three")] == [
        table(1),
        table(2),
        table(3),
    ]
    assert store.digest("d", "s", "t") == "three"
    assert store.current("d", "s", "t", "three")
    assert not store.current("d", "s", "t", "one")
    assert not store.current("d", "s", "other", "one")


@pytest.mark.parametrize("when", ["before", "beside"])
def test_a_crash_between_loses_neither_table(tmp_path, monkeypatch, when):
    from pathlib import Path

    store = FileStore(str(tmp_path))
    store.write_table("d", "s", "t", table(1), "one")
    replace, calls = Path.replace, []

    def killed(self, target):
        calls.append(str(target))
        if when == "before" or len(calls) == 2:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        store.write_table("d", "s", "t", table(2), "two")
    monkeypatch.undo()
    assert store.read_table("d", "s", "t") == table(1)
    assert list(tmp_path.rglob(".writing-*")) == []
    store.write_table("d", "s", "t", table(2), "two")
    assert store.read_table("d", "s", "t", inputs="one") == table(1)
    assert store.read_table("d", "s", "t") == table(2)


def test_what_is_missing_is_named(store):
    for ask in (store.read_table, store.digest, store.read_json):
        with pytest.raises(FileNotFoundError, match="d/s/t"):
            ask("d", "s", "t")
    with pytest.raises(FileNotFoundError, match=r"t\.other\.parquet"):
        store.read_table("d", "s", "t", inputs="other")


def test_records_are_geoparquet_that_geopandas_reads(tmp_path):
    store = FileStore(str(tmp_path))
    rows = good_rows(5)
    rows[4][2] = rows[4][3] = ""
    table = map_rows(SPEC, source_rows(rows), world(), thresholds().places).records
    store.write_table("se_demo", "s", "records", table, "i")
    frame = geopandas.read_parquet(tmp_path / "se_demo" / "s" / "records.parquet")
    assert frame.crs.to_epsg() == 4326
    assert (frame.geometry.x[0], frame.geometry.y[0]) == (table["lon"][0].as_py(), table["lat"][0].as_py())
    assert frame.geometry[4] is None
    assert store.read_table("se_demo", "s", "records").schema.equals(RECORDS)
    assert store.read_table("se_demo", "s", "records") == table


def test_columns_can_be_chosen(store):
    store.write_table("se_demo", "s", "records", records(), "i")
    assert store.read_table("se_demo", "s", "records", ["lat", "record_id"]).column_names == [
        "lat",
        "record_id",
    ]


def test_the_last_whole_line_is_the_last_good_snapshot(tmp_path):
    store = FileStore(str(tmp_path))
    assert store.last_good("d") is None
    assert store.datasets() == []
    for snapshot in ("one", "two", "two", "one"):
        store.mark_good("d", snapshot, AT)
    lines = (tmp_path / "d" / "good.jsonl").read_text().splitlines()
    assert [json.loads(line)["snapshot"] for line in lines] == ["one", "two", "one"]
    with (tmp_path / "d" / "good.jsonl").open("a") as file:
        file.write('{"snapshot": "thr')
    assert store.last_good("d") == "one"
    store.mark_good("d", "four", AT)
    assert store.last_good("d") == "four"
    assert store.datasets() == ["d"]


def test_json_and_pages_come_back(store, tmp_path):
    store.write_json("d", "s", "checks", {"å": [1]})
    assert store.read_json("d", "s", "checks") == {"å": [1]}
    folder = FileStore(str(tmp_path / "pages"))
    folder.write_page("d", "s", "checks", "<p>å")
    assert (tmp_path / "pages" / "d" / "s" / "checks.html").read_text(encoding="utf-8") == "<p>å"


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=8))
def test_no_version_is_ever_lost(history):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = FileStore(folder)
        for inputs in history:
            store.write_table("d", "s", "t", table(inputs), inputs)
        assert store.read_table("d", "s", "t") == table(history[-1])
        for inputs in history:
            assert store.read_table("d", "s", "t", inputs=inputs) == table(inputs)


@pytest.mark.parametrize(
    ("torn", "read"),
    [
        ("capture/capture.json", lambda store, name: store.captured("se_demo", name)),
        ("t.parquet", lambda store, name: store.read_table("se_demo", name, "t")),
        ("t.parquet", lambda store, name: store.digest("se_demo", name, "t")),
        ("facts.json", lambda store, name: store.read_json("se_demo", name, "facts")),
    ],
)
def test_a_damaged_file_of_the_store_is_named(tmp_path, torn, read):
    store = FileStore(str(tmp_path))
    name = store.capture(SPEC, pulled(*FILES), AT)[0].snapshot
    store.write_table("se_demo", name, "t", table(3), "i")
    store.write_json("se_demo", name, "facts", {"a": 1})
    path = tmp_path / "se_demo" / name / torn
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(StoreDamaged, match=f"{torn} is damaged .*: restore it"):
        read(store, name)


def test_a_table_in_parts_is_there_when_all_of_it_is(tmp_path):
    store, table = FileStore(str(tmp_path)), records()

    def broken_off():
        with store.table_in_parts("d", "s", "records", RECORDS, "1") as write:
            write(table.slice(0, 2))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with store.table_in_parts("d", "s", "records", RECORDS, "1") as write:
        write(table.slice(0, 2))
        assert not store.current("d", "s", "records", "1")
        write(table.slice(2))
    assert store.current("d", "s", "records", "1")
    assert store.read_table("d", "s", "records").equals(table)


def test_what_one_machine_writes_another_sees_at_once(data_url, store):
    """No listing is remembered: what was not there a moment ago is there now."""
    other = FileStore(data_url)
    capture, _ = store.capture(SPEC, pulled(*FILES), AT)
    assert other.datasets() == []
    assert not other.current("se_demo", capture.snapshot, "records", "i")
    assert other.last_capture("se_demo") == capture
    store.write_table("se_demo", capture.snapshot, "records", table(1), "i")
    store.mark_good("se_demo", capture.snapshot, AT)
    later, _ = store.capture(SPEC, pulled(fetched("a.csv", b"9", "")), AT.replace(year=2027))
    assert other.current("se_demo", capture.snapshot, "records", "i")
    assert (other.datasets(), other.last_capture("se_demo")) == (["se_demo"], later)


def test_seals_come_back_with_the_longest_log_last_and_once_each(data_url):
    book = FileSeals(data_url)
    assert book.seals() == []
    seals = [Seal(number, f"{number:064x}", "2026-11-21T00:00:00+00:00") for number in (1, 2, 10)]
    for seal in reversed(seals):
        book.keep(seal)
    FileSeals(data_url).keep(replace(seals[0], kept_at="2026-11-22T00:00:00+00:00"))
    assert book.seals() == seals


def test_letters_are_kept_by_what_they_say(data_url, tmp_path):
    (tmp_path / "Our letter.PDF").write_bytes(b"We agree.")
    letters = FileLetters(data_url)
    name = letters.keep(tmp_path / "Our letter.PDF")
    assert (letters.holds(name), letters.holds("0" * 64), letters.holds("../x")) == (True, False, False)
    assert letters.keep(tmp_path / "Our letter.PDF") == name


def test_an_index_of_items_is_found_by_other_machines_and_old_ones_go(data_url):
    parts = Parts(data_url, "key")
    for day in (1, 2):
        with parts.writing("one") as add:
            add({"qid": f"Q{day}", "labels": [("en", "Church")]})
        write_index(parts.files(), data_url, AT.date().replace(day=day), State(AT, AT))
    index = FileItemIndex(data_url)
    assert index.items(["qid"]).to_pydict() == {"qid": ["Q2"]}
    index.keep(1)
    parts.remove()
    assert (index.version()[:10], parts.files()) == ("2026-11-02", [])


def test_a_report_that_one_machine_wrote_is_read_by_another(data_url, tmp_path):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    url = data_url if "://" in data_url else str(mine)
    shelf = ReportShelf(url, mine)
    assert shelf.newest() is None
    for name, files in {"2026-11-20": [LAST, "report.html"], "2026-11-21": ["report.html"]}.items():
        (mine / name).mkdir(parents=True)
        for file in files:
            (mine / name / file).write_text(f"{name} {file}")
        shelf.keep(name)
    there = ReportShelf(url, theirs if "://" in data_url else mine)
    found = there.newest()
    assert found.name == "2026-11-20", "the other is not whole"
    assert (found / "report.html").read_text() == "2026-11-20 report.html"
    assert there.find(mine / "2026-11-20").name == found.name
    with pytest.raises(FileNotFoundError):
        there.find(mine / "2026-11-22")


def test_what_is_wrong_with_a_store_is_told_in_a_sentence_that_says_whether_to_try_again():
    def asking(*asked):
        for ask in asked:
            with pytest.raises(HeritageError) as told:
                ask()
            assert SECRET not in str(told.value)
            yield type(told.value), str(told.value)

    with object_store() as server:
        store, nowhere = FileStore(f"{server.url}/data"), FileStore("s3://no-such-bucket/data")
        store.write_table("a", "b", "t", table(1), "i")
        seals = FileSeals("s3://no-such-bucket/data").seals
        for kind, told in asking(
            lambda: nowhere.write_json("a", "b", "t", {}), lambda: nowhere.last_capture("a"), seals
        ):
            assert kind is StoreRefused
            assert "there is no such bucket; create it, or mend the address" in told
        assert [one["Name"] for one in boto3.client("s3").list_buckets()["Buckets"]] == ["heritage"]
        with server.knowing_no_key():
            for kind, told in asking(
                lambda: store.read_table("a", "b", "t"), lambda: store.write_json("a", "b", "t", {})
            ):
                assert kind is StoreRefused
                assert "the store refuses" in told
    for kind, told in asking(lambda: store.write_json("a", "b", "t", {})):
        assert kind is StoreUnavailable
        assert "s3://heritage/data cannot be reached" in told
    with without_keys():
        keyless = FileStore("s3://heritage/data")
        for kind, told in asking(lambda: keyless.write_json("a", "b", "t", {})):
            assert kind is StoreRefused
            assert "the key to the store is missing or cannot be read" in told
