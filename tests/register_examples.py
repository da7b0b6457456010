"""A small register, a publisher on loopback that serves it (or fails to), and the way between them."""

import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from heritage.adapters.files import FileStore
from heritage.adapters.gx import ExpectationSuites
from heritage.adapters.harvest import HttpFetcher, HttpSettings, Reader
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.world import load_world
from heritage.mapping import World
from heritage.model.approval import Answer
from heritage.model.row import SourceRow, SourceRows
from heritage.ports.files import Capture, FetchedFile, Pulled
from heritage.spec.columns import ColumnWords, load_column_words
from heritage.spec.loader import LoadedSpec, load_spec
from heritage.spec.properties import load_identifier_formats
from heritage.spec.thresholds import Thresholds, load_thresholds
from heritage.steps.approve import approve
from heritage.steps.check import Checked, check
from heritage.steps.harvest import harvest
from heritage.steps.map import Mapped, map_records

ROOT = Path(__file__).resolve().parent.parent
VOCABULARIES = ROOT / "datasets" / "_vocabularies"

DESCRIPTION: dict[str, Any] = {
    "id": "se_demo",
    "title": "Demo register",
    "publisher": {"name": "Demo"},
    "kind": "monument",
    "maintainers": ["demo"],
    "licence": {"id": "CC0-1.0", "evidence": "https://example.org/licence"},
    "sample": "synthetic",
    "harvest": {"protocol": "csv", "url": "http://example.invalid/list.csv"},
    "record": {
        "id": "nr",
        "name": {"sv": "namn"},
        "point": {"x": "lon", "y": "lat"},
        "type": "sort",
        "url_template": "https://example.org/entry/{id}",
    },
    "ignore": ["note"],
    "personal": ["owner"],
    "item": {"identifier": "P1260", "country": "Q34", "classes": {"kyrka": "Q16970"}},
    "checks": {"rows": [5, 200], "fill": {"name": 0.9, "point": 0.5}},
}
HEADER = ["nr", "namn", "lon", "lat", "sort", "note", "owner"]


def description(**changes: Any) -> dict[str, Any]:
    """The demo description; a dict among the changes is merged one level deep, None removes a key."""
    content = deepcopy(DESCRIPTION)
    for key, value in changes.items():
        content[key] = {**content.get(key, {}), **value} if isinstance(value, dict) else value
        if isinstance(content[key], dict):
            content[key] = {k: v for k, v in content[key].items() if v is not None}
    return content


def loaded(folder: Path, **changes: Any) -> LoadedSpec:
    """The demo description, written and loaded."""
    content = description(**changes)
    path = folder / "se" / content["id"] / f"{content['id']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    spec = load_spec(path)
    assert isinstance(spec, LoadedSpec), str(spec)
    return spec


def good_rows(count: int = 40) -> list[list[str]]:
    """Rows of churches that differ in everything, in the middle of Sweden."""
    return [
        [
            f"{n:04}",
            f"Kyrka åäö {n}",
            f"{14 + n / 50 + 0.00123:.5f}",
            f"{59 + n / 60 + 0.00457:.5f}",
            "kyrka",
            "x",
            "Anna A",
        ]
        for n in range(1, count + 1)
    ]


def csv_bytes(rows: list[list[str]], header: list[str] = HEADER, encoding: str = "utf-8") -> bytes:
    """The register as its publisher writes it."""
    lines = [
        ",".join(f'"{cell}"' if "," in cell or "\n" in cell else cell for cell in row)
        for row in [header, *rows]
    ]
    return ("\n".join(lines) + "\n").encode(encoding)


def source_rows(rows: list[list[str]], header: list[str] = HEADER) -> list[SourceRows]:
    """The same, as a reader gives them."""
    named = [dict(zip(header, row, strict=True)) for row in rows]
    given = [SourceRow("list.csv", n, cells) for n, cells in enumerate(named, start=1)]
    return [SourceRows.of(given)] if given else []


def fetched(
    name: str, content: bytes, url: str = "http://example.invalid", headers: dict[str, str] | None = None
) -> FetchedFile:
    """A file as if it had just been fetched."""
    folder = Path(tempfile.mkdtemp(dir=_SCRATCH.name))
    (folder / name).write_bytes(content)
    return FetchedFile(name, folder / name, url, headers or {})


