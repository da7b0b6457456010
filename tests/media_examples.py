"""A register with images, a source on loopback that serves them, and what may go of it to Commons."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
from PIL import Image
from PIL.ExifTags import IFD, Base

from heritage.adapters.commons.pictures import HttpPictures
from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.media import SqlMediaJournal
from heritage.adapters.database.orders import SqlOrderBook
from heritage.adapters.files import FileStore
from heritage.adapters.harvest.limits import HttpSettings
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.licence.gate import Facts
from heritage.licence.leaving import Leaves
from heritage.licence.permission import Target
from heritage.model.tables import MATCHES, PROTECTED, RECORDS, RISK
from heritage.model.upload import Action, Order
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.steps.media import MediaBatch, plan_media
from heritage.steps.media_courier import MediaLimits
from heritage.steps.media_decided import ImagesDecided
from heritage.steps.media_orders import order_media, why_held
from heritage.steps.media_upload import MediaUploaded, upload_media
from register_examples import VOCABULARIES, fetched, pulled

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LAT, LON = 59.32932, 18.06858
"""What the camera wrote beside the pixels."""


def jpeg(
    seed: int = 0, size: tuple[int, int] = (160, 120), *, turn: int = 6, progressive: bool = False
) -> bytes:
    """A picture with all that a camera writes: place, maker, thumbnail, comment, and bytes behind its end."""
    noise = Image.frombytes("L", size, Random(seed).randbytes(size[0] * size[1])).convert("RGB")
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Orientation], exif[Base.ImageDescription] = "Maker", turn, "zzplacezz"
    exif[Base.DateTime] = "2020:05:04 12:00:00"
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (59.0, 19.0, 45.55), 3: "E", 4: (18.0, 4.0, 6.9)})
    out = BytesIO()
    noise.save(
        out, "JPEG", quality=88, exif=exif, comment=b"zzplacezz", progressive=progressive, dpi=(300, 300),
        xmp=b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><GPSLatitude>59,19.7592N</GPSLatitude></x:xmpmeta>',
    )  # fmt: skip
    photoshop = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00zzplacezz"
    segment = b"\xff\xed" + (len(photoshop) + 2).to_bytes(2, "big") + photoshop
    data = out.getvalue()
    return data[:2] + segment + data[2:] + b"zzplacezz behind the end"


def pixels(data: bytes) -> bytes:
    """What a viewer shows, before it is turned."""
    with Image.open(BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


@dataclass
class Source:
    """Where images lie: what is served by path, and what was asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base: str = ""


@contextmanager
def source(files: Mapping[str, bytes]) -> Iterator[Source]:
    """Serves images on loopback; what it does not have is a page that says so, with status 200."""
    served = Source(dict(files))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            served.asked.append(name)
            body = served.files.get(name, b"<!DOCTYPE html><p>Not here, sorry.")
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    served.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def described(base: str, **media: Any) -> LoadedSpec:
    """A register whose images lie at `base`."""
    content = {
        "id": "xx_towers",
        "title": "Towers",
        "publisher": {"name": "Tower Office", "item": "Q700"},
        "kind": "monument",
        "maintainers": ["ada"],
        "sample": "synthetic",
        "licence": {"id": "CC0-1.0", "evidence": "https://towers.example/licence"},
        "harvest": {"protocol": "csv", "url": "https://towers.example/list.csv"},
        "record": {
            "id": "id",
            "name": {"en": "name"},
            "image": {"column": "photo", "licence": {"column": "rights"}, "author": "by", "date": "taken"},
        },
        "item": {"identifier": "P1216", "country": "Q145", "register_item": "Q500"},
        "checks": {"rows": [0, 1000]},
        "media": {
            "url": f"{base}/full/{{file}}",
            "page": f"{base}/page/{{file}}",
            "categories": ["Towers from the Tower Office"],
            "partnership": "Tower Office cooperation project",
            "institution": "Tower Office",
            "institution_item": "Q701",
            "creators": {"Ada Known": "Q702"},
            **media,
        },
    }
    return LoadedSpec(DatasetSpec.model_validate(content), Path("xx/xx_towers/xx_towers.yaml"))


def record(number: str, name: str, file: str | None, **more: Any) -> dict[str, Any]:
    """A row of RECORDS; `rights`, `author` and `taken` are of its image."""
    licence, author = more.pop("rights", "CC-BY-4.0"), more.pop("author", "Ada Known")
    image = {"file": file, "licence": licence, "author": author, "date": more.pop("taken", "2020-05-04")}
    row = {"dataset": "xx_towers", "record_id": number, "kind": "monument", "name": name, "lang": "en"}
    row |= {"names": [{"lang": "en", "text": name}], "url": f"https://towers.example/entry/{number}"}
    return row | {"image": image if file else None} | more


