"""The tree of classes of a dump, and what is an area or a designation: read before its items are chosen."""

import json
import re
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from heritage.adapters.wikidata.above import number
from heritage.adapters.wikidata.dump_lines import entity_lines
from heritage.adapters.wikidata.parts import Parts
from heritage.reconcile.items import item_row
from heritage.spec.index_rules import Scope

Progress = Callable[[int, int], None]
_TELL = 5_000
_TELLING = re.compile(rb'P(?:279|131|1435)"')


def classes_and_areas(
    dump: str, scope: Scope, parts: Parts, progress: Progress | None, block: int
) -> dict[str, list[int]]:
    """Numbers of the classes of the scope, and of whatever is an area or a designation of anything."""
    lines = entity_lines(dump)
    packed: list[npt.NDArray[np.int64]] = []
    named: set[int] = set()
    for n in range(2**31):
        said = parts.note(f"tree-{n:06}")
        if said is None:
            said = _tree_of(islice(lines, block), n * block, progress)
            parts.write_note(f"tree-{n:06}", said)
        else:
            sum(1 for _ in islice(lines, said["lines"]))
        packed.append(np.array(said["pairs"], dtype=np.int64).reshape(-1, 2))
        named.update(said["named"])
        if said["lines"] < block:
            break
    below = np.concatenate(packed)
    found = level = np.array(sorted(map(number, scope.roots)), dtype=np.int64)
    while len(level):
        level = np.setdiff1d(below[np.isin(below[:, 1], level), 0], found)
        found = np.union1d(found, level)
    return {"classes": found.tolist(), "named": sorted(named)}


def _tree_of(lines: Iterable[bytes], before: int, progress: Progress | None) -> dict[str, Any]:
    """What some lines say of the tree: pairs of class and class above it, and what is an area of anything."""
    pairs: list[tuple[int, int]] = []
    named: set[int] = set()
    count = 0
    for count, line in enumerate(lines, start=1):
        if _TELLING.search(line):
            _note(line, pairs, named)
        if progress and count % _TELL == 0:
            progress(before + count, 0)
    return {"lines": count, "pairs": pairs, "named": sorted(named)}


def _note(line: bytes, pairs: list[tuple[int, int]], named: set[int]) -> None:
    try:
        row = item_row(json.loads(line), ())
        if row:
            child = number(row["qid"])
            pairs.extend((child, number(up)) for up in row["subclass_of"])
            named.update(map(number, (*row["admin"], *row["designations"])))
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return  # it is counted when the items are read