def read_rows(spec: LoadedSpec, files: Iterable[Any]) -> list[SourceRow]:
    """The rows of files that were fetched: what begins with a name and the content."""
    kept = [fetched(file[0], file[1]) for file in files]
    return [row for rows in Reader().rows(spec.spec, kept) for row in rows.each()]


def pulled(*files: FetchedFile) -> Pulled:
    """A pull of these files."""
    return Pulled(files)


_SCRATCH = tempfile.TemporaryDirectory(prefix="heritage-tests-")


@cache
def world() -> World:
    """The bundled countries."""
    return load_world(VOCABULARIES)


@cache
def thresholds() -> Thresholds:
    """The figures in force."""
    return load_thresholds(VOCABULARIES / "thresholds.yaml")


@cache
def words() -> ColumnWords:
    """The words in force by which columns give away what they hold."""
    return load_column_words(VOCABULARIES / "columns.yaml")


@cache
def suites(folder: Path = ROOT / "expectations") -> ExpectationSuites:
    """The bundled suites, with the figures and formats in force."""
    formats = load_identifier_formats(VOCABULARIES / "properties.yaml")
    return ExpectationSuites(folder, thresholds().records, formats)


@dataclass(frozen=True)
class StoppedClock:
    """Port Clock, at one moment."""

    at: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


Sent = tuple[int, dict[str, str], bytes]
"""An answer: status, headers, body."""


@dataclass
class Publisher:
    """What the server answers next: status, headers, body, or what `answer` makes of path and headers;
    `asked` is what it was asked."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    before: list[Sent] = field(default_factory=list)
    answer: Callable[[str, dict[str, str]], Sent] | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""


@contextmanager
def publisher() -> Iterator[Publisher]:
    """An HTTP server on loopback that serves one register, after the answers in `before`."""
    state = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append((self.path, dict(self.headers)))
            sent = (state.status, state.headers, state.body)
            if state.before:
                sent = state.before.pop(0)
            elif state.answer:
                sent = state.answer(self.path, dict(self.headers))
            status, headers, body = sent
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Fetched(NamedTuple):
    """A file that was fetched, as a value."""

    name: str
    content: bytes
    url: str
    headers: dict[str, str]


@dataclass
class Way:
    """harvest, map and check over one store, with the real adapters."""

    store: FileStore
    fetcher: Any
    waits: list[float] = field(default_factory=list)

    @classmethod
    def over_http(cls, folder: Path, mirror: str | None = None, **settings: Any) -> "Way":
        """Fetches over HTTP without waiting; what it would have waited is in `waits`."""
        waits: list[float] = []
        sleep: Callable[[float], None] = waits.append
        settings = {"pause_s": 0, **settings}
        options = HttpSettings(
            "HeritageGuard-tests (tests@example.org)", folder / "unfinished", mirror=mirror, **settings
        )
        return cls(FileStore(str(folder / "data")), HttpFetcher(options, StoppedClock(), sleep), waits)

    def fetch(self, spec: LoadedSpec, last: Capture | None = None) -> list["Fetched"]:
        """What the fetcher brings, with the bytes in memory."""
        with self.fetcher.fetch(spec, last) as brought:
            return [Fetched(file.name, file.content, file.url, dict(file.headers)) for file in brought.files]

    def harvest(self, spec: LoadedSpec) -> str:
        return harvest(spec, fetcher=self.fetcher, store=self.store, clock=StoppedClock()).snapshot

    def map(self, spec: LoadedSpec, snapshot: str) -> Mapped:
        return map_records(
            spec,
            snapshot,
            reader=Reader(),
            store=self.store,
            world=world(),
            thresholds=thresholds(),
            words=words(),
        )

    def check(self, spec: LoadedSpec, snapshot: str, approved: bool = False) -> Checked:
        """Raises SnapshotStopped unless the snapshot passes, or is approved."""
        checked = check(
            spec,
            snapshot,
            store=self.store,
            checker=suites(),
            clock=StoppedClock(),
            thresholds=thresholds(),
            vocabularies=YamlVocabularies(VOCABULARIES),
            world=world(),
        )
        answer = Answer(True, "Ada", "tests") if approved else None
        approve(spec, snapshot, answer, store=self.store, clock=StoppedClock())
        return checked

    def run(self, spec: LoadedSpec, approved: bool = False) -> str:
        """All three; the snapshot's id."""
        snapshot = self.harvest(spec)
        self.map(spec, snapshot)
        self.check(spec, snapshot, approved)
        return snapshot
