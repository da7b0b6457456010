"""Lookup tables beside a description: the register's terms, the items they stand for, and who mapped them."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from heritage.model.shown import printable, shorten
from heritage.spec.yaml_text import line_of, read_yaml

USUAL_TABLES = {
    "classes": "types.csv",
    "designation": "designations.csv",
    "admin": "admin.csv",
    "countries": "countries.csv",
}
LOOKUPS = tuple(USUAL_TABLES)
"""Keys of `item` whose terms may stand in a table beside the description, and how that is usually called."""
COLUMNS = ("term", "item", "mapped_by")
_ITEM = re.compile(r"Q[1-9]\d*")
_WITHIN = re.compile(r"\b[Qq]([1-9]\d*)\b|^\s*([1-9]\d*)\s*$")


class Table(NamedTuple):
    """A lookup table: its header, and its terms with their items, empty where nobody has mapped one. `lines`
    says where each term stands."""

    columns: list[str]
    items: dict[str, str]
    lines: dict[str, int]


def named_tables(content: Any) -> dict[str, str]:
    """The tables that the content of a description names: where it maps their terms to their file's name."""
    item = content.get("item") if isinstance(content, dict) else None
    given = {key: item.get(key) for key in LOOKUPS} if isinstance(item, dict) else {}
    return {key: name for key, name in given.items() if isinstance(name, str) and name.endswith(".csv")}


def lookup_tables(path: Path) -> dict[str, str]:
    """The tables that a description names. Raises OSError, and ValueError where it cannot be read."""
    return named_tables(read_yaml(path))


def read_table(path: Path) -> Table:
    """The table in a file. Raises OSError, and ValueError with the line of what is wrong."""
    items: dict[str, str] = {}
    lines: dict[str, int] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:  # spreadsheets begin UTF-8 with its mark
        reader = csv.DictReader(file)
        try:
            columns = list(reader.fieldnames or ())
            if not set(COLUMNS) <= set(columns):
                found = ", ".join(map(repr, columns)) or "none"
                raise ValueError(
                    f"{path.name} needs the columns term, item and mapped_by, with commas between them; "
                    f"it has {found}"
                )
            for row in reader:
                where = f"{path.name}, line {reader.line_num}"
                if None in row or None in row.values():
                    raise ValueError(f"{where}: it has more or fewer cells than the header")
                term = row["term"]
                if term in items:
                    raise ValueError(f"{where}: the term {term!r} stands in line {lines[term]} already")
                items[term], lines[term] = row["item"].strip(), reader.line_num
        except csv.Error as error:
            raise ValueError(f"{path.name}, line {reader.line_num}: {error}") from None
        except UnicodeDecodeError:
            raise ValueError(f"{path.name} is not in UTF-8: save it as CSV in UTF-8") from None
    return Table(columns, items, lines)


def fill_in(item: Any, path: Path) -> list[str]:
    """Puts the content of each table (`admin: districts.csv`) in its place in `item`; what is wrong with
    them, with file and line."""
    wrong: list[str] = []
    for key, name in named_tables({"item": item}).items():
        where = f"line {line_of(path, ('item', key))}, item.{key}"
        if Path(name).name != name:
            wrong.append(f"{where}: {name!r} must lie beside the description")
            continue
        try:
            table = read_table(path.parent / name)
        except FileNotFoundError:
            wrong.append(
                f"{where}: there is no {name} beside the description; `heritage source terms {path.name}` "
                "makes it, with the terms of the register"
            )
            continue
        except OSError as error:
            wrong.append(f"{where}: {name}: {error.strerror or error}")
            continue
        except ValueError as error:
            wrong.append(str(error))
            continue
        wrong += _no_items(name, table)
        item[key] = {term: qid for term, qid in table.items.items() if qid}
    return wrong


def _no_items(name: str, table: Table) -> Iterator[str]:
    for term, item in table.items.items():
        if item and not _ITEM.fullmatch(item):
            yield f"{name}, line {table.lines[term]}, term {_shown(term)}: {no_item(item)}"


def no_item(text: str) -> str:
    """What to write instead of a text that is no item."""
    near = {first or second for first, second in _WITHIN.findall(text)}
    meant = f"write Q{near.pop()}" if len(near) == 1 else "look it up there"
    return f"{_shown(text)} is no item of Wikidata, which is Q and a number, as Q16970: {meant}"


def _shown(text: str) -> str:
    return repr(shorten(printable(text), 60))
