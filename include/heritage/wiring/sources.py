"""The maintainer's tools: check a description, and look at what it makes of its register."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from heritage.adapters.harvest import Reader
from heritage.adapters.harvest.folder import files_in
from heritage.adapters.harvest.made_up import people_in
from heritage.adapters.reports.preview_page import preview_page
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.world import load_world
from heritage.errors import SpecError
from heritage.mapping import MappedRows, map_rows
from heritage.model.issue import Issue, IssueCode
from heritage.model.row import SourceRows
from heritage.ports.files import FetchedFile
from heritage.ports.preview import Preview
from heritage.quality import personal_columns
from heritage.spec.columns import load_column_words
from heritage.spec.faults import meant, place
from heritage.spec.loader import LAYERS, LoadedSpec, SpecFailure, load_spec
from heritage.spec.naming import misnamed
from heritage.spec.provisional import NO_PROPERTY, UNKNOWN_LICENCE
from heritage.spec.thresholds import load_thresholds
from heritage.spec.tier import WHICH_PROPERTY
from heritage.steps.expected import expected_lines
from heritage.steps.preview import preview
from heritage.wiring.pipeline import Run, run_step
from heritage.wiring.publishers import archive_limits
from heritage.wiring.sample_evidence import sample_evidence
from heritage.wiring.settings import Settings


def map_sample(loaded: LoadedSpec, settings: Settings) -> MappedRows:
    """What the description makes of the sample beside it. Raises SpecError when there is none."""
    rows = _sample_rows(loaded, settings)
    rules = load_thresholds(settings.vocabularies / "thresholds.yaml").places
    return map_rows(loaded.spec, rows, load_world(settings.vocabularies), rules)


def _sample_rows(loaded: LoadedSpec, settings: Settings) -> Iterator[SourceRows]:
    samples = loaded.folder / "samples"
    paths = files_in(samples) if samples.is_dir() else []
    if not paths:
        raise SpecError(f"{samples} holds no file: put there what the register sends")
    files = [FetchedFile(path.name, path, loaded.spec.harvest.url) for path in paths]
    return Reader(archive_limits(settings)).rows(loaded.spec, files)


def keep_expected(loaded: LoadedSpec, settings: Settings) -> Path:
    """Writes what the sample maps to, which the tests of the catalogue hold it to from then on."""
    path = loaded.folder / "expected.jsonl"
    lines = expected_lines(map_sample(loaded, settings))
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


_TOLD = 3  # of each kind of note
_NEAR_LICENCE = 0.75  # CC-BY-5.0 is near CC-BY-4.0; EUPL-1.2 is not near PDDL-1.0


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """What a valid description makes of its sample, and what a maintainer should still look at."""

    said: str
    notes: tuple[str, ...]


def check_source(path: Path, settings: Settings, *, write_expected: bool = False) -> CheckedSource:
    """Checks a description and maps its sample. Raises SpecError with line and key of every fault, or when
    the sample does not map to what is expected."""
    loaded = described(path)
    if wrong := [*_misplaced(loaded, settings), *_unknown_licences(loaded, settings)]:
        raise SpecError(f"{path.name}: {'; '.join(wrong)}")
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
    spec = loaded.spec
    words = load_column_words(settings.vocabularies / "columns.yaml")
    people = personal_columns(spec, mapped.columns, words)
    evidence, doubtful = sample_evidence(loaded, mapped.records, settings)
    notes = [*_doubts(loaded), *_told([*people, *mapped.issues, *doubtful])]
    notes += people_in_sample(loaded, settings)
    records, rejected = mapped.records.num_rows, mapped.rejected.num_rows
    said = f"its {spec.sample} sample maps to {records} records, {rejected} rejected{evidence}"
    return CheckedSource(said, tuple(notes))


def people_in_sample(loaded: LoadedSpec, settings: Settings) -> Iterator[str]:
    """An extract lies in the repository for good: who is named there cannot be taken out any more."""
    spec = loaded.spec
    if spec.sample == "extract" and spec.personal:
        for column in people_in(_sample_rows(loaded, settings), spec.personal, spec.harvest.empty):
            yield f"the sample fills the personal column {column}: put `made up 1`, `made up 2` … there"


def _misplaced(loaded: LoadedSpec, settings: Settings) -> Iterator[str]:
    home = loaded.folder.parent
    if home.parent.resolve() == settings.datasets.resolve() and (
        wrong := misnamed(loaded.spec.id, home.name)
    ):
        yield f"{place(loaded.path, ['id'])}: {wrong}, and its folder and file likewise"


def _unknown_licences(loaded: LoadedSpec, settings: Settings) -> Iterator[str]:
    """The licences that the gate of uploads does not know; what a draft puts there is no licence yet."""
    spec, licences = loaded.spec, YamlVocabularies(settings.vocabularies).licences()
    named: dict[tuple[str, ...], str] = {("licence", "id"): spec.licence.id}
    if spec.record.image and isinstance(spec.record.image.licence, str):
        named["record", "image", "licence"] = spec.record.image.licence
    known = [name for terms in licences.terms for name in terms.ids]
    for keys, name in named.items():
        if name != UNKNOWN_LICENCE and licences.find(name) is None:
            listed = f"{len(known)} are listed in datasets/_vocabularies/licences.yaml"
            near = meant(name, known, listed, _NEAR_LICENCE)
            yield f"{place(loaded.path, keys)}: nobody has read what the licence {name!r} allows, {near}"


def _doubts(loaded: LoadedSpec) -> Iterator[str]:
    if loaded.spec.unverified:
        yield f"unverified: {loaded.spec.unverified}"
    if loaded.spec.licence.id == UNKNOWN_LICENCE:
        where = place(loaded.path, ("licence", "id"))
        yield f"{where}: no licence is named yet; until one is, nothing of the register is uploaded"
    if loaded.spec.item.identifier == NO_PROPERTY:
        where = place(loaded.path, ("item", "identifier"))
        yield f"{where}: {NO_PROPERTY} is a placeholder: {WHICH_PROPERTY}; until then nothing is uploaded"
    if loaded.spec.proposes and loaded.spec.item.identifier is None:
        yield (
            f"{place(loaded.path, ('item',))}: no identifier is named (the property of these ids), "
            "so items that are there already are completed, and no new ones are made"
        )


def _told(issues: Sequence[Issue]) -> Iterator[str]:
    """The notes of the mapping, of each kind the first in words and the others counted."""
    kinds: dict[IssueCode, list[Issue]] = {}
    for issue in issues:
        kinds.setdefault(issue.code, []).append(issue)
    for code, some in kinds.items():
        yield from map(str, some[:_TOLD])
        if len(some) > _TOLD:
            yield f"… and {len(some) - _TOLD} more {code}"


def preview_source(
    path: Path, settings: Settings, *, source: Path | None, pull: bool, html: Path | None
) -> tuple[Preview, Path]:
    """Runs a description over its sample, over `source`, or (with `pull`) over what the publisher sends, and
    gives what is to be seen with the page that shows it. Nothing is kept in the store."""
    found = seen(described(path), settings, source, pull)
    page = html or path.with_suffix(".preview.html")
    page.write_text(preview_page(found, settings.countries), encoding="utf-8")
    return found, page


def seen(loaded: LoadedSpec, settings: Settings, source: Path | None, pull: bool) -> Preview:
    """What a description makes of its sample, of `source`, or (with `pull`) of what the publisher sends."""
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


def described(path: Path) -> LoadedSpec:
    """The description in a file. Raises SpecError with line and key of every fault."""
    loaded = load_spec(path)
    if path.resolve().parent.parent.name == LAYERS:
        raise SpecError(
            f"{path.name} describes a layer, which has features and no records: `heritage source check` "
            "reads its sample, `heritage run` pulls it"
        )
    if isinstance(loaded, SpecFailure):
        raise SpecError(str(loaded))
    return loaded
