"""What is read again of what was kept or given to us: backups, tables, notes, logs, accounts, settings."""

import hashlib
import json
import os
from dataclasses import asdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import typer

from fuzz.bending import bent, bent_bytes, bent_text, finite, whole
from fuzz.expected import MEMORY, Target, file_of, refusing
from heritage.adapters.alert_book import FileAlerts
from heritage.adapters.backup.chest import Chest
from heritage.adapters.exports.published import PublishedFolder
from heritage.adapters.files import FileStore
from heritage.adapters.log_seals import FileSeals
from heritage.adapters.wiki_moods import FileMoods
from heritage.cli.decisions import seals_in
from heritage.errors import HeritageError, SourceChanged, SpecError, StoreDamaged, StoreRefused
from heritage.model.digest import digest_json
from heritage.ports.health import Mood
from heritage.wiring.backup import restore_backup
from heritage.wiring.settings import Settings
from heritage.wiring.wiki_account import OAUTH_KEYS, account_from_environment

DATASET, SNAPSHOT, VERSION = "se_demo", "0123456789abcdef", "2026-11-01-0123456789ab"
AT = "2026-11-20T10:00:00+00:00"
CONTENT = b"1"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="heritage-fuzz-", dir=MEMORY)


def _put(folder: str, name: str, content: bytes) -> None:
    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def manifest(data: bytes) -> None:
    """The list of a backup, with the digest that it should have or another. Nothing is put back but below the
    places of the installation."""
    file = {"path": "data/se_demo/a.csv", "sha256": SHA256, "bytes": 1, "seen": ""}
    files = [file, file | {"path": "reports/a.html"}]
    good = {"name": "2026", "databases": {}, "files": files, "facts": {"program": "1", "tables": "v0001"}}
    content = finite(whole(bent(good, data[1:])))
    if isinstance(content, dict) and not (data[:1] and data[0] % 4 == 3):
        content |= {"digest": digest_json(content)}
    with _folder() as folder:
        _put(folder, f"kept/objects/{SHA256[:2]}/{SHA256}", CONTENT)
        _put(folder, "kept/2026/manifest.json", json.dumps(content).encode())
        house = Path(folder, "house")
        settings = Settings(
            data_url=f"{house}/data", reports=house / "reports", database_url=f"sqlite:///{house}/db"
        )
        with refusing(StoreRefused, StoreDamaged):
            made = Chest(f"{folder}/kept").manifest()
            restore_backup(settings, f"{folder}/kept", made.name)
        assert set(Path(folder).iterdir()) <= {Path(folder, "kept"), house}
        assert {path.name for path in house.glob("*")} <= {"data", "reports"}


def package(data: bytes) -> None:
    """The list of what was published of a register."""
    good = {"name": DATASET, "versions": [{"version": VERSION, "path": f"{VERSION}/x", "records": 3}]}
    with _folder() as folder, refusing(StoreDamaged):
        _put(folder, f"published/{DATASET}/datapackage.json", bent_bytes(json.dumps(good).encode(), data))
        _put(folder, "outside/a", b"1")
        published = PublishedFolder(f"{folder}/published", "https://open.example")
        try:
            published.versions(DATASET)
            published.withdraw(DATASET, [VERSION])
        finally:
            assert Path(folder, "outside/a").exists()


@cache
def _table() -> bytes:
    with _folder() as folder:
        rows = pa.table(
            {"record_id": ["1", "2"], "disclosure": ["S0", "S5"], "lat": [1.0, 2.0], "lon": [1.0, 2.0]}
        )
        FileStore(folder).write_table(DATASET, SNAPSHOT, "records", rows, "inputs")
        return Path(folder, DATASET, SNAPSHOT, "records.parquet").read_bytes()


def table(data: bytes) -> None:
    """A table of the store, or of what was published, that the disk did not keep well."""
    with _folder() as folder:
        content = bent_text(_table(), data)
        _put(folder, f"{DATASET}/{SNAPSHOT}/records.parquet", content)
        _put(folder, f"published/{DATASET}/{VERSION}/records.parquet", content)
        store = FileStore(folder)
        for look in (
            lambda: store.read_table(DATASET, SNAPSHOT, "records").validate(),
            lambda: store.facts(DATASET, SNAPSHOT, "records"),
            lambda: store.current(DATASET, SNAPSHOT, "records", "inputs"),
            lambda: PublishedFolder(f"{folder}/published", "").told(DATASET, VERSION),
        ):
            with refusing(StoreDamaged, pa.ArrowInvalid):
                look()


def noted(data: bytes) -> None:
    """What was noted of snapshots, a line each."""
    good = {"snapshot": SNAPSHOT, "at": AT, "records": 3, "rejected": 0, "match": 1, "review": 1, "new": 1}
    lines = [
        bent_bytes(json.dumps(good | {"size": 5}).encode(), part) for part in data.split(b"\x00\x00")[:4]
    ]
    with _folder() as folder:
        for name in ("good", "seen", "figures"):
            _put(folder, f"{DATASET}/{name}.jsonl", b"\n".join(lines))
        _put(folder, f"{DATASET}/{SNAPSHOT}/capture/capture.json", json.dumps(CAPTURED).encode())
        store = FileStore(folder)
        store.last_good(DATASET)
        store.figures(DATASET)
        store.last_seen(DATASET, SNAPSHOT)


