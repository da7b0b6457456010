import gzip
import logging
import socket

import pytest

from heritage.adapters.harvest import FileFetcher, HttpFetcher, HttpSettings
from heritage.adapters.harvest.faults import Lasting
from heritage.adapters.harvest.outside import Outside
from heritage.errors import SourceChanged, SourceUnavailable
from register_examples import StoppedClock, Way, csv_bytes, good_rows, loaded, publisher

BODY = csv_bytes(good_rows(3))


@pytest.fixture
def server():
    with publisher() as state:
        state.body = BODY
        yield state


def register(tmp_path, server, path="/list.csv"):
    return loaded(tmp_path, harvest={"url": server.url + path})


def test_fetches_the_bytes_and_says_who_asks(tmp_path, server):
    server.headers = {"ETag": '"7"', "Set-Cookie": "session=secret"}
    (file,) = Way.over_http(tmp_path).fetch(register(tmp_path, server, "/a/list.csv?year=2026"))
    assert (file.name, file.content, file.url) == ("list.csv", BODY, server.url + "/a/list.csv?year=2026")
    assert file.headers["etag"] == '"7"'
    assert "set-cookie" not in file.headers
    assert server.asked[0][1]["User-Agent"] == "HeritageGuard-tests (tests@example.org)"


def test_unpacks_what_was_packed_on_the_way(tmp_path, server):
    server.body, server.headers = gzip.compress(BODY), {"Content-Encoding": "gzip"}
    (file,) = Way.over_http(tmp_path).fetch(register(tmp_path, server))
    assert file.content == BODY


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (503, {}, 2.0),
        (429, {"Retry-After": "7"}, 7.0),
        (429, {"Retry-After": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30.0),
        (429, {"Retry-After": "Sat, 21 Nov 2020 12:00:30 GMT"}, 0.0),
        (503, {"Retry-After": "120"}, 120.0),
        (503, {"Retry-After": "soon"}, 2.0),
    ],
)
def test_waits_as_the_server_asks_and_tries_again(tmp_path, server, status, headers, wait):
    server.before = [(status, headers, b"later")]
    way = Way.over_http(tmp_path)
    assert way.fetch(register(tmp_path, server))[0].content == BODY
    assert way.waits == [wait]


@pytest.mark.parametrize(
    ("asked", "seconds", "long"),
    [
        ("121", 121, "3 minutes"),
        ("86400", 86_400, "24 hours"),
        ("Mon, 23 Nov 2026 12:00:00 GMT", 2 * 86_400, "2 days"),
    ],
)
def test_a_longer_wait_than_a_pull_holds_out_is_left_to_the_scheduler(tmp_path, server, asked, seconds, long):
    server.before = [(429, {"Retry-After": asked}, b"later")]
    way = Way.over_http(tmp_path)
    with pytest.raises(
        SourceUnavailable,
        match=rf"^se_demo: .*list\.csv: the server answered 429 .*asks us to wait {long}: try again then",
    ) as told:
        way.fetch(register(tmp_path, server))
    assert (told.value.retry_after, way.waits, len(server.asked)) == (seconds, [], 1)


def test_waits_longer_each_time_and_gives_up(tmp_path, server):
    server.status = 502
    way = Way.over_http(tmp_path)
    with pytest.raises(
        SourceUnavailable, match=r"^se_demo: .*/list.csv .* 4 attempts: the server answered 502"
    ):
        way.fetch(register(tmp_path, server))
    assert way.waits == [2.0, 4.0, 8.0]
    assert len(server.asked) == 4


def test_a_file_that_is_cut_short_is_fetched_again(tmp_path, server):
    server.headers = {"Content-Length": str(len(BODY) + 100)}
    with pytest.raises(SourceUnavailable, match="the file was cut short"):
        Way.over_http(tmp_path).fetch(register(tmp_path, server))
    assert len(server.asked) == 4


