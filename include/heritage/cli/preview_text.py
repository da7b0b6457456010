"""The preview of a register in the terminal."""

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from heritage.model.issue import IssueCode
from heritage.model.shown import printable, shorten
from heritage.ports.preview import Preview

_WIDE, _HIGH = 64, 20  # characters of the map
_TERMS = 15


def show(seen: Preview, console: Console) -> None:
    """Records, map, rejected rows and open terms."""
    console.print(Text(printable(f"{seen.title}: {seen.records:,} records from {seen.source}"), style="bold"))
    if seen.synthetic:
        console.print("These rows are synthetic: made up in the layout of the register.", style="yellow")
    if seen.unverified:
        console.print(Text(f"Not confirmed: {seen.unverified}", style="yellow"))
    if seen.says is None:
        _print_map(seen, console)
    else:
        said = ", ".join(f"{count:,} {level.words}" for level, count in seen.says.items()) or "nothing"
        console.print(f"It says of others' records: {said}. Its own rows are not shown.")
    for record in seen.shown:
        console.print()
        console.print(Text(_plain(record.record_id), style="bold"))
        for field, text in record.fields.items():
            console.print(Text(f"  {field}: {_plain(text)}"))
        if record.withheld:
            console.print(Text(f"  withheld: {', '.join(record.withheld)}", style="magenta"))
    for code, (number, reason) in seen.rejected.items():
        console.print(Text(f"\nRejected {number} {code}; the first: {_plain(reason)}", style="red"))
    if seen.terms:
        console.print(f"\n{len(seen.terms)} terms without an item, the most frequent first")
        console.print(_terms(seen))
        if len(seen.terms) > _TERMS:
            console.print(
                f"… and {len(seen.terms) - _TERMS} more: `heritage source terms` puts them into tables"
            )
    for code, (number, note) in seen.notes.items():
        if code != IssueCode.TERM_UNMAPPED:  # told above
            console.print(Text(f"\nNoted {number} {code}; the first: {shorten(printable(note), 400)}"))


def _print_map(seen: Preview, console: Console) -> None:
    """The points as a raster: the darker a character, the more records lie there."""
    placed = seen.places.filter(seen.places["lat"].is_valid())
    if not placed.num_rows:
        console.print("No record has a point that may be shown.")
        return
    lat, lon = placed["lat"].to_numpy(), placed["lon"].to_numpy()
    counts, edges, _ = np.histogram2d(lat, lon, bins=(_HIGH, _WIDE))
    marks = np.array([" ", "·", "o", "●"])[np.digitize(counts, [1, 3, 10])]
    console.print(f"north {edges[-1]:.2f}, south {edges[0]:.2f}, west {lon.min():.2f}, east {lon.max():.2f}")
    console.print("┌" + "─" * _WIDE + "┐")
    for row in marks[::-1]:
        console.print(Text("│" + "".join(row) + "│"))
    console.print("└" + "─" * _WIDE + "┘")


def _terms(seen: Preview) -> Table:
    table = Table(box=None)
    for heading in ("Lookup", "Column", "Term"):
        table.add_column(heading)
    table.add_column("Records", justify="right")
    for one in seen.terms[:_TERMS]:
        cells = (f"item.{one.key}", one.column, shorten(printable(one.term), 80))
        table.add_row(*map(Text, cells), f"{one.records:,}")
    return table


def _plain(text: str) -> str:
    return shorten(printable(text), 200)
