"""The maintainer's tools: draft a description, check it, and look at what it makes of its register."""

import csv
import io
import json
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
from heritage.adapters.harvest.folder import files_in
from heritage.adapters.harvest.samples import cut
from heritage.adapters.reports.preview_page import preview_page
from heritage.adapters.world import load_world
from heritage.errors import SourceUnavailable, SpecError
from heritage.mapping import MappedRows, map_rows
from heritage.ports.files import FetchedFile
from heritage.ports.preview import OpenTerm, Preview
from heritage.spec.columns import load_column_words, load_usual_crs
from heritage.spec.loader import LoadedSpec, SpecFailure, load_spec
from heritage.spec.lookups import lookup_tables, read_table
from heritage.spec.provisional import provisional
from heritage.spec.source import DATASET_ID
from heritage.spec.thresholds import load_thresholds
from heritage.steps.draft import Draft, DraftSource, draft
from heritage.steps.expected import expected_lines
from heritage.steps.preview import preview
from heritage.wiring.pipeline import Run, run_step
from heritage.wiring.publishers import archive_limits, http_settings
from heritage.wiring.settings import Settings


@dataclass(frozen=True, slots=True)
class NewSource:
    """A drafted description at `path`; `edits` are the keys that wait for a person. `sample` is None where
    none could be cut."""

    path: Path
    draft: Draft
    sample: Path | None


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
                sample[1] if sample else 0,
            )
            words = load_column_words(settings.vocabularies / "columns.yaml")
            usual = load_usual_crs(settings.vocabularies / "crs.yaml")
            drafted = draft(source, rows, words, usual, load_world(settings.vocabularies))
            return _write(drafted, sample[0] if sample else None, settings)


def _write(drafted: Draft, sample: Path | None, settings: Settings) -> NewSource:
    if not re.search(DATASET_ID, drafted.dataset):
        raise SpecError(f"{drafted.dataset!r} is no id: give --id, as se_churches")
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
    return NewSource(path, drafted, kept)


def map_sample(loaded: LoadedSpec, settings: Settings) -> MappedRows:
    """What the description makes of the sample beside it. Raises SpecError when there is none."""
    samples = loaded.folder / "samples"
    paths = files_in(samples) if samples.is_dir() else []
    if not paths:
        raise SpecError(f"{samples} holds no file: put there what the register sends")
    files = [FetchedFile(path.name, path, loaded.spec.harvest.url) for path in paths]
    rules = load_thresholds(settings.vocabularies / "thresholds.yaml").places
    rows = Reader(archive_limits(settings)).rows(loaded.spec, files)
    return map_rows(loaded.spec, rows, load_world(settings.vocabularies), rules)


def keep_expected(loaded: LoadedSpec, settings: Settings) -> Path:
    """Writes what the sample maps to, which the tests of the catalogue hold it to from then on."""
    path = loaded.folder / "expected.jsonl"
    lines = expected_lines(map_sample(loaded, settings))
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


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
    url = f"https://unknown.invalid/{quote(path.name.replace(' ', '_'))}"
    harvest: Mapping[str, Any] = {"protocol": detected.harvest["protocol"], "url": url, **detected.harvest}
    evidence = {"url": "edit: where the register is published", **detected.evidence}
    yield Found(harvest, evidence, path.name, [path], stated_crs(path, str(harvest["protocol"])))


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """What a valid description makes of its sample, and what a maintainer should still look at."""

    said: str
    notes: tuple[str, ...]


def check_source(path: Path, settings: Settings, *, write_expected: bool = False) -> CheckedSource:
    """Checks a description and maps its sample. Raises SpecError with line and key of every fault, or when
    the sample does not map to what is expected."""
    loaded = _load(path)
    expected = loaded.folder / "expected.jsonl"
    if write_expected:
        keep_expected(loaded, settings)
    mapped = map_sample(loaded, settings)
    if not expected.exists():
        raise SpecError(f"{expected} is missing: look at the preview, then run check with --write-expected")
    lines = [json.loads(line) for line in expected.read_text(encoding="utf-8").splitlines()]
    found = json.loads(json.dumps(expected_lines(mapped)))
    if lines != found:
        number = next(
            (n for n, (a, b) in enumerate(zip(lines, found, strict=False), start=1) if a != b),
            min(len(lines), len(found)) + 1,
        )
        raise SpecError(
            f"{expected.name}, line {number}: the sample maps to something else now. If that is wanted, run "
            "check with --write-expected and read the difference"
        )
    notes = [str(issue) for issue in mapped.issues]
    spec = loaded.spec
    if spec.unverified:
        notes.insert(0, f"unverified: {spec.unverified}")
    records, rejected = mapped.records.num_rows, mapped.rejected.num_rows
    return CheckedSource(
        f"its {spec.sample} sample maps to {records} records, {rejected} rejected", tuple(notes)
    )


def preview_source(
    path: Path, settings: Settings, *, source: Path | None, pull: bool, html: Path | None
) -> tuple[Preview, Path]:
    """Runs a description over its sample, over `source`, or (with `pull`) over what the publisher sends, and
    gives what is to be seen with the page that shows it. Nothing is kept in the store."""
    seen = _seen(_load(path), settings, source, pull)
    page = html or path.with_suffix(".preview.html")
    outlines = settings.vocabularies / "natural_earth" / "countries_110m.geojson"
    page.write_text(preview_page(seen, outlines), encoding="utf-8")
    return seen, page


def complete_tables(
    path: Path, settings: Settings, *, source: Path | None, pull: bool
) -> tuple[dict[str, int], list[OpenTerm]]:
    """Adds the terms without an item to the tables beside a description, for a volunteer to complete.

    Gives the number of terms added to each table, and the terms whose lookup stands in the YAML itself.
    """
    loaded = _load(path)
    seen = _seen(loaded, settings, source, pull)
    tables = {key: loaded.folder / name for key, name in lookup_tables(path).items()}
    added = {table.name: 0 for table in tables.values()}
    for key, table in tables.items():
        columns, known, _ = read_table(table)
        fresh = [one.term for one in seen.terms if one.key == key and one.term not in known]
        text = table.read_text(encoding="utf-8")
        lines = io.StringIO(newline="")
        csv.DictWriter(lines, columns, restval="", lineterminator="\n").writerows({"term": t} for t in fresh)
        table.write_text(text + ("" if text.endswith("\n") else "\n") + lines.getvalue(), encoding="utf-8")
        added[table.name] += len(fresh)
    return added, [one for one in seen.terms if one.key not in tables]


def _seen(loaded: LoadedSpec, settings: Settings, source: Path | None, pull: bool) -> Preview:
    with tempfile.TemporaryDirectory(prefix="heritage-preview-") as folder:
        apart = settings.model_copy(update={"data_url": folder, "scratch": None})
        place = source or (None if pull else loaded.folder / "samples")
        run = Run(loaded, apart, source=place)
        snapshot = run_step("harvest", run, None)["snapshot"]
        for step in ("map", "flag"):
            run_step(step, run, snapshot)
        told = "the publisher" if place is None else "the bundled sample" if source is None else str(source)
        bundled = source is None and not pull
        return preview(loaded, snapshot, store=run.store, source=told, bundled=bundled)


def _load(path: Path) -> LoadedSpec:
    loaded = load_spec(path)
    if isinstance(loaded, SpecFailure):
        raise SpecError(str(loaded))
    return loaded
