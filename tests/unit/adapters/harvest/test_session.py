"""What a pull does to a publisher, and what a publisher may do to a pull."""

import contextlib
import gzip
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from heritage.adapters.harvest import HttpFetcher, HttpSettings
from heritage.adapters.harvest.pace import Pace
from heritage.adapters.harvest.session import Session
from heritage.adapters.harvest.unfinished import unfinished
from heritage.errors import SourceChanged, SourceUnavailable
from register_examples import ROOT, StoppedClock, Way, csv_bytes, good_rows, loaded, publisher

BODY = csv_bytes(good_rows(30))
NOW = StoppedClock().now()


@pytest.fixture
def server():
    with publisher() as state:
        state.body = BODY
        yield state


@pytest.fixture
def settings(tmp_path):
    def make(**changes):
        return HttpSettings("tests", tmp_path / "scratch", **{"pause_s": 0, **changes})

    return make


@pytest.fixture
def session(tmp_path, settings):
    opened = []

    def make(folder="pull", waits=None, **changes):
        sleep = [].append if waits is None else waits.append
        opened.append(Session("demo", tmp_path / folder, settings(**changes), StoppedClock(), sleep=sleep))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def paths(server):
    return [path for path, _ in server.asked]


# Conditional requests


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"ETag": '"7"'}, {"If-None-Match": '"7"'}),
        ({"ETag": 'W/"7"'}, {"If-None-Match": 'W/"7"'}),
        (
            {"Last-Modified": "Sat, 21 Nov 2026 11:00:00 GMT"},
            {"If-Modified-Since": "Sat, 21 Nov 2026 11:00:00 GMT"},
        ),
    ],
)
def test_an_unchanged_register_is_asked_for_and_not_fetched_again(tmp_path, server, given, asked, caplog):
    caplog.set_level(logging.INFO)
    server.headers = given
    way, spec = Way.over_http(tmp_path), loaded(tmp_path, harvest={"url": server.url + "/list.csv"})
    first = way.harvest(spec)
    server.status, server.body = 304, b""
    assert way.harvest(spec) == first
    (_, headers) = server.asked[1]
    assert asked.items() <= headers.items()
    assert f"the server says so of snapshot {first}" in caplog.text
    server.status, server.body = 200, csv_bytes(good_rows(31))
    assert way.harvest(spec) != first


def test_another_address_is_asked_without_conditions(tmp_path, server):
    server.headers = {"ETag": '"7"'}
    way = Way.over_http(tmp_path)
    way.harvest(loaded(tmp_path, harvest={"url": server.url + "/list.csv"}))
    way.harvest(loaded(tmp_path, harvest={"url": server.url + "/moved/list.csv"}))
    assert "If-None-Match" not in server.asked[1][1]


# Downloads that are cut off


def in_ranges(body, headers, *, cut):
    """A server that loses the connection after `cut` bytes of its first answer, and can go on from there."""

    def answer(path, asked):
        said = asked.get("Range", "")
        if not said or asked["If-Range"] not in headers.values():
            return 200, {"Content-Length": str(len(body)), **headers}, body[:cut] if answer.first else body
        start = int(said.removeprefix("bytes=").rstrip("-"))
        span = f"bytes {start}-{len(body) - 1}/{len(body)}"
        return 206, {"Content-Range": span, **headers}, body[start:]

    def once(path, asked):
        sent = answer(path, asked)
        answer.first = False
        return sent

    answer.first = True
    return once


LONG_AGO = {"Last-Modified": "Sat, 21 Nov 2020 11:00:00 GMT"}
JUST_NOW = {"Last-Modified": "Sat, 21 Nov 2099 11:00:00 GMT"}


@pytest.mark.parametrize("validator", [{"ETag": '"7"'}, LONG_AGO])
def test_a_download_is_gone_on_with_where_it_was_cut(session, server, validator):
    server.answer = in_ranges(BODY, {"Accept-Ranges": "bytes", **validator}, cut=700)
    answer = session().download("list.csv", server.url + "/list.csv")
    assert answer.content == BODY
    assert answer.headers["content-length"] == str(len(BODY))
    headers = server.asked[1][1]
    assert (headers["Range"], headers["Accept-Encoding"]) == ("bytes=700-", "identity")
    assert len(server.asked) == 2
    assert [path.name for path in answer.path.parent.iterdir()] == ["list.csv"]


