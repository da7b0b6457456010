import json
import logging

import pyarrow as pa
import pytest

from heritage.errors import SnapshotStopped
from register_examples import HEADER, Way, csv_bytes, good_rows, loaded, publisher


@pytest.fixture
def server():
    with publisher() as state:
        state.body = csv_bytes(good_rows())
        yield state


@pytest.fixture
def spec(tmp_path, server):
    return loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"})


@pytest.fixture
def way(tmp_path):
    return Way.over_http(tmp_path)


def test_the_whole_way_leaves_its_files(tmp_path, way, spec, caplog):
    caplog.set_level(logging.INFO)
    snapshot = way.run(spec)
    folder = tmp_path / "data" / "se_demo" / snapshot
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()) == [
        "capture/capture.json",
        "capture/list.csv",
        "changes.parquet",
        "checks.html",
        "checks.json",
        "columns.parquet",
        "data_docs.html",
        "notes.json",
        "records.parquet",
        "rejected.parquet",
        "terms.parquet",
    ]
    said = [record.message for record in caplog.records if record.name.startswith("heritage.")]
    assert said[1] == "Mapped 40 of 40 rows of Demo register; none rejected."
    assert said[2].endswith(f"1 note. Snapshot {snapshot} is the good one now.")
    assert "identifier_format of P1260 is not known" in said[3]
    assert len(said) == 4


def test_nothing_personal_leaves_the_capture(tmp_path, way, spec):
    way.run(spec)
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file() and path.name != "list.csv":
            assert b"Anna" not in path.read_bytes()
            if path.suffix == ".parquet":
                assert "Anna" not in str(pa.parquet.read_table(path).to_pylist())


def test_a_second_run_changes_nothing(tmp_path, way, spec):
    way.run(spec)
    before = {
        p: (p.stat().st_mtime_ns, p.read_bytes()) for p in (tmp_path / "data").rglob("*") if p.is_file()
    }
    snapshot = way.harvest(spec)
    assert way.map(spec, snapshot).records == 40
    assert way.check(spec, snapshot).severity == "note"
    after = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in (tmp_path / "data").rglob("*") if p.is_file()}
    assert after == before


def test_changes_are_told_against_the_last_good_snapshot(way, spec, server):
    first = way.harvest(spec)
    assert way.map(spec, first).changes == {"added": 40}
    way.check(spec, first)
    rows = good_rows(42)
    rows[1][1] = "Annan kyrka"
    del rows[0]
    server.body = csv_bytes(rows)
    second = way.harvest(spec)
    assert way.map(spec, second).changes == {"added": 2, "changed": 2, "removed": 1}
    changes = way.store.read_table("se_demo", second, "changes").to_pylist()
    assert changes[0] == {"record_id": "0001", "change": "removed"} | dict.fromkeys(
        ("field", "before", "after", "metres")
    )
    changed = [c for c in changes if c["change"] == "changed"]
    assert changed[0] == {
        "record_id": "0002",
        "change": "changed",
        "field": "name",
        "before": "Kyrka åäö 2",
        "after": "Annan kyrka",
        "metres": None,
    }
    way.check(spec, second)
    assert way.map(spec, second).changes == {"added": 2, "changed": 2, "removed": 1}


def test_another_description_maps_the_same_capture_anew(tmp_path, way, spec, server):
    snapshot = way.run(spec)
    before = way.store.digest("se_demo", snapshot, "records")
    other = loaded(
        tmp_path, harvest={"url": f"{server.url}/list.csv"}, item={"classes": {"kyrka": "Q839954"}}
    )
    way.map(other, snapshot)
    assert set(way.store.read_table("se_demo", snapshot, "records")["class_item"].to_pylist()) == {"Q839954"}
    earlier = way.store.read_table("se_demo", snapshot, "records", inputs=before)
    assert set(earlier["class_item"].to_pylist()) == {"Q16970"}


def test_half_the_register_gone_asks(way, spec, server):
    good = way.run(spec)
    server.body = csv_bytes(good_rows()[:30])
    with pytest.raises(
        SnapshotStopped, match=rf"{good} stays the last good one.*Records of the last good .*10 of 40"
    ):
        way.run(spec)


def test_points_that_moved_and_fields_that_emptied_ask(way, spec, server):
    way.run(spec)
    rows = good_rows()
    for row in rows[:20]:
        row[3] = f"{float(row[3]) + 0.02:.5f}"
        row[4] = ""
    server.body = csv_bytes(rows)
    with pytest.raises(SnapshotStopped) as raised:
        way.run(spec)
    raised.match("20 of 40 by more than 1000 m")
    raised.match(r"field type: .*100.0% before, 50.0% now")