@pytest.mark.parametrize("status", [404, 503])
def test_a_last_good_snapshot_is_spoken_of_where_there_is_one(tmp_path, server, caplog, status):
    caplog.set_level(logging.INFO)
    way, spec = Way.over_http(tmp_path), register(tmp_path, server)
    server.status = status
    with pytest.raises((SourceChanged, SourceUnavailable)) as told:
        way.harvest(spec)
    assert "last good" not in f"{told.value} {caplog.text}"
    server.status, server.body = 200, csv_bytes(good_rows(30))
    good = way.run(spec)
    server.status = status
    with pytest.raises((SourceChanged, SourceUnavailable)):
        way.harvest(spec)
    assert f"The last good snapshot of Demo register, {good}, stays in use." in caplog.messages


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_will_not_pass_is_told_at_once(tmp_path, server, status):
    server.status = status
    with pytest.raises(SourceChanged, match=rf"se_demo: .*list.csv: the server answered {status}"):
        Way.over_http(tmp_path).fetch(register(tmp_path, server))
    assert len(server.asked) == 1


def test_an_unreachable_publisher_is_told(tmp_path):
    with socket.socket() as taken:  # bound, not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        spec = loaded(tmp_path, harvest={"url": f"http://127.0.0.1:{taken.getsockname()[1]}/list.csv"})
        with pytest.raises(SourceUnavailable, match="not reachable"):
            Way.over_http(tmp_path).fetch(spec)


def test_silence_is_told(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        spec = loaded(tmp_path, harvest={"url": f"http://127.0.0.1:{silent.getsockname()[1]}/list.csv"})
        with pytest.raises(SourceUnavailable, match=r"no answer within 0\.05 s"):
            Way.over_http(tmp_path, silence_s=0.05, attempts=1).fetch(spec)


def test_a_file_beyond_all_measure_is_refused(tmp_path, server):
    with pytest.raises(SourceChanged, match="larger than 20 bytes"):
        Way.over_http(tmp_path, largest_bytes=20).fetch(register(tmp_path, server))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/list.csv"])
def test_a_redirect_leads_to_http_only(tmp_path, server, target):
    server.status, server.headers = 302, {"Location": target}
    with pytest.raises(SourceChanged, match=r"^se_demo: .*/list"):
        Way.over_http(tmp_path).fetch(register(tmp_path, server))


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "10.0.0.7", "169.254.169.254", "fd00::7", "::1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"],
)
def test_a_redirect_never_leads_from_a_public_address_into_our_own_network(tmp_path, server, inside):
    server.before = [(302, {"Location": server.url + "/inside.csv"}, b"")]
    port = server.url.rsplit(":", 1)[1]
    spec = loaded(tmp_path, harvest={"url": f"http://localhost:{port}/list.csv"})
    addresses = {"localhost": ["93.184.215.14"], "127.0.0.1": [inside]}
    fetcher = HttpFetcher(
        HttpSettings("tests", tmp_path / "unfinished"), StoppedClock(), resolve=addresses.__getitem__
    )
    with pytest.raises(SourceChanged, match=r"leads to 127\.0\.0\.1, which is .*no public address"):
        fetcher.fetch(spec, None).__enter__()
    assert len(server.asked) == 1


def test_a_register_on_our_own_network_may_redirect_within_it(tmp_path, server):
    server.before = [(302, {"Location": server.url + "/moved.csv"}, b"")]
    port = server.url.rsplit(":", 1)[1]
    spec = loaded(tmp_path, harvest={"url": f"http://localhost:{port}/list.csv"})
    assert Way.over_http(tmp_path).fetch(spec)[0].content == BODY


@pytest.mark.parametrize("private", [[], ["register.example"]])
def test_a_public_name_may_not_be_inside_unless_we_say_so(tmp_path, server, private):
    """The name is that of this machine, which a resolver gives for any name."""
    spec = loaded(
        tmp_path, harvest={"url": server.url.replace("127.0.0.1", "register.example") + "/list.csv"}
    )
    settings = HttpSettings("tests", tmp_path / "unfinished", private_hosts=frozenset(private), attempts=1)
    fetcher = HttpFetcher(settings, StoppedClock(), [].append, resolve=lambda host: ["10.0.0.7"])
    with pytest.raises((SourceChanged, SourceUnavailable)) as told, fetcher.fetch(spec, None):
        pass
    refused = "register.example is 10.0.0.7, no public address; if the register is on your own network, add"
    assert (refused in str(told.value)) == (not private)
    assert server.asked == []


