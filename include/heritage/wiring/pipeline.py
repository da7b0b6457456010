"""The steps of one dataset, each bound to the adapters that the settings choose.

Airflow's tasks and the command line run the same function, so that a maintainer tries in seconds what
the scheduler will do.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.adapters.database.engine import connect, upgrade
from heritage.adapters.database.journal import SqlJournal
from heritage.adapters.files import FileStore
from heritage.adapters.gx import ExpectationSuites
from heritage.adapters.harvest.fetch import FileFetcher, HttpFetcher, HttpSettings
from heritage.adapters.harvest.read import Reader
from heritage.adapters.reconcile_settings import load_settings
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.wikidata.index import FileItemIndex, IndexBuilt, build_index
from heritage.adapters.wikidata.index_reader import IndexReader
from heritage.adapters.world import load_world
from heritage.errors import SpecError
from heritage.model.edit import Kind
from heritage.ports.files import Fetcher
from heritage.ports.wiki import WikiReader
from heritage.spec.loader import LoadedSpec, SpecFailure, load_spec, load_specs
from heritage.spec.thresholds import Thresholds, load_thresholds
from heritage.steps.check import check
from heritage.steps.flag import flag
from heritage.steps.harvest import harvest
from heritage.steps.map import map_records
from heritage.steps.propose import propose
from heritage.steps.reconcile import reconcile
from heritage.wiring.settings import Settings
from heritage.wiring.wiki import open_wiki
from heritage.wiring.wiki_account import WikiAccount

STEPS = ("harvest", "map", "check", "flag", "reconcile", "propose")
Progress = Callable[[int, int], None]


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
    known = ", ".join(loaded.spec.id for loaded in specs) or "none"
    raise SpecError(f"there is no dataset {dataset!r} in {settings.datasets}; known are: {known}")


def run_step(
    step: str,
    loaded: LoadedSpec,
    snapshot: str | None,
    settings: Settings,
    *,
    wiki: WikiAccount | None = None,
    source: Path | None = None,
    approved: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Runs one step and gives its counts with the snapshot id; small enough for an XCom.

    `source` harvests from a file instead of the publisher. Without a `wiki` the proposal is rehearsed
    against the local index. `approved` lets a snapshot pass that a check asks about.
    """
    store, clock = FileStore(settings.data_url), SystemClock()
    if step == "harvest":
        return asdict(harvest(loaded, fetcher=_fetcher(settings, source), store=store, clock=clock))
    if snapshot is None:
        raise ValueError(f"{step} needs the snapshot of a harvest")
    match step:
        case "map":
            result: Any = map_records(
                loaded,
                snapshot,
                reader=Reader(),
                store=store,
                world=load_world(settings.vocabularies),
                thresholds=_thresholds(settings),
            )
        case "check":
            suites, thresholds = ExpectationSuites(settings.expectations), _thresholds(settings)
            result = check(
                loaded,
                snapshot,
                store=store,
                checker=suites,
                clock=clock,
                thresholds=thresholds,
                approved=approved,
            )
        case "flag":
            vocabularies = YamlVocabularies(settings.vocabularies)
            result = flag(loaded, snapshot, store=store, vocabularies=vocabularies, clock=clock)
        case "reconcile":
            index, rules = (
                FileItemIndex(settings.data_url),
                load_settings(settings.vocabularies / "reconcile"),
            )
            result = reconcile(loaded, snapshot, store=store, index=index, settings=rules)
        case "propose":
            upgrade(settings.database)
            result = propose(
                loaded,
                snapshot,
                store=store,
                reader=_reader(settings, wiki),
                journal=SqlJournal(connect(settings.database)),
                target=wiki.target if wiki else "",
                kinds=frozenset(Kind),
                progress=progress,
            )
        case _:
            raise ValueError(f"there is no step {step!r}; there are {', '.join(STEPS)}")
    return {"snapshot": snapshot} | asdict(result)


def build_item_index(settings: Settings, dump: str, progress: Progress | None = None) -> IndexBuilt:
    """Makes the local index from a dump of entities, dated today; every item of the dump is kept."""
    if not dump:
        raise SpecError("no dump is named: set HERITAGE_WIKIDATA_DUMP to a file of Wikibase entities")
    return build_index(dump, settings.data_url, today(), progress=progress)


def today() -> date:
    """The day in UTC."""
    return SystemClock().now().date()


def _fetcher(settings: Settings, source: Path | None) -> Fetcher:
    if source is not None:
        return FileFetcher(source)
    return HttpFetcher(HttpSettings(settings.user_agent, settings.mirror), SystemClock())


def _reader(settings: Settings, wiki: WikiAccount | None) -> WikiReader:
    return open_wiki(wiki, settings) if wiki else IndexReader(FileItemIndex(settings.data_url))


def _thresholds(settings: Settings) -> Thresholds:
    return load_thresholds(settings.vocabularies / "thresholds.yaml")
