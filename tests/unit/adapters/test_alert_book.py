from concurrent.futures import ThreadPoolExecutor

import fsspec
import pytest

from heritage.adapters.alert_book import FileAlerts
from heritage.model.alert import Alert

LATER = "2026-11-22T11:00:00+00:00"


@pytest.fixture(params=["folder", "memory", "bucket"])
def url(request, tmp_path):
    if request.param == "bucket":
        return f"{request.getfixturevalue('bucket')}/{tmp_path.name}/data"
    return str(tmp_path / "data") if request.param == "folder" else f"memory://{tmp_path.name}"


def alert(number, kind="wiki-busy", at="2026-11-22T10:07:00+00:00"):
    return Alert(kind, f"dag_{number}.upload", "r1", at, "https://airflow.example/log")


def test_one_alert_of_a_kind_and_hour_is_first_however_many_ask(url):
    with ThreadPoolExecutor(8) as pool:
        firsts = list(pool.map(lambda number: FileAlerts(url).first(alert(number)), range(24)))
    assert firsts.count(True) == 1
    assert FileAlerts(url).first(alert(1, "wiki-stopped"))
    assert FileAlerts(url).first(alert(1, at=LATER))


def test_what_is_kept_waits_until_its_hour_is_over_and_is_forgotten_when_told(url):
    book = FileAlerts(url)
    assert book.waiting(LATER) == []
    for number in (1, 2, 2):
        book.keep(alert(number))
    book.keep(alert(3, at=LATER))
    assert book.waiting("2026-11-22T10:59:00+00:00") == []
    kept = book.waiting(LATER)
    assert sorted(kept, key=lambda one: one.where) == [alert(1), alert(2)]
    book.forget(kept[:1], LATER)
    assert book.waiting(LATER) == kept[1:]


def test_hours_that_are_told_leave_nothing_behind_but_the_day_and_the_hour_that_is(url):
    book = FileAlerts(url)
    for at in ("2026-11-21", "2026-11-22", "2026-11-22T10:07:00+00:00", LATER):
        assert book.first(alert(1, at=at))
    book.forget([], LATER)
    again = [book.first(alert(1, at=at)) for at in ("2026-11-22", LATER, "2026-11-22T10:07:00+00:00")]
    assert again == [False, False, True]


def test_a_file_that_was_damaged_keeps_nothing_from_being_told(url):
    book = FileAlerts(url)
    book.keep(alert(1))
    fs, root = fsspec.core.url_to_fs(url)
    for number, content in enumerate((b"{", b"[]", b'{"kind": "x"}')):
        fs.pipe_file(f"{root}/_alerts/2026-11-22T10/wiki-busy/{number}.json", content)
    assert book.waiting(LATER) == [alert(1)]


def test_a_bucket_that_is_misspelt_is_not_made(bucket):
    with pytest.raises(FileNotFoundError, match="bucket does not exist"):
        FileAlerts("s3://heritgae/data").first(alert(1))
    assert not fsspec.filesystem("s3").exists("heritgae")