def test_a_register_of_our_own_network_leads_within_it_and_a_public_one_does_not():
    outside = Outside(
        {"intra.example": ["10.0.0.7"], "www.example": ["93.184.215.14"]}.__getitem__, ["intra.example"]
    )
    outside.judge("intra.example", "intra.example")
    outside.judge("intra.example", "www.example")
    outside.judge("www.example", "www.example")
    with pytest.raises(
        Lasting, match=r"it leads to intra\.example, which is 10\.0\.0\.7 and no public address"
    ):
        outside.judge("www.example", "intra.example")


@pytest.mark.parametrize("asked", ["register.example", "www.example"])
def test_a_name_that_turns_inside_when_it_is_connected_to_is_refused(asked):
    """DNS rebinding, of the register's own name and of another that it leads to."""
    judge = Outside(lambda host: ["93.184.215.14"]).watch("register.example")
    judge("connection.connect_tcp.started", {"host": asked})
    with pytest.raises(Lasting, match=r"10\.0\.0\.7.* no public address"):
        judge("connection.connect_tcp.complete", {"return_value": Connected("10.0.0.7")})


class Connected:
    def __init__(self, address):
        self._address = address

    def get_extra_info(self, name):
        return {"server_addr": (self._address, 80)}[name]


def test_redirects_in_a_circle_are_refused(tmp_path, server):
    server.status, server.headers = 302, {"Location": "/list.csv"}
    with pytest.raises(SourceChanged, match=r"se_demo: .*list.csv: .*redirects"):
        Way.over_http(tmp_path).fetch(register(tmp_path, server))


def test_a_mirror_is_asked_instead_and_both_addresses_are_kept(tmp_path, server):
    way = Way.over_http(tmp_path, mirror=server.url + "/mirror/")
    spec = loaded(tmp_path)
    snapshot = way.harvest(spec)
    assert server.asked[0][0] == "/mirror/se/se_demo/samples/list.csv"
    capture = way.store.captured("se_demo", snapshot)
    assert capture.url == "http://example.invalid/list.csv"
    with way.store.capture_files("se_demo", snapshot) as [file]:
        assert file.url == server.url + "/mirror/se/se_demo/samples/list.csv"


def test_a_file_from_disk_is_taken_as_it_is(tmp_path):
    path = tmp_path / "copy.csv"
    path.write_bytes(BODY)
    with FileFetcher(path).fetch(loaded(tmp_path), None) as brought:
        (file,) = brought.files
        assert (file.name, file.content, file.url) == ("copy.csv", BODY, "file:copy.csv")


def test_all_files_of_a_folder_are_taken(tmp_path):
    (tmp_path / "pages").mkdir()
    for name in ("b.csv", "a.csv"):
        (tmp_path / "pages" / name).write_bytes(BODY)
    with FileFetcher(tmp_path / "pages").fetch(loaded(tmp_path), None) as brought:
        assert [file.name for file in brought.files] == ["a.csv", "b.csv"]


@pytest.mark.parametrize("name", ["missing.csv", "empty"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceUnavailable, match=r"se_demo: .*(cannot be read|holds no file)"):
        FileFetcher(tmp_path / name).fetch(loaded(tmp_path), None).__enter__()


@pytest.mark.parametrize("target", ["../secret.csv", "/etc/hostname"])
def test_a_link_in_a_sample_folder_leads_nowhere_else(tmp_path, target):
    (tmp_path / "secret.csv").write_bytes(BODY)
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "a.csv").write_bytes(BODY)
    (samples / "again.csv").symlink_to("a.csv")
    with FileFetcher(samples).fetch(loaded(tmp_path), None) as brought:
        assert len(brought.files) == 2
    (samples / "list.csv").symlink_to(target)
    with pytest.raises(SourceChanged, match=r"samples/list\.csv is a link that leads out of its folder"):
        FileFetcher(samples).fetch(loaded(tmp_path), None).__enter__()
