"""Two readers of QuickStatements, written from its help page and how the programs in use behave, not from
our writer. https://www.wikidata.org/wiki/Help:QuickStatements; QuickStatements 2 is the PHP tool,
QuickStatements 3 the Django one. Where the two differ, each reader does as its program does.

Both give commands: `("create",)`, `(item, "L" | "D" | "A", language, text)` and
`(item, property, value, qualifiers, references)` with values as in `Read`.
"""

import csv
import io
import re
from typing import Any

Read = tuple[str, Any]
"""Kind and what was read: ("item", "Q1"), ("string", "text"), ("mono", ("en", "text")), ("time", (time,
precision, julian)), ("point", (lat, lon)), ("special", "somevalue"); ("broken", column) for anything else."""
Command = tuple[Any, ...]

_PHP_BLANK = " \t\n\r\0\x0b"


def _value(column: str, *, three: bool) -> Read:
    blank = None if three else _PHP_BLANK
    column = column.strip(blank)
    if three:
        column = column.replace("“", '"').replace("”", '"')
    if column in ("somevalue", "novalue"):
        return "special", column
    if re.fullmatch(r"[QPLM][0-9]+|L[0-9]+-[FS][0-9]+", column) or column == "LAST":
        return "item", column
    if three and (found := re.fullmatch(r'"""([^\n]*)"""', column)):
        return "string", found[1]
    if found := re.fullmatch(r'([A-Za-z_-]+):"([^\n]*)"', column):
        return "mono", (found[1], found[2].strip(blank))
    if found := re.fullmatch(r'"([^\n]*)"', column):
        return "string", found[1].strip(blank)
    if found := re.fullmatch(r"([+-]?[0-9]+-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z)/?([0-9]*)(/J)?", column):
        return "time", (found[1], int(found[2] or 9), bool(found[3]))
    if found := re.fullmatch(r"@\s*([+-]?[0-9.]+)\s*/\s*([+-]?[0-9.]+)", column):
        return "point", (float(found[1]), float(found[2]))
    if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?(\[[^\]]*\]|\s*~\s*[+-]?[0-9.]+)?(U[0-9]+)?", column):
        return "quantity", column
    return "broken", column


def _command(columns: list[str], *, three: bool) -> Command:
    if columns[0].strip().upper() == "CREATE":
        return ("create",) if len(columns) == 1 else ("broken", columns)
    if len(columns) < 3:
        return ("broken", columns)
    item, what = columns[0].strip(), columns[1].strip()
    if len(columns) == 3 and (found := re.fullmatch(r"([LDAS])([A-Za-z_-]+)", what)):
        kind, text = _value(columns[2], three=three)
        if kind == "string" and text:
            return (item, found[1], found[2], text)
        return ("broken", columns)
    if not re.fullmatch(r"P[0-9]+", what) or len(columns) % 2 == 0:
        return ("broken", columns)
    qualifiers: list[tuple[str, Read]] = []
    references: list[list[tuple[str, Read]]] = []
    for key, column in zip(columns[3::2], columns[4::2], strict=True):
        found = re.fullmatch(r"(P|S|!S)([0-9]+)", key.strip())
        if not found:
            return ("broken", columns)
        snak = (f"P{found[2]}", _value(column, three=three))
        if found[1] == "P":
            qualifiers.append(snak)
        elif found[1] == "!S" or not references:
            references.append([snak])
        else:
            references[-1].append(snak)
    return (item, what, _value(columns[2], three=three), qualifiers, references)


def read_commands(text: str, *, three: bool) -> list[Command]:
    """The commands of version 1 as QuickStatements 3 reads them, or as QuickStatements 2 does."""
    if three:
        text = text.replace("||", "\n").replace("|", "\t")
    elif "\n" not in text:
        text = text.replace("||", "\n")
    commands = []
    for line in text.split("\n"):
        row = line.strip() if three else line.strip(_PHP_BLANK)
        if not row:
            continue
        if "\t" not in row and not three:
            row = row.replace("|", "\t")
        if found := re.search(r"^(.*?) */\* *(.*?) *\*/ *$", row):
            row = found[1]
        columns = row.split("\t")
        if three:
            columns = [column for column in columns if column.strip()]
        commands.append(_command(columns, three=three))
    return commands


def read_csv(text: str, *, three: bool) -> list[Command]:
    """The commands of a table. Of labels, descriptions and aliases QuickStatements 2 takes the cell as it
    is, 3 what it would read a value as."""
    rows = _php_rows(text) if not three else list(csv.reader(io.StringIO(text, newline="")))
    header, *rest = rows
    if header[0] != "qid" or "#" in header[1:2]:
        return [("broken", header)]
    commands: list[Command] = []
    for row in rest:
        item = row[0].strip()
        if not item:
            commands.append(("create",))
            item = "LAST"
        for column, cell in zip(header[1:], row[1:], strict=True):
            if not cell.strip():
                commands.append(("broken", "an empty cell"))
            elif column == "#":
                continue
            elif found := re.fullmatch(r"qal([0-9]+)", column):
                commands[-1][3].append((f"P{found[1]}", _value(cell, three=three)))
            elif found := re.fullmatch(r"([Ss])([0-9]+)", column):
                groups = commands[-1][4]
                if found[1] == "S":
                    groups.append([])
                groups[-1].append((f"P{found[2]}", _value(cell, three=three)))
            elif re.fullmatch(r"P[0-9]+", column):
                commands.append((item, column, _value(cell, three=three), [], []))
            elif found := re.fullmatch(r"([LDA])([a-z]{2})" if three else r"([LDA])([a-z_-]+)", column):
                kind, read = _value(cell, three=True) if three else ("broken", cell)
                commands.append((item, found[1], found[2], _term(kind, read, cell, three=three)))
            else:
                commands.append(("passed over", column))
    return commands


def _term(kind: str, read: Any, cell: str, *, three: bool) -> Any:
    if not three:
        return cell
    return cell.strip() if kind == "broken" else (read if kind == "string" else (kind, read))


def _php_rows(text: str) -> list[list[str]]:
    """As fgetcsv of PHP reads a table: in a quoted cell a backslash keeps the quote after it."""
    rows: list[list[str]] = [[]]
    cell, quoted, place = "", False, 0
    while place < len(text):
        c = text[place]
        if quoted:
            if c == "\\" and text[place + 1 : place + 2] == '"':
                cell += '\\"'
                place += 1
            elif c == '"' and text[place + 1 : place + 2] == '"':
                cell += '"'
                place += 1
            elif c == '"':
                quoted = False
            else:
                cell += c
        elif c == '"' and not cell:
            quoted = True
        elif c in ",\n":
            rows[-1].append(cell)
            cell = ""
            if c == "\n":
                rows.append([])
        else:
            cell += c
        place += 1
    if cell or rows[-1] or quoted:
        rows[-1].append(cell)
    return [row for row in rows if row]