def test_a_stopped_snapshot_leaves_its_report(tmp_path, way, spec, server):
    server.body = csv_bytes(good_rows(3))
    with pytest.raises(SnapshotStopped):
        way.run(spec)
    (checks,) = (tmp_path / "data").rglob("checks.json")
    report = json.loads(checks.read_text(encoding="utf-8"))
    assert [issue["code"] for issue in report["issues"]] == ["rows-out-of-band", "expectation-left-out"]
    assert report["compared_with"] is None


def test_the_page_of_the_checks_shows_hostile_text_as_text(tmp_path, way, spec, server):
    rows = good_rows()
    rows[0][4] = "<script>alert(1)</script>"
    rows[1][4] = "<img src=x>"
    server.body = csv_bytes(rows)
    way.run(spec)
    (page,) = (tmp_path / "data").rglob("checks.html")
    text = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "<img" not in text
    assert "http://" not in text
    assert "https://" not in text


def test_an_approval_holds_for_what_was_checked_and_for_nothing_else(tmp_path, way, spec, server):
    way.run(spec)
    server.body = csv_bytes(good_rows()[:30])
    snapshot = way.harvest(spec)
    way.map(spec, snapshot)
    with pytest.raises(SnapshotStopped, match="the same run with --approve"):
        way.check(spec, snapshot)
    assert way.check(spec, snapshot, approved=True).severity == "ask"
    assert way.check(spec, snapshot).severity == "ask"
    other = loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"}, description="Another one.")
    way.map(other, snapshot)
    with pytest.raises(SnapshotStopped, match="until an engineer approves it"):
        way.check(other, snapshot)


def test_the_log_names_the_terms_that_wait_for_an_item(tmp_path, way, server, caplog):
    caplog.set_level(logging.INFO)
    rows = good_rows()
    for number, row in enumerate(rows[:7]):
        row[4] = f"typ {number}"
    server.body = csv_bytes(rows)
    spec = loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"}, item={"classes": {"kyrka": "Q16970"}})
    way.map(spec, way.harvest(spec))
    assert "(value 'typ 0') 1 record; add it to item.classes." in caplog.text
    assert "… and 2 more term-unmapped" in caplog.text


def test_a_layout_that_drifts_is_told_in_the_log_and_the_notes(way, spec, server, caplog):
    way.run(spec)
    caplog.set_level(logging.INFO)
    rows = [[*row[:5], "", row[6], "1"] for row in good_rows()]
    server.body = csv_bytes(rows, [*HEADER, "nytt"])
    snapshot = way.harvest(spec)
    mapped = way.map(spec, snapshot)
    assert mapped.notes == {"column-unknown": 1, "column-appeared": 1, "column-changed": 1}
    assert "field nytt: A column is there that the last good snapshot did not have." in caplog.text
    assert "field note: A column is filled otherwise" in caplog.text
    assert "Filled before 100.0%, now 0.0%." in caplog.text
    assert way.map(spec, snapshot) == mapped
    assert way.store.read_json("se_demo", snapshot, "notes")["counts"] == mapped.notes


def test_a_good_snapshot_of_an_older_version_without_its_columns_does_no_harm(tmp_path, way, spec, server):
    good = way.run(spec)
    (tmp_path / "data" / "se_demo" / good / "columns.parquet").unlink()
    server.body = csv_bytes(good_rows(41))
    assert way.map(spec, way.harvest(spec)).changes == {"added": 1}


def test_rows_that_are_left_out_are_told_and_judged_by_nobody(tmp_path, way, server, caplog):
    caplog.set_level(logging.INFO)
    rows = good_rows(60)
    for row in rows[:20]:
        row[4] = "riven"
    server.body = csv_bytes(rows)
    changes = {"record": {"only": {"sort": ["kyrka"]}}}
    spec = loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"}, **changes)
    snapshot = way.run(spec)
    assert way.map(spec, snapshot).left_out == {"row-not-selected": 20}
    assert (
        "Mapped 40 of 60 rows of Demo register; none rejected; 20 left out: 20 row-not-selected."
        in caplog.text
    )
    assert "(value 'riven') 20 rows." in caplog.text
    terms = way.store.read_table("se_demo", snapshot, "terms").to_pylist()
    assert [(term["term"], term["records"]) for term in terms] == [("kyrka", 40)]
