"""The local index of Wikidata, bound to the services, files and rules that the settings choose."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from heritage.adapters.clock import SystemClock
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.adapters.wikidata.parts import Parts
from heritage.errors import SpecError, StoreDamaged
from heritage.spec.index_rules import IndexRules, Scope, load_index_rules
from heritage.steps.refresh_index import Standing, Way, choose_way, is_stale
from heritage.wiring.settings import Settings

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
_NAME = "wikidata_index"
_PULLED = "pulled"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The index that was made: `items` without `context`, as they were at `as_of`. Of a dump also how many
    `lines` it had, and how many of them were `broken`."""

    version: str
    items: int
    context: int
    as_of: str
    lines: int = 0
    broken: int = 0


def index_rules(settings: Settings) -> IndexRules:
    """What the index holds, and how old it may be."""
    return load_index_rules(settings.vocabularies / "wikidata.yaml")


def plan_refresh(settings: Settings) -> dict[str, Any]:
    """How the index would be refreshed now, and why. Raises SpecError when the settings name no source."""
    index = FileItemIndex(settings.data_url)
    try:
        state = index.state()
        standing = Standing(state.as_of, state.complete, state.scope)
        old = is_stale(state.as_of, index_rules(settings).fresh_days, SystemClock().now())
        told = "; too old to call a record new" if old else ""
        log.info("The index in use is of %s%s.", f"{state.as_of:%Y-%m-%d %H:%M} UTC", told)
    except StoreDamaged:
        standing = None
    chosen = choose_way(
        standing,
        _scope(settings).digest(),
        index_rules(settings),
        SystemClock().now(),
        dump=bool(settings.wikidata_dump),
        service=bool(settings.wikidata_sparql),
        api=bool(settings.wikidata_api),
    )
    log.info("%s", chosen.why)
    return asdict(chosen)


def pull_index(
    settings: Settings, way: Way | str, dump: str = "", progress: Progress | None = None
) -> dict[str, Any]:
    """Brings the parts of an index; what came before a kill is not asked for again. Gives the `way`."""
    work = _Work(settings, Way(way), dump or settings.wikidata_dump)
    with work.alone() as (parts, folder):
        {Way.DUMP: work.pull_dump, Way.SERVICE: work.pull_service, Way.CHANGES: work.pull_changes}[work.way](
            parts, folder, progress
        )
        parts.write_note(_PULLED, True)
    return {"way": work.way.value}


def write_index(
    settings: Settings, way: Way | str, dump: str = "", progress: Progress | None = None
) -> Refreshed:
    """Makes the index of what `pull_index` brought, and removes that and the oldest indexes.

    Raises StoreDamaged when that is not all there: a pull is kept for `resume_days`.
    """
    work = _Work(settings, Way(way), dump or settings.wikidata_dump)
    with work.alone() as (parts, _):
        if not parts.note(_PULLED):
            raise StoreDamaged(
                f"the parts of an index by {work.way} are not there, or not all: pull them again"
            )
        made = {Way.DUMP: work.write_dump, Way.SERVICE: work.write_service, Way.CHANGES: work.write_changes}[
            work.way
        ](parts, progress)
    index = FileItemIndex(settings.data_url)
    index.keep(work.rules.kept)
    return replace(made, as_of=index.as_of().isoformat())


def refresh_index(
    settings: Settings, way: Way | str | None = None, dump: str = "", progress: Progress | None = None
) -> Refreshed:
    """Both at one go; without a `way` the one that `plan_refresh` finds."""
    chosen = Way(way or plan_refresh(settings)["way"])
    pull_index(settings, chosen, dump, progress)
    return write_index(settings, chosen, dump, progress)


def _scope(settings: Settings) -> Scope:
    from heritage.spec.loader import load_specs

    items = [loaded.spec.item for loaded in load_specs(settings.datasets)[0]]
    countries = {one for item in items for one in (item.country, *item.countries.values()) if one}
    return index_rules(settings).scope({item.identifier for item in items if item.identifier}, countries)


