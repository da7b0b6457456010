"""Makes one index of the parts of a pull: sorted, each item once, with what lies above it."""

import hashlib
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heritage.adapters.wikidata.above import Hierarchy
from heritage.adapters.wikidata.parts import ItemFile
from heritage.model.arrow import pc, with_columns
from heritage.model.digest import canonical_json
from heritage.model.tables import ITEMS

log = logging.getLogger(__name__)

BUCKET = 20_000
"""Items that are sorted at once; the memory that is needed grows with them, not with the index."""
_SLICE = 500
_PACKED = pa.ipc.IpcWriteOptions(compression="lz4")

Ints = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Assembled:
    """`items` without those that are `context` for others; `digest` of all rows in order."""

    items: int
    context: int
    digest: str


def assemble(
    files: Sequence[ItemFile],
    into: Callable[[pa.Table], None],
    *,
    progress: Progress | None = None,
    bucket: int = BUCKET,
) -> Assembled:
    """Hands `into` the rows of all `files` sorted by number: neither the order of files nor of rows matters.

    Of rows with one id the best is taken: no mere context, the highest revision. Context that no item leads
    to is left out.
    """
    hierarchy = Hierarchy.of(files)
    kept = _numbers(files, hierarchy)
    borders = kept[bucket::bucket]
    digest, items, context = hashlib.sha256(), 0, 0
    for table in _buckets(files, borders, kept):
        table = _with_above(_best(table), hierarchy)
        into(table)
        lesser = pc.sum(table["context"]).as_py() or 0
        items, context = items + table.num_rows - lesser, context + lesser
        for start in range(0, table.num_rows, _SLICE):
            for row in table.slice(start, _SLICE).to_pylist():
                digest.update(canonical_json(row).encode() + b"\n")
        if progress:
            progress(items + context, len(kept))
    return Assembled(items, context, digest.hexdigest()[:16])


def _numbers(files: Sequence[ItemFile], hierarchy: Hierarchy) -> Ints:
    """Numbers of the items that the index will hold, sorted, each once."""
    context = pa.array(sorted(hierarchy.context()), pa.string())
    found = [np.zeros(0, dtype=np.int64)]
    for file in files:
        for table in file.batches(["qid", "context"]):
            wanted = pc.or_(pc.invert(pc.fill_null(table["context"], False)), pc.is_in(table["qid"], context))
            found.append(_number(table.filter(wanted)))
    return np.unique(np.concatenate(found))


def _number(table: pa.Table) -> Ints:
    numbers: Ints = pc.cast(pc.utf8_slice_codeunits(table["qid"], 1), pa.int64()).to_numpy(
        zero_copy_only=False
    )
    return numbers


def _buckets(files: Sequence[ItemFile], borders: Ints, kept: Ints) -> Iterator[pa.Table]:
    """All rows that are kept, a table for each range of numbers; on disk meanwhile, if they are several."""
    if not len(borders):
        wanted = (_wanted(table, kept) for file in files for table in file.batches())
        yield pa.concat_tables([ITEMS.empty_table(), *wanted])
        return
    with tempfile.TemporaryDirectory(prefix="heritage-index-") as folder:
        paths = [str(Path(folder) / f"{n:05}.arrow") for n in range(len(borders) + 1)]
        with ExitStack() as open_files:
            writers = [
                open_files.enter_context(pa.ipc.new_stream(path, ITEMS, options=_PACKED)) for path in paths
            ]
            for file in files:
                for table in file.batches():
                    table = _wanted(table, kept)
                    place = np.searchsorted(borders, _number(table), side="right")
                    for n in np.unique(place).tolist():
                        writers[n].write_table(table.filter(pa.array(place == n)))
        for path in paths:
            with pa.OSFile(path, "r") as opened, pa.ipc.open_stream(opened) as stream:
                yield stream.read_all()


def _wanted(table: pa.Table, kept: Ints) -> pa.Table:
    return table.filter(pa.array(np.isin(_number(table), kept)))


def _best(table: pa.Table) -> pa.Table:
    """One row for each item, sorted by number."""
    numbers = _number(table)
    order = np.argsort(numbers, kind="stable")
    in_order = numbers[order]
    first = np.flatnonzero(np.concatenate([[True], in_order[1:] != in_order[:-1]])) if len(order) else order
    chosen = order[first]
    ends = np.append(first[1:], len(order))
    for n in np.flatnonzero(ends - first > 1).tolist():
        rows = order[first[n] : ends[n]].tolist()
        chosen[n] = min(zip(table.take(rows).to_pylist(), rows, strict=True), key=_rank)[1]
    return table.take(pa.array(chosen, pa.int64()))


def _rank(candidate: tuple[dict[str, Any], int]) -> tuple[bool, int, str]:
    row = candidate[0]
    return bool(row["context"]), -(row["revision"] or 0), canonical_json(row)


def _with_above(table: pa.Table, hierarchy: Hierarchy) -> pa.Table:
    above = {
        "superclasses": map(hierarchy.superclasses, table["classes"].to_pylist()),
        "admin_chain": map(hierarchy.admin_chain, table["admin"].to_pylist()),
    }
    lists = {name: pa.array(list(values), pa.list_(pa.string())) for name, values in above.items()}
    return with_columns(table, {**lists, "context": pc.fill_null(table["context"], False)})