CAPTURED: dict[str, Any] = {
    "dataset": DATASET,
    "snapshot": SNAPSHOT,
    "url": "https://x",
    "licence": "CC0-1.0",
    "retrieved_at": AT,
    "files": [{"name": "a.csv", "url": "https://x", "headers": {"etag": "1"}, "sha256": SHA256, "bytes": 1}],
}


def captured(data: bytes) -> None:
    """What is known of a capture. No file is read that is none of it."""
    with _folder() as folder:
        _put(
            folder,
            f"{DATASET}/{SNAPSHOT}/capture/capture.json",
            bent_bytes(json.dumps(CAPTURED).encode(), data),
        )
        _put(folder, f"{DATASET}/{SNAPSHOT}/capture/a.csv", CONTENT)
        store = FileStore(folder)
        for look in (
            lambda: store.last_capture(DATASET),
            lambda: store.captured(DATASET, SNAPSHOT),
            lambda: _read_all(store),
        ):
            with refusing(StoreDamaged, SourceChanged):
                look()


def _read_all(store: FileStore) -> None:
    with store.capture_files(DATASET, SNAPSHOT) as files:
        for one in files:
            one.path.read_bytes()


def alerts(data: bytes) -> None:
    """Alerts that wait to be told."""
    good = {"kind": "store-unavailable", "where": "a.map", "run": "r1", "at": AT, "link": ""}
    with _folder() as folder:
        at = f"_alerts/{AT[:13]}/store-unavailable/{SNAPSHOT}.json"
        _put(folder, at, bent_bytes(json.dumps(good).encode(), data))
        book = FileAlerts(folder)
        for one in book.waiting("2026-12"):
            json.dumps(asdict(one))


def moods(data: bytes) -> None:
    """What wikis told us."""
    good = {"since": AT, "at": AT, "why": "maxlag"}
    with _folder() as folder:
        _put(folder, f"_wikis/wikidata.{next(iter(Mood))}.json", bent_bytes(json.dumps(good).encode(), data))
        list(FileMoods(folder).kept())


def seals(data: bytes) -> None:
    """Names of files among the seals."""
    good = f"00000001-{SHA256}-20261120T100000Z.json".encode()
    name = bent_text(good, data).decode("utf-8", "replace").replace("/", "_").replace("\x00", "_")
    with _folder() as folder:
        _put(folder, f"_decisions/{name[:80].strip('.') or 'x'}", b"{}")
        FileSeals(folder).seals()


def published_log(data: bytes) -> None:
    """A log of decisions that somebody exported, and gives to be compared."""
    good = {"decisions": [{"number": 1, "hash": SHA256}]}
    with (
        refusing(typer.BadParameter),
        file_of(bent_bytes(json.dumps(good).encode(), data), "log.json") as file,
    ):
        seals_in(file)


def account(data: bytes) -> None:
    """Files with the secrets of an account, and what the environment says of the wiki."""
    secrets, password, api, target = [*data.split(b"\x00\x00", 3), b"", b"", b"", b""][:4]
    with _folder() as folder:
        _put(folder, "oauth", bent_bytes(json.dumps(dict.fromkeys(OAUTH_KEYS, "x")).encode(), secrets))
        _put(folder, "password", password)
        given = {
            "HERITAGE_WIKI_API": _variable(api) or "http://127.0.0.1:9/w/api.php",
            "HERITAGE_WIKI_TARGET": _variable(target),
            "HERITAGE_WIKI_OAUTH_FILE": f"{folder}/oauth",
            "HERITAGE_WIKI_PASSWORD_FILE": f"{folder}/password",
        }
        with patch.dict(os.environ, given), refusing(HeritageError):
            account_from_environment(Settings())


SETTINGS = tuple(name for name in Settings.model_fields if name not in ("data_url", "published_url"))
"""All but addresses of stores, of which some begin to ask for them."""


def settings(data: bytes) -> None:
    """A variable of the environment that somebody set; the first byte chooses which."""
    name = SETTINGS[data[0] % len(SETTINGS)] if data else SETTINGS[0]
    with patch.dict(os.environ, {f"HERITAGE_{name.upper()}": _variable(data[1:])}), refusing(SpecError):
        found = Settings()
        for told in (
            "database",
            "user_agent",
            "airflow_id_of",
            "private_host_names",
            "reports_url",
            "engineer_names",
        ):
            getattr(found, told)
        repr(found).encode("utf-8", "surrogateescape")


def _variable(data: bytes) -> str:
    return data.replace(b"\x00", b"").decode("utf-8", "surrogateescape")


TARGETS: dict[str, Target] = {
    "backup_manifest": manifest,
    "published_package": package,
    "kept_table": table,
    "kept_notes": noted,
    "kept_captures": captured,
    "kept_alerts": alerts,
    "kept_moods": moods,
    "kept_seals": seals,
    "published_log": published_log,
    "wiki_account": account,
    "settings": settings,
}