class _Work:
    """One refresh by one way."""

    def __init__(self, settings: Settings, way: Way, dump: str) -> None:
        self.settings, self.way, self.dump = settings, way, dump
        self.rules, self.scope = index_rules(settings), _scope(settings)
        self.index = FileItemIndex(settings.data_url)
        named = {Way.DUMP: dump, Way.SERVICE: settings.wikidata_sparql, Way.CHANGES: settings.wikidata_api}
        self.source = named[way]
        if not self.source:
            variable = {Way.DUMP: "DUMP", Way.SERVICE: "SPARQL", Way.CHANGES: "API"}[way]
            raise SpecError(f"set HERITAGE_WIKIDATA_{variable}: an index by {way} needs it")
        if way is not Way.DUMP and not settings.contact:
            raise SpecError(
                "set HERITAGE_CONTACT to an address or page: wikis ask every bot whom to write to"
            )

    @contextmanager
    def alone(self) -> Iterator[tuple[Parts, Path]]:
        """The parts of this refresh and a folder for its pages, while no other run has them."""
        from heritage.adapters.harvest.unfinished import unfinished

        keep, now = timedelta(days=self.rules.resume_days), SystemClock().now()
        scratch, key = self.settings.scratch_folder, self._key()
        with unfinished(scratch, _NAME, key, now, keep.total_seconds()) as folder:
            parts = Parts(self.settings.data_url, key)
            parts.begin(now, keep)
            yield parts, folder

    def pull_dump(self, parts: Parts, folder: Path, progress: Progress | None) -> None:
        from heritage.adapters.wikidata.dump import pull_dump

        del folder
        pull_dump(self.dump, parts, scope=self._of_dump(), progress=progress)

    def write_dump(self, parts: Parts, progress: Progress | None) -> Refreshed:
        from heritage.adapters.wikidata.dump import write_dump

        today = SystemClock().now().date()
        made = write_dump(
            self.dump, parts, self.settings.data_url, today, scope=self._of_dump(), progress=progress
        )
        return Refreshed(made.version, made.items, made.context, "", made.lines, made.broken)

    def pull_service(self, parts: Parts, folder: Path, progress: Progress | None) -> None:
        from heritage.adapters.wikidata.query_service import QueryServicePull

        open_session = self._sessions(folder, attempts=2, silence_s=90)  # its own time limit is 60 s
        QueryServicePull(self.source, self.scope, self.rules, parts, open_session, progress).run()

    def write_service(self, parts: Parts, progress: Progress | None) -> Refreshed:
        as_of = min(datetime.fromisoformat(parts.note("as_of")), parts.began or SystemClock().now())
        return self._write(parts, parts.files(), as_of, as_of, progress)

    def pull_changes(self, parts: Parts, folder: Path, progress: Progress | None) -> None:
        from heritage.adapters.wikidata.changes import ChangesPull

        until = parts.began or SystemClock().now()
        ChangesPull(self.source, self.index.file(), self.scope, parts, self._sessions(folder), progress).run(
            self.index.as_of(), until
        )

    def write_changes(self, parts: Parts, progress: Progress | None) -> Refreshed:
        old = replace(self.index.file(), without=frozenset(parts.note("gone")))
        until = parts.began or SystemClock().now()
        return self._write(parts, [old, *parts.files()], until, self.index.state().complete, progress)

    def _write(
        self, parts: Parts, files: Any, as_of: Any, complete: Any, progress: Progress | None
    ) -> Refreshed:
        from heritage.adapters.wikidata.index import State
        from heritage.adapters.wikidata.index import write_index as write

        state = State(as_of, complete, self.scope.digest())
        made = write(files, self.settings.data_url, SystemClock().now().date(), state, progress=progress)
        parts.remove()
        return Refreshed(made.version, made.items, made.context, "")

    def _of_dump(self) -> Scope | None:
        """The scope that the dump is filtered by; a small file is taken for the choice of a person."""
        wanted = self.settings.wikidata_filter
        if wanted is None:
            from heritage.adapters.wikidata.dump import dump_bytes

            wanted = dump_bytes(self.dump) >= self.rules.filter_from_bytes
        return self.scope if wanted else None

    def _key(self) -> str:
        from heritage.model.digest import inputs_digest

        if self.way is Way.DUMP:
            from heritage.adapters.wikidata.dump import dump_key

            return dump_key(self.dump, self._of_dump())
        base = self.index.version() if self.way is Way.CHANGES else ""
        return inputs_digest(_NAME, self.way, self.source, self.scope.digest(), self.rules.version, base)

    def _sessions(self, folder: Path, *, attempts: int = 4, silence_s: float = 0) -> Callable[[str], Any]:
        from heritage.adapters.harvest.session import Session
        from heritage.adapters.wikidata.polite import REMEDY
        from heritage.wiring.publishers import http_settings

        usual = http_settings(self.settings, self.source)
        http = replace(
            usual, attempts=min(usual.attempts, attempts), silence_s=max(usual.silence_s, silence_s)
        )
        return lambda name: Session(f"{_NAME}, {name}", folder / name, http, SystemClock(), remedy=REMEDY)