def test_the_next_run_goes_on_with_a_download_too(session, server):
    server.answer = in_ranges(BODY, {"Accept-Ranges": "bytes", "ETag": '"7"'}, cut=700)
    with pytest.raises(SourceUnavailable, match="cut short"):
        session(attempts=1).download("list.csv", server.url + "/list.csv")
    assert session().download("list.csv", server.url + "/list.csv").content == BODY
    assert server.asked[1][1]["Range"] == "bytes=700-"


@pytest.mark.parametrize(
    "headers",
    [
        {"ETag": '"7"'},
        {"Accept-Ranges": "bytes"},
        {"Accept-Ranges": "bytes", "ETag": 'W/"7"'},
        {"Accept-Ranges": "bytes", **JUST_NOW},
        {"Accept-Ranges": "bytes", "ETag": '"7"', "Content-Encoding": "gzip"},
    ],
)
def test_what_may_not_fit_together_comes_anew(session, server, headers):
    body = gzip.compress(BODY) if "Content-Encoding" in headers else BODY
    server.answer = in_ranges(body, headers, cut=150)
    assert session().download("list.csv", server.url + "/list.csv").content == BODY
    assert "Range" not in server.asked[1][1]


def test_a_file_that_changed_meanwhile_comes_whole(session, server):
    server.answer = in_ranges(b"x" * 2000, {"Accept-Ranges": "bytes", "ETag": '"7"'}, cut=700)
    with pytest.raises(SourceUnavailable):
        session(attempts=1).download("list.csv", server.url + "/list.csv")
    server.answer = in_ranges(BODY, {"Accept-Ranges": "bytes", "ETag": '"8"'}, cut=len(BODY))
    assert session().download("list.csv", server.url + "/list.csv").content == BODY


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (206, {"Content-Range": "bytes 0-9/3000"}, BODY[:10]),
        (206, {}, BODY[700:]),
        (416, {"Content-Range": "bytes */700"}, b""),
        (206, {"Content-Range": "bytes 700-799/3000"}, BODY[700:800]),
    ],
)
def test_a_part_that_does_not_fit_is_thrown_away(session, server, status, headers, body):
    whole = {"Accept-Ranges": "bytes", "ETag": '"7"'}
    server.before = [
        (200, {**whole, "Content-Length": str(len(BODY))}, BODY[:700]),
        (status, {**whole, **headers}, body),
    ]
    server.headers = whole
    assert session(attempts=5).download("list.csv", server.url + "/list.csv").content == BODY


# Pages


def test_a_killed_pull_asks_only_for_the_missing_pages(tmp_path, server):
    reached = threading.Event()

    def answer(path, asked):
        if path == "/2" and not reached.is_set():
            reached.set()
            killed.wait(30)
        return 200, {}, json.dumps({"page": path}).encode()

    killed = threading.Event()
    server.answer = answer
    script = (
        "import sys; from pathlib import Path; from heritage.adapters.clock import SystemClock;"
        "from heritage.adapters.harvest.limits import HttpSettings;"
        "from heritage.adapters.harvest.session import Session;"
        "folder, url = Path(sys.argv[1]), sys.argv[2];"
        "session = Session('demo', folder, HttpSettings('tests', folder, pause_s=0), SystemClock());"
        "[session.page(f'page-{n}.json', f'{url}/{n}') for n in range(5)]"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "pull"), server.url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "include")}
    with subprocess.Popen(command, env=environment) as process:
        assert reached.wait(30)
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed.set()
    assert paths(server) == ["/0", "/1", "/2"]
    server.asked.clear()
    assert subprocess.run(command, env=environment, check=False).returncode == 0
    assert paths(server) == ["/2", "/3", "/4"]
    pages = [json.loads((tmp_path / f"pull/page-{n}.json").read_bytes())["page"] for n in range(5)]
    assert pages == ["/0", "/1", "/2", "/3", "/4"]


def test_a_page_that_was_asked_for_otherwise_is_asked_for_again(session, server):
    server.answer = lambda path, asked: (200, {}, path.encode())
    session().page("page-1", server.url + "/a")
    assert session().page("page-1", server.url + "/b").content == b"/b"
    assert session().page("page-1", server.url + "/b").content == b"/b"
    assert paths(server) == ["/a", "/b"]