@dataclass
class Shelf:
    """A snapshot after the step `flag`, whose records are matched, and the journals."""

    folder: Path
    loaded: LoadedSpec
    basis: str = "rules"
    store: FileStore = field(init=False)
    snapshot: str = field(init=False)

    def __post_init__(self) -> None:
        self.store = FileStore(str(self.folder / "data"))
        file = fetched("list.csv", b"id", "https://towers.example/list.csv")
        self.snapshot = self.store.capture(self.loaded.spec, pulled(file), AT)[0].snapshot
        self.store.mark_good(self.loaded.spec.id, self.snapshot, AT)
        self.database = f"sqlite:///{self.folder / 'heritage.sqlite'}"
        upgrade(self.database)

    def keep(
        self,
        records: list[dict[str, Any]],
        classes: Mapping[str, str] | None = None,
        rules: Mapping[str, list[str]] | None = None,
        items: Mapping[str, str] | None = None,
        levels: Mapping[str, str] | None = None,
    ) -> None:
        """The tables; a record is S0 and matched to Q<its id> unless it is said otherwise."""
        rulings = [
            {
                "record_id": one["record_id"],
                "level": (levels or {}).get(one["record_id"], "critical"),
                "confidence": "high",
                "support": 0.9,
                "explanation": "A survey.",
                "disclosure": (classes or {}).get(one["record_id"], "S0"),
                "disclosure_rules": (rules or {}).get(one["record_id"], []),
                "disclosure_reason": "",
                "disclosure_basis": self.basis,
            }
            for one in records
        ]
        found = {one["record_id"]: f"Q{one['record_id']}" for one in records} if items is None else items
        matched = [{"record_id": k, "decision": "match", "qid": v, "reason": ""} for k, v in found.items()]
        tables = {"records": (records, RECORDS), "risk": (rulings, RISK), "matches": (matched, MATCHES)}
        for name, (rows, schema) in tables.items():
            table = pa.Table.from_pylist(rows, schema=schema)
            self.store.write_table(self.loaded.spec.id, self.snapshot, name, table, f"{name}-1")

    def protect(self, qid: str, disclosure: str) -> None:
        """Another register's good snapshot matches a record with the item, and its rules protect it."""
        spec = self.loaded.spec.model_copy(update={"id": "xx_caves"})
        file = fetched("caves.csv", b"c1", "https://caves.example/caves.csv")
        snapshot = self.store.capture(spec, pulled(file), AT)[0].snapshot
        self.store.mark_good("xx_caves", snapshot, AT)
        ruling = {"record_id": "c1", "level": "unknown", "explanation": "", "disclosure": disclosure}
        ruling |= {"disclosure_rules": ["R5"], "disclosure_reason": ""}
        kept = {"dataset": "xx_caves", "record_id": "c1", "names": [], "disclosure": disclosure}
        match = {"record_id": "c1", "decision": "match", "qid": qid, "reason": ""}
        for name, row, schema in (
            ("risk", ruling, RISK),
            ("protected", kept, PROTECTED),
            ("matches", match, MATCHES),
        ):
            table = pa.Table.from_pylist([row], schema=schema)
            self.store.write_table("xx_caves", snapshot, name, table, f"{name}-1")

    @property
    def journal(self) -> SqlMediaJournal:
        return SqlMediaJournal(connect(self.database))

    @property
    def orders(self) -> SqlOrderBook:
        return SqlOrderBook(connect(self.database))

    def order(self, batch_id: str, action: Action, reason: str = "because", pilot: int = 1000) -> None:
        """What a person orders about a batch of images."""
        order = Order(batch_id, action, reason, "ada", AT)
        order_media(order, orders=self.orders, journal=self.journal, pilot=pilot)

    def plan(
        self,
        target: str = "commons",
        basis: str = "rules",
        items_of: str | None = None,
        decided: ImagesDecided | None = None,
        made: Mapping[str, str] | None = None,
    ) -> MediaBatch:
        """`made`: items that we made, by record id, on the target `wiki`."""
        facts = Facts("xx_towers", "CC0-1.0", "https://towers.example/licence", "Tower Office", "se")
        licences = YamlVocabularies(VOCABULARIES).licences()
        leaves = Leaves(Target.COMMONS, licences, (), AT.date(), {"xx_towers": facts}.get)
        return plan_media(
            self.loaded,
            self.snapshot,
            store=self.store,
            journal=Made(made or {}),
            leaves=leaves,
            basis=basis,
            wiki="wiki",
            target=target,
            items_of=items_of,
            decided=decided,
        )  # type: ignore[arg-type]

    @property
    def pictures(self) -> HttpPictures:
        settings = HttpSettings("tests", self.folder / "scratch", pause_s=0, wait_s=0, attempts=2)
        return HttpPictures("xx_towers", settings, FakeTime())


@dataclass(frozen=True)
class Made:
    """A journal of edits that knows these items."""

    items: Mapping[str, str]

    def delivered(self, target: str, dataset: str) -> list[Any]:
        return [SimpleNamespace(record_id=key, qid=qid) for key, qid in self.items.items()]


class FakeTime:
    """A clock that goes on when somebody waits."""

    def __init__(self) -> None:
        self._now = AT
        self.waited: list[float] = []

    def now(self) -> datetime:
        return self._now

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self._now += timedelta(seconds=seconds)


class NoPace:
    """A wiki that may be written to at any time."""

    def slot(self) -> datetime:
        return AT


def send(
    shelf: Shelf,
    batch: MediaBatch,
    wiki: Any,
    journal: Any = None,
    pilot: int = 1000,
    permitted: Callable[[], None] = lambda: None,
) -> MediaUploaded:
    """One run of an upload."""
    time = FakeTime()

    def held(batch_id: str) -> str | None:
        return why_held(batch_id, orders=shelf.orders, journal=shelf.journal, pilot=pilot)

    return upload_media(
        batch,
        journal=journal or shelf.journal,
        wiki=wiki,
        pictures=shelf.pictures,
        clock=time,
        wait=time.wait,
        pace=NoPace(),
        limits=MediaLimits(edit_groups="([[:toolforge:editgroups-commons/b/CB/{batch}|details]])"),
        permitted=permitted,
        held=held,
    )
