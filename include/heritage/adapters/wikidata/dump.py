"""A dump of entities becomes parts of an index: streamed, in blocks of lines that need not be read twice."""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import fsspec

from heritage import __version__
from heritage.adapters.wikidata.above import number
from heritage.adapters.wikidata.dump_filter import Filter
from heritage.adapters.wikidata.dump_lines import entity_lines
from heritage.adapters.wikidata.dump_tree import classes_and_areas
from heritage.adapters.wikidata.index import State, write_index
from heritage.adapters.wikidata.parts import Parts
from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.digest import digest_json
from heritage.reconcile.items import Row, item_row
from heritage.spec.index_rules import Scope

log = logging.getLogger(__name__)

BLOCK = 200_000
"""Lines of a part; after a kill, the lines of whole parts are passed over unread."""
_TELL = 5_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class IndexBuilt:
    """`lines` of the dump were read; `items` of them are in the index, `broken` could not be read. `context`
    items are there for their names alone."""

    version: str
    lines: int
    items: int
    broken: int
    context: int = 0


@dataclass(slots=True)
class _Counts:
    lines: int = 0
    items: int = 0
    broken: int = 0
    first: str = ""
    modified: str = ""

    def leave_out(self, reason: object) -> None:
        self.broken += 1
        self.first = self.first or f"line {self.lines}: {' '.join(str(reason).split())}"[:300]


def dump_key(dump: str, scope: Scope | None) -> str:
    """Names the pull: another file under the same name, or another scope, is another one."""
    about = _about(dump)
    facts = [str(about.get(name, "")) for name in ("size", "mtime", "LastModified", "ETag")]
    return digest_json([__version__, dump, facts, scope.digest() if scope else ""])[:16]


def dump_bytes(dump: str) -> int:
    """The size of the file. Raises SourceUnavailable when it cannot be opened."""
    return int(_about(dump).get("size") or 0)


def _about(dump: str) -> dict[str, Any]:
    try:
        fs, path = fsspec.core.url_to_fs(dump)
        return dict(fs.info(path))
    except OSError as error:
        raise SourceUnavailable(f"{dump}: cannot be opened ({error}).") from error


def pull_dump(
    dump: str,
    parts: Parts,
    *,
    scope: Scope | None = None,
    progress: Progress | None = None,
    block: int = BLOCK,
) -> None:
    """Streams a dump into `parts`; what came before a kill is passed over.

    `dump` is a path or fsspec URL of Wikibase JSON: `latest-all.json` or bare JSON lines, plain, .gz or .bz2.
    With a `scope` the file is read twice: what belongs under a class is known only when all classes are.
    `progress` is called with (lines read, items kept). Raises SourceUnavailable when the file cannot be
    opened, SourceChanged when it is cut off.
    """
    kept = None if scope is None else _filter_of(dump, scope, parts, progress, block)
    lines = entity_lines(dump)
    counts = _Counts()
    for n in range(2**31):
        name = f"block-{n:06}"
        done = parts.note(name)
        if done is not None:
            read = sum(1 for _ in islice(lines, block))
            counts = _Counts(**done)
            if read < block:
                break
            continue
        start = counts.lines
        with parts.writing(name) as add:
            for line in islice(lines, block):
                _take(line, kept, counts, add)
                if progress and counts.lines % _TELL == 0:
                    progress(counts.lines, counts.items)
        parts.write_note(name, asdict(counts))
        if counts.lines - start < block:
            break
    parts.write_note("counts", asdict(counts))
    if progress:
        progress(counts.lines, counts.items)
    if counts.broken:
        words = "%d lines of %s are not entities and were left out; first: %s"
        log.warning(words, counts.broken, dump, counts.first)


def build_index(
    dump: str,
    data_url: str,
    built_on: date,
    *,
    scope: Scope | None = None,
    progress: Progress | None = None,
) -> IndexBuilt:
    """Makes the index of a dump at one go: `pull_dump`, then `write_dump`."""
    parts = Parts(data_url, dump_key(dump, scope))
    pull_dump(dump, parts, scope=scope, progress=progress)
    return write_dump(dump, parts, data_url, built_on, scope=scope)


def write_dump(
    dump: str,
    parts: Parts,
    data_url: str,
    built_on: date,
    *,
    scope: Scope | None = None,
    progress: Progress | None = None,
) -> IndexBuilt:
    """Makes the index of what `pull_dump` brought, and removes that.

    The index is as old as the newest entity says that it is; where none says so, it counts as of today.
    """
    counts = _Counts(**parts.note("counts"))
    if not counts.items:
        parts.remove()
        raise SourceChanged(f"{dump}: no item in {counts.lines} lines; is it a dump of Wikibase entities?")
    today = datetime(built_on.year, built_on.month, built_on.day, tzinfo=UTC)
    as_of = min(datetime.fromisoformat(counts.modified), today) if counts.modified else today
    state = State(as_of, as_of, scope.digest() if scope else "")
    written = write_index(parts.files(), data_url, built_on, state, progress=progress)
    parts.remove()
    return IndexBuilt(written.version, counts.lines, written.items, counts.broken, written.context)


def _take(
    line: bytes,
    kept: Filter | None,
    counts: _Counts,
    add: Callable[[Row], None],
) -> None:
    counts.lines += 1
    if kept and kept.passes_over(line):
        return
    try:
        entity = json.loads(line)
        if not isinstance(entity, dict):
            raise ValueError("not an object")
        row = kept.row(entity) if kept else item_row(entity)
        if row is None:
            return
        number(row["qid"])
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        counts.leave_out(error)
        return
    said = entity.get("modified")
    if isinstance(said, str) and said > counts.modified and _is_time(said):
        counts.modified = said
    counts.items += not row["context"]
    add(row)


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _filter_of(dump: str, scope: Scope, parts: Parts, progress: Progress | None, block: int) -> Filter:
    """Reads what entities say of classes and areas, once for a pull."""
    known = parts.note("classes")
    if known is None:
        known = classes_and_areas(dump, scope, parts, progress, block)
        parts.write_note("classes", known)
    return Filter(scope.carried, known["classes"], known["named"])