def test_a_page_without_its_note_is_asked_for_again(tmp_path, session, server):
    server.answer = lambda path, asked: (200, {}, path.encode())
    session().page("page-1", server.url + "/a")
    (tmp_path / "pull/page-1.head.json").unlink()
    session().page("page-1", server.url + "/a")
    assert paths(server) == ["/a", "/a"]


def test_pages_without_end_are_refused(session, server):
    server.answer = lambda path, asked: (200, {}, path.encode())
    one = session(most_pages=3)
    for n in range(3):
        one.page(f"page-{n}", f"{server.url}/{n}")
    with pytest.raises(SourceChanged, match=r"demo: .*/3: it does not end: 3 pages came"):
        one.page("page-3", server.url + "/3")
    assert len(server.asked) == 3


def test_a_page_that_comes_again_is_refused_unless_it_may(session, server):
    server.answer = lambda path, asked: (200, {}, b"AB"[int(path[1:]) % 2 :][:1])
    one, other = session("one"), session("other")
    one.page("page-1", server.url + "/1")
    one.page("page-2", server.url + "/2")
    one.page("page-2", server.url + "/2")
    with pytest.raises(SourceChanged, match="page-3 says the same as page-1"):
        one.page("page-3", server.url + "/3")
    for n in range(4):
        other.page(f"page-{n}", f"{server.url}/{n}", repeats=True)


# Limits


def test_a_body_that_unpacks_beyond_measure_is_refused(tmp_path, session, server):
    server.body = gzip.compress(bytes(40 << 20))
    server.headers = {"Content-Encoding": "gzip"}
    with pytest.raises(SourceChanged, match=r"packed bytes give more than"):
        session().ask(server.url)
    assert sum(path.stat().st_size for path in (tmp_path / "pull").iterdir()) < 20 << 20


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd"])
def test_a_packing_that_was_not_asked_for_is_refused(session, server, packing):
    server.headers = {"Content-Encoding": packing}
    with pytest.raises(SourceChanged, match=f"packed as '{packing}'"):
        session().ask(server.url)
    assert server.asked[0][1]["Accept-Encoding"] == "gzip, deflate"


def test_damaged_packing_is_refused(session, server):
    server.headers, server.body = {"Content-Encoding": "gzip"}, b"not gzip"
    with pytest.raises(SourceChanged, match="demo: "):
        session().ask(server.url)


def test_all_pages_together_are_limited(session, server):
    server.answer = lambda path, asked: (200, {}, path.encode() * 100)
    one = session(largest_bytes=500)
    one.page("page-1", server.url + "/1")
    one.page("page-2", server.url + "/2")
    with pytest.raises(SourceChanged, match="the register is larger than 500 bytes"):
        one.page("page-3", server.url + "/3")


def test_a_pull_ends_in_time_and_what_came_stays(session, server):
    server.answer = lambda path, asked: (200, {}, path.encode())
    session().page("page-1", server.url + "/1")
    late = session(pull_s=-1)
    assert late.page("page-1", server.url + "/1").content == b"/1"
    with pytest.raises(SourceUnavailable, match=r"takes longer than -1 s; the next one goes on from here"):
        late.page("page-2", server.url + "/2")
    assert paths(server) == ["/1"]


def test_a_disk_that_is_full_is_told(tmp_path, session, server):
    (tmp_path / "pull").write_text("a file where the folder should be")
    with pytest.raises(SourceUnavailable, match=r"demo: .* cannot be kept"):
        session().ask(server.url)


def test_a_redirect_to_a_name_that_turns_inside_when_it_is_connected_to_is_refused(tmp_path, server):
    """DNS rebinding: the name is public when it is judged, and our own machine when it is asked."""
    port = server.url.rsplit(":", 1)[1]
    server.before = [(302, {"Location": f"http://localhost:{port}/inside.csv"}, b"")]
    spec = loaded(tmp_path, harvest={"url": server.url + "/list.csv"})
    options = HttpSettings("tests", tmp_path / "scratch", pause_s=0)
    fetcher = HttpFetcher(options, StoppedClock(), resolve=lambda host: ["93.184.215.14"])
    with pytest.raises(SourceChanged, match=r"leads to localhost, which is (127\.0\.0\.1|::1) and no public"):
        fetcher.fetch(spec, None).__enter__()
    assert paths(server) == ["/list.csv"]


