"""Backups of this installation: the databases and files that the settings name."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from heritage import __version__
from heritage.adapters.backup.chest import Chest, Kept, Manifest, Progress
from heritage.adapters.backup.databases import can_be_loaded, dump, load, tables_in
from heritage.adapters.database.address import address
from heritage.adapters.database.schema import REVISION
from heritage.adapters.database.versions import standing
from heritage.adapters.log_seals import FOLDER as SEALS
from heritage.adapters.places import open_place
from heritage.adapters.whole_file import whole_file
from heritage.errors import StoreDamaged, StoreRefused
from heritage.model.masking import masked
from heritage.wiring.settings import Settings

AIRFLOW = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
"""Airflow's own variable; its database is in the backup where this, or this with `_CMD`, is set."""
_NAME = "%Y-%m-%dT%H%M%SZ"
_LEFT_OUT = (".unfinished/", "wikidata/pull/")
"""Parts of pulls under way: they come again."""


def take_backup(settings: Settings, to: str, progress: Progress | None = None) -> Manifest:
    """Keeps everything below `to`, while tasks run and people vote. Only what is new is copied.

    The order makes it hold together. First where the decision log ended: a seal that is newer than the log
    would say that the log was cut. Then Airflow's database: what it has as done must be done in ours. Then
    ours, at one moment. The files last: all that a database names was written before it was named, and
    nothing of that is ever changed or removed.
    """
    chest = Chest(to)
    before = {one.path: one for one in chest.manifest().files} if chest.names() else {}
    roots, urls = _roots(settings), _databases(settings)
    _refuse_within(to, roots.values())
    name = datetime.now(UTC).strftime(_NAME)
    files = list(_take(chest, roots, before, urls.values(), only=f"data/{SEALS}/"))
    databases = {of: _take_database(chest, of, url) for of, url in urls.items()}
    files += _take(chest, roots, before, urls.values(), but=f"data/{SEALS}/", progress=progress)
    facts = {"program": __version__, "tables": standing(settings.database)}
    made = Manifest(name, databases, tuple(files), facts)
    chest.finish(made)
    return made


def check_backup(at: str, name: str = "", progress: Progress | None = None) -> Manifest:
    """Reads every byte of a backup, the newest by default. Raises StoreDamaged naming what is not as kept."""
    chest = Chest(at)
    made = chest.manifest(name)
    chest.check(made, read=True, progress=progress)
    return made


def restore_backup(settings: Settings, at: str, name: str = "", progress: Progress | None = None) -> Manifest:
    """Puts a backup back where the settings say, once every byte was found as it was kept. Only where nothing
    is; the database of decisions comes last, so that nothing can run before all is there."""
    chest, roots, urls = Chest(at), _roots(settings), _databases(settings)
    made = chest.manifest(name)
    _refuse_what_is_there(roots, urls)
    missing = sorted(made.databases.keys() - urls.keys())
    if missing:
        raise StoreRefused(
            f"the backup has a database of {', '.join(missing)}: set {AIRFLOW}, and make it empty"
        )
    if str(made.facts.get("tables") or "") > REVISION:
        raise StoreRefused(
            f"the tables in the backup are of version {made.facts['tables']}, newer than this program, which "
            f"knows {REVISION}: restore it with the program that took it ({made.facts.get('program')})"
        )
    for of in made.databases:
        can_be_loaded(urls[of])
    for one in made.files:
        if one.path.partition("/")[0] not in roots or ".." in one.path.split("/"):
            raise StoreDamaged(f"the backup names {one.path!r}, which is no place of this installation")
    chest.check(made, read=True, progress=progress)
    for done, one in enumerate(made.files):
        root, _, path = one.path.partition("/")
        fs, folder = open_place(roots[root])
        with (
            chest.file(one) as source,
            source.open("rb") as file,
            whole_file(fs, f"{folder}/{path}") as target,
        ):
            shutil.copyfileobj(file, target, 1 << 20)
        if progress:
            progress(done + 1, len(made.files))
    for of in sorted(made.databases):
        with chest.file(made.databases[of]) as file:
            load(urls[of], file)
    return made


