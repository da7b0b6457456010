"""What a publisher can send instead of the register: each ends in words that name dataset, file, row and
field, and the last good snapshot stays."""

import pytest

from heritage.errors import HeritageError, SnapshotStopped, SourceChanged, SourceUnavailable
from register_examples import HEADER, Way, csv_bytes, good_rows, loaded, publisher

GOOD = csv_bytes(good_rows())


def broken(edit):
    rows = good_rows()
    edit(rows)
    return csv_bytes(rows)


def double(rows):
    for n in range(10):
        rows[n][0] = "0001"


def impossible(rows):
    for n in range(10):
        rows[n][3] = "659.3"


def exchange(rows):
    for row in rows:
        row[2], row[3] = row[3], row[2]


def few(rows):
    del rows[3:]


def nameless(rows):
    for n in range(10):
        rows[n][1] = ""


def floats(rows):
    for row in rows:
        row[0] = f"{int(row[0])}.0"


CASES = [
    pytest.param(b"", SourceChanged, "se_demo, list.csv: The file has no rows", id="empty file"),
    pytest.param(
        b",".join(h.encode() for h in HEADER) + b"\n", SourceChanged, "no row below it", id="header only"
    ),
    pytest.param(
        b"<!DOCTYPE html><html><title>Sign in</title></html>",
        SourceChanged,
        "se_demo, list.csv: .*It is an HTML page",
        id="HTML instead of CSV",
    ),
    pytest.param(
        b"version https://git-lfs.github.com/spec/v1\noid sha256:ee\nsize 122678\n",
        SourceChanged,
        "se_demo, list.csv: .*Git LFS pointer",
        id="Git LFS pointer",
    ),
    pytest.param(
        GOOD[:-25],
        SourceChanged,
        "se_demo, list.csv, row 40: The file ends in the middle",
        id="truncated file",
    ),
    pytest.param(
        csv_bytes(good_rows(), encoding="cp1252"),
        SourceChanged,
        r"se_demo, list.csv: .*Byte \d+ in line 2 is not utf-8; it looks like",
        id="wrong encoding",
    ),
    pytest.param(
        csv_bytes(good_rows(), ["nr", "benamning", *HEADER[2:]]),
        SourceChanged,
        "se_demo, list.csv, field namn: .*benamning",
        id="renamed column",
    ),
    pytest.param(
        broken(double),
        SnapshotStopped,
        r"10 of 40 rows \(25.0%, limit 20%\): 10 id-duplicate. The first: se_demo, list.csv, row 1, field nr",
        id="duplicate ids",
    ),
    pytest.param(
        broken(impossible),
        SnapshotStopped,
        r"10 of 40 rows .*10 point-impossible. The first: se_demo, list.csv, row 1, field lon, lat",
        id="impossible coordinates",
    ),
    pytest.param(broken(exchange), SnapshotStopped, r"40 of 40 points: x and y", id="exchanged coordinates"),
    pytest.param(broken(few), SnapshotStopped, r"3 records, expected 5 to 200", id="too few rows"),
    pytest.param(
        broken(nameless),
        SnapshotStopped,
        r"field name: .*75.0% of 40 records, expected 90.0%",
        id="emptied field",
    ),
    pytest.param(broken(floats), SnapshotStopped, r"field nr: The ids end in \.0", id="ids made numbers"),
]


@pytest.fixture
def server():
    with publisher() as state:
        state.body = GOOD
        yield state


@pytest.mark.parametrize(("body", "error", "says"), CASES)
def test_bad_input_is_told_and_the_last_good_snapshot_stays(tmp_path, server, body, error, says):
    spec = loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"})
    way = Way.over_http(tmp_path)
    good = way.run(spec)
    server.body = body
    with pytest.raises(error, match=says) as raised:
        way.run(spec)
    assert str(raised.value).startswith("se_demo")
    assert way.store.last_good("se_demo") == good
    assert way.store.read_table("se_demo", good, "records").num_rows == 40
    server.body = GOOD
    assert way.run(spec) == good


@pytest.mark.parametrize(
    ("status", "headers", "error", "says"),
    [
        (404, {}, SourceChanged, "the server answered 404"),
        (503, {}, SourceUnavailable, "4 attempts: the server answered 503"),
        (200, {"Content-Length": "99999"}, SourceUnavailable, "cut short"),
    ],
)
def test_a_missing_or_failing_source_is_told_and_keeps_nothing(
    tmp_path, server, status, headers, error, says
):
    spec = loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"})
    way = Way.over_http(tmp_path)
    good = way.run(spec)
    before = sorted(p.name for p in (tmp_path / "data" / "se_demo").iterdir())
    server.status, server.headers = status, headers
    with pytest.raises(error, match=says) as raised:
        way.run(spec)
    assert str(raised.value).startswith(f"se_demo: {server.url}/list.csv")
    assert way.store.last_good("se_demo") == good
    assert sorted(p.name for p in (tmp_path / "data" / "se_demo").iterdir()) == before


def test_a_few_bad_rows_are_put_aside_with_their_reasons(tmp_path, server):
    rows = good_rows(100)
    rows[10][3] = "norr"
    rows[20][0] = ""
    server.body = csv_bytes(rows)
    way = Way.over_http(tmp_path)
    snapshot = way.run(loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"}))
    lines = way.store.read_table("se_demo", snapshot, "rejected").to_pylist()
    assert [(line["file"], line["row"], line["field"], line["code"]) for line in lines] == [
        ("list.csv", 11, "lat", "point-unreadable"),
        ("list.csv", 21, "nr", "id-missing"),
    ]
    assert way.store.read_table("se_demo", snapshot, "records").num_rows == 98


def test_some_more_ask_an_engineer(tmp_path, server):
    rows = good_rows(100)
    for n in range(3):
        rows[n][3] = "norr"
    server.body = csv_bytes(rows)
    spec = loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"})
    way = Way.over_http(tmp_path)
    with pytest.raises(
        SnapshotStopped, match=r"not used until an engineer approves it.*3 of 100 rows \(3.0%, limit 2%\)"
    ):
        way.run(spec)
    assert way.store.last_good("se_demo") is None
    snapshot = way.run(spec, approved=True)
    assert way.store.last_good("se_demo") == snapshot


def test_a_stop_cannot_be_approved(tmp_path, server):
    server.body = broken(double)
    spec = loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"})
    with pytest.raises(SnapshotStopped):
        Way.over_http(tmp_path).run(spec, approved=True)


@pytest.mark.parametrize("body", [case.values[0] for case in CASES], ids=[case.id for case in CASES])
def test_no_message_tells_a_personal_cell_or_a_path_of_this_machine(tmp_path, server, body):
    spec = loaded(tmp_path, harvest={"url": f"{server.url}/list.csv"})
    server.body = body
    with pytest.raises(HeritageError) as raised:
        Way.over_http(tmp_path).run(spec)
    assert "Anna" not in str(raised.value)
    assert str(tmp_path) not in str(raised.value)