# Credentials


SECRETS = "api_key=s3cret&$$app_token=s3cret&access_token=s3cret&key=s3cret&X-Amz-Signature=s3cret"
HIDDEN = SECRETS.replace("s3cret", "***")


def test_credentials_of_a_link_are_sent_and_told_to_nobody(tmp_path, session, server, caplog):
    """A description may hold none; what a publisher links to, as the address of the next page, may."""
    caplog.set_level(logging.DEBUG)
    address = server.url.replace("://", "://me:s3cret@") + f"/list.csv?{SECRETS}&year=2026"
    one = session(largest_bytes=5000)
    assert one.ask(address).url == f"{server.url.replace('://', '://***@')}/list.csv?{HIDDEN}&year=2026"
    assert server.asked[0][0].count("s3cret") == 5
    assert server.asked[0][1]["Authorization"].startswith("Basic ")
    one.page("page-1", address)
    one.download("list.csv", address)
    one.forget()
    for status in (404, 503):
        server.status = status
        with pytest.raises((SourceChanged, SourceUnavailable), match=r"year=2026") as error:
            one.ask(address)
        assert "s3cret" not in str(error.value)
    server.status, server.body = 200, b"new"
    for length in ("4000", "9999"):
        server.headers = {"Content-Length": length}
        with pytest.raises((SourceChanged, SourceUnavailable), match=r"year=2026") as error:
            one.page("page-2", address)
        assert "s3cret" not in str(error.value)
    told = [record for record in caplog.records if not record.name.startswith("httpcore")]
    assert not [record for record in told if "s3cret" in record.getMessage()]


def test_credentials_of_a_redirect_are_kept_nowhere(tmp_path, server, caplog):
    caplog.set_level(logging.DEBUG)
    server.before = [(302, {"Location": f"{server.url}/signed.csv?{SECRETS}"}, b"")]
    way, spec = Way.over_http(tmp_path), loaded(tmp_path, harvest={"url": server.url + "/list.csv"})
    way.harvest(spec)
    assert server.asked[1][0].count("s3cret") == 5
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "capture.json" for path in kept)
    assert not [path for path in kept if b"s3cret" in path.read_bytes()]
    told = [record for record in caplog.records if not record.name.startswith("httpcore")]
    assert not [record for record in told if "s3cret" in record.getMessage()]


# Several pulls


def test_requests_to_one_host_keep_their_distance_across_sessions(session, server):
    waits = []
    session("one", waits, pause_s=30).ask(server.url)
    assert waits == []
    session("other", waits, pause_s=30).ask(server.url)
    (wait,) = waits
    assert 0 < wait <= 30


def test_hosts_do_not_wait_for_each_other_nor_for_a_clock_that_was_set_back(tmp_path):
    waits = []
    pace = Pace(tmp_path, 30, waits.append)
    pace.keep("a.example")
    pace.keep("b.example:../../x")
    os.utime(tmp_path / "a.example", (4e9, 4e9))
    pace.keep("a.example")
    assert waits == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.example", "b.example_.._.._x"]


def test_one_register_is_pulled_by_one_run_at_a_time(tmp_path, server):
    spec = loaded(tmp_path, harvest={"url": server.url + "/list.csv"})
    with (
        Way.over_http(tmp_path).fetcher.fetch(spec, None),
        pytest.raises(SourceUnavailable, match="se_demo: another run is pulling this register"),
    ):
        Way.over_http(tmp_path).fetch(spec)
    assert Way.over_http(tmp_path).fetch(spec)[0].content == BODY


def at(hour, minute=0):
    return datetime(2026, 11, 21, hour, minute, tzinfo=UTC)


def kept(tmp_path, key, now):
    with unfinished(tmp_path, "demo", key, now, keep_s=3600) as folder:
        folder.mkdir(exist_ok=True)
        names = sorted(path.name for path in folder.iterdir())
        (folder / f"page-{now:%H%M}").touch()
    return names


def test_pages_of_a_pull_that_began_long_ago_are_dropped(tmp_path):
    assert kept(tmp_path, "a", at(12)) == []
    assert kept(tmp_path, "a", at(12, 40)) == ["page-1200"]
    assert kept(tmp_path, "a", at(13, 20)) == []
    assert kept(tmp_path, "a", at(14, 10)) == ["page-1320"]
    assert kept(tmp_path, "a", at(9)) == []


