"""Lookup tables beside a description: made where they are missing, completed with the register's terms."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heritage.mapping.text import fold
from heritage.ports.preview import OpenTerm
from heritage.spec.lookups import COLUMNS, USUAL_TABLES, lookup_tables, read_table
from heritage.spec.yaml_text import read_yaml
from heritage.wiring.settings import Settings
from heritage.wiring.sources import described, seen


@dataclass(frozen=True, slots=True)
class CompletedTable:
    """A table to which `added` terms were added; `key` of `item` maps them, and `named` tells whether the
    description says so already."""

    key: str
    path: Path
    added: int
    made: bool
    named: bool


def complete_tables(
    path: Path, settings: Settings, *, source: Path | None, pull: bool
) -> tuple[list[CompletedTable], list[OpenTerm]]:
    """Adds the terms without an item to the tables beside a description, the most frequent first, for a
    volunteer to complete; a table that is missing is made.

    Gives the tables, and the terms whose lookup stands in the YAML itself. Nothing is made where the
    description or its register cannot be read.
    """
    with _made_where_missing(path) as made:
        open_terms = seen(described(path), settings, source, pull).terms
    names = lookup_tables(path)
    written = (read_yaml(path).get("item") or {}).keys()
    completed = []
    for key, usual in USUAL_TABLES.items():
        terms = [one.term for one in open_terms if one.key == key]
        if key in names:
            table = path.parent / names[key]
            completed.append(CompletedTable(key, table, _add(table, terms), table in made, True))
        elif terms and key not in written:
            table = path.parent / usual
            new = _make(table)
            completed.append(CompletedTable(key, table, _add(table, terms), new, False))
    keys = {table.key for table in completed}
    return completed, [one for one in open_terms if one.key not in keys]


@contextmanager
def _made_where_missing(path: Path) -> Iterator[list[Path]]:
    """The tables that a description names and that were not there: a description is valid only with them."""
    try:
        named = [path.parent / name for name in lookup_tables(path).values() if Path(name).name == name]
    except (OSError, ValueError):
        named = []  # what is wrong is told when the description is read
    made = [table for table in dict.fromkeys(named) if _make(table)]
    try:
        yield made
    except BaseException:
        for table in made:
            table.unlink()
        raise


def _make(table: Path) -> bool:
    if table.exists():
        return False
    table.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    return True


def _add(table: Path, terms: Iterable[str]) -> int:
    columns, known, _ = read_table(table)
    there = {fold(term) for term in known}
    fresh = [term for term in terms if term not in there]
    lines = io.StringIO(newline="")
    csv.DictWriter(lines, columns, restval="", lineterminator="\n").writerows(
        {"term": term} for term in fresh
    )
    ended = table.read_bytes().endswith((b"\n", b"\r"))
    with table.open("a", encoding="utf-8", newline="") as file:
        file.write(lines.getvalue() if ended or not fresh else f"\n{lines.getvalue()}")
    return len(fresh)
