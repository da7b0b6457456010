"""The steps of one dataset, each bound to the adapters that the settings choose.

Airflow's tasks and the command line run the same function, so that a maintainer tries in seconds what
the scheduler will do. Every step imports what it needs when it runs: a task is a process of its own, and
harvesting should not wait for the libraries of reconciliation.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heritage.adapters.clock import SystemClock
from heritage.errors import SpecError
from heritage.model.approval import Answer, Question
from heritage.ports.checks import Checker
from heritage.ports.files import SnapshotStore
from heritage.spec.loader import LoadedSpec, SpecFailure, load_spec, load_specs
from heritage.wiring.settings import Settings
from heritage.wiring.stores import review_store, snapshot_store
from heritage.wiring.way import Step
from heritage.wiring.wiki_account import WikiAccount

if TYPE_CHECKING:
    from heritage.steps.partitions import Comparison
    from heritage.steps.reconcile import Judgement

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Run:
    """What a step is given.

    `source` harvests from a file instead of the publisher. Without a `wiki` the proposal is rehearsed
    against the local index. `answer` is a person's to a check that asks; without one the run ends there.
    """

    loaded: LoadedSpec
    settings: Settings
    wiki: WikiAccount | None = None
    source: Path | None = None
    answer: Answer | None = None
    progress: Progress | None = None

    @property
    def store(self) -> SnapshotStore:
        return snapshot_store(self.settings)


def load_dataset(dataset: str, settings: Settings) -> LoadedSpec:
    """The description with this id, or in this YAML file. Raises SpecError when it is broken or not there."""
    if dataset.endswith((".yaml", ".yml")):
        loaded = load_spec(Path(dataset))
        if isinstance(loaded, SpecFailure):
            raise SpecError(str(loaded))
        return loaded
    specs, failures = load_specs(settings.datasets)
    for loaded in specs:
        if loaded.spec.id == dataset:
            return loaded
    for failure in failures:
        if failure.dataset == dataset:
            raise SpecError(str(failure))
    near = get_close_matches(dataset, [loaded.spec.id for loaded in specs], n=3, cutoff=0.5)
    meant = f"did you mean {' or '.join(near)}?" if near else "`heritage catalogue` lists those that are"
    raise SpecError(f"there is no dataset {dataset!r} in {settings.datasets}; {meant}")


def run_step(step: str, run: Run, snapshot: str | None) -> dict[str, Any]:
    """Runs one step and gives its counts with the snapshot id; small enough for an XCom."""
    if step == Step.HARVEST:
        return _harvest(run)
    if snapshot is None:
        raise ValueError(f"{step} needs the snapshot of a harvest")
    done = asdict(_LATER[step](run, snapshot))
    # What a step lists is counted here: the register's own words stay out of XComs.
    counts = {name: len(value) if isinstance(value, tuple) else value for name, value in done.items()}
    return {"snapshot": snapshot} | counts


def _harvest(run: Run) -> dict[str, Any]:
    from heritage.steps.harvest import harvest
    from heritage.wiring.publishers import fetcher

    expectation_suites(run.settings).verify(run.loaded.spec)  # told before anything is asked of the publisher
    asking = fetcher(run.loaded.spec, run.settings, run.source)
    return asdict(harvest(run.loaded, fetcher=asking, store=run.store, clock=SystemClock()))


def _map(run: Run, snapshot: str) -> Any:
    from heritage.adapters.harvest import Reader
    from heritage.adapters.world import load_world
    from heritage.spec.columns import load_column_words
    from heritage.steps.map import map_records
    from heritage.wiring.publishers import archive_limits

    reader = Reader(archive_limits(run.settings))
    return map_records(
        run.loaded,
        snapshot,
        reader=reader,
        store=run.store,
        world=load_world(run.settings.vocabularies),
        thresholds=_thresholds(run.settings),
        words=load_column_words(run.settings.vocabularies / "columns.yaml"),
    )


def _check(run: Run, snapshot: str) -> Any:
    from heritage.adapters.vocabularies import YamlVocabularies
    from heritage.adapters.world import load_world
    from heritage.steps.check import check

    return check(
        run.loaded,
        snapshot,
        store=run.store,
        checker=expectation_suites(run.settings),
        clock=SystemClock(),
        thresholds=_thresholds(run.settings),
        vocabularies=YamlVocabularies(run.settings.vocabularies),
        world=load_world(run.settings.vocabularies),
        bundled=run.settings.sample and bool(run.settings.mirror or run.source),
    )


def _approve(run: Run, snapshot: str) -> Any:
    from heritage.steps.approve import approve
    from heritage.wiring.licences import judge_licence

    approved = approve(run.loaded, snapshot, run.answer, store=run.store, clock=SystemClock())
    judge_licence(run.loaded, run.settings)  # a new version asks the licence gate anew
    return approved


def open_question(run: Run, snapshot: str) -> Question | None:
    """What an engineer has to be asked about a checked snapshot; None when nothing."""
    from heritage.steps.approve import question

    return question(run.loaded, snapshot, store=run.store)


def expectation_suites(settings: Settings) -> Checker:
    """The expectations in force."""
    from heritage.adapters.gx import ExpectationSuites
    from heritage.spec.properties import load_identifier_formats

    formats = load_identifier_formats(settings.vocabularies / "properties.yaml")
    return ExpectationSuites(settings.expectations, _thresholds(settings).records, formats)


def _flag(run: Run, snapshot: str) -> Any:
    from heritage.wiring.risk import flag_dataset

    return flag_dataset(run.loaded, snapshot, run.settings)


def _reconcile(run: Run, snapshot: str) -> Any:
    from heritage.steps.keep_figures import keep_figures
    from heritage.steps.reconcile import reconcile

    spec = run.loaded.spec
    done = reconcile(spec, snapshot, _comparison(run), _judgement(run))
    keep_figures(spec.id, snapshot, done, store=run.store, clock=SystemClock())
    return done


def left_to_compare(run: Run, snapshot: str) -> list[int]:
    """The partitions of a large register that may be compared apart, before it is reconciled."""
    from heritage.steps.reconcile import left_to_compare

    return left_to_compare(run.loaded.spec, snapshot, _comparison(run), _judgement(run))


def compare_partition(run: Run, snapshot: str, number: int) -> dict[str, Any]:
    """Compares one of them, and gives its counts with the snapshot id; small enough for an XCom."""
    from heritage.steps.partitions import compare_partition

    done = compare_partition(run.loaded.spec, snapshot, number, _comparison(run))
    return {"snapshot": snapshot} | asdict(done)


def _comparison(run: Run) -> "Comparison":
    from heritage.adapters.reconcile_settings import load_settings
    from heritage.adapters.wikidata.index import FileItemIndex
    from heritage.steps.partitions import Comparison

    return Comparison(
        run.store,
        FileItemIndex(run.settings.data_url),
        load_settings(run.settings.vocabularies / "reconcile"),
        run.settings.partition_records,
    )


def _judgement(run: Run) -> "Judgement":
    from heritage.steps.reconcile import Judgement
    from heritage.wiring.item_index import index_rules

    return Judgement(index_rules(run.settings).fresh_days, SystemClock().now(), review_store(run.settings))


def _propose(run: Run, snapshot: str) -> Any:
    from heritage.spec.constraints import load_constraints
    from heritage.steps.propose import propose
    from heritage.steps.rehearse import rehearse
    from heritage.wiring.stores import journal, media_journal
    from heritage.wiring.wiki import open_reader

    reader, target = open_reader(run.wiki, run.settings), run.wiki.target if run.wiki else ""
    constraints = load_constraints(run.settings.vocabularies)
    images = media_journal(run.settings).on_wiki(run.settings.commons_target, run.loaded.spec.id)
    proposed = propose(
        run.loaded,
        snapshot,
        store=run.store,
        reader=reader,
        journal=journal(run.settings),
        target=target,
        constraints=constraints,
        images=images,
        progress=run.progress,
    )
    rehearse(
        run.loaded,
        snapshot,
        store=run.store,
        reader=reader,
        target=target,
        constraints=constraints,
        progress=run.progress,
    )
    return proposed


_LATER: Mapping[str, Callable[[Run, str], Any]] = {
    Step.MAP: _map,
    Step.CHECK: _check,
    Step.APPROVE: _approve,
    Step.FLAG: _flag,
    Step.RECONCILE: _reconcile,
    Step.PROPOSE: _propose,
}


def _thresholds(settings: Settings) -> Any:
    from heritage.spec.thresholds import load_thresholds

    return load_thresholds(settings.vocabularies / "thresholds.yaml")