def test_pages_that_nobody_can_use_any_more_are_dropped(tmp_path):
    kept(tmp_path, "a", at(12))
    assert kept(tmp_path, "b", at(12, 1)) == []
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == [".lock", "b", "b.begun"]
    (tmp_path / "demo" / "b.begun").write_text("torn")
    assert kept(tmp_path, "b", at(12, 2)) == []


def test_a_scratch_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "demo").write_text("a file")
    with pytest.raises(SourceUnavailable, match=r"demo: the folder .* cannot be written: .*HERITAGE_SCRATCH"):
        kept(tmp_path, "a", at(12))


def test_a_good_pull_leaves_nothing_and_a_broken_one_its_pages(tmp_path, server):
    way, spec = Way.over_http(tmp_path), loaded(tmp_path, harvest={"url": server.url + "/list.csv"})
    with pytest.raises(RuntimeError), way.fetcher.fetch(spec, None):
        raise RuntimeError
    assert [path.name for path in (tmp_path / "unfinished").rglob("list.csv")] == ["list.csv"]
    way.fetch(spec)
    assert [path.name for path in (tmp_path / "unfinished").rglob("list.csv")] == []


def test_silence_in_the_middle_of_an_answer_is_told(session):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()

        def hang():
            connection, _ = silent.accept()
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            done.wait(30)
            connection.close()

        done = threading.Event()
        thread = threading.Thread(target=hang)
        thread.start()
        with pytest.raises(SourceUnavailable, match=r"no answer within 0\.05 s"):
            session(silence_s=0.05, attempts=1).ask(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        done.set()
        thread.join()


@pytest.mark.parametrize(
    "drop",
    [b"a", b"HTTP/1.1 100 Continue\r\n\r\n" * 10],
    ids=["a header without end", "one 1xx after the other"],
)
@pytest.mark.parametrize("status", [b"200 OK", b"500 Busy"])
def test_a_server_that_only_keeps_us_busy_holds_no_pull_longer_than_it_may_take(session, drop, status):
    begin = b"" if b"1.1" in drop else b"HTTP/1.1 " + status + b"\r\nX: "
    ended = threading.Event()

    def serve():
        connection = listening.accept()[0]
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(begin)
            while not ended.wait(0.01):
                connection.sendall(drop)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        with pytest.raises(SourceUnavailable, match=r"takes longer than 0.2 s"):
            session(pull_s=0.2).ask(f"http://127.0.0.1:{listening.getsockname()[1]}/list.csv")
        ended.set()


@pytest.mark.parametrize(
    "url", ["http://[::1/x", "http:///x", "https://x\u202e/", "http://xn--a/", f"http://{'a' * 70}.example/"]
)
@pytest.mark.parametrize("params", [None, {"page": 1}])
def test_what_is_no_address_is_told(session, url, params):
    with pytest.raises(SourceChanged, match="demo: http"):
        session().ask(url, params)


@pytest.mark.parametrize("target", ["http://xn--/", f"http://{'a' * 70}.example/"])
def test_a_redirect_to_a_host_that_cannot_be_is_told(session, server, target):
    server.status, server.headers = 302, {"Location": target}
    with pytest.raises(SourceChanged, match="demo: http"):
        session().ask(server.url)


@pytest.mark.parametrize("wait", ["\u00b2", "9" * 5000, "Wed, 21 Oct 99999999999 07:28:00 GMT"])
def test_a_time_to_wait_that_is_none_is_passed_over(session, server, wait):
    waits = []
    server.before = [(429, {"Retry-After": wait}, b"")]
    assert session(waits=waits, wait_s=7).ask(server.url).content == BODY
    assert waits == [7]


def test_a_register_cannot_be_unchanged_before_its_first_pull(session, server):
    server.status, server.body = 304, b""
    with pytest.raises(SourceChanged, match="304 to a question without a condition"):
        session().download("list.csv", server.url)


def test_a_contact_in_any_script_is_sent(tmp_path, server):
    settings = HttpSettings("HeritageGuard (Jönköping)", Path(tmp_path), pause_s=0)
    one = Session("demo", tmp_path / "pull", settings, StoppedClock())
    one.ask(server.url)
    one.close()
    assert server.asked[0][1]["User-Agent"].encode("latin-1").decode() == "HeritageGuard (Jönköping)"
