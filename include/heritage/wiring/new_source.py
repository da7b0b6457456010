"""Drafts the description of a register at an address or in a file, with its sample and lookup tables."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from heritage.adapters.clock import SystemClock
from heritage.adapters.harvest import Reader
from heritage.adapters.harvest.address import Found, look
from heritage.adapters.harvest.detect import detect, stated_crs
from heritage.adapters.harvest.detected import Detected
from heritage.adapters.harvest.made_up import make_up
from heritage.adapters.harvest.samples import cut
from heritage.adapters.harvest.shapefile_parts import NEEDED, PARTS, missing_parts
from heritage.adapters.world import load_world
from heritage.errors import SourceUnavailable, SpecError
from heritage.mapping import World
from heritage.ports.files import FetchedFile
from heritage.spec.columns import load_column_words, load_usual_crs
from heritage.spec.loader import SpecFailure, load_spec
from heritage.spec.naming import misnamed
from heritage.spec.provisional import provisional
from heritage.spec.source import DATASET_ID
from heritage.steps.draft import Draft, DraftSource, draft
from heritage.wiring.publishers import archive_limits, http_settings
from heritage.wiring.settings import Settings
from heritage.wiring.sources import keep_expected, people_in_sample


@dataclass(frozen=True, slots=True)
class NewSource:
    """A drafted description at `path`; `edits` are the keys that wait for a person. `sample` is None where
    none could be cut, and `notes` say what else could not be told from the source."""

    path: Path
    draft: Draft
    sample: Path | None
    notes: tuple[str, ...]


def new_source(
    address: str, settings: Settings, *, country: str | None = None, dataset: str | None = None
) -> NewSource:
    """Drafts the description of the register at an address or in a file, with a sample beside it.

    Raises SpecError when a description of that name is there already, SourceChanged when the source cannot
    be read, SourceUnavailable when it cannot be reached.
    """
    with _first_files(address, settings) as found:
        harvest = dict(found.harvest)
        files = [FetchedFile(path.name, path, harvest["url"]) for path in found.paths]
        rows = Reader(archive_limits(settings)).rows(provisional(harvest), files)
        title = Path(found.title).stem.replace("_", " ").replace("-", " ").strip().capitalize()
        with tempfile.TemporaryDirectory(prefix="heritage-sample-") as folder:
            sample = None
            if len(found.paths) == 1:
                sample = cut(found.paths[0], harvest, Path(folder))
            source = DraftSource(
                harvest,
                found.evidence,
                title,
                country,
                found.crs,
                dataset,
            )
            words = load_column_words(settings.vocabularies / "columns.yaml")
            usual = load_usual_crs(settings.vocabularies / "crs.yaml")
            world = load_world(settings.vocabularies)
            drafted = draft(source, rows, words, usual, world)
            _refuse_name(drafted, dataset, world)
            notes = (*drafted.notes, *_without_crs(found, drafted), *_without_country(drafted, country))
            if sample:
                make_up(sample[0], harvest, drafted.personal)
            return _write(drafted, sample[0] if sample else None, notes, settings)


def _refuse_name(drafted: Draft, given: str | None, world: World) -> None:
    if not re.search(DATASET_ID, drafted.dataset):
        raise SpecError(f"{drafted.dataset!r} is no id: give --id, as se_churches")
    if given and (wrong := misnamed(given, drafted.folder)):
        prefix = given.split("_")[0]
        other = f", or give --country {prefix}" if len(prefix) == 2 and world.item(prefix) else ""
        raise SpecError(f"{wrong} with --id{other}")


def _without_crs(found: Found, drafted: Draft) -> Iterator[str]:
    if found.harvest["protocol"] != "shapefile" or found.crs:
        return
    path = found.paths[0]
    if ".prj" not in missing_parts(path):
        why = "its .prj names no coordinate system that EPSG knows"
    elif path.suffix.lower() == ".zip":
        why = f"there is no .prj in it ({PARTS['.prj']})"
    else:
        why = f"{path.with_suffix('.prj').name} ({PARTS['.prj']}) does not lie beside it"
    what = "its points are not drafted: put it there, or begin anew with --country, which lets it be guessed"
    if drafted.crs:
        what = f"{drafted.crs} is guessed: ask the publisher, or compare a place that you know"
    yield f"{path.name}: {why}: {what}"


def _without_country(drafted: Draft, country: str | None) -> Iterator[str]:
    if drafted.folder.startswith("_") and country is None:
        yield "No country was found: where the register is of one, begin anew with --country"


def _write(drafted: Draft, sample: Path | None, notes: tuple[str, ...], settings: Settings) -> NewSource:
    folder = settings.datasets / drafted.folder / drafted.dataset
    if folder.exists():
        raise SpecError(f"{folder} is there already: give another --id, or remove it")
    (folder / "samples").mkdir(parents=True)
    for name, table in drafted.tables.items():
        (folder / name).write_text(table, encoding="utf-8")
    kept = None
    if sample:
        kept = folder / "samples" / sample.name
        kept.write_bytes(sample.read_bytes())
    path = folder / f"{drafted.dataset}.yaml"
    path.write_text(drafted.text, encoding="utf-8")
    loaded = load_spec(path)
    if isinstance(loaded, SpecFailure):
        raise SpecError(f"the draft does not stand and needs your hand: {loaded}")
    if kept:
        keep_expected(loaded, settings)
        notes = (*notes, *people_in_sample(loaded, settings))
    return NewSource(path, drafted, kept, notes)


@contextmanager
def _first_files(address: str, settings: Settings) -> Iterator[Found]:
    if address.startswith(("http://", "https://")):
        direct = settings.model_copy(update={"mirror": None})  # it has samples of what is described already
        with tempfile.TemporaryDirectory(prefix="heritage-look-") as folder:
            yield look(address, http_settings(direct, address, Path(folder)), SystemClock())
        return
    path = Path(address)
    if not path.is_file():
        raise SourceUnavailable(f"{address}: there is no such file; give a file or an http(s) address")
    detected: Detected = detect(path)
    protocol, name, published = (
        str(detected.harvest["protocol"]),
        path.name,
        "where the register is published",
    )
    if protocol == "shapefile" and path.suffix.lower() != ".zip":
        _refuse_parts(path)
        name, published = f"{path.stem}.zip", f"{published}, as a ZIP with all its parts"
    url = f"https://unknown.invalid/{quote(name.replace(' ', '_'))}"
    harvest: Mapping[str, Any] = {"protocol": protocol, "url": url, **detected.harvest}
    evidence = {"url": f"edit: {published}", **detected.evidence}
    yield Found(harvest, evidence, path.name, [path], stated_crs(path, protocol))


def _refuse_parts(path: Path) -> None:
    """Raises SourceUnavailable naming what a bare .shp cannot be read without."""
    lacking = [
        f"{path.with_suffix(part).name} ({PARTS[part]})" for part in missing_parts(path) if part in NEEDED
    ]
    if lacking:
        told = f"{' and '.join(lacking)} {'do' if len(lacking) > 1 else 'does'} not lie beside it"
        raise SourceUnavailable(
            f"{path.name} is one part of a shapefile, and {told}: put all its parts into one folder, or give "
            "the ZIP archive that they came in"
        )