def _databases(settings: Settings) -> dict[str, str]:
    """In the order in which they are kept and put back; one where Airflow shares ours."""
    airflow = _airflow()
    ours, theirs = (address(url) for url in (settings.database, airflow or settings.database))
    shared = all(getattr(ours, part) == getattr(theirs, part) for part in ("host", "port", "database"))
    shared = shared and ours.query.get("host") == theirs.query.get("host")
    return ({} if shared else {"airflow": airflow}) | {"heritage": settings.database}


def _airflow() -> str:
    """The address of Airflow's database, read as Airflow itself reads it; empty where none is set."""
    command = shlex.split(os.environ.get(f"{AIRFLOW}_CMD", ""))
    if not command:
        return os.environ.get(AIRFLOW, "")
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise StoreRefused(f"{AIRFLOW}_CMD: {command[0]} ended with {done.returncode}; mend the command")
    return done.stdout.strip()


def _roots(settings: Settings) -> dict[str, str]:
    apart = {"reports": settings.reports_url} if settings.reports else {}
    return {"data": settings.data_url} | apart


def _refuse_within(to: str, roots: Iterable[str]) -> None:
    """A backup of the backups would grow without end, and be lost with what it is of."""
    place = _without_links(to)
    for root in roots:
        if f"{place}/".startswith(f"{_without_links(root)}/"):
            raise StoreRefused(f"{masked(to)} is among what is backed up: name a place elsewhere")


def _without_links(url: str) -> str:
    fs, path = open_place(url)
    return os.path.realpath(path) if isinstance(fs, LocalFileSystem) else str(path).rstrip("/")


def _take_database(chest: Chest, of: str, url: str) -> Kept:
    with tempfile.TemporaryDirectory(prefix="heritage-backup-") as folder:
        file = Path(folder, of)
        dump(url, file)
        return chest.put(f"{of}.database", file)


def _take(
    chest: Chest,
    roots: dict[str, str],
    before: dict[str, Kept],
    besides: Iterable[str],
    *,
    only: str = "",
    but: str = "\0",
    progress: Progress | None = None,
) -> Iterator[Kept]:
    for root, url in roots.items():
        fs, folder = open_place(url)
        known = {path.partition("/")[2]: one for path, one in before.items() if path.startswith(f"{root}/")}
        wanted = (
            path
            for path in _paths(fs, folder, besides)
            if f"{root}/{path}".startswith(only) and not f"{root}/{path}".startswith(but)
        )
        for one in chest.take(fs, folder, wanted, known, progress):
            yield Kept(f"{root}/{one.path}", one.sha256, one.bytes, one.seen)


def _paths(fs: Any, folder: str, urls: Iterable[str]) -> Iterator[str]:
    """All files, but what is under way, and databases with what SQLite has beside them."""
    databases = tuple(
        str(Path(str(address(url).database)).absolute()) for url in urls if url.startswith("sqlite")
    )
    for found in map(str, sorted(fs.find(folder))):
        path = found[len(folder) :].lstrip("/")
        if not (path.startswith(_LEFT_OUT) or "/.writing-" in f"/{path}" or found.startswith(databases)):
            yield path


def _refuse_what_is_there(roots: dict[str, str], urls: dict[str, str]) -> None:
    """Nothing is overwritten, and two installations are never mixed."""
    for url in urls.values():
        if tables_in(url):
            where = address(url).render_as_string(hide_password=True)
            raise StoreRefused(
                f"database {where} is not empty: name an empty one, or drop and create it if it may be lost"
            )
    for url in roots.values():
        fs, folder = open_place(url)
        if any(True for _ in _paths(fs, folder, urls.values())):
            raise StoreRefused(
                f"{masked(url)} is not empty: name another place, or remove what is there if it may be lost"
            )
